"""Transposed convolutions: learned upsampling."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import Fix, ShapeError
from graph.fields import Padding, Positive, Size, tuple_of
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank, known
from graph.layers.parts.initialize import Biased
from graph.layers.parts.windows import LAYOUT, times
from graph.tensor import TensorType, format_shape


class _ConvTranspose(Biased):
    category = "Convolution"
    traits = frozenset({"linear", "enlarges", "rearranges"})
    unit = "linear"
    features = 1
    rank: ClassVar[int]
    keywords = ("deconvolution", "upsample", "up-convolution")
    out_channels: Annotated[Positive, Meta(description="filters, one output channel each")] = 32
    kernel_size: Annotated[Size, Meta(description="extent of each filter")] = 2
    stride: Annotated[Size, Meta(description="steps between two places of a filter: how much larger it gets")] = 1
    padding: Annotated[Padding, Meta(description="values cut off on every side")] = 0
    output_padding: Annotated[Padding, Meta(description="values added at the end of each axis")] = 0
    groups: Annotated[Positive, Meta(description="channel groups that do not see each other")] = 1
    bias: Annotated[bool, Meta(description="add a learned offset to every channel")] = True
    dilation: Annotated[Size, Meta(description="steps between two values of a filter")] = 1

    def check(self) -> None:
        if self.out_channels % self.groups:
            raise ValueError(f"out_channels={self.out_channels} must be a multiple of groups={self.groups}")
        parts = (self.output_padding, self.stride, self.dilation)
        for extra, stride, dilation in zip(*(self._each(part) for part in parts), strict=False):
            if extra and extra >= max(stride, dilation):
                raise ValueError(f"output_padding={extra} must be smaller than stride={stride} or dilation={dilation}")

    def _each(self, value: Any) -> tuple[int, ...]:
        return tuple_of(value, self.rank)

    def mixes(self) -> bool:
        return self.groups == 1

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        channels = expect_fixed(x.shape[1], kind, "the channel axis")
        if known(channels, self.groups) and channels % self.groups:
            raise ShapeError(
                f"{kind} has groups={self.groups}, which must divide its {channels} input channels.",
                "x",
                Fix("Set groups=1", "set_parameters", {"parameters": {"groups": 1}}),
            )
        return TensorType((x.shape[0], self.out_channels, *self._extents(x)))

    def _extents(self, x: TensorType) -> tuple[Dim, ...]:
        """Source: the shape formula of ``torch.nn.ConvTranspose2d``."""
        parts = (self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation)
        rows = zip(x.shape[2:], *(self._each(part) for part in parts), strict=True)
        extents = tuple((size - 1) * s - 2 * p + d * (k - 1) + extra + 1 for size, k, s, p, extra, d in rows)
        if any(isinstance(extent, int) and extent < 1 for extent in extents):
            raise ShapeError(
                f"{type(self).__name__} with padding={self.padding} leaves nothing of its input "
                f"{format_shape(x.shape)}; use less padding.",
                "x",
            )
        return extents

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        kernel = (x.shape[1], self.out_channels // self.groups, *self._each(self.kernel_size))
        shapes = {"weight": Weight(kernel)}
        return {**shapes, "bias": Weight((self.out_channels,))} if self.bias else shapes

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        assert inputs[0] is not None
        per_value = (self.out_channels // self.groups) * product(self._each(self.kernel_size))
        return product(inputs[0].shape) * per_value

    def torch(self, code: Code, x: Value) -> str:
        sizes = (x.type.shape[1], self.out_channels, self.kernel_size)
        options = self.options("out_channels", "kernel_size")
        return f"{self.construct(code, (x.type,), f'nn.{type(self).__name__}', *sizes, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        padding, extra = self._each(self.padding), self._each(self.output_padding)
        # onnxruntime takes an output_padding below the stride only; the rest is cut off less at the end.
        fitting = [e if e < s else 0 for e, s in zip(extra, self._each(self.stride), strict=True)]
        behind = [p - (e - f) for p, e, f in zip(padding, extra, fitting, strict=True)]
        beyond = [max(0, -p) for p in behind]  # what no filter reaches
        if any(beyond):
            behind = [max(0, p) for p in behind]
            y = self._convolved(op, x, [], [*padding, *behind], fitting)
            y = op.Pad(y, op.constant([0] * (self.rank + 4) + beyond))
            shape = op.constant([1, -1] + [1] * self.rank)
            return op.Add(y, op.Reshape(op.weight("bias"), shape)) if self.bias else y
        bias = [op.weight("bias")] if self.bias else []
        return self._convolved(op, x, bias, [*padding, *behind], fitting)

    def _convolved(self, op: Op, x: Any, bias: list[Any], pads: list[int], fitting: list[int]) -> Any:
        return op.ConvTranspose(
            x,
            op.weight("weight"),
            *bias,
            kernel_shape=list(self._each(self.kernel_size)),
            strides=list(self._each(self.stride)),
            dilations=list(self._each(self.dilation)),
            group=self.groups,
            pads=pads,
            output_padding=fitting,
        )

    def summary(self) -> str:
        text = f"{self.out_channels}, {times(self.kernel_size, self.rank)}"
        text += f", stride {times(self.stride, self.rank)}" if self.stride != 1 else ""
        text += f", pad {times(self.padding, self.rank)}" if self.padding != 0 else ""
        return text + (f", groups {self.groups}" if self.groups != 1 else "")


class ConvTranspose1d(_ConvTranspose):
    """Spread every value of a sequence over its neighbours by learned filters: a convolution backwards."""

    rank = 1
    typical = ("N,6,7",)


class ConvTranspose2d(_ConvTranspose):
    """Spread every value of an image over its neighbours by learned filters: a convolution backwards."""

    rank = 2
    typical = ("N,6,5,6",)


class ConvTranspose3d(_ConvTranspose):
    """Spread every value of a volume over its neighbours by learned filters: a convolution backwards."""

    rank = 3
    typical = ("N,6,3,5,4",)
