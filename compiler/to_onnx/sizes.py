"""At which sizes a model is run: small ones, odd ones, primes, multiples, and those a large window needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from graph.dims import Dim, substitute, symbols
from graph.document import Document
from graph.storage.loom import dumps, loads
from graph.tensor import TensorType

LADDER = (
    1, 2, 3, 5, 7, 8, 13, 14, 16, 26, 31, 41, 64, 97, 128, 199, 256, 311, 512, 700, 1024, 1601, 2048, 4096, 6007,
    8192, 16384, 20011, 32768, 65536, 100003, 131072, 262144, 500009, 1048576,
)  # fmt: skip
MOST_VALUES = 2**22  # of an input, so that the search itself needs no more memory than the model
FEW_VALUES = 2**14  # of inputs that cost nothing to compare on
STEPS = (1, 3, 6, 8, 11)  # how far up the ladder from the smallest size that fits


class Sizes:
    """The named sizes of a drawing's inputs, and which numbers fit the drawing.

    A number fits where the drawing with this number in place of the name has no problem, and every tensor the size
    that it has by name: a ``Slice`` up to 10 of a named axis takes for granted that there are 10.
    """

    def __init__(self, document: Document, inputs: Mapping[str, TensorType], outputs: Sequence[str]) -> None:
        self._document = document
        self._inputs = inputs
        self.names = sorted(symbols(dim for kind in inputs.values() for dim in kind.shape) - {"N"})
        self._needed = document.model.upstream(outputs) - set(outputs)
        self._copy = loads(dumps(document)) if self.names else document

    def candidates(self) -> Iterator[dict[str, int]]:
        """Sizes to try, smallest first: all names near each other, then far apart; none of them is too large."""
        if not self.names:
            yield {}
            return
        diagonal = [[base + place for place in range(len(self.names))] for base in range(len(LADDER))]
        apart = product(range(0, len(LADDER), 4), repeat=min(len(self.names), 3)) if len(self.names) > 1 else ()
        most = max(MOST_VALUES, 4 * (self._values(self._at(diagonal[0])) or 0))
        for steps in (*diagonal, *sorted(apart, key=sum)):
            sizes = self._at(steps)
            count = self._values(sizes)
            if count is not None and count <= most and self._fits(sizes):
                yield sizes

    def larger(self, first: Mapping[str, int]) -> Iterator[dict[str, int]]:
        """More sizes that fit, as many as cost little beside the first; which name has the larger one changes."""
        base = [LADDER.index(first[name]) for name in self.names]
        room = max(FEW_VALUES, 3 * (self._values(first) or 0))
        for turn, step in enumerate(STEPS if self.names else ()):
            sizes = self._at([at + step for at in base[:: (1, -1)[turn % 2]]])
            count = self._values(sizes)
            if count is None:
                continue
            room -= count
            if room < 0 and step > STEPS[0]:
                return
            if self._fits(sizes):
                yield sizes

    def _at(self, steps: Sequence[int]) -> dict[str, int]:
        rest = len(self.names) - len(steps)
        places = [*steps, *[steps[-1]] * rest] if steps else []
        return {name: LADDER[min(at, len(LADDER) - 1)] for name, at in zip(self.names, places, strict=True)}

    def _values(self, sizes: Mapping[str, int]) -> int | None:
        """How many values the inputs have for one sample; nothing where a size is none, such as ``T - 3`` for T=2."""
        try:
            shapes = [kind.sized({**sizes, "N": 1}) for kind in self._inputs.values()]
        except ZeroDivisionError:
            return None
        return sum(map(prod, shapes)) if all(size >= 1 for shape in shapes for size in shape) else None

    def _fits(self, sizes: Mapping[str, int]) -> bool:
        """Whether the drawing holds at these sizes what it says of its shapes."""
        with self._copy.edit("Sizes"):
            for name, kind in self._inputs.items():
                self._copy.model.set(name, shape=kind.sized({**sizes, "N": 1})[1:])
        named, found = self._document.types(), self._copy.types()
        return all(name in found and _same(named[name], found[name], sizes) for name in self._needed)


def _same(named: Sequence[TensorType], found: Sequence[TensorType], sizes: Mapping[str, int]) -> bool:
    return all(
        _numbers(kind.shape, sizes) == _numbers(other.shape, sizes) for kind, other in zip(named, found, strict=True)
    )


def _numbers(shape: Sequence[Dim], sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape for a batch of a size that is no other's."""
    return tuple(substitute(dim, {**sizes, "N": 7919}) for dim in shape)
