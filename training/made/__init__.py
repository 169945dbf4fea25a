"""Data made by code, ``made:NAME``: every example trains without a download."""

from __future__ import annotations

from training.dataset import Dataset
from training.errors import DataError
from training.made import points
from training.made.captions import captions
from training.made.detection import detection
from training.made.pictures import pictures
from training.made.segments import segments

PREFIX = "made:"
MADE = {
    "sine": points.sine,
    "blobs": points.blobs,
    "spirals": points.spirals,
    "pictures": pictures,
    "segments": segments,
    "detection": detection,
    "captions": captions,
}


def made(name: str) -> Dataset:
    """The data called ``name``, the same every time.

    Raises:
        DataError: there is none of that name.
    """
    if name not in MADE:
        raise DataError(f"There is no data 'made:{name:.200}'; made: stands before one of {', '.join(MADE)}.")
    return MADE[name]()
