"""What a form is about: where its values come from, and how they are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any


class Subject(ABC):
    """The values of a form's fields in the document. A form writes inside an edit of its own."""

    @abstractmethod
    def values(self) -> Mapping[str, Any]:
        """What the fields show; ``MIXED`` where several things differ."""

    @abstractmethod
    def write(self, field: str, value: Any) -> None:
        """Give a field another value.

        Raises:
            LayerloomError: it is wrong.
        """

    @abstractmethod
    def label(self, field: str) -> str:
        """What the history calls a change of a field."""

    def differs(self, field: str) -> bool:
        """Whether a field is other than its default."""
        return False

    def reset(self, field: str) -> None:
        """Give a field its default; asked of one that ``differs`` alone."""
        raise NotImplementedError(field)

    def swept(self, field: str) -> str:
        """What a sweep calls a field; "" where none can vary it."""
        return ""

    def live(self) -> Mapping[str, str]:
        """What the fields amount to that hold expressions, by field."""
        return {}
