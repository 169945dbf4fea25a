"""Where the window and its docks are, as plain data, and back.

Qt's own states are bytes for Qt alone: it ends with a segmentation fault over some that it did not write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar

from gui.preferences import Area, DockPlace, WindowPlace
from gui.shell.actions import TOOLBAR_NAME
from gui.shell.docks import Docks, Seen

AREAS: dict[Area, Qt.DockWidgetArea] = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "top": Qt.DockWidgetArea.TopDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
BESIDE = ("left", "right")


def window_place(window: QMainWindow) -> WindowPlace:
    """Where a window is; one that is maximized, where it was before."""
    at = window.normalGeometry() if window.isMaximized() else QRect(window.pos(), window.size())
    bar = window.findChild(QToolBar, TOOLBAR_NAME)
    return WindowPlace(at.x(), at.y(), at.width(), at.height(), window.isMaximized(), bar is None or not bar.isHidden())


def put_window(window: QMainWindow, place: WindowPlace) -> None:
    """Put a window where it was, as far as there still is a screen to see it on."""
    screen = QGuiApplication.screenAt(QRect(place.x, place.y, place.width, place.height).center())
    room = (screen or QGuiApplication.primaryScreen()).availableGeometry()
    window.resize(min(place.width, room.width()), min(place.height, room.height()))
    if screen is not None:
        window.move(place.x, max(place.y, room.top()))
    if place.maximized:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
    bar = window.findChild(QToolBar, TOOLBAR_NAME)
    if bar is not None:
        bar.setVisible(place.toolbar)


def dock_places(window: QMainWindow, docks: Docks) -> list[DockPlace]:
    """Where the docks are, area by area, those that are tabs of one another in one group."""
    return [
        _place(docks, _name(docks, dock), area, number)
        for area in AREAS
        for number, group in enumerate(_groups(window, docks, area))
        for dock in group
    ]


def put_docks(window: QMainWindow, docks: Docks, places: Sequence[DockPlace]) -> bool:
    """Put every dock where it was; not if these are not the places of all of them, those of docks gone left out."""
    places = [place for place in places if place.name in docks.by_name]
    if sorted(place.name for place in places) != sorted(docks.by_name):
        return False
    first: dict[tuple[str, int], QDockWidget] = {}
    for place in places:
        dock, key = docks[place.name], (place.area, place.group)
        if key in first:
            window.tabifyDockWidget(first[key], dock)
        else:
            window.addDockWidget(AREAS[place.area], dock)
            first[key] = dock
    for place in places:
        docks[place.name].setVisible(place.shown)
        docks.expect(place.name, _seen(place, places))
    for place in places:
        if place.shown and place.front:
            docks[place.name].raise_()
    front = [place for place in places if place.shown and place.front]
    _size(window, docks, front)
    for place in front:
        if place.area == "bottom":
            docks.set_height(place.height)
    return True


def _place(docks: Docks, name: str, area: Area, group: int) -> DockPlace:
    seen = docks.seen(name)
    return DockPlace(name, area, group, docks.is_shown(name), seen.front, seen.width, seen.height)


def _seen(place: DockPlace, places: Sequence[DockPlace]) -> Seen:
    tabs = [each.name for each in places if (each.area, each.group) == (place.area, place.group)]
    return Seen(place.front, place.width, place.height, frozenset(tabs) - {place.name})


def _size(window: QMainWindow, docks: Docks, shown: Sequence[DockPlace]) -> None:
    beside = [place for place in shown if place.area in BESIDE]
    across = [place for place in shown if place.area not in BESIDE]
    for places, along in ((beside, Qt.Orientation.Horizontal), (across, Qt.Orientation.Vertical)):
        wide = along == Qt.Orientation.Horizontal
        sizes = [place.width if wide else place.height for place in places]
        window.resizeDocks([docks[place.name] for place in places], sizes, along)


def _groups(window: QMainWindow, docks: Docks, area: Area) -> Iterator[list[QDockWidget]]:
    """The docks of an area from its beginning to its end."""
    inside = [dock for dock in docks.by_name.values() if window.dockWidgetArea(dock) == AREAS[area]]
    inside.sort(key=lambda dock: dock.y() if area in BESIDE else dock.x())
    seen: list[QDockWidget] = []
    for dock in inside:
        if dock not in seen:
            tabs = {*docks.seen(_name(docks, dock)).tabs, _name(docks, dock)}
            group = [each for name, each in docks.by_name.items() if name in tabs]
            seen += group
            yield group


def _name(docks: Docks, dock: QDockWidget) -> str:
    return next(name for name, each in docks.by_name.items() if each is dock)
