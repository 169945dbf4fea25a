"""What flows along a wire: a shape and a dtype."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from graph.dims import Dim, substitute, symbol

DType = Literal["float32", "int64", "bool"]
BATCH = symbol("N")


class TensorType(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """The type of a tensor; ``shape`` holds integers and symbolic sizes, the batch size being ``N``."""

    shape: tuple[Dim, ...]
    dtype: DType = "float32"

    @property
    def rank(self) -> int:
        return len(self.shape)

    def sized(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape in integers, with ``sizes`` for its names."""
        return tuple(substitute(dim, sizes) for dim in self.shape)

    def __str__(self) -> str:
        shape = format_shape(self.shape)
        return shape if self.dtype == "float32" else f"{shape} {self.dtype}"


def format_shape(shape: tuple[Dim, ...]) -> str:
    """A shape as the user reads it: ``(N, 6, 28, 28)``, ``(N,)``, ``()``."""
    inner = ", ".join(str(dim) for dim in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"
