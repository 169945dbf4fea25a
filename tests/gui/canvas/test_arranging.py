"""Replacing, aligning, distributing, selecting along the wires, and wheels that pan."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas import Canvas
from tests.support.canvas_tools import ALT, NONE, SHIFT, at_node, drop_layer, place_of, shown, wires_of
from tests.support.typed import known


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


def test_another_kind_dropped_on_a_node_replaces_it_and_the_wires_stay(canvas: Canvas) -> None:
    drop_layer(canvas, "Sigmoid", at_node(canvas, "relu"))
    model = canvas.document.model
    assert "relu" not in model.nodes
    assert {"conv.out -> sigmoid1.x", "sigmoid1.out -> flatten.x"} <= wires_of(canvas.document)
    assert place_of(canvas.document, "sigmoid1") == (480, 0)
    assert canvas.document.history == ["Replace relu by Sigmoid"]
    assert canvas.selected() == ["sigmoid1"]
    canvas.document.undo()
    assert model.node("relu").kind == "ReLU"
    assert len(model.nodes) == 6


def test_parameters_of_the_same_name_stay_as_far_as_the_new_kind_takes_them(canvas: Canvas) -> None:
    with canvas.document.edit("Set"):
        canvas.document.model.set("conv", kernel_size=[5, 3], stride=2, padding=1)
        canvas.document.model.alter("conv", frozen=True)
    canvas.replace("MaxPool2d", ["conv"])
    layer = canvas.document.model.node("maxpool1").layer
    assert (known(layer).kernel_size, known(layer).stride, known(layer).padding) == ((5, 3), 2, 1)
    canvas.document.undo()
    canvas.replace("ConvTranspose2d", ["conv"])
    node = canvas.document.model.node("convtranspose1")
    assert (known(node.layer).kernel_size, known(node.layer).out_channels, node.frozen) == ((5, 3), 4, True)


def test_a_name_made_from_the_kind_follows_the_kind_and_any_other_stays(canvas: Canvas) -> None:
    name = canvas.add_layer("ReLU", QPointF(0, 300))
    canvas.replace("GELU", [name])
    assert canvas.selected() == ["gelu1"]
    assert name not in canvas.document.model.nodes
    with canvas.document.edit("Rename"):
        canvas.document.model.rename("gelu1", "gate")
    canvas.replace("Sigmoid", ["gate"])
    assert canvas.document.model.node("gate").kind == "Sigmoid"


def test_wires_without_a_port_go_and_that_is_said(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    canvas.replace("Output", ["relu"])
    assert wires_of(canvas.document) == {"image.out -> conv.x", "conv.out -> output1.x", "flatten.out -> linear.x"}
    assert told[-1] == "output1: 1 wire is gone, as there is no port for it: relu.out -> flatten.x."


def test_several_nodes_are_replaced_in_one_step_and_keep_the_wires_between_them(canvas: Canvas) -> None:
    canvas.replace("Identity", ["conv", "relu"])
    wanted = {"image.out -> identity1.x", "identity1.out -> identity2.x", "identity2.out -> flatten.x"}
    assert wanted <= wires_of(canvas.document)
    assert canvas.document.history == ["Replace 2 nodes by Identity"]


def test_alt_or_the_same_kind_is_only_dropped(canvas: Canvas) -> None:
    drop_layer(canvas, "ReLU", at_node(canvas, "relu"))
    drop_layer(canvas, "Sigmoid", at_node(canvas, "conv"), ALT)
    assert canvas.document.model.node("relu").kind == "ReLU"
    assert canvas.document.history == ["Add ReLU", "Add Sigmoid"]


def test_shift_s_asks_for_the_layer_that_the_selection_becomes(canvas: Canvas) -> None:
    asked: list[Any] = []
    canvas.search_requested.connect(asked.append)
    canvas.ask_replacement()
    assert asked == []
    canvas.select(["conv", "relu"])
    canvas.ask_replacement()
    assert asked[0].replaces == ("conv", "relu")


@pytest.mark.parametrize(("edge", "side"), [("left", "left"), ("right", "right"), ("top", "top"), ("bottom", "bottom")])
def test_edges_come_into_one_line(canvas: Canvas, edge: str, side: str) -> None:
    names = ["image", "conv", "tanh"]
    canvas.select(names)
    canvas.align(known(edge))
    assert len({round(getattr(canvas.drawing.nodes[name].card(), side)(), 2) for name in names}) == 1
    assert canvas.document.history == ["Align 3 nodes"]


def test_middles_come_into_one_line(canvas: Canvas) -> None:
    canvas.select(["conv", "tanh", "relu"])
    canvas.align("middle")
    assert {place_of(canvas.document, name)[1] for name in ("conv", "tanh", "relu")} == {125}
    canvas.align("center")
    assert {place_of(canvas.document, name)[0] for name in ("conv", "tanh", "relu")} == {360}


def test_gaps_become_equal_and_the_outer_two_stay(canvas: Canvas) -> None:
    with canvas.document.edit("Move"):
        canvas.document.model.move({"conv": (170, 0), "relu": (900, 40)})
    names = ["image", "conv", "relu", "linear"]
    canvas.select(names[::-1])
    canvas.distribute("across")
    cards = [canvas.drawing.nodes[name].card() for name in names]
    gaps = [round(right.left() - left.right(), 1) for left, right in pairwise(cards)]
    assert len(set(gaps)) == 1
    assert (place_of(canvas.document, "image"), place_of(canvas.document, "linear")) == ((0, 0), (960, 0))
    assert place_of(canvas.document, "relu")[1] == 40


def test_too_few_nodes_are_refused_in_words(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    canvas.select(["conv"])
    canvas.align("left")
    canvas.select(["conv", "relu"])
    canvas.distribute("down")
    assert told == ["Align: select at least two nodes, got 1.", "Distribute: select at least three nodes, got 2."]
    assert canvas.document.history == []


def test_upstream_and_downstream_are_added_to_the_selection(canvas: Canvas) -> None:
    canvas.select(["relu"])
    canvas.select_upstream()
    assert set(canvas.selected()) == {"image", "conv", "relu"}
    canvas.select(["relu"])
    canvas.select_downstream()
    assert set(canvas.selected()) == {"relu", "flatten", "linear"}


def wheel(canvas: Canvas, delta: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> tuple[float, QPointF]:
    """Turn a wheel over the middle; the zoom, and by how much the view has moved over the drawing."""
    before = canvas.mapToScene(0, 0)
    at = QPointF(canvas.viewport().rect().center())
    where = QPointF(canvas.viewport().mapToGlobal(at.toPoint()))
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, where, QPoint(), delta, buttons, modifiers, phase, False)
    QApplication.sendEvent(canvas.viewport(), event)
    return canvas.zoom, canvas.mapToScene(0, 0) - before


def test_shift_and_a_tilted_wheel_pan_sideways(canvas: Canvas) -> None:
    assert wheel(canvas, QPoint(0, -120), SHIFT) == (1.0, QPointF(60, 0))
    assert wheel(canvas, QPoint(0, 120), SHIFT) == (1.0, QPointF(-60, 0))
    assert wheel(canvas, QPoint(-120, 0)) == (1.0, QPointF(60, 0))


def test_a_wheel_alone_and_with_alt_zooms(canvas: Canvas) -> None:
    assert wheel(canvas, QPoint(0, 120))[0] == pytest.approx(1.2)
    assert wheel(canvas, QPoint(-120, 0), ALT)[0] == pytest.approx(1.0)
