"""A drag of the slider in JupyterLab: nothing is skipped, nothing queues, the last value wins."""

import pytest

from tests.browser.delay import delayed
from tests.browser.lab import jupyterlab, problems, real, run_notebook, write_notebook
from tests.browser.meter import LIVING, Meter

pytestmark = pytest.mark.browser
TWIN = "from vegrad_course.widgets import live\nlive('scalar_chain')"
# Every computation is written down; the sleep makes it slower than the drag.
KERNEL = """import time
from dataclasses import replace
from pathlib import Path
from vegrad_course import scenes
from vegrad_course.widgets import LiveFigure
figure = scenes.figure("scalar_chain")

def compute(**values):
    time.sleep(0.03)
    with Path("computed").open("a") as file:
        print(values["depth"], file=file)
    return figure.compute(**values)

LiveFigure(replace(figure, twin=(), compute=compute))"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drag")
    with jupyterlab(folder) as address:
        yield folder, address


def metered(browser, folder, address, cell):
    write_notebook(folder / "drag.ipynb", [cell])
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    found = problems(page)
    run_notebook(page, address, "drag.ipynb")
    page.locator(".vg-tick").first.wait_for(state="attached")
    meter = Meter(page, LIVING)
    meter.attach()
    meter.settled(0, quiet=500)
    return meter, found


def depths(drag):
    """The depth of every picture that was painted."""
    return [picture.split(" layers")[0].removeprefix("With ") for picture in drag.pictures]


def test_with_the_twin_every_value_of_a_drag_is_drawn(browser, lab):
    meter, found = metered(browser, *lab, TWIN)
    drag = meter.drag()
    assert len(drag.values) > 100 and depths(drag) == drag.values
    assert real(found) == []


def test_far_from_a_slow_kernel_a_drag_skips_values_and_the_last_one_wins(browser, lab):
    folder, address = lab
    with delayed(int(address.rsplit(":")[-1]), 0.08) as port:
        meter, found = metered(browser, folder, f"http://127.0.0.1:{port}", KERNEL)
        (folder / "computed").unlink()
        drag = meter.drag()
        computed = (folder / "computed").read_text().split()
        thumb = meter.page.locator(".vg input").first.input_value()  # counts from 0
        meter.page.close()
    assert depths(drag)[-1] == drag.values[-1] == computed[-1] == str(int(thumb) + 1)
    assert computed == ["1", *depths(drag)]  # from the low end on, every answer is shown
    assert len(computed) < len(drag.values) / 2  # and values of meanwhile were never asked for
    assert drag.late <= 2  # pictures after the release: the one under way, and the last
    assert real(found) == []
