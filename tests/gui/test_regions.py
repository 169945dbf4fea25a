"""The plane of two features: painted while the model learns, right at every point, and not by colour alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.desk.results.plane import PlaneView
from gui.shell.docks import in_view
from gui.theme.colors import Theme
from tests.support.editor_window import click, draw, open_window
from training.protocol import Plane

pytestmark = pytest.mark.slow

CLASSES, SHARES = bytes([0, 0, 1, 1] * 4), bytes([255, 255, 128, 128] * 2 + [255] * 8)
POINTS = [[-1.0, -1.0], [1.0, 1.0], [0.0, 0.0]]
PLANE = Plane(4, [-2.0, -2.0], [2.0, 2.0], CLASSES, POINTS, [0, 1, -1], SHARES, axes=["a", "b"], names=["no", "yes"])
"""On the left one class, on the right another that is sure at the top alone; the fake worker tells of it, too."""


def shown(qtbot: QtBot, plane: Plane, theme: Theme | None = None) -> PlaneView:
    view = PlaneView(grows=True)
    qtbot.addWidget(view)
    view.set_theme(theme or Theme.light())
    view.resize(420, 420)
    view.show_plane(plane)
    with qtbot.waitExposed(view):
        view.show()
    return view


def at(view: PlaneView, x: float, y: float) -> QPointF:
    """Where a point of the plane is in the widget."""
    area, plane = view.area(), view.plane
    assert plane is not None
    across, up = ((v - low) / (high - low) for v, low, high in zip((x, y), plane.low, plane.high, strict=True))
    return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())


def pixel(view: PlaneView, x: float, y: float) -> QColor:
    image = view.grab().toImage()
    place = (at(view, x, y) * image.devicePixelRatio()).toPoint()
    return image.pixelColor(place)


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=lambda theme: theme.name)
def test_regions_are_in_the_colours_of_their_classes_the_stronger_the_surer(qtbot: QtBot, theme: Theme) -> None:
    view = shown(qtbot, PLANE, theme)
    left, sure, unsure = pixel(view, -1.5, 1.5), pixel(view, 0.8, 1.7), pixel(view, 1.7, -1.5)
    assert abs(left.hslHue() - view.color_of(0).hslHue()) < 8
    assert abs(sure.hslHue() - view.color_of(1).hslHue()) < 8
    assert sure.hslSaturation() > unsure.hslSaturation() or abs(sure.lightness() - theme.field.lightness()) > abs(
        unsure.lightness() - theme.field.lightness()
    )
    assert pixel(view, 1.0, 1.0).rgb() == view.color_of(1).rgb()  # a sample's mark has the colour itself
    border = pixel(view, 0.0, -0.7)
    assert abs(border.lightness() - theme.field.lightness()) > abs(unsure.lightness() - theme.field.lightness())
    assert view.tip_of(at(view, 1.4, -1.4)) == "a 1.4, b -1.4: yes (50%)"
    assert view.tip_of(QPointF(2, 2)) == ""
    assert view.accessibleDescription() == "2 classes over a, b; 3 samples"


def test_marks_of_classes_differ_in_shape(qtbot: QtBot) -> None:
    pictures = []
    for kind in range(3):
        view = shown(qtbot, Plane(4, PLANE.low, PLANE.high, bytes(16), [[0.0, 0.0]], [kind], names=["a", "b", "c"]))
        image = view.grab().toImage()
        middle = (at(view, 0, 0) * image.devicePixelRatio()).toPoint()
        ground = pixel(view, 0.5, 0.5)
        box = [(x, y) for x in range(-6, 7) for y in range(-6, 7)]
        pictures.append(
            {place for place in box if image.pixelColor(middle.x() + place[0], middle.y() + place[1]) != ground}
        )
    assert len({frozenset(picture) for picture in pictures}) == 3


def test_numbers_run_from_the_lowest_true_one_to_the_highest(qtbot: QtBot) -> None:
    shares = bytes([0] * 4 + [85] * 4 + [170] * 4 + [255] * 4)
    view = shown(qtbot, Plane(4, [0.0, 0.0], [3.0, 3.0], b"", [[1.5, 2.9]], [], shares, [30.0], [10.0, 30.0]))
    low, high = pixel(view, 0.5, 0.2), pixel(view, 0.5, 2.8)
    assert abs(low.hslHue() - Theme.light().advice.hslHue()) < 8
    assert abs(high.hslHue() - Theme.light().accent.hslHue()) < 8
    assert view.tip_of(at(view, 1.0, 1.0)) == "1, 1: about 16.7"
    assert view.tip_of(at(view, 1.0, 3.0)) == "1, 3: about 30 or more"


def test_the_page_comes_with_what_is_told_and_goes_with_the_run(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "plane", "endless")
    draw(window)
    window.show_panel("Train")
    panel = window.training
    assert not panel.regions_tab.isVisible()
    window.actions_made["train"].trigger()
    qtbot.waitUntil(panel.regions_tab.isVisible)
    click(panel.regions_tab)
    assert in_view(panel.regions)
    qtbot.waitUntil(lambda: panel.regions.plane.plane == PLANE)
    assert panel.regions.said.text().endswith("marks are 3 training samples, by what is right.")
    window.run.stop()
    qtbot.waitUntil(lambda: not window.run.active)
    assert in_view(panel.regions)
    window.run.show(None, [])
    qtbot.waitUntil(lambda: not panel.regions_tab.isVisible())
    assert panel.curves_tab.isChecked()
