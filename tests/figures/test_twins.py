"""What the browser computes and writes is what Python computes and writes."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.scenes.model import Slider
from vegrad_course.scenes.model.spec import kinded
from vegrad_course.scenes.model.text import number, render
from vegrad_course.widgets.javascript import PARTS, source, twin

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node to run the JavaScript")
WITH_TWIN = [name for name in scenes.names() if scenes.figure(name).twin]
RUN = """
const plain = v => Array.isArray(v) || ArrayBuffer.isView(v) ? Array.from(v, plain)
  : typeof v === "number" && !Number.isFinite(v) ? String(v) : v;
const out = JSON.parse(require("fs").readFileSync(0, "utf8")).map(each);
console.log(JSON.stringify(out.map(o => typeof o !== "object" ? o
  : Object.fromEntries(Object.entries(o).map(([k, v]) => [k, plain(v)])))));
"""


def node(code, inputs):
    """The result of the JavaScript function `each` for every input."""
    done = subprocess.run(
        [NODE, "-e", code + RUN], input=json.dumps(inputs), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def settings(figure):
    """Starting values with each control in turn at some of its positions, and 20 at random."""
    rng = np.random.default_rng(0)
    for control in figure.controls:
        every = control.positions()
        for i in np.unique(np.linspace(0, len(every) - 1, 12).astype(int)):
            yield figure.defaults() | {control.name: every[i]}
    for _ in range(20):
        yield {c.name: c.positions()[rng.integers(len(c.positions()))] for c in figure.controls}


@pytest.mark.parametrize("name", WITH_TWIN)
def test_the_twin_computes_the_same(name):
    figure = scenes.figure(name)
    given = list(settings(figure))
    results = node(twin(figure.twin) + "\nconst each = compute;", given)
    for values, theirs in zip(given, results, strict=True):
        scene = figure.scene(**values)
        assert scene.data.keys() <= theirs.keys()
        for key, ours in scene.data.items():
            if isinstance(ours, str):
                assert theirs[key] == ours, (values, key)
            else:
                got = np.array(theirs[key], dtype=float)
                scale = 1e-13 * (np.abs(np.nan_to_num(ours)).max() or 1)  # where 0 is meant
                np.testing.assert_allclose(got, ours, rtol=1e-10, atol=scale, err_msg=f"{values}")


FORMATS = ["", ".0f", ".2f", "+.2f", ".3g", ".1e", "+.3g", "d", ".1%"]
NUMBERS = [0.1, -0.65, 1234.5678, 1e-5, -3.2e-38, 6.02e23, 12.0, 99999.9, 0.00012345, -7, 1e6]


def js_numbers(spec, numbers):
    code = source("js", "text.js") + f"\nconst each = v => number(v, {json.dumps(spec)});"
    return node(code, numbers)


@pytest.mark.parametrize("spec", FORMATS)
def test_numbers_are_written_the_same(spec):
    assert js_numbers(spec, NUMBERS) == [number(n, spec) for n in NUMBERS]


def halves():
    """Exact halves of a last place, their neighbours, and numbers that only look like halves."""
    ties = [(i + 0.5) * 2.0**-k for k in range(12) for i in range(40)]
    ties += [9.5, 99.5, 999.5, 0.095703125, 5e14 + 0.5, 0.005, 0.015, 0.045, 0.125, 1.0625, 25.0]
    near = [np.nextafter(t, to) for t in ties for to in (0.0, np.inf)]
    look = [i / 10**k + 5 / 10 ** (k + 1) for k in range(6) for i in range(30)]
    every = [float(n) for n in ties + near + look]
    return every + [-n for n in every]


TIES = [(".0f", 2.5, "2"), (".2f", 0.125, "0.12"), (".0%", 0.005, "0%"), (".1e", 1.25, "1.2×10⁰"),
        (".2g", 0.125, "0.12"), (".0e", 9.5, "1×10¹"), ("d", -2.5, "−2")]  # fmt: skip


@pytest.mark.parametrize(("spec", "tie", "text"), TIES)
def test_halves_are_among_the_numbers_compared(spec, tie, text):
    assert tie in halves() and number(tie, spec) == text and js_numbers(spec, [tie]) == [text]


MORE = [".1f", ".3f", "+.1f", ".0%", ".1g", ".2g", ".0e", ".3e"]


@pytest.mark.parametrize("spec", [*FORMATS, *MORE])
def test_halves_go_to_the_even_digit_in_both(spec):
    theirs = js_numbers(spec, halves())
    wrong = [(n, number(n, spec), got) for n, got in zip(halves(), theirs, strict=True)
             if got != number(n, spec)]  # fmt: skip
    assert wrong == []


def test_templates_are_filled_the_same():
    text, values = (
        "{λ:.1f} of {kind}: {n}, {on} {e:.0e}%",
        {"λ": 0.25, "n": 3.0, "on": True, "e": -1e5},
    )
    values["kind"] = "a {b}"
    code = source("js", "text.js") + f"\nconst each = v => fill({json.dumps(text)}, v);"
    assert node(code, [values]) == [render(text, values)] == ["0.2 of a {b}: 3, on −1×10⁵%"]


LINEAR = [(name, c) for name in scenes.names() for c in scenes.figure(name).controls
          if isinstance(c, Slider) and not c.log]  # fmt: skip


@pytest.mark.parametrize(("name", "slider"), LINEAR, ids=lambda v: getattr(v, "name", v))
def test_a_slider_shows_every_stop_as_it_is(name, slider):
    code = source("js", "text.js") + source("js", "controls.js")
    code += f"\nconst each = v => shown({json.dumps(kinded(slider))}, v);"
    stops = slider.positions()
    texts = node(code, stops)
    assert [float(t.replace("−", "-")) for t in texts] == pytest.approx(stops, abs=1e-9)


def test_parts_of_the_module_are_valid_together():
    code = "\n".join(source("js", f"{part}.js") for part in PARTS)
    assert node(code + "\nconst each = v => typeof render;", [0]) == ["function"]
