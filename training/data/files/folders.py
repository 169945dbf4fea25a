"""Folders of files: a class in each, perhaps with folders for training, validation and test above them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training.data.dataset import Array, Reading, Tell, counted
from training.data.splits import PART_WORDS, Part, Parts, completed, shares
from training.errors import DataError

_SHOWN = 5


class Item(NamedTuple):
    """A file, the class it is of, and the part it is in; "training" where folders name no parts."""

    path: Path
    label: str
    part: Part


class Items(NamedTuple):
    """The files of a folder; ``others`` counts those of other kinds, ``split`` tells whether folders name parts."""

    items: list[Item]
    others: int
    split: bool

    @property
    def labels(self) -> list[str]:
        """The names of the classes, in order."""
        return sorted({item.label for item in self.items})


def class_items(folder: Path, suffixes: Sequence[str], noun: str) -> Items:
    """The files with one of ``suffixes`` in a folder a class; ``noun`` is what sentences call them.

    Raises:
        DataError: the folder is laid out in another way.
    """
    parts = part_folders(folder)
    items: list[Item] = []
    others = 0
    for part, place in (parts or all_training(folder)).items():
        for inner in _classes(place, suffixes, noun):
            found, more = _files(inner, suffixes, noun)
            items += [Item(path, inner.name, part) for path in found]
            others += more
    found_items = Items(items, others, bool(parts))
    known = {item.label for item in items if item.part == "training"}
    for item in items:
        if item.label not in known:
            raise DataError(
                f"{folder} has the class '{item.label}' among others but not to train on; add {noun} of it."
            )
    return found_items


def part_folders(folder: Path) -> dict[Part, Path]:
    """The folders for training, validation and test that a folder holds; none where it holds others.

    Raises:
        DataError: it is not a folder, or holds both.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder.")
    inner = _inner(folder)
    parts = {path: PART_WORDS.get(path.name.lower()) for path in inner}
    named: dict[Part, Path] = {}
    for path, part in parts.items():
        if part in named:
            raise DataError(f"{folder} has two folders for one part, {named[part].name} and {path.name}; keep one.")
        if part:
            named[part] = path
    if "training" not in named:
        return {}
    if len(named) < len(inner):
        other = next(path.name for path, part in parts.items() if part is None)
        raise DataError(
            f"{folder} has the folder '{named['training'].name}' and beside it '{other}', which is not a part of the "
            "data; keep only train, val and test."
        )
    return named


def split_items(items: Items, reading: Reading, test: float, stratified: bool) -> Parts:
    """Which items train, validate and test: as the folders say, and else by chance."""
    found = np.array([item.part for item in items.items])
    named = Parts(*(np.flatnonzero(found == part) for part in ("training", "validation", "test")))
    classes = labels_of(items, items.labels) if stratified else None
    return completed(named, shares(reading, test), classes)


def labels_of(items: Items, names: Sequence[str]) -> Array:
    """The index of each item's class among ``names``.

    Raises:
        DataError: a class is not among them.
    """
    places = {name: place for place, name in enumerate(names)}
    for item in items.items:
        if item.label not in places:
            raise DataError(f"The class '{item.label}' of {item.path} is not among those that were trained on.")
    return np.array([places[item.label] for item in items.items], dtype=np.int64)


def visible(folder: Path) -> list[Path]:
    """What is in a folder, in the order of names, without what systems hide there."""
    found = (path for path in folder.iterdir() if not path.name.startswith((".", "__")))
    return sorted(path for path in found if path.name not in ("Thumbs.db", "desktop.ini"))


def tell_others(folder: Path, count: int, tell: Tell) -> None:
    """Say how many files are of no use."""
    if count:
        tell(f"{folder.name}: {counted(count, 'file')} of other kinds not used.")


def all_training(folder: Path) -> dict[Part, Path]:
    """A folder that names no parts."""
    return {"training": folder}


def _inner(folder: Path) -> list[Path]:
    return [path for path in visible(folder) if path.is_dir()]


def _classes(folder: Path, suffixes: Sequence[str], noun: str) -> list[Path]:
    inner = _inner(folder)
    loose = [path.name for path in visible(folder) if path.suffix.lower() in suffixes and path.is_file()]
    if loose and inner:
        raise DataError(
            f"{folder} holds {noun} beside its folders, such as {loose[0]:.60}; put each into that of its class."
        )
    if not inner:
        found = ", ".join(path.name for path in visible(folder)[:_SHOWN]) or "nothing"
        raise DataError(
            f"{folder} holds no folders, but {found}; put the {noun} of each class into a folder of its own."
        )
    return inner


def _files(folder: Path, suffixes: Sequence[str], noun: str) -> tuple[list[Path], int]:
    """The files of a class, and how many others there are beside them."""
    if inner := _inner(folder):
        raise DataError(
            f"{folder} holds the folder '{inner[0].name}'; put the {noun} of a class directly into its folder."
        )
    files = visible(folder)
    found = [path for path in files if path.suffix.lower() in suffixes]
    if not found:
        raise DataError(f"{folder} holds no {noun} ({', '.join(suffixes)}); add some, or remove the folder.")
    return found, len(files) - len(found)
