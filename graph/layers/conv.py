"""Convolutions."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Union

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import Fix, ShapeError
from graph.fields import Padding, Positive, Size, tuple_of
from graph.layer import Code, Op, Value, Weight, Window, expect_fixed, expect_float, expect_rank, known
from graph.layers.parts.initialize import Biased
from graph.layers.parts.windows import LAYOUT, Axis, axes, slide, times
from graph.tensor import TensorType

_SPARE = {"reflect": 1, "circular": 0}  # values of an axis that such padding cannot use


class _Conv(Biased):
    category = "Convolution"
    traits = frozenset({"linear"})
    unit = "linear"
    features = 1
    rank: ClassVar[int]
    out_channels: Annotated[Positive, Meta(description="filters, one output channel each")] = 32
    kernel_size: Annotated[Size, Meta(description="extent of each filter")] = 3
    stride: Annotated[Size, Meta(description="steps between two places of a filter")] = 1
    padding: Annotated[
        Union[Padding, Literal["same", "valid"]],
        Meta(description="values added on every side; same keeps the size"),
    ] = 0
    dilation: Annotated[Size, Meta(description="steps between two values under a filter")] = 1
    groups: Annotated[Positive, Meta(description="channel groups that do not see each other")] = 1
    bias: Annotated[bool, Meta(description="add a learned offset to every channel")] = True
    padding_mode: Annotated[
        Literal["zeros", "reflect", "replicate", "circular"], Meta(description="what the padding is made of")
    ] = "zeros"

    def check(self) -> None:
        if self.out_channels % self.groups:
            raise ValueError(f"out_channels={self.out_channels} must be a multiple of groups={self.groups}")
        if self.padding == "same" and any(step != 1 for step in self._each(self.stride)):
            raise ValueError("padding='same' needs stride=1; give the padding as a number")

    def window(self) -> Window:
        return Window(self._each(self.kernel_size), self._each(self.stride), self._each(self.dilation))

    def mixes(self) -> bool:
        return self.groups == 1

    def _each(self, value: Any) -> tuple[int, ...]:
        return tuple_of(value, self.rank)

    def _pads(self) -> tuple[tuple[int, int], ...]:
        """Padding before and after each axis."""
        if self.padding == "valid":
            return ((0, 0),) * self.rank
        if self.padding == "same":
            spans = zip(self._each(self.kernel_size), self._each(self.dilation), strict=True)
            totals = [d * (k - 1) for k, d in spans]
            return tuple((total // 2, total - total // 2) for total in totals)
        return tuple((p, p) for p in self._each(self.padding))

    @cached_property
    def _window(self) -> tuple[Axis, ...]:
        pads = tuple(before + after for before, after in self._pads())
        return axes(self._each(self.kernel_size), self._each(self.stride), pads, self._each(self.dilation))

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        channels, extents = expect_fixed(x.shape[1], kind, "the channel axis"), x.shape[2:]
        if known(channels, self.groups) and channels % self.groups:
            raise ShapeError(
                f"{kind} has groups={self.groups}, which must divide its {channels} input channels.",
                "x",
                Fix("Set groups=1", "set_parameters", {"parameters": {"groups": 1}}),
            )
        if self.padding_mode in _SPARE:
            self._check_mode(kind, extents)
        return TensorType((x.shape[0], self.out_channels, *slide(kind, extents, self._window)))

    def _check_mode(self, kind: str, extents: tuple[Dim, ...]) -> None:
        limit = _SPARE[self.padding_mode]
        for size, (before, after) in zip(extents, self._pads(), strict=True):
            if isinstance(size, int) and max(before, after) > size - limit:
                raise ShapeError(
                    f"{kind} with padding_mode='{self.padding_mode}' pads {max(before, after)} values, "
                    f"more than an axis of {size} has to give.",
                    "x",
                )

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        kernel = (self.out_channels, x.shape[1] // self.groups, *self._each(self.kernel_size))
        shapes = {"weight": Weight(kernel)}
        return {**shapes, "bias": Weight((self.out_channels,))} if self.bias else shapes

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        assert inputs[0] is not None
        per_place = (inputs[0].shape[1] // self.groups) * product(self._each(self.kernel_size))
        return product(outputs[0].shape) * per_place

    def torch(self, code: Code, x: Value) -> str:
        sizes = (x.type.shape[1], self.out_channels, self.kernel_size)
        options = self.options("out_channels", "kernel_size")
        return f"{self.construct(code, (x.type,), f'nn.{type(self).__name__}', *sizes, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        pads = self._pads()
        flat = [before for before, _ in pads] + [after for _, after in pads]
        if self.padding_mode != "zeros" and any(flat):
            mode = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}[self.padding_mode]
            around = [0, 0, *flat[: self.rank], 0, 0, *flat[self.rank :]]
            x, flat = op.Pad(x, op.constant(around), mode=mode), [0] * len(flat)
        return op.Conv(
            x,
            op.weight("weight"),
            *([op.weight("bias")] if self.bias else []),
            kernel_shape=list(self._each(self.kernel_size)),
            strides=list(self._each(self.stride)),
            dilations=list(self._each(self.dilation)),
            group=self.groups,
            pads=flat,
        )

    def summary(self) -> str:
        text = f"{self.out_channels}, {times(self.kernel_size, self.rank)}"
        text += f", stride {times(self.stride, self.rank)}" if self.stride != 1 else ""
        text += f", pad {self.padding}" if self.padding != 0 else ""
        return text + (f", groups {self.groups}" if self.groups != 1 else "")


class Conv1d(_Conv):
    """Slide learned filters along a sequence: each output channel is one filter's answer at every place."""

    rank = 1
    keywords = ("convolution", "filter", "cnn", "audio", "signal")
    typical = ("N,6,12",)


class Conv2d(_Conv):
    """Slide learned filters over an image: each output channel is one filter's answer at every place."""

    usual = True
    rank = 2
    keywords = ("convolution", "filter", "cnn")
    typical = ("N,6,12,11",)


class Conv3d(_Conv):
    """Slide learned filters through a volume or a video: each output channel is one filter's answer at every place."""

    rank = 3
    keywords = ("convolution", "filter", "cnn", "volume", "video")
    typical = ("N,6,7,8,6",)
