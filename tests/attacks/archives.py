"""Archives, unpacked by Python's own command-line tools, as a course that takes archives may do."""

import subprocess
import sys
import zipfile
from pathlib import Path

MOST = 300 * 2**20


def unpack(home: Path) -> None:
    for kind, ending in (("tarfile", "tar"), ("zipfile", "zip")):
        for path in home.glob(f"*.{ending}"):
            command = [sys.executable, "-m", kind, "-e", str(path), str(home)]
            subprocess.run(command, cwd=home, capture_output=True)


def unpacked(home: Path) -> list[str]:
    """The size of what was unpacked, where that is too large."""
    size = sum(file.stat().st_size for file in home.glob("*") if file.is_file())
    return [f"{size >> 20} MB unpacked"] if size > MOST and _has_zip(home) else []


def _has_zip(home: Path) -> bool:
    return any(zipfile.is_zipfile(path) for path in home.glob("*.zip"))
