"""Augmentation seen on the Data page: samples as they are and as training will have them, and a slider."""

from __future__ import annotations

from array import array

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from graph.recipe.augmentations import Noise
from gui.desk.data.augmented import NOTHING, AugmentedView
from gui.desk.data.changes import Changes
from tests.support.editor_window import EditorWindow, click, draw, key
from training.shown import Box, Picture, SamplesShown, ShownField

pytestmark = pytest.mark.slow


def colors(view: AugmentedView) -> list[tuple[int, int, int]]:
    """What is painted in the middle of the first sample and of its draws."""
    seen = view.rows.grab().toImage()
    cells = [view.rows.cell_rect(0, column).center().toPoint() for column in range(view.rows.columns() + 1)]
    found = [seen.pixelColor(cell) for cell in cells]
    return [(color.red(), color.green(), color.blue()) for color in found]


def handle(view: AugmentedView) -> QPoint:
    """Where the handle of the slider is."""
    option = QStyleOptionSlider()
    view.strength.initStyleOption(option)
    style = QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, view.strength
    return view.strength.style().subControlRect(*style).center()


def test_augmentations_are_added_and_tried_with_a_slider(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    page, view = window.data, window.data.augmented
    with qtbot.waitSignal(page.reading.described):
        window.actions_made["workspace_data"].trigger()
    assert view.told.text() == NOTHING
    assert not view.strength.isVisible()
    menu = page.settings.augmentations.menu
    with qtbot.waitSignal(view.reading.shown):
        next(action for action in menu.actions() if action.text() == "Noise").trigger()
    assert document.training.augmentation == (Noise(),)
    assert view.told.text() == "'image' is changed 1 times."
    assert colors(view)[:3] == [(255, 0, 0), (255, 50, 0), (255, 51, 0)]

    steps = list(document.history)
    start = handle(view)
    QTest.mousePress(view.strength, Qt.MouseButton.LeftButton, pos=start)
    with qtbot.waitSignal(view.reading.shown):
        QTest.mouseMove(view.strength, start + QPoint(30, 0))
    qtbot.waitUntil(lambda: not view.reading.active)
    held = view.strength.value() / 20
    assert held > 1.0
    assert colors(view)[1] == (255, round(50 * held), 0)
    assert list(document.history) == steps
    with qtbot.waitSignal(view.reading.shown):
        QTest.mouseRelease(view.strength, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
    assert list(document.history) == [*steps, "Set augmentation_strength of training"]
    assert document.training.augmentation_strength == held
    with qtbot.waitSignal(view.reading.shown):
        key(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (view.strength.value(), view.factor.text()) == (20, "1 \u00d7")
    assert colors(view)[1] == (255, 50, 0)

    columns = view.rows.columns()
    with qtbot.waitSignal(view.reading.shown):
        click(view.again)
    assert view.rows.first_epoch == 1 + columns
    assert colors(view)[1] == (255, 50 + columns, 0)
    with qtbot.waitSignal(view.reading.shown) as answer:
        click(view.others)
    assert (answer.args or [])[0].indices == [1]
    window.workspaces.bring_up("Draw")
    assert not view.reading._lease.active  # nobody looks: the memory is given back
    with qtbot.waitSignal(view.reading.shown):
        window.workspaces.bring_up("Data")


def test_masks_boxes_and_mixed_labels_are_those_of_their_draw() -> None:
    image = ShownField("x", "image", "image", "uint8", [1, 2, 2], 0, 1, bytes(4), [1, 2, 2], bytes(range(8)))
    masks = array("i", [0, 1, 2, 0, -100, 2, 1, 0])
    mask = ShownField(
        "m", "mask", "mask", "int32", [2, 2], 0, 1, array("i", [3] * 4).tobytes(), [2, 2], masks.tobytes()
    )
    there, grid = array("f", [0, 1]), array("f", [0, 0.5, 0, 0.25, 0, 0.5, 0, 0.5])
    objects = ShownField("o", "objects", "objects", "float32", [1, 1, 2], 0, 1, there.tobytes())
    boxes = ShownField("b", "boxes", "boxes", "float32", [4, 1, 2], 0, 1, grid.tobytes())
    shares = array("f", [0.25, 0.75, 1.0, 0.0])
    label = ShownField("l", "label", "label", "int32", [], 0, 1, bytes(4), [2], shares.tobytes(), names=["cat", "dog"])
    changes = Changes(SamplesShown(0, 0, [7], 1, [image, mask, objects, boxes, label]))
    assert (changes.count, changes.draws) == (1, 2)
    before, first, second = (changes.views(0, draw) for draw in (-1, 0, 1))
    over = [Box(0.75 - 0.25, 0.25 - 0.25, 0.5, 0.5, "", 1, True)]
    assert before == [Picture(2, 2, bytes(12), b"\3\3\3\3", over)]
    assert first == [Picture(2, 2, bytes([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]), b"\0\1\2\0", over)]
    assert second == [Picture(2, 2, bytes([4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7]), b"\0\2\1\0", over)]
    assert [changes.caption(0, draw) for draw in (-1, 0, 1)] == ["cat", "75 % dog, 25 % cat", "cat"]
