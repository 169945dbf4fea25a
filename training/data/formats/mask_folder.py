"""Images and their masks, in two folders, matched by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graph.recipe.sources import MaskFolder
from training.data.dataset import Array, Dataset, Fields, Reading, Tell, counted
from training.data.files.baditems import settle
from training.data.files.folders import (
    Item,
    Items,
    all_training,
    part_folders,
    split_items,
    tell_others,
    visible,
)
from training.data.files.keeping import signs_of
from training.data.files.made import Making, make
from training.data.files.store import Layout, Seen
from training.data.fit.images import parts_of
from training.data.pictures.gather import each, form_for, layout_of, picture_signs
from training.data.pictures.looks import DAMAGED, SUFFIXES, Look, fault, looks
from training.data.pictures.pixels import BadPictureError, Form, mask, pixels
from training.data.splits import Parts, parted, without
from training.errors import DataError
from training.runs.data_record import Learned

_FOLDERS = ("images", "masks")
_WHITE = 255


class _Pairs(NamedTuple):
    items: Items
    masks: dict[Path, Path]
    faults: dict[Path, str]


class _Form(NamedTuple):
    """What images are brought to, whether masks have 16 bits, and what stood for 0 and 1 before, if that is known."""

    images: Form
    wide: bool
    before: list[str] | None


class _Decoded(NamedTuple):
    """Images and masks in the order of their ``parts``; ``values`` are those that masks have."""

    images: Array
    masks: Array
    parts: Parts
    values: list[int]
    refused: tuple[str, ...]


def read(source: MaskFolder, reading: Reading) -> Dataset:
    """image (C, H, W) and mask (H, W) of whole numbers; masks are resized to the nearest pixel.

    Raises:
        DataError: the folder is laid out in another way, or an image or mask cannot be used.
    """
    folder = Path(source.path)
    pairs = _pairs(folder)
    paths = [item.path for item in pairs.items.items]
    tell_others(folder, pairs.items.others, reading.tell)
    found, faults = looks(paths)
    drawn, unseen = looks([pairs.masks[path] for path in paths])
    faults |= pairs.faults | _of_masks(pairs, unseen)
    refused = settle(faults, len(paths) + len(pairs.faults), source.bad_items, reading.tell)
    usable = pairs.items._replace(items=[item for item in pairs.items.items if item.path not in faults])
    form = form_for({item.path: found[item.path] for item in usable.items}, source, reading)
    size = (form.height, form.width)
    if resized := sum((found[item.path].height, found[item.path].width) != size for item in usable.items):
        reading.tell(f"Masks are resized with their images, {resized:,} of them: each pixel is the nearest of the old.")
    before = reading.learned.names.get("mask", []) if reading.learned and reading.learned.form else None
    wide = any(look.words or look.mode.startswith("I") for look in drawn.values())
    decoded = _decoded(pairs._replace(items=usable), _Form(form, wide, before), found, source, reading)
    values = _two_values(decoded.values, before, reading.tell)
    fields: Fields = {"image": decoded.images, "mask": decoded.masks}
    held = not any(item.part == "validation" for item in usable.items)
    learned = Learned({"mask": values} if values else {}, form=list(map(int, form)))
    refused += decoded.refused
    dataset = parted(str(folder), fields, decoded.parts, held=held, refused=refused, learned=learned)
    return dataset._replace(whole=("mask",))


def _decoded(pairs: _Pairs, form: _Form, found: Mapping[Path, Look], source: MaskFolder, reading: Reading) -> _Decoded:
    """The images and masks that can be used.

    Raises:
        DataError: one cannot be used, and none may be left out.
    """
    parts = split_items(pairs.items, reading, source.test_share, stratified=False)
    # In the order of the parts, so that none need be copied.
    paths = [pairs.items.items[place].path for place in np.concatenate(parts)]
    masks = [pairs.masks[path] for path in paths]

    def work(arrays: Sequence[Array]) -> Seen:
        values: list[set[int]] = [set() for _ in paths]

        def fill(place: int) -> None:
            arrays[0][place] = pixels(paths[place], form.images)
            drawn = _mask(masks[place], found[paths[place]], form.images)
            values[place] = set(np.flatnonzero(np.bincount(drawn.reshape(-1))).tolist())
            arrays[1][place] = drawn

        faults = each(paths, fill, reading, "pairs of image and mask")
        seen = sorted(set().union(*(kept for place, kept in enumerate(values) if place not in faults)))
        _renumber(arrays[1], seen, form.before)
        return Seen(faults, [str(value) for value in seen])

    size = (len(paths), form.images.height, form.images.width)
    what = f"{counted(len(paths), 'image')} of {size[1]} x {size[2]} with their masks"
    layouts = [layout_of(len(paths), form.images), Layout(size, np.int32 if form.wide else np.int16)]
    signs = chain(picture_signs(paths), signs_of(masks), [repr(form.before)])
    made = make(Making(what, "decoded", "set a smaller size", layouts, signs, work), reading.tell)
    faults = {paths[place]: text for place, text in made.seen.faults.items()}
    refused = settle(faults, len(paths), source.bad_items, reading.tell)
    left = without(parts, [path not in faults for path in paths])
    return _Decoded(made.arrays[0], made.arrays[1], left, [int(value) for value in made.seen.notes], refused)


def _pairs(folder: Path) -> _Pairs:
    parts = part_folders(folder)
    items: list[Item] = []
    masks: dict[Path, Path] = {}
    faults: dict[Path, str] = {}
    others = 0
    for part, place in (parts or all_training(folder)).items():
        images, drawn = (_by_stem(place, name) for name in _FOLDERS)
        others += sum(len(visible(place / name)) for name in _FOLDERS) - len(images) - len(drawn)
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
    return _Pairs(Items(items, others, bool(parts)), masks, faults)


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


def _mask(path: Path, view: Look, form: Form) -> Array:
    """The classes of a mask (H, W), of the form of its image.

    Raises:
        BadPictureError: it has another size than its image.
    """
    try:
        values = mask(path)
    except BadPictureError as error:
        raise BadPictureError(f"has a mask that {error}") from None
    except (OSError, *DAMAGED) as error:
        raise BadPictureError(f"has a mask that {fault(error, path)}") from None
    if values.shape != (view.height, view.width):
        sizes = " x ".join(map(str, values.shape))
        raise BadPictureError(
            f"has a mask that is {sizes} pixels large, where the image is {view.height} x {view.width}"
        )
    rows, columns = (_nearest(old, new) for old, new in zip(values.shape, (form.height, form.width), strict=True))
    return np.asarray(values[rows][:, columns])


def _nearest(old: int, new: int) -> Array:
    """The old pixel at the centre of each new one."""
    return np.asarray((2 * np.arange(new) + 1) * old // (2 * new))


def _renumber(masks: Array, seen: Sequence[int], before: Sequence[str] | None) -> None:
    """Make 0 and 1 of black and white, in the masks themselves.

    Raises:
        DataError: what was trained on is black and white, and these are not.
    """
    if before and (other := [value for value in seen if str(value) not in before]):
        raise DataError(f"A mask holds {other[0]}, where all masks that were trained on hold 0 or 255.")
    if before or (before is None and _is_black_and_white(seen)):
        for part in parts_of(masks):
            part[...] = part == _WHITE


def _is_black_and_white(values: Sequence[int]) -> bool:
    return list(values) in ([0, _WHITE], [_WHITE])


def _two_values(values: Sequence[int], before: list[str] | None, tell: Tell) -> list[str]:
    """The values that stand for 0 and 1 where masks are black and white; none where values are classes as they are."""
    if before is not None:
        return before
    if not _is_black_and_white(values):
        tell(f"The masks hold the classes {', '.join(map(str, values[:20]))}{' and more' if len(values) > 20 else ''}.")
        return []
    tell("The masks are black and white: 0 stays 0, 255 becomes 1.")
    return ["0", str(_WHITE)]
