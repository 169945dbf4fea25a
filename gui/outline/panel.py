"""The outline of a drawing: its nodes in the order of the data, what is in a block below it, and a filter."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QIcon, QShowEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from graph.edits.search.finding import find
from graph.layers.block import BlockLayer
from graph.records import Change, FramesChange, Node, NodeChange
from gui.theme.colors import Theme
from gui.widgets.swatch import swatch
from gui.widgets.text import shortened
from gui.workspace import Workspace

NODE, INSIDE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
# Milliseconds until the outline follows an edit: nobody reads it while typing.
DELAY = 120
MOST = 500


class OutlinePanel(QWidget):
    """Every node of the drawing, those in a block below it; a click tells the node, named ``Bottleneck/conv1``.

    Nothing is listed while nobody sees it, and the inside of a block not before that is opened.
    """

    node_clicked = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._theme = Theme.light()
        self._icons: dict[str, QIcon] = {}
        self._selected: frozenset[str] = frozenset()
        self._rows: dict[str, list[QTreeWidgetItem]] = {}
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self.refresh)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter by name, kind or parameter")
        self.filter.setAccessibleName("Filter the outline")
        self.filter.setClearButtonEnabled(True)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName("Outline")
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(2)
        self.tree.setIconSize(QSize(16, 16))
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree)
        self.filter.textChanged.connect(lambda: self.refresh())
        self.tree.itemExpanded.connect(self._open)
        self._stale = True
        self.tree.itemClicked.connect(self._tell)
        self.tree.itemActivated.connect(self._tell)
        workspace.opened.connect(lambda _: self._later())
        workspace.changed.connect(self._notice)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._icons.clear()
        self._later()

    def select(self, names: Collection[str]) -> None:
        """Mark nodes, named as they are told."""
        before, self._selected = self._selected, frozenset(names)
        for name in before ^ self._selected:
            for item in self._rows.get(name, ()):
                self._mark(item)

    def shown(self) -> list[str]:
        """The rows in view, those inside of others behind dots."""
        rows, item = [], self.tree.topLevelItem(0)
        while item is not None:
            rows.append("." * _depth(item) + item.text(0))
            item = self.tree.itemBelow(item)
        return rows

    def refresh(self) -> None:
        """List the drawing as it is now; what was open stays open."""
        self._timer.stop()
        if not self.isVisible():
            return
        self._stale = False
        opened = {name for name, items in self._rows.items() if any(item.isExpanded() for item in items)}
        text = self.filter.text()
        self._rows.clear()
        self.tree.clear()
        if text.strip():
            self._list_found(text)
        else:
            self._fill(self.tree.invisibleRootItem(), "", opened)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _later(self) -> None:
        self._stale = True
        if self.isVisible():
            self._timer.start()

    def _notice(self, changes: list[Change]) -> None:
        if not all(_only_moves(change) for change in changes):
            self._later()

    def _list_found(self, text: str) -> None:
        document = self._workspace.document
        for found in find(document, text)[:MOST]:
            node = document.graphs[found.graph].node(found.name)
            item = self._row(self.tree.invisibleRootItem(), found.graph, node)
            item.setText(1, " ".join(filter(None, [found.text, f"in {found.graph}" if found.graph else ""])))

    def _fill(self, parent: QTreeWidgetItem, graph: str, opened: Collection[str]) -> None:
        """List a graph below a row."""
        document = self._workspace.document
        drawing = document.graphs[graph]
        for name in drawing.reading_order():
            node = drawing.node(name)
            item = self._row(parent, graph, node)
            if isinstance(node.layer, BlockLayer) and node.layer.definition in document.definitions:
                item.setData(0, INSIDE, node.layer.definition)
                item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
                if item.data(0, NODE) in opened:
                    item.setExpanded(True)

    def _row(self, parent: QTreeWidgetItem, graph: str, node: Node) -> QTreeWidgetItem:
        # That of a block begins with the name of its definition.
        summary = node.summary() if isinstance(node.layer, BlockLayer) else f"{node.kind} {node.summary()}"
        item = QTreeWidgetItem(parent, [shortened(node.name), shortened(summary.strip())])
        item.setData(0, NODE, f"{graph}/{node.name}" if graph else node.name)
        self._rows.setdefault(item.data(0, NODE), []).append(item)
        item.setIcon(0, self._icon((node.bypassed or node.layer).category))
        item.setForeground(1, self._theme.muted)
        self._mark(item)
        return item

    def _open(self, item: QTreeWidgetItem) -> None:
        """List what is in a block when it is first opened: a block may be used a thousand times."""
        if item.data(0, INSIDE) and not item.childCount():
            self._fill(item, item.data(0, INSIDE), ())

    def _mark(self, item: QTreeWidgetItem) -> None:
        font = item.font(0)
        if font.bold() != (item.data(0, NODE) in self._selected):
            font.setBold(not font.bold())
            item.setFont(0, font)

    def _tell(self, item: QTreeWidgetItem) -> None:
        self.node_clicked.emit(item.data(0, NODE))

    def _icon(self, category: str) -> QIcon:
        if category not in self._icons:
            self._icons[category] = swatch(self._theme.category_color(category))
        return self._icons[category]


def _depth(item: QTreeWidgetItem) -> int:
    parent = item.parent()
    return 0 if parent is None else 1 + _depth(parent)


def _only_moves(change: Change) -> bool:
    """Whether a change leaves all that the outline says as it is."""
    if isinstance(change, FramesChange):
        return True
    if not isinstance(change, NodeChange) or change.before is None or change.after is None:
        return False
    return change.before.layer is change.after.layer and change.before.expressions == change.after.expressions
