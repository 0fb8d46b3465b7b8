"""vegrad certificate: what is done, as a page."""

import json
import re

import pytest

from vegrad_course.checking import store
from vegrad_course.exercises import registry


@pytest.fixture
def passed():
    """Mark exercises as passed."""

    def keep(*names):
        store.folder().mkdir(parents=True, exist_ok=True)
        entries = {name: {"passed": True, "best": 1.0, "tries": 1} for name in names}
        (store.folder() / "progress.json").write_text(json.dumps(entries))

    return keep


def test_complete(vegrad, tmp_path, passed):
    passed(*registry.names())
    code, out, _ = vegrad("certificate", "--name", "Ada  Lovelace", cwd=tmp_path)
    page = (tmp_path / "certificate.html").read_text("utf-8")
    assert code == 0 and "All exercises passed" in out
    assert "Certificate of completion" in page and "Ada Lovelace" in page
    total = len(registry.names())
    assert f"{total} of {total} exercises passed, in about 15 hours" in page
    assert "Not complete" not in page and page.count("<td>complete</td>") == 13


def test_not_complete_says_what_is_missing(vegrad, tmp_path, passed):
    passed("sigmoid", "double")
    code, out, _ = vegrad("certificate", "--html", tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text("utf-8")
    assert code == 0 and "not complete" in out and "01  The slope of the sigmoid: 7 to do\n" in out
    assert "  00  " not in out
    assert "Record of progress" in page and "Certificate" not in page
    assert f"Not complete: {len(registry.names()) - 2} to do." in page
    assert "7 to do" in page and page.count("<td>complete</td>") == 1
    assert 'class="line"' in page, "a line to write the name on"


def test_as_data(vegrad, tmp_path, passed):
    passed("double")
    code, out, _ = vegrad("certificate", "--json", cwd=tmp_path)
    found = json.loads(out)
    assert code == 0 and not found["complete"] and found["page"] == "certificate.html"
    first, second = found["lessons"][:2]
    assert first == {"id": "00_welcome", "done": 1, "exercises": 1, "missing": 0}
    assert second["missing"] == 8


def test_the_name_is_escaped_and_the_page_stands_alone(vegrad, tmp_path):
    vegrad("certificate", "--name", "<script>alert(1)</script> & {style}", cwd=tmp_path)
    page = (tmp_path / "certificate.html").read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {style}" in page
    assert not re.search(r"https?:|src=|url\(|@import|href=", page)


def test_bad_input_is_one_line(vegrad, tmp_path):
    (tmp_path / "file").write_text("")
    for options in (["--name", "x" * 81], ["--html", tmp_path / "file" / "c.html"]):
        code, out, err = vegrad("certificate", *options, cwd=tmp_path)
        assert code == 2 and out == "" and err.count("\n") == 1, err
