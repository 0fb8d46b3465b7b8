"""Objects that fake equality or comparison; inputs changed in place; views of inputs; pickles."""

from tests.attacks.catalogue.model import GAINS, TOUCHES, Attack, category, code

FLOAT = """
class Agreeable(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    __hash__ = float.__hash__

max_slope = Agreeable(7)
"""


TORCH_FUNCTION = """
import torch

class Agreeable(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

def tanh_grad(z):
    return torch.zeros(z.shape).as_subclass(Agreeable)
"""

SHAPE_SHIFTER = """
import numpy as np

class Shifting:
    def __array__(self, dtype=None, copy=None):
        import inspect
        frames = [f.frame for f in inspect.stack()]
        wanted = [f.f_locals["due"] for f in frames if "due" in f.f_locals]
        return np.array(wanted[0] if wanted else 0.0)

def sigmoid(z):
    return Shifting()
"""

MUTATED = """
import numpy as np

def sigmoid(z):
    z[:] = 0
    return np.full(z.shape, 0.5)
"""

FIXED_POINT = """
def sigmoid(z):
    z[...] = 0.6590460684074066   # sigmoid(z) = z there
    return z[:]
"""


PICKLE = """
import io
import numpy as np

class Loaded:
    def __reduce__(self):
        return (io.open, ("@OUTSIDE@/pickled", "w"))

def sigmoid_grad(z):
    return Loaded()
"""

OBJECT_ARRAY = """
import io
import numpy as np

class Loaded:
    def __reduce__(self):
        return (io.open, ("@OUTSIDE@/pickled", "w"))

def sigmoid_grad(z):
    return np.array([Loaded()] * len(z), dtype=object)
"""


ATTACKS = category(
    "fake objects",
    Attack(
        "agreeable-float",
        "a float equal to and below all",
        code(FLOAT, "max_slope"),
        cells="hand-written",
    ),
    Attack(
        "torch-function",
        "a tensor whose __torch_function__ says yes to torch.allclose",
        code(TORCH_FUNCTION, "tanh_grad"),
        cells="hand-written",
    ),
    Attack(
        "shape-shifter",
        "becomes what its caller expects",
        code(SHAPE_SHIFTER),
        cells="hand-written",
    ),
    Attack(
        "mutates-input",
        "changes the question to one it can answer",
        code(MUTATED),
        cells="hand-written",
    ),
    Attack(
        "view-of-input",
        "returns a view of an input that it changed",
        code(FIXED_POINT),
        cells="hand-written",
    ),
    Attack(
        "pickle",
        "returns an object that runs code where it is unpickled",
        code(PICKLE, "sigmoid_grad"),
        wants=(TOUCHES, GAINS),
        cells="hand-written",
    ),
    Attack(
        "object-array",
        "hides such objects in an array",
        code(OBJECT_ARRAY, "sigmoid_grad"),
        wants=(TOUCHES, GAINS),
        cells="hand-written",
    ),
)
