"""Whether a function of the user's makes what its signature says, seen on small tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from compiler.to_python.functions import Function
from graph.dims import symbols
from graph.errors import DocumentError
from graph.tensor import TensorType

_FIRST, _STEP, _ROUNDS = 12, 4, 2
_DTYPES = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}


def try_out(function: Callable[..., Any], call: Function) -> None:
    """Call the function twice, with named sizes of other numbers each time.

    Raises:
        DocumentError: it fails, or its results have other shapes or dtypes than the drawing goes on with.
    """
    names = sorted(str(name) for name in symbols(dim for kind in call.inputs for dim in kind.shape))
    for number in range(_ROUNDS):
        sizes = {name: _FIRST + _STEP * (place + number) for place, name in enumerate(names)} | {"N": 2 + number}
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            _try(function, call, sizes)


def _try(function: Callable[..., Any], call: Function, sizes: Mapping[str, int]) -> None:
    wanted = [(kind.sized(sizes), _DTYPES[kind.dtype]) for kind in call.outputs]
    if any(size < 1 for kind in (*call.inputs, *call.outputs) for size in kind.sized(sizes)):
        return  # these sizes do not go together
    given = [_tensor(kind, sizes) for kind in call.inputs]
    shapes = ", ".join(str(tuple(tensor.shape)) for tensor in given)
    try:
        found = function(*given)
    except Exception as error:
        first = str(error).strip().splitlines()
        raise DocumentError(
            f"'{call.node}' fails on {shapes}: {type(error).__name__}{f': {first[0]}' if first else ''}."
        ) from error
    results = found if isinstance(found, tuple) else (found,)
    if [_described(result) for result in results] != [(tuple(shape), dtype) for shape, dtype in wanted]:
        says = " and ".join(_words(shape, dtype) for shape, dtype in wanted)
        made = " and ".join(_words(*_described(result)) for result in results)
        raise DocumentError(
            f"'{call.node}' makes {made} of {shapes}, where its signature says {says}; correct one of the two."
        )


def _tensor(kind: TensorType, sizes: Mapping[str, int]) -> torch.Tensor:
    shape = kind.sized(sizes)
    return torch.rand(shape) if kind.dtype == "float32" else torch.zeros(shape, dtype=_DTYPES[kind.dtype])


def _described(result: Any) -> tuple[Any, Any]:
    return (tuple(result.shape), result.dtype) if isinstance(result, torch.Tensor) else (type(result).__name__, None)


def _words(shape: Any, dtype: Any) -> str:
    return f"{shape}" if dtype in (None, torch.float32) else f"{shape} {str(dtype).removeprefix('torch.')}"
