"""What data holds, in figures: fields, ranges, classes, the split, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graph.recipe.settings import TrainingSettings
from training.data.dataset import Array, Dataset, Fields, Reading, Stage
from training.data.sources import load_data
from training.runs.data_record import Learned

_MOST_CLASSES = 100
_LISTED = 12
_COUNTS = ("lengths", "length")


def describe(settings: TrainingSettings, folder: str = "", stage: Stage = lambda _what, _done: None) -> dict[str, Any]:
    """Read the data of some settings; its figures as one JSON object. A relative path starts in ``folder``.

    Raises:
        DataError: it cannot be read.
    """
    notices: list[str] = []
    reading = Reading(settings.validation, settings.seed, None, notices.append, stage)
    dataset = load_data(settings.data, folder, reading)
    return figures_of(dataset, notices)


def figures_of(dataset: Dataset, notices: list[str]) -> dict[str, Any]:
    """The figures of data that was read, and what was said of it."""
    parts = {"training": dataset.training, "validation": dataset.validation, "test": dataset.test}
    return {
        "name": dataset.name,
        "samples": {part: _count(fields) for part, fields in parts.items()},
        "held_back": dataset.held,
        "fields": {
            field: _field(field, {part: fields[field] for part, fields in parts.items() if field in fields}, dataset)
            for field in dataset.fields()
        },
        "refused": list(dataset.refused),
        "left_out": dataset.left_out,
        "notices": notices,
    }


def as_lines(figures: Mapping[str, Any]) -> list[str]:
    """The figures for people."""
    counts = ", ".join(f"{count:,} {part}" for part, count in figures["samples"].items() if count)
    lines = [figures["name"], f"Samples: {counts or 'none'}"]
    if not figures["samples"]["validation"]:
        lines.append("A share of the training samples, the setting validation, is held back when training begins.")
    for name, field in figures["fields"].items():
        shape = " x ".join(map(str, field["shape"])) or "one number"
        lines.append(f"  {name}: {shape}, {field['dtype']}, {field['low']:g} to {field['high']:g}")
        for part, found in field.get("classes", {}).items():
            lines.append(f"    {part}: {_balance(found)}")
    lines += [f"Left out: {text}" for text in figures["refused"][:_LISTED]]
    if len(figures["refused"]) > _LISTED:
        lines.append(f"Left out: {len(figures['refused']) - _LISTED:,} more")
    return [*lines, *(f"Not a field: {text}" for text in figures["left_out"].values()), *figures["notices"]]


def _field(name: str, parts: Fields, dataset: Dataset) -> dict[str, Any]:
    array = dataset.fields()[name]
    lows, highs = zip(*((_low(part), _high(part)) for part in parts.values()), strict=True)
    found: dict[str, Any] = {
        "shape": list(array.shape[1:]),
        "dtype": dataset.dtype_of(name).name,
        "low": min(lows),
        "high": max(highs),
    }
    tells_classes = array.ndim == 1 and array.dtype.kind in "iub" and name not in _COUNTS
    if tells_classes and (classes := _classes(name, parts, dataset)):
        found["classes"] = classes
    return found


def _classes(name: str, parts: Fields, dataset: Dataset) -> dict[str, dict[str, int]]:
    """How many samples of each part are of each class; nothing where numbers are no classes."""
    counts = {part: dict(zip(*_counted(array), strict=True)) for part, array in parts.items()}
    labels = sorted({label for found in counts.values() for label in found})
    if len(labels) > _MOST_CLASSES:
        return {}
    names = names_of(name, dataset.learned)
    named = {label: names[label] if 0 <= label < len(names) else str(label) for label in labels}
    return {part: {named[label]: int(found.get(label, 0)) for label in labels} for part, found in counts.items()}


def names_of(field: str, learned: Learned) -> list[str]:
    """The names of a field's classes; the target of a table is the field y, but the column bears them.

    What is written of a pair of texts has the same tokens as it goes in and as it comes out.
    """
    known = learned.names
    field = "target" if field in ("target_in", "target_out") and "target" in known else field
    target = next((name for name in known if name not in learned.columns), "") if field == "y" else ""
    return known.get(field) or known.get(target, [])


def _counted(array: Array) -> tuple[list[int], list[int]]:
    values, counts = np.unique(array, return_counts=True)
    return values.astype(np.int64).tolist(), counts.tolist()


def _balance(counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{name} {count:,}" for name, count in list(counts.items())[:_LISTED])
    return shown + (f" and {len(counts) - _LISTED:,} more classes" if len(counts) > _LISTED else "")


def _low(array: Array) -> float:
    # As a plain array: of others, NumPy makes a copy to leave out what is not a number.
    return float(np.nanmin(np.asarray(array))) if array.size else 0.0


def _high(array: Array) -> float:
    return float(np.nanmax(np.asarray(array))) if array.size else 0.0


def _count(fields: Fields) -> int:
    return len(next(iter(fields.values()))) if fields else 0
