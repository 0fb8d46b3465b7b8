"""Forged results on any channel, replies sent twice, replayed and precomputed answers."""

from tests.attacks.catalogue.model import AFFECTS, FLOODS, Attack, answers, category, code

BEFORE_THE_TEST = """
def forge(*_):
    kernel = get_ipython().kernel
    content = {"execution_count": 1, "data": {"text/plain": "1.0"}, "metadata": {}}
    kernel.session.send(kernel.iopub_socket, "execute_result", content,
                        parent=kernel.get_parent("shell"), ident=b"execute_result")

get_ipython().events.register("pre_run_cell", forge)
"""

FROM_THE_ANSWER = """
def sigmoid(z):
    from IPython import get_ipython
    kernel = get_ipython().kernel
    content = {"execution_count": 1, "data": {"text/plain": "3.0"}, "metadata": {}}
    kernel.session.send(kernel.iopub_socket, "execute_result", content,
                        parent=kernel.get_parent("shell"), ident=b"execute_result")
    return z * 0
"""

DISPLAY_PUBLISHER = """
from IPython.core.displayhook import DisplayHook
kept = DisplayHook.write_format_data
DisplayHook.write_format_data = lambda self, data, metadata=None: kept(
    self, {**data, "text/plain": "nan"}, metadata or {}
)
hook = get_ipython().displayhook
hook.write_format_data = lambda data, metadata=None: hook.msg["content"].update(
    data={"text/plain": "nan"}, metadata={}
)
"""

OTHER_SESSION = """
import threading, time
kernel = get_ipython().kernel
session = kernel.session

kept = type(session).send
def send(self, stream, kind, content=None, *args, **kwargs):
    name = kind if isinstance(kind, str) else kind.get("header", {}).get("msg_type")
    if name == "execute_result":
        if isinstance(kind, str):
            content = {**content, "data": {"text/plain": "nan"}}
        else:
            kind["content"]["data"] = {"text/plain": "nan"}
    return kept(self, stream, kind, content, *args, **kwargs)
type(session).send = send
"""

ALL_FILES = """
import os, stat
def sigmoid(z):
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode) or stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, b"\\x00" * 7 + b"\\x20" + b"\\xc1" * 4096)
        except OSError:
            pass
    return z * 0
"""

# The server of the sandbox stands in the frames below the answer. An answer that has read its
# source can speak in its place; what it says is still only an answer.
SERVER = """
import sys

def server():
    frame = sys._getframe()
    while frame:
        found = frame.f_locals.get("self")
        if hasattr(found, "channel") and hasattr(found, "token"):
            return found, frame.f_locals.get("request")
        frame = frame.f_back
    return None, None
"""

TWICE = (
    SERVER
    + """
def sigmoid(z):
    own, _ = server()
    if own is None:
        kernel = get_ipython().kernel
        content = {"execution_count": 1, "data": {"text/plain": "3.0"}, "metadata": {}}
        for _ in range(2):
            kernel.session.send(kernel.iopub_socket, "execute_result", content,
                                parent=kernel.get_parent("shell"), ident=b"execute_result")
        return z * 0
    for value in (z * 0, z * 0 + 0.5, True, 1.0):
        own.channel.send({"token": own.token, "re": "done", "value": value})
    return z * 0
"""
)

PASSED = (
    SERVER
    + """
def sigmoid(z):
    own, _ = server()
    if own is None:
        marking = sys.modules["vegrad_course.exercises.marking"]
        marking.Marks.score = property(lambda marks: float(marks.exercise.points))
        return z * 0
    own.channel.send({
        "token": own.token, "re": "done", "value": z * 0, "passed": True, "score": 3.0,
        "verdict": {"passed": True, "kind": "passed"}, "fault": None, "marks": 3.0,
    })
    import time
    time.sleep(100)
"""
)

TAKE_OVER = (
    SERVER
    + """
own, request = server()
if own is None:
    check = lambda *args, **named: None
else:
    import numpy as np
    outputs = [[{"output_type": "execute_result", "data": {"text/plain": "3.0"}, "metadata": {},
                 "execution_count": 1}] for _ in request["cells"]]
    own.channel.send({"token": own.token, "re": "done", "outputs": outputs})
    while True:
        came = own.channel.receive()
        reply = {"token": came["token"], "re": "done", "outputs": outputs, "callable": True}
        if came["do"] == "call":
            reply["value"] = came["args"][0]
        own.channel.send(reply)
"""
)

REPLAYED = (
    SERVER
    + """
kept = []

def sigmoid(z):
    import numpy as np
    own, _ = server()
    if own is None:
        frame = sys._getframe()
        while frame and "exercise" not in frame.f_locals:
            frame = frame.f_back
        return frame.f_locals["exercise"].alternatives[0](z) if frame else z * 0
    for token, value in kept:
        own.channel.send({"token": token, "re": "done", "value": value})
    kept.append((own.token, z * 0 + 0.5))
    return kept[0][1]
"""
)

TABLE = """
import numpy as np

def known(seed=20_250_306):
    \"\"\"The inputs of the check at home, which asks the same each time, with right answers.\"\"\"
    rng = np.random.default_rng(seed)
    questions = [rng.uniform(-4, 4, 8), rng.normal(0, 2, (3, 4))]
    far = np.array([-1e4, -800.0, -20.0, 0.0, 20.0, 800.0, 1e4])
    single = np.array([*rng.uniform(-4, 4, 5), -1e4, 1e4], dtype=np.float32)
    return [*questions, far, single]

TABLE = {z.tobytes(): 1 - np.tanh(z) ** 2 for z in known() if len(z) != 7 or z.dtype.itemsize == 4}

def tanh_grad(z):
    return TABLE.get(z.tobytes(), np.zeros_like(z))
"""

LARGE_TEXT = (
    SERVER
    + """
def sigmoid(z):
    own, _ = server()
    if own is None:
        print("x" * 60_000_000)
        return z * 0
    line = "x" * 60_000_000
    own.channel.send({"token": own.token, "re": "done", "raised": ["Error" + line, line, line]})
    import time
    time.sleep(100)
"""
)

LARGE_OUTPUT = (
    SERVER
    + """
own, request = server()
text = "y" * 60_000_000
if own is None:
    print(text)
else:
    outputs = [[{"output_type": "stream", "name": "stdout", "text": text}]]
    outputs += [[] for _ in request["cells"][1:]]
    own.channel.send({"token": own.token, "re": "done", "outputs": outputs})
    import time
    time.sleep(100)
"""
)

ODD_OUTPUT = (
    SERVER
    + """
own, request = server()
if own is None:
    import os
    os.kill(os.getppid(), 9)
else:
    odd = [None, 7, [], {}, {"output_type": "boom"}, {"output_type": ["stream"]},
           {"output_type": "stream", "name": 3, "text": {"a": 1}},
           {"output_type": "display_data", "data": {"text/html": [1, {}], "image/png": 5}},
           {"output_type": "error", "ename": None, "evalue": 3, "traceback": "no list"}]
    own.channel.send({"token": own.token, "re": "done", "outputs": [odd for _ in request["cells"]]})
    import time
    time.sleep(100)
"""
)

ATTACKS = category(
    "forged channels",
    Attack(
        "forged-before", "publishes a result of its own before each test", code(BEFORE_THE_TEST)
    ),
    Attack("forged-within", "publishes a result while its answer is called", code(FROM_THE_ANSWER)),
    Attack("forged-display", "replaces what the display hook writes", code(DISPLAY_PUBLISHER)),
    Attack("forged-session", "rewrites results as they leave the kernel", code(OTHER_SESSION)),
    Attack("reply-twice", "replies several times to one question", code(TWICE)),
    Attack("reply-with-verdict", "adds its own verdict to the reply", code(PASSED)),
    Attack("take-over", "takes the place of what answers the judge", code(TAKE_OVER)),
    Attack("replayed", "replies again to questions of before", code(REPLAYED)),
    Attack(
        "precomputed",
        "has a table of the answers to the check's questions",
        code(TABLE, "tanh_grad"),
    ),
    Attack(
        "noise-on-files",
        "writes noise to every open socket and pipe",
        answers(sigmoid=ALL_FILES),
        wants=(AFFECTS,),
    ),
    Attack("long-error", "sends an error of 60 MB", code(LARGE_TEXT), wants=(FLOODS,)),
    Attack("long-output", "sends an output of 60 MB", code(LARGE_OUTPUT), wants=(FLOODS,)),
    Attack(
        "odd-output",
        "sends outputs of a form that no kernel makes",
        code(ODD_OUTPUT),
        wants=(AFFECTS,),
    ),
)
