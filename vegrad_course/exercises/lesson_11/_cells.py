"""Random cells for the questions of lesson 11, and torch's word on what they do."""


def weights(rng, gates, inputs, hidden, size=0.8):
    """W_ih, W_hh, b_ih, b_hh in torch's layout, with two biases that differ."""
    rows = gates * hidden
    return {
        "W_ih": rng.normal(0, size, (rows, inputs)),
        "W_hh": rng.normal(0, size, (rows, hidden)),
        "b_ih": rng.uniform(0.3, 1.0, rows) * rng.choice([-1.0, 1.0], rows),
        "b_hh": rng.uniform(0.3, 1.0, rows) * rng.choice([-1.0, 1.0], rows),
    }


def torch_cell(kind, case):
    """torch's own cell, `LSTMCell` or `GRUCell`, in float64 with the weights of the case."""
    import torch

    hidden = case["W_hh"].shape[1]
    cell = getattr(torch.nn, kind)(case["W_ih"].shape[1], hidden).double()
    names = {"weight_ih": "W_ih", "weight_hh": "W_hh", "bias_ih": "b_ih", "bias_hh": "b_hh"}
    with torch.no_grad():
        for theirs, ours in names.items():
            getattr(cell, theirs).copy_(torch.tensor(case[ours]))
    return cell


def torch_step(kind, case, *states):
    """The next states as a tuple of arrays, by torch's own cell."""
    import torch

    x, *old = (torch.tensor(case[name])[None] for name in ("x", *states))
    with torch.no_grad():
        new = torch_cell(kind, case)(x, tuple(old) if len(old) > 1 else old[0])
    return tuple(part[0].numpy() for part in (new if isinstance(new, tuple) else (new,)))
