"""How long each lesson runs from top to bottom, and how much memory its kernel takes at most.

    python benchmarks/lessons.py [--json]

Every instructor notebook is run as nbgrader runs it. The aims: 60 s and 1 GB a lesson on two cores.
"""

import json
import sys
import threading
import time

import psutil

from vegrad_course.authoring.course import here
from vegrad_course.lessons import all_lessons
from vegrad_course.proof.notebooks import run_notebook


def main() -> None:
    course = here()
    rows = [measure(course.instructor(lesson)) for lesson in all_lessons()]
    result = {
        "lessons": rows,
        "total_seconds": round(sum(row["seconds"] for row in rows), 1),
        "max_peak_mb": max(row["peak_mb"] for row in rows),
    }
    if "--json" in sys.argv:
        print(json.dumps(result, indent=1))
        return
    for row in rows:
        print(f"{row['name']:<24} {row['seconds']:>6.1f} s {row['peak_mb']:>6.0f} MB")
    print(
        f"{'in all':<24} {result['total_seconds']:>6.1f} s {result['max_peak_mb']:>6.0f} MB at most"
    )


def measure(path) -> dict:
    """Run one notebook, and watch the memory of the kernel that it starts."""
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, done))
    watcher.start()
    start = time.perf_counter()
    run = run_notebook(path)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if run.errors:
        raise SystemExit(f"{path.stem} raises {run.errors}")
    return {"name": path.stem, "seconds": round(seconds, 1), "peak_mb": round(peak[0])}


def watch(peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.05):
        for child in psutil.Process().children(recursive=True):
            try:
                peak[0] = max(peak[0], child.memory_info().rss / 1e6)
            except psutil.NoSuchProcess:
                continue


if __name__ == "__main__":
    main()
