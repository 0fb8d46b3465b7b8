"""Logs as JSON Lines: a header, a line per step. The good part of a damaged file is read."""

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

from vegrad_course.errors import Refusal
from vegrad_course.monitor.records import LayerInfo, LayerRecord, Log, StepRecord

VERSION = 1
WORDS = {"layer", "activation", "state"}


def begin(path: Path, layers: Iterable[LayerInfo]) -> TextIO:
    """Open a file and write the header."""
    file = path.open("w", encoding="utf-8")
    header = {"vegrad_log": VERSION, "layers": [asdict(layer) for layer in layers]}
    file.write(json.dumps(header) + "\n")
    file.flush()
    return file


def write_step(file: TextIO, record: StepRecord) -> None:
    """Add one step. JSON knows no NaN: such numbers are written as text."""
    data = {"step": record.step, "loss": record.loss, "learning_rate": record.learning_rate}
    layers = [_compact(asdict(layer)) for layer in record.layers]
    file.write(json.dumps(_compact({**data, "layers": layers}), allow_nan=False) + "\n")
    file.flush()


def save(log: Log, path: Path) -> None:
    with begin(path, log.layers) as file:
        for record in log.steps:
            write_step(file, record)


def load(path: str | Path) -> Log:
    """Read a log. Lines that cannot be read are left out, and `notes` say which and why."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise Refusal(f"a log must be a readable file: {error}. Give its path.") from None
    header, notes = _header(lines, path)
    steps: list[StepRecord] = []
    for at, line in enumerate(lines[1:], 2):
        try:
            steps.append(_step(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            notes.append(f"line {at} was left out: {_why(error, at == len(lines))}")
    if not steps:
        raise Refusal(f"a log must hold at least one step: {path} holds none. Train, then save.")
    layers = tuple(_only(LayerInfo, item) for item in header["layers"])
    return Log(layers, tuple(sorted(steps, key=lambda record: record.step)), tuple(notes))


def _header(lines: list[str], path: str | Path) -> tuple[dict[str, Any], list[str]]:
    try:
        header = json.loads(lines[0])
        version = int(header["vegrad_log"])
        names = [layer["name"] for layer in header["layers"]]
    except (ValueError, TypeError, KeyError, IndexError):
        rule = "a log must begin with a line that holds `vegrad_log` and `layers`"
        raise Refusal(f"{rule}: {path} does not. Save one with `monitor.save(path)`.") from None
    newer = f"this log has version {version}, newer than {VERSION}: what is known of it was read"
    notes = [newer] if version > VERSION else []
    return {**header, "names": names}, notes


def _step(data: dict[str, Any]) -> StepRecord:
    layers = tuple(_only(LayerRecord, _numbers(layer)) for layer in data.get("layers", ()))
    loss, rate = _number("loss", data.get("loss")), data.get("learning_rate")
    return StepRecord(int(data["step"]), loss, _number("learning_rate", rate), layers)


def _only(kind: Any, data: dict[str, Any]) -> Any:
    """A record from the fields that it knows; a newer version may have written more."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in data.items() if name in known})


def _numbers(data: dict[str, Any]) -> dict[str, Any]:
    known = {field.name for field in fields(LayerRecord)} - WORDS
    return {n: _number(n, v) if n in known else v for n, v in data.items()}


def _number(name: str, value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and value not in ("nan", "inf", "-inf")):
        raise ValueError(f"{name} must be a number, got {value!r}")
    return float(value) if isinstance(value, str) else value


def _compact(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is missing; write NaN and infinities as text."""
    kept = {name: value for name, value in data.items() if value is not None and value != []}
    return {n: str(v) if isinstance(v, float) and not isfinite(v) else v for n, v in kept.items()}


def _why(error: Exception, last: bool) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "the file was cut off here" if last else "it is not JSON"
    return str(error) if isinstance(error, ValueError) else "a step needs `step` and `layers`"
