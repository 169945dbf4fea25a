"""Samples made of two, for a CrossEntropy of class labels: its loss is that of both labels, by their shares."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from graph.recipe.augmentation.augmentation import Augmentation
from graph.recipe.augmentation.geometry import Chance

Alpha = Annotated[float, Meta(ge=0.01, le=100.0, description="of the beta distribution of the share: 1 is even")]


class Mixup(Augmentation, frozen=True, kw_only=True):
    """Mix samples with another training sample, and their labels as much (Zhang 2018)."""

    suits = ("image", "spectrogram", "sound", "numbers", "series")
    done = "mixed with others"
    neutral: ClassVar = {"chance": 0.0}
    alpha: Alpha = 0.2
    chance: Chance = 1.0


class Cutmix(Augmentation, frozen=True, kw_only=True):
    """Lay a rectangle of another training sample over images, and mix the labels by its area (Yun 2019)."""

    suits = ("image",)
    done = "covered by parts of others"
    neutral: ClassVar = {"chance": 0.0}
    alpha: Alpha = 1.0
    chance: Chance = 0.5
