"""The list of problems: a click leads to the node, a button repairs what can be repaired."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graph.records import Problem
from gui.analysis import Analysis
from gui.theme.colors import Theme
from gui.widgets.swatch import swatch
from gui.widgets.text import Label, tip, unkeyed

MAX_SHOWN = 200
ROW_HEIGHT = 34
NODE = Qt.ItemDataRole.UserRole


class _Wrapping(QStyledItemDelegate):
    """Gives a sentence as many lines as it needs."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        tree = self.parent()
        assert isinstance(tree, QTreeWidget)
        room = QRect(0, 0, tree.columnWidth(0) - 44, 0)
        needed = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, index.data())
        return QSize(room.width(), max(ROW_HEIGHT, needed.height() + 12))


class ProblemsPanel(QWidget):
    """Shows the analysis' problems; tells the node of one that is clicked and the problem whose fix is wanted.

    A node in a block is named behind the block: ``Bottleneck/conv1``.
    """

    node_clicked = Signal(str)
    fix_requested = Signal(object)

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._analysis = analysis
        self._theme = Theme.light()
        self._shown: list[Problem] = []
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName("Problems")
        self.tree.setRootIsDecorated(False)
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(2)
        self.tree.setWordWrap(True)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.sectionResized.connect(self.tree.scheduleDelayedItemsLayout)
        self.tree.setItemDelegateForColumn(0, _Wrapping(self.tree))
        self._none = Label("No problems", self)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setObjectName("empty")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self.tree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.tree.itemClicked.connect(self._go)
        self.tree.itemActivated.connect(self._go)
        analysis.updated.connect(self._patch)
        self._patch()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._fill()

    def _patch(self) -> None:
        if self._analysis.problems != self._shown:
            self._fill()

    def _fill(self) -> None:
        self._shown = list(self._analysis.problems)
        self.tree.clear()
        self.tree.setColumnWidth(1, 0)
        for problem in self._shown[:MAX_SHOWN]:
            self._add(problem)
        if len(self._shown) > MAX_SHOWN:
            QTreeWidgetItem(self.tree, [f"and {len(self._shown) - MAX_SHOWN:,} more"])
        self._stack.setCurrentIndex(1 if self._shown else 0)

    def _add(self, problem: Problem) -> None:
        where = f"{problem.graph}: " if problem.graph else ""
        item = QTreeWidgetItem(self.tree, [f"{where}{problem.message}"])
        color = self._theme.error if problem.severity == "error" else self._theme.advice
        item.setIcon(0, swatch(color, round=True))
        item.setToolTip(0, tip(problem.message))
        item.setData(0, NODE, f"{problem.graph}/{problem.node}" if problem.graph else problem.node)
        if problem.fix is not None:
            button = QPushButton(unkeyed(problem.fix.label), self.tree)
            button.setObjectName("fix")
            button.ensurePolished()
            self.tree.setColumnWidth(1, max(self.tree.columnWidth(1), button.sizeHint().width() + 16))
            button.clicked.connect(lambda: self.fix_requested.emit(problem))
            self.tree.setItemWidget(item, 1, _centred(button))

    def _go(self, item: QTreeWidgetItem) -> None:
        if item.data(0, NODE):
            self.node_clicked.emit(item.data(0, NODE))


def _centred(button: QPushButton) -> QWidget:
    """A button in its own height, however high its row is."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 8, 0)
    layout.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder
