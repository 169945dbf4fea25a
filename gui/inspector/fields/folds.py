"""Whether the fields that few change are shown: one answer for all forms that ask the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from gui.widgets.text import set_tip


class Folds(QObject):
    """``turned`` tells that they are shown, or no longer."""

    turned = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open = False

    def turn(self, unfolded: bool) -> None:
        """Show them or fold them away."""
        if unfolded != self.open:
            self.open = unfolded
            self.turned.emit()


class MoreButton(QToolButton):
    """Unfolds, and says how many there are."""

    def __init__(self, folds: Folds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folds = folds
        self.setObjectName("more")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(folds.turn)
        folds.turned.connect(self._patch)
        self._patch()

    def count(self, folded: Sequence[str]) -> None:
        """Say which fields are folded away while it is not open."""
        self.setText(f"More ({len(folded)})" if folded and not self._folds.open else "More")
        self.setAccessibleName("More")
        set_tip(self, ", ".join(folded))
        self.setVisible(bool(folded) or self._folds.open)

    def _patch(self) -> None:
        self.setChecked(self._folds.open)
        self.setArrowType(Qt.ArrowType.DownArrow if self._folds.open else Qt.ArrowType.RightArrow)
