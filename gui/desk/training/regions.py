"""What the weights say of a plane while they learn, where samples are points of one."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.desk.results.plane import PlaneView
from gui.theme.colors import Theme
from gui.widgets.text import Label
from training.protocol import RegionsSeen


class RegionsPage(QWidget):
    """A plane as large as the place, under a line that says after which step it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: RegionsSeen | None = None
        self.said = Label(self)
        self.said.setObjectName("description")
        self.said.setWordWrap(True)
        self.plane = PlaneView(self, grows=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.said)
        layout.addWidget(self.plane, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.plane.set_theme(theme)

    def show_seen(self, seen: RegionsSeen) -> None:
        """Show what was told last, once."""
        if seen is self._seen:
            return
        self._seen = seen
        plane = seen.plane
        what = "Colours are classes, the stronger the more probable" if plane.shares else "Colours are classes"
        what = what if plane.names else "Colours are what is predicted"
        self.said.setText(
            f"After step {seen.step:,}. {what}; marks are {len(plane.points):,} training samples, by what is right."
        )
        self.plane.show_plane(plane)
