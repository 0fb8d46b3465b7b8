"""The example in the README prints what the README says."""

import contextlib
import io
import re

import torch

from tests.conftest import ROOT


def test_the_script_of_the_readme_finds_the_illness():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (script, said) = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", text, re.S).groups()
    out = io.StringIO()
    torch.manual_seed(0)
    with contextlib.redirect_stdout(out):
        exec(script, {})
    assert out.getvalue().startswith(said)
