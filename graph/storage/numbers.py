"""Numbers as a file has them."""

from __future__ import annotations


def number(value: float) -> float | int:
    """A coordinate without a fraction that says nothing."""
    return int(value) if value.is_integer() else round(value, 3)
