"""Every remedy that the course teaches, by its short name."""

from vegrad_course.diagnosis.findings import Remedy

REMEDIES = {
    remedy.key: remedy
    for remedy in (
        Remedy(
            "initialise",
            "Initialise each layer for its activation: He for rectifiers, Xavier for tanh, "
            "orthogonal for recurrent weights, biases at 0, an LSTM's forget bias at 1 or more",
            "05",
        ),
        Remedy("rectify", "Replace the sigmoid by ReLU, initialised by He's rule", "06"),
        Remedy("leak", "Use leaky ReLU, whose slope is never zero", "06"),
        Remedy("normalise", "Put batch or layer normalisation after each linear layer", "07"),
        Remedy("clip", "Clip the global gradient norm before the optimizer's step", "08"),
        Remedy("decay", "Decay the weights a little at each step", "08"),
        Remedy("residual", "Add a residual connection around every block", "09"),
        Remedy("shorten", "Use fewer layers", "09"),
        Remedy("gates", "Use an LSTM or a GRU", "11"),
        Remedy("scale the inputs", "Scale the inputs to mean 0 and standard deviation 1", "05"),
        Remedy(
            "mend the data",
            "Look at the batch: print inputs and labels, count what is not finite, and check that "
            "labels belong to their inputs",
            "04",
        ),
    )
}


def named(*keys: str) -> tuple[Remedy, ...]:
    return tuple(REMEDIES[key] for key in keys)


def learning_rate(factor: float) -> Remedy:
    """Multiply the learning rate by `factor`."""
    size = f"{factor:.2g}" if factor > 1 else f"{1 / factor:.2g}"
    verb = "Multiply" if factor > 1 else "Divide"
    return Remedy("learning rate", f"{verb} the learning rate by about {size}", "08", factor)
