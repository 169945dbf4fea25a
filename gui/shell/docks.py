"""The docks around the canvas: titles at the sides, tabs at the bottom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from gui.widgets.text import Label

SIDE_WIDTHS = (220, 320)
NARROWEST = (160, 260)
SIDES_SHARE = 0.46
BOTTOM_HEIGHT, LOWEST = 240, 150
NO_LIMIT = 2**24 - 1  # Qt's own: QWIDGETSIZE_MAX


class Seen(NamedTuple):
    """How a dock is seen, or was before its workspace was left; ``tabs`` names those it is a tab of."""

    front: bool
    width: int
    height: int
    tabs: frozenset[str]


class Docks(QObject):
    """A panel at either side and the others as tabs at the bottom; every one can be moved and hidden.

    ``widths`` are those wanted for the sides: a small window makes them narrower, but only while it is small.
    A workspace that has no place for a dock puts it aside; that does not count as hidden by the user.
    """

    def __init__(self, window: QMainWindow, left: QWidget, right: QWidget, bottom: dict[str, QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self.widths = list(SIDE_WIDTHS)
        self._pressed: list[int] = []
        self.by_name: dict[str, QDockWidget] = {}
        areas = Qt.DockWidgetArea
        window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AnimatedDocks)
        window.setCorner(Qt.Corner.BottomRightCorner, areas.RightDockWidgetArea)
        window.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        window.setTabPosition(areas.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        self._add("Layers", left, areas.LeftDockWidgetArea, titled=True)
        self._add("Inspector", right, areas.RightDockWidgetArea, titled=True)
        for panel, width in zip((left, right), NARROWEST, strict=True):
            panel.setMinimumWidth(width)
        self._panels = dict(bottom)
        self._height = BOTTOM_HEIGHT
        self.collapsed = False
        self._aside: dict[str, Seen] = {}
        self._before: dict[str, Seen] = {}
        self._watched: list[QTabBar] = []
        for name, panel in bottom.items():
            self._add(name, panel, areas.BottomDockWidgetArea, titled=False)
            panel.setMinimumHeight(LOWEST)
            self.by_name[name].dockLocationChanged.connect(partial(self._limit, self.by_name[name]))
        window.installEventFilter(self)

    def __getitem__(self, name: str) -> QDockWidget:
        return self.by_name[name]

    def arrange(self) -> None:
        """Put everything where it is at first."""
        window = self._window
        _, _, first, *others = self.by_name.values()
        for other in others:
            window.tabifyDockWidget(first, other)
        first.raise_()
        window.resizeDocks([first], [BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        self.fit()

    def fit(self, widths: Sequence[int] = ()) -> None:
        """Give the sides the widths wanted, as far as they leave room for the middle."""
        self.widths = [max(pair) for pair in zip(NARROWEST, widths or self.widths, strict=True)]
        share = min(1.0, SIDES_SHARE * self._window.width() / sum(self.widths))
        fitted = [max(low, round(share * width)) for low, width in zip(NARROWEST, self.widths, strict=True)]
        beside = Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        shown = [
            (dock, width)
            for dock, width in zip(self._sides(), fitted, strict=True)
            if not dock.isHidden() and self._window.dockWidgetArea(dock) in beside
        ]
        self._window.resizeDocks([dock for dock, _ in shown], [width for _, width in shown], Qt.Orientation.Horizontal)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The window itself gets the mouse where one drags the edge of a panel.
        kinds = QEvent.Type
        if event.type() == kinds.Resize:
            self.fit()
        elif event.type() == kinds.MouseButtonPress:
            self._pressed = [dock.width() for dock in self._sides()]
        elif event.type() == kinds.MouseButtonRelease and self._pressed:
            now = [dock.width() for dock in self._sides()]
            changes = zip(self.widths, self._pressed, now, strict=True)
            self.widths = [wanted if before == after else after for wanted, before, after in changes]
        return False

    def _sides(self) -> list[QDockWidget]:
        return [self.by_name["Layers"], self.by_name["Inspector"]]

    def collapse(self, on: bool) -> None:
        """Leave of the panels at the bottom no more than the bar of their tabs, or open them again."""
        if on == self.collapsed:
            return
        self.collapsed = on
        docks = [self.by_name[name] for name in self._panels]
        shown = next((dock for dock in docks if in_view(dock)), docks[0])
        if on and self._window.isVisible():
            self.set_height(shown.height() + tabs_height(self._window, shown))
        for dock in docks:
            self._limit(dock)
        for bar in self._watched:
            self._line(bar)
        if not on:
            self._window.resizeDocks([shown], [self._height], Qt.Orientation.Vertical)

    def _limit(self, dock: QDockWidget, _: object = None) -> None:
        """Let a panel be seen, but for one at the bottom while that is collapsed."""
        area = self._window.dockWidgetArea(dock)
        hidden = self.collapsed and area == Qt.DockWidgetArea.BottomDockWidgetArea
        dock.widget().setMinimumHeight(0 if hidden else LOWEST)
        dock.widget().setMaximumHeight(0 if hidden else NO_LIMIT)

    def _line(self, bar: QTabBar) -> None:
        """Have a bar of tabs draw the line above it while its panels are collapsed: then the separator draws none."""
        bar.setProperty("alone", self.collapsed)
        bar.style().polish(bar)

    def height_of(self, dock: QDockWidget) -> int:
        """How high a dock is with the bar of its tabs, or will be when it is opened."""
        if dock.widget().maximumHeight() == 0:
            return self._height
        return dock.height() + tabs_height(self._window, dock)

    def set_height(self, height: int) -> None:
        """Take a height for that of the panels at the bottom once they are opened, the bar of their tabs included."""
        self._height = max(LOWEST, height)

    def toggle_bottom(self) -> None:
        """Collapse the panels at the bottom, or open them."""
        self.collapse(not self.collapsed)

    def watch_tabs(self) -> None:
        """Open the panels at the bottom when one of their tabs is clicked; the tabs are there once docks are placed."""
        for bar in self._window.findChildren(QTabBar):
            if bar.parent() is self._window and bar not in self._watched:
                self._watched.append(bar)
                self._line(bar)
                bar.tabBarClicked.connect(lambda _: self.collapse(False))

    def keep_only(self, names: Collection[str]) -> None:
        """Put every dock aside that is not among these, and these where they were."""
        # All of them first: of a dock that is hidden Qt does not say whose tab it is.
        leaving = [name for name, dock in self.by_name.items() if name not in names and not dock.isHidden()]
        self._aside |= {name: self.seen(name) for name in leaving}
        for name in leaving:
            self.by_name[name].hide()
        back = {name: self._aside.pop(name) for name in names if name in self._aside}
        for name in back:
            self.by_name[name].show()
        for name, seen in back.items():
            if seen.front:
                self.by_name[name].raise_()
        for name, dock in self.by_name.items():
            dock.toggleViewAction().setEnabled(name in names)
        self.fit()
        self.watch_tabs()

    def is_shown(self, name: str) -> bool:
        """Whether a dock is shown, or will be once a workspace is that has a place for it."""
        return name in self._aside or not self.by_name[name].isHidden()

    def seen(self, name: str) -> Seen:
        """How a dock is seen, or was before it was put aside, or is to be once the window is shown."""
        dock = self.by_name[name]
        beside = self._window.tabifiedDockWidgets(dock)
        tabs = frozenset(other for other, each in self.by_name.items() if each in beside)
        now = Seen(in_view(dock), dock.width(), self.height_of(dock), tabs)
        return self._aside.get(name) or (now if self._window.isVisible() else self._before.get(name, now))

    def expect(self, name: str, seen: Seen) -> None:
        """Say how a dock is to be seen in a window that is not shown yet."""
        self._before[name] = seen

    def bring_up(self, name: str) -> None:
        """Bring a panel to the front."""
        if name in self._panels:
            self.collapse(False)
        self.by_name[name].show()
        self.by_name[name].raise_()

    def _add(self, name: str, panel: QWidget, area: Qt.DockWidgetArea, *, titled: bool) -> None:
        dock = QDockWidget(name, self._window)
        dock.setObjectName(name.lower())
        dock.setWidget(panel)
        features = QDockWidget.DockWidgetFeature
        dock.setFeatures(features.DockWidgetClosable | features.DockWidgetMovable)
        # A plain title drags the panel as Qt's own does; a tab says what it is by itself.
        title = Label(name, dock) if titled else QWidget(dock)
        title.setObjectName("dock")
        dock.setTitleBarWidget(title)
        self._window.addDockWidget(area, dock)
        self.by_name[name] = dock


def tabs_height(window: QMainWindow, dock: QDockWidget) -> int:
    """The height of the bar of tabs beside a dock, which counts where Qt sizes one."""
    if not any(not each.isHidden() for each in window.tabifiedDockWidgets(dock)):
        return 0
    return max((bar.height() for bar in window.findChildren(QTabBar) if bar.parent() is window), default=0)


def in_view(widget: QWidget) -> bool:
    """Whether any of a widget can be seen; one behind another tab counts as visible to Qt."""
    return not widget.visibleRegion().isEmpty()
