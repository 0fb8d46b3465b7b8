"""The grader's own run over a class, as `vegrad grade` makes it; the course is the folder it is in.

It is given the walls to leave out, the limits and the number of workers, and prints the verdicts.
"""

import json
import sys

from vegrad_course.authoring.course import here
from vegrad_course.grading import settings
from vegrad_course.grading.cluster import workers
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.run import Run
from vegrad_course.lessons import find


def main() -> None:
    told = json.loads(sys.argv[1])
    course, lesson = here(), find(told["lesson"])
    config = settings.load(course.root)
    with Writer(settings.database(course.root, config), config=config) as writer:
        with workers(told["workers"], None, frozenset(told["without"])) as crew:
            rules = Rules(writer.begin(lesson.id, None), limits=Limits(**told["limits"]))
            for graded in Run(course, lesson, writer, crew, rules):
                verdicts = {v.name: [v.score, v.kind] for v in graded.verdicts}
                print(json.dumps([graded.student, graded.seconds, verdicts]), flush=True)


if __name__ == "__main__":
    main()
