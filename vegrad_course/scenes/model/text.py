"""Titles and sentences made from data: a template such as "{rate:.2f} decades per layer"."""

import re
from collections.abc import Mapping

FIELD = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
SPEC = re.compile(r"\+?(\.\d+)?[fegd%]?")
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def fields(template: str) -> set[str]:
    """Names that the template quotes. The form of each field is checked on the way."""
    found = set()
    for name, spec in FIELD.findall(template):
        if not name.isidentifier():
            raise ValueError(f"A field must be a name: got {{{name}}} in {template!r}.")
        if not SPEC.fullmatch(spec):
            raise ValueError(
                f"A format must be one of .2f .3g .1e d .0% with an optional +: got {spec!r} in "
                f"{template!r}. The browser formats numbers too and knows only these."
            )
        found.add(name)
    return found


def render(template: str, values: Mapping[str, object]) -> str:
    """The template with its fields filled in."""
    return FIELD.sub(lambda match: number(values[match[1]], match[2] or ""), template)


def number(value: object, spec: str = "") -> str:
    """One value as a reader expects it: a true minus sign, 3×10⁻⁵ for 3e-05."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value != value:
        return "not a number"
    text = written(value, spec)  # type: ignore[arg-type]
    text = re.sub(r"^-(?=0\.?0*%?$)", "", text)
    text = re.sub(r"e([+-])0*(\d+)", power, text)
    return text.replace("-", "−").replace("inf", "∞")


def written(value: float, spec: str) -> str:
    """Python's format; a whole number in full, and no more than 15 digits before the point."""
    if abs(value) >= 1e15 and spec[-1:] not in ("g", "e"):
        spec = ".3g"
    elif not spec:
        spec = "d" if float(value).is_integer() else ".4g"
    return format(round(value) if spec == "d" else value, spec)


def power(match: re.Match[str]) -> str:
    return "×10" + (match[1].strip("+") + match[2]).translate(SUPERSCRIPT)
