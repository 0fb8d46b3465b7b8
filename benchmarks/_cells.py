"""The three notebooks that are compared: one picture, drawn in three ways."""

PID = """import os
from pathlib import Path
_ = Path("kernel.pid").write_text(str(os.getpid()))"""

JAVASCRIPT = """from vegrad_course.widgets import live
live("scalar_chain")"""

PYTHON = """from dataclasses import replace
from vegrad_course import scenes
from vegrad_course.widgets import LiveFigure
LiveFigure(replace(scenes.figure("scalar_chain"), twin=()))"""

# The same compute function, lines, texts, axes and pixels, as a notebook's author would write it.
INTERACT = """import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact
from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.scenes.scalar_chain import compute

FLOAT32 = np.finfo(np.float32)
RULES = {
    "largest float32": FLOAT32.max,
    "": 1.0,
    "smallest normal float32": FLOAT32.tiny,
    "smallest float32: 0 below": FLOAT32.smallest_subnormal,
}

def draw(depth=80, weight=1.0, activation="sigmoid"):
    scene = compute(depth, weight, activation)
    fig, ax = plt.subplots(figsize=(8.2, 3.9), dpi=100)
    for words, value in RULES.items():
        ax.axhline(np.log10(value), color="gray", linewidth=1.2, linestyle="--")
        ax.text(100, np.log10(value) + 1, words, ha="right", color="gray")
    ax.plot(scene["k"], scene["measured"], "o", markersize=5, label="measured in float32")
    ax.plot(scene["k"], scene["predicted"], label="predicted from the last layer alone")
    ax.set_xlim(0, 100)
    ax.set_ylim(-60, 45)
    ax.set_xlabel("layers travelled back from the output, k = L - l")
    ax.set_ylabel("log10 |gradient|")
    ax.set_title("Each layer multiplies the gradient by w f'(z)")
    fig.suptitle(f"{scene['rate']:+.2f} decades per layer: {scene['verdict']}")
    ax.grid(True)
    ax.legend()
    plt.show()

interact(draw, depth=(1, 100), weight=(0.1, 4.0, 0.05), activation=list(ACTIVATIONS));"""

CELLS = {"python": PYTHON, "javascript": JAVASCRIPT, "interact": INTERACT}
