"""Vectors for integers, and for places in a sequence."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Union

from msgspec import Meta

from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank
from graph.layers.initialize import Weighted
from graph.tensor import TensorType


class Embedding(Weighted):
    """Look up a learned vector for each integer: a word, a character, a category."""

    category = "Embedding"
    keywords = ("lookup", "token", "word", "vocabulary", "word2vec")
    typical = ("N,T int64",)
    num_embeddings: Annotated[int, Meta(ge=2, le=2**31 - 1, description="how many integers there are, from 0")] = 1000
    embedding_dim: Annotated[Positive, Meta(description="size of each vector")] = 64
    padding_idx: Annotated[
        Union[int, None], Meta(description="integer that stands for padding: its vector is zero and stays so")
    ] = None
    max_norm: Annotated[
        Union[Annotated[float, Meta(gt=0.0, le=1e6)], None], Meta(description="longer vectors are scaled to this norm")
    ] = None
    norm_type: Annotated[float, Meta(ge=1.0, le=100.0, description="p of the norm for max_norm")] = 2.0
    scale_grad_by_freq: Annotated[bool, Meta(description="divide gradients by how often an integer occurs")] = False

    def __post_init__(self) -> None:
        index, count = self.padding_idx, self.num_embeddings
        if index is not None and isinstance(count, int) and not -count <= index < count:
            raise ValueError(f"padding_idx={index} must be one of the {count} integers, 0 to {count - 1}")

    def infer(self, x: TensorType) -> TensorType:
        if x.dtype != "int64":
            raise ShapeError(f"Embedding expects integers (int64), got {x.dtype}; set the Input's dtype to int64.", "x")
        return TensorType((*x.shape, self.embedding_dim))

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        return {"weight": Weight((self.num_embeddings, self.embedding_dim))}

    def torch(self, code: Code, x: Value) -> str:
        options = self.options("num_embeddings", "embedding_dim")
        module = self.construct(code, (x.type,), "nn.Embedding", self.num_embeddings, self.embedding_dim, **options)
        if self.padding_idx is not None and self.weight_init != "default":
            code.initialize("zeros_", f"weight[{self.padding_idx}]")
        return f"{module}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        y = op.Gather(op.weight("weight"), x)
        if self.max_norm is None:
            return y
        power = op.constant(self.norm_type, "float32")
        total = op.ReduceSum(op.Pow(op.Abs(y), power), op.constant([-1]), keepdims=1)
        norm = op.Pow(total, op.constant(1.0 / self.norm_type, "float32"))
        limit = op.constant(self.max_norm, "float32")
        short = op.Mul(y, op.Div(limit, op.Add(norm, op.constant(1e-7, "float32"))))
        return op.Where(op.Greater(norm, limit), short, y)

    def summary(self) -> str:
        return f"{self.num_embeddings} x {self.embedding_dim}"
