"""Answers made to hurt whoever looks at them: huge numbers, patterns, views, messages, lists."""

from tests.attacks.catalogue.channels import SERVER
from tests.attacks.catalogue.model import FLOODS, HOLDS, Attack, category, code

HUGE_INTEGER = "tanh_breaks_at = 10 ** 1_000_000"

CATASTROPHIC = """
tanh_breaks_at = "8" * 60 + "x"
"""

HUGE_EXPONENT = """
one_percent_z = "1e200000000"
"""

# These speak to the judge themselves, below the part of the format that checks what it sends.
RAW = (
    SERVER
    + """
import msgpack

def raw(own, **message):
    body = msgpack.packb({"token": own.token, **message})
    own.channel.line.sendall(len(body).to_bytes(8, "big") + body)

def view(numbers):
    return msgpack.ExtType(4, msgpack.packb([0, 0, "<f8", [numbers], [0]]))
"""
)

BROADCASTS = (
    RAW
    + """
def sigmoid(z):
    own, _ = server()
    raw(own, re="done", value=[view(25_000_000)] * 4)
    return z * 0
"""
)

ASKS_WITH_VIEWS = (
    RAW
    + """
def gradient_check(f, x, eps):
    own, _ = server()
    args = msgpack.ExtType(6, msgpack.packb([view(100_000_000)]))
    raw(own, re="ask", of=0, args=args)
    own.channel.receive()
    return x * 0
"""
)

EMPTY_LISTS = (
    RAW
    + """
def sigmoid(z):
    own, _ = server()
    raw(own, re="done", value=[[]] * 20_000_000)
    return z * 0
"""
)

FORGED_WARNINGS = (
    RAW
    + """
def sigmoid(z):
    own, _ = server()
    raw(own, re="done", value=0, warnings=[["UserWarning", "x"]] * 8_000_000)
    return z * 0
"""
)

LENGTH = (
    SERVER
    + """
def sigmoid(z):
    own, _ = server()
    own.channel.line.sendall(b"\\x7f" + b"\\xff" * 7)
    for _ in range(900):
        own.channel.line.sendall(b"x" * 2**20)
    return z * 0
"""
)


ATTACKS = category(
    "judge bombs",
    Attack(
        "huge-integer",
        "answers with a million digits",
        code(HUGE_INTEGER, "tanh_breaks_at"),
        wants=(HOLDS,),
        cells="hand-written",
    ),
    Attack(
        "catastrophic-text",
        "a text that a careless pattern never finishes",
        code(CATASTROPHIC, "tanh_breaks_at"),
        wants=(HOLDS,),
        cells="hand-written",
    ),
    Attack(
        "huge-exponent",
        "a short text for a number of two hundred million digits",
        code(HUGE_EXPONENT, "one_percent_z"),
        wants=(HOLDS,),
        cells="hand-written",
    ),
    Attack(
        "broadcasts",
        "a list of views of one number, each 25 million long",
        code(BROADCASTS),
        wants=(FLOODS,),
        works_on="check view",
    ),
    Attack(
        "asks-with-views",
        "hands the judge's own function a view 100 million long",
        code(ASKS_WITH_VIEWS, "gradient_check"),
        wants=(FLOODS,),
        works_on="check view",
    ),
    Attack(
        "empty-lists",
        "twenty million empty lists in twenty megabytes",
        code(EMPTY_LISTS),
        wants=(FLOODS,),
        works_on="check items",
    ),
    Attack(
        "forged-warnings",
        "claims eight million warnings",
        code(FORGED_WARNINGS),
        wants=(FLOODS,),
        works_on="check items",
    ),
    Attack(
        "forged-length",
        "claims a message of 2**63 bytes and sends 900 MB of it",
        code(LENGTH),
        wants=(FLOODS,),
        works_on="check size",
    ),
)
