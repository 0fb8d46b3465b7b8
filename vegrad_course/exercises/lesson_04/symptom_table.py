"""symptom_table: which of the two gradients shows which symptom, as the textbook table says."""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

V, E = "vanishing", "exploding"
SYMPTOMS = (
    ("learning is slow, with little improvement", V),
    ("weights of early layers hardly change", V),
    ("performance stays poor after many epochs", V),
    ("metrics fluctuate strongly between epochs", E),
    ("weights become very large", E),
    ("the loss spikes, or diverges", E),
    ("NaN", E),
)
DUE = [word for _, word in SYMPTOMS]


def cases(rng):
    yield Case(
        "seven symptoms",
        {},
        'Seven words in the order of the list, each "vanishing" or "exploding".',
    )


def judge(case, outputs):
    got = outputs["result"]
    if got.dtype.kind != "U" or got.shape != (len(DUE),):
        return failed(
            "type", f"your answer has shape {got.shape}; a list of {len(DUE)} texts is due."
        )
    for number, (word, (symptom, due)) in enumerate(zip(got.tolist(), SYMPTOMS, strict=True), 1):
        if word not in (V, E):
            return failed("value", f'row {number} is "{word}"; the words are "{V}" and "{E}".')
        if word != due:
            return failed("value", f'row {number} ({symptom}) says "{word}".')
    return PASSED


def flipped(*rows):
    """The right table with some rows (counted from 1) turned round."""
    other = {V: E, E: V}
    return [other[word] if row in rows else word for row, word in enumerate(DUE, 1)]


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "For each row ask: does this come from steps that are too small, or from steps that are "
        "too large?",
        "A gradient that vanishes moves the early layers too little. So nothing dramatic happens, "
        "and that is the trouble.",
        "A gradient that explodes makes a huge step. Then weights are large, the loss jumps, and "
        "numbers overflow. Rows 1 to 3 belong together, and so do rows 4 to 7.",
    ),
    misconceptions=(
        Misconception(
            flipped(1, 2, 3, 4, 5, 6, 7),
            "All rows are turned round. A gradient that vanishes gives steps that are too small: "
            "quiet symptoms. One that explodes gives steps that are too large: loud symptoms.",
            name="all turned round",
        ),
        Misconception(
            flipped(3),
            "Row 3: poor performance after many epochs is the quiet symptom: the network had all "
            "the time, and its early layers did not learn. (A network that exploded may also stay "
            "poor; but it was loud before, and the table lists what is typical.) Compare the two.",
            name="stuck is exploding",
        ),
        Misconception(
            flipped(4),
            "Row 4: to fluctuate, the network must move far in each step. A gradient that vanishes "
            "moves it too little.",
            name="fluctuation is vanishing",
        ),
        Misconception(
            flipped(7),
            "Row 7: a gradient that vanishes becomes 0, and 0 is a number. NaN comes from "
            "overflow: numbers grow to inf, and inf - inf is NaN.",
            name="NaN is vanishing",
        ),
        Misconception(
            flipped(2),
            "Row 2: hardly any change means that hardly any gradient arrived.",
            name="early layers explode",
        ),
        Misconception(
            flipped(1, 2, 3),
            "You wrote exploding everywhere. Rows 1 to 3 are quiet: hardly any step is made.",
            name="all exploding",
        ),
        Misconception(
            flipped(4, 5, 6, 7),
            "You wrote vanishing everywhere. Rows 4 to 7 are loud: the steps are far too large.",
            name="all vanishing",
        ),
    ),
    alternatives=(tuple(DUE),),
)
