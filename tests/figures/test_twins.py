"""What the browser computes and writes is what Python computes and writes."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.scenes.model.text import number
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


@pytest.mark.parametrize("spec", FORMATS)
def test_numbers_are_written_the_same(spec):
    numbers = [n for n in NUMBERS if spec != "d" or abs(n % 1 - 0.5) > 1e-9]
    code = source("js", "text.js") + f"\nconst each = v => number(v, {json.dumps(spec)});"
    assert node(code, numbers) == [number(n, spec) for n in numbers]


def test_parts_of_the_module_are_valid_together():
    code = "\n".join(source("js", f"{part}.js") for part in PARTS)
    assert node(code + "\nconst each = v => typeof render;", [0]) == ["function"]
