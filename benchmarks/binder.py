"""How large is this environment, and how soon after a kernel's start do the first cells end?

    python benchmarks/binder.py [--json]

Run it with the Python of the environment to measure: of Binder's, or of one made from the packages
of environment.yml and `postBuild`. A kernel is started as Jupyter does, and runs the code cells of
lesson 01 down to its imports. The files that Python compiled meanwhile are listed. Files that were
read before come from memory: the seconds are those of a warm disk; on a busy machine read those of
the processor. Nothing is fetched if it also runs under `bwrap --dev-bind / / --unshare-net`.
The aims: 5 s from the kernel's start to the end of those cells, and nothing compiled.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from statistics import median

import psutil
from jupyter_client.manager import start_new_kernel

from vegrad_course.authoring.course import here, read_notebook
from vegrad_course.lessons import find

RUNS = 3
LARGEST = 10


def main() -> None:
    before = compiled()
    ready, done, cpu = zip(*(first_cells() for _ in range(RUNS)), strict=True)
    result = {
        "environment_mb": size(Path(sys.prefix)),
        "largest_mb": dict(sorted(packages(), key=lambda row: -row[1])[:LARGEST]),
        "kernel_ready_s": round(median(ready), 2),
        "cells_done_s": round(median(done), 2),
        "cells_done_cpu_s": round(median(cpu), 2),
        "newly_compiled": sorted(path for path, _ in compiled() - before),
        "load": os.getloadavg()[0],
    }
    lines = [f"{name:<17} {value}" for name, value in result.items()]
    print(json.dumps(result, indent=1) if "--json" in sys.argv else "\n".join(lines))


def first_cells() -> tuple[float, float, float]:
    """Seconds until a kernel is ready, until it has run the cells, and of its processor."""
    env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()  # `env` lets the kernel keep what it compiles
    manager, client = start_new_kernel(kernel_name="python3", env=env)
    try:
        ready = time.perf_counter() - start
        for source in sources():
            reply = client.execute_interactive(source, timeout=300)["content"]
            if reply["status"] != "ok":
                raise SystemExit(f"The cell raises {reply['ename']}: {reply['evalue']}\n{source}")
        done = time.perf_counter() - start
        times = psutil.Process(manager.provisioner.pid).cpu_times()
        return ready, done, times.user + times.system
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def sources() -> list[str]:
    """The code cells of lesson 01 down to its imports, as students get them."""
    cells = read_notebook(here().student(find("01"))).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    return code[: 1 + next(i for i, text in enumerate(code) if "from vegrad_course" in text)]


def compiled() -> set[tuple[str, int]]:
    """The compiled Python files of the environment and of the course, and when each was written."""
    folders = Path(sys.prefix), here().root
    files = {path for folder in folders for path in folder.rglob("*.pyc")}
    return {(str(path), path.stat().st_mtime_ns) for path in files}


def packages() -> Iterator[tuple[str, float]]:
    """Each installed package with its megabytes, compiled files included."""
    for package in distributions():
        files = [Path(str(package.locate_file(file))) for file in package.files or ()]
        yield package.name, megabytes(file for file in files if file.is_file())


def size(folder: Path) -> float:
    return megabytes(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def megabytes(files: Iterator[Path]) -> float:
    return round(sum(file.stat().st_size for file in files) / 1e6)


if __name__ == "__main__":
    main()
