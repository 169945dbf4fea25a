"""What data holds, in words: its fields, and what each Input and Target of the drawing makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.widgets.text import Label
from training.protocol import Fit

GONE = "Reading was given up; the data is as it was."
_MOST_FIELDS = 40
_MOST_LINES = 12


class Lines(QWidget):
    """Sentences under one another, in small letters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)

    def show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show texts, each in a role that the style sheet knows; of very many the first."""
        clear(self._layout)
        shown = list(lines)[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            shown.append((f"and {len(lines) - _MOST_LINES:,} more", "help"))
        for text, role in shown:
            self._layout.addWidget(words(text, role, self))
        self.setVisible(bool(shown))

    def texts(self) -> list[str]:
        """What is shown."""
        return [label.text() for label in self.findChildren(Label) if not label.isHidden()]


class FieldTable(QWidget):
    """Every field: its shape, its type, its range, and the nodes that take it."""

    HEADINGS = ("Field", "Shape", "Type", "Range", "Feeds")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(len(self.HEADINGS) - 1, 1)

    def show_fields(self, fields: Mapping[str, Mapping[str, Any]], fits: Sequence[Fit]) -> None:
        """Show fields as the figures of data have them."""
        clear(self._grid)
        for column, heading in enumerate(self.HEADINGS):
            self._grid.addWidget(words(heading, "caption", self, wraps=False), 0, column)
        for row, (name, field) in enumerate(list(fields.items())[:_MOST_FIELDS], 1):
            for column, text in enumerate(_cells(name, field, fits)):
                self._grid.addWidget(words(text, "", self, wraps=column == len(self.HEADINGS) - 1), row, column)
        if len(fields) > _MOST_FIELDS:
            more = words(f"and {len(fields) - _MOST_FIELDS:,} more", "caption", self, wraps=False)
            self._grid.addWidget(more, _MOST_FIELDS + 1, 0)

    def rows(self) -> list[list[str]]:
        """The texts of the rows."""
        found = []
        for row in range(1, self._grid.rowCount()):
            items = [self._grid.itemAtPosition(row, column) for column in range(len(self.HEADINGS))]
            labels = [item.widget() for item in items if item is not None]
            found.append([label.text() for label in labels if isinstance(label, Label)])
        return [row for row in found if row]


def fit_lines(fits: Sequence[Fit]) -> list[tuple[str, str]]:
    """What is said of each node, with why it is refused as an error."""
    lines = []
    for fit in fits:
        for place, sentence in enumerate(fit.said):
            refused = fit.wrong and place == len(fit.said) - 1
            lines.append((sentence, "refused" if refused else "description"))
    return lines


def clear(layout: QVBoxLayout | QGridLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def words(text: str, role: str, parent: QWidget, *, wraps: bool = True) -> Label:
    """A text in a role that the style sheet knows."""
    label = Label(text, parent)
    label.setObjectName(role)
    label.setWordWrap(wraps)
    if wraps:
        label.setMinimumWidth(60)
    return label


def _cells(name: str, field: Mapping[str, Any], fits: Sequence[Fit]) -> list[str]:
    takers = [
        f"{fit.node}, {'an Input' if fit.is_input else 'a Target'} of {fit.declares}"
        for fit in fits
        if fit.field == name
    ]
    shape = " x ".join(map(str, field["shape"])) or "one number"
    between = f"{field['low']:g} to {field['high']:g}"
    return [name, shape, field["dtype"], between, "; ".join(takers) or "nothing"]
