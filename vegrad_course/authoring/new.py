"""The first files of a new lesson: one exercise that works, to be changed into the real one."""

import re
from pathlib import Path

from vegrad_course.authoring.build import write
from vegrad_course.authoring.course import Course
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry

LESSON = '''"""Exercises of lesson {number}."""

from vegrad_course.lessons import Lesson

lesson = Lesson("{id}", "{title}", minutes=30)
'''

EXERCISE = '''"""{name}(x): what it returns, in one line."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "The property that a right answer has, in one sentence."
    yield Case("what this case is about", {{"x": rng.uniform(3, 9, 5)}}, expect)


def judge(case, outputs):
    return compare(outputs, case["x"] ** 3, at=case["x"])


def squares(x):
    return x**2


def by_numpy(x):
    return np.power(x, 3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    hints=(
        "A first hint that nudges the learner in the right direction.",
        "A second hint that points at the step that is missing.",
        "A third hint that nearly says it, but leaves the last step.",
    ),
    misconceptions=(
        Misconception(
            squares,
            "You squared x. Name the mistake, say why it is tempting, and point to the next step.",
        ),
    ),
    alternatives=(by_numpy,),
)
'''

SOURCE = '''# %% [markdown]
# # {number} · {title}
#
# **The question:** what does the learner want to know?
#
# **When you finish you can** ...
#
# **You need** ... **Time:** about 30 minutes.

# %%
import numpy as np

from vegrad_course import check, hint, plots, progress

# %% [markdown]
# ## 1. Predict, measure, explain, fix, check
#
# ### Exercise 1 · `{name}(x)`
#
# Say what to write, in terms that this notebook has explained.

# %% exercise="{name}"
def {name}(x):
    """What it returns, in one line."""
    ### BEGIN SOLUTION
    return x * x * x
    ### END SOLUTION

# %% check="{name}"
check({name})

# %%
progress()
'''


def begin_lesson(course: Course, lesson_id: str, title: str, exercise: str) -> list[Path]:
    """Write the three files of a new lesson and return them. Existing files are refused."""
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", lesson_id):
        raise Refusal(f"A lesson is called like 13_attention, in small letters; got {lesson_id!r}.")
    if not exercise.isidentifier() or exercise in registry.names():
        raise Refusal(f"An exercise needs a new name like softmax_slope; got {exercise!r}.")
    number = lesson_id[:2]
    folder = course.root / "vegrad_course" / "exercises" / f"lesson_{number}"
    source = course.root / "solutions" / f"{lesson_id}.py"
    if folder.exists() or source.exists():
        raise Refusal(f"Lesson {number} is there already. Choose another number.")
    facts = {"number": number, "id": lesson_id, "title": title, "name": exercise}
    texts = {
        folder / "__init__.py": LESSON.format(**facts),
        folder / f"{exercise}.py": EXERCISE.format(**facts),
        source: SOURCE.format(**facts),
    }
    for path, text in texts.items():
        write(path, text)
    return list(texts)
