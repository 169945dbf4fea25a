"""What the pixels of an image become, each where it is."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from graph.recipe.augmentation.augmentation import Augmentation
from graph.recipe.augmentation.geometry import Chance

Factor = Annotated[float, Meta(ge=0.0, le=1.0)]


class Colour(Augmentation, frozen=True, kw_only=True):
    """Change the light and the colours of images; grey ones have brightness and contrast alone."""

    suits = ("image",)
    done = "changed in colour"
    neutral: ClassVar = {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0, "hue": 0.0}
    brightness: Annotated[Factor, Meta(description="largest change of the factor 1 on how bright pixels are")] = 0.2
    contrast: Annotated[Factor, Meta(description="largest change of the factor 1 on how far from grey they are")] = 0.2
    saturation: Annotated[Factor, Meta(description="largest change of the factor 1 on how colourful they are")] = 0.2
    hue: Annotated[
        float, Meta(ge=0.0, le=0.5, description="largest turn of the colours, 0.5 being half the circle")
    ] = 0.02


class Blur(Augmentation, frozen=True, kw_only=True):
    """Mix the pixels of images with their neighbours, by a bell curve."""

    suits = ("image",)
    done = "blurred"
    neutral: ClassVar = {"sigma": 0.0}
    sigma: Annotated[float, Meta(ge=0.0, le=10.0, description="largest deviation of the bell curve, in pixels")] = 1.0


class Noise(Augmentation, frozen=True, kw_only=True):
    """Add normal noise to every number of images, spectrograms and sounds."""

    suits = ("image", "spectrogram", "sound")
    done = "made noisy"
    neutral: ClassVar = {"deviation": 0.0}
    deviation: Annotated[
        float, Meta(ge=0.0, le=10.0, description="standard deviation; of images as a share of their range")
    ] = 0.05


class Cutout(Augmentation, frozen=True, kw_only=True):
    """Make a rectangle of images dark, anywhere (DeVries 2017)."""

    suits = ("image",)
    done = "given holes"
    neutral: ClassVar = {"share": 0.0}
    share: Annotated[Factor, Meta(description="height and width of the rectangle, as a share of the image's")] = 0.25
    chance: Chance = 0.5
