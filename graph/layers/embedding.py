"""Layers that turn words and places into vectors."""

from __future__ import annotations

from math import cos, sin
from typing import Annotated, Any, Literal, Union

from msgspec import Meta

from graph.accepted import Accepted, Indices
from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank
from graph.layers.parts.initialize import Weighted
from graph.tensor import TensorType

_SINUSOIDS = '''
def _sinusoids(length, size):
    """A sine and a cosine of falling frequency for each pair of values, one row for each position."""
    position = torch.arange(length, dtype=torch.float64)[:, None]
    angle = position / 10000 ** (torch.arange(0, size, 2, dtype=torch.float64) / size)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)[:, :size].float()
'''


class Embedding(Weighted):
    """Look up a learned vector for each index: a word, a class, a player."""

    usual = True
    category = "Embedding"
    features = -1
    keywords = ("lookup", "token", "word vector", "vocabulary")
    typical = ("N,T int64",)
    num_embeddings: Annotated[Positive, Meta(description="how many indices there are")] = 1000
    embedding_dim: Annotated[Positive, Meta(description="size of each vector")] = 64
    padding_idx: Annotated[
        Union[Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)], None],
        Meta(description="index whose vector stays zero; nothing: none"),
    ] = None

    def check(self) -> None:
        index, count = self.padding_idx, self.num_embeddings
        if index is not None and not -count <= index < count:
            raise ValueError(f"padding_idx={index} must be an index below num_embeddings={count}")

    def infer(self, x: TensorType) -> TensorType:
        if x.dtype != "int64":
            raise ShapeError(f"Embedding expects indices (int64), got {x}.", "x")
        return TensorType((*x.shape, self.embedding_dim))

    def accepts(self, x: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"x": Indices(high=self.num_embeddings - 1)}

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        return {"weight": Weight((self.num_embeddings, self.embedding_dim))}

    def torch(self, code: Code, x: Value) -> str:
        sizes = (self.num_embeddings, self.embedding_dim)
        options = self.options("num_embeddings", "embedding_dim")
        module = self.construct(code, (x.type,), "nn.Embedding", *sizes, **options)
        if self.padding_idx is not None and self.weight_init != "default":
            code.initialize("zeros_", f"weight[{self.padding_idx}]")
        return f"{module}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Gather(op.weight("weight"), x, axis=0)

    def summary(self) -> str:
        return f"{self.num_embeddings} x {self.embedding_dim}"


class EmbeddingBag(Weighted):
    """Look up a learned vector for each index of a bag (N, L), and take their mean, sum or largest values."""

    category = "Embedding"
    keywords = ("bag of words", "lookup", "token", "fasttext")
    typical = ("N,T int64",)
    num_embeddings: Annotated[Positive, Meta(description="how many indices there are")] = 1000
    embedding_dim: Annotated[Positive, Meta(description="size of each vector")] = 64
    mode: Annotated[Literal["mean", "sum", "max"], Meta(description="what becomes of the vectors of a bag")] = "mean"

    def infer(self, x: TensorType) -> TensorType:
        if x.dtype != "int64" or x.rank != 2:
            raise ShapeError(f"EmbeddingBag expects bags of indices (N, L) int64, got {x}.", "x")
        return TensorType((x.shape[0], self.embedding_dim))

    def accepts(self, x: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"x": Indices(high=self.num_embeddings - 1)}

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        return {"weight": Weight((self.num_embeddings, self.embedding_dim))}

    def torch(self, code: Code, x: Value) -> str:
        sizes = (self.num_embeddings, self.embedding_dim)
        options = self.options("num_embeddings", "embedding_dim")
        return f"{self.construct(code, (x.type,), 'nn.EmbeddingBag', *sizes, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        vectors = op.Gather(op.weight("weight"), x, axis=0)
        reduce = {"mean": op.ReduceMean, "sum": op.ReduceSum, "max": op.ReduceMax}[self.mode]
        return reduce(vectors, op.constant([1]), keepdims=0)

    def summary(self) -> str:
        return f"{self.num_embeddings} x {self.embedding_dim}, {self.mode}"


class PositionalEncoding(Weighted):
    """Add to each element of a sequence what tells its place: learned vectors, or sines and cosines.

    Source: Vaswani 2017, section 3.5.
    """

    category = "Embedding"
    keywords = ("position", "transformer", "sinusoidal")
    typical = ("N,T,6",)
    kind: Annotated[Literal["sinusoidal", "learned"], Meta(description="fixed waves, or learned vectors")] = (
        "sinusoidal"
    )
    max_length: Annotated[int, Meta(ge=8, le=2**20, description="longest sequence there can be")] = 512

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 3, "PositionalEncoding", "(N, T, D)")
        expect_float(x, "PositionalEncoding")
        length = x.shape[1]
        expect_fixed(x.shape[2], "PositionalEncoding", "the size of each element")
        if isinstance(length, int) and length > self.max_length:
            raise ShapeError(
                f"PositionalEncoding has max_length={self.max_length}, but its sequences are {length} long; "
                "raise max_length.",
                "x",
            )
        return x

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        return {"weight": Weight((self.max_length, x.shape[2]))} if self.kind == "learned" else {}

    def torch(self, code: Code, x: Value) -> str:
        sizes = (self.max_length, x.type.shape[2])
        if self.kind == "learned":
            table = self.construct(code, (x.type,), "nn.Embedding", *sizes) + ".weight"
        else:
            waves = f"{code.helper('_sinusoids', _SINUSOIDS)}({sizes[0]}, {sizes[1]})"
            table = code.module("nn.Buffer", Value(waves, x.type), persistent=False)
        return f"{x} + {table}[:{x}.shape[1]]"

    def onnx(self, op: Op, x: Any) -> Any:
        table = op.weight("weight") if self.kind == "learned" else op.constant(self._waves(op), "float32")
        length = op.Shape(x, start=1, end=2)
        return op.Add(x, op.Slice(table, op.constant([0]), length, op.constant([0])))

    def _waves(self, op: Op) -> list[list[float]]:
        size = op.inputs[0].shape[2]
        rates = [(sin if at % 2 == 0 else cos, 10000 ** ((at - at % 2) / size)) for at in range(size)]
        return [[wave(position / rate) for wave, rate in rates] for position in range(self.max_length)]

    def summary(self) -> str:
        return self.kind
