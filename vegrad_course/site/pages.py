"""From a lesson that was run to its page: exercises to solve, answers behind a click."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.authoring.install import CELL_ID, PLACE
from vegrad_course.authoring.source import BEGIN, END
from vegrad_course.exercises import registry
from vegrad_course.lessons import Lesson
from vegrad_course.site.executed import executed_lessons
from vegrad_course.site.figures import place_figures

BINDER = f"https://mybinder.org/v2/gh/{PLACE}/HEAD?urlpath=lab/tree/"
COLAB = f"https://colab.research.google.com/github/{PLACE}/blob/HEAD/"
LINK = r"\]\(\.\./(\w+)/\1\.ipynb"  # from one lesson to another


def write_pages(course: Course, docs: Path, solutions: bool) -> None:
    """Write every lesson into `docs/lessons`, without answers if `solutions` is false."""
    figures = docs / "_build" / "extra" / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    for lesson, notebook in executed_lessons(course, docs / "_build" / "executed").items():
        place_figures(notebook, figures, lesson.id)
        made = lesson_page(notebook, read_notebook(course.student(lesson)), lesson, solutions)
        write_if_new(docs / "lessons" / f"{lesson.id}.ipynb", nbformat.writes(made) + "\n")


def write_if_new(file: Path, text: str) -> None:
    """Leave a file alone that is the same already: Sphinx then need not read it again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def lesson_page(
    notebook: NotebookNode, student: NotebookNode, lesson: Lesson, solutions: bool
) -> NotebookNode:
    """The lesson with the student's cells in place of the answers, which follow folded.

    The cell that installs the course is left out: a page runs nothing.
    """
    cells, answer = [], ""
    for cell, asked in zip(notebook.cells, student.cells, strict=True):
        if cell.id == CELL_ID:
            continue
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            answer = solution(cell)
        cells.append(shown(cell, asked))
        if marks.get("grade"):
            folded = hints(marks["grade_id"]) + answer * solutions
            cells.append(new_markdown_cell(folded, id=f"help-{marks['grade_id']}"[:64]))
    cells[0].source = with_buttons(cells[0].source, lesson)
    return new_notebook(cells=cells, metadata={"kernelspec": notebook.metadata.kernelspec})


def shown(cell: NotebookNode, asked: NotebookNode) -> NotebookNode:
    """A cell as students get it, with links that stay on the site, and its outputs.

    Checks and progress come without outputs: a page cannot check, and has nobody's progress.
    """
    if cell.cell_type == "markdown":
        return new_markdown_cell(re.sub(LINK, r"](\1.ipynb", asked.source), id=cell.id)
    silent = "nbgrader" in cell.metadata or cell.source.strip() == "progress()"
    return new_code_cell(asked.source, id=cell.id, outputs=[] if silent else cell.outputs)


def with_buttons(text: str, lesson: Lesson) -> str:
    """The lesson's first cell, with the ways to run it below the title."""
    title, _, rest = text.partition("\n")
    file = f"notebooks/{lesson.id}/{lesson.id}.ipynb"
    buttons = (
        f"[Run on Binder]({BINDER}{file}){{.launch}} [Open in Colab]({COLAB}{file}){{.launch}} "
        f"{{download}}`Download the notebook <../../{file}>`"
    )
    return f"{title}\n\n{buttons}\n{rest}"


def solution(cell: NotebookNode) -> str:
    """The model answer, folded."""
    text = "\n".join(line for line in cell.source.splitlines() if line.strip() not in (BEGIN, END))
    if cell.cell_type == "code":
        return fold("Solution", f"```python\n{text}\n```")
    return fold("A model answer", text)


def hints(grade_id: str) -> str:
    """The hints of the exercise that a cell checks, each folded. A written answer has none."""
    if not grade_id.startswith("check-"):
        return ""
    texts = registry.find(grade_id.removeprefix("check-")).hints
    return "".join(fold(f"Hint {i}", " ".join(t.split())) for i, t in enumerate(texts, 1))


def fold(title: str, text: str) -> str:
    return f"````{{dropdown}} {title}\n{text}\n````\n"
