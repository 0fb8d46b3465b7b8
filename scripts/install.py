"""Make `.venv` with the course and everything that its commands need.

`make install` runs this; where there is no make: `python scripts/install.py`. Versions come from
constraints.txt. With `--newest` they are the newest that pyproject.toml admits, and constraints.txt
is written anew from them; the PyTorch pin alone stays (change it by hand first to move it).

When it cannot: one line, exit code 2, no half-made `.venv`. VEGRAD_TORCH_INDEX names another index
of PyTorch builds. VEGRAD_ALLOW_CUDA=1 accepts the CUDA build where no CPU build can be had.

Standard library only, in syntax that an old Python can read, so that it can say that it is old.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed"
PINS = ROOT / "constraints.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
MEGABYTES = 600  # downloads of everything, with PyTorch for the CPU
CUDA_GIGABYTES = 2.7  # downloads of `pip install torch==2.13.0` from PyPI on Linux, x86-64
HEADER = """\
# Tested versions, on Python 3.11 and Linux; `make constraints` writes this file anew.
# The torch pin has no build label, so that it admits the CPU build, 2.13.0+cpu.
"""


class Stop(Exception):
    """What stands in the way and what to do about it, in one line."""


def main() -> int:
    """The exit code: 0 when everything is installed, 2 when something stands in the way."""
    options = argparse.ArgumentParser(description="Make .venv with the course in it.")
    options.add_argument("--newest", action="store_true", help="renew constraints.txt as well")
    options.add_argument("--no-next", action="store_true", help="name no command for afterwards")
    chosen = options.parse_args()
    try:
        check_python()
        install(chosen.newest)
    except (Stop, OSError, subprocess.CalledProcessError) as error:
        print(f"install: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("install: stopped; .venv is removed", file=sys.stderr)
        return 2
    vegrad = PYTHON.with_name("vegrad").relative_to(ROOT)
    print("Installed." if chosen.no_next else f"Installed. Next: {vegrad} start", flush=True)
    return 0


def check_python() -> None:
    """Python must be new enough and able to make virtual environments."""
    if sys.version_info < (3, 11):
        have = ".".join(map(str, sys.version_info[:3]))
        raise Stop(
            f"Python 3.11 or newer is needed: this is {have}. "
            "Install one from https://www.python.org, or name one: make install PYTHON=python3.12"
        )
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise Stop(
            f"{sys.executable} has no venv module. "
            "On Debian and Ubuntu: sudo apt install python3-venv"
        )


def install(newest: bool) -> None:
    """Install everything; the stamp is written last, and what fails leaves no `.venv`."""
    torch = torch_pin(PINS.read_text())
    print(f"This takes a few minutes and fetches about {MEGABYTES} MB.", flush=True)
    try:
        if newest or not reusable():
            make_venv()
        STAMP.unlink(missing_ok=True)
        pip("--no-deps", *torch_arguments(torch))
        pip(*([] if newest else ["-c", str(PINS)]), "-e", f"{ROOT}[grading,hub,site,test]")
        if newest:
            PINS.write_text(HEADER + frozen())
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)
        raise
    STAMP.write_text(f"{ROOT}\n")


def make_venv() -> None:
    """A new, empty `.venv` in the place of whatever was there."""
    print("Making the virtual environment .venv", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no reason given"]
        raise Stop(f"no virtual environment can be made in {ROOT}: {lines[-1]}")


def torch_pin(constraints: str) -> str:
    """The version of PyTorch that a constraints file pins."""
    pin = re.search(r"^torch==(\S+)$", constraints, flags=re.MULTILINE)
    if not pin:
        raise Stop("constraints.txt pins no PyTorch: add a line such as torch==2.13.0")
    return pin.group(1)


def reusable() -> bool:
    """Whether `.venv` was finished, in this folder (its scripts hold full paths), and runs."""
    if not STAMP.exists() or STAMP.read_text().strip() != str(ROOT):
        return False
    try:
        command = [str(PYTHON), "-m", "pip", "--version"]
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def pip(*arguments: str) -> None:
    """`pip install` in `.venv`. What pip says is shown: it lives."""
    print("Installing", *(a for a in arguments if a != "--no-deps"), flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    if subprocess.run([*command, *arguments]).returncode:
        raise Stop(
            "pip could not install this; its own message is above. "
            "Check the network and the free disk space, then run the same command again"
        )


def torch_arguments(version: str) -> list[str]:
    """The pip arguments for PyTorch on this machine. PyPI's build is the CPU's but on Linux."""
    linux = sys.platform == "linux"
    index = os.environ.get("VEGRAD_TORCH_INDEX", "")
    if linux and not index and answers(CPU_INDEX + "/torch/"):
        index = CPU_INDEX
    if index or not linux:
        return choose_torch(version, index, [], cuda=not linux)
    return choose_torch(version, index, listed(), cuda=cuda_welcome())


def choose_torch(version: str, index: str, offers: list[str], cuda: bool) -> list[str]:
    """The pip arguments that get PyTorch with the least to download.

    `index` is an index of CPU builds, empty when none answers; `offers` are the versions that
    pip's own sources list; `cuda` says that the plain build may be taken.
    """
    if index:
        return ["--index-url", index, f"torch=={version}"]
    if f"{version}+cpu" in offers:
        return [f"torch=={version}+cpu"]
    if cuda:
        return [f"torch=={version}"]
    if version not in offers:
        raise Stop(
            f"pip finds no PyTorch {version} for Python {sys.version_info[0]}."
            f"{sys.version_info[1]}. Check the network, or name another Python: "
            "make install PYTHON=python3.12"
        )
    raise Stop(
        f"{CPU_INDEX} does not answer, and PyPI's PyTorch brings {CUDA_GIGABYTES} GB of CUDA. "
        "Set VEGRAD_TORCH_INDEX to a mirror of that index, or VEGRAD_ALLOW_CUDA=1 to take them"
    )


def answers(url: str, seconds: float = 4) -> bool:
    """Whether an address answers in time. A thread, as looking up a name knows no time limit."""
    answered = []
    thread = threading.Thread(target=lambda: answered.append(opens(url, seconds)), daemon=True)
    thread.start()
    thread.join(seconds)
    return answered == [True]


def opens(url: str, seconds: float) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=seconds):
            return True
    except OSError:
        return False


def listed() -> list[str]:
    """The PyTorch versions in pip's own sources. (`pip install --dry-run` would download them.)"""
    command = [str(PYTHON), "-m", "pip", "index", "versions", "torch"]
    output = subprocess.run(command, capture_output=True, text=True).stdout
    line = re.search(r"Available versions: (.*)", output)
    return line.group(1).split(", ") if line else []


def cuda_welcome() -> bool:
    """Whether the CUDA build may be taken: someone allowed it, or there is a GPU to run it."""
    if os.environ.get("VEGRAD_ALLOW_CUDA") == "1":
        return True
    tool = shutil.which("nvidia-smi")
    return bool(tool) and subprocess.run([str(tool)], capture_output=True).returncode == 0


def frozen() -> str:
    """What `.venv` has, as constraints: without pip, the course itself, and torch's build label."""
    command = [str(PYTHON), "-m", "pip", "freeze", "--all", "--exclude-editable", "--exclude=pip"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r"^(torch==[^+\s]+)\S*", r"\1", lines, flags=re.MULTILINE)


if __name__ == "__main__":
    sys.exit(main())
