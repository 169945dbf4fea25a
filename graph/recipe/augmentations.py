"""What training samples may be changed by, done by ``training/data/augment``; a list of them is one setting."""

from __future__ import annotations

from graph.recipe.augmentation.augmentation import SUITS, Augmentation, Suits, listed, read_list
from graph.recipe.augmentation.geometry import (
    Crop as Crop,
    Flip,
    Rotate,
    Scale,
    Shear,
    Translate,
)  # not listed below: a layer has this name, and no text may name layers
from graph.recipe.augmentation.looks import Blur, Colour, Cutout, Noise
from graph.recipe.augmentation.mixing import Cutmix, Mixup
from graph.recipe.augmentation.signals import FrequencyMask, Gain, Jitter, PitchShift, Shift, Speed, TimeMask

__all__ = [
    "SUITS",
    "Augmentation",
    "Blur",
    "Colour",
    "Cutmix",
    "Cutout",
    "Flip",
    "FrequencyMask",
    "Gain",
    "Jitter",
    "Mixup",
    "Noise",
    "PitchShift",
    "Rotate",
    "Scale",
    "Shear",
    "Shift",
    "Speed",
    "Suits",
    "TimeMask",
    "Translate",
    "listed",
    "read_list",
]
