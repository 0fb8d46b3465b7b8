"""diagnose(log): from the numbers of a training run to the name of what ails it."""

import numpy as np

from vegrad_course.exercises.lesson_04 import _wrong_diagnoses as wrong
from vegrad_course.exercises.lesson_04._logs import plain_log, wobbly
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed

WORDS = (
    "healthy",
    "vanishing",
    "exploding",
    "dead units",
    "learning rate too high",
    "learning rate too low",
)
STEPS, LAYERS = 30, 6


def cases(rng):
    for name, word, log in planted(rng):
        yield Case(name, {**log, "word": word}, f'The answer is "{word}".')


def planted(rng):
    """Name, illness, log."""
    fell = wobbly(rng, np.linspace(2.3, 0.2, STEPS), 0.02)
    still = wobbly(rng, np.full(STEPS, 2.3), 0.02)
    level = wobbly(rng, np.full(LAYERS, -3.0))
    fading, growing = level + np.linspace(-4, 0, LAYERS), level + np.linspace(4, 0, LAYERS)

    yield "a healthy run", "healthy", plain_log(fell, level)
    yield "the gradient fades, the loss stands still", "vanishing", vanishing(still, fading, -3.0)
    yield (
        "the rate is too low",
        "learning rate too low",
        plain_log(still, level, log10_update=updates(rng, -4.5)),
    )
    yield "the loss is huge", "exploding", plain_log(1e4 * fell[::-1], growing)
    yield "one layer of six is dead", "dead units", dead_layers(still, level, 2)
    yield (
        "steps of half the weights",
        "learning rate too high",
        plain_log(wobbly(rng, still, 0.2), level, log10_update=updates(rng, -0.3)),
    )
    yield "four layers of six are dead", "dead units", dead_layers(still, level, 0, 1, 2, 3)
    yield "all layers are dead", "dead units", dead_layers(still, level, *range(LAYERS))
    yield "the gradient fades, the last layers learn", "vanishing", vanishing(fell, fading, -1.0)
    yield "the gradient grows, the loss falls", "exploding", plain_log(fell**4, growing)
    yield from hard(rng, fell, still, level)
    yield from on_the_line(fell, still, level)


def hard(rng, fell, still, level):
    small = plain_log(still, level - 6, log10_update=updates(rng, -7))
    yield "a rate too low, and a gradient that is small in every layer", WORDS[5], small
    deep = np.linspace(-3, 0, LAYERS)
    done = plain_log(fell, level, log10_update=updates(rng, -2.5))
    done["log10_update"][8:] = updates(rng, -5)[8:]
    done["log10_signal"][-8:] += deep
    yield "a run that has converged: its last steps are tiny", "healthy", done
    early = plain_log(still, level + deep)
    early["log10_signal"][1:] = level - 1.5
    yield "the gradient fades at the first step, not later", "vanishing", early
    burst = plain_log(still, level - deep)
    burst["log10_signal"][1:] = level + 1.5
    yield "the gradient explodes at the first step, not later", "exploding", burst
    guessing = plain_log(np.r_[30.0, 90.0, still[2:]], level, log10_update=updates(rng, -12))
    guessing["log10_update"][:3] = updates(rng, -0.2)[:3]
    yield "the loss falls from 30 to that of guessing", "learning rate too high", guessing
    died = plain_log(wobbly(rng, still, 0.2), level, log10_update=updates(rng, -12))
    died["log10_update"][:3] = updates(rng, -0.2)[:3]
    yield "three huge steps, and then nothing moves", "learning rate too high", died
    one = plain_log(still, level)
    one["log10_update"][5, 0] = -0.1
    yield "one layer makes one large step; the loss stands still", "healthy", one
    yield "all is in range, and the loss stands still", "healthy", plain_log(still, level)
    adam = plain_log(still, level + np.linspace(-4, 0, LAYERS))
    yield "the gradient fades, the optimizer scales the steps up again", "vanishing", adam
    fast = plain_log(fell, level, log10_update=updates(rng, -0.5))
    yield "steps are large, and the loss falls all the same", "healthy", fast


def on_the_line(fell, still, level):
    """Where each comparison turns."""
    at_two = np.array([-5.0, -4.0, -4.0, -3.5, -3.2, -3.0])
    yield "exactly two decades lost", "vanishing", plain_log(still, at_two)
    yield "exactly two decades gained", "exploding", plain_log(still, at_two[::-1])
    half = plain_log(still, level, dead=np.array([0, 0.5, 0, 0, 0.2, 0]))
    yield "half of a layer is dead: not yet more than half", "healthy", half
    low = np.full((STEPS, LAYERS), -4.0)
    yield "steps of exactly 1e-4", "healthy", plain_log(still, level, log10_update=low)
    high = np.full((STEPS, LAYERS), -1.0)
    yield "steps of exactly 10%", "healthy", plain_log(still, level, log10_update=high)
    late = np.r_[2.0, np.full(STEPS - 4, 1.9), 1.0, 1.0, 1.0]
    yield (
        "only the last three losses are half of the first",
        "healthy",
        plain_log(late, level, guess=2.0, log10_update=low - 2),
    )
    dip = np.r_[2.0, np.full(STEPS - 7, 0.4), np.full(6, 1.9)]
    yield (
        "the loss was low for a while",
        "learning rate too low",
        plain_log(dip, level, guess=2.0, log10_update=low - 2),
    )
    spike = np.r_[2.0, np.full(STEPS - 6, 0.4), 1.9, 0.5, 1.9, 1.9, 0.5]
    yield (
        "the last losses are bad again",
        "learning rate too low",
        plain_log(spike, level, guess=2.0, log10_update=low - 2),
    )


def updates(rng, size):
    return wobbly(rng, np.full((STEPS, LAYERS), float(size)))


def vanishing(loss, profile, last):
    """With plain gradient descent the updates fade as the gradient does."""
    rows = np.tile(profile - profile[-1] + last, (STEPS, 1))
    return plain_log(loss, profile, log10_update=rows)


def dead_layers(loss, profile, *dead):
    """Nothing gets back past a dead layer, so it and all layers before it do not move."""
    log = plain_log(loss, profile)
    log["dead"][list(dead)] = 1.0
    log["log10_signal"][:, : dead[-1] + 1] = -np.inf
    log["log10_update"][:, : dead[-1] + 1] = -np.inf
    return log


def collect(answer, case):
    inputs = {name: item for name, item in case.inputs.items() if name != "word"}
    return answer(inputs)


def judge(case, outputs):
    got = outputs["result"]
    if got.dtype.kind != "U" or got.shape != ():
        return failed("type", f"your answer must be one of six texts; {got!r} came back.")
    if str(got) not in WORDS:
        return failed("type", f'your answer is "{got}". The six words: {", ".join(WORDS)}.')
    return PASSED if str(got) == case["word"] else failed("value", f'your answer is "{got}".')


def by_the_table(log):
    """Without the helper: one condition after the other."""
    signal, steps = log["log10_signal"], np.median(log["log10_update"], axis=1)
    if (log["dead"] > 0.5).any():
        return "dead units"
    lost = signal[0, -1] - signal[0, 0]
    if abs(lost) >= 2:
        return "vanishing" if lost > 0 else "exploding"
    if 2 * sorted(log["loss"][-5:])[2] <= log["guess"]:
        return "healthy"
    if (steps > -1).any():
        return "learning rate too high"
    return "learning rate too low" if np.median(steps) < -4 else "healthy"


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Follow the table of rules from top to bottom, one `if` with a `return` for each. The "
        'first that holds is the answer; the last line returns "healthy".',
        'Two decades: `log["log10_signal"][0, 0] - log["log10_signal"][0, -1]` is the log10 of '
        "the gradient at the first layer over that at the last, at the first step. It is -2 where "
        "one hundredth is left.",
        'The typical update of each step is `np.median(log["log10_update"], axis=1)`: a median '
        "over the layers. Its `.max()` decides about too high, its `np.median` about too low.",
    ),
    misconceptions=(
        Misconception(
            wrong.loss_alone,
            "You decided from the loss alone. It says *that* a run is ill, not what it has: a loss "
            "that stands still is the same for vanishing, for dead units, for a rate that is too "
            "low. Look at the gradients and at the updates.",
        ),
        Misconception(
            wrong.signs_swapped,
            "Vanishing and exploding have changed places. On its way *back*, from the last layer "
            "to the first, the gradient shrinks if it vanishes: first minus last is negative.",
        ),
        Misconception(
            wrong.divides_logarithms,
            "You divided one log10 by the other. A ratio becomes a *difference* of logarithms: "
            "log10(a / b) = log10 a - log10 b.",
        ),
        Misconception(
            wrong.first_layer_update_alone,
            "You looked at how far the first layer moves. That is gradient times learning rate: "
            "with a rate that is too low it hardly moves either, and an optimizer such as Adam can "
            "move it although the gradient vanished. Compare the gradients of two layers.",
        ),
        Misconception(
            wrong.mean_over_layers,
            "You averaged the gradient over the layers. A mean cannot tell a gradient that fades "
            "from one that is small everywhere. Compare the first layer with the last.",
        ),
        Misconception(
            wrong.absolute_size,
            "You looked at the size of the gradient at the first layer. A small gradient in every "
            "layer is a matter of units, and a larger learning rate mends it. It vanishes if it is "
            "lost *on the way*: compare the first layer with the last.",
        ),
        Misconception(
            wrong.low_rate_is_vanishing,
            'You called a learning rate that is too low "vanishing". The loss stands still in '
            "both. But here every layer gets its gradient; only the steps are small. New layers or "
            "weights would not help: the rate would.",
        ),
        Misconception(
            wrong.stuck_must_be_low,
            "You took a loss that stands still as proof of a low rate. In one of these runs "
            "everything is in range, and the loss stands still all the same. Then the gradients "
            "are healthy, and one must look at the data.",
        ),
        Misconception(
            wrong.forgets_the_loss,
            "You never asked whether the loss fell. A run that has converged makes tiny steps "
            "because it is done, and large steps do no harm while the loss falls.",
        ),
        Misconception(
            wrong.loss_first,
            "You asked the loss first. But a network can be ill and improve a little: its last "
            "layers learn alone. Ask for dead units and for the two gradients before.",
        ),
        Misconception(
            wrong.last_step,
            "You compared the layers at the last step. By then the illness itself, or the end of "
            "training, has changed the gradients. Look at the first step.",
        ),
        Misconception(
            wrong.forgets_the_dead,
            "You never asked for dead units. A dead layer also stops the gradient, so it looks "
            "like vanishing; but the cure is another. Ask for it first.",
        ),
        Misconception(
            wrong.depth_before_death,
            "You asked for the gradient before you asked for dead units. A dead layer stops the "
            "gradient, so its consequence hid the cause. Ask for the cause first.",
        ),
        Misconception(
            wrong.mean_dead,
            "You averaged the dead share over the layers. One dead layer is enough to stop the "
            "gradient for all layers before it, and a mean hides it. Take the maximum.",
        ),
        Misconception(
            wrong.any_dead,
            "You called a layer dead for a few dead units. The rule says more than half.",
        ),
        Misconception(
            wrong.median_for_the_largest,
            "You took the median over the steps for *too high*. Three huge steps at the start can "
            "ruin a network, and after them nothing moves. Take the largest step.",
        ),
        Misconception(
            wrong.one_loud_layer,
            "You took the largest update of any single layer. The rule asks for a typical layer: "
            "the median over the layers, in each step.",
        ),
        Misconception(
            wrong.half_of_the_first_loss,
            "You compared the loss with its own start. A network can start far above guessing, be "
            'ruined, and fall to guessing: that is no success. Compare with `log["guess"]`.',
        ),
        Misconception(
            wrong.lowest_loss,
            "You took the lowest loss of the whole run. It was better once, and is bad again. Take "
            "the median of the last five.",
        ),
        Misconception(
            wrong.one_loss_at_the_end,
            "You took the last loss alone. One batch may be lucky. Take the median of the last "
            "five.",
        ),
    ),
    alternatives=(by_the_table,),
    equivalent={
        "1 -> -1 (#3)": "An array of two dimensions has the axes 0 and 1, and -1 means the last.",
    },
)
