"""small_batch_growth: factor per layer with batch norm and only eight examples, off the figure."""

from functools import cache

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

BATCH, WIDTH, DEPTH, DRAWS = 8, 64, 40, 5


def cases(rng):
    yield Case("a batch of eight", {}, "It is the typical factor per layer, within 3%.")


def judge(case, outputs):
    return compare(outputs, np.median([_growth(seed) for seed in range(DRAWS)]), rtol=0.03)


@cache
def _growth(seed):
    """The factor per layer of the gradient norm in one random network, by autograd."""
    import torch

    rng = np.random.default_rng(seed)
    activations = [torch.tensor(rng.normal(size=(BATCH, WIDTH)), requires_grad=True)]
    for _ in range(DEPTH):
        h = activations[-1] @ torch.tensor(rng.normal(0, WIDTH**-0.5, (WIDTH, WIDTH))).T
        z = torch.nn.functional.batch_norm(h, None, None, training=True)
        activations.append(torch.relu(z))
    g_out = torch.tensor(rng.normal(size=(BATCH, WIDTH)))
    gradients = torch.autograd.grad(activations[-1], activations, g_out)
    norms = [float(torch.log10(torch.linalg.norm(g))) for g in gradients[1:-1]]
    return float(10 ** -np.polyfit(np.arange(len(norms)), norms, 1)[0])


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Set the figure to “over the batch”, and move the batch size to 8. Leave the depth at 40.",
        "The title of the figure says the measured factor per layer.",
        "It lies clearly above the theory's 1.211, and below 1.5.",
    ),
    misconceptions=(
        Misconception(
            float(np.sqrt(np.pi / (np.pi - 1))),
            "This is the factor for large batches: the dashed line, or the figure as it opens. "
            "Move the batch size to 8 and read again.",
            name="the large batch",
            rtol=0.025,
        ),
        Misconception(
            1.261,
            "This is batch 16. Move the batch size two steps down, to 8.",
            name="a batch of sixteen",
            rtol=0.006,
        ),
        Misconception(
            1.278,
            "This is batch 12. Move the batch size one step down, to 8.",
            name="a batch of twelve",
            rtol=0.006,
        ),
        Misconception(
            1.527,
            "This is what a batch of 4 does. Move the batch size one step up, to 8.",
            name="a batch of four",
            rtol=0.02,
        ),
        Misconception(
            4.76,
            "You read the height of the last dot: all layers together, in decades. The factor of "
            "*one* layer stands in the title.",
            name="all layers together",
            rtol=0.05,
        ),
        Misconception(
            0.127,
            "This is a rate, in decades per layer. The factor is asked for: it stands in the "
            "title.",
            name="the rate",
            rtol=0.1,
        ),
        Misconception(
            1.0,
            "A factor of about 1 is what “over the units” or “nowhere” show. Choose “over the "
            "batch”.",
            name="another normalisation",
            rtol=0.02,
        ),
    ),
)
