"""Folders of images, recordings and texts."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from graph.recipe.data.options import (
    Bad,
    Colour,
    Held,
    ImageSize,
    Labels,
    Longest,
    Lowercase,
    Path,
    Share,
    Unit,
    Vocabulary,
)
from graph.recipe.data.source import Source


class ImageFolder(Source, frozen=True, kw_only=True):
    """Images in a folder a class, perhaps in train, val and test above these, or with their labels in a table."""

    prefix = "images:"
    subject = "path"
    usage = "images:FOLDER (a subfolder a class)"
    path: Path
    labels: Labels = ""
    split: Held = "stratified"
    size: ImageSize = ()
    colour: Colour = "auto"
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class AudioFolder(Source, frozen=True, kw_only=True):
    """Recordings in a folder a class, perhaps in train, val and test above these; all at one rate and of one length."""

    prefix = "audio:"
    subject = "path"
    usage = "audio:FOLDER (a subfolder a class)"
    path: Path
    labels: Labels = ""
    rate: Annotated[int, Meta(ge=100, le=768_000, description="values a second that recordings are brought to")] = (
        16_000
    )
    seconds: Annotated[
        float, Meta(gt=0.0, le=86_400.0, description="how much of a recording is kept; shorter ones end in silence")
    ] = 1.0
    split: Held = "stratified"
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class MaskFolder(Source, frozen=True, kw_only=True):
    """Images beside the masks of their names, in the folders images and masks."""

    prefix = "masks:"
    subject = "path"
    usage = "masks:FOLDER (with images and masks)"
    path: Path
    size: ImageSize = ()
    colour: Colour = "auto"
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class TextFolder(Source, frozen=True, kw_only=True):
    """Texts in .txt files, in a folder a class, perhaps in train, val and test above these."""

    prefix = "text:"
    subject = "path"
    usage = "text:FOLDER (a subfolder a class)"
    path: Path
    split: Held = "stratified"
    unit: Unit = "words"
    vocabulary: Vocabulary = 10_000
    max_length: Longest = 256
    lowercase: Lowercase = True
    bad_items: Bad = "refuse"
    test_share: Share = 0.0
