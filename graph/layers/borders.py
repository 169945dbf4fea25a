"""Layers that add to the borders of feature maps, or cut them off."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from graph.dims import Dim
from graph.errors import ShapeError
from graph.fields import NonNegative, differs
from graph.layer import Code, Layer, Op, Value, expect_float
from graph.tensor import TensorType, format_shape

Borders = Annotated[tuple[NonNegative, ...], Meta(max_length=6)]
_ORDER = "before and after the last axis, then the one before it: left, right, top, bottom"
_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}

_CENTER_CROP = '''
def _center_crop(x, like):
    """The middle of ``x``, as large as ``like`` on every axis after the channels."""
    for axis in range(2, x.dim()):
        x = x.narrow(axis, (x.shape[axis] - like.shape[axis]) // 2, like.shape[axis])
    return x
'''


def _check_pairs(borders: tuple[int, ...], name: str) -> None:
    if len(borders) % 2:
        raise ValueError(f"{name}={borders} must have two numbers for each axis")


def _per_axis(borders: tuple[int, ...], x: TensorType, layer: str) -> list[tuple[int, int]]:
    """Border before and after each axis of ``x``."""
    pairs = list(zip(borders[::2], borders[1::2], strict=True))[::-1]
    if len(pairs) > x.rank - 1:
        raise ShapeError(
            f"{layer} has numbers for {len(pairs)} axes, but {format_shape(x.shape)} has {x.rank - 1} after the "
            "batch; give two for each axis.",
            "x",
        )
    return [(0, 0)] * (x.rank - len(pairs)) + pairs


class Pad(Layer):
    """Add values around feature maps."""

    category = "Resize"
    keywords = ("padding", "border", "zero", "reflect", "replicate", "circular")
    typical = ("N,6,7,8",)
    padding: Annotated[Borders, Meta(min_length=2, description=f"values added {_ORDER}")] = (1, 1, 1, 1)
    mode: Annotated[
        Literal["constant", "reflect", "replicate", "circular"], Meta(description="what the border is made of")
    ] = "constant"
    value: Annotated[float, Meta(ge=-1e30, le=1e30, description="the constant")] = 0.0

    def check(self) -> None:
        _check_pairs(self.padding, "padding")

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Pad")
        pairs = _per_axis(self.padding, x, "Pad")
        if self.mode != "constant":
            self._check_mode(x, pairs)
        sizes = zip(x.shape, pairs, strict=True)
        return TensorType(tuple(size + before + after if before + after else size for size, (before, after) in sizes))

    def _check_mode(self, x: TensorType, pairs: list[tuple[int, int]]) -> None:
        if len(self.padding) != 2 * (x.rank - 2):
            raise ShapeError(
                f"Pad with mode='{self.mode}' takes two numbers for each axis after the channels, got "
                f"{len(self.padding)} for {format_shape(x.shape)}.",
                "x",
            )
        spare = {"reflect": 1, "circular": 0}.get(self.mode)
        for size, pair in zip(x.shape, pairs, strict=True):
            if spare is not None and isinstance(size, int) and max(pair) > size - spare:
                raise ShapeError(
                    f"Pad with mode='{self.mode}' adds {max(pair)} values, more than an axis of {size} has to give.",
                    "x",
                )

    def torch(self, code: Code, x: Value) -> str:
        options: dict[str, Any] = {"mode": self.mode} if self.mode != "constant" else {}
        if self.mode == "constant" and differs(self.value, 0.0):
            options = {"value": self.value}
        return code.call("F.pad", x, self.padding, **options)

    def onnx(self, op: Op, x: Any) -> Any:
        pairs = _per_axis(self.padding, op.inputs[0], "Pad")
        around = op.constant([before for before, _ in pairs] + [after for _, after in pairs])
        if self.mode == "constant":
            return op.Pad(x, around, op.constant(self.value, "float32"))
        return op.Pad(x, around, mode=_MODES[self.mode])

    def summary(self) -> str:
        return f"{', '.join(map(str, self.padding))} {self.mode if self.mode != 'constant' else ''}".strip()


class Crop(Layer):
    """Cut off the borders of feature maps: to the size of another tensor's, from the middle, or by given margins."""

    category = "Resize"
    keywords = ("center crop", "cut", "u-net", "trim")
    typical = ("N,6,9,8", "N,3,5,4")
    margins: Annotated[Borders, Meta(description=f"values cut off {_ORDER}; none: as 'like' is")] = ()

    def check(self) -> None:
        _check_pairs(self.margins, "margins")

    def infer(self, x: TensorType, like: TensorType | None = None) -> TensorType:
        if like is not None:
            return self._like(x, like)
        if not self.margins:
            raise ShapeError(
                "Crop needs to know how much: connect a tensor of the wanted size to 'like', or give margins.", "like"
            )
        pairs = _per_axis(self.margins, x, "Crop")
        sizes = tuple(size - sum(pair) if sum(pair) else size for size, pair in zip(x.shape, pairs, strict=True))
        if any(isinstance(size, int) and size < 1 for size in sizes):
            raise ShapeError(f"Crop by {self.summary()} leaves nothing of {format_shape(x.shape)}; cut less.", "x")
        return TensorType(sizes, x.dtype)

    def _like(self, x: TensorType, like: TensorType) -> TensorType:
        if x.rank != like.rank or x.rank < 3:
            raise ShapeError(
                f"Crop expects two tensors (N, C, ...) with equally many axes, got {format_shape(x.shape)} and "
                f"{format_shape(like.shape)}.",
                "like",
            )
        for size, wanted in zip(x.shape[2:], like.shape[2:], strict=True):
            margin: Dim = size - wanted
            if isinstance(margin, int) and margin < 0:
                raise ShapeError(
                    f"Crop cannot bring {format_shape(x.shape)} to the size of {format_shape(like.shape)}, which is "
                    "larger; exchange the two inputs.",
                    "like",
                )
        return TensorType((*x.shape[:2], *like.shape[2:]), x.dtype)

    def torch(self, code: Code, x: Value, like: Value | None = None) -> str:
        if like is not None:
            return code.call(code.helper("_center_crop", _CENTER_CROP), x, like)
        pairs = _per_axis(self.margins, x.type, "Crop")
        parts = [f"{before or ''}:{-after or ''}" for before, after in pairs]
        return f"{x}[{', '.join(parts)}]"

    def onnx(self, op: Op, x: Any, like: Any = None) -> Any:
        if like is not None:
            wanted = op.Shape(like, start=2)
            start = op.Div(op.Sub(op.Shape(x, start=2), wanted), op.constant([2]))
            axes = op.constant(list(range(2, op.inputs[0].rank)))
            return op.Slice(x, start, op.Add(start, wanted), axes)
        pairs = list(enumerate(_per_axis(self.margins, op.inputs[0], "Crop")))
        starts, ends = [before for _, (before, _) in pairs], [-after or 2**63 - 1 for _, (_, after) in pairs]
        return op.Slice(x, op.constant(starts), op.constant(ends), op.constant([axis for axis, _ in pairs]))

    def summary(self) -> str:
        return ", ".join(map(str, self.margins))
