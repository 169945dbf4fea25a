"""The row at the bottom of the inspector: help on the field below the pointer, and what the change of one makes."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from gui.widgets.text import Label

LINES = 4
HINT = "Point at a field to read what it means."


class Info(QFrame):
    """A place of one height, so that nothing moves as the pointer does; only an effect may need more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("info")
        self._panel = parent
        self._hovered = ""
        self.help, self.effect = Label(self), Label(self)
        for label, role in ((self.help, "help"), (self.effect, "effect")):
            label.setObjectName(role)
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 6, 16, 6)
        layout.setSpacing(4)
        layout.addWidget(self.help)
        layout.addWidget(self.effect)
        layout.addStretch(1)
        self.effect.hide()
        self.help.setText(HINT)
        self.setMinimumHeight(LINES * self.fontMetrics().lineSpacing() + 12)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._show)

    def show_hovered(self, text: str) -> None:
        """Show the help of what the pointer is on; for "", that of the field with the focus."""
        self._hovered = text
        self._show()

    def show_effect(self, text: str) -> None:
        """Show what a change makes of the nodes, in the place of the help; "" ends that."""
        self.effect.setText(text)
        self.effect.setVisible(bool(text))
        self._show()

    def _show(self) -> None:
        focused = QApplication.focusWidget()
        inside = focused is not None and self._panel.isAncestorOf(focused)
        text = self._hovered or (focused.statusTip() if inside and focused is not None else "")
        self.help.setText(text or HINT)
        # An effect is of the moment, and takes the place of what was read before.
        self.help.setVisible(self.effect.isHidden())
