"""vegrad open and vegrad start: JupyterLab on a lesson."""

import os
import socket
import subprocess
import sys
import urllib.request
import webbrowser
from types import SimpleNamespace

import pytest

from vegrad_course.self_study import lab
from vegrad_course.server import say_address

RUN = [sys.executable, "-c", "from vegrad_course.cli import main; main()"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_it_serves_the_course_and_opens_the_lesson(own, tmp_path):
    port, log = free_port(), tmp_path / "log"
    options = ["--no-browser", "--port", str(port), "--allow-root", "--ServerApp.token=secret"]
    env = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    below = own / "notebooks"
    with log.open("w") as file:
        command = [*RUN, "open", "01", *options]
        server = subprocess.Popen(command, cwd=below, env=env, stdout=file, stderr=file)
    try:
        page = f"http://127.0.0.1:{port}/lab/tree/notebooks/01_sigmoid_derivative/"
        for _ in range(300):
            if page in log.read_text() or server.poll() is not None:
                break
            with pytest.raises(subprocess.TimeoutExpired):
                server.wait(0.2)
        said = log.read_text()
        assert page in said.strip().splitlines()[-1] and "[I " not in said, said
        place = "api/contents/notebooks/01_sigmoid_derivative/01_sigmoid_derivative.ipynb"
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/{place}?content=0&token=secret", timeout=30
        ) as answer:
            assert answer.status == 200
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.parametrize("generated", [True, False])
def test_the_address_is_said_where_jupyter_does_not(capsys, generated):
    url = "http://localhost:8888/lab?token=...\n    http://127.0.0.1:8888/lab?token=..."
    provider = SimpleNamespace(token_generated=generated)
    say_address(SimpleNamespace(identity_provider=provider, display_url=url))
    said = capsys.readouterr().err
    assert said == "" if generated else said.endswith("    http://127.0.0.1:8888/lab\n\n")


@pytest.fixture
def ran(monkeypatch):
    """The command that would take over, in place of taking over."""
    commands = []
    monkeypatch.setattr(lab, "run", lambda command, folder: commands.append((command, folder)))
    return commands


def test_start_is_open_of_the_welcome_notebook(vegrad, ran, own):
    for arguments in (["start"], ["open", "00"], ["open", "--no-browser", "0"]):
        code, out, _ = vegrad(*arguments, "--no-browser", "--x=1", cwd=own)
        assert code == 0 and out.startswith("Starting JupyterLab") and out.count("\n") == 1
    (first, folder), second, third = ran
    assert (first, folder) == second == third and folder == own
    assert "--LabApp.default_url=/lab/tree/notebooks/00_welcome/00_welcome.ipynb" in first
    assert "--Application.log_level=ERROR" in first, "the server's log would bury the address"
    assert first[-2:] == ["--no-browser", "--x=1"]


def test_without_a_browser_it_says_what_to_do_and_serves(vegrad, ran, own, monkeypatch):
    def none(*_):
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    code, _, err = vegrad("open", "01", cwd=own)
    assert code == 0 and err.count("\n") == 1 and "copy the address" in err
    assert "--no-browser" in ran[0][0]
    code, _, err = vegrad("open", "01", "--no-browser", cwd=own)
    assert err == "", "who knows need not be told"


def test_bad_input_is_one_line_and_exit_2(vegrad, ran, own):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (own / "notebooks" / "00_welcome" / "00_welcome.ipynb").unlink()
        asked = {
            ("open", "44"): "There is no lesson '44'",
            ("open", "sigmoid"): "There is no lesson 'sigmoid'",
            ("open",): "Missing argument",
            ("open", "01", "--no-browser", "--port", port): "is in use",
            ("open", "01", "--no-browser", "--port", "70000"): "in use or not allowed",
            ("start", "--no-browser"): "`vegrad reset 00` puts it back",
        }
        for arguments, words in asked.items():
            code, _, err = vegrad(*arguments, cwd=own)
            assert code == 2 and err.count("\n") == 1 and words in err, (arguments, err)
    assert ran == []
