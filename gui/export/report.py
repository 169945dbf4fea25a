"""The report on an export: what was written, and how far it agrees with PyTorch."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.text import Label
from training.protocol import Exported
from training.runs.wording import headline, origin, remarks

TABLE_HEIGHT = 140


class ExportReport(QDialog):
    """Path, opset, the largest difference, where the weights come from, and a row for every comparison."""

    def __init__(self, event: Exported, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("ONNX exported")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(700, 460)
        title = Label(headline(event.weights), self)
        title.setObjectName("title")
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        rows = {
            "File": event.path,
            "Opset": str(event.opset),
            "Largest difference to PyTorch": f"{event.max_abs_diff:.3g}",
            "Weights": "\n".join([origin(event.weights), *remarks(event.weights)]),
        }
        if event.notices:
            rows["Notice"] = "\n".join(event.notices)
        for name, value in rows.items():
            label = Label(value, self)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            form.addRow(Label(name, self), label)
        self.table = _table(event.checked, self)
        self.table.setMinimumHeight(TABLE_HEIGHT)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(title)
        layout.addLayout(form)
        layout.addWidget(self.table)
        layout.addWidget(buttons)


def _table(rows: list[dict[str, Any]], parent: QWidget) -> QTableWidget:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = QTableWidget(len(rows), len(columns), parent)
    table.setHorizontalHeaderLabels([column.replace("_", " ") for column in columns])
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    for line, row in enumerate(rows):
        for place, column in enumerate(columns):
            table.setItem(line, place, QTableWidgetItem(_shown(row.get(column, ""))))
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return " x ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    return str(value)
