"""The pixels of one picture: turned as it is meant to be seen, in grey or colour, at the size asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from training.data.dataset import Array
from training.data.pictures.words import has_words, upright, words

_TO_WORDS = 257  # 255 becomes 65535


class BadPictureError(Exception):
    """A picture that cannot be what it is to be; the message is the end of a sentence."""


class Form(NamedTuple):
    """What every picture is brought to: 1 or 3 channels, 8 or 16 bits, height and width."""

    channels: int
    words: bool
    height: int
    width: int

    @property
    def dtype(self) -> type[np.unsignedinteger]:
        """The type of its numbers."""
        return np.uint16 if self.words else np.uint8

    @property
    def bytes(self) -> int:
        """How many bytes a picture takes."""
        return self.channels * self.height * self.width * (2 if self.words else 1)


def pixels(path: Path, form: Form) -> Array:
    """A picture (C, H, W); transparent ones lie over white, of several frames the first is taken."""
    with Image.open(path) as file:
        if has_words(file) and (form.words or file.mode not in ("RGB", "RGBA")):
            return _of_words(words(path, form.channels), form)
        seen = _opaque(upright(file)).convert("L" if form.channels == 1 else "RGB")
        if (seen.height, seen.width) != (form.height, form.width):
            seen = seen.resize((form.width, form.height), Image.Resampling.BILINEAR)
        array = np.asarray(seen, dtype=form.dtype)
        array = array * np.uint16(_TO_WORDS) if form.words else array
        return array[np.newaxis] if form.channels == 1 else np.moveaxis(array, -1, 0)


def mask(path: Path) -> Array:
    """The classes (H, W) of a mask: the indices of its palette, or its grey values.

    Raises:
        BadPictureError: it has colours instead.
    """
    with Image.open(path) as file:
        deep = has_words(file)
        image = upright(file)
        if image.mode in ("1", "L", "P", "I") or image.mode.startswith("I;16"):
            return np.asarray(image).astype(np.int64)
        colours = words(path, 3) if deep else np.asarray(image.convert("RGB"))
        if image.has_transparency_data or (colours != colours[..., :1]).any():
            raise BadPictureError("is in colour; save masks in grey or with a palette")
        return colours[..., 0].astype(np.int64)


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _of_words(values: Array, form: Form) -> Array:
    """Pixels (H, W, C) of 16 bits, as the form asks."""
    if values.shape[:2] != (form.height, form.width):
        values = np.stack([_resized(values[..., place], form) for place in range(values.shape[2])], axis=2)
    values = values if form.words else np.rint(values / _TO_WORDS).astype(np.uint8)
    return np.moveaxis(values, -1, 0)


def _resized(channel: Array, form: Form) -> Array:
    image = Image.fromarray(channel.astype(np.float32))
    resized = image.resize((form.width, form.height), Image.Resampling.BILINEAR)
    return np.asarray(np.rint(np.asarray(resized)).clip(0, 65535).astype(np.uint16))
