"""What is said of nodes by their names, kept when they go into a block or come out of it: ties, turns and the sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from graph.blocks.paths import Moved, Path, moved_path
from graph.document import Document
from graph.errors import DocumentError
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.modelgraph import ModelGraph
from graph.records import Node
from graph.tying import givers

Ties = list[tuple[Path, Path]]  # the weight that is given, behind the one that it is


def has_weights(layer: Layer) -> bool:
    """Whether a layer may have weights."""
    return isinstance(layer, BlockLayer) or type(layer).weights is not Layer.weights


def within(node: Node, block: Node) -> Node:
    """A node that learns outside of a block as it does in it."""
    l1, l2 = (around if own is None else own for own, around in ((node.l1, block.l1), (node.l2, block.l2)))
    return msgspec.structs.replace(node, frozen=node.frozen or block.frozen, l1=l1, l2=l2)


def ties_around(drawing: ModelGraph, block: str = "", inside: ModelGraph | None = None) -> Ties:
    """All ties of a drawing and of what is in a block of it, by paths that begin in the drawing."""
    return [*_ties(drawing, ()), *(_ties(inside, (block,)) if inside is not None else ())]


def tie_again(document: Document, place: tuple[ModelGraph, str, ModelGraph], ties: Ties, moved: Moved) -> None:
    """Give nodes the ties that were ``ties_around`` a block used once, each in the drawing where both its ends are now.

    ``place`` is the drawing, the node in it that uses the block, and the drawing inside.

    Raises:
        DocumentError: a node would both give a weight and take one.
    """
    drawing, block, inside = place
    document.follow_ties(drawing.key, moved)
    made: dict[tuple[str, str], dict[str, str]] = {}
    for taker, giver in ties:
        taker, giver = moved_path(taker, moved), moved_path(giver, moved)
        key = drawing.key
        if taker[0] == giver[0] == block:
            key, taker, giver = inside.key, taker[1:], giver[1:]
        made.setdefault((key, taker[0]), {})[".".join(taker[1:])] = ".".join(giver)
    for graph in (drawing, inside):
        for name in list(graph.nodes):
            document.set_ties(graph.key, name, made.get((graph.key, name), {}))
        _check_givers(graph)


def follow_sweep(document: Document, here: str, there: str, moved: Mapping[str, str]) -> None:
    """Have the sweep vary the fields of nodes that moved from one drawing to another by their new names."""
    names = {name_of(here, old): name_of(there, new) for old, new in moved.items()}
    if document.sweep.over:
        document.set_setting("sweep", document.sweep.renamed(names))


def name_of(graph: str, node: str) -> str:
    """How a sweep begins the names of a node's fields."""
    return f"{graph}/{node}" if graph else node


def check_alike(document: Document, graph: str, block: Node, chosen: Mapping[str, Node]) -> None:
    """Refuse that nodes that go into a block would learn otherwise than they do.

    Raises:
        DocumentError: the block is frozen, penalized or in another turn.
    """
    for name, node in chosen.items():
        if not has_weights(node.layer) or node.frozen:
            continue
        if block.frozen:
            raise DocumentError(f"'{block.name}' is frozen, and '{name}' would be, too; unfreeze it, or freeze both.")
        for key in ("l1", "l2"):
            if getattr(node, key) is None and getattr(block, key) is not None:
                raise DocumentError(
                    f"'{block.name}' has an {key} of its own, which '{name}' would take; give '{name}' one, too."
                )
        ours, theirs = (_turns(document, graph, each) for each in (name, block.name))
        if ours and theirs and ours != theirs:
            raise DocumentError(
                f"'{name}' learns in the turn '{ours[0]}' and '{block.name}' in '{theirs[0]}'; a block learns as a "
                "whole."
            )


def _turns(document: Document, graph: str, name: str) -> list[str]:
    return [turn.name for turn in document.training.turns if not graph and name in turn.nodes]


def _ties(graph: ModelGraph, before: Path) -> Iterator[tuple[Path, Path]]:
    for name, node in graph.nodes.items():
        for key, text in node.ties.items():
            yield (*before, name, *key.split(".")), (*before, *text.split("."))


def _check_givers(graph: ModelGraph) -> None:
    nodes = graph.nodes
    for name, node in nodes.items():
        for giver in givers(node):
            if giver in nodes and nodes[giver].ties:
                third = next(givers(nodes[giver]))
                raise DocumentError(
                    f"'{giver}' would use a weight of '{third}' and give one to '{name}'; untie one of them first."
                )
