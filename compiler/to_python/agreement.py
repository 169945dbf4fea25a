"""Sizes that are equal wherever a block is used, though no rule of arithmetic says so: ``kernel // 2`` keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.dims import Dim, Sym, is_fixed, valued
from graph.layer import Layer
from graph.tensor import TensorType


class Agreement:
    """Writes a size behind a window as the first one met that equals it in every use of a block.

    So it does with channels that are computed, such as those of zeros put beside others: where a parameter of the block
    equals them in every use, they are this parameter.
    ``uses`` holds for each use what the block's parameters and the named sizes of its inputs are there.
    """

    def __init__(
        self, uses: Sequence[Mapping[str, Any]], inputs: Sequence[TensorType], parameters: Iterable[Any] = ()
    ) -> None:
        self.uses = uses
        self._channels = {self._in_uses(known): known for known in parameters if isinstance(known, Sym)}
        self._met: dict[tuple[int, tuple[Dim, ...]], Dim] = {}
        for kind in inputs:
            self._agree(kind)

    def __call__(self, layer: Layer, types: tuple[TensorType, ...]) -> tuple[TensorType, ...]:
        """The types that leave a layer, those of windows written as what was met before."""
        if layer.window() is not None:
            return tuple(self._agree(kind) for kind in types)
        counted = tuple(self._counted(kind) for kind in types)
        return tuple(self._agree(kind) for kind in counted) if "enlarges" in layer.traits else counted

    def _agree(self, kind: TensorType) -> TensorType:
        image = [self._met.setdefault((axis, self._in_uses(dim)), dim) for axis, dim in enumerate(kind.shape[2:])]
        return TensorType((*kind.shape[:2], *image), kind.dtype)

    def _counted(self, kind: TensorType) -> TensorType:
        channels = kind.shape[1] if kind.rank > 1 else 0
        if not isinstance(channels, Sym) or not is_fixed(channels) or str(channels).isidentifier():
            return kind
        known = self._channels.get(self._in_uses(channels), channels)
        return TensorType((kind.shape[0], known, *kind.shape[2:]), kind.dtype)

    def _in_uses(self, dim: Dim) -> tuple[Dim, ...]:
        return tuple(valued(dim, use) for use in self.uses)
