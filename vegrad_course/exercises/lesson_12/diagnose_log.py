"""diagnose_log(log): the name of the illness, judged on patients that were held back."""

import numpy as np

from vegrad_course.exercises.lesson_12._patients import ask, held_back, illness_of, last, log_of
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed

ILLNESSES = (
    "healthy", "vanishing", "exploding", "dead units", "learning rate too high",
    "learning rate too low", "data problem",
)  # fmt: skip
TIE = "They differ at a tie only, and no measured patient has one."


def cases(rng):
    expect = "The name of the illness that was planted in this patient."
    for number in rng.permutation(held_back()).tolist():
        yield Case(f"patient {number}", {"number": number, **log_of(number)}, expect)


def collect(answer, case):
    """The name in its plain spelling: capitals and blanks do no harm."""
    said = ask(answer, case)
    return " ".join(said[:200].lower().split()).strip(" .") if isinstance(said, str) else said


def judge(case, outputs):
    said = str(outputs["result"])
    if outputs["result"].dtype.kind != "U" or said not in ILLNESSES:
        listed = ", ".join(f'"{name}"' for name in ILLNESSES)
        return failed("value", f'your answer is "{said[:40]}". The names are {listed}.')
    if said == illness_of(case["number"]):
        return PASSED
    return failed("value", f'you said "{said}". {_evidence(case)}')


def _evidence(log):
    """The numbers that the student can look at again."""
    first, loss, update = log["signal"][0], log["loss"], np.nanmedian(log["update"])
    return (
        f"gain {first[0] - first[-1]:+.2f} decades, median update {update:.2f}, "
        f"at most {log['silent'].max():.0%} of a layer silent, "
        f"loss from {loss[0]:.3g} to {last(loss):.3g}."
    )


def from_the_loss_alone(log):
    drop = 1 - np.median(log["loss"][-6:]) / log["loss"][0]
    if drop < -0.5 or log["loss"][0] > 100:
        return "exploding"
    return "healthy" if drop > 0.2 else "vanishing"


def slow_taken_for_vanishing(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if log["silent"].max() > 0.8:
        return "dead units"
    if gain > 2:
        return "exploding"
    if gain < -2.5 or update < -3.5:
        return "vanishing"
    if update > -1:
        return "learning rate too high"
    return "healthy" if np.median(log["loss"][-6:]) < 0.8 * log["loss"][0] else "data problem"


def wild_taken_for_exploding(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if log["silent"].max() > 0.8:
        return "dead units"
    if gain > 2 or update > -1:
        return "exploding"
    if gain < -2.5:
        return "vanishing"
    if update < -3.5:
        return "learning rate too low"
    return "healthy" if np.median(log["loss"][-6:]) < 0.8 * log["loss"][0] else "data problem"


def dead_taken_for_slow(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if gain > 2:
        return "exploding"
    if gain < -2.5:
        return "vanishing"
    if update > -1:
        return "learning rate too high"
    if update < -3.5:
        return "learning rate too low"
    return "healthy" if np.median(log["loss"][-6:]) < 0.8 * log["loss"][0] else "data problem"


def one_decade_is_enough(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if log["silent"].max() > 0.8:
        return "dead units"
    if abs(gain) > 1:
        return "exploding" if gain > 0 else "vanishing"
    if update > -1:
        return "learning rate too high"
    if update < -3.5:
        return "learning rate too low"
    return "healthy" if np.median(log["loss"][-6:]) < 0.8 * log["loss"][0] else "data problem"


def data_taken_for_slow(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if log["silent"].max() > 0.8:
        return "dead units"
    if abs(gain) > 2:
        return "exploding" if gain > 0 else "vanishing"
    if update > -1:
        return "learning rate too high"
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "healthy" if fell else "learning rate too low"


def falling_loss_is_healthy(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]:
        return "healthy"
    if log["silent"].max() > 0.8:
        return "dead units"
    if abs(gain) > 2:
        return "exploding" if gain > 0 else "vanishing"
    if update > -1:
        return "learning rate too high"
    return "learning rate too low" if update < -3.5 else "data problem"


def by_scores(log):
    """Each illness by how far its number is beyond its bound; the first beyond wins."""
    first, update = log["signal"][0], log["update"][np.isfinite(log["update"])]
    beyond = {
        "dead units": np.max(log["silent"]) - 0.75,
        "exploding": first[0] - first[-1] - 2.2,
        "vanishing": first[-1] - first[0] - 2.2,
        "learning rate too high": np.median(update) + 1.1,
        "learning rate too low": -3.2 - np.median(update),
        "data problem": np.median(log["loss"][-6:]) / log["loss"][0] - 0.85,
    }
    return next((name for name, excess in beyond.items() if excess > 0), "healthy")


exercise = Exercise(
    points=6,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Print `log_facts` and the largest silent share beside the names of the twelve open "
        "patients. For each illness, which number sets it apart?",
        "Ask for causes before symptoms. Units that died at the start also stop every update, so "
        "look at them first; then at the gradient's way back; then at the size of the steps.",
        "Bounds that work stand in the gaps between the patients: silent share near 0.8, gain "
        "beyond plus 2 or minus 2.5, updates above -1 or below -3.5. If none of these is met, the "
        "loss decides between healthy and a data problem.",
    ),
    misconceptions=(
        Misconception(
            from_the_loss_alone,
            "You decided from the loss alone. A flat loss has five causes here: vanishing "
            "gradients, dead units, a step too small, and bad data among them. The loss says that "
            "something is wrong, the gradients say what.",
        ),
        Misconception(
            slow_taken_for_vanishing,
            "You took a low learning rate for vanishing gradients. Both give tiny steps. But when "
            "the rate is too low, the gradient reaches the first layer as well as the last: the "
            "gain is near 0.",
        ),
        Misconception(
            wild_taken_for_exploding,
            "You took a high learning rate for exploding gradients. Both make the loss jump. But "
            "when the rate is too high, the gain of the first step is that of a healthy network, "
            "and the updates are tenths of the weights.",
        ),
        Misconception(
            dead_taken_for_slow,
            "You took dead units for a low learning rate. Nothing moves in either. But dead units "
            "get no gradient at all: look at the silent share first, since a zero gradient also "
            "makes every update zero.",
        ),
        Misconception(
            one_decade_is_enough,
            "You called a loss of one decade an illness. A healthy tanh network loses more than a "
            "decade over eight steps in time and learns all the same. Set the bound in the gap "
            "between the healthy patients and the ill ones.",
        ),
        Misconception(
            data_taken_for_slow,
            "You took bad data for a low learning rate. The loss is flat in both, but here the "
            "steps have a good size: about a hundredth of the weights. More of them will not help.",
        ),
        Misconception(
            falling_loss_is_healthy,
            "You called every patient with a falling loss healthy. A network whose gradients "
            "explode can start at a loss of 20,000 and fall to 800: that is a fall of 96%, and far "
            "worse than guessing.",
        ),
    ),
    alternatives=(by_scores,),
    equivalent={
        "log['silent'].max() > 0.8 -> log['silent'].max() >= 0.8": TIE,
        "gain > 2 -> gain >= 2": TIE,
        "gain < -2.5 -> gain <= -2.5": TIE,
        "update > -1 -> update >= -1": TIE,
        "update < -3.5 -> update <= -3.5": TIE,
        "drop > 0.2 -> drop >= 0.2": TIE,
        "3.5 -> 4.5": "Both bounds lie in the gap between good steps (-2.8) and slow ones (-4.7).",
        "2.5 -> 3.5": "Both bounds lie in the gap between the healthy (-1.5) and the ill (-3.9).",
    },
)
