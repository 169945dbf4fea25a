"""What kind of data a file or folder looks like, from names alone: a hint that the user can change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from graph.errors import ParameterError
from graph.recipe.sources import NpyFiles, Source, TaggedText, read_text
from training.data.files.folders import visible
from training.data.pictures.looks import SUFFIXES as PICTURES
from training.data.sounds.recording import SUFFIXES as SOUNDS
from training.errors import DataError

_LOOKED_AT = 400
_DEEP = 3
_HEAD = 10_000
_KINDS = {"images:": PICTURES, "audio:": SOUNDS, "text:": (".txt",)}
_FILES = (".npz", ".npy", ".csv", ".tsv", ".parquet", *TaggedText.suffixes)
_IDX = ("-ubyte", "-ubyte.gz")


def guess(path: str) -> Source:
    """The data at a path, of the kind that the names of its files speak for.

    Raises:
        DataError: there is nothing, or nothing that is read as data.
    """
    place = Path(path)
    if not place.exists():
        raise DataError(f"'{path:.200}' does not exist.")
    try:
        return read_text(_prefix(place) + str(place))
    except ParameterError as error:
        raise DataError(str(error)) from None


def _prefix(place: Path) -> str:
    if place.is_file():
        if place.suffix.lower() not in _FILES:
            raise DataError(
                f"{place.name:.200} is not a file that data is read from; choose a table (.csv, .tsv, .parquet), "
                "arrays (.npz, .npy), tagged words (.conll, .conllu), or the folder that holds it."
            )
        return "text:" if _holds_text(place) else ""
    inner = [path.name.lower() for path in visible(place) if path.is_dir()]
    if {"images", "masks"} <= set(inner):
        return "masks:"
    counts: Counter[str] = Counter()
    for name in islice(_names(place, _DEEP), _LOOKED_AT):
        for prefix, suffixes in _KINDS.items():
            counts[prefix] += name.lower().endswith(tuple(suffixes))
        counts[""] += name.lower().endswith(_IDX)
        counts["npy:"] += name.lower().endswith(NpyFiles.suffixes)
        counts["tagged:"] += name.lower().endswith(TaggedText.suffixes)
    found, most = counts.most_common(1)[0] if counts else ("", 0)
    if not most:
        raise DataError(
            f"{place} holds neither images, recordings, texts nor IDX files in its folders; choose a folder with a "
            "folder a class, or a table or .npz file."
        )
    return "masks:" if found == "images:" and _has_masks(place, inner) else found


def _holds_text(place: Path) -> bool:
    """Whether the first line of a table names columns called text and label."""
    if place.suffix.lower() not in (".csv", ".tsv"):
        return False
    with place.open("rb") as file:
        line = file.readline(_HEAD).decode("utf-8-sig", errors="replace")
    columns = {word.strip(" \"'\r\n").lower() for word in re.split(r"[,;\t|]", line)}
    return {"text", "label"} <= columns


def _has_masks(place: Path, inner: list[str]) -> bool:
    return any((place / name / "masks").is_dir() and (place / name / "images").is_dir() for name in inner)


def _names(folder: Path, deep: int) -> Iterator[str]:
    for path in visible(folder):
        if path.is_dir():
            if deep:
                yield from _names(path, deep - 1)
        else:
            yield path.name
