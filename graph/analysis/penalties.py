"""What the weights of single nodes cost in training, where the nodes say so themselves."""

from __future__ import annotations

from collections.abc import Iterable

from graph.document import Document
from graph.layers.block import BlockLayer

Own = tuple[float | None, float | None]


def own_penalties(document: Document, names: Iterable[str]) -> dict[str, Own]:
    """The l1 and l2 of weights by their names in the ``state_dict``, ``None`` for one that the settings say.

    What a node in a block says goes before what the block's node says.
    """
    found = {name: _own(document, name) for name in names}
    return {name: own for name, own in found.items() if own != (None, None)}


def _own(document: Document, name: str) -> Own:
    graph = document.model
    l1: float | None = None
    l2: float | None = None
    for part in name.split("."):
        node = graph.nodes.get(part)
        if node is None:  # the number of a turn of a repeated block
            continue
        l1, l2 = (l1 if node.l1 is None else node.l1), (l2 if node.l2 is None else node.l2)
        if not isinstance(node.layer, BlockLayer):
            break
        graph = document.graphs[node.layer.definition]
    return l1, l2
