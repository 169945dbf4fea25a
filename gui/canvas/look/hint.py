"""What an empty drawing says: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.theme.colors import Theme
from gui.widgets.text import Label

BEGIN = "Drag a layer here from the left, or press Tab to search for one"
EXAMPLES = "File \N{RIGHTWARDS ARROW} Open Example has finished networks"


class Hint(Label):
    """Words in the middle of their parent that never take the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.setStyleSheet(f"QLabel {{ color: {theme.muted.name()}; background: transparent; }}")

    def tell(self, empty: bool, model: bool) -> None:
        """Show while the drawing is empty; a block has no examples."""
        self.setVisible(empty)
        if empty:  # asked with every frame of a drag
            self.setText(f"{BEGIN}\n{EXAMPLES}" if model else BEGIN)
            self.place()

    def place(self) -> None:
        """Stay in the middle."""
        self.adjustSize()
        self.move(self._parent.rect().center() - self.rect().center())
