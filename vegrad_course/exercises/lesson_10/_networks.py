"""Recurrent networks that lesson 10 asks about, and what torch says of them."""

import numpy as np

from vegrad_course.exercises import oracle

SIZES = {  # name of the case: units, inputs, steps
    "one step": (3, 2, 1),
    "two steps": (2, 3, 2),
    "five steps": (4, 2, 5),
    "as many inputs as units": (3, 3, 4),
}


def network(rng, n, d, steps):
    """Weights, inputs and a start: the arguments of rnn_forward, by name and in its order."""
    return {
        "W_h": rng.normal(0, 1.3 / np.sqrt(n), (n, n)),
        "W_x": rng.normal(0, 0.7, (n, d)),
        "b": rng.normal(0, 0.4, n),
        "xs": rng.normal(0, 1, (steps, d)),
        "h_0": rng.uniform(-0.7, 0.7, n),
    }


def states(net):
    """h_1..h_T of torch.nn.RNN with these weights, shape (T, n)."""
    module, start, inputs = _module(net)
    return module(inputs, start)[0].detach().numpy()


def trajectory(net):
    """h_0..h_T, shape (T+1, n)."""
    return np.vstack([net["h_0"], states(net)])


def weight_gradients(net, g_hs):
    """dC/dW_h, dC/dW_x, dC/db when the loss is C = sum of g_hs * h, by autograd."""
    module, start, inputs = _module(net)
    (module(inputs, start)[0] * inputs.new_tensor(g_hs)).sum().backward()
    found = module.weight_hh_l0, module.weight_ih_l0, module.bias_ih_l0
    return [parameter.grad.numpy() for parameter in found]


def restored(W_h, hs):
    """The torch function h_{t-1} -> h_t of each step, for steps 1..T.

    What stands beside W_h h in z_t follows from the states: z_t = atanh(h_t).
    """
    import torch

    W, states = torch.tensor(W_h), torch.tensor(hs)

    def step(t):
        rest = torch.atanh(states[t]) - W @ states[t - 1]
        return lambda h: torch.tanh(W @ h + rest)

    return [step(t) for t in range(1, len(hs))]


def gradients_at_states(W_h, hs, g_hs):
    """dC/dh_0 .. dC/dh_T by autograd, shape (T+1, n)."""
    import torch

    h = [torch.tensor(hs[0], requires_grad=True)]
    for step in restored(W_h, hs):
        h.append(step(h[-1]))
    loss = (torch.stack(h[1:]) * torch.tensor(g_hs)).sum()
    return np.array([g.numpy() for g in torch.autograd.grad(loss, h)])


def jacobians(W_h, hs):
    """dh_t / dh_{t-1} for t = 1..T, by autograd."""
    return [oracle.jacobian(step, h) for step, h in zip(restored(W_h, hs), hs[:-1], strict=True)]


def _module(net):
    import torch

    n, d = net["W_x"].shape
    module = torch.nn.RNN(d, n, dtype=torch.float64)
    weights = {
        "weight_hh_l0": net["W_h"],
        "weight_ih_l0": net["W_x"],
        "bias_ih_l0": net["b"],
        "bias_hh_l0": np.zeros(n),
    }
    module.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    return module, torch.tensor(net["h_0"])[None], torch.tensor(net["xs"])
