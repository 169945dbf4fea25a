"""The trials of a sweep in a table, the best first; what has no value stands below and says why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from gui.desk.sweep.shown import STATES, ShownSweep, value_of, written
from gui.desk.wording import duration
from gui.theme.colors import Theme
from gui.widgets.text import shortened, tip
from training.protocol import Trial

NUMBER = Qt.ItemDataRole.UserRole
NONE = "-"
_LONGEST, _WIDEST = 40, 200
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TrialsTable(QTreeWidget):
    """A row a trial; ``picked`` tells the number of one that was selected, ``opened`` of one to be opened."""

    picked = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self._rows: dict[int, QTreeWidgetItem] = {}
        self._headings: list[str] = []
        self.setAccessibleName("Trials")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self.itemSelectionChanged.connect(self._tell)
        self.itemActivated.connect(lambda row, _: self.opened.emit(row.data(0, NUMBER)))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        for row in self._rows.values():
            self._color(row)

    def show_sweep(self, sweep: ShownSweep | None) -> None:
        """Show its trials; the one that was selected stays so."""
        chosen = self.number()
        self.blockSignals(True)
        self.clear()
        self._rows = {}
        headings = _headings(sweep) if sweep is not None else ["Trial"]
        self.setHeaderLabels([shortened(words, _LONGEST) for words in headings])
        for trial in sweep.sorted() if sweep is not None else ():
            assert sweep is not None
            self._rows[trial.number] = row = _row(sweep, trial)
            self._color(row)
            self.addTopLevelItem(row)
        if headings != self._headings or (sweep is not None and len(self._rows) <= 1):
            self._fit()
        self._headings = headings
        self.select(chosen)
        self.blockSignals(False)

    def number(self) -> int | None:
        """The number of the trial that is selected."""
        rows = self.selectedItems()
        return int(rows[0].data(0, NUMBER)) if rows else None

    def select(self, number: int | None) -> None:
        """Select a trial, or none."""
        row = self._rows.get(-1 if number is None else number)
        if row is None:
            self.clearSelection()
        elif not row.isSelected():
            self.setCurrentItem(row)
            self.scrollToItem(row)

    def _tell(self) -> None:
        number = self.number()
        if number is not None:
            self.picked.emit(number)

    def _color(self, row: QTreeWidgetItem) -> None:
        muted = row.data(1, NUMBER) != "complete"
        for column in range(row.columnCount()):
            row.setForeground(column, QBrush(self._theme.muted if muted else self._theme.text))

    def _fit(self) -> None:
        for column in range(self.columnCount()):
            self.resizeColumnToContents(column)
            self.setColumnWidth(column, min(_WIDEST, self.columnWidth(column) + 12))


def _headings(sweep: ShownSweep) -> list[str]:
    return [
        "Trial",
        "State",
        sweep.figure or "Figure",
        *(axis.name for axis in sweep.axes),
        "Epochs",
        "Time",
        "Message",
    ]


def _row(sweep: ShownSweep, trial: Trial) -> QTreeWidgetItem:
    value = value_of(trial)
    epochs = f"{trial.epoch} of {trial.epochs}" if trial.epochs else NONE
    row = QTreeWidgetItem(
        [
            str(trial.number),
            STATES.get(trial.state, trial.state),
            NONE if value is None else f"{value:.4g}",
            *(shortened(written(trial.values.get(axis.name)), _LONGEST) for axis in sweep.axes),
            epochs,
            duration(trial.seconds) if trial.seconds else NONE,
            shortened(trial.message, 100),
        ]
    )
    row.setData(0, NUMBER, trial.number)
    row.setData(1, NUMBER, trial.state)
    for column in (0, 2):
        row.setTextAlignment(column, _RIGHT)
    if trial.message:
        row.setToolTip(row.columnCount() - 1, tip(trial.message))
    return row
