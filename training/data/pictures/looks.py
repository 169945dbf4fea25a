"""What a picture is like, by the head of its file alone."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from graph.storage.atomic import reason
from training.data.files.sidebyside import side_by_side
from training.data.pictures.words import has_words, is_grey_with_alpha, loses_bits, orientation

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
# What Pillow has been seen to raise for damaged files.
DAMAGED = (
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    AttributeError,
    struct.error,
    zlib.error,
)
MOST_PIXELS = 89_478_485
_GREY = ("1", "L", "LA", "La", "I")
_SRGB = (b"sRGB", "sRGB".encode("utf-16-be"))  # as old and as new profiles write it
_TURNED = 5  # from here on height and width change places


class Look(NamedTuple):
    """Height and width of a picture as it is meant to be seen, and how it is stored.

    ``mode`` is what Pillow calls it, ``words`` tells of 16 bits, ``shallow`` of 16 bits of which 8 can be read,
    ``profiled`` of a colour profile other than sRGB, which would have to be applied for it to be seen as it is meant.
    """

    height: int
    width: int
    mode: str
    grey: bool
    words: bool
    shallow: bool
    turned: bool
    transparent: bool
    frames: int
    profiled: bool


def looks(paths: Sequence[Path]) -> tuple[dict[Path, Look], dict[Path, str]]:
    """What each picture is like, and what is wrong with those that cannot be used."""
    with careful():
        seen = dict(zip(paths, side_by_side(_look, paths), strict=True))
    found = {path: look for path, look in seen.items() if isinstance(look, Look)}
    return found, {path: look for path, look in seen.items() if isinstance(look, str)}


@contextmanager
def careful() -> Iterator[None]:
    """Pillow's warnings of decompression bombs are errors, its others are no concern of the user's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def fault(error: Exception, path: Path) -> str:
    """Why a picture cannot be read, as the end of a sentence."""
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"holds more than {MOST_PIXELS:,} pixels"
    if isinstance(error, UnidentifiedImageError):
        return "is empty" if not path.stat().st_size else "is not an image that can be read"
    if isinstance(error, OSError) and error.errno is not None:
        return f"cannot be read: {reason(error)}"
    return "is damaged"


def _look(path: Path) -> Look | str:
    try:
        with Image.open(path) as image:
            mode, (width, height) = image.mode, image.size
            if width * height > MOST_PIXELS:
                return f"holds {width * height:,} pixels, more than {MOST_PIXELS:,}"
            deep, shallow = has_words(image), loses_bits(image)
            if mode in ("I", "F") and not deep:
                return "holds numbers of 32 bits or below zero; save it with 8 or 16 bits"
            grey = mode in _GREY or mode.startswith("I;16") or is_grey_with_alpha(image)
            held = orientation(image)
            if held >= _TURNED:
                width, height = height, width
            transparent = image.has_transparency_data
            frames = int(getattr(image, "n_frames", 1))
            profiled = _is_profiled(image.info.get("icc_profile"))
            return Look(height, width, mode, grey, deep, shallow, held > 1, transparent, frames, profiled)
    except (OSError, *DAMAGED) as error:
        return fault(error, path)


def _is_profiled(profile: object) -> bool:
    """Whether a colour profile is another than sRGB, by what it says of itself."""
    return isinstance(profile, bytes) and bool(profile) and not any(name in profile for name in _SRGB)
