"""Wires are led around nodes that they do not belong to."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from graph.builder.sheet import Drawing
from graph.document import Document
from graph.edits import blocks
from graph.records import Wire
from graph.storage.loom import load
from gui.canvas.look.box import size_in
from gui.canvas.look.curve import NEAREST, Curve
from gui.canvas.look.styles import Style
from gui.canvas.look.ways.detour import Card
from gui.canvas.look.ways.way import CLEAR, meets, way_around
from gui.canvas.scene.node_item import NodeItem
from gui.canvas.scene.scene import Scene
from gui.canvas.scene.ways import MOST
from gui.theme.colors import Theme
from tests.support.canvas_tools import at_node, drag, shown, small_network

EXAMPLES = Path(__file__).parents[3] / "examples"


def chain_with_skip() -> Document:
    """Three activations in a row, and a wire from the Input straight through them to the Add behind."""
    document = Document()
    with document.edit("Draw"):
        model = document.model
        model.add("Input", {"shape": [4]}, name="start", at=(0, 0))
        last = "start"
        for at in range(3):
            last, before = model.add("ReLU", name=f"relu{at}", at=(250.0 * (at + 1), 0)), last
            model.connect(before, last)
        model.add("Add", name="sum", at=(1000, 0))
        model.connect(last, "sum")
        model.connect("start", "sum")
    document.forget_history()
    return document


def pyramid() -> Document:
    """A chain, a way back up to its larger maps, and at each of these two heads with all that belongs to them."""
    d = Drawing("Pyramid")
    x, maps, found = d.input(3, 64, 64, name="image"), [], None
    for place in range(4):
        x = x.conv2d(8, 3, stride=2, padding=1, name=f"down{place}").relu()
        maps.append(x)
    for place in (3, 2, 1):
        aside = maps[place].conv2d(8, 1, name=f"aside{place}")
        found = aside if found is None else aside + found.upsample(scale_factor=2)
        tower = found.conv2d(8, 3, padding=1, name=f"tower{place}").relu()
        scores, boxes = (tower.conv2d(4, 1, name=f"{name}{place}") for name in ("scores", "boxes"))
        size = 64 // 2 ** (place + 1)
        d.crossentropy(scores, d.target(size, size, name=f"class{place}"), name=f"classes{place}")
        d.smoothl1(boxes, d.target(4, size, size, dtype="float32", name=f"box{place}"), name=f"places{place}")
        d.output(scores, name=f"score_map{place}")
        d.output(boxes, name=f"box_map{place}")
    return d.finish()


def run_over(drawing: Scene) -> list[tuple[Wire, str]]:
    """The wires that run over a node that is not theirs, as they are seen from near."""
    drawing.flush()
    return [
        (wire, name)
        for wire in drawing.wires
        for name, item in drawing.nodes.items()
        if name not in (wire.source, wire.target) and meets(stretches(drawing.wires.curve(wire)), [inner(item)])
    ]


def inner(item: NodeItem) -> Card:
    """What a wire meets that does not only come close."""
    left, top, right, bottom = item.edges()
    return left + CLEAR, top + CLEAR, right - CLEAR, bottom - CLEAR


def stretches(curve: Curve) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [((line.x1(), line.y1()), (line.x2(), line.y2())) for line in curve.lines(NEAREST)]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("**/*.loom")), ids=lambda path: path.stem)
def test_in_no_example_a_wire_runs_over_a_node_or_a_node_lies_on_another(qtbot: QtBot, path: Path) -> None:
    document = load(path)
    for key in document.graphs:
        drawing = Scene(document, key, Style(Theme.light()))
        assert not run_over(drawing)
        cards = [item.card() for item in drawing.nodes.values()]
        assert not any(a.intersects(b) for at, a in enumerate(cards) for b in cards[at + 1 :])
        drawing.close()


@pytest.mark.parametrize("example", ["googlenet", "unet", "unet_small", "wavenet", "densenet121", "vae", "resnet50"])
def test_no_wire_of_a_drawing_laid_out_runs_over_a_node(qtbot: QtBot, example: str) -> None:
    document = load(EXAMPLES / f"{example}.loom")
    for key in document.graphs:
        size = size_in(document, key)
        blocks.lay_out(document, key, [], {name: size(name) for name in document.graphs[key].nodes}, (850.0, 700.0))
        drawing = Scene(document, key, Style(Theme.light()))
        assert not run_over(drawing)
        drawing.close()


@pytest.mark.parametrize("view", [(850.0, 700.0), (1600.0, 600.0)])
def test_no_wire_of_many_outputs_and_targets_runs_over_a_node(qtbot: QtBot, view: tuple[float, float]) -> None:
    document = pyramid()
    size = size_in(document, "")
    blocks.lay_out(document, "", [], {name: size(name) for name in document.model.nodes}, view)
    drawing = Scene(document, "", Style(Theme.light()))
    assert not run_over(drawing)
    drawing.close()


def test_a_wire_is_led_around_what_is_put_in_its_way_and_back_when_that_is_gone(qtbot: QtBot) -> None:
    canvas = shown(qtbot, chain_with_skip())
    wire = Wire("start", "out", "sum", "x1")
    assert canvas.drawing.wires.curve(wire).way
    assert not run_over(canvas.drawing)
    with canvas.document.edit("Move"):
        canvas.document.model.move({f"relu{at}": (250.0 * (at + 1), 400.0) for at in range(3)})
    canvas.drawing.flush()
    assert not canvas.drawing.wires.curve(wire).way
    canvas.document.undo()
    assert not run_over(canvas.drawing)
    assert canvas.drawing.wires.curve(wire).way


def test_wires_follow_a_drag_and_find_their_way_at_its_end(qtbot: QtBot) -> None:
    canvas = shown(qtbot, small_network())
    with canvas.document.edit("Skip"):
        canvas.document.model.move({"relu": (900.0, 500.0)})
    start = at_node(canvas, "relu")
    drag(canvas, start, start + QPointF(0.0, -60.0).toPoint())
    assert not run_over(canvas.drawing)


def test_ways_depend_on_where_nodes_stand_alone(qtbot: QtBot) -> None:
    canvas = shown(qtbot, chain_with_skip())
    before = {wire: canvas.drawing.wires.curve(wire).way for wire in canvas.drawing.wires}
    with canvas.document.edit("Away"):
        canvas.document.model.move({"relu1": (500.0, 900.0)})
    canvas.drawing.flush()
    canvas.document.undo()
    canvas.drawing.flush()
    assert {wire: canvas.drawing.wires.curve(wire).way for wire in canvas.drawing.wires} == before
    again = Scene(canvas.document, "", Style(Theme.light()))
    again.flush()
    assert {wire: again.wires.curve(wire).way for wire in again.wires} == before
    again.close()


def test_a_wire_with_dots_goes_where_they_lead(qtbot: QtBot) -> None:
    document = chain_with_skip()
    wire = Wire("start", "out", "sum", "x1")
    with document.edit("Dot"):
        document.model.bend(wire, [(500.0, 0.0)])
    canvas = shown(qtbot, document)
    assert canvas.drawing.wires.curve(wire).bends == ((500.0, 0.0),)
    assert not canvas.drawing.wires.curve(wire).way


def test_where_there_is_no_way_the_wire_runs_as_before() -> None:
    wall = [(100.0, float(top), 200.0, float(top + 100)) for top in range(-1000, 1000, 100)]
    assert way_around((0.0, 0.0), (300.0, 0.0), wall) == ()


def test_many_nodes_are_not_led_around(qtbot: QtBot) -> None:
    document = chain_with_skip()
    with document.edit("More"):
        for at in range(MOST):
            document.model.add("ReLU", at=(200.0 * (at % 50), 2000.0 + 200.0 * (at // 50)))
    drawing = Scene(document, "", Style(Theme.light()))
    drawing.flush()
    assert not any(drawing.wires.curve(wire).way for wire in drawing.wires)
    drawing.close()


def test_a_way_has_round_corners_and_ends_at_the_ports() -> None:
    curve = Curve((0.0, 0.0), (400.0, 0.0), way=((20.0, 0.0), (20.0, 90.0), (380.0, 90.0), (380.0, 0.0)))
    lines = curve.lines(4)
    assert (lines[0].p1(), lines[-1].p2()) == (QPointF(0, 0), QPointF(400, 0))
    assert curve.extent == (0.0, 0.0, 400.0, 90.0)
    assert curve.path().currentPosition() == QPointF(400, 0)
    assert curve.distance(200.0, 90.0) < 0.01
    assert curve.distance(20.0, 90.0) > 2.0
