"""The nodes and initializers of an ONNX model under construction, and names that are free in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import onnx_ir as ir

from compiler.to_onnx.builder import describe
from graph.blocks.expansion import Library, Scope
from graph.names import Numbering
from graph.tensor import TensorType

NOTHING: Mapping[str, str] = MappingProxyType({})


class Writer(ABC):
    """What is written so far; ``scope``, which writes a drawing into it, is all that is left open."""

    def __init__(self, library: Library, state: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self.library = library
        self.state = state
        self.nodes: list[ir.Node] = []
        self.initializers: dict[str, ir.Value] = {}
        self._taken: set[str] = set()
        self._numbering = Numbering()

    @abstractmethod
    def scope(
        self,
        scope: Scope,
        outputs: Sequence[str],
        given: Mapping[str, ir.Value] | None,
        prefix: str = "",
        tied: Mapping[str, str] = NOTHING,
    ) -> tuple[list[ir.Value], dict[str, ir.Value]]:
        """Write a graph; its inputs, and the value at each of ``outputs``.

        Its tensors go by ``prefix`` and their names in it, but for those in ``tied``, which has their full names.
        """

    def inner(self) -> Self:
        """A writer for the body of a loop: nodes of its own, tensors and names shared with this one."""
        body = type(self)(self.library, self.state)
        body.initializers, body._taken, body._numbering = self.initializers, self._taken, self._numbering
        return body

    def unique(self, name: str) -> str:
        """The name, with a number behind it if it is taken."""
        if name in self._taken:
            name = self._numbering.free(f"{name}_", self._taken, 2)
        self._taken.add(name)
        return name

    def initializer(self, name: str, array: np.ndarray[Any, Any]) -> ir.Value:
        """A tensor stored in the model, once for every name."""
        if name not in self.initializers:
            tensor = ir.Tensor(np.ascontiguousarray(array) if array.ndim else array, name=name)
            value = ir.Value(name=name, const_value=tensor, shape=tensor.shape, type=ir.TensorType(tensor.dtype))
            self.initializers[name] = value
        return self.initializers[name]

    def as_output(self, value: ir.Value, name: str, kind: TensorType) -> ir.Value:
        """A value of its own for an output: two outputs may show one tensor, or an input itself."""
        node = ir.node("Identity", [value], name=self.unique(name), num_outputs=1)
        self.nodes.append(node)
        result = node.outputs[0]
        result.name = name
        describe(result, kind)
        return result
