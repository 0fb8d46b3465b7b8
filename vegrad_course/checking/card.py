"""The look of a card: one accent per mood, in Jupyter's own colours, light or dark."""

import re
from html import escape

ACCENTS = {  # colour-blind safe; the sign and the words say the same
    "passed": ("#0072b2", "✓"),
    "failed": ("#d55e00", "✗"),
    "waiting": ("#8a6d00", "…"),
    "plain": ("#666666", ""),
}
FRAME = (
    "max-width:46em;margin:.4em 0;padding:.7em 1em;border:1px solid var(--jp-border-color2,#ccc);"
    "border-left:.35em solid {accent};border-radius:4px;line-height:1.5;"
    "font-family:var(--jp-content-font-family,sans-serif);color:var(--jp-content-font-color1,inherit);"
    "background:var(--jp-layout-color1,transparent)"
)


def card(headline: str, body: str, mood: str) -> str:
    """A framed note. `headline` is text, `body` is HTML that the caller has escaped."""
    accent, sign = ACCENTS[mood]
    shown = f'<span aria-hidden="true">{sign}</span> ' if sign else ""
    return (
        f'<div role="group" aria-label="{escape(headline)}" style="{FRAME.format(accent=accent)}">'
        f"<strong>{shown}{escape(headline)}</strong>{body}</div>"
    )


def block(title: str, text: str) -> str:
    """One finding: a small heading and a sentence, `code` set as code."""
    return f'<p style="margin:.45em 0"><strong>{escape(title)}:</strong> {rich(text)}</p>'


def note_block(note: str) -> str:
    return f'<p style="margin:.45em 0;opacity:.8">{escape(note)}</p>' if note else ""


def rich(text: str) -> str:
    """Escaped text in which `backticks` become code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
