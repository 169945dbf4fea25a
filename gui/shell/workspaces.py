"""The workspaces: what stands in the middle of the window, and which panels around it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QSplitter, QStackedWidget, QWidget

from gui.shell.docks import Docks


class Around(NamedTuple):
    """The docks of a workspace; the first workspace of the table is the one to start with."""

    docks: tuple[str, ...] = ()
    drawing: bool = False


WORKSPACES = {
    "Draw": Around(("Layers", "Inspector", "Problems", "Code", "Outline"), drawing=True),
    "Data": Around(),
    "Train": Around(("Inspector", "Problems", "Code", "Outline"), drawing=True),
    "Runs": Around(),
    "Start": Around(),
    "Manual": Around(),
}
FIRST = next(iter(WORKSPACES))
# What stands there only until there is a drawing: nobody comes back to it.
START = "Start"
# What is read and left again for where one came from.
MANUAL = "Manual"
PASSING = (START, MANUAL)
# What the drawing and the curves beside it get of the width.
SHARES = (42, 58)


class Workspaces(QStackedWidget):
    """One workspace at a time: the drawing alone, a page, or the drawing with the curves beside it.

    The drawing is one widget: it stays where it is while the curves come and go. ``leaving`` names the workspace that
    is about to be left, ``changed`` the one that was come to.
    """

    leaving = Signal(str)
    changed = Signal(str)

    def __init__(
        self, drawing: QWidget, pages: dict[str, QWidget], docks: Docks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._docks = docks
        self._pages = pages
        self.name = self._before = self._reading_from = FIRST
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.addWidget(drawing)
        self.split.addWidget(pages["Train"])
        self.split.setSizes([1000 * share for share in SHARES])
        for place, share in enumerate(SHARES):
            self.split.setStretchFactor(place, share)
        pages["Train"].hide()
        self.addWidget(self.split)
        for name, page in pages.items():
            if not WORKSPACES[name].drawing:
                self.addWidget(page)
        self._size_by(self.split)

    @property
    def lasting(self) -> str:
        """The workspace to come back to: the one in front, or the one that start page and manual stand before."""
        return self._before if self.name in PASSING else self.name

    def leave_start(self) -> None:
        """Go from the start page to where a drawing is seen; nothing where another workspace is in front."""
        if self.name == START:
            self.show_workspace(self._before if WORKSPACES[self._before].drawing else FIRST)

    def leave_manual(self) -> None:
        """Go from the manual to where it was opened; nothing where another workspace is in front."""
        if self.name == MANUAL:
            self.show_workspace(self._reading_from)

    @property
    def has_drawing(self) -> bool:
        """Whether the drawing is in view."""
        return WORKSPACES[self.name].drawing

    def show_workspace(self, name: str) -> None:
        """Bring a workspace to the front; one of a name that there is not is none."""
        if name not in WORKSPACES or name == self.name:
            return
        self.leaving.emit(self.name)
        if name == MANUAL:
            self._reading_from = self.name
        self._before, self.name = self.lasting, name
        self._pages["Train"].setVisible(name == "Train")
        front = self.split if self.has_drawing else self._pages[name]
        # Not before the panels are those of the page: page and panels of two workspaces may need a wider window.
        self._size_by(None)
        self.setCurrentWidget(front)
        self._docks.keep_only(WORKSPACES[name].docks)
        self._size_by(front)
        # At once, so that whoever hears of the workspace finds everything at its size.
        for widget in (self.window(), self, self.split):
            if (layout := widget.layout()) is not None:
                layout.activate()
        # Qt would hand the focus on to some field, which keeps the window's keys for itself.
        front.setFocus()
        self.changed.emit(name)

    def _size_by(self, front: QWidget | None) -> None:
        """Have the window be as small as what is in front allows, whatever the other pages need."""
        for page in (self.split, *(page for name, page in self._pages.items() if not WORKSPACES[name].drawing)):
            policy = QSizePolicy.Policy.Preferred if page is front else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)

    def bring_up(self, panel: str) -> None:
        """Bring a workspace or a panel to the front, a panel in a workspace that has a place for it."""
        if panel in WORKSPACES:
            self.show_workspace(panel)
            return
        if panel not in WORKSPACES[self.name].docks:
            self.show_workspace(next(name for name, around in WORKSPACES.items() if panel in around.docks))
        self._docks.bring_up(panel)
