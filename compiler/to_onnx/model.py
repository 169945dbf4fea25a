"""Writes a drawing as an ONNX model, layer by layer, with the tensors of its ``state_dict``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from compiler.order import writing_order
from compiler.to_onnx.blocks import write_block
from compiler.to_onnx.builder import OPSET, NodeOp, describe, typed_value
from compiler.to_onnx.embed import KEY, embedded
from compiler.to_onnx.writer import NOTHING, Writer
from graph.blocks.expansion import Scope, input_types, instantiate, resolve
from graph.document import Document
from graph.errors import DocumentError, ShapeError
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.layout.arguments import drawn_order
from graph.tying import inside

IR_VERSION = 10


def emit(document: Document, state: Mapping[str, np.ndarray[Any, Any]], *, embed_drawing: bool = False) -> ir.Model:
    """The ONNX model of what the Output nodes need, its inputs and outputs as they are drawn, from top to bottom.

    Sizes keep their names (``N`` for the batch), nodes the names of the drawing. With ``embed_drawing`` the drawing
    itself travels in ``metadata_props`` under "layerloom", without its notes and without paths.

    Raises:
        DocumentError: there is no Output, or a layer has no ONNX form.
    """
    graph = document.model
    outputs = drawn_order(graph, (name for name, node in graph.nodes.items() if node.layer.role == "output"))
    if not outputs:
        raise DocumentError(f"'{document.name}' has no Output: add an Output node and connect the result to it.")
    scope = Scope(graph, {name: resolve(node, {}) for name, node in graph.nodes.items()}, document.types())
    emitter = Emitter(document, state)
    inputs, results = emitter.scope(scope, outputs, None)
    produced = [emitter.as_output(value, name, scope.types[name][0]) for name, value in results.items()]
    by_name = {str(value.name): value for value in inputs}
    model_graph = ir.Graph(
        [by_name[name] for name in drawn_order(graph, by_name)],
        produced,
        nodes=emitter.nodes,
        initializers=list(emitter.initializers.values()),
        opset_imports={"": OPSET},
        name=document.name,
    )
    model = ir.Model(model_graph, ir_version=IR_VERSION, producer_name="Layerloom")
    if embed_drawing:
        model.metadata_props[KEY] = embedded(document)
    return model


class Emitter(Writer):
    """Writes graphs by asking their layers."""

    def scope(
        self,
        scope: Scope,
        outputs: Sequence[str],
        given: Mapping[str, ir.Value] | None,
        prefix: str = "",
        tied: Mapping[str, str] = NOTHING,
    ) -> tuple[list[ir.Value], dict[str, ir.Value]]:
        graph = scope.graph
        values: dict[tuple[str, str], ir.Value] = {}
        inputs: list[ir.Value] = []
        for name in writing_order(graph, graph.upstream(outputs)):
            layer = scope.layers[name]
            if layer.role == "output":
                continue
            if layer.role == "input":
                value = given[name] if given is not None else typed_value(name, scope.types[name][0])
                values[name, layer.output_names()[0]] = value
                inputs.append(value)
                continue
            results = self._layer(scope, name, layer, values, prefix, tied)
            values |= {(name, port): value for port, value in zip(layer.output_names(), results, strict=True)}
        wires = {name: next(iter(graph.inputs(name).values())) for name in outputs}
        return inputs, {name: values[wire.source, wire.source_port] for name, wire in wires.items()}

    def _layer(
        self,
        scope: Scope,
        name: str,
        layer: Layer,
        values: Mapping[tuple[str, str], ir.Value],
        prefix: str,
        tied: Mapping[str, str],
    ) -> Sequence[ir.Value]:
        graph = scope.graph
        wires = [wire for _, wire in graph.arguments(name)]
        arguments = [values[wire.source, wire.source_port] if wire else None for wire in wires]
        types = input_types(graph, scope.types, name)
        owner = graph.nodes[graph.nodes[name].shares or name]
        ties = {key: prefix + text for key, text in owner.ties.items()} | inside(tied, owner.name)
        if isinstance(layer, BlockLayer):
            results = write_block(
                self,
                layer,
                instantiate(self.library, layer, types),
                arguments,
                prefix + name,
                prefix + owner.name,
                ties,
            )
        elif hasattr(layer, "onnx"):
            try:
                op = NodeOp(self, prefix + name, prefix + owner.name, types, scope.types[name], ties)
                result = layer.onnx(op, *arguments)
            except ShapeError as error:
                raise DocumentError(f"'{name}': {error}") from None
            results = list(result) if isinstance(result, (tuple, list)) else [result]
        else:
            raise DocumentError(
                f"'{name}': {type(layer).__name__} has no ONNX form; remove it from what an Output needs."
            )
        for value, kind in zip(results, scope.types[name], strict=True):
            if value.shape is None:
                describe(value, kind)
        return results
