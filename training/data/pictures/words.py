"""Pictures of 16 bits a channel in full: of colours Pillow hands out the upper bytes alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFile, ImageOps

from training.data.dataset import Array

_WHITE = 65535
_BYTE = 255
_ORIENTATION = 0x0112
_GREY = ("I;16", "I;16L", "I;16B", "I;16N")
# In the other order of bytes the same decoder hands out the lower ones.
_OTHER_ORDER = {"16B": "16L", "16L": "16B", "16N": "16B" if np.little_endian else "16L"}
_LUMA = (19595, 38470, 7471)  # of 65536, as Pillow weighs red, green and blue


def has_words(image: Image.Image) -> bool:
    """Whether a picture that was just opened has 16 bits a channel, all of which ``words`` can read."""
    if image.format == "PPM":
        return image.mode == "I" or _largest(image, "ppm") > _BYTE
    name, _, kind = _raw(image).partition(";")
    known = kind in _OTHER_ORDER and name in ("RGB", "RGBA") and name == image.mode
    return image.mode in _GREY or known or is_grey_with_alpha(image)


def loses_bits(image: Image.Image) -> bool:
    """Whether a picture that was just opened has 16 bits a channel, of which 8 alone can be read."""
    if image.format == "PPM":
        return image.mode == "RGB" and _largest(image, "ppm_plain") > _BYTE
    return not has_words(image) and _raw(image).partition(";")[2] in _OTHER_ORDER


def is_grey_with_alpha(image: Image.Image) -> bool:
    """Whether a picture that was just opened is grey with a channel for what is transparent, of 16 bits each."""
    return _raw(image) == "LA;16B"


def words(path: Path, channels: int) -> Array:
    """The pixels (H, W, 1 or 3) of a picture with 16 bits, turned as it is meant to be seen, over white."""
    values = _pixels(path)
    if channels == 1 and values.shape[2] == 3:
        grey = (values.astype(np.uint64) @ np.array(_LUMA, dtype=np.uint64) + 2**15) >> np.uint64(16)
        return grey[..., np.newaxis].astype(np.uint16)
    return np.repeat(values, channels, axis=2) if values.shape[2] < channels else values


def _pixels(path: Path) -> Array:
    with Image.open(path) as image:
        raw, key = _raw(image), image.info.get("transparency")
        if image.format == "PPM" and image.mode == "RGB":
            return _ppm(path, image)
        upper = np.asarray(upright(image))
        if upper.ndim == 2:
            values: Array = upper.astype(np.uint16)[..., np.newaxis]
        else:
            other = "RGBA" if raw == "LA;16B" else raw[:-3] + _OTHER_ORDER[raw[-3:]]
            lower = _decoded(path, other)
            values = _pairs(lower) if raw == "LA;16B" else upper.astype(np.uint16) << 8 | lower
    return _over_white(values, key)


def upright(image: Image.Image) -> Image.Image:
    """The image turned as its camera was held; as it is, and not copied, where there is nothing to turn."""
    return image if orientation(image) == 1 else ImageOps.exif_transpose(image)


def orientation(image: Image.Image) -> int:
    """How the camera was held; 1 where nothing is to be turned."""
    held = image.getexif().get(_ORIENTATION, 1)
    return held if held in range(2, 9) else 1


def _tile(image: Image.Image) -> tuple[str, int, tuple[Any, ...]]:
    """How a picture that was just opened is decoded: by what, from which byte on, and with what arguments."""
    for tile in image.tile[:1] if isinstance(image, ImageFile.ImageFile) else []:
        return tile.codec_name, tile.offset, tile.args if isinstance(tile.args, tuple) else (tile.args,)
    return "", 0, ()


def _raw(image: Image.Image) -> str:
    """How the bytes of a picture lie in its file, as Pillow names it."""
    return str(next(iter(_tile(image)[2]), ""))


def _largest(image: Image.Image, codec: str) -> int:
    """The largest value of a .ppm file in colour that is decoded so; 0 of any other picture."""
    name, _, args = _tile(image)
    return int(args[1]) if name == codec and args[0] == "RGB" else 0


def _decoded(path: Path, raw: str) -> Array:
    with Image.open(path) as image:
        assert isinstance(image, ImageFile.ImageFile)
        image.tile = [
            tile._replace(args=(raw, *tile.args[1:]) if isinstance(tile.args, tuple) else raw) for tile in image.tile
        ]
        return np.asarray(upright(image))


def _pairs(content: Array) -> Array:
    """The words (H, W, C / 2) whose bytes (H, W, C) stand beside each other, the upper one first."""
    return np.asarray(content[..., 0::2].astype(np.uint16) << 8 | content[..., 1::2])


def _ppm(path: Path, image: Image.Image) -> Array:
    """The colours of a .ppm file, whose largest value it says itself."""
    _, start, (_, largest) = _tile(image)
    count = image.width * image.height * 3
    content = np.frombuffer(path.read_bytes(), dtype=">u2", count=count, offset=start).astype(np.uint64)
    scaled = (content.clip(0, largest) * np.uint64(_WHITE) + np.uint64(largest // 2)) // np.uint64(largest)
    return scaled.astype(np.uint16).reshape(image.height, image.width, 3)


def _over_white(values: Array, key: object) -> Array:
    """Colours without what is transparent: by a channel of its own, or by the colour that ``key`` names."""
    if values.shape[2] in (2, 4):
        cover = values[..., -1:].astype(np.uint64)
        mixed = values[..., :-1] * cover + np.uint64(_WHITE) * (np.uint64(_WHITE) - cover)
        return ((mixed + np.uint64(_WHITE // 2)) // np.uint64(_WHITE)).astype(np.uint16)
    if isinstance(key, int | tuple):
        clear = (values == np.array(key, dtype=np.int64)).all(axis=2)
        return np.where(clear[..., np.newaxis], np.uint16(_WHITE), values)
    return values
