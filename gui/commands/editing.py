"""Commands on the drawing that need more than the canvas: names, the search, going through the history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF

from graph.builder import starts
from graph.document import Document
from graph.edits.blocks import entry
from graph.edits.nodes import PortRef
from graph.edits.offers import fitting, is_usual, offered
from graph.errors import LayerloomError
from graph.names import free_name
from graph.records import (
    Change,
    DefinitionChange,
    FramesChange,
    NodeChange,
    RenameChange,
    SettingChange,
    WireChange,
)
from gui.canvas import SearchRequest
from gui.commands.parts import Parts
from gui.palette import shelf


class Editing:
    """The commands that change the drawing of one window."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._wanted: SearchRequest | None = None
        self._changed: list[Change] = []

    def note(self, changes: list[Change]) -> None:
        """Remember what was changed last: a step that is undone is shown where it was made."""
        self._changed = changes

    def undo(self) -> None:
        """Take back the last step, and show where it was."""
        if self._would_hide("undo", self._parts.workspace.document.undoes):
            return
        label = self._parts.workspace.document.undo()
        self._show_step("Undid", label, self._changed[::-1])

    def redo(self) -> None:
        """Repeat the step last taken back, and show where it is."""
        if self._would_hide("redo", self._parts.workspace.document.redoes):
            return
        label = self._parts.workspace.document.redo()
        self._show_step("Redid", label, self._changed)

    def travel(self, steps: int) -> None:
        """Go back by a number of steps, or forth where it is negative, and show where the last of them was."""
        document = self._parts.workspace.document
        labels = document.history if steps > 0 else document.future
        if not document.travel(steps):
            return
        changes = self._changed[::-1] if steps > 0 else self._changed
        verb = "Undid" if steps > 0 else "Redid"
        self._show_step(verb, labels[-1] if abs(steps) == 1 and steps > 0 else f"{abs(steps)} steps", changes)

    def rename(self) -> None:
        """Have the name of the selected node or frame typed where it stands; that of the drawing in the inspector."""
        if self._parts.canvas.rename_selected():
            return
        self._parts.workspaces.bring_up("Inspector")
        self._parts.inspector.rename()

    def group(self) -> None:
        """Ask for a name, and make the selected nodes a block."""
        canvas = self._parts.canvas
        if not canvas.selected():
            return
        seen = canvas.drawing.bounds(canvas.selected()).intersected(canvas.visible())
        where = canvas.viewport().mapToGlobal(canvas.mapFromScene(seen.center()))
        suggestion = free_name("Block", canvas.document.definitions)
        self._parts.names.ask("Name of the new block", suggestion, where, canvas.group)

    def new_block(self) -> None:
        """Add an empty block, and go into it."""
        if name := self.add_in_view("Block"):
            self._parts.canvas.open(name)

    def search(self, request: SearchRequest) -> None:
        """Offer the layers that fit where the search was asked for."""
        self._wanted = request
        canvas = self._parts.canvas
        source = request.source
        if request.wire is not None:
            source = PortRef(request.wire.source, request.wire.source_port, True)
        kinds = fitting(canvas.document, source, canvas.graph)
        if request.source is None or request.source.output:
            kinds.sort(key=lambda kind: not is_usual(kind))
        others = [kind for kind in offered(canvas.document, canvas.graph) if kind not in kinds]
        others += map(entry, shelf.files())
        self._parts.search.ask(kinds, request.global_pos, others if request.beside else ())

    def begin(self, name: str) -> None:
        """Draw a start into the empty drawing, and say how to go on."""
        parts = self._parts
        try:
            starts.begin(parts.workspace.document, name)
        except LayerloomError as error:
            parts.status.say(str(error))
            return
        parts.canvas.frame_all()
        parts.canvas.setFocus()
        data = parts.workspace.document.training.data.text()
        parts.status.say(f"Ready to train on {data}: press F5, or change what you like. Ctrl+2 chooses other data.")

    def add_wanted(self, kind: str) -> None:
        """Add the layer that was chosen where the search was asked for."""
        canvas, wanted = self._parts.canvas, self._wanted
        if wanted is None:
            return
        if wanted.replaces:
            canvas.replace(kind, wanted.replaces)
        elif wanted.source is not None and wanted.beside:
            if canvas.add_beside(kind, wanted.source):
                self.edit_fields()
        elif canvas.add_layer(kind, wanted.scene_pos, wanted.source, wanted.wire):
            self.edit_fields()

    def add_behind(self, kind: str) -> None:
        """Add a layer from the palette: behind the node selected last, or in the middle of the view."""
        canvas = self._parts.canvas
        end = canvas.growing_end()
        if self.add_in_view(kind) if end is None else canvas.add_beside(kind, end):
            self.edit_fields()

    def edit_fields(self) -> None:
        """Put the cursor into the first field of the selected node, where the inspector is on the screen."""
        if not self._parts.docks["Inspector"].isHidden():
            self._parts.workspaces.bring_up("Inspector")
            self._parts.inspector.edit_first()

    def add_in_view(self, kind: str) -> str:
        """Add a layer in the middle of the view; its name, "" if refused."""
        canvas = self._parts.canvas
        return canvas.add_layer(kind, canvas.free_place(canvas.middle()))

    def _would_hide(self, verb: str, changes: Sequence[Change]) -> bool:
        """Whether a step changes the drawing where that cannot be seen; it is said, and nothing is done."""
        if self._parts.workspaces.has_drawing or all(isinstance(change, SettingChange) for change in changes):
            return False
        document = self._parts.workspace.document
        label = document.history[-1] if verb == "undo" else document.future[0]
        self._parts.status.say(f"'{label}' is a step on the drawing: {verb} it where it is seen, in Draw (Ctrl+1).")
        return True

    def _show_step(self, verb: str, label: str | None, changes: list[Change]) -> None:
        if not label:
            return
        document, canvas = self._parts.workspace.document, self._parts.canvas
        graphs = _drawn_on(changes, document)
        if graphs and canvas.graph not in graphs:
            canvas.go_to_graph(graphs[0])
        canvas.show_places(_places(changes, canvas.graph, document))
        self._parts.status.say(f"{verb}: {label}")


def _places(changes: list[Change], graph: str, document: Document) -> dict[str, QPointF]:
    """Where the nodes are, or were, that a step changed in a graph; else those at the ends of its wires."""
    nodes: dict[str, QPointF] = {}
    for change in changes:
        node = (change.after or change.before) if isinstance(change, NodeChange) and change.graph == graph else None
        if node is not None:
            nodes[node.name] = QPointF(node.x, node.y)
    for change in changes:
        if isinstance(change, FramesChange) and change.graph == graph:
            for frame in {*change.before} ^ {*change.after}:
                nodes[f"frame {frame.key}"] = QPointF(frame.x + frame.width / 2, frame.y + frame.height / 2)
    drawing = document.graphs.get(graph)
    if nodes or drawing is None:
        return nodes
    made = [change for change in changes if isinstance(change, WireChange) and change.graph == graph]
    wires = [change.after or change.before for change in made]
    ends = [name for wire in wires if wire is not None for name in (wire.source, wire.target) if name in drawing.nodes]
    return {name: QPointF(drawing.node(name).x, drawing.node(name).y) for name in ends}


def _drawn_on(changes: list[Change], document: Document) -> list[str]:
    """The graphs that were changed, in this order, as far as there are any; one that came or went does not count."""
    made = {change.name for change in changes if isinstance(change, DefinitionChange) and change.before is None}
    found = [
        change.graph for change in changes if isinstance(change, NodeChange | WireChange | RenameChange | FramesChange)
    ]
    found += [change.name for change in changes if isinstance(change, DefinitionChange)]
    return [graph for graph in dict.fromkeys(found) if graph in document.graphs and graph not in made]
