"""Which part of the data an array is, by its name: ``x_train``, ``test_images``, ``y_val``."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from training.data.splits import PART_WORDS, Part

# Read as a part wherever they end a name; other words may belong to it, as in ``std_dev``.
_SURE = ("train", "test")


class Name(NamedTuple):
    """The name of an array, taken apart."""

    field: str
    part: Part


def parts_of(keys: Collection[str]) -> dict[str, Name]:
    """The field and the part of every array of a file.

    A word such as ``val`` in front or behind names a part only where the field has another part, or every array names
    one: ``test_score`` beside ``x`` is a field.
    """
    readings = {key: _readings(key) for key in keys}
    all_split = all(readings.values())
    found: dict[str, set[str]] = {}
    for key, names in readings.items():
        for field, part in [*names, Name(key, "training")]:
            found.setdefault(field, set()).add(part)
    return {
        key: next(
            (name for name in names if all_split or len(found[name.field]) > 1 or _is_sure(key, name)),
            Name(key, "training"),
        )
        for key, names in readings.items()
    }


def _is_sure(key: str, name: Name) -> bool:
    return key.lower() in [f"{name.field.lower()}_{word}" for word in _SURE]


def _readings(key: str) -> list[Name]:
    """What a name may mean: a word behind, then a word in front."""
    found = []
    stem, _, word = key.rpartition("_")
    if stem and word.lower() in PART_WORDS:
        found.append(Name(stem, PART_WORDS[word.lower()]))
    word, _, stem = key.partition("_")
    if stem and word.lower() in PART_WORDS:
        found.append(Name(stem, PART_WORDS[word.lower()]))
    return found
