"""The effect of each augmentation on a subject; one case for each class."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from graph.recipe import augmentations as recipe
from training.data.augment.effect import Effect
from training.data.augment.looks import BlurChange, ColourChange, CutoutChange, NoiseChange
from training.data.augment.signals import (
    GainChange,
    JitterChange,
    MaskChange,
    PitchChange,
    ShiftChange,
    SpeedChange,
)
from training.data.augment.subjects import Subject


def effect_of(chosen: recipe.Augmentation, stream: int, subject: Subject, deviations: Callable[[], Tensor]) -> Effect:
    """What an augmentation does to a subject that suits it; ``deviations`` are asked for where they are needed."""
    extent = subject.extent
    match chosen:
        case recipe.Colour():
            return ColourChange(stream, extent, chosen, subject.channels)
        case recipe.Blur():
            return BlurChange(stream, extent, chosen)
        case recipe.Noise():
            return NoiseChange(stream, extent, chosen, clipped="image" in subject.suits)
        case recipe.Cutout():
            return CutoutChange(stream, extent, chosen)
        case recipe.Speed():
            return SpeedChange(stream, extent, chosen)
        case recipe.Shift():
            return ShiftChange(stream, extent, chosen)
        case recipe.PitchShift():
            return PitchChange(stream, extent, chosen)
        case recipe.Gain():
            return GainChange(stream, extent, chosen)
        case recipe.TimeMask():
            return MaskChange(stream, extent, chosen.share, -1)
        case recipe.FrequencyMask():
            return MaskChange(stream, extent, chosen.share, -2)
        case recipe.Jitter():
            return JitterChange(stream, chosen, deviations())
    raise AssertionError(chosen)
