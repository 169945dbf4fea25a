"""How two drawings differ, node by node; where nodes stand on the canvas makes no difference."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from graph.analysis.places import Place
from graph.blocks.uses import uses
from graph.document import Document
from graph.fields import fields_of
from graph.modelgraph import ModelGraph
from graph.records import Node

_NOTHING = "nothing"


class NodeDifference(msgspec.Struct, frozen=True):
    """A node that is "added", "removed" or "changed"; one in a block is named after it: ``Bottleneck/conv1``."""

    node: str
    how: str
    what: str


def drawing_differences(before: Document, after: Document) -> list[NodeDifference]:
    """What is another in ``after`` than in ``before``."""
    keys = [*before.graphs, *(key for key in after.graphs if key not in before.graphs)]
    found = [_of_block(before, after, key) for key in keys if key]
    return [difference for difference in found if difference is not None] + [
        difference for key in keys for difference in _of_graph(before.graphs.get(key), after.graphs.get(key), key)
    ]


def places_of(document: Document, differences: Iterable[NodeDifference]) -> dict[Place, str]:
    """What differs from another drawing and can be seen in this one, by place, with uses of blocks that differ."""
    found: dict[Place, str] = {}
    blocks: set[str] = set()
    for each in differences:
        graph, _, name = each.node.rpartition("/")
        if graph or each.node in document.definitions:
            blocks |= {graph or each.node}
        if each.how != "removed" and graph in document.graphs and name in document.graphs[graph].nodes:
            found[graph, name] = each.how
    for block in _holding(document, blocks):
        for holder, node in uses(document, block):
            found.setdefault((holder.key, node.name), "changed")
    return found


def _holding(document: Document, blocks: set[str]) -> set[str]:
    """These blocks, and those in which one of them is used."""
    holding = {graph.key for block in blocks for graph, _ in uses(document, block) if graph.key} - blocks
    return _holding(document, blocks | holding) if holding else blocks


def _of_block(before: Document, after: Document, name: str) -> NodeDifference | None:
    ours, theirs = before.definitions.get(name), after.definitions.get(name)
    if ours is None or theirs is None:
        return NodeDifference(name, "removed" if theirs is None else "added", "block")
    changes = _changes(dict(ours.parameters), dict(theirs.parameters))
    return NodeDifference(name, "changed", changes) if changes else None


def _of_graph(before: ModelGraph | None, after: ModelGraph | None, key: str) -> list[NodeDifference]:
    ours = dict(before.nodes) if before is not None else {}
    theirs = dict(after.nodes) if after is not None else {}
    found = []
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        shown = f"{key}/{name}" if key else name
        if name not in theirs:
            found.append(NodeDifference(shown, "removed", ours[name].kind))
        elif name not in ours:
            found.append(NodeDifference(shown, "added", theirs[name].kind))
        elif changes := _changes(_facts(ours[name], before), _facts(theirs[name], after)):
            found.append(NodeDifference(shown, "changed", changes))
    return found


def _facts(node: Node, graph: ModelGraph | None) -> dict[str, Any]:
    """All that makes a node what it is."""
    parameters = {
        field.name: getattr(node.layer, field.name)
        for field in fields_of(type(node.layer)).values()
        if not field.hidden
    }
    wires = graph.inputs(node.name) if graph is not None else {}
    return {
        "layer": node.kind,
        **parameters,
        **node.expressions,
        "frozen": node.frozen,
        "l1": node.l1,
        "l2": node.l2,
        "shares": node.shares,
        **{f"{weight} tied to": source for weight, source in node.ties.items()},
        "when": node.when,
        **{f"input {port}": _end(wire.source, wire.source_port) for port, wire in wires.items()},
    }


def _end(source: str, port: str) -> str:
    return source if port in ("", "out", "y") else f"{source}.{port}"


def _changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    if before.get("layer") != after.get("layer"):
        return f"{before['layer']} -> {after['layer']}"
    names = dict.fromkeys([*before, *after])
    changed = [name for name in names if before.get(name) != after.get(name)]
    return ", ".join(f"{name} {_text(before.get(name))} -> {_text(after.get(name))}" for name in changed)


def _text(value: Any) -> str:
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
