"""HTML that a student had a hand in, made harmless: no script, no style that escapes, no request.

What is allowed is listed, by nh3 (a binding of the Rust library ammonia): everything else goes.
"""

import re
from html import escape

import nh3
from pygments.token import STANDARD_TYPES

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div"),
    *("dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li"),
    *("ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"),
}
ATTRIBUTES = {
    "*": {"style", "title", "role", "aria-label", "aria-hidden", "align", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "table": {"border"},
}
CLASSES = {  # a table of pandas, and code in colour; others could borrow the page's own layout
    "table": {"dataframe"},
    "div": {"highlight"},
    "span": {name for name in STANDARD_TYPES.values() if name},
}
STYLES = {
    *("background", "background-color", "border", "border-bottom", "border-collapse"),
    *("border-color", "border-left", "border-radius", "border-right", "border-top", "color"),
    *("font-family", "font-size", "font-style", "font-weight", "line-height", "list-style"),
    *("margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width"),
    *("opacity", "padding", "text-align", "text-decoration", "vertical-align", "white-space"),
}
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
# What makes a request, hides a character, or moves a piece over its neighbours.
BAD_STYLE = re.compile(r"url|image|element|src|\\|/\*|@|[\s:,(]-[\d.]", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if BAD_STYLE.search(value) else value
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "href":
        return value if LINK.match(value) else None
    return value


CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    filter_style_properties=STYLES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "data"},
)


def clean(html: str) -> str:
    """The same HTML without what could act. Pictures stay only if the page itself holds them."""
    return CLEANER.clean(html)


def as_source(text: str) -> str:
    """Text shown as it is."""
    return f"<pre>{escape(text)}</pre>"
