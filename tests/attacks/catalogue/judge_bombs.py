"""Answers that are made to hurt whoever looks at them."""

from tests.attacks.catalogue.channels import SERVER
from tests.attacks.catalogue.model import AFFECTS, FLOODS, HOLDS, Attack, category, code

HUGE_INTEGER = "tanh_breaks_at = 10 ** 1_000_000"

HUGE_FROM_ANSWER = """
def sigmoid(z):
    return 7 ** 2_000_000
"""

CATASTROPHIC = """
tanh_breaks_at = "8" * 60 + "x"
"""

NESTED = """
value = 0.25
for _ in range(100_000):
    value = [value]

def sigmoid(z):
    return value
"""

CIRCLE = """
value = [1.0]
value.append(value)

def sigmoid(z):
    return value
"""

MANY_NUMBERS = """
import numpy as np

def sigmoid(z):
    return np.zeros(60_000_000)
"""

BROADCAST = """
import numpy as np

def sigmoid(z):
    return np.broadcast_to(z[..., :1].ravel()[:1], (10**9,))
"""

BROADCASTS = """
import numpy as np

def sigmoid(z):
    wide = np.broadcast_to(z.ravel()[:1], (2 * 10**8,))
    return [wide, wide, wide]
"""

EMPTY_LISTS = """
def sigmoid(z):
    return [[]] * 40_000_000
"""

ASKS_BACK = """
def gradient_check(f, x, eps):
    import numpy as np
    try:
        f(np.broadcast_to(x[:1], (3 * 10**8,)))
    except Exception:
        pass
    while True:
        f(x)
"""

LENT_TEXT = """
def gradient_check(f, x, eps):
    for odd in ("x" * 10**6, 10**300, [[1, [2]]], None, {}, {"a": f}, ..., 2**70, b"x", f, [x] * 10**6):
        try:
            f(odd)
        except Exception:
            pass
    return x * 0
"""

LONG_TEXT = """
def sigmoid(z):
    return "answer " * 8_000_000
"""

ODD_NAMES = """
def sigmoid(z):
    return {"__class__": 1, "result\\0": 2, 3: 4, "a": z}
"""

NO_NAMES = """
def sigmoid(z):
    return {}
"""

MANY_NAMES = """
def sigmoid(z):
    return {f"part{i}": i for i in range(1_000_000)}
"""

ODD_ERROR = """
class Odd(Exception):
    def __str__(self):
        raise SystemExit(3)
    __repr__ = __str__

def sigmoid(z):
    raise Odd("x")
"""

ENDLESS_ERROR = """
import time

class Odd(Exception):
    def __str__(self):
        while True:
            time.sleep(1)

def sigmoid(z):
    raise Odd("x")
"""

SURROGATES = """
def sigmoid(z):
    raise ValueError("\\udc80\\ud800\\x00\\x1b[2J" + "\\u202e" * 10)
"""

SURROGATE_OUTPUT = """
import sys
print("\\udc80 \\ud800 \\x00 \\x08")

def sigmoid(z):
    return "\\udc80"
"""

WARNINGS = """
import warnings

def sigmoid(z):
    for number in range(200_000):
        warnings.warn(f"{number}" * 50)
    return z * 0
"""

FORGED_WARNINGS = (
    SERVER
    + """
def sigmoid(z):
    own, _ = server()
    if own is None:
        import warnings
        for number in range(3_000_000):
            warnings.warn(f"{number}", stacklevel=1)
        return z * 0
    many = [["UserWarning", "x"]] * 6_000_000
    own.channel.send({"token": own.token, "re": "done", "value": z * 0, "warnings": many})
    import time
    time.sleep(100)
"""
)

FORGED_VIEWS = (
    SERVER
    + """
def sigmoid(z):
    import msgpack
    own, _ = server()
    if own is None:
        return z * 0

    def say(code, content):
        reply = {"token": own.token, "re": "done", "value": msgpack.ExtType(code, msgpack.packb(content))}
        body = msgpack.packb(reply)
        own.channel.line.sendall(len(body).to_bytes(8, "big") + body)

    say(4, [0, 0, "<f8", [10**9, 8], [0, 0]])
    say(1, ["<f8", [10**9, 10**9], b""])
    say(1, ["V8,i8", [1], b"12345678"])
    say(4, [0, -64, "<f8", [8], [8]])
    return z * 0
"""
)

LENGTH = (
    SERVER
    + """
def sigmoid(z):
    own, _ = server()
    if own is None:
        return z * 0
    own.channel.line.sendall(b"\\x7f" + b"\\xff" * 7)
    for _ in range(2000):
        own.channel.line.sendall(b"x" * 2**20)
"""
)

SLOW_DRIP = (
    SERVER
    + """
def sigmoid(z):
    import time
    own, _ = server()
    begun = time.time()
    while own is None and time.time() < begun + 150:
        try:
            time.sleep(1)
        except BaseException:
            pass
    own.channel.line.sendall((10**6).to_bytes(8, "big"))
    while time.time() < begun + 150:
        try:
            own.channel.line.sendall(b"x")
            time.sleep(0.2)
        except OSError:
            raise
        except BaseException:
            pass
"""
)

ATTACKS = category(
    "judge bombs",
    Attack(
        "huge-integer",
        "answers with a million digits",
        code(HUGE_INTEGER, "tanh_breaks_at"),
        wants=(HOLDS,),
        works_on="asserts",
    ),
    Attack(
        "huge-from-answer",
        "returns two million digits",
        code(HUGE_FROM_ANSWER),
        wants=(HOLDS,),
        works_on="asserts",
    ),
    Attack(
        "catastrophic-text",
        "a text that a careless pattern never finishes",
        code(CATASTROPHIC, "tanh_breaks_at"),
        wants=(HOLDS,),
        works_on="asserts",
    ),
    Attack(
        "nested",
        "a list in a list, 100,000 deep",
        code(NESTED),
        wants=(AFFECTS,),
        works_on="asserts",
    ),
    Attack(
        "circle", "a list that holds itself", code(CIRCLE), wants=(AFFECTS,), works_on="asserts"
    ),
    Attack(
        "many-numbers", "returns 480 MB", code(MANY_NUMBERS), wants=(FLOODS,), works_on="asserts"
    ),
    Attack(
        "broadcast",
        "a view of one number, a thousand million long",
        code(BROADCAST),
        wants=(FLOODS,),
        works_on="asserts",
    ),
    Attack(
        "broadcasts", "a list of such views", code(BROADCASTS), wants=(FLOODS,), works_on="asserts"
    ),
    Attack(
        "empty-lists",
        "forty million empty lists",
        code(EMPTY_LISTS),
        wants=(FLOODS,),
        works_on="asserts",
    ),
    Attack(
        "asks-back",
        "hands the judge's function huge views, for ever",
        code(ASKS_BACK, "gradient_check"),
        wants=(HOLDS,),
    ),
    Attack(
        "asks-oddly",
        "hands the judge's function odd things",
        code(LENT_TEXT, "gradient_check"),
        wants=(FLOODS,),
        works_on="asserts",
    ),
    Attack(
        "long-text", "returns 56 MB of text", code(LONG_TEXT), wants=(FLOODS,), works_on="asserts"
    ),
    Attack(
        "odd-names",
        "returns a map of odd names",
        code(ODD_NAMES),
        wants=(AFFECTS,),
        works_on="judge",
    ),
    Attack("no-names", "returns an empty map", code(NO_NAMES), wants=(AFFECTS,), works_on="judge"),
    Attack(
        "many-names",
        "returns a million named results",
        code(MANY_NAMES),
        wants=(HOLDS, AFFECTS),
        works_on="judge",
    ),
    Attack(
        "odd-error",
        "an error that cannot be printed",
        code(ODD_ERROR),
        wants=(AFFECTS,),
        works_on="judge",
    ),
    Attack("endless-error", "an error whose text never comes", code(ENDLESS_ERROR), wants=(HOLDS,)),
    Attack(
        "surrogates",
        "an error text that is no text",
        code(SURROGATES),
        wants=(AFFECTS,),
        works_on="judge",
    ),
    Attack(
        "surrogate-output",
        "prints what is no text",
        code(SURROGATE_OUTPUT),
        wants=(AFFECTS,),
        works_on="judge",
    ),
    Attack("warning-flood", "warns 200,000 times", code(WARNINGS), wants=(HOLDS,)),
    Attack("forged-warnings", "claims six million warnings", code(FORGED_WARNINGS), wants=(HOLDS,)),
    Attack(
        "forged-views",
        "claims views of memory that is not its own",
        code(FORGED_VIEWS),
        wants=(AFFECTS,),
        works_on="judge",
    ),
    Attack(
        "forged-length",
        "claims a message of 2**63 bytes",
        code(LENGTH),
        wants=(AFFECTS,),
        works_on="judge",
    ),
    Attack("slow-drip", "sends its reply one byte at a time", code(SLOW_DRIP), wants=(HOLDS,)),
)
