"""The palette and the search at the cursor: finding, dragging and adding layers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from graph.catalog import catalog, make_layer
from graph.edits.nodes import PortRef
from graph.edits.offers import fitting, matching, offered
from graph.edits.search.kinds import is_kept
from graph.storage.loom import dumps
from gui.palette.panel import MIME
from tests.support.editor_window import EditorWindow, draw, key, retype
from tests.support.mouse import double_click
from tests.support.typed import there

pytestmark = pytest.mark.slow


def kinds(window: EditorWindow) -> list[str]:
    return [node.kind for node in window.workspace.document.model.nodes.values()]


def test_every_layer_is_offered_with_its_sentence(window: EditorWindow) -> None:
    palette = window.palette_panel
    assert [kind for kind in palette.shown() if not is_kept(kind)] == list(catalog())
    assert "Slide learned filters over an image" in palette.item("Conv2d").toolTip(0)


@pytest.mark.parametrize(
    ("typed", "first", "also", "hidden"),
    [
        ("conv2", "Conv2d", "Conv2d", "MaxPool2d"),
        ("softmax", "Softmax", "CrossEntropy", "Flatten"),
        ("maxpool2", "MaxPool2d", "MaxPool2d", "Conv2d"),
        ("skip connection", "Add", "Concat", "Flatten"),
        ("cov", "Conv2d", "Conv1d", "Flatten"),
        ("gap", "AdaptiveAvgPool2d", "AdaptiveAvgPool1d", "Conv2d"),
        ("maxpool", "MaxPool2d", "MaxPool1d", "Conv2d"),
        ("mxpl", "MaxPool2d", "MaxPool1d", "Conv2d"),
        ("bn", "BatchNorm2d", "BatchNorm1d", "Conv2d"),
    ],
)
def test_search_filters_by_name_category_and_keywords(
    window: EditorWindow, typed: str, first: str, also: str, hidden: str
) -> None:
    retype(window.palette_panel.search, typed)
    shown = window.palette_panel.shown()
    assert {first, also} <= set(shown)
    assert hidden not in shown
    assert matching(typed, offered())[0] == first
    assert window.palette_panel.item(first).isSelected()
    assert not there(window.palette_panel.item(first).parent()).isHidden()
    assert there(window.palette_panel.item(hidden).parent()).isHidden()


def test_a_category_is_found_by_its_name(window: EditorWindow) -> None:
    retype(window.palette_panel.search, "POOLING")
    pooling = {kind for kind, cls in catalog().items() if cls.category == "Pooling"}
    assert pooling <= set(window.palette_panel.shown())
    assert "Conv2d" not in window.palette_panel.shown()


def test_a_search_that_finds_nothing_leaves_an_empty_list(window: EditorWindow) -> None:
    retype(window.palette_panel.search, "nothing like it")
    assert window.palette_panel.shown() == []
    key(window.palette_panel.search, Qt.Key.Key_Return)
    assert kinds(window) == []


def test_enter_in_the_search_adds_the_closest_layer_at_the_centre_of_the_view(window: EditorWindow) -> None:
    retype(window.palette_panel.search, "relu")
    key(window.palette_panel.search, Qt.Key.Key_Return)
    node = window.workspace.document.model.node("relu1")
    centre = window.canvas.mapToScene(window.canvas.viewport().rect().center())
    assert abs(node.x - centre.x()) < 30
    assert abs(node.y - centre.y()) < 30


def test_enter_again_adds_a_layer_behind_the_first(window: EditorWindow) -> None:
    retype(window.palette_panel.search, "relu")
    for _ in range(3):
        key(window.palette_panel.search, Qt.Key.Key_Return)
    model = window.workspace.document.model
    assert [str(wire) for wire in model.wires()] == ["relu1.out -> relu2.x", "relu2.out -> relu3.x"]
    xs = [node.x for node in model.nodes.values()]
    assert xs == sorted(set(xs))


def test_enter_without_a_search_adds_nothing(window: EditorWindow) -> None:
    key(window.palette_panel.search, Qt.Key.Key_Return)
    assert kinds(window) == []


def test_down_goes_from_the_search_into_the_list(window: EditorWindow) -> None:
    retype(window.palette_panel.search, "pool")
    shown = window.palette_panel.shown()
    key(window.palette_panel.search, Qt.Key.Key_Down)
    assert window.palette_panel.tree.hasFocus()
    first = there(window.palette_panel.tree.currentItem()).text(0)
    key(window.palette_panel.tree, Qt.Key.Key_Down)
    key(window.palette_panel.tree, Qt.Key.Key_Return)
    assert kinds(window) == [shown[shown.index(first) + 1]]


def test_a_double_click_adds_a_layer(window: EditorWindow) -> None:
    tree = window.palette_panel.tree
    place = tree.visualItemRect(window.palette_panel.item("Linear")).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    double_click(tree.viewport(), place)
    assert kinds(window) == ["Linear"]


def test_a_category_cannot_be_added(window: EditorWindow) -> None:
    tree = window.palette_panel.tree
    place = tree.visualItemRect(there(window.palette_panel.item("Linear").parent())).center()
    double_click(tree.viewport(), place)
    assert kinds(window) == []


def test_what_is_dragged_from_the_palette_lands_on_the_canvas(window: EditorWindow) -> None:
    tree, viewport = window.palette_panel.tree, window.canvas.viewport()
    data: QMimeData = tree.mimeData([window.palette_panel.item("Conv2d")])
    assert bytes(data.data(MIME).data()) == b"Conv2d"
    place, buttons, modifiers = QPoint(200, 150), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, modifiers)
    QApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, modifiers))
    assert kinds(window) == ["Conv2d"]


def test_tab_on_the_canvas_opens_the_search_and_enter_adds(window: EditorWindow) -> None:
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_Tab)
    assert window.search.isVisible()
    assert window.search.field.hasFocus()
    QTest.keyClicks(window.search.field, "drop")
    key(window.search.field, Qt.Key.Key_Return)
    assert kinds(window) == ["Dropout"]
    assert not window.search.isVisible()


def test_the_search_is_walked_with_the_arrows_and_left_with_escape(window: EditorWindow) -> None:
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_Tab)
    second = window.search.shown()[1]
    key(window.search.field, Qt.Key.Key_Down)
    assert window.search.list.currentItem().text() == second
    key(window.search.field, Qt.Key.Key_Up)
    key(window.search.field, Qt.Key.Key_Up)
    assert window.search.list.currentItem().text() == window.search.shown()[-1]
    key(window.search.field, Qt.Key.Key_Escape)
    assert not window.search.isVisible()
    assert kinds(window) == []


def test_a_dropped_wire_is_offered_what_fits_and_wired_when_chosen(window: EditorWindow) -> None:
    document = draw(window)
    window.canvas.request_search(window.canvas.mapToScene(QPoint(300, 200)), PortRef("flatten", "out", True))
    shown = window.search.shown()
    assert "Linear" in shown
    assert "Conv2d" not in shown
    assert "Input" not in shown
    QTest.keyClicks(window.search.field, "lin")
    key(window.search.field, Qt.Key.Key_Return)
    assert document.model.inputs("linear1")["x"].source == "flatten"


def test_images_fit_convolutions_and_merges_but_class_indices_only_objectives(window: EditorWindow) -> None:
    document = draw(window)
    images = fitting(document, ("conv1", "out", True))
    assert {"Conv2d", "MaxPool2d", "Add", "Concat", "Flatten", "CrossEntropy"} <= set(images)
    labels = fitting(document, ("label", "out", True))
    assert "CrossEntropy" in labels
    assert "Conv2d" not in labels
    assert "Target" not in labels


def test_an_input_port_is_offered_what_has_an_output(window: EditorWindow) -> None:
    document = draw(window)
    found = fitting(document, ("conv1", "x", False))
    assert "Input" in found
    assert "Output" not in found
    assert "CrossEntropy" not in found


def late(window: QWindow | None, *keys: Qt.Key) -> None:
    """Keys that the screen still hands to a window, which has opened another or is closed meanwhile."""
    for which in keys:
        QTest.keyClick(there(window), which)


def test_keys_that_come_before_a_popup_has_the_keyboard_are_for_its_field(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    window.canvas.select(["conv1"])
    main = window.windowHandle()
    for opened in (window.search, window.chooser, window.names):
        text = dumps(window.workspace.document)
        # All but the first are commands of the canvas: to freeze, bypass, collapse, frame, lay out, delete.
        if opened is window.search:
            late(main, Qt.Key.Key_Tab)
        else:
            window.actions_made["history" if opened is window.chooser else "group"].trigger()
            opened.field.clear()
        there(main).requestActivate()
        qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is main)
        late(main, *(Qt.Key(ord(letter)) for letter in "NKMHCFL"))
        assert opened.field.text() == "nkmhcfl"
        late(main, Qt.Key.Key_Backspace)
        assert opened.field.text() == "nkmhcf"
        assert dumps(window.workspace.document) == text
        late(main, Qt.Key.Key_Escape)
        assert opened.isHidden()


def test_keys_that_come_after_the_search_has_closed_are_for_the_field_that_follows(window: EditorWindow) -> None:
    draw(window)
    window.canvas.select(["fc1"])
    late(window.windowHandle(), Qt.Key.Key_Tab, *(Qt.Key(ord(letter)) for letter in "LINEAR"))
    before = window.search.windowHandle()
    late(before, Qt.Key.Key_Return, Qt.Key.Key_4, Qt.Key.Key_2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.text() == "42"
    late(before, Qt.Key.Key_Return)
    assert window.workspace.document.model.nodes["linear1"].layer == make_layer("Linear", {"out_features": 42})


def test_keys_that_come_while_no_window_has_the_keyboard_take_the_place_of_what_is_in_their_fields(
    window: EditorWindow, qtbot: QtBot
) -> None:
    draw(window)
    window.canvas.select(["relu1"])
    late(window.windowHandle(), Qt.Key.Key_Tab, *(Qt.Key(ord(letter)) for letter in "CONV2D"))
    before = window.search.windowHandle()
    late(before, Qt.Key.Key_Return)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    late(before, Qt.Key.Key_6, Qt.Key.Key_Tab, Qt.Key.Key_5)
    assert window.workspace.document.model.nodes["conv2"].layer == make_layer(
        "Conv2d", {"out_channels": 6, "kernel_size": 5}
    )
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert (field.text(), field.selectedText()) == ("5", "")
