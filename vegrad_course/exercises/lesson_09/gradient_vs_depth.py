"""gradient_vs_depth(Js, g, kind): log10 gradient norms through a plain or a residual stack."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    plain = "A plain stack hands the gradient through the branches alone."
    residual = "Each residual block hands back the gradient itself and what its branch makes of it."
    for kind, expect in (("plain", plain), ("residual", residual)):
        yield Case(f"{kind}, four blocks", _inputs(rng, 4, 3, kind), expect)
        yield Case(f"{kind}, one block", _inputs(rng, 1, 5, kind), expect)
        yield Case(f"{kind}, twelve blocks", _inputs(rng, 12, 4, kind), expect)


def _inputs(rng, L, n, kind):
    Js = [rng.normal(0, 1 / np.sqrt(n), (n, n)) for _ in range(L)]
    return {"Js": Js, "g": 3 * rng.normal(size=n), "kind": kind}


def judge(case, outputs):
    import torch

    n = len(case["g"])
    a = [torch.zeros(n, dtype=torch.float64, requires_grad=True)]
    for J in case["Js"]:
        skipped = a[-1] if case["kind"] == "residual" else 0
        a.append(torch.tensor(J) @ a[-1] + skipped)
    gradients = torch.autograd.grad(a[-1], a, torch.tensor(case["g"]))
    norms = [float(torch.linalg.vector_norm(gradient).log10()) for gradient in gradients]
    return compare(outputs, norms[::-1], atol=1e-12)


def forgets_the_skip(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = J.T @ g
        norms.append(np.linalg.norm(g))
    return np.log10(norms)


def always_skips(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = g + J.T @ g
        norms.append(np.linalg.norm(g))
    return np.log10(norms)


def from_the_first_block(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js:
        g = J.T @ g + (g if kind == "residual" else 0)
        norms.append(np.linalg.norm(g))
    return np.log10(norms)


def without_transposes(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = J @ g + (g if kind == "residual" else 0)
        norms.append(np.linalg.norm(g))
    return np.log10(norms)


def listed_from_the_input(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = J.T @ g + (g if kind == "residual" else 0)
        norms.append(np.linalg.norm(g))
    return np.log10(norms[::-1])


def leaves_out_the_output(Js, g, kind):
    norms = []
    for J in Js[::-1]:
        g = J.T @ g + (g if kind == "residual" else 0)
        norms.append(np.linalg.norm(g))
    return np.log10(norms)


def natural_logarithm(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = J.T @ g + (g if kind == "residual" else 0)
        norms.append(np.linalg.norm(g))
    return np.log(norms)


def norms_without_logarithm(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = J.T @ g + (g if kind == "residual" else 0)
        norms.append(np.linalg.norm(g))
    return np.array(norms)


def one_skip_around_the_whole_stack(Js, g, kind):
    norms, branch = [np.linalg.norm(g)], g
    for J in Js[::-1]:
        branch = J.T @ branch
        norms.append(np.linalg.norm(branch + (g if kind == "residual" else 0)))
    return np.log10(norms)


def adds_the_gradient_at_the_output(Js, g, kind):
    reached = [g]
    for J in Js[::-1]:
        reached.append(J.T @ reached[-1] + (g if kind == "residual" else 0))
    return np.log10([np.linalg.norm(v) for v in reached])


def adds_the_number_one(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = (J + (1 if kind == "residual" else 0)).T @ g
        norms.append(np.linalg.norm(g))
    return np.log10(norms)


def adds_norms(Js, g, kind):
    norms = [np.linalg.norm(g)]
    for J in Js[::-1]:
        g = J.T @ g
        norms.append(np.linalg.norm(g) + (norms[-1] if kind == "residual" else 0))
    return np.log10(norms)


def with_identities(Js, g, kind):
    skip = np.eye(len(g)) * (kind == "residual")
    gradients = [g]
    for J in reversed(Js):
        gradients.append((J + skip).T @ gradients[-1])
    return [np.log10(np.sqrt(v @ v)) for v in gradients]


def by_whole_products(Js, g, kind):
    total, norms = np.eye(len(g)), [np.log10(np.linalg.norm(g))]
    for J in Js[::-1]:
        total = total @ (np.eye(len(g)) + J if kind == "residual" else J)
        norms.append(np.log10(np.linalg.norm(g @ total)))
    return np.array(norms)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Start at the output with g, entry 0 of the result. Which block does the gradient meet "
        "first on its way back?",
        "Going back through a branch with Jacobian J makes `J.T @ g` of g. A residual block has "
        "the Jacobian I + J, and the identity makes g of g.",
        "Loop over the blocks from the last to the first, keep the norm each time, and take "
        "`np.log10` at the end. L blocks give L + 1 norms.",
    ),
    misconceptions=(
        Misconception(
            forgets_the_skip,
            "Both your kinds are plain. A residual block has the Jacobian I + J: what comes back "
            "is g itself plus `J.T @ g`.",
        ),
        Misconception(
            always_skips,
            "Both your kinds are residual. A plain stack has no shortcut: what comes back is "
            "`J.T @ g` alone.",
        ),
        Misconception(
            from_the_first_block,
            "You began with the first block. The gradient starts at the output, so it meets the "
            "last block first: go through Js backwards.",
        ),
        Misconception(
            without_transposes,
            "You multiplied by J. That carries a change forwards. A gradient goes back through "
            "the transpose, `J.T @ g`.",
        ),
        Misconception(
            listed_from_the_input,
            "Your values are right and the other way round. Entry k belongs to k blocks travelled "
            "back: entry 0 is the output.",
        ),
        Misconception(
            leaves_out_the_output,
            "The norm of g itself is missing. Entry 0 is the output, so L blocks give L + 1 norms.",
        ),
        Misconception(
            natural_logarithm,
            "You took the natural logarithm, and decades are asked for: `np.log10`.",
        ),
        Misconception(
            norms_without_logarithm,
            "You returned the norms themselves. Take `np.log10` of them: the course's figures "
            "count in decades.",
        ),
        Misconception(
            one_skip_around_the_whole_stack,
            "You added g once, around the whole stack. Every block has its own shortcut, so at "
            "each block the gradient that arrives there is added.",
        ),
        Misconception(
            adds_the_gradient_at_the_output,
            "At each block you added the g of the output again. A block's shortcut hands on the "
            "gradient that arrives at this block.",
        ),
        Misconception(
            adds_the_number_one,
            "You added the number 1 to J, so to every entry of it. The shortcut's Jacobian is the "
            "identity: add g, or `np.eye(len(g))`.",
        ),
        Misconception(
            adds_norms,
            "You added norms. Vectors are added first, since they may point different ways, and "
            "the norm is taken of the sum.",
        ),
    ),
    alternatives=(with_identities, by_whole_products),
)
