"""Reading a learner's notebook, old formats as well."""

import json
import warnings
from pathlib import Path

import nbformat
from nbformat import NotebookNode, reader

from vegrad_course.errors import Refusal

NEXT = "Save it again in JupyterLab, or get a fresh one: `vegrad reset LESSON`."


def read(path: Path) -> tuple[NotebookNode, int]:
    """The notebook in today's format, and the format that its file has."""
    if path.suffix != ".ipynb":
        raise Refusal(f"A notebook's name ends with .ipynb: got {path}. Name a notebook.")
    try:
        found = reader.reads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}. Check its name.") from None
    except (reader.NotJSONError, UnicodeDecodeError, json.JSONDecodeError):
        raise Refusal(f"{path} is broken: it is not JSON. {NEXT}") from None
    except Exception as error:
        raise _refusal(path, error) from None
    version = found.get("nbformat", 1)  # converting changes it in place
    return _converted(path, found), version


def _converted(path: Path, found: NotebookNode) -> NotebookNode:
    with warnings.catch_warnings(action="ignore"):
        try:
            notebook = nbformat.convert(found, 4)
            nbformat.validate(notebook)
        except Exception as error:  # nbformat raises many kinds
            raise _refusal(path, error) from None
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise Refusal(f"{path} is for the language {language!r}; the course's are for Python.")
    return notebook


def _refusal(path: Path, error: Exception) -> Refusal:
    return Refusal(f"{path} is not a notebook that can be read ({type(error).__name__}). {NEXT}")
