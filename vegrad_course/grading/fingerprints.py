"""The fingerprint of an answer: short pieces of its code, blind to names, layout and order.

Copydetect replaces names and strings by letters and hashes all runs of a few characters
(Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", 2003).
Before that, comments and docstrings go and the lines are sorted, so that moving a line changes
nothing. The text is parsed, never run.
"""

import ast
import io
import warnings

from copydetect import CodeFingerprint
from copydetect.utils import filter_code

PIECE = 8  # characters of filtered code
LONGEST = 20_000  # characters of an answer that are looked at
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def fingerprint(text: str) -> frozenset[int]:
    """The hashes of the pieces of an answer. They are comparable within one process."""
    filtered = sorted(filter_code(line, "answer.py", "python")[0] for line in _lines(text))
    joined = io.StringIO("\n".join(filtered))
    return frozenset(map(int, CodeFingerprint("", PIECE, 1, filter=False, fp=joined).hashes))


def _lines(text: str) -> list[str]:
    """One line per statement, in Python's own layout; the text's lines where it is no Python."""
    text = text[:LONGEST]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.unparse(_Bare().visit(ast.parse(text))).splitlines()
    except UNREADABLE:
        return text.splitlines()


class _Bare(ast.NodeTransformer):
    """Code without docstrings and other statements that are a mere constant."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return ast.copy_location(ast.Pass(), node) if isinstance(node.value, ast.Constant) else node
