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


class Binding(NamedTuple):
    """A node that takes its samples from a field; ``type`` is what it declares."""

    node: str
    field: str
    type: TensorType


def bind(document: Document, source: Source, dataset: Dataset, notify: Notify) -> list[Binding]:
    """The fields of a drawing's inputs and then targets, in the order its ``loss`` takes them.

    A node's field is the one it names, else the one called like the node. Failing that, a drawing's only Input
    takes ``image`` and its only Target of class indices ``label``.

    Raises:
        DataError: the data has no such field.
    """
    bindings = []
    for names in (source.inputs, source.targets):
        for name in names:
            node = document.model.node(name)
            field = _field(node, dataset, only=len(names) == 1)
            if field != (_named(node) or name):
                notify(f"'{name}' takes the field '{field}' of the data; name the field in the node to choose another.")
            bindings.append(Binding(name, field, document.types()[name][0]))
    return bindings


def _named(node: Node) -> str:
    return str(getattr(node.layer, "field", ""))


def _field(node: Node, dataset: Dataset, only: bool) -> str:
    named = _named(node)
    if (named or node.name) in dataset.training:
        return named or node.name
    usual = _usual(node)
    if only and not named and usual in dataset.training:
        return usual
    raise DataError(
        f"'{node.name}' takes the field '{named or node.name}', which {dataset.name} does not have; it has "
        f"{dataset.describe()}: set the node's field to one of them.",
        node.name,
    )


def _usual(node: Node) -> str:
    match node.layer:
        case Input():
            return "image"
        case Target(dtype="int64"):
            return "label"
        case _:
            return ""
