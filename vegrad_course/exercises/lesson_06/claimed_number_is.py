"""claimed_number_is: what is (1 + a²) / 2 for leaky ReLU of a standard normal z?"""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

CHOICES = ("the second moment", "the variance", "the mean")
SPELLINGS = {
    "secondmoment": CHOICES[0],
    "meansquare": CHOICES[0],
    "meanofthesquares": CHOICES[0],
    "variance": CHOICES[1],
    "mean": CHOICES[2],
}


def cases(rng):
    yield Case("leaky ReLU", {}, "At a = 0.1 it is 0.505. It is an average of leaky(z).")


def collect(answer, case):
    """The answer in its plain spelling: capitals, blanks and the article do no harm."""
    text = value(answer, case)
    return _plain(text) if isinstance(text, str) else text


def judge(case, outputs):
    chosen = str(outputs["result"])
    if chosen == CHOICES[0]:
        return PASSED
    if chosen in CHOICES:
        return failed("value", f"you chose {chosen}.")
    shown = chosen if len(chosen) <= 40 else f"{chosen[:40]}..."
    offered = " or ".join(f'"{choice}"' for choice in CHOICES)
    return failed("value", f'your answer is "{shown}". The choices are {offered}.')


def _plain(text):
    letters = "".join(letter for letter in text[:200].lower() if letter.isalpha())
    return SPELLINGS.get(letters.removeprefix("the"), text)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "At a = 0.1 the claim gives 0.505. Is your mean or your variance close to it?",
        "Exactly, the mean is 0.359 and the variance 0.376. What is variance plus mean squared?",
        "The mean of the squares has a name of its own. It needs no mean of 0.",
    ),
    misconceptions=(
        Misconception(
            "the variance",
            "That is what the claim says. But at a = 0.1 the variance is 0.376, and (1 + a²)/2 "
            "is 0.505 (see `leaky_moments(0.1)`). The two would be equal if the mean were 0.",
        ),
        Misconception(
            "the mean",
            "The mean at a = 0.1 is 0.359, and (1 + a²)/2 is 0.505. A mean cannot hold a²: it is "
            "made of z and a z.",
        ),
    ),
    alternatives=("second moment", " The Second-Moment ", "the mean square"),
)
