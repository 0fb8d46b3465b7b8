"""What the README says is so."""

import contextlib
import io
import re

from tests.conftest import ROOT
from vegrad_course.lessons import all_lessons

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_script_of_the_readme_finds_the_illness():
    (script, said) = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", README, re.S).groups()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(script, {})
    assert out.getvalue().startswith(said.removesuffix("  ...\n"))


def test_its_table_has_the_titles_of_the_lessons():
    for lesson in all_lessons()[1:]:
        assert f"\n| {lesson.number} {lesson.title} |" in README
    minutes = sorted(lesson.minutes for lesson in all_lessons()[1:])
    assert f"{minutes[0]} to {minutes[-1]} minutes a lesson" in README
