"""Adding in the flow: behind the selection, wired, in a free place, with the cursor in the first field."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from graph.edits.nodes import PortRef
from tests.support.editor_window import EditorWindow, draw, field, key, retype
from tests.support.typed import known

TAB, ENTER, F = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_F


@pytest.fixture
def drawn(window: EditorWindow) -> EditorWindow:
    draw(window)
    window.canvas.setFocus()
    return window


def add(window: EditorWindow, text: str) -> str:
    """Press Tab on the canvas, type, press Enter; the node that is selected then."""
    key(window.canvas, TAB)
    QTest.keyClicks(window.search.field, text)
    key(window.search.field, ENTER)
    return window.canvas.selected()[0]


def wires(window: EditorWindow) -> set[str]:
    return {str(wire) for wire in window.workspace.document.model.wires()}


def overlaps(window: EditorWindow) -> list[tuple[str, str]]:
    cards = {name: item.card() for name, item in window.canvas.drawing.nodes.items()}
    return [pair for pair in combinations(cards, 2) if cards[pair[0]].intersects(cards[pair[1]])]


def test_tab_adds_behind_the_selected_node_and_goes_into_its_first_field(window: EditorWindow) -> None:
    document = window.workspace.document
    with document.edit("Draw"):
        document.model.add("Input", name="image")
    window.canvas.setFocus()
    window.canvas.select(["image"])
    steps = len(document.history)
    assert add(window, "conv") == "conv1"
    assert wires(window) == {"image.out -> conv1.x"}
    assert document.model.node("conv1").x > document.model.node("image").x
    assert document.history[steps:] == ["Add Conv2d"]
    assert field(window, "out_channels").hasFocus()
    QTest.keyClicks(field(window, "out_channels"), "6")
    assert known(document.model.node("conv1").layer).out_channels == 6
    key(field(window, "out_channels"), ENTER)
    assert window.canvas.hasFocus()
    document.undo()
    document.undo()
    assert list(document.model.nodes) == ["image"]


def test_the_first_layer_of_all_goes_into_its_first_field_too(window: EditorWindow) -> None:
    window.canvas.setFocus()
    assert add(window, "input") == "input1"
    assert field(window, "shape").hasFocus()
    key(field(window, "shape"), ENTER)
    window.workspace.document.undo()
    QTest.keyClicks(window.palette_panel.search, "linear")
    key(window.palette_panel.search, ENTER)
    assert field(window, "out_features").hasFocus()


def test_a_layer_without_fields_leaves_the_focus_on_the_canvas(drawn: EditorWindow) -> None:
    drawn.canvas.select(["flatten"])
    add(drawn, "relu")
    assert drawn.canvas.hasFocus()


def test_behind_a_node_with_one_wire_it_goes_into_the_wire_and_what_follows_makes_room(drawn: EditorWindow) -> None:
    drawn.canvas.select(["conv1"])
    before = drawn.workspace.document.model.node("logits").x
    name = add(drawn, "maxpool2")
    assert {f"conv1.out -> {name}.x", f"{name}.out -> relu1.x"} <= wires(drawn)
    assert "conv1.out -> relu1.x" not in wires(drawn)
    assert drawn.workspace.document.model.node("logits").x > before
    assert overlaps(drawn) == []
    drawn.workspace.document.undo()
    assert "conv1.out -> relu1.x" in wires(drawn)


def test_behind_a_node_with_several_wires_it_is_a_branch_in_a_free_place(drawn: EditorWindow) -> None:
    drawn.canvas.select(["fc1"])
    before = wires(drawn)
    name = add(drawn, "softmax")
    assert wires(drawn) == before | {f"fc1.out -> {name}.x"}
    assert overlaps(drawn) == []


def test_a_layer_that_does_not_fit_is_added_and_the_status_bar_says_why(drawn: EditorWindow) -> None:
    drawn.canvas.select(["flatten"])
    name = add(drawn, "conv2d")
    assert not drawn.workspace.document.model.inputs(name)
    assert drawn.status.shown == (
        f"{name} is added without a wire: '{name}': Conv2d expects (N, C, H, W), got (N, 96)."
    )
    assert overlaps(drawn) == []


def test_what_begins_a_drawing_is_added_without_a_wire_and_without_a_word(drawn: EditorWindow) -> None:
    drawn.canvas.select(["conv1"])
    before = wires(drawn)
    assert add(drawn, "input") == "input1"
    assert wires(drawn) == before
    assert drawn.status.shown == ""
    assert overlaps(drawn) == []


def test_a_node_without_outputs_is_given_what_feeds_its_free_input(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    with document.edit("Cut"):
        document.model.remove(["label"])
    drawn.canvas.select(["objective"])
    key(drawn.canvas, TAB)
    assert drawn.search.shown()[0] == "Target"
    key(drawn.search.field, ENTER)
    assert "target1.out -> objective.target" in wires(drawn)
    assert document.model.node("target1").x < document.model.node("objective").x
    assert overlaps(drawn) == []


def test_a_target_takes_the_shape_of_what_it_is_compared_with(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    drawn.canvas.select(["fc1"])
    name = add(drawn, "mse")
    drawn.canvas.setFocus()
    assert add(drawn, "target") == "target1"
    assert f"target1.out -> {name}.target" in wires(drawn)
    layer = document.model.node("target1").layer
    assert (known(layer).shape, known(layer).dtype) == ((10,), "float32")


def test_enter_in_the_palette_adds_behind_the_selection(drawn: EditorWindow) -> None:
    drawn.canvas.select(["flatten"])
    retype(drawn.palette_panel.search, "dropout")
    key(drawn.palette_panel.search, ENTER)
    assert {"flatten.out -> dropout1.x", "dropout1.out -> fc1.x"} <= wires(drawn)
    assert field(drawn, "p").hasFocus()


def test_enter_on_a_node_goes_into_its_first_field(drawn: EditorWindow) -> None:
    drawn.canvas.select(["conv1"])
    key(drawn.canvas, ENTER)
    assert field(drawn, "out_channels").hasFocus()


def test_a_hidden_inspector_stays_hidden(drawn: EditorWindow) -> None:
    drawn.docks["Inspector"].hide()
    drawn.canvas.select(["conv1"])
    drawn.canvas.setFocus()
    add(drawn, "batchnorm2")
    assert drawn.docks["Inspector"].isHidden()
    assert drawn.canvas.hasFocus()


def test_shift_a_adds_at_the_pointer_whatever_is_selected(drawn: EditorWindow) -> None:
    drawn.canvas.select(["conv1"])
    before = wires(drawn)
    key(drawn.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(drawn.search.field, "relu")
    key(drawn.search.field, ENTER)
    assert drawn.canvas.selected() == ["relu2"]
    assert wires(drawn) == before


def test_what_is_added_comes_into_view(drawn: EditorWindow) -> None:
    drawn.canvas.zoom_reset()
    drawn.canvas.select(["fc1"])
    drawn.canvas.center_on_node("image")
    name = add(drawn, "softmax")
    assert drawn.canvas.visible().contains(drawn.canvas.drawing.nodes[name].card())


def test_f_connects_two_selected_nodes_from_left_to_right(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    with document.edit("Add"):
        document.model.add("Sigmoid", name="gate", at=(660, 300))
    drawn.canvas.select(["gate", "relu1"])
    key(drawn.canvas, F)
    assert "relu1.out -> gate.x" in wires(drawn)
    assert document.history[-1] == "Connect relu1 to gate"


def test_f_connects_from_right_to_left_where_that_alone_fits(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    with document.edit("Next row"):
        document.model.disconnect("flatten", "x")
        document.model.move({"flatten": (0, 200)})
    drawn.canvas.select(["flatten", "relu1"])
    key(drawn.canvas, F)
    assert "relu1.out -> flatten.x" in wires(drawn)


def test_f_says_why_two_nodes_cannot_be_connected(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    with document.edit("Add"):
        document.model.add("Conv2d", name="late", at=(1300, 0))
    steps = len(document.history)
    drawn.canvas.select(["fc1", "late"])
    key(drawn.canvas, F)
    assert drawn.status.shown == "'late': Conv2d expects (N, C, H, W), got (N, 10)."
    drawn.canvas.select(["image", "relu1"])
    key(drawn.canvas, F)
    assert drawn.status.shown == "'relu1' has no free input."
    assert len(document.history) == steps


def test_f_puts_a_target_at_the_port_for_answers(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    with document.edit("Add"):
        document.model.add("CrossEntropy", name="second", at=(1300, 200))
    drawn.canvas.select(["second", "label"])
    key(drawn.canvas, F)
    assert "label.out -> second.target" in wires(drawn)


def test_f_frames_two_nodes_that_are_connected(drawn: EditorWindow) -> None:
    drawn.canvas.centerOn(9000, 9000)
    drawn.canvas.select(["conv1", "relu1"])
    key(drawn.canvas, F)
    assert drawn.canvas.visible().contains(drawn.canvas.drawing.bounds(["conv1", "relu1"]))


def test_a_wire_dragged_from_an_input_is_offered_what_fits_first(drawn: EditorWindow) -> None:
    at = drawn.canvas.mapToScene(QPoint(300, 200))
    document = drawn.workspace.document
    with document.edit("Cut"):
        document.model.remove(["label", "image"])
    drawn.canvas.request_search(at, PortRef("objective", "target", False))
    assert drawn.search.shown()[0] == "Target"
    key(drawn.search.field, ENTER)
    assert "target1.out -> objective.target" in wires(drawn)
    drawn.canvas.request_search(at, PortRef("conv1", "x", False))
    shown = drawn.search.shown()
    assert shown[0] == "Input"
    assert shown.index("MaxPool2d") < shown.index("Linear")
    assert shown[-1] == "Target"


def test_m_bypasses_the_selected_layer_and_uses_it_again(drawn: EditorWindow) -> None:
    canvas, document = drawn.canvas, drawn.workspace.document
    canvas.select(["relu1"])
    plain = canvas.viewport().grab().toImage()
    key(canvas, Qt.Key.Key_M)
    assert document.types()["relu1"] == document.types()["conv1"]
    assert document.history[-1] == "Bypass relu1"
    assert "ReLU, bypassed" in [text.text for text in canvas.drawing.nodes["relu1"].box.texts]
    assert canvas.viewport().grab().toImage() != plain
    assert "ReLU, bypassed" in [label.text() for label in drawn.inspector.nodes.findChildren(QLabel)]
    key(canvas, Qt.Key.Key_M)
    assert document.history[-1] == "Use relu1 again"
    assert canvas.viewport().grab().toImage() == plain


def test_m_says_why_a_node_cannot_be_bypassed(drawn: EditorWindow) -> None:
    steps = list(drawn.workspace.document.history)
    drawn.canvas.select(["image"])
    key(drawn.canvas, Qt.Key.Key_M)
    assert drawn.status.shown == "'image' cannot be bypassed: Input does not have one input and one output."
    assert drawn.workspace.document.history == steps
