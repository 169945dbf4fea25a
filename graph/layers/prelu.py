"""An activation function with a learned parameter."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.errors import Fix, ShapeError
from graph.fields import Positive, parameters_of
from graph.layer import Code, Layer, Op, Value, Weight, expect_fixed, expect_float
from graph.tensor import TensorType


class PReLU(Layer):
    """Keep positive values, scale negative ones by a learned factor."""

    category = "Activation"
    keywords = ("parametric", "rectifier", "leaky")
    typical = ("N,6,5",)
    num_parameters: Annotated[Positive, Meta(description="1, or the number of channels for a factor each")] = 1
    init: Annotated[float, Meta(ge=-1e6, le=1e6, description="initial factor")] = 0.25

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "PReLU")
        if self.num_parameters == 1:
            return x
        channels = expect_fixed(x.shape[1], "PReLU", "the channel axis") if x.rank > 1 else 1
        if channels != self.num_parameters:
            raise ShapeError(
                f"PReLU has num_parameters={self.num_parameters} for {channels} channels; use {channels} or 1.",
                "x",
                Fix("Set num_parameters=1", "set_parameters", {"parameters": {"num_parameters": 1}}),
            )
        return x

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        return {"weight": Weight((self.num_parameters,))}

    def torch(self, code: Code, x: Value) -> str:
        return f"{code.module('nn.PReLU', **parameters_of(self))}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        slope, rank = op.weight("weight"), op.inputs[0].rank
        if self.num_parameters > 1 and rank > 2:
            slope = op.Reshape(slope, op.constant([self.num_parameters, *[1] * (rank - 2)]))
        return op.PRelu(x, slope)
