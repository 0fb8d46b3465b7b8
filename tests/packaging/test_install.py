"""Installing: which PyTorch is taken, and what is said when it cannot be done."""

import http.server
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INDEX = "https://download.pytorch.org/whl/cpu"
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def load_script():
    spec = importlib.util.spec_from_file_location("install", ROOT / "scripts" / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


install = load_script()


# Which PyTorch


def test_an_index_that_answers_is_taken_whatever_else_there_is():
    chosen = install.choose_torch("2.13.0", INDEX, ["2.13.0+cpu", "2.13.0"], cuda=True)
    assert chosen == ["--index-url", INDEX, "torch==2.13.0"]


def test_a_cpu_build_in_pips_own_sources_is_next():
    chosen = install.choose_torch("2.13.0", "", ["2.14.0", "2.13.0+cpu", "2.13.0"], cuda=True)
    assert chosen == ["torch==2.13.0+cpu"]


def test_the_cuda_build_is_taken_when_welcome():
    assert install.choose_torch("2.13.0", "", ["2.13.0"], cuda=True) == ["torch==2.13.0"]


def test_the_cuda_build_is_otherwise_refused_with_its_size_and_the_ways_out():
    with pytest.raises(install.Stop) as refusal:
        install.choose_torch("2.13.0", "", ["2.14.0+cpu", "2.13.0"], cuda=False)
    said = str(refusal.value)
    assert "\n" not in said
    for part in ("2.7 GB", "VEGRAD_TORCH_INDEX", "VEGRAD_ALLOW_CUDA=1", INDEX):
        assert part in said


def test_no_build_at_all_is_said_to_be_the_network_or_the_python():
    with pytest.raises(install.Stop, match=r"finds no PyTorch 2\.13\.0 .* Check the network"):
        install.choose_torch("2.13.0", "", [], cuda=False)


def test_an_index_of_ones_own_needs_no_probe(monkeypatch):
    monkeypatch.setattr(install, "answers", lambda url: pytest.fail("probed"))
    monkeypatch.setenv("VEGRAD_TORCH_INDEX", "https://mirror.example/cpu")
    assert install.torch_arguments("2.13.0")[:2] == ["--index-url", "https://mirror.example/cpu"]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_pypi_has_the_cpu_build(monkeypatch, platform):
    monkeypatch.delenv("VEGRAD_TORCH_INDEX", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert install.torch_arguments("2.13.0") == ["torch==2.13.0"]


def test_cuda_is_welcome_when_allowed_or_a_gpu_answers(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VEGRAD_ALLOW_CUDA", raising=False)
    assert not install.cuda_welcome()
    write_program(tmp_path / "nvidia-smi", "exit 9")  # the driver is there, the GPU is not
    assert not install.cuda_welcome()
    write_program(tmp_path / "nvidia-smi", "exit 0")
    assert install.cuda_welcome()
    write_program(tmp_path / "nvidia-smi", "exit 9")
    monkeypatch.setenv("VEGRAD_ALLOW_CUDA", "1")
    assert install.cuda_welcome()


def test_the_pin_is_read_from_the_constraints():
    assert install.torch_pin((ROOT / "constraints.txt").read_text()) == "2.13.0"
    with pytest.raises(install.Stop, match="pins no PyTorch"):
        install.torch_pin("torchvision==1.0\n")


# The probe


@pytest.fixture
def server():
    handler = http.server.SimpleHTTPRequestHandler
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_probe_of_an_address_that_answers(server):
    assert install.answers(server + "/")


def test_probe_of_a_page_that_is_not_there(server):
    assert not install.answers(server + "/no-such-page")


def test_probe_of_a_server_that_accepts_and_says_nothing_ends_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        assert not install.answers(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)
        assert time.monotonic() - start < 2


# What is said when it cannot be done


@pytest.fixture
def course(tmp_path):
    """The files that installing reads, and `bin`, which is to be all of PATH."""
    folder = tmp_path / "my course"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / "bin").mkdir()
    for name in ("make", "sh", "cat"):
        (folder / "bin" / name).symlink_to(shutil.which(name))
    return folder


def add_python(course: Path, name: str, changes: str) -> None:
    """A Python on PATH that is the running one but for the changes made when it starts."""
    (course / "bin" / "sitecustomize.py").write_text(changes)
    program = f'PYTHONPATH="{course / "bin"}" exec "{sys.executable}" "$@"'
    write_program(course / "bin" / name, program)


def write_program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def run(course: Path, *command: str) -> subprocess.CompletedProcess[str]:
    outer = ("PYTHON", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # of a `make test` that runs this test
    environment = {name: text for name, text in os.environ.items() if name not in outer}
    environment["PATH"] = str(course / "bin")
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)


OLD = "import sys; sys.version_info = (3, 9, 2, 'final', 0)"


@needs_make
def test_make_refuses_when_every_python_is_old(course):
    add_python(course, "python3", OLD)
    done = run(course, "make", "install")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "Python 3.11 or newer is needed" in line
    assert "make install PYTHON=" in line
    assert not (course / ".venv").exists()


@needs_make
def test_make_refuses_when_there_is_no_python(course):
    done = run(course, "make", "start")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "Python 3.11 or newer is needed" in line


@needs_make
def test_make_passes_over_an_old_python(course):
    add_python(course, "python3", OLD)
    write_program(course / "bin" / "python3.12", '[ "$1" = -c ] || echo "took $1"')
    assert run(course, "make", "install").stdout == "took scripts/install.py\n"


@needs_make
def test_make_start_names_no_next_command_as_it_starts_by_itself(course):
    write_program(course / "bin" / "mine", '[ "$1" = -c ] || echo "$2"')
    assert run(course, "make", "start", "PYTHON=mine").stdout == "--no-next\n"
    assert run(course, "make", "install", "PYTHON=mine").stdout == "\n"


@pytest.mark.parametrize(
    ("option", "last"),
    [((), "Installed. Next: .venv/bin/vegrad start"), (("--no-next",), "Installed.")],
)
@pytest.mark.skipif(os.name == "nt", reason="other paths")
def test_it_says_what_it_takes_and_what_is_next(monkeypatch, tmp_path, capsys, option, last):
    monkeypatch.setattr(sys, "argv", ["install.py", *option])
    monkeypatch.setattr(install, "STAMP", tmp_path / "installed")
    for name, value in (("reusable", True), ("pip", None), ("torch_arguments", [])):
        monkeypatch.setattr(install, name, lambda *_, value=value: value)
    assert install.main() == 0
    said = capsys.readouterr().out.splitlines()
    assert "a few minutes" in said[0] and "600 MB" in said[0] and said[-1] == last


@needs_make
def test_make_takes_the_python_that_is_named(course):
    write_program(course / "bin" / "mine", 'echo "mine took $1"')
    done = run(course, "make", "install", "PYTHON=mine")
    assert done.stdout == "mine took scripts/install.py\n"


def test_script_refuses_an_old_python(course):
    add_python(course, "python3", OLD)
    done = run(course, "python3", "scripts/install.py")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("install: Python 3.11 or newer is needed: this is 3.9.2.")
    assert not (course / ".venv").exists()


def test_script_reads_in_an_old_python():
    """No syntax newer than Python 3.7, or an old Python would show a SyntaxError instead."""
    import ast

    ast.parse((ROOT / "scripts" / "install.py").read_text(), feature_version=(3, 7))


def test_script_refuses_a_python_without_venv(course):
    gone = "import importlib.util as u; f = u.find_spec; "
    gone += "u.find_spec = lambda name, *a: None if name == 'ensurepip' else f(name, *a)"
    add_python(course, "python3", gone)
    done = run(course, "python3", "scripts/install.py")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "has no venv module" in line
    assert "sudo apt install python3-venv" in line
    assert not (course / ".venv").exists()


def test_what_fails_leaves_no_venv(course, monkeypatch):
    """pip fails for real: no such version of PyTorch, and no index to look in."""
    (course / "constraints.txt").write_text("torch==0.0.1\n")
    monkeypatch.setenv("VEGRAD_TORCH_INDEX", "file:///no/such/index")
    done = run(course, sys.executable, "scripts/install.py")
    assert done.returncode == 2
    assert "pip could not install this" in done.stderr.splitlines()[-1]
    assert "Looking in indexes: file:///no/such/index" in done.stdout, "pip is seen at work"
    assert "Traceback" not in done.stderr
    assert not (course / ".venv").exists()


# When .venv is used again


def finished_venv(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(install, "ROOT", folder)
    monkeypatch.setattr(install, "STAMP", folder / "installed")
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    (folder / "installed").write_text(f"{folder}\n")


def test_a_finished_venv_is_used_again(tmp_path, monkeypatch):
    finished_venv(tmp_path, monkeypatch)
    assert install.reusable()


@pytest.mark.parametrize("harm", ["unfinished", "moved", "python gone", "python broken"])
def test_any_other_venv_is_made_anew(tmp_path, monkeypatch, harm):
    finished_venv(tmp_path, monkeypatch)
    if harm == "unfinished":
        (tmp_path / "installed").unlink()
    elif harm == "moved":
        monkeypatch.setattr(install, "ROOT", tmp_path / "elsewhere")
    else:
        monkeypatch.setattr(install, "PYTHON", tmp_path / "python")
        if harm == "python broken":
            write_program(tmp_path / "python", "exit 1")
    assert not install.reusable()
