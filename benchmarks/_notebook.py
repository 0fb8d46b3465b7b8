"""A figure, open in its own JupyterLab page, with what it costs to start, to keep and to move."""

from pathlib import Path

import psutil
from _cells import CELLS, PID
from playwright.sync_api import Browser

from tests.browser.lab import execute, open_notebook, write_notebook
from tests.browser.meter import INTERACT, LIVING, Meter

DRAWN = {
    "interact": ".jp-OutputArea img",
    "python": ".vg-tick",
    "javascript": ".vg-tick",
}
START = """async drawn => {
  const context = jupyterapp.shell.currentWidget.context, begin = performance.now();
  await context.sessionContext.restartKernel();
  jupyterapp.commands.execute("notebook:run-all-cells");
  const frame = () => new Promise(requestAnimationFrame);
  while (!document.querySelector(drawn)) await frame();
  await frame();
  return (performance.now() - begin) / 1000;
}"""


class Notebook:
    """Opens a notebook of this kind, starts its kernel, draws its figure, and saves it."""

    def __init__(self, browser: Browser, address: str, folder: Path, kind: str, name: str) -> None:
        path = folder / f"{name}.ipynb"
        write_notebook(path, [PID, CELLS[kind]])
        self.page = browser.new_page(viewport={"width": 1200, "height": 1500})
        self.meter = Meter(self.page, INTERACT if kind == "interact" else LIVING)
        self.meter.count_bytes()
        open_notebook(self.page, address, path.name)
        self.first_figure_s = float(self.page.evaluate(START, DRAWN[kind]))
        self.kernel = psutil.Process(int((folder / "kernel.pid").read_text()))
        self.meter.attach()
        self.meter.settled(0, quiet=700)
        execute(self.page, "docmanager:save")
        self.page.wait_for_timeout(1000)
        self.saved_kb = path.stat().st_size / 1000

    def warm_up(self) -> None:
        """Bring the page to the front, and wait until it is quiet and quick."""
        self.page.bring_to_front()
        self.meter.focus()
        self.meter.steps("ArrowLeft", 4)
        self.meter.steps("ArrowRight", 4)
        self.meter.settled(0, quiet=700)

    def spent(self) -> tuple[int, float]:
        """Bytes of the kernel's channel both ways, and CPU seconds of the kernel, so far."""
        times = self.kernel.cpu_times()
        return self.meter.traffic, times.user + times.system
