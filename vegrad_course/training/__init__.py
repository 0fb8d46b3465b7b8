"""Train many small networks at once: seeds × gains × depths in one call.

    from vegrad_course.datasets import digits
    from vegrad_course.training import Network, Recipe, train

    networks = [Network(depth, sigma_w2=s, seed=seed) for depth in (10, 40) for s in (1, 2) ...]
    results = train(networks, Recipe(lr=0.05, steps=200), digits())

`train_one_by_one` is the plain loop with `torch.nn`. Both draw the same weights and the same
batches, and end with the same numbers but for rounding. `benchmarks/training.py` times them.

Where the time of the loop goes. One layer of width 64 on a batch of 64 needs three small matrix
products: W a on the way forward, W^T delta and delta a^T on the way back. In the loop they are the
smaller part of a step. The rest is the tanh, and what surrounds each operation: Python, autograd's
record of it, a new array for its result, an optimiser that visits every parameter.

What `train` does about it, most rewarding first:

1. *Equal networks are one* (`stack.py`). The layers l of K networks are one array (K, n_l,
   n_{l-1}), and one `baddbmm` moves all K forward. The price of calling an operation is paid once
   for K networks. Networks of another shape form another stack: with tens of networks in each,
   nothing would be gained by mixing depths.
2. *Backpropagation by hand* (`Stack.backward`). The two lines of the derivation replace autograd.
   Activations and deltas are written into arrays made once. tanh, sigmoid and the rectifiers tell
   their derivative from their output, so the output overwrites z.
3. *A better tanh* (`activations.py`). numpy's is several times as fast as torch's on a CPU, where
   torch's takes longer than the matrix product beside it. The short cut 2 sigmoid(2z) - 1 is
   fast too, but loses every digit near 0, where the signal of a vanishing network lives.
4. *The step inside the product* (`optimizers.py`). W <- W - lr delta^T a is one `baddbmm_`: the
   gradient is never stored. Adam cannot do this; it uses torch's fused kernel.
5. *One stack on each processor* (`together.py`). Each worker takes a stack of its own and waits for
   nobody. torch's own threads meet after every operation, which on a busy machine can take longer
   than the operation.
6. *No question on the way.* The losses are stored as they come, and looked at after the last step.
   A run that diverged has been computing NaN since then, in its own slice of the arrays: its
   neighbours never see it.

What remains is mostly the matrix products.
"""

from vegrad_course.training.activations import ACTIVATIONS
from vegrad_course.training.data import Data
from vegrad_course.training.loop import train_one_by_one
from vegrad_course.training.network import Network
from vegrad_course.training.recipe import Recipe
from vegrad_course.training.result import Result
from vegrad_course.training.together import train

__all__ = ["ACTIVATIONS", "Data", "Network", "Recipe", "Result", "train", "train_one_by_one"]
