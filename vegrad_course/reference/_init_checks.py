"""The rules that initial weights must keep, each with an error that says how to mend it."""

import math


def check_fans(fan_in: int, fan_out: int) -> None:
    """A layer has at least one input and one output."""
    if fan_in < 1 or fan_out < 1:
        raise ValueError(
            f"a layer needs at least one input and one output: got fan_in {fan_in} and fan_out "
            f"{fan_out}. Pass the sizes of the layer."
        )


def check_choice(name: str, value: str, options: tuple[str, ...]) -> None:
    """value is one of options."""
    if value not in options:
        raise ValueError(
            f"{name} must be one of {', '.join(options)}: got {value!r}. Choose one of them."
        )


def check_gain(gain: float) -> None:
    """The gain is a positive number."""
    if not (math.isfinite(gain) and gain > 0):
        raise ValueError(f"gain must be positive and finite: got {gain!r}. 1 keeps lengths.")


def check_variances(sigma_w2: float, sigma_b2: float) -> None:
    """Weights have a positive variance; biases may have none."""
    if not (math.isfinite(sigma_w2) and sigma_w2 > 0 and math.isfinite(sigma_b2) and sigma_b2 >= 0):
        raise ValueError(
            "sigma_w2 must be positive and sigma_b2 zero or more, both finite: got "
            f"sigma_w2 {sigma_w2!r} and sigma_b2 {sigma_b2!r}. They are variances."
        )
