"""Samples that are rows of numbers, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from training.protocol import Sample, Values

_AIR = 8


class SampleRows(QTableWidget):
    """A row for each sample, as high as all of them: the page around it scrolls, and it only sideways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples")
        self.setAccessibleName("Samples")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setHighlightSections(False)

    def show_samples(self, samples: Sequence[Sample]) -> None:
        """Show these; all have the same fields."""
        self.clear()
        headings = [*_headings(samples[0]), "Sample"] if samples else []
        self.setColumnCount(len(headings))
        self.setRowCount(len(samples))
        self.setHorizontalHeaderLabels(headings)
        for row, sample in enumerate(samples):
            texts = [text for view in sample.views.values() if isinstance(view, Values) for text in _texts(view)]
            for column, text in enumerate([*texts, sample.caption]):
                self.setItem(row, column, _item(text, last=column == len(texts)))
        self.resizeRowsToContents()
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(rows + self.horizontalHeader().sizeHint().height() + bar + _AIR)


def _headings(sample: Sample) -> list[str]:
    found = []
    for name, view in sample.views.items():
        if isinstance(view, Values):
            alone = len(view.values) == 1 and not view.more
            plain = [name] if alone else [f"{name}[{place}]" for place in range(len(view.values))]
            found += [*(view.names or plain), *(["..."] if view.more else [])]
    return found


def _texts(view: Values) -> list[str]:
    return [*view.values, *([f"{view.more:,} more"] if view.more else [])]


def _item(text: str, *, last: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    side = Qt.AlignmentFlag.AlignLeft if last else Qt.AlignmentFlag.AlignRight
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item
