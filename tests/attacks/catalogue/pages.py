"""Script and markup in the feedback page; formulas in tables."""

from nbformat.v4 import new_markdown_cell

from tests.attacks.catalogue.model import SCRIPTS, Attack, category, code


def text(markup: str):
    def change(notebook, place) -> None:
        notebook.cells.insert(1, new_markdown_cell(place.fill(markup)))

    return change


def shown(markup: str, kind: str = "text/html"):
    return code(
        f"from IPython.display import display\ndisplay({{{kind!r}: {markup!r}}}, raw=True)\n"
    )


ATTACKS = category(
    "pages",
    Attack(
        "script-in-text",
        "a script in a text cell",
        text("<script>alert('@TOKEN@')</script>"),
        wants=(SCRIPTS,),
    ),
    Attack(
        "handler-in-text",
        "an event handler in a text cell",
        text("<img src=x onerror=\"alert('@TOKEN@')\">"),
        wants=(SCRIPTS,),
    ),
    Attack(
        "frame-in-text",
        "a page within the page",
        text("<iframe srcdoc=\"<script>alert('@TOKEN@')</script>\"></iframe>"),
        wants=(SCRIPTS,),
    ),
    Attack(
        "script-in-output",
        "a script in an output",
        shown("<script>alert('@TOKEN@')</script>"),
        wants=(SCRIPTS,),
    ),
    Attack(
        "javascript-output",
        "an output that is script",
        shown("alert('@TOKEN@')", "application/javascript"),
        wants=(SCRIPTS,),
    ),
    Attack(
        "style-in-output",
        "a style that hides the marks",
        shown("<style>/*@TOKEN@*/ .panel-body, h1 {display: none}</style>"),
        wants=(SCRIPTS,),
    ),
    Attack("formula-name", "a student id that is a formula", wants=(SCRIPTS,), student="=2+5"),
)
