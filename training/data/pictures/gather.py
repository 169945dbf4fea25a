"""Many pictures as one array, decoded side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import PIL

from graph.recipe.sources import ImageFolder, MaskFolder
from training.data.dataset import Array, Reading, counted
from training.data.files.bounds import fits, shown_bytes
from training.data.files.store import Layout, Store
from training.data.pictures.looks import DAMAGED, Look, fault, side_by_side
from training.data.pictures.pixels import BadPictureError, Form, pixels
from training.errors import DataError

_TOLD = 256  # after so many pictures it is told how far decoding has come


class Decoded(NamedTuple):
    """The pictures (N, C, H, W) that can be read, in the order asked for, and what was wrong with the others."""

    array: Array
    faults: dict[Path, str]


def form_for(found: Mapping[Path, Look], options: ImageFolder | MaskFolder, reading: Reading) -> Form:
    """What all pictures are brought to, said where it changes any; what a run began with, if there is one.

    Raises:
        DataError: they have different sizes and none is asked for.
    """
    views = list(found.values())
    before = reading.learned.form if reading.learned else []
    form = Form(before[0], bool(before[1]), before[2], before[3]) if before else _form(found, options)
    grey, size = form.channels == 1, (form.height, form.width)
    resized = sum((view.height, view.width) != size for view in views)
    turned = sum(view.grey != grey for view in views)
    words, shallow = sum(view.words for view in views), sum(view.shallow for view in views)
    said = {
        "turned as the camera was held": sum(view.turned for view in views),
        f"resized to {form.height} x {form.width}": resized,
        "looked up in their palettes": sum(view.mode == "P" for view in views),
        "brought from inks (CMYK) to red, green and blue": sum(view.mode == "CMYK" for view in views),
        "brought from colour to grey" if grey else "brought from grey to red, green and blue": turned,
        "laid over white where transparent": sum(view.transparent for view in views),
        "taken by the first of several frames": sum(view.frames > 1 for view in views),
        "brought from 16 bits to 8": shallow if form.words else words + shallow,
        "brought from 8 bits to 16": len(views) - words if form.words else 0,
    }
    changes = [f"{count:,} {what}" for what, count in said.items() if count]
    if changes:
        reading.tell(f"Of {counted(len(views), 'image')}, {', '.join(changes)}.")
    return form


def _form(found: Mapping[Path, Look], options: ImageFolder | MaskFolder) -> Form:
    height, width = _size(found, options.size)
    grey = options.colour == "grey" or (options.colour == "auto" and all(view.grey for view in found.values()))
    return Form(1 if grey else 3, any(view.words for view in found.values()), height, width)


def gather(paths: Sequence[Path], form: Form, reading: Reading) -> Decoded:
    """All pictures as one array: in memory or, where that does not hold them, in a file that is kept and mapped.

    Raises:
        DataError: neither memory nor the disk holds them.
    """
    layout = Layout((len(paths), form.channels, form.height, form.width), form.dtype)
    if fits(layout.bytes):
        array = np.zeros(layout.shape, dtype=form.dtype)
        broken = _fill(array, paths, form, reading)
        good = [path not in broken for path in paths]
        return Decoded(array[good] if broken else array, broken)
    store = Store(_signs(paths), layout)
    stored = store.found()
    what = f"{counted(len(paths), 'image')} of {form.height} x {form.width} take {shown_bytes(layout.bytes)}"
    where = f"and are read from {store.path}"
    if stored is None:
        reading.tell(
            f"{what}, more than is held in memory: they are decoded once {where}, which is kept for next time."
        )
        try:
            array = store.begin()
            broken = _fill(array, paths, form, reading)
            stored = store.finish(array, {place: broken[path] for place, path in enumerate(paths) if path in broken})
        finally:
            store.abandon()
    else:
        reading.tell(f"{what}, more than is held in memory: they were decoded before {where}.")
    return Decoded(stored.array, {paths[place]: text for place, text in stored.faults.items()})


def _fill(array: Array, paths: Sequence[Path], form: Form, reading: Reading) -> dict[Path, str]:
    """Decode each picture into its row; what was wrong with some, whose rows stay as they are."""

    def fill(place: int) -> None:
        array[place] = pixels(paths[place], form)
        if place % _TOLD == 0:
            reading.stage(f"Decoding {counted(len(paths), 'image')}", place / len(paths))

    return each(paths, fill)


def _signs(paths: Sequence[Path]) -> Iterator[str]:
    """What tells that pictures are still those that were decoded."""
    yield PIL.__version__
    for path in paths:
        seen = path.stat()
        yield f"{path.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}"


def each(paths: Sequence[Path], work: Callable[[int], None]) -> dict[Path, str]:
    """Do something for each picture by its place, several at a time; what was wrong with some."""

    def attempt(place: int) -> str:
        try:
            work(place)
        except BadPictureError as error:
            return str(error)
        except (OSError, *DAMAGED) as error:
            return fault(error, paths[place])
        return ""

    found = side_by_side(attempt, range(len(paths)))
    return {path: text for path, text in zip(paths, found, strict=True) if text}


def _size(found: Mapping[Path, Look], size: Sequence[int]) -> tuple[int, int]:
    if size:
        return size[0], size[-1]
    first = next(iter(found))
    height, width = found[first].height, found[first].width
    for path, view in found.items():
        if (view.height, view.width) != (height, width):
            raise DataError(
                f"{path} has {view.height} x {view.width} pixels, but {first.name} has {height} x {width}; set the "
                f"option size to bring all images to one, such as {height}, {width}."
            )
    return height, width
