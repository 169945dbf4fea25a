"""What a block is where it is used: its layers and types for the arguments and inputs it is given there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import msgspec

from graph.blocks.index import MAX_DEPTH, UseIndex
from graph.blocks.memory import Memory, use_of
from graph.blocks.parameters import INDEX, fitted
from graph.blocks.paths import check_taken
from graph.catalog import make_layer
from graph.dims import Constant, Dim, Sym, is_fixed, symbol, valued
from graph.errors import LayerloomError, ParameterError, ShapeError, UndecidedError
from graph.expressions.evaluation import evaluate, names
from graph.expressions.formulas import Formula, Symbolic, is_symbolic
from graph.fields import fields_of, parameters_of, shorten
from graph.layer import Layer, Weight
from graph.layers.block import Block, BlockLayer, Scan
from graph.layers.io import Input
from graph.layers.parts.passed import Passed
from graph.modelgraph import ModelGraph
from graph.records import Definition, Node
from graph.sharing import check_sharing
from graph.tensor import BATCH, TensorType, format_shape
from graph.tying import check_tying, own_weights
from graph.written import language_of, value_of

MAX_LAYERS = 20_000
Types = tuple[TensorType, ...]
Values = Mapping[str, Any]


class Agree(Protocol):
    """Rewrites the types that leave a layer, where code is written for all uses of a block.

    ``uses`` hold what the names in these types are in each use.
    """

    @property
    def uses(self) -> Sequence[Values]: ...

    def __call__(self, layer: Layer, types: Types, /) -> Types: ...


class Library(Protocol):
    """Where block definitions are looked up; a document is one."""

    @property
    def graphs(self) -> Mapping[str, ModelGraph]: ...

    @property
    def definitions(self) -> Mapping[str, Definition]: ...

    @property
    def block_index(self) -> UseIndex: ...

    @property
    def block_memory(self) -> Memory: ...


class Scope(NamedTuple):
    """A graph with the layers and output types its nodes have in one place where it is used.

    ``values`` are the block's parameters there. ``conditions`` are those under which nodes are there, where only a
    use decides. ``size`` counts the nodes with all that is in them.
    """

    graph: ModelGraph
    layers: Mapping[str, Layer]
    types: Mapping[str, Types]
    size: int = 0
    values: Values = {}
    conditions: Mapping[str, Formula] = {}


class Instance(NamedTuple):
    """One use of a block: a scope for each repetition, the node's output types, and for a Scan its steps."""

    scopes: tuple[Scope, ...]
    outputs: Types
    steps: Dim = 1

    @property
    def size(self) -> int:
        """The nodes of all repetitions."""
        return sum(scope.size for scope in self.scopes)


class _TooLargeError(ParameterError):
    """A block of too many layers, wherever in it that was noticed."""


def signature(graph: ModelGraph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The input and output ports a definition has: its Input and Output nodes from top to bottom."""
    return graph.ends("input"), graph.ends("output")


def resolve(node: Node, values: Values) -> Layer:
    """A node's layer with the block's parameters at ``values``: plain, or symbols when code is written for all.

    Raises:
        ParameterError: an expression is wrong, or its value is out of range.
    """
    layer = node.layer
    if condition_of(node, values) is False:
        return Passed.of(layer)
    if isinstance(layer, Input):
        shape = tuple(_size(dim, values) if isinstance(dim, str) else dim for dim in layer.shape)
        return msgspec.structs.replace(layer, shape=shape)
    made = layer
    if node.expressions:
        fields = fields_of(type(layer))
        written = node.expressions.items()
        found = {key: value_of(text, language_of(fields[key]), values) for key, text in written}
        if any(map(is_symbolic, found.values())):
            made = msgspec.structs.replace(layer, **found)
        else:
            made = make_layer(node.kind, {**parameters_of(layer), **found})
    if not isinstance(layer, BlockLayer):
        return made
    known = {INDEX: symbol(INDEX), **values} if isinstance(layer, Block) else values
    arguments = {
        key: evaluate(value, known, "value") if isinstance(value, str) else value
        for key, value in layer.arguments.items()
    }
    return msgspec.structs.replace(made, arguments=arguments, inputs=layer.inputs, results=layer.results)


def condition_of(node: Node, values: Values) -> bool | Formula:
    """Whether a node is there; a formula where only a use of the block decides.

    Raises:
        ParameterError: what is written is not a condition.
    """
    if not node.when:
        return True
    found: Any = evaluate(node.when, values, "value")
    if isinstance(found, bool | Formula):
        return found
    raise ParameterError(f"'{node.when}' is not a condition but {found!r:.40}; compare it with something.")


def _size(text: str, values: Values) -> Any:
    found: Any = evaluate(text, {**{name: symbol(name) for name in names(text)}, **values})
    if type(found) is int or isinstance(found, Sym):
        return found
    raise ParameterError(f"the size '{text}' must be an integer, got {found!r:.40}.")


def instantiate(
    library: Library, layer: Layer, inputs: Sequence[TensorType | None], agree: Agree | None = None
) -> Instance:
    """What a Block or Scan is for these inputs; ``agree`` may rewrite the types that leave a layer inside.

    Raises:
        LayerloomError: a node inside refuses its inputs, or the block does not fit where it is.
    """
    assert isinstance(layer, BlockLayer)
    if layer.definition not in library.definitions:
        raise ParameterError(f"There is no block '{layer.definition}'; choose one of the document's blocks.")
    if deep := library.block_index.too_deep(layer.definition):
        raise _TooLargeError(f"more than {MAX_DEPTH} blocks lie within each other at '{deep}'; unpack some.")
    if agree is not None:  # what a rewriting makes of it answers no other question
        return _instantiate(library, layer, inputs, agree)
    question = "instance", use_of(layer, inputs)
    return library.block_memory.recall(question, lambda: _instantiate(library, layer, inputs), _distinct_size)


def _distinct_size(instance: Instance) -> int:
    """The nodes that an instance lists itself."""
    return sum(len(scope.layers) for scope in {id(scope): scope for scope in instance.scopes}.values())


def _instantiate(
    library: Library, layer: BlockLayer, inputs: Sequence[TensorType | None], agree: Agree | None = None
) -> Instance:
    if isinstance(layer, Scan):
        return _scan(library, layer, inputs, agree)
    assert isinstance(layer, Block)
    given = [kind for kind in inputs if kind is not None]
    if layer.repeat > 1 and (len(layer.inputs), len(layer.results)) != (1, 1):
        raise ShapeError(
            f"A block in sequence needs one input and one output, '{layer.definition}' has "
            f"{len(layer.inputs)} and {len(layer.results)}; set repeat to 1."
        )
    scopes = [expand(library, at_turn(layer, 0), given, agree)]
    while len(scopes) < layer.repeat:
        before, given = given, results(scopes[-1], layer.results)
        if given == before and not counts(layer):  # what comes next is what came last
            scopes += [scopes[-1]] * (layer.repeat - len(scopes))
        else:
            scopes.append(expand(library, at_turn(layer, len(scopes)), given, agree))
        _check_size(layer, sum(scope.size for scope in scopes))
    return Instance(tuple(scopes), tuple(results(scopes[-1], layer.results)))


def counts(layer: Block) -> bool:
    """Whether a block's arguments depend on the place in the repetition."""
    leaves = [leaf for value in layer.arguments.values() if isinstance(value, Symbolic) for leaf in value.leaves]
    return any(leaf == INDEX and not isinstance(leaf, Constant) for leaf in leaves)


def at_turn(layer: Block, turn: int) -> Block:
    """A block's layer as it is at a place in its repetition."""
    if not counts(layer):
        return layer
    arguments = {key: valued(value, {INDEX: turn}) for key, value in layer.arguments.items()}
    return msgspec.structs.replace(layer, arguments=arguments)


def expand(library: Library, layer: BlockLayer, inputs: Sequence[TensorType], agree: Agree | None = None) -> Scope:
    """The inside of a block for the types of its inputs."""
    graph = library.graphs[layer.definition]
    values = values_of(library, layer)
    given = dict(zip(layer.inputs, inputs, strict=True))
    layers: dict[str, Layer] = {}
    types: dict[str, Types] = {}
    conditions: dict[str, Formula] = {}
    size = 0
    for name in graph.order():
        try:
            node = graph.nodes[name]
            layers[name] = inner = resolve(node, values)
            if name in given:
                types[name] = (given[name],)
            elif isinstance(condition := condition_of(node, values), Formula):
                conditions[name] = condition
                seen = any(graph.nodes[other].when != node.when for other in graph.successors(name))
                types[name] = _perhaps(library, node, values, _arguments(graph, name, types), agree, seen=seen)
                types[name] = agree(inner, types[name]) if agree else types[name]
            elif isinstance(inner, BlockLayer):
                instance = instantiate(library, inner, _arguments(graph, name, types), agree)
                types[name] = instance.outputs
                size += instance.size
            else:
                types[name] = _infer(inner, _arguments(graph, name, types))
                types[name] = agree(inner, types[name]) if agree else types[name]
        except _TooLargeError:
            raise
        except LayerloomError as error:
            raise ShapeError(f"in block '{layer.definition}', '{name}': {error}") from None
        size += 1
        _check_size(layer, size)
    scope = Scope(graph, layers, types, size, values, conditions)
    for name, node in graph.nodes.items():
        if node.shares or node.ties:
            try:
                check_shares(library, scope, name)
            except ShapeError as error:
                raise ShapeError(f"in block '{layer.definition}', '{name}': {error}") from None
    return scope


def values_of(library: Library, layer: BlockLayer) -> dict[str, Any]:
    """The parameters of a block where it is used.

    Raises:
        ParameterError: an argument is of another kind than its parameter.
    """
    return fitted(layer.definition, library.definitions[layer.definition].parameters, layer.arguments)


def _perhaps(
    library: Library,
    node: Node,
    values: Values,
    inputs: Sequence[TensorType | None],
    agree: Agree | None,
    *,
    seen: bool,
) -> Types:
    """What leaves a node that is there in some uses only: types that are right in each of them.

    Where it is not ``seen`` but by nodes that are there with it, they need to be right only where it is there.
    """
    if agree is None:
        raise UndecidedError(f"Whether it is there depends on {node.when}.")

    def outputs(layer: Layer, inputs: Sequence[TensorType | None]) -> Types:
        return instantiate(library, layer, inputs).outputs if isinstance(layer, BlockLayer) else _infer(layer, inputs)

    candidates = [_infer(Passed.of(node.layer), inputs)] if seen else []
    with suppress(LayerloomError):  # for both together there may be no type
        candidates.insert(0, outputs(resolve(node, values), inputs))
    for use in agree.uses:
        there = {name: valued(value, use) for name, value in values.items()}
        if not seen and condition_of(node, there) is False:
            continue
        layer = resolve(node, there)
        found = outputs(layer, [_type_in(use, kind) for kind in inputs])
        candidates = [each for each in candidates if tuple(_type_in(use, kind) for kind in each) == found]
    if not candidates:
        raise UndecidedError(f"What leaves it depends on {node.when}.")
    return candidates[0]


def _type_in(use: Values, kind: TensorType | None) -> Any:
    return kind and TensorType(tuple(valued(dim, use) for dim in kind.shape), kind.dtype)


def check_shares(library: Library, scope: Scope, name: str) -> None:
    """See that a node can use the weights of the nodes it names.

    Raises:
        ShapeError: it cannot, with the reason.
    """

    def weights(node: str) -> dict[str, Weight] | None:
        if node not in scope.types:
            return None
        return state_of(library, scope.layers[node], input_types(scope.graph, scope.types, node))

    if scope.graph.nodes[name].shares:
        check_sharing(scope.graph.nodes, name, weights)
    check_tying(scope.graph.nodes, name, weights, scope.graph.key)
    check_taken(library.graphs, scope.graph, name)


def input_types(graph: ModelGraph, types: Mapping[str, Types], name: str) -> tuple[TensorType | None, ...]:
    """What arrives at a node's ports, in the order its ``infer`` takes them."""
    wires = [wire for _, wire in graph.arguments(name)]
    return tuple(
        types[wire.source][graph.output_index(wire.source, wire.source_port)] if wire else None for wire in wires
    )


def state_of(library: Library, layer: Layer, inputs: Sequence[TensorType | None]) -> dict[str, Weight]:
    """Names and shapes of the ``state_dict`` of a layer, or of all that is in a block."""
    if not isinstance(layer, BlockLayer):
        return layer.weights(*inputs)
    instance = instantiate(library, layer, inputs)
    return library.block_memory.recall(
        ("state", use_of(layer, inputs)), lambda: _inner_state(library, layer, instance), len
    )


def _inner_state(library: Library, layer: BlockLayer, instance: Instance) -> dict[str, Weight]:
    found: dict[str, Weight] = {}
    for turn, scope in enumerate(instance.scopes):
        prefix = f"{turn}." if isinstance(layer, Block) and layer.repeat > 1 else ""
        for name, node in scope.graph.nodes.items():
            if not node.shares:
                inner = state_of(library, scope.layers[name], input_types(scope.graph, scope.types, name))
                inner = own_weights(node, inner) if node.ties else inner
                found |= {f"{prefix}{name}.{key}".rstrip("."): weight for key, weight in inner.items()}
    return found


def _arguments(graph: ModelGraph, name: str, types: Mapping[str, Types]) -> list[TensorType | None]:
    for port, wire in graph.arguments(name):
        if wire is None and not port.optional:
            raise ShapeError(f"nothing is connected to its input '{port.name}'.", port.name)
    return list(input_types(graph, types, name))


def _infer(layer: Layer, arguments: Sequence[TensorType | None]) -> Types:
    if layer.role in ("target", "objective"):
        raise ShapeError("targets and objectives belong into the model itself, not into a block.")
    result = layer.infer(*arguments)
    return result if isinstance(result, tuple) else (result,)


def _check_size(layer: BlockLayer, size: int) -> None:
    """Refuse what would take too long to write out."""
    if size > MAX_LAYERS:
        raise _TooLargeError(f"the block '{layer.definition}' holds more than {MAX_LAYERS:,} layers; repeat it less.")


def results(scope: Scope, outputs: Sequence[str]) -> list[TensorType]:
    """The types at a scope's Output nodes."""
    return [scope.types[name][0] for name in outputs]


def _scan(library: Library, layer: Scan, inputs: Sequence[TensorType | None], agree: Agree | None = None) -> Instance:
    _check_ports(layer)
    steps = _steps(layer, inputs)
    graph = library.graphs[layer.definition]
    values = values_of(library, layer)
    elements: dict[str, TensorType] = {}
    sequences = set(layer.sequences)
    for name, kind in zip(layer.inputs, inputs, strict=True):
        if kind is None:
            kind = _first_state(resolve(graph.nodes[name], values), name)
        elif name in sequences:
            kind = TensorType((kind.shape[0], *kind.shape[2:]), kind.dtype)
        elements[name] = kind
    scope = expand(library, layer, list(elements.values()), agree)
    for state, output in layer.carry.items():
        before, after = elements[state], scope.types[output][0]
        if before != after:
            raise ShapeError(
                f"the state '{state}' is {before}, but its next value '{output}' is {after}; a carried state keeps "
                "its shape.",
                state,
            )
    stacked = [TensorType((kind.shape[0], steps, *kind.shape[1:]), kind.dtype) for kind in _batched(layer, scope)]
    last = [scope.types[name.removeprefix("last_")][0] for name in layer.output_names()[len(layer.results) :]]
    return Instance((scope,), (*stacked, *last), steps)


def _first_state(layer: Layer, name: str) -> TensorType:
    """What a state starts as where nothing is connected: zeros of the size its Input declares."""
    declared = layer.infer()
    assert isinstance(declared, TensorType)
    unknown = next((dim for dim in declared.shape[1:] if not is_fixed(dim)), None)
    if unknown is not None:
        raise ShapeError(
            f"the state '{name}' starts with zeros, but its size {unknown} is not a number; connect one.", name
        )
    return declared


def _batched(layer: Scan, scope: Scope) -> list[TensorType]:
    found = results(scope, layer.results)
    for name, kind in zip(layer.results, found, strict=True):
        if kind.rank == 0 or kind.shape[0] != BATCH:
            shape = format_shape(kind.shape)
            raise ShapeError(f"the output '{name}' of a Scan keeps the batch axis in front, got {shape}.")
    return found


def _check_ports(layer: Scan) -> None:
    """See that ``carry`` and ``constant`` name ports of the block, each once."""
    known = (
        f"but '{layer.definition}' has inputs {', '.join(layer.inputs) or 'none'} and outputs "
        f"{', '.join(layer.results) or 'none'}."
    )
    inputs, results = set(layer.inputs), set(layer.results)
    for state, output in layer.carry.items():
        if state not in inputs or output not in results:
            raise ShapeError(f"carry names {shorten(f'{state}: {output}')}, {known}")
    for name in layer.constant:
        if name not in inputs:
            raise ShapeError(f"constant names {shorten(name)}, {known}")
        if name in layer.carry:
            raise ShapeError(f"'{name}' is both carried and constant; name it in one of the two.", name)


def _steps(layer: Scan, inputs: Sequence[TensorType | None]) -> Dim:
    if all(kind is None for kind in inputs):
        raise ShapeError("a Scan needs at least one tensor, to know the batch size; connect a first state.")
    lengths: dict[str, Dim] = {}
    sequences = set(layer.sequences)
    for name, kind in zip(layer.inputs, inputs, strict=True):
        if name not in sequences:
            continue
        if kind is None or kind.rank < 2:
            raise ShapeError(f"Scan expects a sequence (N, T, ...), got {kind or 'nothing'}.", name)
        lengths[name] = kind.shape[1]
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"'{name}' {length}" for name, length in lengths.items())
        raise ShapeError(f"the sequences of a Scan have one length, got {shown}.")
    if lengths:
        return next(iter(lengths.values()))
    if layer.steps is None:
        raise ShapeError("a Scan without a sequence needs its number of steps.")
    return layer.steps
