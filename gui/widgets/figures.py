"""Figures under one another: a caption and a value in each row, or several beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.widgets.text import Label


class Figures(QWidget):
    """Rows of captions with their values; a row without a value is hidden, a long value wraps, unless none ``wraps``:
    then a column is as wide as the longest value so far, and what is beside it does not move with every number."""

    def __init__(
        self, captions: Iterable[str], wraps: bool = True, parent: QWidget | None = None, across: int = 1
    ) -> None:
        super().__init__(parent)
        self._rows: dict[str, tuple[Label, Label]] = {}
        self._wraps = wraps
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for column in range(across):
            grid.setColumnStretch(2 * column + 1, 1)
        for place, caption in enumerate(captions):
            row, column = divmod(place, across)
            name, value = Label(caption, self), Label(self)
            name.setObjectName("caption")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setWordWrap(wraps)
            value.setAccessibleName(caption)
            grid.addWidget(name, row, 2 * column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 2 * column + 1)
            self._rows[caption] = name, value

    def show_values(self, values: Mapping[str, str | None]) -> None:
        """Show these values; a caption that is not among them, or has ``None``, is hidden."""
        for caption, (name, value) in self._rows.items():
            text = values.get(caption)
            value.setText(text or "")
            if not self._wraps:
                value.setMinimumWidth(max(value.minimumWidth(), value.minimumSizeHint().width()))
            for label in (name, value):
                label.setVisible(text is not None)

    def set_caption_width(self, width: int) -> None:
        """Line the values up with something else."""
        for name, _ in self._rows.values():
            name.setMinimumWidth(width)

    def text(self, caption: str) -> str:
        """The value shown behind a caption."""
        return self._rows[caption][1].text()
