"""A page of completion, from the progress that is kept on this computer."""

from dataclasses import dataclass
from datetime import date
from html import escape

from vegrad_course.checking.overview import progress
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson, all_lessons

LONGEST_NAME = 80


@dataclass(frozen=True)
class Achieved:
    """A lesson, how many of its exercises are passed, and how many there are."""

    lesson: Lesson
    done: int
    exercises: int

    @property
    def missing(self) -> int:
        return self.exercises - self.done

    @property
    def state(self) -> str:
        return f"{self.missing} to do" if self.missing else "complete"


def achieved() -> tuple[Achieved, ...]:
    """Lesson by lesson, what is passed."""
    kept = progress()
    return tuple(Achieved(lesson, *kept.done(lesson)) for lesson in all_lessons())


def page(rows: tuple[Achieved, ...], name: str, today: date) -> str:
    """The certificate: one HTML file that needs nothing else. No name leaves a line for one."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refusal(f"A name has at most {LONGEST_NAME} characters: got {len(name)}. Shorten it.")
    done, total = sum(r.done for r in rows), sum(r.exercises for r in rows)
    complete = done == total
    hours = sum(row.lesson.minutes for row in rows) / 60
    return PAGE.format(
        style=STYLE,
        title="Certificate of completion" if complete else "Record of progress",
        verb="has completed the course" if complete else "is taking the course",
        name=escape(name)
        if name
        else '<span class="line" role="img" aria-label="a line for the name"></span>',
        note="" if complete else f'<p class="part">Not complete: {total - done} to do.</p>',
        done=f"{done} of {total} exercises passed"
        + (f", in about {hours:.0f} hours of lessons" if complete else ""),
        rows="".join(map(_row, rows)),
        date=f"{today.day} {today:%B %Y}",
    )


def _row(row: Achieved) -> str:
    bar = f'<progress value="{row.done}" max="{row.exercises}" aria-hidden="true"></progress>'
    cells = (row.lesson.number, escape(row.lesson.title), bar, f"{row.done} of {row.exercises}")
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in (*cells, row.state)) + "</tr>"


STYLE = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem; background: #e9edf1; color: #1d2730;
  font: 16px/1.45 Georgia, "Times New Roman", serif }
main { max-width: 46rem; margin: auto; padding: 2.2rem 2.6rem; background: #fff; text-align: center;
  border: 2px solid #0072b2; outline: 1px solid #0072b2; outline-offset: -10px }
h1 { margin: .3rem 0 1rem; font-size: 2.1rem; font-weight: normal; letter-spacing: .03em;
  color: #005a8f }
svg { width: 11rem; height: 3rem }
p { margin: .35rem 0 }
.name { font-size: 1.7rem; font-style: italic; overflow-wrap: anywhere }
.line { display: inline-block; width: 20rem; max-width: 100%; height: 1.8rem;
  border-bottom: 1px solid #1d2730 }
.course { font-size: 1.25rem; font-weight: bold }
.part { margin: 1rem auto; padding: .4rem 1rem; width: fit-content; border: 1px solid #8a4b00;
  color: #7a3f00; background: #fff6e8 }
table { margin: 1.3rem auto; border-collapse: collapse; text-align: left; font-size: .93rem }
th, td { padding: .18rem .7rem; border-bottom: 1px solid #d5dde4 }
th { font-weight: normal; color: #4a5863 }
progress { width: 7rem; accent-color: #0072b2 }
footer { font-size: .82rem; color: #4a5863 }
@media print { body { padding: 0; background: #fff }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
@media (max-width: 40rem) { body { padding: .4rem } main { padding: 1.4rem .9rem }
  td:nth-child(3), th:nth-child(3) { display: none } }
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<svg viewBox="0 0 110 30" aria-hidden="true" fill="none" stroke-width="2">
<path d="M4 26 H106" stroke="#d5dde4"/>
<path d="M4 5 C30 8 40 24 106 25" stroke="#d55e00"/>
<path d="M4 25 C60 24 85 18 106 4" stroke="#009e73"/>
<path d="M4 15 H106" stroke="#0072b2"/>
</svg>
<h1>{title}</h1>
<p class="name">{name}</p>
<p>{verb}</p>
<p class="course">Vanishing and exploding gradients</p>
<p>{done}</p>
{note}
<table>
<thead><tr><th scope="col">No.</th><th scope="col">Lesson</th><th scope="col">Exercises</th>
<th scope="col">Passed</th><th scope="col">State</th></tr></thead>
<tbody>{rows}</tbody>
</table>
<footer>
<p>{date}</p>
<p>Made from the progress kept on the learner's own computer; no one has signed it.</p>
</footer>
</main>
</body>
</html>
"""
