"""Precision and recall of each class, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.widgets.text import tip
from training.protocol import ClassFigures

_TITLES = {
    "Class": "",
    "Precision": "Of what was taken for the class, the share that is",
    "Recall": "Of the samples of the class, the share that was taken for it",
}
_ROWS = 10


class ClassTable(QTableWidget):
    """A row for each class; more than ten are scrolled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_TITLES), parent)
        self.setAccessibleName("Precision and recall of each class")
        for column, (title, words) in enumerate(_TITLES.items()):
            item = QTableWidgetItem(title)
            item.setToolTip(tip(words))
            item.setTextAlignment(_side(column))
            self.setHorizontalHeaderItem(column, item)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_figures(self, figures: Sequence[ClassFigures]) -> None:
        """Show those of each class."""
        self.setRowCount(len(figures))
        for row, each in enumerate(figures):
            texts = (each.name, _share(each.precision), _share(each.recall))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_side(column))
                self.setItem(row, column, item)
        rows = min(len(figures), _ROWS) * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 2 * self.frameWidth())


def _side(column: int) -> Qt.AlignmentFlag:
    """Names to the left, numbers to the right."""
    return (Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def _share(value: float | None) -> str:
    return "\u2013" if value is None else f"{value:.1%}"
