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


RAISED = """
def sigmoid(z):
    raise ValueError("<script>alert('@TOKEN@')</script><img src=x onerror=\\"alert('@TOKEN@')\\">")
"""

NAMED = """
import builtins
Bad = type("<img src=x onerror=alert('@TOKEN@')>", (Exception,), {})

def sigmoid(z):
    raise Bad("</pre></div><script>alert('@TOKEN@')</script>")
"""

ANSI = """
print("\\x1b[31m<script>alert('@TOKEN@')</script>\\x1b]8;;javascript:alert('@TOKEN@')\\x07link\\x1b]8;;\\x07")
from IPython.display import HTML, display
display(HTML("<svg><script>alert('@TOKEN@')</script></svg>"))
"""

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
        "link-in-text",
        "a link that runs script",
        text(
            "[marks](javascript:alert('@TOKEN@'))\n\n<a href=\"javascript:alert('@TOKEN@')\">x</a>"
        ),
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
        "svg-in-output",
        "a drawing that holds a script",
        shown(
            "<svg xmlns='http://www.w3.org/2000/svg'><script>alert('@TOKEN@')</script></svg>",
            "image/svg+xml",
        ),
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
    Attack(
        "script-in-error",
        "a script in an error message",
        code(RAISED + "\nsigmoid(0)"),
        wants=(SCRIPTS,),
        works_on="quoting",
    ),
    Attack(
        "script-in-name",
        "a script in the name of an error",
        code(NAMED),
        wants=(SCRIPTS,),
        works_on="quoting",
    ),
    Attack(
        "script-in-terminal-codes", "a script among terminal codes", code(ANSI), wants=(SCRIPTS,)
    ),
    Attack("formula-name", "a student id that is a formula", wants=(SCRIPTS,), student="=2+5"),
    Attack(
        "formula-command",
        "a student id that starts a command",
        wants=(SCRIPTS,),
        student="@SUM(1+1)*cmd",
    ),
)
