"""Binder's environment: what repo2docker makes of it, and that it agrees with pyproject.toml."""

import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from repo2docker.buildpacks.conda import CondaBuildPack

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DEPENDENCIES = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
OPTION, *PIP_LINES = next(part["pip"] for part in DEPENDENCIES if isinstance(part, dict))
WANTED = {(r := Requirement(line)).name: r for line in PROJECT["dependencies"]}
FOUND = {(r := Requirement(line)).name: r for line in PIP_LINES}


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """repo2docker's own conda build pack, in a folder with the files that it reads."""
    for name in ("environment.yml", "postBuild", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    pack = CondaBuildPack("docker.io/library/buildpack-deps:noble")
    pack.platform = "linux/amd64"
    return pack


def test_repo2docker_takes_the_environment(pack):
    assert pack.detect()
    assert pack.python_version == "3.11"
    assert not pack.separate_kernel_env


def test_image_installs_packages_then_the_repository_then_runs_postbuild(pack):
    image = pack.render()
    steps = (
        "COPY --chown=1000:1000 src/environment.yml",  # staged alone: packages do not need the rest
        'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"',
        "COPY --chown=1000:1000 src/ ${REPO_DIR}/",
        "RUN ./postBuild",
    )
    places = [image.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)


def test_image_starts_from_the_frozen_base_of_our_python(pack):
    assert "conda/environment.py-3.11-linux-64.lock" in pack.get_build_script_files()


def test_nothing_brings_cuda(pack):
    ours = [(ROOT / name).read_text() for name in ("environment.yml", "postBuild")]
    assert not re.search("cuda|nvidia", pack.render() + "".join(ours), flags=re.IGNORECASE)
    assert OPTION == "--extra-index-url https://download.pytorch.org/whl/cpu"
    # With its build label the pin cannot fall back on PyPI's build, which is CUDA's on Linux.
    assert str(FOUND["torch"].specifier) == f"=={pinned_torch()}+cpu"


def test_conda_brings_python_and_pip_only():
    assert [part for part in DEPENDENCIES if isinstance(part, str)] == ["python=3.11", "pip"]
    channels = yaml.safe_load((ROOT / "environment.yml").read_text())["channels"]
    assert channels == ["conda-forge"]


def test_python_is_one_that_the_project_admits():
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains("3.11")


def test_packages_are_those_of_the_project():
    """All of them, and no test tool or other extra."""
    assert FOUND.keys() == WANTED.keys()
    assert len(PIP_LINES) == len(FOUND)


@pytest.mark.parametrize("name", sorted(WANTED.keys() - {"torch"}))
def test_range_is_that_of_the_project(name):
    assert FOUND[name].specifier == WANTED[name].specifier


def test_torch_is_in_the_range_of_the_project():
    assert WANTED["torch"].specifier.contains(pinned_torch())


def test_postbuild_is_a_strict_executable_script():
    text = (ROOT / "postBuild").read_text()
    assert os.access(ROOT / "postBuild", os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert "pip install --no-cache-dir --no-deps -e ." in text


def pinned_torch() -> Version:
    pin = re.search(r"^torch==(\S+)$", (ROOT / "constraints.txt").read_text(), flags=re.MULTILINE)
    return Version(pin.group(1))
