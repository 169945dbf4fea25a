"""The trainings that wait, as a list on the Train page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPushButton, QWidget

from gui.desk.training.queue import TrainQueue
from gui.widgets.text import set_tip

MOST_ROWS = 3


class WaitingList(QWidget):
    """Lists what waits, first to last; the selected one can be moved and taken out. Hidden while nothing waits."""

    def __init__(self, queue: TrainQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.rows = QListWidget(self)
        self.rows.setAccessibleName("Waiting to train")
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.earlier, self.later = QPushButton("Earlier", self), QPushButton("Later", self)
        set_tip(self.earlier, "Have the selected training come before the one above it")
        set_tip(self.later, "Have the selected training come after the one below it")
        self.out = QPushButton("Take Out", self)
        set_tip(self.out, "Take the selected training out of the queue")
        self.earlier.clicked.connect(lambda: self._move(-1))
        self.later.clicked.connect(lambda: self._move(1))
        self.out.clicked.connect(self._take_out)
        self.rows.currentRowChanged.connect(self._enable)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rows, 1)
        for button in (self.earlier, self.later, self.out):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        queue.changed.connect(self._show)
        self._show()

    def _take_out(self) -> None:
        row = self.rows.currentRow()
        if 0 <= row < len(self._queue.waiting):
            self._queue.take_out(self._queue.waiting[row])

    def _move(self, by: int) -> None:
        row = self.rows.currentRow()
        if 0 <= row < len(self._queue.waiting):
            self._queue.move(self._queue.waiting[row], by)
            self.rows.setCurrentRow(row + by)

    def _enable(self, row: int) -> None:
        self.earlier.setEnabled(row > 0)
        self.later.setEnabled(row < len(self._queue.waiting) - 1)

    def _show(self) -> None:
        row, waiting = max(0, self.rows.currentRow()), self._queue.waiting
        self.rows.clear()
        self.rows.addItems([f"Waiting: {order.title}" for order in waiting])
        self.rows.setCurrentRow(min(row, len(waiting) - 1))
        height = self.rows.sizeHintForRow(0) if waiting else 0
        self.rows.setFixedHeight(min(MOST_ROWS, len(waiting)) * height + 2 * self.rows.frameWidth() + 2)
        self.setVisible(bool(waiting))
