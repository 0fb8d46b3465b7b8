"""prescribe(log): one change, judged by training the patient with it."""

import numpy as np

from vegrad_course.exercises.lesson_12._patients import ask, ends, held_back, illness_of, log_of
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain

REMEDIES = (
    "nothing", "initialise", "normalise", "residual", "clip", "decay", "shorten",
    "learning rate", "mend the data",
)  # fmt: skip
SMALLEST, LARGEST = 1e-9, 1e9  # factors outside are no learning rates


def cases(rng):
    expect = "With this one change the patient learns like its healthy twin."
    for number in rng.permutation(held_back()).tolist():
        yield Case(f"patient {number}", {"number": number, **log_of(number)}, expect)


def collect(answer, case):
    returned = ask(answer, case)
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise NotPlain("Return two things: `return remedy, factor`.")
    return {"remedy": returned[0], "factor": returned[1]}


def judge(case, outputs):
    remedy, factor = str(outputs["remedy"]), outputs["factor"]
    if remedy not in REMEDIES:
        listed = ", ".join(f'"{name}"' for name in REMEDIES)
        return failed("value", f'your remedy is "{remedy[:40]}". The remedies are {listed}.')
    if factor.shape != () or factor.dtype.kind not in "iuf":
        return failed("type", "your factor must be one number; write 1.0 where it does not matter.")
    factor = float(factor) if remedy == "learning rate" else 1.0
    if not SMALLEST < factor < LARGEST:
        return failed("value", f"your factor for the learning rate is {factor:.3g}.")
    if illness_of(case["number"]) == "healthy":
        return _untouched(remedy)
    return _trained(case["number"], remedy, factor)


def _untouched(remedy):
    """A healthy patient is to be left alone."""
    if remedy == "nothing":
        return PASSED
    return failed("value", f'you prescribed "{remedy}" to a patient who learns well already.')


def _trained(number, remedy, factor):
    end, goal, start = ends(number, remedy, factor)
    if end <= goal + 0.2 * (start - goal):
        return PASSED
    times = f" times {factor:.3g}" if remedy == "learning rate" else ""
    return failed(
        "value",
        f'you prescribed "{remedy}"{times}. Trained with it, the loss ends at {end:.3g}; the '
        f"healthy twin goes from {start:.3g} to {goal:.3g}.",
    )


def clips_every_gradient(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if log["silent"].max() > 0.8:
        return "initialise", 1.0
    if abs(gain) > 2.5:
        return "clip", 1.0
    if update > -1 or update < -3.5:
        return "learning rate", 10 ** (-2 - update)
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "nothing" if fell else "mend the data", 1.0


def smaller_steps_for_explosions(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if gain < -2.5 or log["silent"].max() > 0.8:
        return "initialise", 1.0
    if gain > 2.5:
        return "learning rate", 0.01
    if update > -1 or update < -3.5:
        return "learning rate", 10 ** (-2 - update)
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "nothing" if fell else "mend the data", 1.0


def decay_for_explosions(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if gain < -2.5 or log["silent"].max() > 0.8:
        return "initialise", 1.0
    if gain > 2.5:
        return "decay", 1.0
    if update > -1 or update < -3.5:
        return "learning rate", 10 ** (-2 - update)
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "nothing" if fell else "mend the data", 1.0


def larger_steps_for_vanishing(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if gain > 2.5 or log["silent"].max() > 0.8:
        return "initialise", 1.0
    if gain < -2.5:
        return "learning rate", 100.0
    if update > -1 or update < -3.5:
        return "learning rate", 10 ** (-2 - update)
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "nothing" if fell else "mend the data", 1.0


def treats_the_healthy(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if abs(gain) > 2.5 or log["silent"].max() > 0.8:
        return "initialise", 1.0
    if update > -1 or update < -3.5:
        return "learning rate", 10 ** (-2 - update)
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "initialise" if fell else "mend the data", 1.0


def factor_upside_down(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if abs(gain) > 2.5 or log["silent"].max() > 0.8:
        return "initialise", 1.0
    if update > -1 or update < -3.5:
        return "learning rate", 10 ** (update + 2)
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "nothing" if fell else "mend the data", 1.0


def always_ten(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if abs(gain) > 2.5 or log["silent"].max() > 0.8:
        return "initialise", 1.0
    if update > -1 or update < -3.5:
        return "learning rate", 0.1 if update > -1 else 10.0
    fell = np.median(log["loss"][-6:]) < 0.8 * log["loss"][0]
    return "nothing" if fell else "mend the data", 1.0


def aims_between(log):
    gain, update = log["signal"][0, 0] - log["signal"][0, -1], np.nanmedian(log["update"])
    if abs(gain) > 2.4 or log["silent"].max() > 0.7:
        return ["initialise", 7]
    if not -3.4 < update < -1.1:
        return ["learning rate", 10**-2.1 / 10**update]
    return ["nothing" if log["loss"][-6:].max() < 0.7 * log["loss"][0] else "mend the data", 1]


exercise = Exercise(
    points=6,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Let your `diagnose_log` name the illness, and keep a dict from illness to remedy. The "
        "table of section 5 says what restored whom.",
        "Weights that are wrong from the start are mended at the start. Only the two illnesses of "
        "the learning rate need a factor: a typical step should change the weights by about 1%.",
        "The update is a log10. From update u to -2 the learning rate must be multiplied by "
        "10 ** (-2 - u), where u is the second number of `log_facts`.",
    ),
    misconceptions=(
        Misconception(
            clips_every_gradient,
            "You prescribed clipping wherever the gradient vanishes or explodes. Clipping only "
            "makes gradients smaller: it gives nothing to a layer that gets none. And here the "
            "weights are too large from the start: the outputs stay wild, whatever the step.",
        ),
        Misconception(
            smaller_steps_for_explosions,
            "You prescribed a smaller learning rate for exploding gradients. The steps get "
            "smaller, the weights stay too large, and now the network needs far longer to get "
            "away from them.",
        ),
        Misconception(
            decay_for_explosions,
            "You prescribed L2 regularisation for exploding gradients. It makes weights smaller "
            "bit by bit, over thousands of steps. These weights are too large before the first.",
        ),
        Misconception(
            larger_steps_for_vanishing,
            "You prescribed larger steps for vanishing gradients. The last layers get their "
            "gradient in full, and a hundred times the step tears them apart. The illness is the "
            "difference between layers, and one factor for all cannot mend it.",
        ),
        Misconception(
            treats_the_healthy,
            "You treat patients who learn well. A change that is not needed can only do harm, and "
            "hides what did the work later. Prescribe nothing.",
        ),
        Misconception(
            factor_upside_down,
            "Your factor is upside down. Updates that are too large need a factor below 1.",
        ),
        Misconception(
            always_ten,
            "You change the learning rate tenfold, whatever the log says. These patients are off "
            "by a hundred and more, and the log says by how much: take the factor from the update.",
        ),
    ),
    alternatives=(aims_between,),
    equivalent={
        "1.0 -> 2.0": "The factor plays no part where the remedy is not the learning rate.",
        "1.0 -> -1.0": "The factor plays no part where the remedy is not the learning rate.",
        "10 -> 11": "A learning rate that is off by a few parts in ten restores as well.",
    },
)
