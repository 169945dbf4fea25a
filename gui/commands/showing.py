"""What the panels show of the document, the selection and the run as these change."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from PySide6.QtCore import QRectF

from graph.analysis.places import folded
from graph.blocks.uses import instances
from graph.document import Document
from graph.layers.block import BlockLayer
from graph.records import Change, DefinitionChange, SettingChange
from gui.canvas.look.health import SCALES
from gui.commands.parts import Parts
from gui.shell.actions import COMMANDS, TINTS, WORKSPACES
from gui.widgets.text import shortened, unkeyed, untitled

EDITING = (
    *("cut", "copy", "duplicate", "delete_apart", "frame", "freeze", "bypass", "collapse", "group", "replace"),
    *("select_upstream", "select_downstream"),
)
# How many nodes have to be selected for it.
SEVERAL = {"align_": 2, "distribute_": 3}


class View(NamedTuple):
    """Where the canvas looked when a workspace was left."""

    document: Document
    graph: str
    zoom: float
    seen: QRectF


class Showing:
    """Keeps a document's panels in step, and while it is in front its window's title and actions too."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._views: dict[str, View] = {}
        self._last = ""

    def come_up(self) -> None:
        """Show all there is of the document: it has come to the front of its window."""
        parts, name = self._parts, self._parts.workspaces.name
        parts.status.come_up(parts.frame.status)
        parts.palette.show_blocks(list(parts.workspace.document.definitions))
        self._come_to(name)
        if parts.workspaces.has_drawing and self._last != name:
            self._look(name)
        self.history()
        self.run()

    def rest(self) -> None:
        """Leave the front of the window: another document comes there."""
        self._last = self._parts.workspaces.name
        self.leave(self._last)
        self._parts.status.rest()

    def opened(self, document: Document) -> None:
        """Show another document."""
        if self._parts.front:
            self._parts.palette.show_blocks(list(document.definitions))
        self._parts.canvas.set_document(document)
        self._parts.status.say("")
        self.selection([])

    def changes(self, changes: list[Change]) -> None:
        """Follow an edit, an undo or a redo."""
        self._parts.status.say("")
        self.history()
        if any(isinstance(change, DefinitionChange | SettingChange) for change in changes):
            if self._parts.front:
                self._parts.palette.show_blocks(list(self._parts.workspace.document.definitions))
            self._path()

    def leave(self, name: str) -> None:
        """Keep where the canvas looks in a workspace that is left."""
        canvas = self._parts.canvas
        if self._parts.workspaces.has_drawing:
            self._views[name] = View(canvas.document, canvas.graph, canvas.zoom, canvas.visible())

    def workspace(self, name: str) -> None:
        """Follow into another workspace: its own view of the drawing, and no command on a drawing that is not shown."""
        self._come_to(name)
        if self._parts.workspaces.has_drawing:
            self._look(name)

    def _come_to(self, name: str) -> None:
        parts, canvas = self._parts, self._parts.canvas
        for chosen in WORKSPACES:
            parts.actions[chosen].setChecked(chosen == f"workspace_{name.lower()}")
        for command in COMMANDS:
            if command.draws and command.text != "-":
                parts.actions[command.id].setEnabled(parts.workspaces.has_drawing)
        self._allow()
        parts.frame.status.zoom.setVisible(parts.workspaces.has_drawing)
        if name == "Data":
            parts.data.come_up()
        elif name == "Train":
            parts.training.come_up()
        elif name == "Runs":
            parts.desk.come_up()
        elif name == "Start":
            parts.frame.start.come_up()
        elif name == "Manual":
            parts.frame.manual.come_up()
        if parts.workspaces.has_drawing:
            canvas.setFocus()

    def _look(self, name: str) -> None:
        """Have the canvas look where it did when this workspace was left; at all of the drawing if it showed that."""
        canvas, view = self._parts.canvas, self._views.get(name)
        same = view is not None and view.document is canvas.document and view.graph == canvas.graph
        if view is None or not same or view.seen.contains(canvas.drawing.bounds()):
            canvas.frame_all()
        else:
            canvas.zoom_to(view.zoom)
            canvas.centerOn(view.seen.center())

    def health(self) -> None:
        """Show at the nodes what the run told of the layers of their names, of the kind that was chosen."""
        parts = self._parts
        quantity = str(parts.training.on_nodes.currentData())
        told, scale = parts.run.history.health, SCALES.get(quantity)
        if told is None or scale is None:
            parts.canvas.show_health(quantity, {})
            return
        values = {path: getattr(node, quantity) for path, node in told.nodes.items()}
        known = {path: inf if value is None else value for path, value in values.items()}
        parts.canvas.show_health(quantity, folded(parts.workspace.document, known, scale.worse))

    def graph(self, path: tuple[str, ...]) -> None:
        """Follow the canvas into another graph."""
        self._path()
        self._parts.inspector.show_graph(path[-1])
        self._parts.code.show_graph(path[-1])
        self.findings()

    def findings(self) -> None:
        """Mark problems on the canvas."""
        canvas = self._parts.canvas
        canvas.drawing.show_findings(self._parts.analysis.findings(canvas.graph))

    def selection(self, names: list[str]) -> None:
        """Follow the selection."""
        parts = self._parts
        parts.inspector.show_selection(list(names))
        graph = parts.canvas.graph
        told = [f"{graph}/{name}" if graph else name for name in names]
        parts.code.select(told)
        parts.outline.select(told)
        self._allow()

    def _allow(self) -> None:
        """Enable what the selection allows."""
        parts = self._parts
        if not parts.front:
            return
        names, graph, actions = parts.canvas.selected(), parts.canvas.graph, parts.actions
        shown = parts.workspaces.has_drawing
        for name in EDITING:
            actions[name].setEnabled(shown and bool(names))
        chosen = parts.canvas.picked()
        actions["delete"].setEnabled(shown and any(chosen))
        for name in ("cut", "copy", "duplicate"):
            actions[name].setEnabled(shown and bool(names or chosen.frames))
        for tint in TINTS:
            actions[f"tint_{tint}"].setEnabled(shown and bool(chosen.frames))
        actions["replace_by_kind"].setEnabled(shown and bool(names))
        actions["move_out"].setEnabled(shown and bool(names and graph))
        nodes = map(parts.canvas.document.graphs[graph].node, names)
        inside = any(isinstance(node.layer, BlockLayer) for node in nodes)
        for name in ("unpack", "open_block", "keep_block"):
            actions[name].setEnabled(shown and inside)
        for name, action in actions.actions.items():
            least = next((count for start, count in SEVERAL.items() if name.startswith(start)), 0)
            if least:
                action.setEnabled(shown and len(names) >= least)

    def history(self) -> None:
        """Say what can be undone and redone, and whether the document is saved."""
        parts, document = self._parts, self._parts.workspace.document
        if not parts.front:
            return
        for name, word, labels in (("undo", "&Undo", document.history[-1:]), ("redo", "&Redo", document.future[:1])):
            action = parts.actions[name]
            action.setText(f"{word} {unkeyed(shortened(labels[0]))}" if labels else word)
            action.setEnabled(bool(labels))
        parts.window.setWindowTitle(f"{untitled(shortened(parts.workspace.title()))}[*] - Layerloom")
        parts.window.setWindowModified(document.modified)

    def run(self) -> None:
        """Enable what the run's state allows."""
        run, actions = self._parts.run, self._parts.actions
        if not self._parts.front:
            return
        actions["train"].setText("S&tart Training" if run.may_start else "&Queue Training…")
        actions["train"].setIconText("Start" if run.may_start else "Queue…")
        actions["pause"].setEnabled(run.may_pause)
        actions["pause"].setText(f"&{run.pause_word}")
        actions["stop"].setEnabled(run.may_stop)

    def _path(self) -> None:
        parts, document = self._parts, self._parts.workspace.document
        path = parts.canvas.path
        uses = len(instances(document, path[-1])) if path[-1] in document.definitions else 0
        times = "not used yet" if not uses else "used once" if uses == 1 else f"used {uses} times"
        parts.breadcrumb.show_path(path, document.name, times)
        # At once, so that the canvas has its size before it puts the drawing in view.
        parts.middle.activate()
