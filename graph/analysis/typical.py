"""The types of a layer's usual inputs."""

from __future__ import annotations

from typing import get_args

from graph.dims import parse_dim
from graph.layer import Layer
from graph.tensor import DType, TensorType


def typical_inputs(cls: type[Layer]) -> list[TensorType]:
    """What a class calls typical, as types."""
    return [_type(text) for text in cls.typical]


def _type(text: str) -> TensorType:
    shape, _, dtype = text.partition(" ")
    sizes = tuple(parse_dim(size) for size in shape.split(",") if size)
    return TensorType(sizes, next(known for known in get_args(DType) if known == (dtype or "float32")))
