"""The shapes a function takes and gives, as text: ``N,c,h,w; N,k -> N,2*c,h//2,w//2``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast, get_args

from graph.dims import Dim, Sym
from graph.errors import LayerloomError, ParameterError, ShapeError
from graph.expressions.evaluation import evaluate, names as names_in
from graph.tensor import DType, TensorType


class Term(NamedTuple):
    """One tensor of a signature: the text of its sizes, and its dtype."""

    sizes: tuple[str, ...]
    dtype: DType

    def __str__(self) -> str:
        return f"({', '.join(self.sizes)}{',' if len(self.sizes) == 1 else ''})"


class Signature(NamedTuple):
    """What each input must be, and what the outputs are then."""

    inputs: tuple[Term, ...]
    outputs: tuple[Term, ...]

    def infer(self, given: Sequence[TensorType], ports: Sequence[str], owner: str) -> tuple[TensorType, ...]:
        """The types of the outputs.

        Raises:
            ShapeError: a tensor has other sizes, or another dtype, than its term says.
        """
        sizes: dict[str, Dim] = {}
        for term, kind, port in zip(self.inputs, given, ports, strict=True):
            _match(term, kind, port, owner, sizes)
        return tuple(TensorType(tuple(_size(text, sizes) for text in term.sizes), term.dtype) for term in self.outputs)


def read_signature(text: str) -> Signature:
    """Read a signature.

    Raises:
        ValueError: it is not one.
    """
    left, arrow, right = text.partition("->")
    if not arrow or "->" in right:
        raise ValueError(f"signature={text!r} must read like N,c,h,w -> N,2*c,h,w")
    inputs, outputs = ([_term(part, text) for part in side.split(";")] for side in (left, right))
    names = {size for term in inputs for size in term.sizes if not size.isdigit()}
    for size in names:
        if not size.isidentifier() or not size.isascii():
            raise ValueError(f"signature={text!r} calls the size of an input {size}; it must be a name or a number")
    for size in (size for term in outputs for size in term.sizes):
        _check_result(size, names, text)
    return Signature(tuple(inputs), tuple(outputs))


def _check_result(size: str, known: set[str], whole: str) -> None:
    try:
        unknown = names_in(size) - known
    except ParameterError as error:
        raise ValueError(f"signature={whole!r} has a size that cannot be computed: {error}") from None
    if unknown:
        raise ValueError(
            f"signature={whole!r} has {', '.join(sorted(unknown))} in its result alone; name it at an input"
        )


def _term(part: str, whole: str) -> Term:
    sizes, dtype = part.strip(), "float32"
    if (word := sizes.rpartition(" ")[2]) in get_args(DType):
        sizes, dtype = sizes.removesuffix(word).strip(), word
    found = tuple(size.strip() for size in sizes.split(",")) if sizes else ()
    if not all(found):
        raise ValueError(f"signature={whole!r} has a size that is empty")
    return Term(found, cast(DType, dtype))


def _match(term: Term, kind: TensorType, port: str, owner: str, sizes: dict[str, Dim]) -> None:
    if kind.dtype != term.dtype:
        raise ShapeError(f"{owner} expects {term.dtype} values at {port}, got {kind.dtype}.", port)
    if kind.rank != len(term.sizes):
        raise ShapeError(f"{owner} expects {term} at {port}, got {kind}.", port)
    for text, size in zip(term.sizes, kind.shape, strict=True):
        wanted = int(text) if text.isdigit() else sizes.setdefault(text, size)
        if wanted != size:
            stands = f"{text} = {wanted}" if not text.isdigit() else text
            raise ShapeError(f"{owner} expects {term} at {port} with {stands}, got {kind}.", port)


def _size(text: str, sizes: dict[str, Dim]) -> Dim:
    try:
        size = evaluate(text, sizes)
    except LayerloomError as error:
        raise ShapeError(str(error)) from None
    if isinstance(size, int) and size < 0:
        raise ShapeError(f"The size {text} of the result would be {size}.")
    assert isinstance(size, int | Sym)
    return size
