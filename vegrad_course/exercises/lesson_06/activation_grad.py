"""activation_grad(name, z): the derivative of six activations, from one table."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare, first_problem, quiet
from vegrad_course.exercises.model import Case, Exercise, Misconception

NAMES = ("relu", "leaky_relu", "elu", "selu", "silu", "gelu")


def cases(rng):
    expect = "It is the slope of the curve: what a nudge of z does to f(z), divided by the nudge."
    for name in NAMES:
        z = rng.normal(0, 2, 9) + 0.01
        yield Case(f"{name}, both sides", {"name": name, "z": z}, expect)
    for name in ("relu", "leaky_relu", "selu"):
        yield Case(
            f"{name}, exactly at the kink",
            {"name": name, "z": np.array([-1e-9, 0.0, 1e-9])},
            "At z = 0 the slope is, by convention, the one of the left side.",
        )
    far = np.array([-900.0, -40.0, 40.0, 900.0])
    for name in ("elu", "selu", "silu"):
        yield Case(
            f"{name}, far out",
            {"name": name, "z": far},
            "Far out the slope is finite, and nothing overflows on the way to it.",
        )
    yield Case("a matrix", {"name": "leaky_relu", "z": rng.normal(0, 1, (3, 4))}, expect)


def judge(case, outputs):
    return first_problem(
        compare(outputs, oracle.slope(case["name"], case["z"]), at=case["z"], rtol=1e-5),
        quiet(outputs),
    )


def by_cases(name, z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    below = np.exp(np.minimum(z, 0))
    if name == "relu":
        return (z > 0) * 1.0
    if name == "leaky_relu":
        return np.where(z > 0, 1.0, 0.01)
    if name == "elu":
        return np.where(z > 0, 1.0, below)
    if name == "selu":
        return 1.0507009873554805 * np.where(z > 0, 1.0, 1.6732632423543772 * below)
    if name == "silu":
        return s * (1 + z * (1 - s))
    from math import erf, pi, sqrt

    cdf = np.array([0.5 * (1 + erf(one / sqrt(2))) for one in z.ravel()]).reshape(z.shape)
    return cdf + z * np.exp(-(z**2) / 2) / sqrt(2 * pi)


def by_masks(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    ends = slopes.numpy().copy()
    if name == "elu":
        ends[z > 0] = 1.0
        ends[z <= 0] = np.exp(z[z <= 0])
    return ends


def by_autograd(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return slopes.numpy()


def the_activation_itself(name, z):
    import torch

    return getattr(torch.nn.functional, name)(torch.tensor(z)).numpy()


def activates_first(name, z):
    import torch

    t = getattr(torch.nn.functional, name)(torch.tensor(z)).requires_grad_()
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return slopes.numpy()


def relu_itself(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return np.maximum(z, 0.0) if name == "relu" else slopes.numpy()


def leak_forgotten(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return np.where(z > 0, 1.0, 0.0) if name == "leaky_relu" else slopes.numpy()


def leak_times_z(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return np.where(z > 0, 1.0, 0.01 * z) if name == "leaky_relu" else slopes.numpy()


def selu_without_alpha(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return (
        1.0507009873554805 * np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))
        if name == "selu"
        else slopes.numpy()
    )


def selu_without_scale(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return (
        np.where(z > 0, 1.0, 1.6732632423543772 * np.exp(np.minimum(z, 0)))
        if name == "selu"
        else slopes.numpy()
    )


def selu_scales_one_side(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return (
        np.where(z > 0, 1.0, 1.7580993408473766 * np.exp(np.minimum(z, 0)))
        if name == "selu"
        else slopes.numpy()
    )


def elu_keeps_its_minus_one(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)) - 1) if name == "elu" else slopes.numpy()


def silu_without_the_product_rule(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return 0.5 * (1 + np.tanh(0.5 * z)) if name == "silu" else slopes.numpy()


def silu_multiplies_the_slopes(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return 0.25 * (1 - np.tanh(0.5 * z) ** 2) if name == "silu" else slopes.numpy()


def half_at_the_kink(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return np.where(z == 0, 0.5, np.where(z > 0, 1.0, 0.0)) if name == "relu" else slopes.numpy()


def gelu_without_the_product_rule(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return torch.special.ndtr(t.detach()).numpy() if name == "gelu" else slopes.numpy()


def gelu_like_silu(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    s = 0.5 * (1 + np.tanh(0.851 * z))
    return s + 1.702 * z * s * (1 - s) if name == "gelu" else slopes.numpy()


def right_side_at_the_kink(name, z):
    import torch

    t = torch.tensor(np.where(z == 0, 1e-300, z), requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    return slopes.numpy()


def exponentiates_everything(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(torch.nn.functional, name)(t).sum(), t)
    if name == "elu":
        return np.where(z > 0, 1.0, np.exp(z))
    if name == "selu":
        return np.where(z > 0, 1.0507009873554805, 1.7580993408473766 * np.exp(z))
    return slopes.numpy()


def elu_exponentiates_everything(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    return np.where(z > 0, 1.0, np.exp(z)) if name == "elu" else slopes.numpy()


def selu_exponentiates_everything(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    if name != "selu":
        return slopes.numpy()
    return np.where(z > 0, 1.0507009873554805, 1.7580993408473766 * np.exp(z))


def silu_exponentiates_everything(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    if name != "silu":
        return slopes.numpy()
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)


def selu_scales_the_right_side(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    if name != "selu":
        return slopes.numpy()
    return np.where(z > 0, 1.0507009873554805, 1.6732632423543772 * np.exp(np.minimum(z, 0)))


def gelu_density(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return density if name == "gelu" else slopes.numpy()


def gelu_half_of_the_product_rule(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return z * density if name == "gelu" else slopes.numpy()


def elu_itself(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    return value.detach().numpy() if name == "elu" else slopes.numpy()


def selu_itself(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    return value.detach().numpy() if name == "selu" else slopes.numpy()


def silu_itself(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    return value.detach().numpy() if name == "silu" else slopes.numpy()


def gelu_itself(name, z):
    import torch

    t = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(t)
    (slopes,) = torch.autograd.grad(value.sum(), t)
    return value.detach().numpy() if name == "gelu" else slopes.numpy()


def _value_of(wrong, label):
    return Misconception(
        wrong,
        f"For {label} you returned the value of the function. The gradient is multiplied by its "
        "slope: differentiate it.",
    )


def _overflow(wrong, label):
    return Misconception(
        wrong,
        f"Your slopes are right, but numpy warned of an overflow ({label}). np.where computes both "
        "sides for every z: clip first, `np.exp(np.minimum(z, 0))`. For the sigmoid take "
        "`reference.sigmoid`.",
    )


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Do one name at a time. Write f for z > 0 and for z < 0, and differentiate each side.",
        "`np.where(z > 0, right, left)` joins two sides. For `silu` and `gelu` use the product "
        "rule: z times something has the slope something + z · (slope of something).",
        "np.where computes both sides for every z. Far right e^z overflows before it is thrown "
        "away: take np.exp(np.minimum(z, 0)). Then SELU: SCALE on both sides, ALPHA on the left.",
    ),
    misconceptions=(
        Misconception(
            the_activation_itself,
            "You returned the values of the activations. The gradient is multiplied by their "
            "slopes: differentiate each.",
        ),
        Misconception(
            relu_itself,
            "For ReLU you returned the value, max(z, 0). For z > 0 the curve is the line z, and "
            "its slope is 1 everywhere, not z.",
        ),
        Misconception(
            leak_forgotten,
            "Your leaky ReLU has slope 0 on the left: that is ReLU. The leak is a line of slope "
            "0.01, and this slope is all that a unit on the left has to live on.",
        ),
        Misconception(
            leak_times_z,
            "On the left of leaky ReLU you returned 0.01 z. That is its value. The slope of this "
            "line is 0.01.",
        ),
        Misconception(
            selu_without_alpha,
            "ALPHA is missing in your SELU. On the left f is SCALE · ALPHA · (e^z - 1), so its "
            "slope is SCALE · ALPHA · e^z.",
        ),
        Misconception(
            selu_without_scale,
            "SCALE is missing in your SELU. It multiplies the whole function, so it multiplies the "
            "slope on both sides.",
        ),
        Misconception(
            selu_scales_one_side,
            "Your SELU has SCALE on the left only. It multiplies the whole function: on the right "
            "the slope is SCALE, about 1.05, not 1.",
        ),
        Misconception(
            elu_keeps_its_minus_one,
            "On the left of ELU you kept the -1. It is a constant, so its slope is 0: the slope of "
            "e^z - 1 is e^z.",
        ),
        Misconception(
            silu_without_the_product_rule,
            "For SiLU you returned the sigmoid. SiLU is z times the sigmoid: when z moves, both "
            "factors move. The product rule adds z times the slope of the sigmoid.",
        ),
        Misconception(
            silu_multiplies_the_slopes,
            "For SiLU you multiplied the slope of z with the slope of the sigmoid. The slope of a "
            "product is a sum of two terms: each factor times the slope of the other.",
        ),
        Misconception(
            gelu_without_the_product_rule,
            "For GELU you returned the share Phi(z). GELU is z · Phi(z): the product rule adds z "
            "times the slope of Phi, which is the density.",
        ),
        Misconception(
            gelu_like_silu,
            "You differentiated z · sigmoid(1.702 z), an approximation of GELU. It is off by up "
            "to 2%. The exact form has Phi in it: `normal_cdf`, with the slope `normal_density`.",
        ),
        Misconception(
            right_side_at_the_kink,
            "Exactly at z = 0 you took the slope of the right side. Both would be fair, but one "
            "must be chosen: PyTorch, and this course, take the left. Test z > 0, not z >= 0.",
        ),
        Misconception(
            half_at_the_kink,
            "Exactly at z = 0 you took the middle, 0.5, for ReLU. Any number from 0 to 1 would be "
            "a fair choice, but one must be made: PyTorch, and this course, take the left side, 0.",
        ),
        _overflow(exponentiates_everything, "ELU and SELU"),
        _overflow(elu_exponentiates_everything, "ELU"),
        _overflow(selu_exponentiates_everything, "SELU"),
        _overflow(silu_exponentiates_everything, "SiLU"),
        Misconception(
            selu_scales_the_right_side,
            "Your SELU has SCALE on the right only. It multiplies the whole function: on the left "
            "the slope is SCALE · ALPHA · e^z.",
        ),
        Misconception(
            gelu_density,
            "For GELU you returned the density. That is the slope of Phi alone. GELU is "
            "z · Phi(z): the product rule gives Phi(z) + z · density(z).",
        ),
        Misconception(
            gelu_half_of_the_product_rule,
            "For GELU you kept one half of the product rule, z times the density. The other half "
            "is missing: the slope of z, which is 1, times Phi(z).",
        ),
        _value_of(elu_itself, "ELU"),
        _value_of(selu_itself, "SELU"),
        _value_of(silu_itself, "SiLU"),
        _value_of(gelu_itself, "GELU"),
        Misconception(
            activates_first,
            "You treated z as already activated, or took the slope at f(z). z is the "
            "pre-activation: the slope belongs to z itself.",
        ),
    ),
    alternatives=(by_cases, by_masks, by_autograd),
    equivalent={
        "0 -> 1": "The limit of the exponential: only z <= 0 is used of it.",
        "z > 0 -> z >= 0 (#3)": "ELU with alpha 1 has the slope 1 on both sides of 0.",
        "0 -> 1 (#4)": "For z from 0 to 1 ELU's other side is e^0 = 1 too.",
    },
)
