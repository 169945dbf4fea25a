"""Blocks in ONNX: their nodes in place, or the body of a Scan or Loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import onnx_ir as ir

from compiler.to_onnx.builder import DTYPES, NodeOp, typed_value
from compiler.to_onnx.writer import Writer
from graph.blocks.expansion import Instance
from graph.layers.block import BlockLayer, Scan
from graph.tensor import BATCH, TensorType
from graph.tying import inside

_FLAG = TensorType((), "bool")
_COUNT = TensorType((), "int64")


def write_block(
    writer: Writer,
    layer: BlockLayer,
    instance: Instance,
    arguments: Sequence[ir.Value | None],
    name: str,
    owner: str,
    ties: Mapping[str, str],
) -> Sequence[ir.Value]:
    """The outputs of a block; ``owner`` is where its tensors are in the ``state_dict``, but for those in ``ties``."""
    if isinstance(layer, Scan):
        op = NodeOp(writer, name, owner, (), instance.outputs)
        return _write_scan(writer, layer, instance, arguments, op, name, owner, ties)
    values = list(arguments)
    for place, scope in enumerate(instance.scopes):
        prefix = f"{owner}.{place}." if len(instance.scopes) > 1 else f"{owner}."
        given = {port: value for port, value in zip(layer.inputs, values, strict=True) if value is not None}
        tied = inside(ties, str(place)) if len(instance.scopes) > 1 else ties
        _, found = writer.scope(scope, layer.results, given, prefix, tied)
        values = [found[port] for port in layer.results]
    return [value for value in values if value is not None]


def _write_scan(
    writer: Writer,
    layer: Scan,
    instance: Instance,
    arguments: Sequence[ir.Value | None],
    op: NodeOp,
    name: str,
    owner: str,
    ties: Mapping[str, str],
) -> Sequence[ir.Value]:
    given = dict(zip(layer.inputs, arguments, strict=True))
    types = {port: instance.scopes[0].types[port][0] for port in layer.inputs}
    states = [_initial(op, given, port, types[port]) for port in layer.carry]
    inner = {port: typed_value(writer.unique(f"{name}.{port}"), types[port]) for port in layer.inputs}
    inner |= {port: value for port in layer.constant if (value := given[port]) is not None}
    body = writer.inner()
    _, found = body.scope(instance.scopes[0], layer.results, inner, f"{owner}.", ties)
    carried = [_own(body, found[output], name, types[state]) for state, output in layer.carry.items()]
    stepped = [_own(body, found[port], name, instance.scopes[0].types[port][0]) for port in layer.results]
    state_inputs = [inner[port] for port in layer.carry]
    if layer.sequences:
        graph = ir.Graph(
            [*state_inputs, *(inner[port] for port in layer.sequences)],
            [*carried, *stepped],
            nodes=body.nodes,
            name=f"{name}.body",
        )
        outputs = _scan(op, layer, graph, [*states, *(given[port] for port in layer.sequences)])
    else:
        outputs = _loop(
            op,
            writer,
            graph_inputs=state_inputs,
            carried=carried,
            stepped=stepped,
            body=body,
            states=states,
            steps=layer.steps or 1,
            name=name,
        )
    finals = dict(zip(layer.carry.values(), outputs, strict=False))
    stacked = outputs[len(states) :]
    if not layer.sequences:
        stacked = [_batch_first(op, value, kind) for value, kind in zip(stacked, instance.outputs, strict=False)]
    return [*stacked, *(finals[port.removeprefix("last_")] for port in layer.output_names()[len(stacked) :])]


def _scan(op: NodeOp, layer: Scan, body: ir.Graph, inputs: Sequence[ir.Value | None]) -> list[ir.Value]:
    count, results = len(layer.sequences), len(layer.results)
    direction = int(layer.reverse)
    outputs = op.Scan(
        *inputs,
        num_outputs=len(layer.carry) + results,
        body=body,
        num_scan_inputs=count,
        scan_input_axes=[1] * count,
        scan_input_directions=[direction] * count,
        scan_output_axes=[1] * results,
        scan_output_directions=[direction] * results,
    )
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


def _loop(
    op: NodeOp,
    writer: Writer,
    *,
    graph_inputs: Sequence[ir.Value],
    carried: Sequence[ir.Value],
    stepped: Sequence[ir.Value],
    body: Writer,
    states: Sequence[ir.Value],
    steps: int,
    name: str,
) -> list[ir.Value]:
    count = typed_value(writer.unique(f"{name}.step"), _COUNT)
    going = typed_value(writer.unique(f"{name}.going"), _FLAG)
    still = _own(body, going, name, _FLAG)
    graph = ir.Graph([count, going, *graph_inputs], [still, *carried, *stepped], nodes=body.nodes, name=f"{name}.body")
    total = op.constant(steps)
    outputs = op.Loop(total, None, *states, num_outputs=len(carried) + len(stepped), body=graph)
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


def _own(body: Writer, value: ir.Value, name: str, kind: TensorType) -> ir.Value:
    """A value the body produces itself: an output may not be an input, or appear twice."""
    return body.as_output(value, body.unique(f"{name}.next"), kind)


def _batch_first(op: NodeOp, value: ir.Value, kind: TensorType) -> ir.Value:
    """A Loop stacks its outputs along axis 0; the batch goes back in front."""
    return op.Transpose(value, perm=[1, 0, *range(2, kind.rank)])  # type: ignore[no-any-return]


def _initial(op: NodeOp, given: Mapping[str, ir.Value | None], port: str, kind: TensorType) -> ir.Value:
    """The first value of a state: what is wired to it, else zeros for the batch at hand."""
    value = given[port]
    if value is not None:
        return value
    known = next(value for value in given.values() if value is not None)
    batch = op.Shape(known, start=0, end=1)
    assert kind.shape[0] == BATCH
    shape = op.Concat(batch, op.constant(list(kind.shape[1:])), axis=0) if kind.rank > 1 else batch
    zero = ir.tensor([0], dtype=DTYPES[kind.dtype])
    return op.ConstantOfShape(shape, value=zero)  # type: ignore[no-any-return]
