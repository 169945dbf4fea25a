"""The data that comes along, one line for each: what can be chosen without having any."""

from __future__ import annotations

from typing import NamedTuple


class BuiltIn(NamedTuple):
    """The text of the setting ``data``, a title, and what a sample is."""

    text: str
    title: str
    holds: str


MADE = {
    "sine": "a number and its sine",
    "blobs": "points of two clouds",
    "spirals": "points on three arms",
    "pictures": "shapes in red and blue",
    "segments": "shapes and their masks",
    "cells": "cells and their masks",
    "detection": "shapes and their boxes",
    "captions": "shapes and their captions",
    "sentiment": "praise and blame",
    "entities": "words and their tags",
    "reverse": "rows and their reverse",
    "waves": "waves and their parameters",
    "music": "notes and the next ones",
    "audio": "sounds of four kinds",
    "volumes": "solids in 16 x 16 x 16",
    "pairs": "pairs of digits",
    "triplets": "triplets of digits",
    "noisy-digits": "digits with noise",
    "anomalies": "digits, some unknown",
    "sentences": "characters and the next",
    "sounds": "levels and the next ones",
    "clouds": "clouds of 256 points",
}
BUILT_IN = (
    BuiltIn("digits", "Digits", "1,797 pictures of 8 x 8"),
    BuiltIn("fashion-mnist", "Fashion-MNIST", "70,000 pictures of 28 x 28"),
    *(BuiltIn(f"made:{name}", name.replace("-", " ").capitalize(), holds) for name, holds in MADE.items()),
)
