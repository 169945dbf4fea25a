"""Data made by code, ``made:NAME``: every example trains without a download."""

from __future__ import annotations

from training.data.dataset import Dataset
from training.data.made.altered import anomalies, noisy_digits
from training.data.made.audio import audio
from training.data.made.captions import captions
from training.data.made.cells import cells
from training.data.made.clouds import clouds
from training.data.made.detection import detection
from training.data.made.entities import entities
from training.data.made.music import music
from training.data.made.pairs import pairs, triplets
from training.data.made.pictures import pictures
from training.data.made.points import blobs, sine, spirals
from training.data.made.reverse import reverse
from training.data.made.segments import segments
from training.data.made.sentences import sentences
from training.data.made.sentiment import sentiment
from training.data.made.sounds import sounds
from training.data.made.volumes import volumes
from training.data.made.waves import waves
from training.errors import DataError

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
    "sentences": sentences,
    "sounds": sounds,
    "clouds": clouds,
}


def made(name: str) -> Dataset:
    """The data called ``name``, the same every time.

    Raises:
        DataError: there is none of that name.
    """
    if name not in MADE:
        raise DataError(f"There is no data 'made:{name:.200}'; made: stands before one of {', '.join(MADE)}.")
    return MADE[name]()
