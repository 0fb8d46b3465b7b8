"""Text that others wrote, made harmless for a terminal and for a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet takes what so begins for a formula


def printable(text: str) -> str:
    """Text without control characters: no escape sequence reaches the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def defused(field: str) -> str:
    """A text field that a spreadsheet shows as text."""
    return f"'{field}" if field.startswith(FORMULA) else field
