"""Normalization of each sample by itself, whatever the batch."""

from __future__ import annotations

from typing import Annotated, Any, Union

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import Fix, ShapeError
from graph.fields import Positive
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank, known
from graph.layers.norm import Epsilon, ScaleInit
from graph.layers.parts.initialize import Biased, Weighted
from graph.layers.parts.windows import LAYOUT
from graph.tensor import TensorType, format_shape

FLOAT32_EPS = 1.1920928955078125e-07  # what RMSNorm takes where no eps is given
LastAxes = Annotated[int, Meta(ge=1, le=7, description="how many of the last axes are normalized together")]


def last_axes(x: TensorType, count: int, layer: str) -> tuple[Dim, ...]:
    """The sizes of the axes that are normalized together: torch's ``normalized_shape``."""
    expect_float(x, layer)
    if x.rank <= count:
        raise ShapeError(
            f"{layer} has normalized_dims={count}, but {format_shape(x.shape)} has {max(x.rank - 1, 0)} axes after "
            "the batch.",
            "x",
        )
    for size in x.shape[-count:]:
        expect_fixed(size, layer, "the axes it normalizes")
    return x.shape[-count:]


def nested(value: float, shape: tuple[Dim, ...]) -> Any:
    """Lists of lists of one value."""
    made: Any = value
    for size in reversed(shape):
        assert isinstance(size, int)
        made = [made] * size
    return made


class LayerNorm(Biased):
    """Bring the last axes of each sample to mean 0 and variance 1, then scale and shift every value."""

    usual = True
    category = "Normalization"
    keywords = ("ln", "layer normalization", "transformer")
    typical = ("N,T,6",)
    weight_init: ScaleInit = "default"
    normalized_dims: LastAxes = 1
    eps: Epsilon = 1e-5
    elementwise_affine: Annotated[bool, Meta(description="learn a scale and an offset for every value")] = True
    bias: Annotated[bool, Meta(description="learn the offset too")] = True

    def infer(self, x: TensorType) -> TensorType:
        last_axes(x, self.normalized_dims, "LayerNorm")
        return x

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        shape = Weight(last_axes(x, self.normalized_dims, "LayerNorm"))
        if not self.elementwise_affine:
            return {}
        return {"weight": shape, "bias": shape} if self.bias else {"weight": shape}

    def torch(self, code: Code, x: Value) -> str:
        shape = last_axes(x.type, self.normalized_dims, "LayerNorm")
        options = self.options("normalized_dims")
        size = shape[0] if len(shape) == 1 else shape
        return f"{self.construct(code, (x.type,), 'nn.LayerNorm', size, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        shape = last_axes(op.inputs[0], self.normalized_dims, "LayerNorm")
        scale = op.weight("weight") if self.elementwise_affine else op.constant(nested(1.0, shape), "float32")
        bias = [op.weight("bias")] if self.elementwise_affine and self.bias else []
        return op.LayerNormalization(x, scale, *bias, axis=-self.normalized_dims, epsilon=self.eps)


class LayerNorm2d(Biased):
    """Bring the channels at each place of an image to mean 0 and variance 1, then scale and shift each channel.

    Source: the channels-first LayerNorm of ConvNeXt, Liu et al. 2022.
    """

    category = "Normalization"
    keywords = ("ln", "channels first", "convnext")
    typical = ("N,6,5,4",)
    weight_init: ScaleInit = "default"
    eps: Annotated[float, Meta(gt=0.0, le=1.0, description="added to the variance, against division by zero")] = 1e-6

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "LayerNorm2d")
        expect_rank(x, 4, "LayerNorm2d", LAYOUT[2])
        expect_fixed(x.shape[1], "LayerNorm2d", "the channel axis")
        return x

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        return {"weight": Weight((x.shape[1],)), "bias": Weight((x.shape[1],))}

    def torch(self, code: Code, x: Value) -> str:
        module = self.construct(code, (x.type,), "nn.LayerNorm", x.type.shape[1], eps=self.eps)
        return f"{module}({x}.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)"

    def onnx(self, op: Op, x: Any) -> Any:
        last = op.Transpose(x, perm=[0, 2, 3, 1])
        last = op.LayerNormalization(last, op.weight("weight"), op.weight("bias"), axis=-1, epsilon=self.eps)
        return op.Transpose(last, perm=[0, 3, 1, 2])


class RMSNorm(Weighted):
    """Divide the last axes of each sample by their root mean square, then scale every value."""

    category = "Normalization"
    keywords = ("root mean square", "transformer")
    typical = ("N,T,6",)
    weight_init: ScaleInit = "default"
    normalized_dims: LastAxes = 1
    eps: Annotated[
        Union[Annotated[float, Meta(gt=0.0, le=1.0)], None],
        Meta(description="added to the mean square; nothing: the smallest that counts"),
    ] = None
    elementwise_affine: Annotated[bool, Meta(description="learn a scale for every value")] = True

    def infer(self, x: TensorType) -> TensorType:
        last_axes(x, self.normalized_dims, "RMSNorm")
        return x

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        shape = Weight(last_axes(x, self.normalized_dims, "RMSNorm"))
        return {"weight": shape} if self.elementwise_affine else {}

    def torch(self, code: Code, x: Value) -> str:
        shape = last_axes(x.type, self.normalized_dims, "RMSNorm")
        options = self.options("normalized_dims")
        size = shape[0] if len(shape) == 1 else shape
        return f"{self.construct(code, (x.type,), 'nn.RMSNorm', size, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        axes = op.constant(list(range(-self.normalized_dims, 0)))
        square = op.ReduceMean(op.Mul(x, x), axes, keepdims=1)
        eps = op.constant(FLOAT32_EPS if self.eps is None else self.eps, "float32")
        normal = op.Div(x, op.Sqrt(op.Add(square, eps)))
        return op.Mul(normal, op.weight("weight")) if self.elementwise_affine else normal


class GroupNorm(Biased):
    """Bring each group of channels of each sample to mean 0 and variance 1, then scale and shift each channel."""

    category = "Normalization"
    keywords = ("gn", "group normalization")
    typical = ("N,8,5,4",)
    weight_init: ScaleInit = "default"
    num_groups: Annotated[Positive, Meta(description="groups the channels are divided into")] = 4
    eps: Epsilon = 1e-5
    affine: Annotated[bool, Meta(description="learn a scale and an offset per channel")] = True

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "GroupNorm")
        if x.rank < 2:
            raise ShapeError(f"GroupNorm expects (N, C, ...), got {format_shape(x.shape)}.", "x")
        channels = expect_fixed(x.shape[1], "GroupNorm", "the channel axis")
        if known(channels, self.num_groups) and channels % self.num_groups:
            raise ShapeError(
                f"GroupNorm has num_groups={self.num_groups}, which must divide its {channels} channels.",
                "x",
                Fix("Set num_groups=1", "set_parameters", {"parameters": {"num_groups": 1}}),
            )
        if self._values(x) == x.shape[0]:
            raise ShapeError(
                f"GroupNorm has num_groups={self.num_groups} for {channels} channels of one value each, so that every "
                "group is one value and becomes 0, whatever it is; take fewer groups.",
                "x",
                Fix("Set num_groups=1", "set_parameters", {"parameters": {"num_groups": 1}}),
            )
        return x

    def _values(self, x: TensorType) -> Dim:
        """How many values of a batch share the statistics of a group, as PyTorch counts them."""
        return product((x.shape[0], *x.shape[2:])) * (x.shape[1] // self.num_groups)

    def values_compared(self, training: bool, *inputs: TensorType | None) -> Dim | None:
        (x,) = inputs
        return self._values(x) if x else None

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        shape = Weight((x.shape[1],))
        return {"weight": shape, "bias": shape} if self.affine else {}

    def torch(self, code: Code, x: Value) -> str:
        sizes = (self.num_groups, x.type.shape[1])
        return f"{self.construct(code, (x.type,), 'nn.GroupNorm', *sizes, **self.options('num_groups'))}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        """Opset 20's own operator scales by group, not by channel."""
        groups = self.num_groups
        ones, zeros = op.constant([1.0] * groups, "float32"), op.constant([0.0] * groups, "float32")
        grouped = op.Reshape(x, op.constant([0, groups, -1]))
        y = op.Reshape(op.InstanceNormalization(grouped, ones, zeros, epsilon=self.eps), op.Shape(x))
        if not self.affine:
            return y
        shape = op.constant([-1, *[1] * (op.inputs[0].rank - 2)])
        return op.Add(op.Mul(y, op.Reshape(op.weight("weight"), shape)), op.Reshape(op.weight("bias"), shape))
