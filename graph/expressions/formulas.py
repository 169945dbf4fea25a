"""Values that only each use of a block knows, where they are more than a size: ``p * 2``, ``stride == 1``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import NoReturn

from graph.errors import UndecidedError


class Symbolic(ABC):
    """What stands for a value until the names in it have theirs; ``str`` of it is an expression."""

    __slots__ = ()

    @property
    @abstractmethod
    def leaves(self) -> Mapping[str, Symbolic]:
        """The names in it, and what stands for each alone."""

    def __format__(self, spec: str) -> str:
        return str(self)


class Formula(Symbolic):
    """An expression over block parameters that is more than a size; immutable, compared by its text."""

    __slots__ = ("_leaves", "text")

    def __init__(self, text: str, leaves: Mapping[str, Symbolic] | None = None) -> None:
        self.text = text
        self._leaves = leaves

    @property
    def leaves(self) -> Mapping[str, Symbolic]:
        return {self.text: self} if self._leaves is None else self._leaves

    def __eq__(self, other: object) -> bool:
        """Whether both are one expression; what they are of may be equal all the same.

        Raises:
            UndecidedError: the other is a plain value, and so the answer is another in each use.
        """
        if isinstance(other, bool | int | float | str):
            self._refuse()
        return isinstance(other, Formula) and self.text == other.text

    def __hash__(self) -> int:
        return hash((Formula, self.text))

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _refuse(self, _: object = None) -> NoReturn:
        raise UndecidedError(f"The value {self} is not known here, so nothing can be computed from it or depend on it.")

    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __index__ = __int__ = __float__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __neg__ = __abs__ = _refuse


def is_symbolic(value: object) -> bool:
    """Whether a value, or one of a list, is known in each use of a block only."""
    if isinstance(value, tuple):
        return any(isinstance(item, Symbolic) for item in value)
    return isinstance(value, Symbolic)
