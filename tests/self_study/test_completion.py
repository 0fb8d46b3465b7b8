"""vegrad completion: the Tab key."""

import os
import shutil
import subprocess
import sys

import pytest

RUN = "import sys; from vegrad_course.cli import main; main()"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(vegrad, shell):
    code, out, _ = vegrad("completion", shell)
    assert code == 0 and f"_VEGRAD_COMPLETE={shell}_complete" in out


def test_an_unknown_shell_is_one_line(vegrad):
    code, out, err = vegrad("completion", "tcsh")
    assert code == 2 and out == "" and err.count("\n") == 1 and "'fish'" in err


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"), [(["cert"], {"certificate"}), (["open", "1"], {"10", "11", "12"})]
)
def test_tab_in_a_real_bash(vegrad, tmp_path, typed, offered):
    (tmp_path / "vegrad").write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{RUN}' \"$@\"\n")
    (tmp_path / "vegrad").chmod(0o755)
    script = vegrad("completion", "bash")[1]
    words = " ".join(["vegrad", *typed])
    press = f"COMP_WORDS=({words}); COMP_CWORD={len(typed)}; _vegrad_completion vegrad\n"
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", f'{script}\n{press}printf "%s\\n" "${{COMPREPLY[@]}}"'],
        env=os.environ | {"PATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert set(done.stdout.split()) == offered, done.stderr
