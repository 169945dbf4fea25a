"""Arrays: those that come along or are made by code, and those in IDX, NPZ and NPY files."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from graph.recipe.data.options import Held, Path
from graph.recipe.data.source import Source


class Digits(Source, frozen=True, kw_only=True):
    """1,797 handwritten digits of 8 x 8 pixels, which come along."""

    word = "digits"
    usage = "digits"
    split: Held = "random"


class FashionMnist(Source, frozen=True, kw_only=True):
    """70,000 pieces of clothing of 28 x 28 pixels, as Debian and Ubuntu package them."""

    word = "fashion-mnist"
    usage = "fashion-mnist"
    split: Held = "random"


class Made(Source, frozen=True, kw_only=True):
    """Samples made by code, the same every time."""

    prefix = "made:"
    subject = "name"
    usage = "made:NAME (made:sine)"
    name: Annotated[str, Meta(max_length=4096, description="which of them")]
    split: Held = "random"


class IdxFolder(Source, frozen=True, kw_only=True):
    """A folder with the four IDX files MNIST was published as."""

    subject = "path"
    usage = "a folder of IDX files"
    path: Path
    split: Held = "random"


class NpzFile(Source, frozen=True, kw_only=True):
    """NumPy arrays, each a field; x_val and x_test hold other samples of x."""

    subject = "path"
    suffixes = (".npz",)
    usage = "an .npz file"
    path: Path
    split: Held = "random"


class NpyFiles(Source, frozen=True, kw_only=True):
    """A NumPy array, or a folder of them, each a field by its file's name; x_val and x_test hold other samples of x."""

    prefix = "npy:"
    subject = "path"
    suffixes = (".npy",)
    folders = True
    usage = "npy:FOLDER or an .npy file"
    path: Path
    split: Held = "random"
