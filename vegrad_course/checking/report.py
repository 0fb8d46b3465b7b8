"""The report of a check: a score for nbgrader, a text for a terminal, a card for a notebook."""

from html import escape

from vegrad_course.checking.card import block, card, note_block
from vegrad_course.exercises.marking import Mark, Marks, in_points


class Report:
    """What `check` returns. Its repr is the score alone: nbgrader reads partial credit there."""

    def __init__(self, marks: Marks, note: str = "") -> None:
        self.marks, self.note = marks, note

    @property
    def score(self) -> float:
        return self.marks.score

    @property
    def passed(self) -> bool:
        return self.marks.passed

    def __repr__(self) -> str:
        return repr(float(self.score))

    def __str__(self) -> str:
        lines = [self.headline]
        if self._mood != "waiting":
            lines += [f"  {_sign(mark)} {mark.case.name}" for mark in self.marks.marks]
            lines += [f"{title}: {text}" for title, text in self.findings]
        return "\n".join([*lines, self.note] if self.note else lines)

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{_sign(m)} {escape(m.case.name)}</li>" for m in self.marks.marks)
        cases = f'<ul style="list-style:none;margin:.4em 0;padding:0">{rows}</ul>'
        body = cases + "".join(block(title, text) for title, text in self.findings)
        return card(self.headline, body + note_block(self.note), self._mood)

    @property
    def headline(self) -> str:
        exercise, marks = self.marks.exercise, self.marks.marks
        done = sum(mark.verdict.passed for mark in marks)
        points = f", {in_points(self.score, exercise.points)}" if exercise.points else ""
        if self._mood == "waiting":
            return f"{exercise.name}: not written yet{points}"
        verdict = "all right" if self.passed else f"{done} of {len(marks)} cases right"
        return f"{exercise.name}: {verdict}{points}"

    @property
    def findings(self) -> list[tuple[str, str]]:
        """What went wrong, what a right answer does, and what to do next. Empty after a pass."""
        failure, known = self.marks.first_failure, self.marks.misconception
        if failure is None:
            return []
        if self._mood == "waiting":
            return [("Next", f"Write it in the cell above. {self._hint_line}")]
        case = failure.case
        found = [(f"In “{case.name}”", _sentence(failure.verdict.problem))]
        found.append(("A right answer", _one_line(case.expect)))
        if known:
            found.append(("Likely cause", _one_line(known.message)))
        return [*found, ("Next", self._hint_line)]

    @property
    def _hint_line(self) -> str:
        return f'Stuck? `hint("{self.marks.exercise.name}")` gives one hint at a time.'

    @property
    def _mood(self) -> str:
        failure = self.marks.first_failure
        if failure is None:
            return "passed"
        return "waiting" if failure.verdict.kind == "unanswered" else "failed"


def _sign(mark: Mark) -> str:
    return "✓" if mark.verdict.passed else "✗"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str) -> str:
    text = _one_line(text)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
