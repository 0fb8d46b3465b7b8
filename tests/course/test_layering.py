"""Who may import whom."""

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "vegrad_course"
HEAVY = ("torch", "matplotlib", "ipywidgets", "anywidget", "nbgrader", "sklearn")
ALLOWED = {  # part of the package: what it may import of the outside, and of the course
    "reference": ({"numpy", "jaxtyping"}, {"reference"}),
    "exercises": ({"numpy", "torch"}, {"exercises", "lessons", "errors", "clinic"}),
    "scenes": ({"numpy"}, {"scenes", "reference", "errors"}),
    "plots": ({"numpy", "matplotlib", "cycler", "PIL", "IPython"}, {"plots", "scenes"}),
    "datasets": ({"numpy", "sklearn"}, set()),
    "training": ({"numpy", "torch", "rich"}, {"training", "reference", "datasets", "errors"}),
    "experiments": (
        {"numpy", "torch", "rich"},
        {"experiments", "training", "reference", "datasets", "errors"},
    ),
    "monitor": (
        {"torch", "numpy", "matplotlib", "IPython"},
        {"monitor", "diagnosis", "errors", "plots", "widgets"},
    ),
    "clinic": (
        {"numpy", "torch"},
        {"clinic", "datasets", "monitor", "diagnosis", "errors"},
    ),
    "diagnosis": ({"numpy"}, {"diagnosis", "monitor", "errors", "lessons"}),
    "checking": ({"filelock", "platformdirs"}, {"checking", "exercises", "lessons", "errors"}),
}


def imports(path):
    """The modules that a file names, at any depth."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "vegrad_course":
            yield from (f"vegrad_course.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def part(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("name", ALLOWED)
def test_each_part_keeps_to_its_imports(name):
    outside, inside = ALLOWED[name]
    for path in [*(PACKAGE / name).rglob("*.py"), *PACKAGE.glob(f"{name}.py")]:
        for module in imports(path):
            top, _, rest = module.partition(".")
            if top == "vegrad_course":
                assert rest.split(".")[0] in inside, f"{path} imports {module}"
            elif top not in sys.stdlib_module_names:
                assert top in outside, f"{path} imports {module}"


def test_only_widgets_import_widget_libraries_and_nothing_imports_the_cli():
    for path in PACKAGE.rglob("*.py"):
        for module in imports(path):
            if module.split(".")[0] in ("ipywidgets", "anywidget"):
                assert part(path) == "widgets", path
            if module.split(".")[:2] == ["vegrad_course", "cli"]:
                assert part(path) == "cli", path


@pytest.mark.parametrize("statement", ["import vegrad_course", "import vegrad_course.cli"])
def test_the_door_opens_at_once(statement):
    code = f"{statement}, sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
