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
    # What stands in the sandbox: nothing of the course, but for its own neighbours and the alarm.
    "grading/inside": (
        {"numpy", "torch", "msgpack", "IPython", "ipykernel", "traitlets", "matplotlib"},
        {"exercises"},
    ),
}
NEVER = {  # part of the package: what it must not import of the course
    "grading": {"reference", "training", "experiments", "widgets", "cli"},
    "self_study": {"reference", "grading", "cli"},
    "site": {"grading", "cli"},
}


def imports(path):
    """The modules that a file names, at any depth; its neighbours, named by dots, are left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            continue
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


@pytest.mark.parametrize("name", NEVER)
def test_each_part_keeps_away_from_what_is_none_of_its_business(name):
    for path in (PACKAGE / name).rglob("*.py"):
        for module in imports(path):
            top, _, rest = (module or "").partition(".")
            assert top != "vegrad_course" or rest.split(".")[0] not in NEVER[name], path


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
