"""The Python that stands in a drawing."""

from __future__ import annotations

from graph.document import Document
from graph.layers.custom import Custom
from graph.storage.trust import digest, trusted


def code_in(document: Document) -> dict[str, str]:
    """The texts by the full names of the nodes that hold them, in the order of the drawing; what comes ready is not."""
    found = {}
    for key, graph in document.graphs.items():
        for name, node in graph.nodes.items():
            if isinstance(node.layer, Custom) and node.layer.code != Custom().code:
                found[f"{key}/{name}" if key else name] = node.layer.code
    return found


def untrusted(document: Document) -> dict[str, str]:
    """Those that the user has not agreed to run here."""
    codes = code_in(document)
    known = trusted() if codes else frozenset()
    return {name: code for name, code in codes.items() if digest(code) not in known}
