"""The values that input ports take, beyond what their types say: declared by layers, checked over the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import msgspec

from graph.dims import Dim

VOID = 255  # what masks of 8 bits have where there is no class
_MOST_CLASSES = 100_000  # an index beyond is more likely no class at all


class Found(NamedTuple):
    """What a port does not take, each value with its first sample; ``low`` and ``high`` are of all that count."""

    wrong: Mapping[float, int]
    low: float
    high: float


class Refusal(NamedTuple):
    """Which value to name, and what follows it in the sentence."""

    value: float
    text: str


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The values from ``low`` to ``high``, a size counting as a number; none: without an end.

    A value equal to ``ignored`` does not count; ``never`` is one between low and high that is not taken, ``only``
    all there are. With ``within``, only so many values of each sample count as the port of that name says.
    """

    noun: ClassVar[str] = "value"
    low: float | None = 0.0
    high: Dim | float | None = None
    ignored: int | None = None
    never: int | None = None
    only: tuple[float, ...] = ()
    within: str = ""

    def refusal(self, node: str, found: Found) -> Refusal:
        """What to say of values that ``node`` does not take."""
        value = found.high if found.high in found.wrong else next(iter(found.wrong))
        return Refusal(value, f", but '{node}' takes {self._range()}; correct the data")

    def _range(self) -> str:
        return f"values from {self.low} to {self.high}"


class ClassIndices(Accepted, frozen=True, kw_only=True):
    """The classes of scores: ``ignorable`` where the layer has an ``ignore_index``; ``never`` is the blank."""

    noun = "label"
    ignorable: bool = True

    def refusal(self, node: str, found: Found) -> Refusal:
        wrong = sorted(found.wrong)
        if wrong[0] < 0:
            return Refusal(wrong[0], f", but class indices count from 0; {self._below(node, wrong)}correct the data")
        if self.never is not None and wrong == [self.never]:
            return Refusal(self.never, f", which is the blank of '{node}'; number the labels without it, or set blank")
        assert isinstance(self.high, int)
        classes = f"'{node}' gets scores of {self.high + 1} classes (0 to {self.high})"
        if self.ignorable and wrong == [VOID]:
            text = f", the usual mark for what has no class (void), but {classes}; set ignore_index={VOID} in '{node}'"
            return Refusal(VOID, text)
        if self.never is None and found.low == 1 and found.high == self.high + 1:
            text = f", but class indices count from 0 and {classes}; subtract 1 from the labels, which count from 1"
            return Refusal(found.high, text)
        return self._beyond(node, classes, wrong)

    def _below(self, node: str, wrong: list[float]) -> str:
        if not self.ignorable or len(wrong) > 1:
            return ""
        return f"set ignore_index={wrong[0]:.0f} in '{node}' if it marks what does not count, or "

    def _beyond(self, node: str, classes: str, wrong: list[float]) -> Refusal:
        void = self.ignorable and wrong[-1] == VOID
        value = wrong[-2] if void else wrong[-1]
        also = f" and set ignore_index={VOID} in '{node}' for what has no class (void)" if void else ""
        outputs = f"give the last layer {value + 1:.0f} outputs{also}, or " if value < _MOST_CLASSES else ""
        return Refusal(value, f", but {classes}; {outputs}correct the data")


class Indices(Accepted, frozen=True, kw_only=True):
    """The rows of a table, whose size is the parameter ``size``."""

    noun = "index"
    size: str = "num_embeddings"

    def refusal(self, node: str, found: Found) -> Refusal:
        if found.low < 0:
            return Refusal(found.low, ", but indices count from 0; give what is padding an index of its own")
        assert isinstance(self.high, int)
        text = f", but '{node}' has {self.size}={self.high + 1} (0 to {self.high})"
        return Refusal(found.high, f"{text}; set {self.size}={found.high + 1:.0f} or correct the data")


class Places(Accepted, frozen=True, kw_only=True):
    """Where along a tensor something stands."""

    noun = "index"

    def refusal(self, node: str, found: Found) -> Refusal:
        if found.low < 0:
            return Refusal(found.low, f", but the places of '{node}' count from 0; correct the data")
        return Refusal(found.high, f", but '{node}' has places 0 to {self.high} there; correct the data")


class Probabilities(Accepted, frozen=True, kw_only=True):
    """What lies between 0 and 1."""

    # A little more than 0 to 1: images that were resized come out of it by a rounding.
    low: float | None = -1e-6
    high: Dim | float | None = 1 + 1e-6
    instead: str = ""

    def refusal(self, node: str, found: Found) -> Refusal:
        remedy = f"scale the data to 0 to 1{self.instead}"
        return Refusal(next(iter(found.wrong)), f", but '{node}' takes probabilities from 0 to 1; {remedy}")


class LogProbabilities(Accepted, frozen=True, kw_only=True):
    """Logarithms of probabilities, which are never positive."""

    low: float | None = None
    high: Dim | float | None = 0.0

    def refusal(self, node: str, found: Found) -> Refusal:
        text = f", but '{node}' takes logarithms of probabilities, which are never above 0; turn log_target off"
        return Refusal(next(iter(found.wrong)), f"{text}, or correct the data")


class Marks(Accepted, frozen=True, kw_only=True):
    """1 or -1 and nothing between."""

    noun = "mark"
    low: float | None = -1.0
    high: Dim | float | None = 1.0
    only: tuple[float, ...] = (1.0, -1.0)

    def refusal(self, node: str, found: Found) -> Refusal:
        remedy = "write -1 for 0" if list(found.wrong) == [0] else "correct the data"
        text = f", but '{node}' takes 1 for pairs that are alike and -1 for those that are not; {remedy}"
        return Refusal(next(iter(found.wrong)), text)


class Lengths(Accepted, frozen=True, kw_only=True):
    """How many elements of each sequence count; ``what`` they are."""

    noun = "length"
    what: str = "steps"

    def refusal(self, node: str, found: Found) -> Refusal:
        value = found.low if found.low in found.wrong else found.high
        if self.high is None:
            return Refusal(value, f", but lengths begin at {self.low:.0f}; correct the data")
        sizes = f"'{node}' gets sequences of {self.high} {self.what}"
        return Refusal(value, f", but {sizes}; lengths are {self.low:.0f} to {self.high}: correct the data")


class LabelCounts(Lengths, frozen=True, kw_only=True):
    """How many of a sequence's ``labels`` count, which have to fit into its ``steps``, both ports: as CTC has it.

    There is a step for each label, and one more between two that are equal. Where ``tolerant``, samples without room
    do not count, but some have to.
    """

    steps: str
    labels: str
    tolerant: bool = False

    def no_room(self, node: str, sample: int, labels: int, needed: int, steps: int) -> str:
        """What to say of a sample whose labels do not fit."""
        leave = f"set zero_infinity in '{node}' to leave such samples out, or correct the data"
        remedy = "correct the data, of which no sample fits" if self.tolerant else leave
        return (
            f"'{node}' gets {_several(labels, 'label')} for {_several(steps, 'step')} in sample {sample}, but needs "
            f"{_several(needed, 'step')} for them, one a label and one between equal ones; {remedy}."
        )


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
