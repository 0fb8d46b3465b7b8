"""Lessons with their outputs. A lesson is run once, and again when one of its cells changed."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson, all_lessons
from vegrad_course.site.figures import keep_figures, outputs

AT_ONCE = 2  # kernels


def executed_lessons(course: Course, kept: Path) -> dict[Lesson, NotebookNode]:
    """All instructor notebooks with their outputs, which are kept in the folder `kept`."""
    kept.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = pool.map(lambda lesson: executed(course, lesson, kept), all_lessons())
        return dict(zip(all_lessons(), runs, strict=True))


def executed(course: Course, lesson: Lesson, kept: Path) -> NotebookNode:
    notebook = read_notebook(course.instructor(lesson))
    cells = "\0".join(cell.source for cell in notebook.cells)
    file = kept / f"{lesson.id}-{hashlib.sha256(cells.encode()).hexdigest()[:12]}.ipynb"
    if not file.is_file():
        run(notebook, lesson, course.root)
        keep_figures(notebook)
        for old in kept.glob(f"{lesson.id}-*.ipynb"):
            old.unlink()
        nbformat.write(notebook, file)
    return nbformat.read(file, as_version=4)


def run(notebook: NotebookNode, lesson: Lesson, root: Path) -> None:
    """Run all cells in place, and keep nobody's progress. An error in any cell is refused."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"VEGRAD_PROGRESS": "off", "PYTHONPATH": path}
    NotebookClient(notebook, timeout=900, kernel_name="python3").execute(env=env)
    for output in outputs(notebook):
        if output.output_type == "error":
            raise Refusal(
                f"{lesson.id}: every cell must run for the site: got {output.ename}, "
                f"{output.evalue}. Mend the lesson, then `vegrad build`."
            )
