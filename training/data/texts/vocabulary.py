"""The numbers of tokens: 0 fills up, 1 is whatever the training texts do not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from training.data.dataset import Array, Reading, counted
from training.data.texts.cutting import Cutting
from training.data.texts.subwords import BEGINS, Pieces, in_pieces, learned_pieces
from training.errors import DataError
from training.runs.data_record import Learned

PADDING, UNKNOWN = "<pad>", "<unk>"
SPECIAL = (PADDING, UNKNOWN)


class Vocabulary(NamedTuple):
    """The names of tokens in the order of their numbers and, of subwords, which two become one."""

    names: list[str]
    merges: list[str]

    def tokens(self, texts: Sequence[Sequence[str]], unit: str, special: int) -> Sequence[Sequence[str]]:
        """The tokens of texts that were cut; the first ``special`` names are of nothing in a text.

        Raises:
            DataError: subwords cannot be made.
        """
        return in_pieces(texts, Pieces(self.names[special:], self.merges), UNKNOWN) if unit == "subwords" else texts


def vocabulary_of(texts: Iterable[Sequence[str]], most: int, unit: str, special: Sequence[str] = SPECIAL) -> Vocabulary:
    """The most frequent tokens behind the special ones, equally frequent ones in the order of their names; or subwords.

    Raises:
        DataError: subwords cannot be made.
    """
    if unit == "subwords":
        pieces = learned_pieces(texts, most)
        return Vocabulary([*special, *pieces.names], pieces.merges)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    for token in special:
        del counts[token]  # a text that says <unk> has no token of its own for it
    return Vocabulary([*special, *sorted(counts, key=lambda token: (-counts[token], token))[:most]], [])


def known_vocabulary(learned: Learned, field: str, special: Sequence[str] = SPECIAL) -> Vocabulary:
    """The tokens of a field as a run began with them, behind the ``special`` ones.

    Raises:
        DataError: these are not there.
    """
    if learned.names[field][: len(special)] != [*special]:
        raise DataError(f"The tokens of '{field}' that are kept with the run are damaged; start a new run.")
    return Vocabulary(learned.names[field], learned.merges.get(field, []))


def numbered(texts: Sequence[Sequence[str]], vocabulary: list[str], longest: int) -> tuple[Array, Array]:
    """The numbers (N, L) of tokens, 0 behind the last, and how many each text has (N,)."""
    numbers = {token: number for number, token in enumerate(vocabulary)}
    unknown = vocabulary.index(UNKNOWN)
    tokens = np.full((len(texts), longest), vocabulary.index(PADDING), dtype=np.int64)
    lengths = np.array([min(len(text), longest) for text in texts], dtype=np.int64)
    for place, text in enumerate(texts):
        tokens[place, : lengths[place]] = [numbers.get(token, unknown) for token in text[:longest]]
    return tokens, lengths


def tell_cutting(how: Cutting, asked: Cutting, reading: Reading) -> None:
    """Say how texts become subwords, and where they are cut in another way than is ``asked`` for."""
    if how != asked:
        letters = (
            "" if how.lowercase == asked.lowercase else f", {'' if how.lowercase else 'not '}brought to lower case"
        )
        reading.tell(f"Texts are cut into {how.unit}{letters}, as those that the run began with, whatever is set now.")
    if how.unit == "subwords":
        reading.tell(
            f"Texts are cut into subwords, which byte-pair encoding learned from the training texts: {BEGINS} stands "
            "for the spaces before a word."
        )


def tell_vocabulary(
    texts: Sequence[Sequence[str]],
    tokens: Array,
    vocabulary: Sequence[str],
    longest: int,
    training: int,
    reading: Reading,
    side: str = "",
) -> None:
    """Say how many tokens there are and what became of long texts and rare tokens."""
    of = f" of {side}" if side else ""
    known = reading.learned is not None and bool(reading.learned.names)
    whose = "those that the run began with" if known else f"from the {counted(training, 'training text')}"
    reading.tell(
        f"The vocabulary{of} has {len(vocabulary):,} tokens, {whose}: 0 fills up, 1 stands for every other; texts have "
        f"{longest:,} tokens."
    )
    if cut_off := sum(len(text) > longest for text in texts):
        reading.tell(f"{counted(cut_off, 'text')} of {len(texts):,} cut off after {longest:,} tokens.")
    unknown = int((tokens == 1).sum())
    share = unknown / max(1, int((tokens != 0).sum()))
    if unknown:
        reading.tell(f"{share:.1%} of the tokens are not in the vocabulary.")
