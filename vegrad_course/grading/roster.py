"""A key for each student of a roster."""

import csv
import io
from pathlib import Path

from vegrad_course.errors import Refusal
from vegrad_course.grading.safe_text import defused
from vegrad_course.grading.secret import Keys

COLUMNS = ("student_id", "id")


def keys_csv(roster: Path, keys: Keys) -> str:
    """The roster, CSV with a column student_id or id, and a column with each student's key."""
    header, *rows = _rows(roster)
    name = next((name for name in COLUMNS if name in header), None)
    if name is None:
        raise Refusal(
            f"{roster} needs a first line with student_id or id among its columns: got "
            f"{', '.join(header)[:100]!r}. Ids are the folder names in submitted/."
        )
    place, written = header.index(name), io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*map(defused, header), "key"])
    for number, row in enumerate(rows, 2):
        if len(row) != len(header) or not row[place].strip():
            raise Refusal(f"{roster}, row {number}: it has no id, or other columns. Mend the row.")
        writer.writerow([*map(defused, row), keys.of(row[place].strip())])
    return written.getvalue()


def _rows(roster: Path) -> list[list[str]]:
    try:
        text = roster.read_text(encoding="utf-8-sig")
        rows = [[part.strip() for part in row] for row in csv.reader(io.StringIO(text)) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or "it is not CSV in UTF-8"
        raise Refusal(f"{roster} cannot be read: {why}. Name the class's CSV file.") from None
    if not rows:
        raise Refusal(f"{roster} is empty. Name a CSV file with a column student_id.")
    return rows
