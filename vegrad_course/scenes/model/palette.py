"""The colours of every figure, light and dark.

The hues are those of Okabe and Ito, "Color Universal Design", 2008, told apart by readers with any
colour vision; the pale ones are darker here, so that a thin line shows on white (contrast 3:1).
"""

LIGHT = {
    "blue": "#0072b2",
    "vermillion": "#d55e00",
    "green": "#00876a",
    "purple": "#b0508c",
    "orange": "#b97a00",
    "sky": "#2f8fcf",
    "ink": "#1c1e21",
    "muted": "#666b73",
    "paper": "#ffffff",
    "line": "#e6e8eb",
    "edge": "#d5d8dc",
    "note": "#fdf3e7",
}
DARK = {
    "blue": "#5cb3f0",
    "vermillion": "#ff8a3d",
    "green": "#2fcf9f",
    "purple": "#e08ad0",
    "orange": "#f0b429",
    "sky": "#8fd0f7",
    "ink": "#eceef0",
    "muted": "#a0a6ae",
    "paper": "#16181b",
    "line": "#2a2d32",
    "edge": "#3a3e44",
    "note": "#3a2a15",
}
COLORS = tuple(LIGHT)[:8]
