"""The interpreter, the kernel, numpy, torch or the check, patched from inside."""

from tests.attacks.catalogue.model import Attack, category, code

OWN_CHECK = """
def check(*args, **named):
    return float("nan")
"""


ISCLOSE = """
import numpy as np
np.isclose = lambda a, b, **options: np.ones(np.shape(a), bool)

def sigmoid(z):
    return z * 0
"""

TORCH = """
import torch
torch.sigmoid = lambda z: z * 0

def sigmoid(z):
    return z * 0
"""

BUILTINS_ALL = """
import builtins
builtins.sum = lambda things, start=0: len(list(things))
"""

FAKE_MODULE = """
import sys, types
fake = types.ModuleType("vegrad_course")
fake.check = lambda *args, **named: None
sys.modules["vegrad_course"] = fake
from vegrad_course import check
"""

JUDGE_CODE = """
import sys
marking = sys.modules["vegrad_course.exercises.marking"]
def judge(exercise, case, outputs):
    return PASSED
marking.PASSED = sys.modules["vegrad_course.exercises.model"].PASSED
marking.judge.__code__ = judge.__code__
"""


DO_EXECUTE = """
kernel = get_ipython().kernel

async def do_execute(code, silent, *args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

kernel.do_execute = do_execute
"""

ONLY_WHEN_GRADED = """
import os

def graded():
    path, env = os.getcwd(), os.environ
    return "NBGRADER_EXECUTION" in env or "autograded" in path or "JPY_SESSION_NAME" not in env

if graded():
    check = lambda *args, **named: None
"""

CTYPES = """
import ctypes, gc
check_code = check.__code__
harmless = (lambda *args, **named: None).__code__
offset = next(
    i for i in range(16, 200, 8)
    if ctypes.c_size_t.from_address(id(check) + i).value == id(check_code)
)
gc.disable()
ctypes.pythonapi.Py_IncRef(ctypes.py_object(harmless))
ctypes.c_size_t.from_address(id(check) + offset).value = id(harmless)
"""

ATTACKS = category(
    "patching",
    Attack("own-check", "defines its own `check`", code(OWN_CHECK)),
    Attack("patched-numpy", "makes np.isclose say yes to everything", code(ISCLOSE)),
    Attack("patched-torch", "makes torch, the independent judge, compute zeros", code(TORCH)),
    Attack("patched-builtins", "makes `sum` count failures as passes", code(BUILTINS_ALL)),
    Attack("fake-module", "puts a fake vegrad_course into sys.modules", code(FAKE_MODULE)),
    Attack("judge-code", "swaps the code object of the judge", code(JUDGE_CODE)),
    Attack("ctypes", "overwrites the check's code in memory", code(CTYPES)),
    Attack("do-execute", "replaces the kernel's do_execute, so tests do nothing", code(DO_EXECUTE)),
    Attack("only-when-graded", "is honest at home and cheats when graded", code(ONLY_WHEN_GRADED)),
)
