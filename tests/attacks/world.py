"""The things around a grader that no submission may reach, and a look at which were reached."""

import hashlib
import os
import secrets
import socket
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil

LESSON = "01_sigmoid_derivative"
SECRET_VARIABLE = "GRADER_CANARY"
SHARED = (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"))


@dataclass(frozen=True)
class Place:
    """Where one attack finds what it looks for."""

    name: str
    root: Path
    outside: Path
    port: int
    nonce: str

    def fill(self, text: str) -> str:
        words = {
            "ROOT": self.root,
            "OUTSIDE": self.outside,
            "PORT": self.port,
            "TOKEN": self.token,
            "LESSON": LESSON,
            "VARIABLE": SECRET_VARIABLE,
            "ABSTRACT": f"grader-{self.nonce}",
        }
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        return text

    @property
    def token(self) -> str:
        """Stands in the name of everything that the attack leaves behind."""
        return f"left-{self.nonce}-{self.name}"


@dataclass
class World:
    """A course folder and its surroundings, with a secret in each place worth reading."""

    root: Path
    outside: Path
    home: Path
    nonce: str = field(default_factory=lambda: secrets.token_hex(6))
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in (self.outside, self.home):
            folder.mkdir(parents=True, exist_ok=True)
        (self.root / "solutions" / "answers.txt").write_text(self.secret("solutions"))
        self._listen()

    def secret(self, where: str) -> str:
        return f"SECRET-{where}-{self.nonce}"

    def place(self, name: str) -> Place:
        outside = self.outside / name
        outside.mkdir(exist_ok=True)
        (outside / "canary.txt").write_text(self.secret("file"))
        return Place(name, self.root, outside, self.port, self.nonce)

    def environment(self) -> dict[str, str]:
        """For the grader's process: a home of its own, and a variable worth reading."""
        return {
            **os.environ,
            "HOME": str(self.home),
            "IPYTHONDIR": str(self.home / ".ipython"),
            SECRET_VARIABLE: self.secret("variable"),
            "OMP_NUM_THREADS": "1",
        }

    @staticmethod
    def plain_environment() -> dict[str, str]:
        return {**os.environ, "OMP_NUM_THREADS": "1"}

    def enrol_secret(self) -> None:
        """A student whose name in the gradebook is a secret."""
        with closing(sqlite3.connect(self.root / "gradebook.db")) as book, book:
            row = ("secret-student", self.secret("gradebook"))
            book.execute("INSERT OR REPLACE INTO student (id, last_name) VALUES (?, ?)", row)

    def snapshot(self) -> dict[str, str]:
        """Every file that belongs to the instructor or was handed in, by its digest."""
        kept = [self.root / name for name in ("solutions", "notebooks", "submitted")]
        files = [f for folder in kept for f in sorted(folder.rglob("*"))]
        files += sorted(self.root.glob("*.py"))
        return {str(f.relative_to(self.root)): _digest(f) for f in files}

    def touched(self, place: Place, student: str, before: dict[str, str]) -> list[str]:
        """What this attack reached, in words. Empty when it reached nothing."""
        own = f"submitted/{student}/"
        after = self.snapshot()
        changed = {n for n in before | after if before.get(n) != after.get(n)}
        found = [f"changed {name}" for name in sorted(changed) if not name.startswith(own)]
        if (place.outside / "canary.txt").read_text() != self.secret("file"):
            found.append("changed a file outside")
        found += [
            f"wrote {f.name} outside" for f in place.outside.iterdir() if f.name != "canary.txt"
        ]
        found += [f"left {path}" for path in self._left_files(place)]
        found += [f"connected: {line}" for line in self.heard if place.token in line]
        found += [f"left process {p.pid}" for p in left_processes(place.token)]
        return found + self._leaked(student)

    def _left_files(self, place: Place) -> list[Path]:
        near = [path for folder in SHARED for path in folder.glob(f"*{place.token}*")]
        return near + [path for path in self.home.rglob("*") if place.token in path.name]

    def _leaked(self, student: str) -> list[str]:
        """Secrets that came out in what the grader wrote about this student."""
        where = (self.root / kind / student for kind in ("autograded", "feedback"))
        files = [f for folder in where for f in folder.rglob("*") if f.is_file()]
        text = b"".join(f.read_bytes() for f in files if f.stat().st_size < 50_000_000)
        kinds = ("solutions", "file", "variable", "gradebook", "neighbour")
        return [f"read the {k} secret" for k in kinds if self.secret(k).encode() in text]

    def _listen(self) -> None:
        loopback = socket.create_server(("127.0.0.1", 0))
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0grader-{self.nonce}")
        abstract.listen()
        self.port = loopback.getsockname()[1]
        for server in (loopback, abstract):
            threading.Thread(target=self._hear, args=(server,), daemon=True).start()

    def _hear(self, server: socket.socket) -> None:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(2)
                try:
                    self.heard.append(connection.recv(200).decode(errors="replace"))
                except OSError:
                    self.heard.append("(silent)")


def left_processes(token: str) -> list[psutil.Process]:
    """Processes that carry the token among their arguments."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(token in word for word in process.info["cmdline"] or ())
    ]


def end_left_processes(token: str) -> None:
    for process in left_processes(token):
        process.kill()


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "not a file"
