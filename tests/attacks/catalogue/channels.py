"""Forged results on any channel, replies sent twice, replayed and precomputed answers."""

from tests.attacks.catalogue.model import AFFECTS, Attack, answers, category, code

BEFORE_THE_TEST = """
def forge(*_):
    kernel = get_ipython().kernel
    content = {"execution_count": 1, "data": {"text/plain": "1.0"}, "metadata": {}}
    kernel.session.send(kernel.iopub_socket, "execute_result", content,
                        parent=kernel.get_parent("shell"), ident=b"execute_result")

get_ipython().events.register("pre_run_cell", forge)
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
    import numpy as np
    own, _ = server()
    right = 0.5 * (1 + np.tanh(0.5 * z))
    own.channel.send({"token": own.token, "re": "done", "value": right})
    return right
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


REPLAYED = (
    SERVER
    + """
kept = []

def sigmoid(z):
    import numpy as np
    own, _ = server()
    right = 0.5 * (1 + np.tanh(0.5 * z))
    for token, value in kept:
        own.channel.send({"token": token, "re": "done", "value": value})
    kept.append((own.token, right))
    return right
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


ODD_OUTPUT = (
    SERVER
    + """
own, request = server()
odd = [None, 7, [], {"output_type": "boom"}, {"output_type": ["stream"]}]
own.channel.send({"token": own.token, "re": "done", "outputs": [odd for _ in request["cells"]]})
"""
)

ATTACKS = category(
    "forged channels",
    Attack(
        "forged-before", "publishes a result of its own before each test", code(BEFORE_THE_TEST)
    ),
    Attack("forged-session", "rewrites results as they leave the kernel", code(OTHER_SESSION)),
    Attack(
        "reply-twice",
        "replies twice to each question, both times right",
        code(TWICE),
        works_on="check token",
    ),
    Attack("reply-with-verdict", "adds its own verdict to the reply", code(PASSED)),
    Attack(
        "replayed",
        "sends its replies to earlier questions again",
        code(REPLAYED),
        works_on="check token",
    ),
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
    Attack(
        "odd-output",
        "sends outputs of a form that no kernel makes",
        code(ODD_OUTPUT),
        wants=(AFFECTS,),
        works_on="check output form",
    ),
)
