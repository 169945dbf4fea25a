"""ONNX of a function of the user's: PyTorch's own exporter writes it, and its operators are put among ours."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import onnx_ir as ir
import torch
from torch import nn

from compiler.to_python.module import run_function
from graph.dims import symbols
from graph.errors import DocumentError
from graph.tensor import TensorType

_DTYPES = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}


class _Module(nn.Module):
    def __init__(self, function: Any) -> None:
        super().__init__()
        self._function = function

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self._function(*inputs)


def traced(node: str, name: str, code: str, inputs: Sequence[TensorType], opset: int) -> ir.Graph:
    """The graph of a function; its inputs are in the order of the arguments.

    Raises:
        DocumentError: what the exporter needs is not installed, or it cannot write the function.
    """
    names = sorted(str(name) for name in symbols(dim for kind in inputs for dim in kind.shape))
    sizes = {name: 12 + 4 * place for place, name in enumerate(names)} | {"N": 2}
    given = tuple(torch.zeros(kind.sized(sizes), dtype=_DTYPES[kind.dtype]) for kind in inputs)
    free = tuple(
        {axis: torch.export.Dim.DYNAMIC for axis, size in enumerate(kind.shape) if not isinstance(size, int)}
        for kind in inputs
    )
    _start_no_monitor()
    level = logging.getLogger("torch.onnx").level
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            program = torch.onnx.export(
                _Module(run_function(name, code)).eval(), given, dynamo=True, dynamic_shapes=(free,),
                opset_version=opset, verbose=False,
            )  # fmt: skip
    except ImportError as error:
        raise DocumentError(
            f"'{node}' is written in Python, whose ONNX PyTorch writes with the package {error.name}, which is not "
            "installed; install it with pip install onnxscript."
        ) from None
    except Exception as error:
        raise DocumentError(
            f"'{node}' cannot be written as ONNX by PyTorch ({type(error).__name__}); draw it with layers, or write it "
            "without anything that depends on values."
        ) from error
    finally:
        logging.getLogger("torch.onnx").setLevel(level)
    assert program is not None
    graph: ir.Graph = program.model.graph
    if any(each.domain or any(isinstance(part.value, ir.Graph) for part in each.attributes.values()) for each in graph):
        raise DocumentError(
            f"'{node}' has branches or loops that depend on values, which cannot be put into the ONNX of a drawing; "
            "write it without them."
        )
    return graph


def _start_no_monitor() -> None:
    """The exporter has a progress bar that is never shown, and for it a thread, where tqdm is installed."""
    if find_spec("tqdm") is not None:
        from tqdm import tqdm

        tqdm.monitor_interval = 0
