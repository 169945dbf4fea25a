"""Sizes that are equal wherever a block is used, though no rule of arithmetic says so: ``kernel // 2`` keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.dims import Dim, valued
from graph.layer import Layer
from graph.tensor import TensorType


class Agreement:
    """Writes a size behind a window as the first one met that equals it in every use of a block.

    ``uses`` holds for each use what the block's parameters and the named sizes of its inputs are there.
    """

    def __init__(self, uses: Sequence[Mapping[str, Any]], inputs: Sequence[TensorType]) -> None:
        self.uses = uses
        self._met: dict[tuple[int, tuple[Dim, ...]], Dim] = {}
        for kind in inputs:
            self._agree(kind)

    def __call__(self, layer: Layer, types: tuple[TensorType, ...]) -> tuple[TensorType, ...]:
        """The types that leave a layer, those of windows written as what was met before."""
        slides = layer.window() is not None or "enlarges" in layer.traits
        return tuple(self._agree(kind) for kind in types) if slides else types

    def _agree(self, kind: TensorType) -> TensorType:
        image = [self._met.setdefault((axis, self._in_uses(dim)), dim) for axis, dim in enumerate(kind.shape[2:])]
        return TensorType((*kind.shape[:2], *image), kind.dtype)

    def _in_uses(self, dim: Dim) -> tuple[Dim, ...]:
        return tuple(valued(dim, use) for use in self.uses)
