"""The rows of the table of runs, filtered and sorted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.desk.runs.columns import CURVE, WAITING, Column, columns, matches, sorting_key
from gui.widgets.text import tip
from training.runs.table.summary import RunSummary

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
SUMMARY = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RunsModel(QAbstractTableModel):
    """Shows summaries of runs; the latest are first until a column is chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every: list[RunSummary] = []
        self._rows: list[RunSummary] = []
        self._words: list[str] = []
        self.columns: list[Column] = columns([])
        # By its heading: which place it has depends on the settings that the runs differ in.
        self._sorting = (self.columns[0].heading, Qt.SortOrder.DescendingOrder)

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these runs."""
        self.beginResetModel()
        self._every = list(runs)
        self.columns = columns([run for run in runs if run.outcome != WAITING])
        self._arrange()
        self.endResetModel()

    def filter(self, text: str) -> None:
        """Show the runs that have all words of a text in them."""
        self.beginResetModel()
        self._words = text.lower().split()
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort; what is selected stays so."""
        self.layoutAboutToBeChanged.emit()
        held = [(index, self._rows[index.row()]) for index in self.persistentIndexList()]
        self._sorting = self.columns[min(column, len(self.columns) - 1)].heading, order
        self._arrange()
        places = {id(run): row for row, run in enumerate(self._rows)}
        for index, run in held:
            self.changePersistentIndex(index, self.index(places[id(run)], index.column()))
        self.layoutChanged.emit()

    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """The column that is sorted by, where it is now, and which way."""
        heading, order = self._sorting
        return next((at for at, column in enumerate(self.columns) if column.heading == heading), 0), order

    def run(self, row: int) -> RunSummary:
        """The run in a row."""
        return self._rows[row]

    def row_of(self, path: Path) -> int | None:
        """Where a run is, if it is shown."""
        return next((row for row, run in enumerate(self._rows) if run.path == path), None)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self._rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(run)
        if role == SUMMARY:
            return run
        if role == Qt.ItemDataRole.ToolTipRole:
            if run.outcome == WAITING:
                return tip(run.message)
            return tip("\n".join(filter(None, (str(run.path), run.message, run.about.note))))
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(column.value(run), int | float):
            return _RIGHT
        return None

    def is_curve(self, section: int) -> bool:
        """Whether a column holds the sparklines."""
        return self.columns[section].heading == CURVE

    def _arrange(self) -> None:
        column, order = self.sorted_by()
        value = self.columns[column].value
        found = [run for run in self._every if matches(run, self._words)]
        down = order == Qt.SortOrder.DescendingOrder
        found.sort(key=lambda run: sorting_key(value(run)), reverse=down)
        # What has no value stands at the end, whichever way the others go.
        self._rows = sorted(found, key=lambda run: sorting_key(value(run))[0] == 2)
