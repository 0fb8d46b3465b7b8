"""Reads off a figure in JupyterLab how it follows its slider: by key, and in a drag."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

SOURCE = (Path(__file__).parent / "meter.js").read_text(encoding="utf-8")
QUIET = 150  # milliseconds without any change in the page before the next key


@dataclass(frozen=True)
class Subject:
    """A kind of figure: its slider, and how the page tells its picture and the slider's value."""

    slider: str
    picture: str
    value: str
    track: str = ""

    def javascript(self) -> str:
        return f"({{ picture: {self.picture}, value: {self.value} }})"


LIVING = Subject(
    slider=".vg input[type=range] >> nth=0",
    picture="root => root.querySelector('.vg svg[role=img]')?.getAttribute('aria-label')",
    value="root => root.querySelector('.vg output')?.textContent",
)
INTERACT = Subject(
    slider=".widget-interact .noUi-handle >> nth=0",
    picture="root => [...root.querySelectorAll('.jp-OutputArea img')].at(-1)?.src",
    value="root => root.querySelector('.noUi-handle')?.getAttribute('aria-valuenow')",
    track=".widget-interact .noUi-base >> nth=0",
)


@dataclass
class Drag:
    """What happened in a drag: the slider's values, the pictures painted, and the end.

    `late` counts the pictures that came after the release; the last of them `lag_ms` after it.
    """

    values: list[str]
    pictures: list[str]
    late: int
    lag_ms: float

    @property
    def share(self) -> float:
        """Pictures painted for each value of the slider."""
        return len(self.pictures) / len(self.values)


@dataclass
class Meter:
    """Attach it to a page whose figure is drawn.

    `traffic` counts the bytes of the kernel's channel both ways, after `count_bytes`.
    """

    page: Page
    subject: Subject
    traffic: int = field(default=0, init=False)

    def attach(self) -> None:
        self.page.evaluate(f"({SOURCE})({self.subject.javascript()})")
        self.focus()

    def focus(self) -> None:
        self.page.locator(self.subject.slider).focus()

    def count_bytes(self) -> None:
        """Call it before the page opens its notebook."""
        self.page.on("websocket", self._listen)

    def _listen(self, socket: Any) -> None:
        if "/channels" in socket.url:
            socket.on("framesent", self._count)
            socket.on("framereceived", self._count)

    def _count(self, frame: str | bytes) -> None:
        self.traffic += len(frame.encode() if isinstance(frame, str) else frame)

    def settled(self, count: int, quiet: int = QUIET) -> None:
        self.page.evaluate("([n, quiet]) => meter.settled(n, quiet)", [count, quiet])

    def steps(self, key: str, count: int) -> list[float]:
        """Milliseconds from each key to its picture on the screen; the next key waits for it."""
        return [self.step(key) for _ in range(count)]

    def step(self, key: str) -> float:
        self.page.evaluate("meter.reset()")
        self.page.keyboard.press(key)
        self.settled(1)
        first, key_at = self.page.evaluate("[meter.pictures[0].time, meter.keys[0]]")
        return float(first - key_at)

    def drag(self, count: int = 180, hertz: float = 60) -> Drag:
        """Drag the slider with the mouse from its low end to its high end and back."""
        self.focus()
        self.page.keyboard.press("Home")  # the thumb stands at the low end
        self.settled(0)
        mouse, box = self.page.mouse, self.track().bounding_box()
        assert box
        y, places = box["y"] + box["height"] / 2, there_and_back(count)
        mouse.move(box["x"] + places[0] * box["width"], y)
        mouse.down()
        self.settled(0)
        self.page.evaluate("meter.reset()")
        begin = time.perf_counter()
        for i, place in enumerate(places):
            time.sleep(max(0.0, begin + i / hertz - time.perf_counter()))
            mouse.move(box["x"] + place * box["width"], y)
        mouse.up()
        self.settled(1, quiet=400)
        values, pictures, released = self.page.evaluate(
            "[meter.values, meter.pictures, meter.released]"
        )
        times = [picture["time"] - released for picture in pictures]
        late = sum(time > 0 for time in times)
        return Drag(values, [p["picture"] for p in pictures], late, max(0.0, times[-1]))

    def track(self) -> Locator:
        return self.page.locator(self.subject.track or self.subject.slider)


def there_and_back(count: int) -> list[float]:
    """Places along a track, 0 to 1: to the far end in the first half, back in the second."""
    return [0.03 + 0.94 * (1 - abs(1 - 2 * i / count)) for i in range(count)]
