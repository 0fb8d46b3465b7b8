"""A careless reader of archives, which shows what an archive is made to do."""

import tarfile
import zipfile
from pathlib import Path

MOST = 300 * 2**20


def carelessly(home: Path) -> None:
    """Unpack as a careless program does: names are joined to the folder as they stand."""
    for path in home.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.file_size < 2**20:
                    target = home / entry.filename
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(entry))
    for path in home.glob("*.tar"):
        with tarfile.open(path) as archive:
            archive.extractall(home, filter="fully_trusted")


def unpacked(home: Path) -> list[str]:
    """The size that an archive says it has inside, where that is too large."""
    found = []
    for path in home.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        found += [f"{size >> 20} MB from {path.stat().st_size >> 10} KB"] if size > MOST else []
    return found
