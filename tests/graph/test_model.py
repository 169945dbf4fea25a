"""Nodes and wires: what an edit does, and what it refuses."""

from __future__ import annotations

import math

import pytest

from graph.catalog import make_layer
from graph.document import Document
from graph.errors import DocumentError, LayerloomError, ParameterError
from graph.modelgraph import ModelGraph


@pytest.fixture
def document() -> Document:
    """x -> conv -> relu -> add, and x -> add."""
    document = Document("Small")
    with document.edit("Draw"):
        model = document.model
        model.add("Input", {"shape": [3, 8, 8]}, name="x0in")
        model.add("Conv2d", {"out_channels": 3, "padding": 1}, name="conv")
        model.add("ReLU", name="relu")
        model.add("Add", name="add")
        model.connect("x0in", "conv")
        model.connect("conv", "relu")
        model.connect("relu", "add")
        model.connect("x0in", "add")
    return document


@pytest.fixture
def model(document: Document) -> ModelGraph:
    return document.model


def wires(model: ModelGraph) -> set[str]:
    return {str(wire) for wire in model.wires()}


DRAWN = {
    "x0in.out -> conv.x",
    "conv.out -> relu.x",
    "relu.out -> add.x0",
    "x0in.out -> add.x1",
}


def test_wires_take_the_first_free_port(model: ModelGraph) -> None:
    assert wires(model) == DRAWN


def test_nodes_are_named_after_their_kind(document: Document) -> None:
    with document.edit("Add"):
        names = [document.model.add(kind) for kind in ("Conv2d", "Conv2d", "MaxPool2d", "ReLU")]
    assert names == ["conv1", "conv2", "maxpool1", "relu1"]


def test_a_write_outside_an_edit_is_refused(model: ModelGraph) -> None:
    for write in (
        lambda: model.add("ReLU"),
        lambda: model.remove(["relu"]),
        lambda: model.disconnect("relu", "x"),
        lambda: model.set("conv", out_channels=5),
        lambda: model.move({"relu": (1, 1)}),
        lambda: model.rename("relu", "act"),
    ):
        with pytest.raises(DocumentError, match="outside an edit"):
            write()
    assert wires(model) == DRAWN


def test_a_new_wire_replaces_the_old(document: Document) -> None:
    with document.edit("Connect"):
        document.model.connect("x0in", "relu", "x")
    assert "x0in.out -> relu.x" in wires(document.model)
    assert "conv.out -> relu.x" not in wires(document.model)


def test_connecting_a_full_node_replaces_its_first_wire(document: Document) -> None:
    with document.edit("Connect"):
        document.model.connect("x0in", "relu")
    assert "x0in.out -> relu.x" in wires(document.model)


def test_the_same_wire_again_is_no_change(document: Document) -> None:
    steps = len(document.history)
    with document.edit("Connect"):
        document.model.connect("conv", "relu", "x")
    assert len(document.history) == steps


@pytest.mark.parametrize(
    ("source", "target", "port", "source_port", "said"),
    [
        ("add", "conv", None, None, "'conv' already leads to 'add'"),
        ("conv", "conv", None, None, "'conv' cannot feed itself"),
        ("nobody", "conv", None, None, "There is no node 'nobody'"),
        ("conv", "nobody", None, None, "There is no node 'nobody'"),
        ("conv", "relu", "y", None, "'relu' has no input 'y'; its inputs: x"),
        ("conv", "relu", None, "second", "'conv' has no output 'second'; its outputs: out"),
        ("conv", "add", "x01", None, "'add' has no input 'x01'; its inputs: x0, x1, x2"),
        ("conv", "add", "x-1", None, "'add' has no input 'x-1'"),
        ("conv", "add", "x99999", None, "'add' has no input 'x99999'"),
        ("conv", "add", "x²", None, "'add' has no input 'x²'"),
        ("conv", "x0in", None, None, "'x0in' has no input ''; its inputs: none"),
    ],
)
def test_wires_that_cannot_be(
    document: Document, source: str, target: str, port: str | None, source_port: str | None, said: str
) -> None:
    with pytest.raises(DocumentError) as caught, document.edit("Connect"):
        document.model.connect(source, target, port, source_port)
    assert said in str(caught.value)
    assert wires(document.model) == DRAWN


def test_an_output_and_an_objective_feed_nothing(document: Document) -> None:
    with document.edit("Add"):
        document.model.add("Output", name="result")
        document.model.connect("add", "result")
    with pytest.raises(DocumentError, match="'result' has no output ''; it has none"), document.edit("Connect"):
        document.model.connect("result", "relu")


def test_a_long_way_round_is_a_cycle_too(document: Document) -> None:
    model = document.model
    with document.edit("Chain"):
        last = "add"
        for _ in range(200):
            name = model.add("ReLU")
            model.connect(last, name)
            last = name
    assert model.would_cycle(last, "conv")
    assert not model.would_cycle("x0in", last)
    with pytest.raises(DocumentError, match="no cycles"), document.edit("Connect"):
        model.connect(last, "conv")


def test_many_inputs_keep_one_free(document: Document) -> None:
    model = document.model
    assert model.open_ports("add") == ["x0", "x1", "x2"]
    with document.edit("Connect"):
        model.connect("conv", "add", "x7")
    assert model.open_ports("add") == [f"x{index}" for index in range(9)]
    with document.edit("Disconnect"):
        for port in ("x0", "x1", "x7"):
            model.disconnect("add", port)
    assert model.open_ports("add") == ["x0", "x1"]


def test_deleting_takes_the_wires_along(document: Document) -> None:
    with document.edit("Delete"):
        document.model.remove(["conv", "relu"])
    assert wires(document.model) == {"x0in.out -> add.x1"}
    document.undo()
    assert wires(document.model) == DRAWN


def test_deleting_can_heal_the_wire(document: Document) -> None:
    with document.edit("Delete"):
        document.model.remove(["conv", "relu"], heal=True)
    assert wires(document.model) == {"x0in.out -> add.x0", "x0in.out -> add.x1"}
    document.undo()
    assert wires(document.model) == DRAWN


def test_a_join_is_not_healed(document: Document) -> None:
    with document.edit("Grow"):
        document.model.add("Output", name="result")
        document.model.connect("add", "result")
    with document.edit("Delete"):
        document.model.remove(["add"], heal=True)
    assert wires(document.model) == {"x0in.out -> conv.x", "conv.out -> relu.x"}


def test_parameters_keep_those_not_named(document: Document) -> None:
    with document.edit("Set"):
        document.model.set("conv", kernel_size=5)
    assert document.model.node("conv").layer == make_layer(
        "Conv2d", {"out_channels": 3, "padding": 1, "kernel_size": 5}
    )


def test_a_wrong_parameter_changes_nothing(document: Document) -> None:
    before = document.model.node("conv")
    with pytest.raises(ParameterError, match="Conv2d 'conv'"), document.edit("Set"):
        document.model.set("conv", kernel_size=5, out_channels=-1)
    assert document.model.node("conv") == before


@pytest.mark.parametrize("at", [(math.nan, 0), (0, math.inf), (-math.inf, 0), (1e8, 0), (0, -1e300)])
def test_nodes_stand_on_the_canvas(document: Document, at: tuple[float, float]) -> None:
    with pytest.raises(DocumentError, match="cannot stand at"), document.edit("Move"):
        document.model.move({"conv": at})
    with pytest.raises(DocumentError, match="cannot stand at"), document.edit("Add"):
        document.model.add("ReLU", at=at)


def test_renaming_keeps_wires_place_and_order(document: Document) -> None:
    model = document.model
    with document.edit("Share"):
        model.add("ReLU", name="other")
        model.alter("other", shares="conv")
    with document.edit("Rename"):
        model.rename("conv", "features")
    assert list(model.nodes) == ["x0in", "features", "relu", "add", "other"]
    assert wires(model) == {str(wire).replace("conv", "features") for wire in DRAWN}
    assert model.node("features").name == "features"
    assert model.node("other").shares == "features"
    document.undo()
    assert wires(model) == DRAWN
    assert model.node("other").shares == "conv"


@pytest.mark.parametrize("name", ["relu", "x; import os", "forward", "class", ""])
def test_names_taken_or_unusable(document: Document, name: str) -> None:
    with pytest.raises(DocumentError), document.edit("Rename"):
        document.model.rename("conv", name)
    if name:
        with pytest.raises(DocumentError), document.edit("Add"):
            document.model.add("ReLU", name=name)
    assert wires(document.model) == DRAWN


def test_renaming_to_its_own_name_is_no_change(document: Document) -> None:
    steps = len(document.history)
    with document.edit("Rename"):
        document.model.rename("conv", "conv")
    assert len(document.history) == steps


def test_another_layer_keeps_the_wires_it_has_ports_for(document: Document) -> None:
    with document.edit("Replace"):
        document.model.replace("relu", make_layer("Dropout", {}))
        document.model.replace("add", make_layer("MSE", {}))
    assert wires(document.model) == {"x0in.out -> conv.x", "conv.out -> relu.x"}


def test_a_layer_of_many_inputs_has_no_port_without_a_number(document: Document) -> None:
    with document.edit("Replace"):
        document.model.replace("relu", make_layer("Add", {}))
    assert "conv.out -> relu.x" not in wires(document.model)
    with pytest.raises(DocumentError, match="'add' has no input 'x'"), document.edit("Connect"):
        document.model.connect("conv", "add", "x")


def test_what_lies_before_and_behind(model: ModelGraph) -> None:
    assert model.upstream(["relu"]) == {"x0in", "conv", "relu"}
    assert model.downstream(["conv"]) == {"conv", "relu", "add"}
    assert model.order().index("conv") < model.order().index("relu") < model.order().index("add")


def test_the_reading_order_does_not_tell_how_the_drawing_came_about(document: Document) -> None:
    order = document.model.reading_order()
    with document.edit("Delete"):
        document.model.remove(["conv"])
    document.undo()
    assert document.model.reading_order() == order
    assert list(document.model.nodes) != order


def test_every_refusal_is_one_sentence(document: Document) -> None:
    for write in (
        lambda: document.model.add("Nothing"),
        lambda: document.model.node("x; import os"),
        lambda: document.model.connect("add", "conv"),
        lambda: document.model.add("ReLU", name="conv"),
    ):
        with pytest.raises(LayerloomError) as caught, document.edit("Try"):
            write()
        assert str(caught.value).endswith(".")
        assert "\n" not in str(caught.value)
