"""Layers that make feature maps larger."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal, Union

from msgspec import Meta

from graph.dims import Dim
from graph.errors import ShapeError
from graph.fields import Factor, Positive, Size, parameters_of, tuple_of
from graph.layer import Code, Layer, Op, Value, expect_float, expect_rank, remains
from graph.layers.parts.resample import Sampling, resample, resizes
from graph.layers.parts.windows import LAYOUT, times
from graph.tensor import TensorType, format_shape

_RANKS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
_FINEST = 64  # denominators of factors that make sizes with names: 1.5 is 3 halves, 0.1 is not such a share


class Upsample(Layer):
    """Make feature maps larger, or smaller, by repeating values, by blending neighbours, or by cubic curves.

    linear is for sequences (N, C, L), bilinear and bicubic for images, trilinear for volumes, nearest for all.
    """

    category = "Resize"
    traits = frozenset({"enlarges", "rearranges"})
    rank = 2  # of sizes given one by one; one number serves sequences and volumes too
    keywords = ("interpolate", "resize", "scale", "unpooling", "bicubic", "trilinear", "linear")
    typical = ("N,6,5,4",)
    scale_factor: Annotated[Union[Factor, None], Meta(description="how many times larger each axis gets")] = 2
    size: Annotated[Union[Size, None], Meta(description="extent of the result, in place of scale_factor")] = None
    mode: Annotated[
        Literal["nearest", "linear", "bilinear", "bicubic", "trilinear"],
        Meta(description="repeat the nearest value, blend those around, or lay a curve through them"),
    ] = "nearest"
    align_corners: Annotated[bool, Meta(description="input and output share their corners; not for nearest")] = False

    def check(self) -> None:
        if self.size is None and self.scale_factor is None:
            raise ValueError("scale_factor or size is needed; give one of them")

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Upsample")
        spatial = x.rank - 2
        wanted = _RANKS.get(self.mode, spatial if spatial in LAYOUT else 2)
        if spatial != wanted:
            kind = "Upsample" if self.mode == "nearest" else f"Upsample with mode={self.mode}"
            expect_rank(x, wanted + 2, kind, LAYOUT[wanted])
        given = self.size if self.size is not None else self.scale_factor
        if isinstance(given, tuple) and len(given) != spatial:
            raise ShapeError(
                f"Upsample has {len(given)} sizes for the {spatial} spatial axes of {format_shape(x.shape)}; "
                "give one number for all.",
                "x",
            )
        sizes: tuple[Dim, ...] = tuple_of(given, spatial)
        if self.size is None:
            sizes = tuple(_scaled(extent, factor) for extent, factor in zip(x.shape[2:], sizes, strict=True))
        return TensorType((*x.shape[:2], *sizes))

    def torch(self, code: Code, x: Value) -> str:
        options = parameters_of(self)
        if self.size is None:
            options = {"scale_factor": self.scale_factor, **options}
        else:
            options.pop("scale_factor", None)
        if self.mode == "nearest":
            options.pop("align_corners", None)
        return code.call("F.interpolate", x, **options)

    def onnx(self, op: Op, x: Any) -> Any:
        extents = op.inputs[0].shape[2:]
        given = tuple_of(self.scale_factor if self.size is None else self.size, len(extents))
        blend, cubic = self.mode in ("linear", "bilinear", "trilinear"), self.mode == "bicubic"
        corners = self.align_corners and self.mode != "nearest"
        how = [Sampling(number, self.size is None, blend, corners, cubic) for number in given]
        if all(resizes(extent, axis) for extent, axis in zip(extents, how, strict=True)):
            return self._resize(op, x, given)
        for axis in reversed(range(len(how))):  # the last one first, which is the slowest and has the fewest values
            x = resample(op, x, axis + 2, how[axis])
        return x

    def _resize(self, op: Op, x: Any, given: tuple[int, ...]) -> Any:
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        if self.mode != "nearest":
            corners = "align_corners" if self.align_corners else "half_pixel"
            how = {"mode": "linear", "coordinate_transformation_mode": corners}
        if self.size is None:
            return op.Resize(x, None, op.constant([1.0, 1.0, *map(float, given)], "float32"), **how)
        wanted = op.Concat(op.Shape(x, start=0, end=2), op.constant(list(given)), axis=0)
        return op.Resize(x, None, None, wanted, **how)

    def summary(self) -> str:
        text = f"x{times(self.scale_factor, 1)}" if self.size is None else f"to {times(self.size, 2)}"
        return text if self.mode == "nearest" else f"{text}, {self.mode}"


def _scaled(extent: Dim, factor: Dim | float) -> Dim:
    """An extent times a factor, rounded down as PyTorch does.

    Raises:
        ShapeError: nothing is left of it, or a named size is multiplied by what is not a simple fraction.
    """
    if not isinstance(factor, float):
        return extent * factor
    if isinstance(extent, int):
        size = int(extent * factor)
        if size < 1:
            raise ShapeError(f"Upsample by {factor:g} leaves nothing of an axis of {extent}; use a larger factor.", "x")
        return size
    share = Fraction(factor)
    if share.denominator > _FINEST:
        raise ShapeError(
            f"Upsample by {factor:g} needs a fixed size, got {extent}: use a factor of few halves, such as 1.5 or "
            "1.25, or give size.",
            "x",
        )
    return extent * share.numerator // share.denominator


class PixelShuffle(Layer):
    """Lay the values of several channels out side by side: fewer channels, a larger image."""

    category = "Resize"
    traits = frozenset({"enlarges", "rearranges"})
    keywords = ("sub-pixel", "upsample", "super-resolution", "depth to space")
    typical = ("N,8,5,4",)
    upscale_factor: Annotated[Positive, Meta(description="how many times larger the image gets")] = 2

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 4, "PixelShuffle", LAYOUT[2])
        expect_float(x, "PixelShuffle")
        batch, channels, height, width = x.shape
        factor = self.upscale_factor
        if remains(channels % factor**2):
            raise ShapeError(f"PixelShuffle by {factor} needs a multiple of {factor**2} channels, got {channels}.", "x")
        return TensorType((batch, channels // factor**2, height * factor, width * factor))

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.pixel_shuffle", x, self.upscale_factor)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.DepthToSpace(x, blocksize=self.upscale_factor, mode="CRD")

    def summary(self) -> str:
        return f"x{self.upscale_factor}"
