"""What becomes of sounds, spectrograms, series and rows of numbers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from graph.recipe.augmentation.augmentation import Augmentation

Share = Annotated[float, Meta(ge=0.0, le=1.0)]


class Speed(Augmentation, frozen=True, kw_only=True):
    """Play sounds faster or slower; what is missing at the end is silence, what is too much is cut off."""

    suits = ("sound", "spectrogram")
    done = "sped up and slowed down"
    neutral: ClassVar = {"slowest": 1.0, "fastest": 1.0}
    slowest: Annotated[float, Meta(ge=0.1, le=1.0, description="smallest factor on the speed")] = 0.9
    fastest: Annotated[float, Meta(ge=1.0, le=10.0, description="largest factor on the speed")] = 1.1


class Shift(Augmentation, frozen=True, kw_only=True):
    """Move sounds in time, by whole steps, into silence."""

    suits = ("sound", "spectrogram")
    done = "shifted in time"
    neutral: ClassVar = {"share": 0.0}
    share: Annotated[Share, Meta(description="largest shift to either side, as a share of the length")] = 0.1


class PitchShift(Augmentation, frozen=True, kw_only=True):
    """Make sounds higher or lower and leave their speed, by grains that are read faster or slower."""

    suits = ("sound",)
    done = "shifted in pitch"
    neutral: ClassVar = {"semitones": 0.0}
    semitones: Annotated[float, Meta(ge=0.0, le=24.0, description="largest shift, up or down")] = 2.0
    grain: Annotated[int, Meta(ge=16, le=65_536, description="values of a grain, about 0.05 seconds of them")] = 1024


class Gain(Augmentation, frozen=True, kw_only=True):
    """Make sounds louder or softer."""

    suits = ("sound",)
    done = "made louder and softer"
    neutral: ClassVar = {"decibels": 0.0}
    decibels: Annotated[float, Meta(ge=0.0, le=60.0, description="largest change, up or down")] = 6.0


class TimeMask(Augmentation, frozen=True, kw_only=True):
    """Silence a stretch of sounds (Park 2019)."""

    suits = ("sound", "spectrogram")
    done = "silenced for a while"
    neutral: ClassVar = {"share": 0.0}
    share: Annotated[Share, Meta(description="longest stretch, as a share of the length")] = 0.1


class FrequencyMask(Augmentation, frozen=True, kw_only=True):
    """Silence a band of spectrograms (C, F, T) (Park 2019)."""

    suits = ("spectrogram",)
    done = "silenced in a band"
    neutral: ClassVar = {"share": 0.0}
    share: Annotated[Share, Meta(description="widest band, as a share of the frequencies")] = 0.1


class Jitter(Augmentation, frozen=True, kw_only=True):
    """Add normal noise to rows of numbers and series; columns of whole numbers, such as categories, stay."""

    suits = ("numbers", "series")
    done = "jittered"
    neutral: ClassVar = {"deviation": 0.0}
    deviation: Annotated[
        float, Meta(ge=0.0, le=10.0, description="standard deviation, as a share of that of the column")
    ] = 0.05
