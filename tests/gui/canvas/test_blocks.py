"""The canvas and blocks: entering and leaving, grouping, what blocks look like, notes, findings, and tidy drawings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.edits import blocks
from graph.records import Problem
from gui.canvas import Canvas
from gui.canvas.scene.note import GAP, MAX_WIDTH
from gui.export.figure import render
from tests.support.canvas_tools import (
    at_node,
    click,
    drop_layer,
    hold,
    output,
    picture,
    press_key,
    shown,
    small_network,
)
from tests.support.mouse import double_click
from tests.support.typed import known


def with_block() -> Document:
    """image -> block (of conv and relu) -> flatten -> linear; the block is used a second time, three times over."""
    document = small_network()
    blocks.group(document, "", ["conv", "relu"], "Unit")
    with document.edit("Draw"):
        document.model.add("Block", {"definition": "Unit", "repeat": 3}, name="again", at=(240, 400))
        document.model.add("Block", {"definition": "Unit"}, name="once", at=(640, 400))
    document.forget_history()
    return document


def test_a_double_click_opens_the_block_and_escape_leads_back_to_the_same_view(qtbot: QtBot) -> None:
    canvas = shown(qtbot, with_block())
    canvas.zoom_to(0.8)
    canvas.centerOn(300, 200)
    before = canvas.visible()
    paths: list[Any] = []
    canvas.graph_shown.connect(paths.append)
    double_click(canvas.viewport(), at_node(canvas, "unit1"))
    assert (canvas.graph, canvas.path) == ("Unit", ("", "Unit"))
    assert {"conv", "relu", "x"} <= set(canvas.drawing.nodes)
    canvas.select(["conv"])
    canvas.zoom_to(1.3)
    press_key(canvas, Qt.Key.Key_Escape)
    assert (canvas.graph, canvas.selected()) == ("", ["unit1"])
    assert canvas.zoom == pytest.approx(0.8)
    assert (canvas.visible().center() - before.center()).manhattanLength() < 4
    press_key(canvas, Qt.Key.Key_Return)
    assert (canvas.graph, canvas.selected()) == ("Unit", ["conv"])
    assert canvas.zoom == pytest.approx(1.3)
    assert paths == [("", "Unit"), ("",), ("", "Unit")]


def test_a_layer_that_is_not_a_block_cannot_be_entered(qtbot: QtBot) -> None:
    canvas = shown(qtbot, with_block())
    double_click(canvas.viewport(), at_node(canvas, "linear"))
    press_key(canvas, Qt.Key.Key_Return)
    assert (canvas.graph, canvas.selected()) == ("", ["linear"])
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.graph == ""


def test_edits_inside_a_block_change_the_node_that_uses_it(qtbot: QtBot) -> None:
    document = with_block()
    canvas = shown(qtbot, document)
    canvas.open("unit1")
    with document.edit("Widen"):
        document.graphs["Unit"].set("conv", out_channels=7)
    assert "(N, 7, 6, 6)" in {text.text for text in canvas.drawing.nodes["conv"].box.texts}
    canvas.leave()
    assert "(N, 7, 6, 6)" in {text.text for text in canvas.drawing.nodes["unit1"].box.texts}


def test_a_change_elsewhere_shows_on_the_blocks_in_view(qtbot: QtBot) -> None:
    document = with_block()
    canvas = shown(qtbot, document)
    with document.edit("Widen"):
        document.graphs["Unit"].set("conv", out_channels=9)
    assert "(N, 9, 6, 6)" in {text.text for text in canvas.drawing.nodes["unit1"].box.texts}


def test_when_the_block_goes_the_canvas_goes_back_up(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    canvas.select(["conv", "relu"])
    assert canvas.group("Unit") == ""
    canvas.open("unit1")
    canvas.select(["conv"])
    document.undo()
    assert (canvas.graph, canvas.path) == ("", ("",))
    assert set(canvas.drawing.nodes) == set(document.model.nodes)


@pytest.mark.parametrize("selected", [[], ["conv"]])
@pytest.mark.parametrize("start", ["node", "port", "empty"])
def test_a_drag_in_a_block_ends_when_the_block_goes(qtbot: QtBot, start: str, selected: list[str]) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    canvas.select(["conv", "relu"])
    canvas.group("Unit")
    canvas.open("unit1")
    canvas.select(selected)
    place = {"node": at_node(canvas, "conv"), "port": output(canvas, "conv"), "empty": QPoint(5, 5)}[start]
    hold(canvas, place, canvas.viewport().rect().bottomRight() - QPoint(60, 60))
    document.undo()
    assert not canvas.busy
    assert set(canvas.drawing.nodes) == set(document.model.nodes)


def test_grouping_and_unpacking_give_the_drawing_back(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    before = {name: node.layer for name, node in document.model.nodes.items()}
    canvas.select(["conv", "relu"])
    canvas.group("Unit")
    assert canvas.selected() == ["unit1"]
    assert document.history == ["Group 2 nodes"]
    canvas.unpack()
    assert set(canvas.selected()) == {"conv", "relu"}
    assert {name: node.layer for name, node in document.model.nodes.items()} == before
    assert not document.definitions


def test_what_cannot_be_grouped_or_unpacked_says_why(qtbot: QtBot) -> None:
    canvas = shown(qtbot)
    canvas.select(["conv", "flatten"])
    assert "relu" in canvas.group("Unit")
    canvas.select(["conv"])
    assert "2cool" in canvas.group("2cool")
    with qtbot.waitSignal(canvas.refused) as said:
        canvas.unpack()
    assert said.args == ["No block is selected; select one to unpack it."]
    assert canvas.document.history == []


def test_a_block_added_without_a_definition_gets_an_empty_one(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    assert drop_layer(canvas, "Block", QPoint(900, 500))
    (name,) = canvas.selected()
    assert known(document.model.node(name).layer).definition == "Block1"
    assert (known(document.model.node(name).layer).inputs, known(document.model.node(name).layer).results) == (
        ("x",),
        ("y",),
    )
    assert document.history == ["Add Block"]
    drop_layer(canvas, blocks.entry("Block1"), QPoint(600, 500))
    assert list(document.definitions) == ["Block1"]
    assert document.history[-1] == "Add Block1"
    canvas.open(name)
    assert drop_layer(canvas, blocks.entry("Block1"), QPoint(300, 200))
    assert set(canvas.drawing.nodes) == {"x", "y"}  # a block may not contain itself


def test_freezing_is_a_lock_and_toggles(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    canvas.select(["conv", "linear", "relu"])
    canvas.toggle_frozen()
    assert [name for name, node in document.model.nodes.items() if node.frozen] == ["conv", "linear"]
    assert canvas.drawing.nodes["conv"].box.body.marks == ("lock",)
    canvas.toggle_frozen()
    assert not any(node.frozen for node in document.model.nodes.values())
    assert document.history == ["Freeze 2 nodes", "Unfreeze 2 nodes"]


def looks(canvas: Canvas, name: str, rect: QRect) -> list[int]:
    """The pixels of a part of a node's surroundings, given from its upper left corner."""
    corner = canvas.mapFromScene(canvas.drawing.nodes[name].card().topLeft())
    image = picture(canvas).copy(rect.translated(corner))
    return [image.pixel(x, y) for y in range(image.height()) for x in range(image.width())]


def test_blocks_counts_locks_and_links_are_painted(qtbot: QtBot) -> None:
    document = with_block()
    with document.edit("Draw"):
        document.model.add("Linear", {"out_features": 5}, name="twin", at=(640, 250))
        document.model.add("Linear", {"out_features": 5}, name="other", at=(960, 250))
    canvas = shown(qtbot, document)
    right_of_header = QRect(60, 4, 82, 24)
    plain = looks(canvas, "twin", right_of_header)
    assert plain == looks(canvas, "other", right_of_header)
    with document.edit("Freeze"):
        document.model.alter("twin", frozen=True)
        document.model.share("other", "linear")
    assert plain != looks(canvas, "twin", right_of_header) != looks(canvas, "other", right_of_header) != plain
    left_edge = QRect(-6, 30, 6, 4)
    assert looks(canvas, "once", left_edge) != looks(canvas, "twin", left_edge)  # the second border
    again = canvas.drawing.nodes["again"].box
    assert (again.body.look, canvas.drawing.nodes["once"].box.body.look) == ("stack", "block")
    assert {"Unit", "\u00d73"} <= {text.text for text in again.texts}
    below = QRect(30, again.body.height + 1, 20, 6)
    background = canvas.theme.canvas.rgb()
    assert sum(pixel != background for pixel in looks(canvas, "again", below)) > 60


def test_a_scan_has_a_loop_and_no_room_is_wasted_on_its_count(qtbot: QtBot) -> None:
    document = with_block()
    with document.edit("Draw"):
        document.model.add("Scan", {"definition": "Unit", "steps": 4, "reverse": True}, name="scan")
    canvas = shown(qtbot, document)
    box = canvas.drawing.nodes["scan"].box
    assert (box.body.marks, box.body.pill) == (("loop",), 0.0)
    assert "4 steps, backwards" in {text.text for text in box.texts}


def test_findings_show_amber_and_give_way_to_errors(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    advice = Problem("Better not.", "relu", severity="advice")
    canvas.drawing.show_findings({"relu": advice})
    assert canvas.drawing.nodes["relu"].box.body.severity == "advice"
    assert canvas.drawing.nodes["relu"].box.message == "Better not."
    corner = canvas.mapFromScene(canvas.drawing.nodes["relu"].card().topRight() + QPointF(-3, 3))
    # Beside the exclamation mark.
    assert picture(canvas).pixelColor(corner + QPoint(5, 0)).name() == canvas.theme.advice.name()
    with document.edit("Break"):
        document.model.disconnect("relu", "x")
    assert canvas.drawing.nodes["relu"].box.body.severity == "pending"
    document.undo()
    canvas.drawing.show_findings({})
    assert canvas.drawing.nodes["relu"].box.body.severity == ""


NOTES = "A small network that tells nothing from nothing. " * 8 + "\nAfter nobody, 2020."


def write_notes(document: Document, notes: str) -> None:
    with document.edit("Write"):
        document.set_setting("notes", notes)


def test_notes_stand_above_the_drawing_and_follow_it(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    assert canvas.drawing.note.rect.isEmpty()
    write_notes(document, NOTES)
    canvas.frame_all()
    note, drawn = canvas.drawing.note.rect, canvas.drawing.bounds(canvas.drawing.nodes)
    assert note.left() == drawn.left()
    assert note.bottom() == pytest.approx(drawn.top() - GAP)
    assert note.width() <= MAX_WIDTH
    assert canvas.visible().contains(note)
    image = picture(canvas).copy(canvas.mapFromScene(note).boundingRect())
    colors = {image.pixelColor(x, y).name() for y in range(image.height()) for x in range(image.width())}
    assert len(colors) > 5
    with document.edit("Move"):
        document.model.move({"image": (-500.0, -300.0)})
    canvas.drawing.flush()
    assert canvas.drawing.note.rect.left() == canvas.drawing.bounds(["image"]).left()
    write_notes(document, "")
    canvas.drawing.flush()
    assert canvas.drawing.note.rect.isEmpty()


def test_notes_cannot_be_selected_and_belong_to_the_model_alone(qtbot: QtBot) -> None:
    document = with_block()
    write_notes(document, NOTES)
    canvas = shown(qtbot, document)
    canvas.frame_all()
    click(canvas, canvas.mapFromScene(canvas.drawing.note.rect.center()))
    assert canvas.selected() == []
    canvas.open("unit1")
    assert canvas.drawing.note.rect.isEmpty()


def test_a_rendered_figure_has_the_notes(qtbot: QtBot, tmp_path: Path) -> None:
    document = with_block()
    write_notes(document, "Read me first.")
    render(document, tmp_path / "model.svg")
    render(document, tmp_path / "block.svg", "Unit")
    assert "Read me first." in (tmp_path / "model.svg").read_text()
    assert "Read me first." not in (tmp_path / "block.svg").read_text()


def test_laying_out_is_one_step_without_overlaps_and_all_in_view(qtbot: QtBot) -> None:
    document = small_network()
    with document.edit("Heap"):
        document.model.move(dict.fromkeys(document.model.nodes, (0.0, 0.0)))
    document.forget_history()
    canvas = shown(qtbot, document)
    canvas.lay_out()
    cards = [item.card() for item in canvas.drawing.nodes.values()]
    assert not any(a.intersects(b) for a in cards for b in cards if a is not b)
    assert all(canvas.visible().contains(card) for card in cards)
    assert document.history == ["Lay out"]
    chain = [document.model.node(name) for name in ("image", "conv", "relu", "flatten", "linear")]
    assert {node.y for node in chain} == {chain[0].y}
    assert [node.x for node in chain] == sorted(node.x for node in chain)


def test_laying_out_a_selection_leaves_the_others(qtbot: QtBot) -> None:
    document = small_network()
    canvas = shown(qtbot, document)
    with document.edit("Heap"):
        document.model.move({"conv": (300.0, 400.0), "relu": (300.0, 400.0)})
    canvas.select(["conv", "relu"])
    before = {name: (node.x, node.y) for name, node in document.model.nodes.items()}
    canvas.lay_out()
    after = {name: (node.x, node.y) for name, node in document.model.nodes.items()}
    assert {name for name in after if after[name] != before[name]} <= {"conv", "relu"}
    assert not canvas.drawing.nodes["conv"].card().intersects(canvas.drawing.nodes["relu"].card())


def test_laying_out_a_block_keeps_the_order_of_its_ports(qtbot: QtBot) -> None:
    document = Document()
    with document.edit("Draw"):
        inside = document.add_block("Cell")
        for place, name in enumerate(("first", "second", "third")):
            inside.add("Input", {"shape": [4]}, name=name, at=(0, 100 * place))
        inside.add("Concat", name="pair", at=(200, 0))
        inside.connect("third", "pair")
        inside.connect("first", "pair")
        inside.add("Output", name="joined", at=(600, 0))
        inside.add("Output", name="rest", at=(600, 100))
        inside.connect("second", "rest")
        inside.connect("pair", "joined")
        document.model.add("Block", {"definition": "Cell"}, name="cell")
    canvas = shown(qtbot, document)
    canvas.open("cell")
    canvas.lay_out()
    assert known(document.model.node("cell").layer).inputs == ("first", "second", "third")
    assert known(document.model.node("cell").layer).results == ("joined", "rest")
