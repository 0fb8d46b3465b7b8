"""A notebook in a zip: read in memory, bounded, never extracted."""

import io
import stat
import zipfile

LIMIT = 10 * 1024 * 1024  # bytes of a notebook; larger ones are not read
RATIO = 200  # times that a notebook may be larger than its compressed form
MEMBERS = 1_000  # entries of a zip
NEXT = "Hand in the notebook file itself."
CLEAR = "Clear the outputs, save, and hand it in again."


class Unreadable(Exception):
    """A sentence on why there is no notebook to read."""


def shown(name: str) -> str:
    """A file's name for a sentence: short, printable, without backticks."""
    return ascii(name[:80])[1:-1].replace("`", "'")


def unzipped(data: bytes, lesson_id: str, notes: list[str]) -> bytes:
    """The notebook in a zip, read in memory. Nothing is extracted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _member(archive.infolist(), f"{lesson_id}.ipynb")
            with archive.open(member) as stream:
                content = stream.read(LIMIT + 1)
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises many kinds
        raise Unreadable(f"The zip is broken ({type(error).__name__}). {NEXT}") from None
    if len(content) > LIMIT:
        raise Unreadable(f"The notebook in the zip is over {LIMIT:,} bytes. {CLEAR}")
    notes.append(f"The notebook was in a zip, as `{shown(member.filename)}`.")
    return content


def _member(members: list[zipfile.ZipInfo], wanted: str) -> zipfile.ZipInfo:
    if len(members) > MEMBERS:
        raise Unreadable(f"The zip has {len(members):,} entries. {NEXT}")
    for member in members:
        _refuse_unsafe(member)
    files = [m for m in members if _is_notebook(m.filename)]
    exact = [m for m in files if m.filename.rsplit("/", 1)[-1] == wanted]
    found = exact or files
    if len(found) != 1:
        raise Unreadable(f"The zip holds {len(found)} notebooks; one is needed. {NEXT}")
    _refuse_bomb(found[0])
    return found[0]


def _is_notebook(path: str) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.split("/"))
    return path.lower().endswith(".ipynb") and not hidden


def _refuse_unsafe(member: zipfile.ZipInfo) -> None:
    path = member.orig_filename.replace("\\", "/")
    outside = path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"
    if outside or "\0" in path or stat.S_ISLNK(member.external_attr >> 16):
        what = "leads out of it, or is a link"
        raise Unreadable(f"The zip has an entry `{shown(path)}` that {what}. {NEXT}")


def _refuse_bomb(member: zipfile.ZipInfo) -> None:
    if member.file_size > LIMIT or member.file_size > RATIO * max(member.compress_size, 1):
        size = f"{member.file_size:,} bytes"
        raise Unreadable(f"The notebook in the zip would unpack to {size}. {CLEAR}")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(f"The zip is compressed in an unusual way. {NEXT}")
