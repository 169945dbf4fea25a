"""Layers that order, add, drop and repeat axes, and turn them round."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.errors import Fix, ShapeError
from graph.layer import Code, Layer, Op, Value, check_axis
from graph.layers.parts.reduction import Axis
from graph.tensor import TensorType, format_shape


class Permute(Layer):
    """Put the axes into another order."""

    category = "Reshape"
    traits = frozenset({"reshapes", "rearranges"})
    keywords = ("transpose", "swap axes", "channels last")
    typical = ("N,6,5",)
    dims: Annotated[
        tuple[Axis, ...], Meta(min_length=1, max_length=8, description="old axis at every new place; 0 is the batch")
    ] = (0, 2, 1)

    def _order(self, x: TensorType) -> list[int]:
        order = [check_axis(dim, x.rank, "Permute") for dim in self.dims]
        if sorted(order) != list(range(x.rank)):
            raise ShapeError(
                f"Permute has dims={self.dims}, but its input {format_shape(x.shape)} has {x.rank} axes: "
                "name each of them once.",
                "x",
            )
        return order

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(tuple(x.shape[axis] for axis in self._order(x)), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return code.call(f"{x}.permute", *self.dims)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Transpose(x, perm=self._order(op.inputs[0]))

    def summary(self) -> str:
        return ", ".join(str(dim) for dim in self.dims)


_SHIFT = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
_LAST = 2**63 - 1


def _own_axes(dims: tuple[int, ...], x: TensorType, kind: str) -> list[int]:
    """The axes within each sample."""
    axes = [check_axis(dim, x.rank, kind) for dim in dims]
    if 0 in axes:
        raise ShapeError(
            f"{kind} moves values within each sample, and axis 0 of {format_shape(x.shape)} is the batch.", "x"
        )
    return axes


class Roll(Layer):
    """Move all values along axes; those that leave at one end come in at the other."""

    category = "Reshape"
    traits = frozenset({"rearranges"})
    keywords = ("shift", "cyclic", "circular", "swin", "rotate")
    typical = ("N,6,5",)
    shifts: Annotated[
        tuple[_SHIFT, ...], Meta(min_length=1, max_length=8, description="by how many places, for each of dims")
    ] = (1,)
    dims: Annotated[tuple[Axis, ...], Meta(min_length=1, max_length=8, description="the axes; 0 is the batch")] = (-1,)

    def check(self) -> None:
        if len(self.shifts) != len(self.dims):
            raise ValueError(f"shifts has {len(self.shifts)} numbers and dims {len(self.dims)}; give one for each axis")

    def infer(self, x: TensorType) -> TensorType:
        _own_axes(self.dims, x, "Roll")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call("torch.roll", x, self.shifts, self.dims)

    def onnx(self, op: Op, x: Any) -> Any:
        for shift, axis in zip(self.shifts, _own_axes(self.dims, op.inputs[0], "Roll"), strict=True):
            size = op.Shape(x, start=axis, end=axis + 1)
            cut = op.Sub(size, op.Mod(op.constant([shift]), size))
            along = op.constant([axis])
            parts = op.Slice(x, cut, op.constant([_LAST]), along), op.Slice(x, op.constant([0]), cut, along)
            x = op.Concat(*parts, axis=axis)
        return x

    def summary(self) -> str:
        return ", ".join(f"{shift} along {dim}" for shift, dim in zip(self.shifts, self.dims, strict=True))


class Flip(Layer):
    """Turn axes round: what was last comes first."""

    category = "Reshape"
    traits = frozenset({"rearranges"})
    keywords = ("reverse", "mirror", "backwards")
    typical = ("N,6,5",)
    dims: Annotated[tuple[Axis, ...], Meta(min_length=1, max_length=8, description="the axes; 0 is the batch")] = (-1,)

    def infer(self, x: TensorType) -> TensorType:
        axes = _own_axes(self.dims, x, "Flip")
        if len(set(axes)) < len(axes):
            raise ShapeError(f"Flip has dims={self.dims}, which name an axis of {format_shape(x.shape)} twice.", "x")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call("torch.flip", x, self.dims)

    def onnx(self, op: Op, x: Any) -> Any:
        axes = _own_axes(self.dims, op.inputs[0], "Flip")
        starts, ends, steps = ([number] * len(axes) for number in (-1, -_LAST, -1))
        return op.Slice(x, *(op.constant(numbers) for numbers in (starts, ends, axes, steps)))

    def summary(self) -> str:
        return ", ".join(str(dim) for dim in self.dims)


class Squeeze(Layer):
    """Drop an axis of size 1."""

    category = "Reshape"
    traits = frozenset({"reshapes"})
    keywords = ("remove axis",)
    typical = ("N,6,1",)
    dim: Annotated[Axis, Meta(description="axis to drop")] = -1

    def infer(self, x: TensorType) -> TensorType:
        axis = check_axis(self.dim, x.rank, "Squeeze")
        if x.shape[axis] != 1:
            raise ShapeError(
                f"Squeeze drops an axis of size 1, but axis {axis} of {format_shape(x.shape)} has {x.shape[axis]}; "
                "use Select to keep one of its values.",
                "x",
            )
        return TensorType((*x.shape[:axis], *x.shape[axis + 1 :]), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return code.call(f"{x}.squeeze", self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Squeeze(x, op.constant([self.dim % op.inputs[0].rank]))


class Unsqueeze(Layer):
    """Add an axis of size 1."""

    category = "Reshape"
    traits = frozenset({"reshapes"})
    keywords = ("new axis", "expand dims")
    dim: Annotated[Axis, Meta(description="place of the new axis")] = 1

    def infer(self, x: TensorType) -> TensorType:
        axis = check_axis(self.dim, x.rank + 1, "Unsqueeze")
        return TensorType((*x.shape[:axis], 1, *x.shape[axis:]), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return code.call(f"{x}.unsqueeze", self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Unsqueeze(x, op.constant([self.dim % op.outputs[0].rank]))


class Expand(Layer):
    """Repeat a tensor along its axes of size 1, to the shape of another tensor or to given sizes."""

    category = "Reshape"
    keywords = ("broadcast", "repeat", "tile")
    typical = ("N,1,6", "N,4,6")
    sizes: Annotated[
        tuple[Annotated[int, Meta(ge=-1, le=2**31 - 1)], ...],
        Meta(max_length=8, description="size of every axis, -1 to keep it; none: those of the tensor at like"),
    ] = ()

    def infer(self, x: TensorType, like: TensorType | None = None) -> TensorType:
        if like is None and not self.sizes:
            raise ShapeError("Expand needs a shape: connect a tensor that has it to 'like', or give sizes.", "like")
        wanted = like.shape if like is not None else self.sizes
        lacking = len(wanted) - x.rank
        old = (1,) * lacking + x.shape
        fits = lacking >= 0 and all(
            at >= lacking if new == -1 else size in (1, new)
            for at, (size, new) in enumerate(zip(old, wanted, strict=lacking >= 0))
        )
        if not fits or 0 in wanted:
            raise ShapeError(
                f"Expand cannot bring {format_shape(x.shape)} to {format_shape(tuple(wanted))}: "
                "only axes of size 1 are repeated.",
                "x",
                Fix("Insert Unsqueeze", "insert", {"kind": "Unsqueeze", "port": "x"}) if lacking == 1 else None,
            )
        return TensorType(tuple(a if b == -1 else b for a, b in zip(old, wanted, strict=True)), x.dtype)

    def torch(self, code: Code, x: Value, like: Value | None = None) -> str:
        return f"{x}.expand_as({like})" if like is not None else code.call(f"{x}.expand", *self.sizes)

    def onnx(self, op: Op, x: Any, like: Any = None) -> Any:
        if like is not None:
            return op.Expand(x, op.Shape(like))
        return op.Expand(x, op.constant([1 if size == -1 else size for size in self.sizes]))
