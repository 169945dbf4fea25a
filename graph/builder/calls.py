"""A method for each kind of layer, called as in ``torch.nn`` but in small letters: ``conv2d``, ``batchnorm2d``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from graph.catalog import catalog


@lru_cache(maxsize=1)
def methods() -> Mapping[str, str]:
    """The kinds of layers by the names of their methods."""
    return MappingProxyType(
        {kind.lower(): kind for kind, cls in catalog().items() if cls.role in ("layer", "objective")}
    )


class Calls:
    """Has a method for each kind of layer, which hands its arguments to ``_call``."""

    def _call(self, kind: str, *arguments: Any, **options: Any) -> Any:
        raise NotImplementedError

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in methods():
            raise AttributeError(f"There is no layer '{name}'; layers are methods in small letters, such as conv2d.")
        return partial(self._call, methods()[name])

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *methods()]


class SheetCalls(Calls):
    """The methods of a sheet: what feeds the layer comes first."""


class ValueCalls(Calls):
    """The methods of a value, which feeds the layer's first port."""
