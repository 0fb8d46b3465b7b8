"""A diagnosis in words: for a terminal, for a notebook, and as a page of its own."""

from html import escape

from vegrad_course.diagnosis.findings import Diagnosis, Finding
from vegrad_course.lessons import find

HEADLINES = {
    "vanishing": "The gradient vanishes",
    "exploding": "The gradient explodes",
    "saturation": "Activations are saturated",
    "dead units": "Units are dead",
    "learning rate too high": "The learning rate is too high",
    "learning rate too low": "The learning rate is too low",
    "bad initialisation": "The initial weights are bad",
    "non-finite": "Something that is not a number came in",
    "normalisation explosion": "Normalisation makes the gradient explode",
    "data problem": "None of these: the gradients are healthy",
    "healthy": "The gradients are healthy",
}


def headline(finding: Finding) -> str:
    return HEADLINES[finding.illness]


def lines(finding: Finding) -> list[tuple[str, str]]:
    """Pairs of a heading and a sentence: evidence, place, and what to try, in order."""
    told = [("Evidence", "; ".join(finding.evidence))]
    if finding.layers:
        shown = ", ".join(finding.layers[:6])
        more = len(finding.layers) - 6
        told.append(("Layers", f"{shown} and {more} more" if more > 0 else shown))
    told.append(("Steps", f"{finding.steps[0]} to {finding.steps[1]}"))
    for i, remedy in enumerate(finding.remedies, 1):
        lesson = find(remedy.lesson)
        told.append((f"Try {i}", f"{remedy.text} (lesson {lesson.number}, {lesson.title})"))
    return told


def as_text(diagnosis: Diagnosis) -> str:
    """For a terminal: the first finding in full, the others after it."""
    parts = []
    for i, finding in enumerate(diagnosis.findings):
        prefix = "" if i == 0 else "Also: "
        parts.append(f"{prefix}{headline(finding)} ({finding.sure:.0%} sure)")
        parts += [f"  {title + ':':<10} {text}" for title, text in lines(finding)]
    parts += [f"Note: {note}" for note in diagnosis.notes]
    return "\n".join(parts)


def as_html(diagnosis: Diagnosis) -> str:
    """For a notebook or a page: one section per finding."""
    parts = [_section(finding, first=i == 0) for i, finding in enumerate(diagnosis.findings)]
    parts += [f"<p><em>Note: {escape(note)}</em></p>" for note in diagnosis.notes]
    return "".join(parts)


def _section(finding: Finding, *, first: bool) -> str:
    title = escape(("" if first else "Also: ") + headline(finding))
    rows = "".join(
        f"<dt><strong>{escape(name)}</strong></dt><dd>{escape(text)}</dd>"
        for name, text in lines(finding)
    )
    return f"<section><h3>{title} ({finding.sure:.0%} sure)</h3><dl>{rows}</dl></section>"


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto }}
body {{ padding: 0 1rem }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem }} dd {{ margin: 0 }}
img {{ max-width: 100%; background: #fff; border-radius: 6px }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #8884 }}
td:first-child, th:first-child {{ text-align: left }}
</style>
<h1>{title}</h1>{body}
</html>
"""


def page(title: str, body: str) -> str:
    """A page that needs nothing else. `body` is HTML."""
    return PAGE.format(title=escape(title), body=body)
