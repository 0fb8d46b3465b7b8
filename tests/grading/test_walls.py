"""Each wall of the sandbox, tried by student code, and again with that wall taken away."""

import os
import socket
import time
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

import psutil
import pytest

from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.sandbox import Sandbox
from vegrad_course.grading.session import SandboxLost, Session

TRY = """
def succeeds(action, *arguments):
    try:
        action(*arguments)
        return True
    except (OSError, ValueError, MemoryError):
        return False
"""


@pytest.fixture(scope="module")
def sandbox():
    """`sandbox("network")`: the one sandbox of this file without that wall, started when needed."""
    started = {}

    def of(*without):
        if without not in started:
            started[without] = Sandbox(without=frozenset(without))
        return started[without]

    yield of
    for one in started.values():
        one.close()


def found(sandbox, text, limits=None, name="found"):
    """What a cell of student code leaves under a name, or how its session was lost."""
    with closing(Session(sandbox, limits or Limits(wall=60))) as session:
        try:
            session.outputs = session.run([("cell", TRY + text)])
            return session.get(name).get("value", session.outputs)
        except SandboxLost as lost:
            return lost.kind


def test_it_cannot_reach_the_machine_s_network(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = (
            f"import socket\nfound = succeeds(socket.create_connection, ('127.0.0.1', {port}), 2)"
        )
        assert found(sandbox(), text) is False
        assert found(sandbox("network", "namespaces"), text) is True


def test_it_cannot_reach_a_socket_without_a_file(sandbox):
    name = f"\0vegrad-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        text = f"import socket\nfound = succeeds(socket.socket(socket.AF_UNIX).connect, {name!r})"
        assert found(sandbox(), text) is False
        assert found(sandbox("network", "namespaces"), text) is True


def test_it_cannot_reach_another_submission_s_network(sandbox):
    listen = "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
    with closing(Session(sandbox(), Limits(wall=60))) as other:
        other.run([("cell", listen + "port = server.getsockname()[1]")])
        port = other.get("port")["value"]
        text = (
            f"import socket\nfound = succeeds(socket.create_connection, ('127.0.0.1', {port}), 2)"
        )
        assert found(sandbox("watchdog"), text) is False


def test_it_sees_no_process_but_its_own(sandbox):
    text = (
        "import os\nfound = [os.getpid(), os.getppid(), succeeds(os.kill, os.getppid() or 99, 0)]"
    )
    assert found(sandbox(), text) == [1, 0, False]
    _, parent, signalled = found(sandbox("namespaces"), text)
    assert parent > 0 and signalled


def test_it_sees_nothing_of_the_disk_but_the_libraries(sandbox):
    text = "import os\nfound = [p for p in {} if os.path.exists(p)]"
    with NamedTemporaryFile() as secret:
        os.chmod(secret.name, 0o644)
        places = ["/etc/passwd", "/home", "/var", secret.name, str(Path.home()), os.getcwd()]
        seen = found(sandbox(), text.format(places))
        assert [p for p in seen if p != "/root"] == []  # at most a folder that leads to Python
        bare = found(sandbox("files", "namespaces"), text.format(places))
        assert {"/etc/passwd", "/var", secret.name} <= set(bare)


def test_it_sees_nothing_of_the_environment(sandbox, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "hidden")
    with Sandbox() as started:
        assert found(started, "import os\nfound = 'GRADER_SECRET' in os.environ") is False
    text = "import os\nfound = any('GRADER_SECRET' in open(p).read() for p in ('/proc/1/environ',) "
    assert found(sandbox(), text + "if os.path.exists(p))") is False


def test_it_writes_nowhere_but_in_its_scratch(sandbox):
    text = (
        "import os\nfound = set()\nskip = {'proc', 'site-packages', 'python3.11', 'share', 'lib'}\n"
        "for folder, inner, _ in os.walk('/'):\n"
        "    inner[:] = [name for name in inner if name not in skip]\n"
        "    if succeeds(open, folder + '/.left', 'w'):\n"
        "        found.add(folder)\n"
        "        os.remove(folder + '/.left')\n"
    )
    assert found(sandbox(), text) == {"/tmp", "/dev/shm"}
    bare = "found = succeeds(open, '/var/tmp/.left', 'w')\nimport os\nos.remove('/var/tmp/.left')"
    assert found(sandbox("files", "namespaces"), bare) is True


def test_memory_is_bounded_over_all_processes(sandbox):
    text = (
        "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
        "        held = bytearray(64 * 2**20)\n        time.sleep(8)\n        os._exit(0)\n"
        "time.sleep(4)\nfound = 'went on'"
    )
    limits = Limits(memory=128, wall=60)
    assert found(sandbox(), text, limits) == "memory"
    assert found(sandbox("watchdog"), text, limits) == "went on"


FORK = (
    "import os, time\nfound = 0\nwhile found < 40 and succeeds(os.kill, os.getpid(), 0):\n"
    "    try:\n        child = os.fork()\n    except OSError:\n        break\n"
    "    if child == 0:\n        time.sleep(20)\n        os._exit(0)\n    found += 1"
)
OPEN = (
    "found = 0\nkept = []\n"
    "while found < 200 and succeeds(lambda: kept.append(open('/dev/null'))):\n    found += 1"
)
BIG = "found = succeeds(lambda: open('/tmp/big', 'wb').write(b'0' * (3 * 2**20)))"
WIDE = "import numpy as np\nfound = succeeds(np.empty, 2**31)"
BOUNDS = {
    "processes": (FORK, Limits(processes=16), lambda n: n < 16, lambda n: n == 40),
    "open files": (OPEN, Limits(files=64), lambda n: n < 64, lambda n: n == 200),
    "file size": (BIG, Limits(file=2), lambda done: not done, bool),
    "address space": (WIDE, Limits(), lambda done: not done, bool),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_the_kernel_keeps_its_bounds(sandbox, name):
    text, limits, held, broken = BOUNDS[name]
    assert held(found(sandbox(), text, limits))
    assert broken(found(sandbox("limits"), text, limits))


def test_the_scratch_is_bounded(sandbox):
    text = (
        "import os\nfound = sum(succeeds(lambda: open(f'/tmp/{n}', 'wb').write(b'0' * 2**20))\n"
        "    for n in range(9))"
    )
    assert found(sandbox(), text, Limits(scratch=4)) <= 4
    assert found(sandbox("namespaces"), text, Limits(scratch=4)) == 9


def test_output_is_bounded(sandbox):
    with closing(Session(sandbox(), Limits(output=1))) as session:
        flood, after = session.run([("a", "print('x' * 2**21)"), ("b", "print('small')")])
    assert "left out" in flood[0]["text"] and after[0]["text"] == "small\n"


def test_the_time_of_all_cells_is_bounded(sandbox):
    begun = time.monotonic()
    text = (
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass"
    )
    assert found(sandbox(), text, Limits(wall=2)) == "timeout"
    assert time.monotonic() - begun < 10


def test_processor_time_is_bounded(sandbox):
    text = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    assert found(sandbox(), text, Limits(cpu=1, wall=60)) == "died"


SECCOMP = (
    "import ctypes, os, socket\nlibc = ctypes.CDLL(None)\n"
    "found = [libc.unshare(0x1000_0000) == 0, libc.ptrace(0, 0, 0, 0) == 0,\n"
    "    succeeds(os.sched_setaffinity, 0, os.sched_getaffinity(0)),\n"
    "    succeeds(socket.socket, 17, socket.SOCK_RAW)]"
)


def test_the_kernel_refuses_what_no_lesson_needs(sandbox):
    assert found(sandbox(), SECCOMP) == [False] * 4
    unfiltered = found(sandbox("seccomp"), SECCOMP)
    assert unfiltered[0] and unfiltered[2]


def test_a_socket_family_without_a_namespace_is_refused(sandbox):
    text = (
        "import socket\ntry:\n    socket.socket(40, 1)\nexcept OSError as e:\n    found = e.errno"
    )
    assert found(sandbox(), text) == 1  # EPERM: refused, not only absent


def test_what_it_started_ends_with_it_and_nothing_is_left_for_the_next(sandbox):
    stay = (
        "import os, time\nopen('/tmp/left', 'w').write('for you')\n"
        "open('/dev/shm/left', 'w').write('for you')\nfound = os.fork()\n"
        "if found == 0:\n    os.setsid()\n    time.sleep(600)\n"
    )
    here = sandbox()
    here.wait()
    before = descendants(here)
    assert found(here, stay) > 1
    for _ in range(100):
        if descendants(here) <= before:
            break
        time.sleep(0.1)
    assert descendants(here) <= before
    look = "import os\nfound = [os.listdir('/tmp'), os.listdir('/dev/shm'), os.getpid()]"
    assert found(here, look) == [[], [], 1]


def test_a_change_to_a_library_ends_with_the_submission(sandbox):
    assert found(sandbox(), "import numpy as np\nnp.mean = found = 5") == 5
    assert found(sandbox(), "import numpy as np\nfound = float(np.mean([1.0, 2.0]))") == 1.5


def test_the_course_s_package_is_out_of_reach(sandbox):
    text = (
        "import os\nfound = os.path.exists('/opt/course/vegrad_course')\n"
        "from vegrad_course.exercises import registry\nkind = type(registry).__name__"
    )
    assert found(sandbox(), text) is False
    assert found(sandbox(), text, name="kind") == "Placeholder"
    assert found(sandbox("package"), text) is True
    assert found(sandbox("package"), text, name="kind") == "module"


HONEST = {
    "torch": "import torch\nm = torch.nn.Linear(3, 1)\nm(torch.ones(3)).backward()\nfound = True",
    "loader": (
        "import torch\ndata = torch.utils.data.DataLoader(torch.arange(8.0), num_workers=2)\n"
        "found = float(sum(x.sum() for x in data)) == 28"
    ),
    "pool": (
        "from multiprocessing import Pool\ndef f(x): return x * x\n"
        "with Pool(2) as pool:\n    found = pool.map(f, [1, 2, 3]) == [1, 4, 9]"
    ),
    "figure": "import pylab as plt\nplt.plot([1, 2])\nplt.savefig('a.png')\nfound = True",
    "program": "import subprocess\nfound = subprocess.run(['echo', '1']).returncode == 0",
    "threads": "import threading as t\na = t.Thread(target=print)\na.start()\nfound = not a.join()",
    "temporary": "import tempfile\nwith tempfile.TemporaryFile() as f: found = f.write(b'1') == 1",
    "magic": "%matplotlib inline\nfound = True",
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_code_does_not_notice_the_walls(sandbox, name):
    assert found(sandbox(), HONEST[name]) is True


def descendants(sandbox):
    return {child.pid for child in psutil.Process(sandbox.process.pid).children(recursive=True)}
