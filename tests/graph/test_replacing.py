"""Another kind of layer in the place of nodes keeps the weights they have together, and how wires were led."""

from __future__ import annotations

import layerloom
from graph.document import Document
from graph.edits.replacing import replace
from graph.storage.loom import dumps


def drawn() -> Document:
    """Two layers that share their weights, and two that take one weight of the first, one of them in a block."""
    d = layerloom.Drawing("Two")
    with d.block("Head") as b:
        b.output(b.input(8, 8, 8, name="x").conv2d(8, 5, padding=2, name="conv"), name="y")
    left, right = d.input(8, 8, 8, name="left"), d.input(8, 8, 8, name="right")
    one = left.conv2d(8, 5, padding=2, name="first")
    two = right.conv2d(8, 5, padding=2, name="conv", shares=one)
    three = (one + two).conv2d(8, 5, padding=2, name="tied", ties={"weight": "first.weight"})
    d.output(d.use("Head", three, name="head", ties={"conv.weight": "first.weight"}), name="out")
    return d.finish()


def test_nodes_that_share_their_weights_share_those_of_the_new_kind() -> None:
    document = drawn()
    graph = document.model
    before = dumps(document)
    made, lost = replace(document, "", ["first", "conv"], "ConvTranspose2d")
    assert (made, lost) == (["first", "convtranspose1"], [])
    assert graph.node("convtranspose1").shares == "first"
    assert graph.node("tied").ties == {"weight": "first.weight"}
    assert graph.node("head").ties == {"conv.weight": "first.weight"}
    assert not document.problems()
    document.undo()
    assert dumps(document) == before
    # One of the two alone is of another kind and has its own; the other keeps what both had.
    replace(document, "", ["first"], "ConvTranspose2d")
    assert (graph.node("conv").shares, graph.node("tied").ties) == ("", {"weight": "conv.weight"})


def test_a_weight_of_another_stays_where_it_is_of_that_shape() -> None:
    document = drawn()
    graph = document.model
    replace(document, "", ["tied"], "ConvTranspose2d")
    assert graph.node("tied").ties == {"weight": "first.weight"}
    replace(document, "", ["tied"], "BatchNorm2d")
    assert graph.node("tied").ties == {}
    with document.edit("Untie, and take a name of its kind"):
        graph.share("conv", "")
        graph.rename("first", "conv1")
    replace(document, "Head", ["conv"], "ConvTranspose2d")
    (made,), _ = replace(document, "", ["conv1"], "ConvTranspose2d")
    assert graph.node("head").ties == {"convtranspose1.weight": f"{made}.weight"}
    assert not document.problems()


def test_points_that_wires_were_led_through_stay() -> None:
    document = drawn()
    graph = document.model
    with document.edit("Lead"):
        for name in ("first", "tied"):
            for wire in graph.inputs(name).values():
                graph.bend(wire, [(10.0, 20.0)])
    replace(document, "", ["first"], "ConvTranspose2d")
    replace(document, "", ["tied"], "ReLU")
    assert [list(graph.node(name).bends.values()) for name in ("first", "tied")] == [[((10.0, 20.0),)]] * 2
