"""Tables: of features, of texts, of series."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from graph.recipe.data.options import (
    Bad,
    Column,
    Columns,
    Decimal,
    Held,
    Longest,
    Lowercase,
    Path,
    Separator,
    Share,
    Unit,
    Vocabulary,
)
from graph.recipe.data.source import Source


class TableFile(Source, frozen=True, kw_only=True):
    """A table: the field x holds a row's features, y what is to be found from them."""

    subject = "path"
    suffixes = (".csv", ".tsv", ".parquet")
    usage = "a table (.csv, .tsv, .parquet)"
    path: Path
    target: Annotated[
        Column, Meta(description="column to be found; empty: the one called target, label, class or y, else the last")
    ] = ""
    fields: Annotated[
        Literal["vector", "each"],
        Meta(description="vector: features as x, target as y; each: a field a column"),
    ] = "vector"
    ignore: Annotated[Columns, Meta(description="columns to leave aside")] = ()
    categories: Annotated[Columns, Meta(description="columns whose numbers name categories")] = ()
    numbers: Annotated[Columns, Meta(description="columns that are numbers also where zeros stand in front")] = ()
    encoding: Annotated[
        Literal["one-hot", "index"], Meta(description="how features that are categories become numbers")
    ] = "one-hot"
    missing: Annotated[
        Literal["refuse", "drop", "mean", "category"],
        Meta(description="what becomes of empty cells; mean: of the training rows; category: one of its own"),
    ] = "refuse"
    split: Held = "stratified"
    standardize: Annotated[
        bool, Meta(description="bring number features to mean 0 and deviation 1, by the training rows alone")
    ] = True
    group: Annotated[Column, Meta(description="column whose equal values stay in one part")] = ""
    time: Annotated[Column, Meta(description="column by which the latest rows are validated and tested on")] = ""
    part: Annotated[Column, Meta(description="column that says train, val or test")] = ""
    test_share: Share = 0.0
    separator: Separator = "auto"
    decimal: Decimal = "auto"


class TextTable(Source, frozen=True, kw_only=True):
    """Texts in one column of a table, what they are labelled with in another."""

    prefix = "text:"
    subject = "path"
    suffixes = (".csv", ".tsv", ".parquet")
    usage = "text:TABLE"
    path: Path
    split: Held = "stratified"
    column: Annotated[Column, Meta(description="column of the texts; empty: the one called text")] = ""
    target: Annotated[Column, Meta(description="column of the labels; empty: the one called label")] = ""
    unit: Unit = "words"
    vocabulary: Vocabulary = 10_000
    max_length: Longest = 256
    lowercase: Lowercase = True
    bad_items: Bad = "refuse"
    part: Annotated[Column, Meta(description="column that says train, val or test")] = ""
    test_share: Share = 0.0
    separator: Separator = "auto"


class SeriesFile(Source, frozen=True, kw_only=True):
    """Windows over the rows of a table in their order: x holds the rows seen, y those that follow."""

    prefix = "series:"
    subject = "path"
    suffixes = (".csv", ".tsv", ".parquet")
    usage = "series:TABLE"
    path: Path
    targets: Annotated[Columns, Meta(description="columns to foretell; empty: the last")] = ()
    ignore: Annotated[Columns, Meta(description="columns to leave aside, such as dates")] = ()
    window: Annotated[int, Meta(ge=1, le=1_000_000, description="rows that are seen")] = 24
    stride: Annotated[int, Meta(ge=1, le=1_000_000, description="rows from one window to the next")] = 1
    horizon: Annotated[int, Meta(ge=1, le=1_000_000, description="rows that are foretold")] = 1
    time: Annotated[Column, Meta(description="column to sort the rows by; empty: they are in order")] = ""
    standardize: Annotated[
        bool, Meta(description="bring the columns seen to mean 0 and deviation 1, by the training rows alone")
    ] = True
    test_share: Share = 0.0
    separator: Separator = "auto"
    decimal: Decimal = "auto"
