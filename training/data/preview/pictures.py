"""Pictures as they are sent to be looked at: small, and in bytes."""

from __future__ import annotations

import numpy as np
from PIL import Image

from training.data.dataset import Array
from training.data.fit.images import CHANNELS, Spread, bits_divisor, is_image
from training.protocol import Picture

LARGEST = 72


def is_picture(array: Array) -> bool:
    """Whether samples are pictures, or volumes of which a slice can be shown."""
    return array.ndim in (3, 4, 5) and is_image(array.shape[1:])


def picture(sample: Array, seen: Spread, mask: Array | None = None, largest: int = LARGEST) -> Picture:
    """A sample whose field holds ``seen``, black at its smallest and white at its largest value.

    No side has more pixels than ``largest``.
    """
    pixels = _channels_last(np.asarray(sample, dtype=np.float32))
    divisor = bits_divisor(seen)
    low, high = (0.0, float(divisor)) if divisor > 1 else (min(0.0, seen.low), max(1.0, seen.high))
    # Bytes of few values, such as 0 and 1, would all be black; fractions of 1 stay as they are.
    scaled = np.nan_to_num(np.clip((pixels - low) / (high - low), 0.0, 1.0))
    image = Image.fromarray(np.round(255 * scaled).astype(np.uint8), "RGB")
    size = _smaller(image.width, image.height, largest)
    image = image.resize(size, Image.Resampling.BOX) if size != image.size else image
    return Picture(image.width, image.height, image.tobytes(), mask_of(mask, size) if mask is not None else b"")


def mask_of(mask: Array, size: tuple[int, int]) -> bytes:
    """The class of each pixel, of a picture of that size."""
    classes = Image.fromarray(np.clip(mask, 0, 255).astype(np.uint8), "L")
    return classes.resize(size, Image.Resampling.NEAREST).tobytes()


def _smaller(width: int, height: int, largest: int) -> tuple[int, int]:
    share = min(1.0, largest / max(width, height))
    return max(1, round(share * width)), max(1, round(share * height))


def _channels_last(sample: Array) -> Array:
    """(H, W, 3) of a sample with channels first, last or not at all, from the middle of a volume."""
    if sample.ndim == 4:
        sample = sample[:, sample.shape[1] // 2]
    if sample.ndim == 2:
        sample = sample[np.newaxis]
    if sample.shape[0] not in CHANNELS:
        sample = np.moveaxis(sample, -1, 0) if sample.shape[-1] in CHANNELS else sample[sample.shape[0] // 2][None]
    if sample.shape[0] < 3:
        sample = np.repeat(sample[:1], 3, axis=0)
    return np.moveaxis(sample[:3], 0, -1)
