"""What a test knows of a value and its type does not say."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def there(value: T | None) -> T:
    """The value, which is there."""
    assert value is not None
    return value


def as_a(kind: type[T], value: object) -> T:
    """The value, which is of this kind."""
    assert isinstance(value, kind), value
    return value


def known(value: Any) -> Any:
    """A layer with its own fields, a module with its own parts: named in a drawing, so that no type has them."""
    return value
