"""Keeps the nodes that use a block in step with its definition."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from graph.blocks.expansion import Library, signature
from graph.blocks.parameters import INDEX, as_argument, check_default
from graph.errors import DocumentError, ParameterError
from graph.fields import shorten
from graph.layer import Layer
from graph.layers.block import Block, BlockLayer
from graph.modelgraph import ModelGraph
from graph.names import check_name
from graph.records import Change, Definition, Node, NodeChange, RenameChange, WireChange
from graph.written import names_in


class _Recorder(Library, Protocol):
    def record(self, change: Change) -> None: ...


def make_definition(name: str, parameters: Mapping[str, Any]) -> Definition:
    """A block's head, checked.

    Raises:
        DocumentError: a parameter has an unusable name.
        ParameterError: a default is of none of the kinds that parameters are of.
    """
    for key, value in parameters.items():
        check_name(key, "block parameter")
        check_default(name, key, value)
    return Definition(name, dict(parameters))


def check_index(graph: ModelGraph, before: Collection[str], after: Collection[str]) -> None:
    """Refuse that ``i`` in the arguments of repeated blocks means the place in the repetition now, or does no longer.

    Raises:
        DocumentError: a parameter of that name comes or goes where a block inside uses it.
    """
    if (INDEX in before) == (INDEX in after):
        return
    for node in graph.nodes.values():
        if isinstance(node.layer, Block) and any(INDEX in names_in(value) for value in node.layer.arguments.values()):
            raise DocumentError(
                f"'{node.name}' uses {INDEX}, which is a parameter where there is one of that name, else the place in "
                "the repetition; change that first."
            )


def instances(library: Library, definition: str) -> list[Node]:
    """The nodes, in any drawing, that use a block."""
    return [node for _, node in uses(library, definition)]


def uses(library: Library, definition: str) -> Iterator[tuple[ModelGraph, Node]]:
    """The nodes that use a block, each with its drawing."""
    for key, name in library.block_index.users(definition):
        yield library.graphs[key], library.graphs[key].nodes[name]


def complete(library: Library, graph: str, layer: Layer) -> Layer:
    """A layer as it is in this document: a block with the ports of its definition.

    Raises:
        DocumentError: there is no such block, or a block would contain itself.
        ParameterError: the block has no such parameter.
    """
    if not isinstance(layer, BlockLayer):
        return layer
    name = layer.definition
    if name not in library.definitions:
        known = ", ".join(library.definitions) or "none yet"
        raise DocumentError(f"There is no block '{name:.60}' in this document; its blocks: {known}.")
    if graph and library.block_index.would_cycle(graph, name):
        raise DocumentError(f"The block '{graph}' cannot contain '{name}': a block may not contain itself.")
    parameters = library.definitions[name].parameters
    for key in layer.arguments:
        if key not in parameters:
            known = ", ".join(parameters) or "none"
            raise ParameterError(f"The block '{name}' has no parameter {shorten(key)}; it has {known}.")
    around = library.definitions[graph].parameters if graph else {}
    given = layer.arguments.items()
    arguments = {key: as_argument(name, key, parameters[key], value, around) for key, value in given}
    inputs, results = signature(library.graphs[name])
    return msgspec.structs.replace(layer, arguments=arguments, inputs=inputs, results=results)


def update_instances(library: _Recorder, changes: Sequence[Change]) -> None:
    """Give the nodes that use changed blocks their new ports; wires to ports that are gone go too."""
    touched = {
        change.graph: None for change in changes if isinstance(change, (NodeChange, RenameChange)) and change.graph
    }
    renames = _renames(changes)
    for definition in touched:
        if definition not in library.definitions:
            continue
        inputs, results = signature(library.graphs[definition])
        renamed = renames.get(definition, {})
        for graph, node in list(uses(library, definition)):
            assert isinstance(node.layer, BlockLayer)
            ports = {*node.layer.inputs, *node.layer.results}
            if (node.layer.inputs, node.layer.results) != (inputs, results) or ports & renamed.keys():
                _update(library, graph, node, inputs, results, renamed)


def _renames(changes: Sequence[Change]) -> dict[str, dict[str, str]]:
    """By drawing, the new names of nodes by their old ones, after all of an edit's changes."""
    before: dict[str, dict[str, str]] = {}
    for change in changes:
        if isinstance(change, RenameChange):
            names = before.setdefault(change.graph, {})
            names[change.after] = names.pop(change.before, change.before)
    return {graph: {old: new for new, old in names.items()} for graph, names in before.items()}


def drop_arguments(library: _Recorder, definition: str) -> None:
    """Take from the nodes that use a block the arguments for parameters it does not have."""
    parameters = library.definitions[definition].parameters
    for graph, node in list(uses(library, definition)):
        assert isinstance(node.layer, BlockLayer)
        arguments = {key: value for key, value in node.layer.arguments.items() if key in parameters}
        if arguments != node.layer.arguments:
            layer = msgspec.structs.replace(node.layer, arguments=arguments)
            library.record(NodeChange(graph.key, node.name, node, msgspec.structs.replace(node, layer=layer)))


def _update(
    library: _Recorder,
    graph: ModelGraph,
    node: Node,
    inputs: tuple[str, ...],
    results: tuple[str, ...],
    renamed: Mapping[str, str],
) -> None:
    wires = [*graph.inputs(node.name).values(), *graph.outgoing(node.name)]
    for wire in wires:
        library.record(WireChange(graph.key, wire, None))
    assert isinstance(node.layer, BlockLayer)
    layer = msgspec.structs.replace(node.layer.renamed(renamed), inputs=inputs, results=results)
    bends = {renamed.get(port, port): points for port, points in node.bends.items()}
    bends = {port: points for port, points in bends.items() if layer.input_port(port)}
    renamed = {**renamed, **{f"last_{old}": f"last_{new}" for old, new in renamed.items()}}
    library.record(NodeChange(graph.key, node.name, node, msgspec.structs.replace(node, layer=layer, bends=bends)))
    for wire in wires:
        if wire.target == node.name:
            wire = msgspec.structs.replace(wire, target_port=renamed.get(wire.target_port, wire.target_port))
        else:
            wire = msgspec.structs.replace(wire, source_port=renamed.get(wire.source_port, wire.source_port))
        if layer.input_port(wire.target_port) if wire.target == node.name else layer.has_output(wire.source_port):
            library.record(WireChange(graph.key, None, wire))
        elif graph.bends(wire):
            graph.bend(wire, ())
