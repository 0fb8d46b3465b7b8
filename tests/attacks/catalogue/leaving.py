"""Leaving early, ending others, and sockets."""

from tests.attacks.catalogue.model import AFFECTS, GAINS, TOUCHES, Attack, answers, category, code

EXIT = """
import sys
sys.exit(0)
"""

HARD_EXIT = """
import os
os._exit(0)
"""


ABORT = """
def sigmoid(z):
    import ctypes
    ctypes.string_at(0)
"""


PARENT = """
import os, signal
os.kill(os.getppid(), signal.SIGKILL)
"""


CONNECT = """
import socket
with socket.create_connection(("127.0.0.1", @PORT@), timeout=5) as line:
    line.sendall(b"@TOKEN@ by loopback")
"""


ABSTRACT = """
import socket
with socket.socket(socket.AF_UNIX) as line:
    line.connect("\\0@ABSTRACT@")
    line.sendall(b"@TOKEN@ by an abstract socket")
"""

SHELL = """
get_ipython().system("bash -c 'echo @TOKEN@ by the shell > /dev/tcp/127.0.0.1/@PORT@'")
get_ipython().system("echo left > @OUTSIDE@/by-the-shell")
"""

ATTACKS = category(
    "leaving",
    Attack("hard-exit", "ends its process in a cell", code(HARD_EXIT), wants=(AFFECTS,)),
    Attack("crash", "crashes the interpreter", code(ABORT), wants=(AFFECTS,)),
    Attack(
        "exit",
        "calls sys.exit in a cell, with its own check",
        code("check = print\n" + EXIT),
        wants=(GAINS, AFFECTS),
    ),
    Attack("parent-killed", "kills the process that started it", code(PARENT), wants=(AFFECTS,)),
    Attack("loopback", "connects to a port of this machine", code(CONNECT), wants=(TOUCHES,)),
    Attack(
        "abstract-socket", "connects to a socket that has no file", code(ABSTRACT), wants=(TOUCHES,)
    ),
    Attack(
        "shell",
        "leaves by the shell: a connection and a file",
        answers(sigmoid=SHELL),
        wants=(TOUCHES,),
    ),
)
