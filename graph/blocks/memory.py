"""What is worked out about blocks, kept until one of them changes: large drawings use a block again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from copy import copy
from typing import Any, TypeVar

import msgspec

from graph.dims import Constant, Dim, Sym, symbols
from graph.errors import LayerloomError
from graph.layers.block import BlockLayer
from graph.tensor import TensorType

T = TypeVar("T")
MAX_WEIGHT = 200_000


class Memory:
    """Answers by question; a refusal is an answer too. ``MAX_WEIGHT`` nodes are kept at most."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}
        self._weight = 0

    def recall(self, question: Hashable, work: Callable[[], T], weigh: Callable[[T], int] = lambda _: 1) -> T:
        """The answer to a question, from ``work`` where it is asked for the first time.

        Raises:
            LayerloomError: ``work`` did.
        """
        if question not in self._answers:
            try:
                answer: T | LayerloomError = work()
            except LayerloomError as error:
                answer = error
            self._keep(question, answer, 1 if isinstance(answer, LayerloomError) else weigh(answer))
            if not isinstance(answer, LayerloomError):
                return answer
        found = self._answers[question]
        if isinstance(found, LayerloomError):
            raise copy(found) from None  # the one that is kept gathers no tracebacks
        known: T = found
        return known

    def forget(self) -> None:
        """Drop everything: a block has changed."""
        self._answers.clear()
        self._weight = 0

    def _keep(self, question: Hashable, answer: object, weight: int) -> None:
        if self._weight + weight > MAX_WEIGHT:
            self.forget()
        self._weight += weight
        self._answers[question] = answer


def use_of(layer: BlockLayer, inputs: Sequence[TensorType | None]) -> Hashable:
    """What tells one use of a block from another: its parameters and what arrives at it.

    Names that stand for a number whenever the model is built are told from those that do not, equal as they are.
    """
    values = [tuple(value.items()) if isinstance(value, dict) else value for value in msgspec.structs.astuple(layer)]
    arguments: Iterable[Any] = layer.arguments.values()  # sizes, where code is written for all uses
    dims: list[Dim] = [dim for kind in inputs if kind is not None for dim in kind.shape]
    dims += [value for value in arguments if isinstance(value, Sym)]
    fixed = frozenset(name for name in symbols(dims) if isinstance(name, Constant))
    return type(layer), *values, *inputs, fixed
