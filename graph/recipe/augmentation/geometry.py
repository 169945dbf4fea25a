"""Where the pixels of an image go; masks and boxes go with them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from graph.fields import Probability
from graph.recipe.augmentation.augmentation import Augmentation

Chance = Annotated[Probability, Meta(description="share of the samples that are changed")]
Degrees = Annotated[float, Meta(ge=0.0, le=180.0, description="largest angle, to either side")]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]


class Flip(Augmentation, frozen=True, kw_only=True):
    """Mirror images."""

    suits = ("image",)
    moves = True
    done = "flipped"
    neutral: ClassVar = {"chance": 0.0}
    whole = True
    direction: Annotated[
        Literal["horizontal", "vertical", "both"],
        Meta(description="left and right, top and bottom, or each of them by chance"),
    ] = "horizontal"
    chance: Chance = 0.5


class Translate(Augmentation, frozen=True, kw_only=True):
    """Move images by whole pixels, up or down and to the left or right."""

    suits = ("image",)
    moves = True
    done = "moved"
    neutral: ClassVar = {"share": 0.0}
    whole = True
    share: Annotated[Share, Meta(description="largest move, as a share of the height and of the width")] = 0.1


class Crop(Augmentation, frozen=True, kw_only=True):
    """Cut a part out of images, anywhere, and enlarge it to the whole size."""

    suits = ("image",)
    moves = True
    done = "cropped"
    neutral: ClassVar = {"smallest": 1.0}
    smallest: Annotated[float, Meta(gt=0.0, le=1.0, description="height and width of the smallest part, as shares")] = (
        0.8
    )


class Rotate(Augmentation, frozen=True, kw_only=True):
    """Turn images about their middle."""

    suits = ("image",)
    moves = True
    done = "rotated"
    neutral: ClassVar = {"degrees": 0.0}
    degrees: Degrees = 15.0


class Scale(Augmentation, frozen=True, kw_only=True):
    """Enlarge or shrink images about their middle."""

    suits = ("image",)
    moves = True
    done = "scaled"
    neutral: ClassVar = {"smallest": 1.0, "largest": 1.0}
    smallest: Annotated[float, Meta(ge=0.1, le=1.0, description="smallest factor on the size")] = 0.9
    largest: Annotated[float, Meta(ge=1.0, le=10.0, description="largest factor on the size")] = 1.1


class Shear(Augmentation, frozen=True, kw_only=True):
    """Move the rows of images sideways, the more the farther they are from the middle."""

    suits = ("image",)
    moves = True
    done = "sheared"
    neutral: ClassVar = {"degrees": 0.0}
    degrees: Annotated[float, Meta(ge=0.0, le=60.0, description="largest slant, to either side")] = 10.0
