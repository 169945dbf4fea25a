"""The manual: opened at what is selected, at what the page in front is about, or where it was last read."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from graph.edits.search.kinds import class_of
from graph.manual.addresses import LAYER
from gui.commands.parts import Parts
from gui.shell.workspaces import MANUAL

# What each workspace is told of in the manual.
PAGES = {
    "Start": "page/first",
    "Draw": "page/draw",
    "Data": "page/data",
    "Train": "page/training",
    "Runs": "page/runs",
}
SWEEPS = "page/sweeps"


class Reading:
    """The commands that open the manual in one window."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open(self) -> None:
        """Show the manual where it was last read; at the page that fits where it was not."""
        if not self._parts.frame.manual.address:
            self._parts.frame.manual.open(self._page())
        self._parts.workspaces.show_workspace(MANUAL)

    def explain(self) -> None:
        """Show the page on the layer that is selected, in the palette or on the canvas, or on what is in front."""
        if self._parts.workspaces.name == MANUAL:
            self._parts.workspaces.leave_manual()
        elif kind := self._kind():
            self.explain_kind(kind)
        else:
            self._parts.frame.manual.open(self._page())
            self._parts.workspaces.show_workspace(MANUAL)

    def explain_kind(self, kind: str) -> None:
        """Show the page on a kind of layer, or on blocks for one that is offered."""
        self._parts.frame.manual.open(f"{LAYER}{class_of(kind).__name__}")
        self._parts.workspaces.show_workspace(MANUAL)

    def _kind(self) -> str:
        """The kind of layer that has the attention, "" for none."""
        parts, focused = self._parts, QApplication.focusWidget()
        if focused is not None and parts.palette.isAncestorOf(focused) and parts.palette.current:
            return parts.palette.current
        selected = parts.canvas.selected() if parts.workspaces.has_drawing else []
        if not selected:
            return ""
        graph = parts.canvas.document.graphs[parts.canvas.graph]
        return type(graph.node(selected[0]).layer).__name__

    def _page(self) -> str:
        name = self._parts.workspaces.name
        if name == "Runs" and self._parts.desk.sweep_tab.isChecked():
            return SWEEPS
        return PAGES[self._parts.workspaces.lasting if name == MANUAL else name]
