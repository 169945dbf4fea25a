"""Images and their masks, in two folders, matched by their names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from graph.recipe.sources import MaskFolder
from training.data.dataset import Array, Dataset, Fields, Reading, Tell, counted
from training.data.files.baditems import settle
from training.data.files.bounds import check_fits
from training.data.files.folders import Item, Items, all_training, part_folders, split_items, visible
from training.data.pictures.gather import each, form_for, gather
from training.data.pictures.looks import SUFFIXES, Look, looks
from training.data.pictures.pixels import Form, mask
from training.data.splits import parted
from training.errors import DataError
from training.runs.data_record import Learned

_FOLDERS = ("images", "masks")


class _Pairs(NamedTuple):
    items: Items
    masks: dict[Path, Path]
    faults: dict[Path, str]


class _Decoded(NamedTuple):
    items: Items
    images: Array
    masks: Array
    form: Form
    refused: tuple[str, ...]


def read(source: MaskFolder, reading: Reading) -> Dataset:
    """image (C, H, W) and mask (H, W) of whole numbers; masks are resized to the nearest pixel.

    Raises:
        DataError: the folder is laid out in another way, or an image or mask cannot be used.
    """
    folder = Path(source.path)
    decoded = _decoded(_pairs(folder), source, reading)
    before = reading.learned.names.get("mask", []) if reading.learned and reading.learned.form else None
    values = _two_values(decoded.masks, before, reading.tell)
    fields: Fields = {"image": decoded.images, "mask": _numbered(decoded.masks, values)}
    parts = split_items(decoded.items, reading, source.test_share, stratified=False)
    held = not any(item.part == "validation" for item in decoded.items.items)
    learned = Learned({"mask": values} if values else {}, form=list(map(int, decoded.form)))
    return parted(str(folder), fields, parts, held=held, refused=decoded.refused, learned=learned)


def _decoded(pairs: _Pairs, source: MaskFolder, reading: Reading) -> _Decoded:
    """The images and masks that can be used.

    Raises:
        DataError: one cannot be used, and none may be left out.
    """
    paths = [item.path for item in pairs.items.items]
    found, faults = looks(paths)
    faults |= pairs.faults | _of_masks(pairs, looks([pairs.masks[path] for path in paths])[1])
    refused = settle(faults, len(paths) + len(pairs.faults), source.bad_items, reading.tell)
    usable = {path: found[path] for path in paths if path not in faults}
    form = form_for(usable, source, reading)
    masks, unmasked = _masks([pairs.masks[path] for path in usable], list(usable.values()), form)
    undrawn = _of_masks(pairs, unmasked)
    drawn = [path for path in usable if path not in undrawn]
    images, broken = gather(drawn, form, reading)
    refused += settle(undrawn | broken, len(usable), source.bad_items, reading.tell)
    broken |= undrawn
    good = [path not in broken for path in usable]
    kept = {path for path in usable if path not in broken}
    items = pairs.items._replace(items=[item for item in pairs.items.items if item.path in kept])
    return _Decoded(items, images, masks[good], form, refused)


def _pairs(folder: Path) -> _Pairs:
    parts = part_folders(folder)
    items: list[Item] = []
    masks: dict[Path, Path] = {}
    faults: dict[Path, str] = {}
    for part, place in (parts or all_training(folder)).items():
        images, drawn = (_by_stem(place, name) for name in _FOLDERS)
        for stem, path in images.items():
            if stem not in drawn:
                faults[path] = "has no mask of its name in the folder masks"
                continue
            items.append(Item(path, "", part))
            masks[path] = drawn[stem]
        faults |= {
            path: "has no image of its name in the folder images" for stem, path in drawn.items() if stem not in images
        }
    if not items:
        raise DataError(f"{folder} holds no image and mask of one name; name each mask like its image.")
    return _Pairs(Items(items, 0, bool(parts)), masks, faults)


def _of_masks(pairs: _Pairs, faults: dict[Path, str]) -> dict[Path, str]:
    """What is wrong with images, for their masks are bad."""
    return {path: f"has a mask that {faults[drawn]}" for path, drawn in pairs.masks.items() if drawn in faults}


def _by_stem(folder: Path, name: str) -> dict[str, Path]:
    place = folder / name
    if not place.is_dir():
        raise DataError(f"{folder} has no folder '{name}'; put images into the folder images and masks into masks.")
    found: dict[str, Path] = {}
    for path in visible(place):
        if path.suffix.lower() in SUFFIXES and found.setdefault(path.stem, path) != path:
            raise DataError(f"{place} holds both {found[path.stem].name} and {path.name}; keep one.")
    return found


def _masks(paths: list[Path], views: list[Look], form: Form) -> tuple[Array, dict[Path, str]]:
    check_fits(8 * len(paths) * form.height * form.width, counted(len(paths), "mask"), "set a smaller size")
    array = np.zeros((len(paths), form.height, form.width), dtype=np.int64)
    wrong: dict[Path, str] = {}

    def fill(place: int) -> None:
        values, view = mask(paths[place]), views[place]
        if values.shape != (view.height, view.width):
            sizes = " x ".join(map(str, values.shape))
            wrong[paths[place]] = f"is {sizes} pixels large, where the image is {view.height} x {view.width}"
            return
        rows, columns = (_nearest(old, new) for old, new in zip(values.shape, (form.height, form.width), strict=True))
        array[place] = values[rows][:, columns]

    return array, each(paths, fill) | wrong


def _nearest(old: int, new: int) -> Array:
    """The old pixel at the centre of each new one."""
    return np.asarray((2 * np.arange(new) + 1) * old // (2 * new))


def _two_values(masks: Array, before: list[str] | None, tell: Tell) -> list[str]:
    """The values that stand for 0 and 1 where masks are black and white; none where values are classes as they are."""
    if before is not None:
        return before
    values = np.unique(masks).tolist()
    if values not in ([0, 255], [255]):
        tell(f"The masks hold the classes {', '.join(map(str, values[:20]))}{' and more' if len(values) > 20 else ''}.")
        return []
    tell("The masks are black and white: 0 stays 0, 255 becomes 1.")
    return ["0", "255"]


def _numbered(masks: Array, values: list[str]) -> Array:
    if not values:
        return masks
    other = ~np.isin(masks, [int(value) for value in values])
    if other.any():
        raise DataError(f"A mask holds {int(masks[other][0])}, where all masks that were trained on hold 0 or 255.")
    return np.asarray(masks == int(values[1]), dtype=np.int64)
