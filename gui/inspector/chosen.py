"""The nodes a page is about: what its forms read and write, followed when they are renamed."""

from __future__ import annotations

from graph.document import Document
from graph.fields import Field
from graph.layer import Layer
from graph.modelgraph import ModelGraph
from graph.records import Node
from gui.inspector.fields.subject import Subject
from gui.workspace import Workspace

NAME = Field("name", "text", "", "identifier: its attribute in the generated code")


class Chosen:
    """Some nodes of one graph."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.graph = ""
        self.names: list[str] = []

    @property
    def document(self) -> Document:
        return self._workspace.document

    @property
    def drawing(self) -> ModelGraph:
        return self.document.graphs[self.graph]

    @property
    def nodes(self) -> list[Node]:
        return [self.drawing.node(name) for name in self.names]

    @property
    def who(self) -> str:
        """What the history calls them."""
        return self.names[0] if len(self.names) == 1 else f"{len(self.names)} nodes"


class Name(Subject):
    """The name of the one node."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen

    def values(self) -> dict[str, str]:
        return {"name": self._chosen.names[0] if self._chosen.names else ""}

    def write(self, field: str, value: str) -> None:
        self._chosen.drawing.rename(self._chosen.names[0], value)

    def label(self, field: str) -> str:
        return f"Rename {self._chosen.names[0]}"


def own_layer(node: Node) -> Layer:
    """The layer a node has, also while it is bypassed."""
    return node.layer if node.bypassed is None else node.bypassed
