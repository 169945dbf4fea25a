"""Which field of the data feeds which Input and Target."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from compiler.to_python.source import Source
from graph.document import Document
from graph.layers.io import Input, Target
from graph.records import Node
from graph.tensor import TensorType
from training.data.dataset import Dataset
from training.errors import DataError

Notify = Callable[[str], None]

# What data that is handed round calls the samples and the answers of a drawing with one Input and one Target.
_USUAL_INPUTS = ("image", "images", "x", "X", "data")
_USUAL_TARGETS = ("label", "labels", "y", "target", "targets")


class Binding(NamedTuple):
    """A node that takes its samples from a field; ``type`` is what it declares."""

    node: str
    field: str
    type: TensorType
    is_input: bool


def bind(document: Document, source: Source, dataset: Dataset, notify: Notify) -> list[Binding]:
    """The fields of a drawing's inputs and then targets, in the order its ``loss`` takes them.

    A node's field is the one it names, else the one called like the node. Failing that, a drawing's only Input takes
    ``image``, ``x`` or what else is usual, and its only Target ``label`` or ``y``.

    Raises:
        DataError: the data has no such field.
    """
    bindings = []
    for names in (source.inputs, source.targets):
        for name in names:
            node = document.model.node(name)
            field = field_of(node, dataset, only=len(names) == 1)
            if field != (_named(node) or name):
                notify(f"'{name}' takes the field '{field}' of the data; name the field in the node to choose another.")
            bindings.append(Binding(name, field, document.types()[name][0], names is source.inputs))
    return bindings


def _named(node: Node) -> str:
    return str(getattr(node.layer, "field", ""))


def field_of(node: Node, dataset: Dataset, only: bool) -> str:
    """The field a node takes; ``only`` says that no other node of its kind takes any.

    Raises:
        DataError: the data has no such field.
    """
    named, fields = _named(node), dataset.fields()
    wanted = named or node.name
    if wanted in fields:
        return wanted
    usual = next((name for name in _usual(node) if name in fields), "")
    if only and not named and usual:
        return usual
    if wanted in dataset.left_out:
        raise DataError(f"'{node.name}' takes the field '{wanted}', but {dataset.left_out[wanted]}", node.name)
    raise DataError(
        f"'{node.name}' takes the field '{wanted}', which {dataset.name} does not have; it has "
        f"{dataset.describe()}: set the node's field to one of them.",
        node.name,
    )


def _usual(node: Node) -> tuple[str, ...]:
    match node.layer:
        case Input():
            return _USUAL_INPUTS
        case Target():
            return _USUAL_TARGETS
        case _:
            return ()
