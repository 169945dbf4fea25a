"""Drawings in which every number of a layer is an expression, found from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from graph.catalog import layer_class, make_layer
from graph.dims import parse_dim
from graph.document import Document
from graph.errors import LayerloomError
from graph.fields import Field, fields_of
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.tensor import TensorType

NUMBERS = ("int", "float", "size", "sizes", "floats")
INTEGERS = (1, 2, 3, 0, 4, -1, 6)
# With their defaults, initial weights take no number.
COMPANIONS = {"weight_scale": {"weight_init": "normal"}, "bias_scale": {"bias_init": "normal"}}


class Expressed(NamedTuple):
    """A field, the value it has in a block's defaults, and that of another use: numbers, or lists of them."""

    field: str
    value: Any
    other: Any


def kinds_of(cls: type[Layer]) -> list[TensorType]:
    """The usual inputs of a layer."""
    found = []
    for text in cls.typical:
        dims, _, dtype = text.partition(" ")
        shape = tuple(parse_dim(int(dim) if dim.isdigit() else dim) for dim in dims.split(","))
        found.append(TensorType(shape, dtype or "float32"))  # type: ignore[arg-type]
    return found


def expressed_fields(cls: type[Layer]) -> list[Expressed]:
    """The fields of numbers, with a value that the usual inputs take, and another if there is one."""
    found = []
    for name, field in fields_of(cls).items():
        if field.kind not in NUMBERS or field.hidden:
            continue
        values = [value for value in dict.fromkeys(_candidates(cls, field)) if _works(cls, name, value)]
        if values:
            found.append(Expressed(name, values[0], values[1] if len(values) > 1 else values[0]))
    return found


def _candidates(cls: type[Layer], field: Field) -> Iterator[Any]:
    default = getattr(cls(), field.name)
    if field.kind == "float":
        numbers = (0.25, 0.5, 1.0, 1.5, 2.0, -0.5, 6000.0, 7000.0)
        yield from dict.fromkeys([*([default] if default is not None else []), *numbers])
    elif field.kind == "int":
        yield from dict.fromkeys([*([default] if default is not None else []), *INTEGERS])
    elif field.kind == "floats":
        yield from ((0.5,), (1.5,), (1.0, 2.0, 3.0))
    elif field.kind == "size":
        length = field.length or 1
        one = default if isinstance(default, int) else None
        for number in dict.fromkeys([*([one] if one is not None else []), *INTEGERS]):
            yield (number,) * length
    else:
        yield default
        yield from ((1,), (2,), (2, 3), (0, 1), (1, 0), (1, 1), (-1, 1), (3, -1), (1, 0, 1, 1), (2, 2, 2, 2))
        yield from ((0, 2, 1), (0, 1, 3, 2), (3, 3), (4, 2), (5, 1), (0, 1, 2))


def _works(cls: type[Layer], name: str, value: Any) -> bool:
    """Whether a layer with a value takes its usual inputs, and the value reaches it."""
    if isinstance(value, tuple) and not value:
        return False
    try:
        layer = make_layer(cls.__name__, {**COMPANIONS.get(name, {}), name: value})
        layer.infer(*kinds_of(cls))
    except (LayerloomError, TypeError, IndexError):
        return False
    return bool(layer.output_names())


def drawing(kind: str, fields: list[Expressed], *, twice: bool = False) -> Document:
    """A block with a node for each field, which is an expression there; used with the defaults, or with others too."""
    cls = layer_class(kind)
    document = Document("Expressed")
    parameters: dict[str, Any] = {}
    others: dict[str, Any] = {}
    with document.edit("Draw"):
        for each in fields:
            first, second = _numbers(each.value), _numbers(each.other)
            for at, number in enumerate(first):
                parameters[f"{each.field}_{at}"] = number
                others[f"{each.field}_{at}"] = second[at] if len(second) == len(first) else number
        block = document.add_block("Unit", parameters)
        ports = [f"in{at}" for at in range(len(cls.typical))]
        for at, (port, given) in enumerate(zip(ports, kinds_of(cls), strict=True)):
            shape = [dim if isinstance(dim, int) else str(dim) for dim in given.shape[1:]]
            for graph, x in ((block, 0), (document.model, 0)):
                graph.add("Input", {"shape": shape, "dtype": given.dtype}, name=port, at=(x, 100 * at))
        for row, each in enumerate(fields):
            _add(document, block, kind, each, row, ports)
        _use(document, "unit", ports, {})
        if twice:
            _use(document, "unit_again", ports, others)
    return document


def _numbers(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _add(document: Document, block: Any, kind: str, each: Expressed, row: int, ports: list[str]) -> None:
    texts = [f"{each.field}_{at}" for at in range(len(_numbers(each.value)))]
    value = texts if isinstance(each.value, tuple) else texts[0]
    name = f"with_{each.field}"
    block.add(kind, {**COMPANIONS.get(each.field, {}), each.field: value}, name=name, at=(300, 100 * row))
    layer = block.node(name).layer
    assert not isinstance(layer, BlockLayer)
    for port, source in zip(_ports_of(layer, len(ports)), ports, strict=True):
        block.connect(source, name, port)
    for at, port in enumerate(layer.output_names()):
        out = f"out_{each.field}_{at}"
        block.add("Output", name=out, at=(600, 100 * row + 10 * at))
        block.connect(name, out, source_port=port)


def _ports_of(layer: Layer, count: int) -> list[str]:
    found: list[str] = []
    for port in layer.ports():
        found += [f"{port.name}{at}" for at in range(count - len(found))] if port.variadic else [port.name]
    return found[:count]


def _use(document: Document, name: str, ports: list[str], arguments: dict[str, Any]) -> None:
    model = document.model
    row = 1000 * len(model.nodes)
    model.add("Block", {"definition": "Unit", "arguments": arguments}, name=name, at=(300, row))
    for port in ports:
        model.connect(port, name, port)
    for at, port in enumerate(model.node(name).layer.output_names()):
        model.add("Output", name=f"{name}_{port}", at=(600, row + 20 * at))
        model.connect(name, f"{name}_{port}", source_port=port)
