"""Networks that lesson 03 asks about, and what torch says of them without our formulas."""

import numpy as np

from vegrad_course.exercises.model import Case


def network(rng, *sizes):
    """Weights and pre-activations of layers of these sizes, input first."""
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    Ws = [rng.normal(0, 1.5 / np.sqrt(n_in), (n_out, n_in)) for n_out, n_in in shapes]
    zs = [rng.normal(0, 1, n_out) for n_out, _ in shapes]
    return Ws, zs


def product_cases(rng, expect):
    """Stacks of linear layers: square, narrowing, deeper."""
    for name, sizes in {
        "three square layers": (3, 3, 3, 3),
        "layers of different widths": (3, 6, 5, 4),
        "six square layers": (4, 4, 4, 4, 4, 4, 4),
    }.items():
        yield Case(name, {"Ws": network(rng, *sizes)[0]}, expect)


def response(Ws, zs, f):
    """The torch function from a small change of a_0 to the change of a_L that it causes."""
    import torch

    activation = getattr(torch, f)

    def change(delta):
        for W, z in zip(map(torch.tensor, Ws), map(torch.tensor, zs), strict=True):
            delta = activation(z + W @ delta) - activation(z)
        return delta

    return change


def stretches(Ws):
    """The singular values of the product of all layers, largest first, by torch."""
    import torch

    product = torch.tensor(Ws[0])
    for W in Ws[1:]:
        product = torch.tensor(W) @ product
    return torch.linalg.svdvals(product).numpy()


def spectral_radius(W):
    """The largest eigenvalue magnitude, by torch."""
    import torch

    return float(torch.linalg.eigvals(torch.tensor(W, dtype=torch.float64)).abs().max())
