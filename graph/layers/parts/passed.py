"""What stands in the place of a layer that is not there: its first input goes on unchanged."""

from __future__ import annotations

from typing import Any, Self

from graph.layer import Code, Layer, Value
from graph.tensor import TensorType


class Passed(Layer):
    """Passes its first input on; ``results`` are the output ports of the layer in whose place it stands."""

    traits = frozenset({"reshapes", "elementwise"})
    results: tuple[str, ...] = ("out",)

    @classmethod
    def of(cls, layer: Layer) -> Self:
        """What a layer is where its condition does not hold."""
        return cls(results=layer.output_names())

    def output_names(self) -> tuple[str, ...]:
        return self.results

    def infer(self, *x: TensorType | None) -> TensorType:
        return next(kind for kind in x if kind is not None)

    def torch(self, code: Code, *x: Value | None) -> str:
        return next(value for value in x if value is not None)

    def onnx(self, op: Any, *x: Any) -> Any:
        return next(value for value in x if value is not None)
