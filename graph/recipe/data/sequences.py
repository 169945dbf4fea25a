"""Texts with an answer a token, or a text as the answer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from graph.recipe.data.options import Bad, Longest, Lowercase, Path, Share, Unit, Vocabulary
from graph.recipe.data.source import Source

Column = Annotated[int, Meta(ge=0, le=100)]


class TaggedText(Source, frozen=True, kw_only=True):
    """Sentences with a tag a word, a line a word, as in CoNLL; perhaps in files called train, dev and test."""

    prefix = "tagged:"
    subject = "path"
    suffixes = (".conll", ".conllu", ".iob", ".bio")
    folders = True
    usage = "tagged:FILE (or a FOLDER of them)"
    path: Path
    word_column: Annotated[
        Column, Meta(description="which column holds the words; 0: the first, in .conllu the second")
    ] = 0
    tag_column: Annotated[
        Column, Meta(description="which column holds the tags; 0: the last, in .conllu the fourth")
    ] = 0
    vocabulary: Vocabulary = 10_000
    max_length: Longest = 256
    lowercase: Lowercase = True
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class TextPairs(Source, frozen=True, kw_only=True):
    """Pairs of texts, a line a pair with a tab between them: one is read, the other written, as in translation."""

    prefix = "pairs:"
    subject = "path"
    suffixes = (".tsv", ".txt")
    usage = "pairs:FILE (a tab between the texts)"
    path: Path
    unit: Unit = "words"
    vocabulary: Vocabulary = 10_000
    max_length: Longest = 64
    lowercase: Lowercase = True
    bad_items: Bad = "refuse"
    test_share: Share = 0.0
