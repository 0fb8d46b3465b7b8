"""sgd_step(w, g, lr, weight_decay): one step of gradient descent with an L2 penalty."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "The penalty weight_decay / 2 * |w|^2 adds weight_decay * w to the gradient."
    for name, g, lr, decay in (
        ("weights and gradient", rng.normal(0, 2, 5), 0.1, 0.3),
        ("a matrix", rng.normal(0, 2, (2, 3)), 0.4, 0.7),
        ("no gradient: only the decay is left", np.zeros(4), 0.5, 0.2),
        ("a large learning rate", rng.normal(0, 2, 4), 1.5, 0.8),
    ):
        w = rng.normal(0, 3, g.shape)
        yield Case(name, {"w": w, "g": g, "lr": lr, "weight_decay": decay}, expect)


def judge(case, outputs):
    import torch

    w = torch.tensor(case["w"], requires_grad=True)
    w.grad = torch.tensor(case["g"])
    torch.optim.SGD([w], lr=case["lr"], weight_decay=case["weight_decay"]).step()
    return compare(outputs, w.detach().numpy())


def no_decay(w, g, lr, weight_decay):
    return w - lr * g


def decay_without_lr(w, g, lr, weight_decay):
    return w - lr * g - weight_decay * w


def weights_grow(w, g, lr, weight_decay):
    return w - lr * (g - weight_decay * w)


def uphill(w, g, lr, weight_decay):
    return w + lr * (g + weight_decay * w)


def forgets_the_half(w, g, lr, weight_decay):
    return w - lr * (g + 2 * weight_decay * w)


def halves_twice(w, g, lr, weight_decay):
    return w - lr * (g + weight_decay / 2 * w)


def adds_the_penalty(w, g, lr, weight_decay):
    return w - lr * (g + weight_decay / 2 * np.sum(w**2))


def adds_the_sum_of_squares(w, g, lr, weight_decay):
    return w - lr * (g + weight_decay * np.sum(w**2))


def decays_the_new_weights(w, g, lr, weight_decay):
    return (w - lr * g) * (1 - lr * weight_decay)


def squares_the_weights(w, g, lr, weight_decay):
    return w - lr * (g + weight_decay * w**2)


def l1_penalty(w, g, lr, weight_decay):
    return w - lr * (g + weight_decay * np.sign(w))


def decays_the_gradient(w, g, lr, weight_decay):
    return w - lr * (g + weight_decay * g)


def shrink_then_step(w, g, lr, weight_decay):
    return (1 - lr * weight_decay) * w - lr * g


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "What is the derivative of weight_decay / 2 * w^2?",
        "It is weight_decay * w. The loss with its penalty has the gradient g plus that.",
        "Step against the sum of both, multiplied by lr.",
    ),
    misconceptions=(
        Misconception(no_decay, "The penalty is missing. Its gradient is weight_decay * w."),
        Misconception(
            decay_without_lr,
            "Your decay is not multiplied by lr. It is part of the gradient, and the whole "
            "gradient is multiplied by the learning rate.",
        ),
        Misconception(
            weights_grow,
            "Your decay has the wrong sign: the weights grow. The penalty's gradient points away "
            "from 0, as w does, and the step goes against it.",
        ),
        Misconception(uphill, "You stepped uphill. Subtract lr times the gradient."),
        Misconception(
            forgets_the_half,
            "You used the gradient of weight_decay * |w|^2. With the usual factor 1/2 in front of "
            "the penalty, the 2 is gone.",
        ),
        Misconception(
            halves_twice,
            "Your decay is half of what it must be. The derivative of w^2 is 2 w: the 2 and the "
            "1/2 of the penalty cancel.",
        ),
        Misconception(
            adds_the_penalty,
            "You added the penalty itself, one number for all weights. Add its gradient, which has "
            "an entry for each weight: weight_decay * w.",
        ),
        Misconception(
            adds_the_sum_of_squares,
            "You added the sum of the squared weights to every entry. That is the penalty without "
            "its 1/2. Add its gradient, which has an entry for each weight: weight_decay * w.",
        ),
        Misconception(
            decays_the_new_weights,
            "You shrank the weights after the step, so the step is shrunk as well. Decay and "
            "gradient both belong to the old weights.",
        ),
        Misconception(
            squares_the_weights,
            "You added the squared weights. The penalty holds the square; its gradient holds w.",
        ),
        Misconception(
            l1_penalty,
            "You used the sign of the weights, the gradient of an L1 penalty. L2 has w itself.",
        ),
        Misconception(
            decays_the_gradient,
            "You multiplied the gradient by weight_decay. It is the weights that decay.",
        ),
    ),
    alternatives=(shrink_then_step,),
)
