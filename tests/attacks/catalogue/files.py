"""What stands beside the notebook, or in its place: links, archives, shadow modules, pickles."""

import io
import os
import pickle
import shutil
import tarfile
import zipfile
from pathlib import Path

from tests.attacks.catalogue.model import (
    AFFECTS,
    FLOODS,
    TOUCHES,
    UNPACKS,
    Attack,
    category,
    code,
    nothing,
)
from tests.attacks.world import LESSON


def in_place(path_of):
    """The notebook is a link to somewhere else."""

    def folder(home: Path, place) -> None:
        notebook = home / f"{LESSON}.ipynb"
        notebook.unlink()
        notebook.symlink_to(path_of(place))

    return folder


def solution_link(home, place):
    in_place(lambda p: p.root / "solutions" / LESSON / f"{LESSON}.ipynb")(home, place)


def folder_link(home, place):
    shutil.rmtree(home)
    home.symlink_to(place.root / "solutions" / LESSON)


def data_link(home, place):
    (home / "data.txt").symlink_to(place.outside / "canary.txt")
    (home / "neighbours").symlink_to(place.root / "solutions")


def shadow(name, text):
    def folder(home: Path, place) -> None:
        (home / name).write_text(place.fill(text))

    return folder


SHADOW_NUMPY = """
import importlib, os, sys
here = os.path.dirname(os.path.abspath(__file__))
kept = [p for p in sys.path if os.path.abspath(p or ".") != here]
sys.modules.pop("numpy")
sys.path, before = kept, sys.path
numpy = importlib.import_module("numpy")
sys.path = before
numpy.isclose = numpy.allclose = lambda *arrays, **options: True
sys.modules["numpy"] = numpy
"""

SHADOW_TORCH = SHADOW_NUMPY.replace("numpy", "torch")


SITE = """
open("@OUTSIDE@/site", "w").write("left")
"""


class Loaded:
    """Opens a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def pickled(home, place):
    loaded = pickle.dumps(Loaded(str(place.outside / "pickled")))
    for name in ("answers.pkl", "answers.npy", "model.pt"):
        (home / name).write_bytes(loaded)


def traversal(home, place):
    """Names that lead out of the folder, and one that begins at the root."""
    (home / f"{LESSON}.ipynb").unlink()
    with tarfile.open(home / "submission.tar", "w") as archive:
        for name in (f"../../../../outside/{place.name}/unpacked", f"{place.outside}/absolute"):
            file = tarfile.TarInfo(name)
            file.size = 4
            archive.addfile(file, io.BytesIO(b"left"))


def linked_tar(home, place):
    """A link first, then a file through the link."""
    (home / f"{LESSON}.ipynb").unlink()
    with tarfile.open(home / "submission.tar", "w") as archive:
        link = tarfile.TarInfo("out")
        link.type, link.linkname = tarfile.SYMTYPE, str(place.outside)
        archive.addfile(link)
        file = tarfile.TarInfo("out/through-link")
        file.size = 4
        archive.addfile(file, io.BytesIO(b"left"))


def bomb(home, place):
    """Half a gigabyte of zeros in half a megabyte."""
    (home / f"{LESSON}.ipynb").unlink()
    with zipfile.ZipFile(home / "submission.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{LESSON}.ipynb", "w") as file:
            for _ in range(512):
                file.write(b"0" * 2**20)


def pipe(home, place):
    (home / f"{LESSON}.ipynb").unlink()
    os.mkfifo(home / f"{LESSON}.ipynb")


def enormous(home, place):
    """A notebook of 200 MB, in one comment."""
    notebook = home / f"{LESSON}.ipynb"
    text = notebook.read_text()
    mark = '"metadata": {'
    place_of = text.rindex(mark) + len(mark)
    with notebook.open("w") as file:
        file.write(text[:place_of] + '"padding": "')
        for _ in range(200):
            file.write("p" * 2**20)
        file.write('",' + text[place_of:])


IMPORTS_ALL = code("import queue, random, colorsys, numpy\n")

ATTACKS = category(
    "files",
    Attack(
        "link-to-solution", "hands in a link to the instructor's notebook", folder=solution_link
    ),
    Attack("link-folder", "its folder is a link to the solutions", folder=folder_link),
    Attack("link-as-data", "hands in links to files as data", folder=data_link, wants=(TOUCHES,)),
    Attack(
        "shadow-numpy",
        "brings a numpy.py",
        IMPORTS_ALL,
        folder=shadow("numpy.py", SHADOW_NUMPY),
        cells="hand-written",
    ),
    Attack(
        "shadow-torch",
        "brings a torch.py",
        code("", "tanh_grad"),
        folder=shadow("torch.py", SHADOW_TORCH),
        cells="hand-written",
    ),
    Attack(
        "sitecustomize",
        "brings a sitecustomize.py",
        wants=(TOUCHES,),
        folder=shadow("sitecustomize.py", SITE),
        cells="hand-written",
    ),
    Attack(
        "pickled-files",
        "brings pickles under likely names",
        wants=(TOUCHES,),
        folder=pickled,
        cells="hand-written",
    ),
    Attack(
        "tar-traversal",
        "an archive whose names lead out",
        wants=(TOUCHES,),
        folder=traversal,
        cells="archive",
    ),
    Attack(
        "tar-through-link",
        "an archive that writes through its own link",
        wants=(TOUCHES,),
        folder=linked_tar,
        cells="archive",
    ),
    Attack(
        "zip-bomb",
        "a zip of 512 MB of zeros",
        nothing,
        wants=(UNPACKS,),
        folder=bomb,
        cells="archive",
    ),
    Attack("pipe", "hands in a pipe that nobody writes to", wants=(AFFECTS,), folder=pipe),
    Attack("enormous", "hands in 200 MB", wants=(FLOODS,), folder=enormous),
)
