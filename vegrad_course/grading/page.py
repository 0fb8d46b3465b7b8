"""A page that needs nothing else: the course's colours, light and dark, phone and desk."""

from html import escape

from vegrad_course.scenes.model.palette import DARK, LIGHT

CSS = """
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 4rem;background:var(--paper);
 color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .4rem} h2{font-size:1.15rem;margin:2.2rem 0 .5rem}
h3{font-size:1rem;margin:1.2rem 0 .3rem} p{margin:.4rem 0;max-width:46rem}
.muted,figcaption,th,summary{color:var(--muted)} figcaption{font-size:.9rem}
.columns{display:grid;gap:1.5rem;
 grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
figure{margin:0;min-width:0;overflow-wrap:anywhere}
svg{width:100%;max-width:34rem;height:auto;display:block}
table{border-collapse:collapse;width:100%;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;
 border-bottom:1px solid var(--line)}
th{font-weight:600} td{overflow-wrap:anywhere} td.n,code{overflow-wrap:break-word}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums} th.n{width:4.5rem}
code{font-size:.92em} details{margin-top:.6rem} summary{cursor:pointer}
pre{margin:0;padding:.7rem;border:1px solid var(--line);border-radius:4px;overflow-x:auto;
 font-size:.85rem;line-height:1.4;overflow-wrap:normal}
"""


def page(title: str, body: str) -> str:
    """`title` is text; `body` is HTML in which the caller has escaped what others wrote."""
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_colors(DARK)}}}}}"
    style = f":root{{color-scheme:light dark;{_colors(LIGHT)}}}{dark}{CSS}"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def _colors(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in palette.items())
