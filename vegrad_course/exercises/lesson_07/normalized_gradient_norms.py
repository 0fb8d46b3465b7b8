"""normalized_gradient_norms(Ws, x, g_out): a whole batch-norm ReLU network, backwards."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_07._norms import as_tensors
from vegrad_course.exercises.model import Case, Exercise, Misconception

EPS = 1e-5


def cases(rng):
    expect = "Entry l is the norm of the gradient reaching a_l, over the whole batch."
    for name, batch, sizes in (
        ("one layer", 5, (3, 4)),
        ("four layers of different widths", 6, (3, 5, 4, 6, 2)),
        ("eight square layers", 8, (8,) * 9),
    ):
        pairs = zip(sizes[1:], sizes[:-1], strict=True)
        Ws = [rng.normal(0, 0.3, shape) for shape in pairs]
        x, g_out = rng.normal(0, 1, (batch, sizes[0])), rng.normal(0, 1, (batch, sizes[-1]))
        yield Case(name, {"Ws": Ws, "x": x, "g_out": g_out}, expect)


def judge(case, outputs):
    import torch

    activations = [torch.tensor(case["x"], requires_grad=True)]
    for W in as_tensors(*case["Ws"]):
        h = activations[-1] @ W.T
        z = torch.nn.functional.batch_norm(h, None, None, training=True, eps=EPS)
        activations.append(torch.relu(z))
    gradients = torch.autograd.grad(activations[-1], activations, torch.tensor(case["g_out"]))
    return compare(outputs, [float(torch.linalg.norm(g)) for g in gradients])


def forgets_relu(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def relu_after_the_norm(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g * (z > 0)
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def slope_at_h(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (h > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def forgets_the_norm(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        z = h - h.mean(0)
        g = g * (z > 0)
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def statistics_as_constants(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = g / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def squared_norms(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [(g_out**2).sum()]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append((g**2).sum())
    return norms[::-1]


def first_example_only(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out[0])]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g[0]))
    return norms[::-1]


def spectral_norm(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out, 2)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g, 2))
    return norms[::-1]


def mean_over_the_batch(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out) / np.sqrt(len(x))]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g) / np.sqrt(len(x)))
    return norms[::-1]


def in_decades(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return np.log10(norms[::-1])


def output_first(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms


def leaves_out_the_input(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        s = np.sqrt(h.var(0) + 1e-5)
        z = (h - h.mean(0)) / s
        g = g * (z > 0)
        g = (g - g.mean(0) - z * (g * z).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[-2::-1]


def z_in_place_of_h(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        z = (h - h.mean(0)) / np.sqrt(h.var(0) + 1e-5)
        g = g * (z > 0)
        h = z
        s = np.sqrt(h.var(0) + 1e-5)
        hat = (h - h.mean(0)) / s
        g = (g - g.mean(0) - hat * (g * hat).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def evaluation_mode(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - 0.0) / np.sqrt(1.0 + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        z = (h - 0.0) / np.sqrt(1.0 + 1e-5)
        g = g * (z > 0)
        s = np.sqrt(h.var(0) + 1e-5)
        hat = (h - h.mean(0)) / s
        g = (g - g.mean(0) - hat * (g * hat).mean(0)) / s
        g = g @ W
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def weights_turned(Ws, x, g_out):
    hs, a = [], x
    for W in Ws:
        hs.append(a @ W.T)
        a = np.maximum((hs[-1] - hs[-1].mean(0)) / np.sqrt(hs[-1].var(0) + 1e-5), 0)
    g, norms = g_out, [np.linalg.norm(g_out)]
    for W, h in zip(Ws[::-1], hs[::-1], strict=True):
        z = (h - h.mean(0)) / np.sqrt(h.var(0) + 1e-5)
        g = g * (z > 0)
        s = np.sqrt(h.var(0) + 1e-5)
        hat = (h - h.mean(0)) / s
        g = (g - g.mean(0) - hat * (g * hat).mean(0)) / s
        g = g @ W.T
        norms.append(np.linalg.norm(g))
    return norms[::-1]


def one_pass_in_torch(Ws, x, g_out):
    import torch

    activations = [torch.tensor(x, requires_grad=True)]
    for W in Ws:
        h = activations[-1] @ torch.tensor(W.T)
        z = (h - h.mean(0)) / torch.sqrt(h.var(0, correction=0) + 1e-5)
        activations.append(torch.relu(z))
    gradients = torch.autograd.grad((activations[-1] * torch.tensor(g_out)).sum(), activations)
    return [float((g**2).sum().sqrt()) for g in gradients]


def _known(wrong, name, message):
    return Misconception(wrong, message, name=name)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Two sweeps. Forward: keep every h_l = a_{l-1} W_l^T, since the way back needs it. "
        "Backward: three steps per layer, in the opposite order.",
        "Going back through a layer: times the slopes of ReLU (1 where z > 0), then your "
        "`batch_norm_backward(g, h, 1.0)[0]`, then `@ W`.",
        "Start a list with the norm of g_out, append one norm per layer while you walk from the "
        "last layer to the first, and turn the list round at the end.",
    ),
    misconceptions=(
        _known(
            forgets_relu,
            "forgets_relu",
            "Your gradient passes the normalisation and the weights, and not ReLU. Multiply by "
            "its slopes first: 1 where z > 0, else 0.",
        ),
        _known(
            relu_after_the_norm,
            "relu_after_the_norm",
            "Two steps have changed places. Forward it was weights, norm, ReLU. Going back you "
            "meet ReLU first, then the norm, then the weights.",
        ),
        _known(
            slope_at_h,
            "slope_at_h",
            "You took the slopes of ReLU at h. ReLU acts on the normalised z: a unit is on where "
            "z > 0, which is where h is above its batch mean.",
        ),
        _known(
            forgets_the_norm,
            "forgets_the_norm",
            "Your gradient passes ReLU and the weights, and not the normalisation. Use your "
            "`batch_norm_backward(g, h, 1.0)[0]`.",
        ),
        _known(
            statistics_as_constants,
            "statistics_as_constants",
            "You divide by the spread, and treat the statistics as constants. They depend on h: "
            "use your `batch_norm_backward`.",
        ),
        _known(
            z_in_place_of_h,
            "z_in_place_of_h",
            "You gave z to `batch_norm_backward`. It wants what went *into* the normalisation: h.",
        ),
        _known(
            evaluation_mode,
            "evaluation_mode",
            "Your forward sweep runs in evaluation mode, with the state that you passed. Here the "
            "batch normalises itself: `training=True`.",
        ),
        _known(
            weights_turned,
            "weights_turned",
            "Going back you multiply by W.T. Forward it was a @ W.T, so the gradient goes back by "
            "g @ W.",
        ),
        _known(
            squared_norms,
            "squared_norms",
            "These are squared norms. Take the root: np.linalg.norm does.",
        ),
        _known(
            first_example_only,
            "first_example_only",
            "You measured the first example alone. The norm runs over the whole batch: "
            "np.linalg.norm(g), with no index.",
        ),
        _known(
            spectral_norm,
            "spectral_norm",
            "np.linalg.norm(g, 2) of a matrix is its largest singular value. Here all entries "
            "count alike: np.linalg.norm(g).",
        ),
        _known(
            mean_over_the_batch,
            "mean_over_the_batch",
            "You divided by the root of the batch size. The norm over the whole batch is asked "
            "for: np.linalg.norm(g).",
        ),
        _known(
            in_decades,
            "in_decades",
            "You returned logarithms. The norms themselves are asked for.",
        ),
        _known(
            output_first,
            "output_first",
            "Your norms are right, and the output comes first. Entry 0 belongs to the input a_0: "
            "turn the list round.",
        ),
        _known(
            leaves_out_the_input,
            "leaves_out_the_input",
            "One norm is missing: there are L+1 activations, a_0 to a_L. Your list does not reach "
            "the input a_0.",
        ),
    ),
    alternatives=(one_pass_in_torch,),
    equivalent={
        "0.0 -> 1.0 (#2)": "In training mode the running mean has no effect on y.",
        "1.0 -> 2.0 (#2)": "In training mode the running variance has no effect on y.",
        "1.0 -> -1.0 (#2)": "In training mode the running variance has no effect on y.",
        "1.0 -> -1.0 (#3)": "Turning the sign of a gradient at every layer changes no norm.",
        "zs[l] > 0 -> zs[l] >= 0": "No z is exactly 0.",
    },
)
