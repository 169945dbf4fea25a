"""The inspector: the page that goes with the selection, patched from the document's changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from graph.records import Change, RenameChange
from gui.analysis import Analysis
from gui.inspector.block import BlockPage
from gui.inspector.fields.editors import TypedEditor
from gui.inspector.info import Info
from gui.inspector.model import ModelPage
from gui.inspector.nodes import NodesPage
from gui.theme.colors import Theme
from gui.widgets.scrolling import hold, scroll_area
from gui.workspace import Workspace


class Inspector(QWidget):
    """Shows the selected nodes, or the model or block where nothing is selected.

    ``left`` tells that a field was left, ``renamed`` the new name of the block that is shown, ``kept`` the name of one
    that the library is to have.
    """

    left = Signal()
    renamed = Signal(str)
    kept = Signal(str)

    def __init__(self, workspace: Workspace, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._graph = ""
        self._names: list[str] = []
        self._stack = QStackedWidget(self)
        areas = [scroll_area(Qt.Orientation.Vertical, self._stack) for _ in range(3)]
        self.model = ModelPage(workspace, analysis, areas[0].widget())
        self.nodes = NodesPage(workspace, analysis, areas[1].widget())
        self.block = BlockPage(workspace, analysis, areas[2].widget())
        self.block.renamed.connect(self.renamed)
        self.block.kept.connect(self.kept)
        for page in (self.model, self.nodes, self.block):
            # As wide as there is room for, whatever it holds: what is wider would be cut.
            page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._stack.addWidget(hold(areas.pop(0), page))
            page.left.connect(self.left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        self.info = Info(self)
        layout.addWidget(self.info)
        self.nodes.told.connect(self.info.show_effect)
        workspace.opened.connect(lambda _: self._open())
        workspace.changed.connect(self._follow)
        workspace.settling.connect(self.settle)
        analysis.updated.connect(self._show_figures)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.nodes.set_theme(theme)
        self.model.set_theme(theme)
        self.block.set_theme(theme)

    def show_graph(self, graph: str) -> None:
        """Show another graph: the model, or a block."""
        self._graph = graph
        self._names = []
        self._show()

    def show_selection(self, names: list[str]) -> None:
        """Show other nodes; none of them means the model."""
        if names == self._names:
            return
        self._names = list(names)
        self._show()

    def rename(self) -> None:
        """Put the cursor into the name of the selected node, or of the model."""
        if len(self._names) == 1:
            self.nodes.start_renaming()
        elif self._graph and not self._names:
            self.block.start_renaming()
        elif not self._names:
            self.model.name_form.rows["name"].editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit_first(self) -> bool:
        """Put the cursor into the first parameter of the selected nodes; whether they have one."""
        rows = [row for row in self.nodes.form.rows.values() if not row.isHidden()] if self._names else []
        if rows:
            editor = rows[0].editor
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            if isinstance(editor, QLineEdit):
                editor.selectAll()  # a window that is not in front yet does not tell it of the focus
        return bool(rows)

    def settle(self) -> None:
        """Treat the field that is being typed in as left: what it holds is taken, or put back."""
        editor = self.focusWidget()
        if isinstance(editor, TypedEditor):
            editor.finished.emit()

    def drop(self) -> None:
        """Put back what was typed but not taken: a step through the history must not meet an edit on its way."""
        editor = self.focusWidget()
        if isinstance(editor, TypedEditor):
            editor.dropped.emit()

    def event(self, event: QEvent) -> bool:
        # What is below the pointer tells its help by this event, on its way to the window's own status bar.
        if isinstance(event, QStatusTipEvent):
            self.info.show_hovered(event.tip())
            return True
        return super().event(event)

    def _open(self) -> None:
        self._graph = ""
        self._names = []
        self.model.forget()
        self.nodes.forget()
        self.block.forget()
        self._show()

    def _show(self) -> None:
        if self._names:
            self.nodes.show_nodes(self._graph, self._names)
        elif self._graph:
            self.block.show_block(self._graph)
        else:
            self.model.refresh()
        self._turn_to(1 if self._names else 2 if self._graph else 0)

    def _turn_to(self, page: int) -> None:
        """Show a page that is ready: as a field of the old one is left, the document may change and the new one follow.

        No field of the new page gets the focus, as Qt would have it: what is typed on would change another node.
        """
        focused = self.window().focusWidget()
        if page != self._stack.currentIndex() and focused is not None and self._stack.isAncestorOf(focused):
            focused.clearFocus()
        self._stack.setCurrentIndex(page)

    def _follow(self, changes: list[Change]) -> None:
        if self._graph not in self._workspace.document.graphs:
            return  # the canvas will soon show another one
        before = self._names
        self._names = self._still_there(changes)
        if not self._names and not before and self._graph:
            self.block.refresh()
        elif not self._names:
            self._show()
        elif len(self._names) != len(before):
            self.nodes.show_nodes(self._graph, self._names)
        else:
            self.nodes.follow(self._names)

    def _still_there(self, changes: list[Change]) -> list[str]:
        names = self._names
        for change in changes:
            if isinstance(change, RenameChange) and change.graph == self._graph:
                names = [change.after if name == change.before else name for name in names]
        return [name for name in names if name in self._workspace.document.graphs[self._graph].nodes]

    def _show_figures(self) -> None:
        if self._graph not in self._workspace.document.graphs:
            return
        if self._names:
            self.nodes.show_figures()
        elif self._graph:
            self.block.show_figures()
        else:
            self.model.show_figures()
