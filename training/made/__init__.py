"""Data made by code, ``made:NAME``: every example trains without a download."""

from __future__ import annotations

from training.dataset import Dataset
from training.errors import DataError
from training.made.altered import anomalies, noisy_digits
from training.made.audio import audio
from training.made.captions import captions
from training.made.cells import cells
from training.made.detection import detection
from training.made.entities import entities
from training.made.music import music
from training.made.pairs import pairs, triplets
from training.made.pictures import pictures
from training.made.points import blobs, sine, spirals
from training.made.reverse import reverse
from training.made.segments import segments
from training.made.sentiment import sentiment
from training.made.volumes import volumes
from training.made.waves import waves

PREFIX = "made:"
MADE = {
    "sine": sine,
    "blobs": blobs,
    "spirals": spirals,
    "pictures": pictures,
    "segments": segments,
    "cells": cells,
    "detection": detection,
    "captions": captions,
    "sentiment": sentiment,
    "entities": entities,
    "reverse": reverse,
    "waves": waves,
    "music": music,
    "audio": audio,
    "volumes": volumes,
    "pairs": pairs,
    "triplets": triplets,
    "noisy-digits": noisy_digits,
    "anomalies": anomalies,
}


def made(name: str) -> Dataset:
    """The data called ``name``, the same every time.

    Raises:
        DataError: there is none of that name.
    """
    if name not in MADE:
        raise DataError(f"There is no data 'made:{name:.200}'; made: stands before one of {', '.join(MADE)}.")
    return MADE[name]()
