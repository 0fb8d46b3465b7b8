"""decides_the_norm: what bounds how much one layer can stretch a gradient?"""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

CHOICES = ("singular values", "eigenvalues")
SPELLINGS = {
    "singularvalue": "singular values",
    "singularvalues": "singular values",
    "eigenvalue": "eigenvalues",
    "eigenvalues": "eigenvalues",
}


def cases(rng):
    expect = (
        "No gradient is stretched by more than the largest of them, and one is by just as much."
    )
    yield Case("one layer, any gradient", {}, expect)


def collect(answer, case):
    """The answer in its plain spelling: capitals, blanks and a missing s do no harm."""
    text = value(answer, case)
    return _plain(text) if isinstance(text, str) else text


def judge(case, outputs):
    chosen = str(outputs["result"])
    if chosen == CHOICES[0]:
        return PASSED
    if chosen == CHOICES[1]:
        return failed("value", "you chose eigenvalues.")
    shown = chosen if len(chosen) <= 40 else f"{chosen[:40]}..."
    return failed(
        "value",
        f'your answer is "{shown}". There are two choices: "{CHOICES[0]}" or "{CHOICES[1]}".',
    )


def _plain(text):
    letters = "".join(letter for letter in text[:200].lower() if letter.isalpha())
    return SPELLINGS.get(letters.removeprefix("the"), text)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Look at the ellipse again. Which numbers are its half-axes?",
        "Think of the matrix of the last figure. Both its eigenvalues are small, and yet it makes "
        "some vectors longer.",
        "The answer must also make sense for a layer that is not square. Only one of the two "
        "exists for every matrix.",
    ),
    misconceptions=(
        Misconception(
            "eigenvalues",
            "Eigenvalues speak of the directions that a matrix does not turn, and of the same "
            "matrix used again and again. One layer with small eigenvalues can still stretch other "
            "directions, and a layer that is not square has none.",
        ),
    ),
    alternatives=(" Singular value ", "singular-values"),
)
