"""What several kinds of data can be set to, each with what a form says of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

LONGEST = 4096
Path = Annotated[str, Meta(max_length=LONGEST, description="where the data is")]
Column = Annotated[str, Meta(max_length=400)]
Columns = tuple[Column, ...]
Share = Annotated[float, Meta(ge=0.0, lt=1.0, description="share of the samples held out to test on")]
Bad = Annotated[
    Literal["refuse", "skip"],
    Meta(description="refuse: a bad item ends the reading; skip: it is left out and counted"),
]
Held = Annotated[
    Literal["random", "stratified"],
    Meta(description="how samples to validate on are chosen; stratified: the same share of every class"),
]
Pixels = Annotated[int, Meta(ge=1, le=16384)]
ImageSize = Annotated[
    tuple[Pixels, ...], Meta(max_length=2, description="height and width to bring images to; empty: all must be alike")
]
Colour = Annotated[
    Literal["auto", "grey", "rgb"], Meta(description="auto: grey where every image is grey, else red, green and blue")
]
Labels = Annotated[
    Column, Meta(description="a .csv file in the folder with the columns file and label; empty: a subfolder is a class")
]
Separator = Annotated[
    Literal["auto", ",", ";", "tab", "|", "space"], Meta(description="what stands between the columns of a text file")
]
Decimal = Annotated[Literal["auto", ".", ","], Meta(description="what stands before the fraction of a number")]
Unit = Annotated[
    Literal["words", "characters", "subwords"],
    Meta(description="what a token is; subwords: frequent parts of words (BPE), learned from the training texts"),
]
Vocabulary = Annotated[
    int, Meta(ge=1, le=10_000_000, description="how many tokens to tell apart: the most frequent in the training texts")
]
Longest = Annotated[int, Meta(ge=1, le=1_000_000, description="tokens of a text that are kept")]
Lowercase = Annotated[bool, Meta(description="do not tell small and capital letters apart")]
