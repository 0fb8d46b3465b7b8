"""grad_norms(model): the norm of the gradient of every parameter of a torch model."""

from itertools import pairwise

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain


def cases(rng):
    expect = "One entry for each parameter that has a gradient: its name, and the Euclidean norm."
    yield Case("two layers with biases", given(rng, (4, 3, 2)), expect)
    yield Case("four layers", given(rng, (3, 6, 5, 4, 2)), expect)
    yield Case(
        "the first layer is frozen",
        given(rng, (4, 3, 2), frozen=True),
        "The parameters 0.weight and 0.bias have no gradient: `p.grad` is None. Leave them out.",
    )
    yield Case(
        "gradients that are exactly zero",
        given(rng, (4, 3, 2), zero=True),
        "A gradient of zero is a gradient: its norm is 0, and it belongs in the dict.",
    )
    yield Case(
        "very small gradients, in float32",
        given(rng, (4, 3, 2), scale=1e-30),
        "The squares of these entries are below the smallest float32. The norms are not.",
    )


def given(rng, sizes, frozen=False, zero=False, scale=1.0):
    """Sizes of the layers, and a float32 gradient for each parameter; `zero`: in layer 1."""
    shapes = [shape for n, m in pairwise(sizes) for shape in ((m, n), (m,))]
    grads = [(scale * rng.normal(size=shape)).astype(np.float32) for shape in shapes]
    if zero:
        grads[:2] = [0 * grad for grad in grads[:2]]
    return {"sizes": sizes, "frozen": frozen, "grads": grads}


def collect(answer, case):
    """Build the model with its gradients, hand it over, and take plain numbers back."""
    returned = answer(model_of(case))
    if not isinstance(returned, dict):
        kind = "nothing (None)" if returned is None else f"a {type(returned).__name__}"
        raise NotPlain(f"Return a dict from name to norm; {kind} came back.")
    return {str(name): plain(item) for name, item in returned.items()}


def plain(item):
    """Tensors and numpy numbers in float64, where 1e-30 can be told from 0; the rest as it is."""
    item = item.detach().numpy() if hasattr(item, "detach") else item
    return np.asarray(item, float) if isinstance(item, np.generic | np.ndarray) else item


def model_of(case):
    import torch

    layers = []
    for n, m in pairwise(case["sizes"]):
        layers += [torch.nn.Linear(n, m), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    for i, (p, grad) in enumerate(zip(model.parameters(), case["grads"], strict=True)):
        p.requires_grad_(not (case["frozen"] and i < 2))
        p.data = torch.linspace(-0.5, 1, p.numel()).reshape(p.shape)
        p.grad = torch.from_numpy(grad.copy()) if p.requires_grad else None
    return model


def wanted(case):
    """Name to norm, by numpy in float64."""
    names = [
        f"{2 * i}.{part}" for i in range(len(case["sizes"]) - 1) for part in ("weight", "bias")
    ]
    norms = [np.sqrt(np.sum(grad.astype(float) ** 2)) for grad in case["grads"]]
    return dict(list(zip(names, norms, strict=True))[2 if case["frozen"] else 0 :])


def judge(case, outputs):
    due = wanted(case)
    if outputs.arrays.keys() != due.keys():
        return failed("shape", f"your dict has the names {told(outputs.arrays)}; due: {told(due)}.")
    return first_problem(PASSED, *(one(outputs, name, norm) for name, norm in due.items()))


def one(outputs, name, norm):
    return compare(outputs, norm, part=name, rtol=1e-5, atol=1e-40)


def told(names):
    return ", ".join(names) or "(none)"


def norm_in_float32(model):
    return {n: p.grad.norm().item() for n, p in model.named_parameters() if p.grad is not None}


def squared_norms(model):
    return {
        n: (p.grad.double() ** 2).sum().item()
        for n, p in model.named_parameters()
        if p.grad is not None
    }


def root_mean_squares(model):
    return {
        n: (p.grad.double() ** 2).mean().sqrt().item()
        for n, p in model.named_parameters()
        if p.grad is not None
    }


def sums_of_sizes(model):
    return {
        n: p.grad.double().abs().sum().item()
        for n, p in model.named_parameters()
        if p.grad is not None
    }


def mean_sizes(model):
    return {
        n: p.grad.double().abs().mean().item()
        for n, p in model.named_parameters()
        if p.grad is not None
    }


def largest_entries(model):
    return {
        n: p.grad.double().abs().max().item()
        for n, p in model.named_parameters()
        if p.grad is not None
    }


def plain_sums(model):
    return {
        n: p.grad.double().sum().item() for n, p in model.named_parameters() if p.grad is not None
    }


def norms_of_the_weights(model):
    return {n: p.detach().double().norm().item() for n, p in model.named_parameters()}


def weights_only(model):
    return {
        n: p.grad.double().norm().item()
        for n, p in model.named_parameters()
        if p.grad is not None and p.dim() > 1
    }


def missing_as_zero(model):
    named = model.named_parameters()
    return {n: 0.0 if p.grad is None else p.grad.double().norm().item() for n, p in named}


def leaves_zeros_out(model):
    return {
        n: p.grad.double().norm().item()
        for n, p in model.named_parameters()
        if p.grad is not None and p.grad.any()
    }


def does_not_ask_for_none(model):
    return {n: p.grad.double().norm().item() for n, p in model.named_parameters()}


def in_decades(model):
    return {
        n: np.log10(p.grad.double().norm().item())
        for n, p in model.named_parameters()
        if p.grad is not None
    }


def one_norm_for_all(model):
    grads = [p.grad.double() for p in model.parameters() if p.grad is not None]
    return {"total": sum((g**2).sum().item() for g in grads) ** 0.5}


def by_numpy(model):
    norms = {}
    for name, p in model.named_parameters():
        if p.grad is not None:
            norms[name] = np.linalg.norm(p.grad.numpy().astype(np.float64))
    return norms


def by_dividing_first(model):
    norms = {}
    for name, p in model.named_parameters():
        if p.grad is not None:
            largest = p.grad.abs().max()
            norms[name] = largest * (p.grad / largest).norm() if largest > 0 else largest
    return norms


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "After `loss.backward()` each parameter p of a torch model carries its gradient in "
        "`p.grad`, of the same shape as p. Some have none: then it is None.",
        "`model.named_parameters()` gives pairs of a name and a parameter. Write a loop, or a "
        "dict in one line: `{name: ... for name, p in ... if ...}`.",
        "The norm is the root of the sum of all squared entries: `p.grad.double().norm().item()`. "
        "Without `.double()` the squares of small entries become 0.",
    ),
    misconceptions=(
        Misconception(
            squared_norms,
            "You returned the sum of squares. The norm is its root: `** 0.5`.",
        ),
        Misconception(
            root_mean_squares,
            "You returned the root mean square. A norm adds the squares; it does not average them.",
        ),
        Misconception(
            sums_of_sizes,
            "You added the absolute values. The Euclidean norm adds squares, and takes the root.",
        ),
        Misconception(
            mean_sizes,
            "You returned the mean absolute value. The Euclidean norm is the root of the sum of "
            "squares.",
        ),
        Misconception(
            largest_entries,
            "You returned the largest entry. The norm counts all entries: root of the sum of "
            "squares.",
        ),
        Misconception(
            plain_sums,
            "You added the entries with their signs, so that they cancel. A norm squares first.",
        ),
        Misconception(
            norms_of_the_weights,
            "You measured the parameters themselves. Their gradients are in `p.grad`.",
        ),
        Misconception(
            weights_only,
            "The biases are missing. They are parameters too, and have a gradient each.",
        ),
        Misconception(
            missing_as_zero,
            "You wrote 0 for a parameter that has no gradient. *None* means that nothing was "
            "measured: the layer is frozen, or not in use. Zero means that the gradient died. "
            "These are two different illnesses: leave None out.",
        ),
        Misconception(
            leaves_zeros_out,
            "You left out a gradient that is zero, perhaps with `if p.grad` or a norm > 0. A zero "
            "is what you are looking for! Leave out only `None`.",
        ),
        Misconception(
            does_not_ask_for_none,
            "Your function fails when a parameter has no gradient. A frozen layer has `p.grad` "
            "None: ask `p.grad is not None` first.",
        ),
        Misconception(
            in_decades,
            "You took the log10. The norms themselves are asked for; we take logarithms when we "
            "draw them.",
        ),
        Misconception(
            one_norm_for_all,
            "You joined all parameters to one norm. One total cannot show *where* the gradient is "
            "lost. Return one norm for each parameter, under its name.",
        ),
        Misconception(
            norm_in_float32,
            "Your norm of a small gradient is 0. Its entries are near 1e-30, and float32 holds "
            "that. But a norm squares first, and 1e-60 is below the smallest float32. You would "
            "call a gradient dead that is not. Convert first: `p.grad.double()`.",
        ),
    ),
    alternatives=(by_numpy, by_dividing_first),
)
