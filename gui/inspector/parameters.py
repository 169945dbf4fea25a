"""The parameters that nodes have in common, as the subject of a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graph.blocks.expansion import resolve
from graph.document import Document
from graph.edits.setting import usage
from graph.edits.setting.parameters import WHEN, fields_for, set_value, value_of
from graph.edits.setting.proposing import can_vary
from graph.edits.setting.sweeping import name_for
from graph.errors import LayerloomError
from graph.fields import Field, fields_of
from graph.layers.block import BlockLayer
from graph.records import Node
from gui.inspector.chosen import Chosen, own_layer
from gui.inspector.fields.known import MIXED
from gui.inspector.fields.subject import Subject
from gui.inspector.fields.values import written


class Parameters(Subject):
    """One change is one for all the nodes."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.fields: dict[str, Field] = {}

    def choose(self) -> dict[str, Field]:
        """Take the fields that the nodes have in common now."""
        chosen = self._chosen
        self.fields = fields_for(chosen.document, chosen.graph, chosen.nodes)
        return self.fields

    def values(self) -> dict[str, Any]:
        document, nodes = self._chosen.document, self._chosen.nodes
        return {name: in_common(value_of(document, node, name) for node in nodes) for name in self.fields}

    def live(self) -> dict[str, str]:
        document, graph, nodes = self._chosen.document, self._chosen.graph, self._chosen.nodes
        found = {name: in_common(_amount(document, graph, node, name) for node in nodes) for name in self.fields}
        return {name: text for name, text in found.items() if isinstance(text, str) and text}

    def differs(self, field: str) -> bool:
        return any(_differs(node, field) for node in self._chosen.nodes)

    def write(self, field: str, value: Any) -> None:
        for name in list(self._chosen.names):
            set_value(self._chosen.document, self._chosen.graph, name, field, value)

    def reset(self, field: str) -> None:
        for node in self._chosen.nodes:
            default = _default(node, field)
            if isinstance(node.layer, BlockLayer) and field != WHEN:
                default = usage.default_of(node.layer, field)
            set_value(self._chosen.document, self._chosen.graph, node.name, field, default)

    def swept(self, field: str) -> str:
        if len(self._chosen.names) != 1:
            return ""
        name = name_for(self._chosen.graph, self._chosen.names[0], field.removeprefix(usage.ARGUMENT))
        return name if can_vary(self._chosen.document, name) else ""

    def label(self, field: str) -> str:
        return f"Set {self.fields[field].name} of {self._chosen.who}"


def in_common(values: Iterable[Any]) -> Any:
    """The one value there is, or ``MIXED``."""
    first, *others = values
    return first if all(other == first for other in others) else MIXED


def _amount(document: Document, graph: str, node: Node, field: str) -> str:
    """What a field amounts to that holds an expression, at the defaults of the block's parameters; "" for others."""
    if field in node.expressions:
        return f"= {written(getattr(node.layer, field))}"
    value = value_of(document, node, field)
    if isinstance(node.layer, BlockLayer):
        return usage.amount(document, graph, value) if field.startswith(usage.ARGUMENT) else ""
    if not isinstance(value, tuple) or not any(isinstance(item, str) for item in value) or not document.values(graph):
        return ""
    try:
        return f"= {written(getattr(resolve(node, document.values(graph)), field))}"
    except LayerloomError:
        return ""  # the node has a problem, and says which


def _default(node: Node, field: str) -> Any:
    """The default of a layer's own field; what a node carries beside its layer is empty by default."""
    known = fields_of(type(own_layer(node))).get(field)
    return "" if known is None else known.default


def _differs(node: Node, field: str) -> bool:
    if field == WHEN:
        return bool(node.when)
    if field in node.expressions:
        return True
    if isinstance(node.layer, BlockLayer):
        return usage.differs(node.layer, field)
    return bool(getattr(own_layer(node), field, "") != _default(node, field))
