"""What differs between runs, in two tables: their settings and figures, and the nodes of their drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from gui.desk.wording import duration
from gui.widgets.swatch import swatch
from gui.widgets.text import shortened, tip
from training.protocol import Number
from training.runs.table.comparison import Comparison
from training.runs.table.summary import RunSummary

NONE = "-"
_LONGEST = 60
_FACTS: dict[str, Callable[[RunSummary], str]] = {
    "Outcome": lambda run: run.outcome,
    "Epochs": lambda run: f"{run.epochs:,} of {run.of_epochs:,}",
    "Best epoch": lambda run: NONE if run.best_epoch is None else str(run.best_epoch),
    "Time": lambda run: duration(run.seconds),
    "Parameters": lambda run: f"{run.parameters:,}",
}


def settings_table(parent: QWidget) -> QTreeWidget:
    """A table with a column a run."""
    return _table("Settings and figures of the runs", parent)


def drawings_table(parent: QWidget) -> QTreeWidget:
    """A table with a row for each node that is not the same."""
    return _table("Differences of the drawings", parent)


def fill_settings(table: QTreeWidget, found: Comparison, colors: Sequence[str]) -> None:
    """A row for each setting that differs, and for each figure; what is the same in all runs is muted."""
    table.clear()
    table.setHeaderLabels(["", *(shortened(run.title) for run in found.runs)])
    head = table.headerItem()
    assert head is not None
    for column, (run, color) in enumerate(zip(found.runs, colors, strict=True), 1):
        head.setIcon(column, swatch(QColor(color), round=True))
        head.setToolTip(column, tip(str(run.path)))
    for name, values in _rows(found):
        row = QTreeWidgetItem([name, *values])
        for column, value in enumerate(values, 1):
            row.setToolTip(column, tip(value))
        row.setDisabled(len(set(values)) == 1)
        table.addTopLevelItem(row)
    _fit(table)


def fill_drawings(table: QTreeWidget, found: Comparison, place: int) -> None:
    """A row for each node by which a run's drawing differs from that of the first."""
    table.clear()
    table.setHeaderLabels(["Node", "How", "What"])
    for each in found.drawings[place]:
        row = QTreeWidgetItem([each.node, each.how, shortened(each.what, _LONGEST)])
        row.setToolTip(2, tip(each.what))
        table.addTopLevelItem(row)
    _fit(table)


def _rows(found: Comparison) -> Iterator[tuple[str, list[str]]]:
    for name, values in found.settings.items():
        yield name, [_text(value) for value in values]
    for name, numbers in found.figures.items():
        yield name, [_number(value) for value in numbers]
    for name, text in _FACTS.items():
        yield name, [text(run) for run in found.runs]


def _text(value: Any) -> str:
    if value is None or value == "":
        return NONE
    return f"{value:.6g}" if isinstance(value, float) else shortened(str(value), _LONGEST)


def _number(value: Number) -> str:
    return NONE if value is None else f"{value:.4g}"


def _table(name: str, parent: QWidget) -> QTreeWidget:
    table = QTreeWidget(parent)
    table.setAccessibleName(name)
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setAllColumnsShowFocus(True)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.header().setStretchLastSection(False)
    return table


def _fit(table: QTreeWidget) -> None:
    """Give the columns the width of what is in them and of their headings; what is too wide is scrolled."""
    for column in range(table.columnCount()):
        table.resizeColumnToContents(column)
        table.setColumnWidth(column, min(240, table.columnWidth(column) + 12))
