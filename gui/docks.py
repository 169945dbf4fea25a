"""The docks around the canvas: titles at the sides, tabs at the bottom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabWidget, QWidget

SIDE_WIDTHS = (220, 320)
BOTTOM_HEIGHT = 300


class Docks:
    """A panel at either side and the others as tabs at the bottom; every one can be moved and hidden."""

    def __init__(self, window: QMainWindow, left: QWidget, right: QWidget, bottom: dict[str, QWidget]) -> None:
        self._window = window
        self.by_name: dict[str, QDockWidget] = {}
        areas = Qt.DockWidgetArea
        window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AnimatedDocks)
        window.setCorner(Qt.Corner.BottomRightCorner, areas.RightDockWidgetArea)
        window.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        window.setTabPosition(areas.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        self._add("Layers", left, areas.LeftDockWidgetArea, titled=True)
        self._add("Inspector", right, areas.RightDockWidgetArea, titled=True)
        for name, panel in bottom.items():
            self._add(name, panel, areas.BottomDockWidgetArea, titled=False)

    def __getitem__(self, name: str) -> QDockWidget:
        return self.by_name[name]

    def arrange(self) -> None:
        """Put everything where it is at first."""
        window = self._window
        left, right, first, *others = self.by_name.values()
        for other in others:
            window.tabifyDockWidget(first, other)
        first.raise_()
        window.resizeDocks([left, right], list(SIDE_WIDTHS), Qt.Orientation.Horizontal)
        window.resizeDocks([first], [BOTTOM_HEIGHT], Qt.Orientation.Vertical)

    def bring_up(self, name: str) -> None:
        """Bring a panel to the front."""
        self.by_name[name].show()
        self.by_name[name].raise_()

    def _add(self, name: str, panel: QWidget, area: Qt.DockWidgetArea, *, titled: bool) -> None:
        dock = QDockWidget(name, self._window)
        dock.setObjectName(name.lower())
        dock.setWidget(panel)
        features = QDockWidget.DockWidgetFeature
        dock.setFeatures(features.DockWidgetClosable | features.DockWidgetMovable)
        # A plain title drags the panel as Qt's own does; a tab says what it is by itself.
        title = QLabel(name, dock) if titled else QWidget(dock)
        title.setObjectName("dock")
        dock.setTitleBarWidget(title)
        self._window.addDockWidget(area, dock)
        self.by_name[name] = dock


def in_view(widget: QWidget) -> bool:
    """Whether any of a widget can be seen; one behind another tab counts as visible to Qt."""
    return not widget.visibleRegion().isEmpty()
