"""Files named in a table, each with its label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from graph.recipe.sources import AudioFolder, ImageFolder
from training.data.dataset import Reading, Tell, counted, listed
from training.data.files.folders import Item, Items, class_items, tell_others, visible
from training.data.splits import Part, part_named
from training.data.tables.frame import column_of
from training.data.tables.textfile import read_texts
from training.errors import DataError

_FILES = ("file", "filename", "path", "image", "audio", "id")
_LABELS = ("label", "class", "target")
_PARTS = ("split", "part", "set", "subset")


def items_of(source: ImageFolder | AudioFolder, suffixes: Sequence[str], noun: str, reading: Reading) -> Items:
    """The files of a folder with their classes, by its subfolders or by the table that the option labels names.

    Raises:
        DataError: the folder is laid out in another way.
    """
    folder = Path(source.path)
    if source.labels:
        return listed_items(folder, source.labels, suffixes, reading.tell)
    return class_items(folder, suffixes, noun)


def tell_classes(folder: Path, items: Items, names: Sequence[str], reading: Reading) -> None:
    """Say which label stands for which class, and how many files are of no use."""
    shown = ", ".join(f"{place} is {name}" for place, name in enumerate(names[:10]))
    more = f" and so on, {len(names):,} in all" if len(names) > 10 else ""
    reading.tell(f"{folder.name}: the labels are the classes in the order of their names: {shown}{more}.")
    tell_others(folder, items.others, reading.tell)


def listed_items(folder: Path, table: str, suffixes: Sequence[str], tell: Tell) -> Items:
    """The files that ``table`` in ``folder`` names with their labels, and with their part where it does.

    Raises:
        DataError: the table cannot be read, or names files that are not there.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder.")
    path = folder / table
    if not path.is_file():
        raise DataError(f"{path}, which the option labels names, is not a file.")
    frame = read_texts(path, "auto", tell)
    files, labels = _column(frame, path, _FILES), _column(frame, path, _LABELS)
    named = next((frame[name] for name in frame.columns if name.lower() in _PARTS), None)
    used = [column.name for column in (files, labels, named) if column is not None]
    if unused := [name for name in frame.columns if name not in used]:
        tell(f"{path.name}: {listed(unused)} not used.")
    rows = range(len(frame))
    parts: list[Part] = ["training" for _ in rows] if named is None else [_part(named, row, path) for row in rows]
    items = []
    for row, (file, label, part) in enumerate(zip(files, labels, parts, strict=True)):
        if not file or not label:
            raise DataError(f"{path} names no {'label' if file else 'file'} in row {row + 1:,}; correct it.")
        items.append(Item(_file(folder, file, suffixes, path, row), label, part))
    _check_once(items, path)
    known = {item.path for item in items}
    beside = sum(
        file.suffix.lower() in suffixes and file not in known
        for place in {file.parent for file in known}
        for file in visible(place)
    )
    if beside:
        tell(f"{folder.name}: {counted(beside, 'file')} that {path.name} does not name left out.")
    return Items(items, 0, named is not None)


def _column(frame: pl.DataFrame, path: Path, names: Sequence[str]) -> pl.Series:
    found = next((name for word in names for name in frame.columns if name.lower() == word), "")
    if not found:
        wanted = " or ".join(names)
        raise DataError(f"{path} has no column called {wanted}; it has {listed(frame.columns)}: rename one.")
    return column_of(frame, found, path, "labels")


def _part(column: pl.Series, row: int, path: Path) -> Part:
    part = part_named(column[row] or "")
    if part is None:
        raise DataError(
            f"{path} holds '{column[row]}' in row {row + 1:,} of its column '{column.name}'; it must say train, val or "
            "test."
        )
    return part


def _file(folder: Path, name: str, suffixes: Sequence[str], path: Path, row: int) -> Path:
    """The file of a row; names may lack their suffix, but none leads out of the folder."""
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        raise DataError(f"{path} names '{name:.60}' in row {row + 1:,}, which is not in {folder}.")
    candidates = [place, *(place.with_name(place.name + suffix) for suffix in suffixes)]
    found = next((candidate for candidate in candidates if candidate.is_file()), None)
    if found is None:
        raise DataError(f"{path} names '{name:.60}' in row {row + 1:,}, which is not in {folder}.")
    return found


def _check_once(items: Sequence[Item], path: Path) -> None:
    seen: dict[Path, int] = {}
    for row, item in enumerate(items):
        if item.path in seen:
            rows = f"{seen[item.path] + 1:,} and {row + 1:,}"
            raise DataError(f"{path} names {item.path.name} in the rows {rows}; keep one.")
        seen[item.path] = row
