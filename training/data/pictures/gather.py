"""Many pictures as one array, decoded side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import PIL

from graph.recipe.sources import ImageFolder, MaskFolder
from training.data.dataset import Array, Reading, counted
from training.data.files.keeping import signs_of
from training.data.files.made import Making, make
from training.data.files.sidebyside import side_by_side
from training.data.files.store import Layout, Seen
from training.data.pictures.looks import DAMAGED, Look, careful, fault
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
    if profiled := sum(view.profiled for view in views):
        reading.tell(
            f"{profiled:,} of {counted(len(views), 'image')} with a colour profile other than sRGB, which is not "
            "applied: the numbers are those in the file."
        )
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

    def work(arrays: Sequence[Array]) -> Seen:
        def fill(place: int) -> None:
            arrays[0][place] = pixels(paths[place], form)

        return Seen(each(paths, fill, reading, "images"))

    made = make(
        Making(
            f"{counted(len(paths), 'image')} of {form.height} x {form.width}",
            "decoded",
            "set a smaller size",
            [layout_of(len(paths), form)],
            picture_signs(paths),
            work,
        ),
        reading.tell,
    )
    return Decoded(made.arrays[0], {paths[place]: text for place, text in made.seen.faults.items()})


def layout_of(count: int, form: Form) -> Layout:
    """The array of so many pictures."""
    return Layout((count, form.channels, form.height, form.width), form.dtype)


def picture_signs(paths: Sequence[Path]) -> Iterator[str]:
    """What tells that pictures are still those that were decoded."""
    yield PIL.__version__
    yield from signs_of(paths)


def each(paths: Sequence[Path], work: Callable[[int], None], reading: Reading, noun: str) -> dict[int, str]:
    """Do something for each picture by its place, several at a time; what was wrong with some."""

    def attempt(place: int) -> str:
        if place % _TOLD == 0:
            reading.stage(f"Decoding {len(paths):,} {noun}", place / len(paths))
        try:
            work(place)
        except BadPictureError as error:
            return str(error)
        except (OSError, *DAMAGED) as error:
            return fault(error, paths[place])
        return ""

    with careful():
        found = side_by_side(attempt, range(len(paths)))
    return {place: text for place, text in enumerate(found) if text}


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
