"""zero_or_underflow: what does a gradient of 0.0 in float32 mean? A text answer."""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

CHOICES = ("underflow", "zero")


def cases(rng):
    expect = "It names what the logarithm of the gradient shows: a finite number, or -inf."
    yield Case("200 sigmoid layers in float32", {}, expect)


def judge(case, outputs):
    answer = outputs["result"]
    text = str(answer).strip().lower()
    if answer.dtype.kind != "U" or text not in CHOICES:
        came = repr(answer.item()) if answer.ndim == 0 else "an array"
        choices = " or ".join(f'`"{choice}"`' for choice in CHOICES)
        return failed("choice", f"your answer is {came}; the choices are {choices}, in quotes.")
    return PASSED if text == "underflow" else failed("wrong choice", f"your answer is `{text}`.")


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "A product is truly 0 only if one of its factors is 0. Is one of them?",
        "Ask your `log10_gradient` about the same chain: what does it return for a true zero?",
        "A finite logarithm belongs to a number that is small but not 0. Minus infinity belongs "
        "to 0 itself. Which one did you get?",
    ),
    misconceptions=(
        Misconception(
            "zero",
            "No weight is 0 and no slope is 0, so the product cannot be 0. Your `log10_gradient` "
            "gives a finite number for it. float32 has no number that small, and writes 0.0.",
        ),
        Misconception(
            "vanishing",
            "Your word is not one of the two. A gradient that vanishes may be really 0, or be too "
            "small for float32: say which of these it is.",
            name="any other word",
        ),
    ),
)
