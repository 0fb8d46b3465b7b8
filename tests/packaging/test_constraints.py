"""The pins, the ranges and what is installed agree."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"].values()
RANGES = [Requirement(line) for lines in (PROJECT["dependencies"], *EXTRAS) for line in lines]
LINES = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if not line.startswith("#")
]
PINS = {canonicalize_name(pin.name): pin.specifier for pin in LINES}


@pytest.fixture(params=RANGES, ids=lambda requirement: requirement.name)
def requirement(request):
    return request.param


def test_range_is_bounded_on_both_sides(requirement):
    assert {bound.operator for bound in requirement.specifier} == {">=", "<"}


def test_pin_is_in_range(requirement):
    (pin,) = PINS[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(pin.version)


def test_installed_version_is_in_range(requirement):
    assert requirement.specifier.contains(version(requirement.name))


def test_every_line_pins_one_public_version():
    assert len(LINES) == len(PINS)
    for name, specifier in PINS.items():
        (pin,) = specifier
        assert pin.operator == "==", name
        assert Version(pin.version).local is None, name
