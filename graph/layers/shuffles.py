"""Layers that lay the values of an image out anew: shuffled channels, patches, places looked up."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from graph.dims import product
from graph.errors import ShapeError
from graph.fields import Padding, Positive, Size, tuple_of
from graph.layer import Code, Layer, Op, Value, expect_fixed, expect_float, expect_rank, remains
from graph.layers.parts.windows import LAYOUT, axes, slide, times
from graph.tensor import TensorType, format_shape


class ChannelShuffle(Layer):
    """Mix the channels of groups, so that the next grouped convolution sees all of them (ShuffleNet)."""

    category = "Reshape"
    traits = frozenset({"reshapes", "rearranges"})
    keywords = ("shufflenet", "groups")
    typical = ("N,8,5,4",)
    groups: Annotated[Positive, Meta(description="groups that are mixed")] = 2

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "ChannelShuffle")
        expect_rank(x, 4, "ChannelShuffle", LAYOUT[2])
        channels = expect_fixed(x.shape[1], "ChannelShuffle", "the channel axis")
        if remains(channels % self.groups):
            raise ShapeError(f"ChannelShuffle has groups={self.groups}, which must divide {channels} channels.", "x")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return f"{code.module('nn.ChannelShuffle', self.groups)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        channels = int(op.inputs[0].shape[1])
        apart = op.Reshape(x, op.constant([0, self.groups, channels // self.groups, -1]))
        return op.Reshape(op.Transpose(apart, perm=[0, 2, 1, 3]), op.Shape(x))

    def summary(self) -> str:
        return f"{self.groups} groups"


class PixelUnshuffle(Layer):
    """Lay neighbouring values of an image in channels of their own: a smaller image, more channels."""

    category = "Resize"
    traits = frozenset({"rearranges"})
    keywords = ("space to depth", "downsample")
    typical = ("N,3,6,4",)
    downscale_factor: Annotated[Positive, Meta(description="how many times smaller the image gets")] = 2

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 4, "PixelUnshuffle", LAYOUT[2])
        expect_float(x, "PixelUnshuffle")
        batch, channels, height, width = x.shape
        expect_fixed(channels, "PixelUnshuffle", "the channel axis")
        factor = self.downscale_factor
        if remains(height % factor) or remains(width % factor):
            raise ShapeError(
                f"PixelUnshuffle by {factor} needs height and width to be multiples of {factor}, got "
                f"{format_shape(x.shape)}.",
                "x",
            )
        return TensorType((batch, channels * factor**2, height // factor, width // factor))

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.pixel_unshuffle", x, self.downscale_factor)

    def onnx(self, op: Op, x: Any) -> Any:
        # ONNX puts the places before the channels, PyTorch the channels before the places.
        deep = op.SpaceToDepth(x, blocksize=self.downscale_factor)
        channels = int(op.inputs[0].shape[1])
        apart = op.Reshape(deep, op.constant([0, self.downscale_factor**2, channels, -1]))
        return op.Reshape(op.Transpose(apart, perm=[0, 2, 1, 3]), op.Shape(deep))

    def summary(self) -> str:
        return f"/{self.downscale_factor}"


class _Patches(Layer):
    """What Unfold and Fold share: a window and where it goes."""

    typical = ("N,6,7,8",)
    kernel_size: Annotated[Size, Meta(description="extent of each patch")] = 2
    stride: Annotated[Size, Meta(description="steps between two patches")] = 1
    padding: Annotated[Padding, Meta(description="zeros added on every side")] = 0
    dilation: Annotated[Size, Meta(description="steps between two values of a patch")] = 1
    rank = 2

    def _sizes(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        return (
            tuple_of(self.kernel_size, 2),
            tuple_of(self.stride, 2),
            tuple_of(self.padding, 2),
            tuple_of(self.dilation, 2),
        )

    def _options(self) -> dict[str, Any]:
        options = {"dilation": (self.dilation, 1), "padding": (self.padding, 0), "stride": (self.stride, 1)}
        return {name: value for name, (value, default) in options.items() if value != default}

    def _places(self, kind: str, extents: tuple[Any, ...]) -> tuple[Any, ...]:
        kernel, stride, padding, dilation = self._sizes()
        return slide(kind, extents, axes(kernel, stride, tuple(2 * pad for pad in padding), dilation))

    def _kernels(self, op: Op, channels: int) -> Any:
        """A filter for each value of a patch that passes this one value on."""
        rows, columns = tuple_of(self.kernel_size, 2)
        places = [(row, column) for row in range(rows) for column in range(columns)]
        filters = [[[[float((i, j) == at) for j in range(columns)] for i in range(rows)]] for at in places]
        return op.constant(filters * channels, "float32")

    def _attributes(self) -> dict[str, Any]:
        kernel, stride, padding, dilation = self._sizes()
        return {
            "kernel_shape": list(kernel),
            "strides": list(stride),
            "pads": [*padding, *padding],
            "dilations": list(dilation),
        }

    def summary(self) -> str:
        return times(self.kernel_size, 2)


class Unfold(_Patches):
    """Cut an image into patches: (N, C, H, W) becomes (N, C * patch values, number of patches)."""

    category = "Reshape"
    keywords = ("im2col", "patches", "vision transformer")

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Unfold")
        expect_rank(x, 4, "Unfold", LAYOUT[2])
        channels = expect_fixed(x.shape[1], "Unfold", "the channel axis")
        places = self._places("Unfold", x.shape[2:])
        return TensorType((x.shape[0], channels * product(tuple_of(self.kernel_size, 2)), product(places)))

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.unfold", x, self.kernel_size, **self._options())

    def onnx(self, op: Op, x: Any) -> Any:
        channels = int(op.inputs[0].shape[1])
        values = channels * int(product(tuple_of(self.kernel_size, 2)))
        y = op.Conv(x, self._kernels(op, channels), group=channels, **self._attributes())
        return op.Reshape(y, op.constant([0, values, -1]))


class Fold(_Patches):
    """Add patches up to an image, each at its place: the way back from Unfold."""

    category = "Reshape"
    keywords = ("col2im", "patches")
    typical = ("N,8,9",)
    output_size: Annotated[Size, Meta(description="height and width of the image")] = 4

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Fold")
        expect_rank(x, 3, "Fold", "patches (N, C * patch values, number of patches)")
        size, count = tuple_of(self.output_size, 2), int(product(tuple_of(self.kernel_size, 2)))
        values = expect_fixed(x.shape[1], "Fold", "the axis of a patch's values")
        places = self._places("Fold", size)
        if remains(values % count) or remains(x.shape[2] - product(places)):
            raise ShapeError(
                f"Fold of patches of {times(self.kernel_size, 2)} to {times(self.output_size, 2)} expects a multiple "
                f"of {count} values and {product(places)} patches, got {format_shape(x.shape)}.",
                "x",
            )
        return TensorType((x.shape[0], values // count, *size))

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.fold", x, self.output_size, self.kernel_size, **self._options())

    def onnx(self, op: Op, x: Any) -> Any:
        size, places = tuple_of(self.output_size, 2), self._places("Fold", tuple_of(self.output_size, 2))
        values, channels = int(op.inputs[0].shape[1]), int(op.outputs[0].shape[1])
        y = op.Reshape(x, op.constant([0, values, *places]))
        attributes = self._attributes()
        kernel, stride, padding, dilation = self._sizes()
        rows = zip(size, places, kernel, stride, padding, dilation, strict=True)
        # What the last window does not reach stays zero.
        extra = [s + 2 * pad - d * (k - 1) - 1 - (int(n) - 1) * step for s, n, k, step, pad, d in rows]
        return op.ConvTranspose(y, self._kernels(op, channels), group=channels, output_padding=extra, **attributes)


class GridSample(Layer):
    """Look values of an image up at places between its pixels: a grid (N, H, W, 2) of x and y from -1 to 1."""

    category = "Resize"
    traits = frozenset({"rearranges"})
    keywords = ("spatial transformer", "warp", "interpolate")
    typical = ("N,3,7,6", "N,5,4,2")
    mode: Annotated[Literal["bilinear", "nearest", "bicubic"], Meta(description="what a place between pixels gets")] = (
        "bilinear"
    )
    padding_mode: Annotated[
        Literal["zeros", "border", "reflection"], Meta(description="what lies outside of the image")
    ] = "zeros"
    align_corners: Annotated[bool, Meta(description="-1 and 1 are the middles of the outermost pixels")] = False

    def infer(self, x: TensorType, grid: TensorType) -> TensorType:
        for kind, port in ((x, "x"), (grid, "grid")):
            expect_float(kind, "GridSample", port)
        expect_rank(x, 4, "GridSample", LAYOUT[2])
        if grid.rank != 4 or grid.shape[0] != x.shape[0] or grid.shape[3] != 2:
            raise ShapeError(f"GridSample expects a grid ({x.shape[0]}, H, W, 2) of x and y, got {grid}.", "grid")
        return TensorType((*x.shape[:2], *grid.shape[1:3]))

    def torch(self, code: Code, x: Value, grid: Value) -> str:
        options: dict[str, Any] = {} if self.mode == "bilinear" else {"mode": self.mode}
        options |= {} if self.padding_mode == "zeros" else {"padding_mode": self.padding_mode}
        return code.call("F.grid_sample", x, grid, **options, align_corners=self.align_corners)

    def onnx(self, op: Op, x: Any, grid: Any) -> Any:
        mode = {"bilinear": "linear", "nearest": "nearest", "bicubic": "cubic"}[self.mode]
        return op.GridSample(x, grid, mode=mode, padding_mode=self.padding_mode, align_corners=int(self.align_corners))

    def summary(self) -> str:
        return self.mode
