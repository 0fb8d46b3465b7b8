"""Make the demo's folders once, and become the hub. `start` runs this."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from vegrad_course.errors import Refusal

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent.parent
LESSON = "01_sigmoid_derivative"
PEOPLE = "ada, ben (students), instructor"


@click.command()
@click.option("--port", default=8000, show_default=True, help="The port to serve on.")
@click.option("--state", default=HERE / "state", type=Path, help="The folder of its homes.")
def main(port: int, state: Path) -> None:
    """Start a JupyterHub with two students and an instructor, on this machine only."""
    here = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([here, os.environ["PATH"]])  # nbgrader, alembic, vegrad
    try:
        state, address = state.resolve(), f"http://127.0.0.1:{port}"
        make(state)
        only_one(state, address)
        is_free(port)
        install_proxy()
        has_hub()
        prepare(state)
    except Refusal as refusal:
        click.echo(f"hub: {refusal}", err=True)
        sys.exit(2)
    click.echo(f"Open {address} and log in as one of: {PEOPLE}.")
    click.echo(f"The password is {(state / 'password').read_text()}. Ctrl+C stops the hub.")
    become_hub(state, port)


def make(state: Path) -> None:
    try:
        state.mkdir(parents=True, exist_ok=True)
        (state / "running").touch()
    except OSError as error:
        raise Refusal(
            f"The hub needs a folder to write into: got {state} ({error.strerror}). Name another "
            "one: --state FOLDER."
        ) from None


def only_one(state: Path, address: str) -> None:
    """Hold the state folder's lock for as long as this process, or the hub it becomes, lives."""
    lock = os.open(state / "running", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        there = os.read(lock, 100).decode()
        raise Refusal(
            f"One hub at a time: this one is already running. Open {there}, or stop it with "
            "Ctrl+C where it was started."
        ) from None
    os.set_inheritable(lock, True)
    os.truncate(lock, 0)
    os.write(lock, address.encode())


def is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refusal(
                f"The hub needs a free port: got {port} ({error.strerror}). Name another one: "
                "--port 8010."
            ) from None


def has_hub() -> None:
    if not find_spec("jupyterhub"):
        raise Refusal(
            f"The hub is JupyterHub: {sys.executable} has none. Install it: "
            f"{sys.executable} -m pip install '{COURSE}[hub]'"
        )


def install_proxy() -> None:
    """The proxy comes from npm, into this folder, once."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Refusal(
                f"The hub's proxy needs Node.js 18 or newer: found no {program}. Install it "
                "(https://nodejs.org, or apt-get install nodejs npm), and start again."
            )
    if (HERE / "node_modules" / ".bin" / "configurable-http-proxy").exists():
        return
    click.echo("Installing the proxy with npm, once ...")
    install = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(install, cwd=HERE).returncode:
        raise Refusal(
            "npm could not install the proxy; its own words are above. Check the network, and "
            "start again."
        )


def prepare(state: Path) -> None:
    """A password, empty homes, and the instructor's own copy of the course, with lesson 01 out."""
    home = state / "homes" / "instructor"
    if (state / "password").exists():
        return
    hidden = shutil.ignore_patterns(".*")
    for name in ("solutions", "notebooks"):
        shutil.copytree(COURSE / name, home / name, ignore=hidden, dirs_exist_ok=True)
    shutil.copy(COURSE / "nbgrader_config.py", home)
    (state / "exchange").mkdir(exist_ok=True)
    (state / "exchange").chmod(0o777)  # nbgrader asks for it
    release(state, home)
    with open(os.open(state / "password", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(9))


def release(state: Path, home: Path) -> None:
    """What the instructor would do: name the students, and put the lesson into the exchange."""
    click.echo(f"Releasing lesson {LESSON} ...")
    settings = {"JUPYTER_CONFIG_PATH": str(HERE / "everyone")}
    settings |= {"NBGRADER_EXCHANGE": str(state / "exchange")}
    steps = [["db", "student", "import", str(HERE / "roster.csv")]]
    steps += [[f"{verb}_assignment", LESSON, "--force"] for verb in ("generate", "release")]
    for step in steps:
        command = [sys.executable, "-m", "nbgrader", *step]
        done = subprocess.run(command, cwd=home, env=os.environ | settings, capture_output=True)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
            raise Refusal(f"nbgrader {step[0]} must work in {home}; it said: {said[-1]}")


def become_hub(state: Path, port: int) -> None:
    """Ctrl+C and signals then reach the hub itself, which stops its servers and its proxy."""
    os.environ["CONFIGPROXY_AUTH_TOKEN"] = secrets.token_hex(32)
    hub, proxy = free_ports(2)
    os.chdir(state)
    options = ["--config", str(HERE / "jupyterhub_config.py"), "--log-level=WARN"]
    options += [f"--JupyterHub.bind_url=http://127.0.0.1:{port}"]
    options += [f"--JupyterHub.hub_bind_url=http://127.0.0.1:{hub}"]
    options += [f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{proxy}"]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub", *options])


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


if __name__ == "__main__":
    main()
