"""A selection becomes a block, and a block its parts again, without a trace."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings, strategies as st

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.edits.grouping import group, unpack
from graph.errors import DocumentError, LayerloomError
from graph.storage.loom import dumps, loads
from tests.support.typed import known

Tensors = dict[str, torch.Tensor]


def residual() -> Document:
    """image -> conv1 -> norm -> relu -> conv2 -> add (with a skip from conv1) -> out."""
    document = Document("Small")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": [3, 8, 8]}, name="image", at=(0, 0))
        model.add("Conv2d", {"out_channels": 4, "padding": 1}, name="conv1", at=(200.5, 0))
        model.add("BatchNorm2d", name="norm", at=(400, 0.125))
        model.add("ReLU", name="relu", at=(600, 0))
        model.add("Conv2d", {"out_channels": 4, "padding": 1}, name="conv2", at=(800, 0))
        model.add("Add", name="add", at=(1000, 77.3))
        model.add("Output", name="result", at=(1200, 0))
        for source, target in [("image", "conv1"), ("conv1", "norm"), ("norm", "relu"), ("relu", "conv2")]:
            model.connect(source, target)
        model.connect("conv2", "add", "x0")
        model.connect("conv1", "add", "x1")
        model.connect("add", "result")
    return document


def run(document: Document, state: Tensors | None = None) -> tuple[torch.Tensor, Tensors]:
    torch.manual_seed(0)
    module = build(compile_source(document)).eval()
    if state is not None:
        module.load_state_dict(state)
    inputs = [
        torch.arange(float(2 * torch.Size(known(kind.shape[1:])).numel())).reshape(2, *known(kind.shape[1:])).sin()
        for name, (kind, *_) in document.types().items()
        if document.model.nodes[name].layer.role == "input"
    ]
    with torch.no_grad():
        return module(*inputs), module.state_dict()


def test_a_selection_becomes_one_node() -> None:
    document = residual()
    before, types = dumps(document), document.types()["add"]
    node = group(document, "", ["norm", "relu", "conv2", "add"], "Residual")
    assert node == "residual1"
    assert set(document.model.nodes) == {"image", "conv1", "residual1", "result"}
    layer = document.model.node(node).layer
    assert (known(layer).inputs, known(layer).results) == (("x",), ("out",))
    assert document.types()[node] == types
    assert not document.problems()
    assert (document.model.node(node).x, document.model.node(node).y) == (700, 38.65)
    assert document.history[-1] == "Group 4 nodes"
    document.undo()
    assert dumps(document) == before
    document.redo()
    assert not document.problems("Residual")


def test_unpacking_restores_the_drawing_exactly() -> None:
    document = residual()
    before = dumps(document)
    node = group(document, "", ["norm", "relu", "conv2", "add"], "Residual")
    grouped = dumps(document)
    assert set(unpack(document, "", node)) == {"norm", "relu", "conv2", "add"}
    assert dumps(document) == before
    assert not document.definitions
    document.undo()
    assert dumps(document) == grouped


def test_the_same_outputs_with_the_same_weights() -> None:
    document = residual()
    expected, state = run(document)
    group(document, "", ["norm", "relu", "conv2", "add"], "Residual")
    inside = {"norm", "conv2"}
    moved = {f"residual1.{key}" if key.split(".")[0] in inside else key: value for key, value in state.items()}
    assert torch.equal(run(document, moved)[0], expected)


def test_ports_are_named_after_what_crosses_the_border() -> None:
    document = residual()
    node = group(document, "", ["add"], "Join")
    layer = document.model.node(node).layer
    assert known(layer).inputs == ("conv1", "conv2")
    document = residual()
    with document.edit("Draw"):
        document.model.add("Output", name="middle")
        document.model.connect("norm", "middle")
    layer = document.model.node(group(document, "", ["norm", "relu"], "Two")).layer
    assert known(layer).inputs == ("x",)
    assert known(layer).results == ("relu_out", "norm_out")
    assert not document.problems()


def test_a_group_that_feeds_nothing_keeps_its_ends() -> None:
    document = residual()
    with document.edit("Cut"):
        document.model.remove(["result"])
    before = dumps(document)
    node = group(document, "", ["conv2", "add"], "Tail")
    assert known(document.model.node(node).layer).results == ("out",)
    unpack(document, "", node)
    assert dumps(document) == before


def test_names_that_are_taken_are_numbered() -> None:
    document = residual()
    with document.edit("Draw"):
        for old, new in [("conv2", "x"), ("add", "out"), ("conv1", "residual1")]:
            document.model.rename(old, new)
    node = group(document, "", ["norm", "relu", "x", "out"], "Residual")
    assert node == "residual2"
    assert known(document.model.node(node).layer).inputs == ("x2",)
    assert known(document.model.node(node).layer).results == ("out2",)
    assert not document.problems()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "Nothing is selected"),
        (["image", "conv1"], "'image' cannot be part of a block: Inputs stay"),
        (["add", "result"], "'result' cannot be part of a block: Outputs stay"),
        (["conv1", "add"], "A path leaves the selection and comes back to it through 'norm'"),
        (["ghost"], "There is no node 'ghost'"),
    ],
)
def test_selections_that_cannot_be_a_block(names: list[str], message: str) -> None:
    document = residual()
    before = dumps(document)
    with pytest.raises(DocumentError, match=message):
        group(document, "", names, "Part")
    assert dumps(document) == before
    assert document.history == ["Draw"]


@pytest.mark.parametrize("block", ["", "two words", "class", "forward", "Taken"])
def test_names_a_block_cannot_have(block: str) -> None:
    document = residual()
    with document.edit("Draw"):
        document.add_block("Taken")
    before = dumps(document)
    with pytest.raises(DocumentError):
        group(document, "", ["norm", "relu"], block)
    assert dumps(document) == before


def test_targets_and_objectives_stay_in_the_drawing() -> None:
    document = residual()
    with document.edit("Draw"):
        document.model.add("Target", {"shape": [4, 8, 8], "dtype": "float32"}, name="wanted")
        document.model.add("MSE", name="mse")
        document.model.connect("add", "mse", "prediction")
        document.model.connect("wanted", "mse", "target")
    for names, what in ((["add", "mse"], "objectives"), (["add", "wanted"], "Targets")):
        with pytest.raises(DocumentError, match=what):
            group(document, "", names, "Part")


def test_sharing_across_the_border_is_refused() -> None:
    document = residual()
    with document.edit("Share"):
        document.model.alter("conv2", shares="conv1")
    with pytest.raises(DocumentError, match="'conv2' shares the weights of 'conv1'; select both or neither"):
        group(document, "", ["relu", "conv2"], "Part")


def nested() -> Document:
    """A block with a parameter, whose inside mentions it."""
    document = Document("Nested")
    with document.edit("Draw"):
        wide = document.add_block("Wide", {"channels": 4, "scale": 2})
        wide.add("Input", {"shape": [3]}, name="x")
        wide.add("Linear", {"out_features": "channels * scale"}, name="up", at=(200, 0))
        wide.add("Tanh", name="tanh", at=(400, 0))
        wide.add("Linear", {"out_features": "channels"}, name="down", at=(600, 0))
        wide.add("Output", name="y", at=(800, 0))
        for source, target in [("x", "up"), ("up", "tanh"), ("tanh", "down"), ("down", "y")]:
            wide.connect(source, target)
        model = document.model
        model.add("Input", {"shape": [3]}, name="image")
        model.add("Block", {"definition": "Wide", "arguments": {"channels": 5}}, name="wide", at=(200, 0))
        model.add("Output", name="result", at=(400, 0))
        model.connect("image", "wide")
        model.connect("wide", "result")
    return document


def test_arguments_take_the_place_of_parameters() -> None:
    document = nested()
    expected, state = run(document)
    assert set(unpack(document, "", "wide")) == {"up", "tanh", "down"}
    assert known(document.model.node("up").layer).out_features == 10
    assert not document.model.node("up").expressions
    assert not document.definitions
    plain = {key.removeprefix("wide."): value for key, value in state.items()}
    assert torch.equal(run(document, plain)[0], expected)


def test_grouping_within_a_block_hands_its_parameters_on() -> None:
    document = nested()
    expected, state = run(document)
    before = dumps(document)
    node = group(document, "Wide", ["up", "tanh"], "Inner")
    assert document.definitions["Inner"].parameters == {"channels": 4, "scale": 2}
    assert not document.problems("Wide")
    assert not document.problems("Inner")
    moved = {key.replace("wide.up", f"wide.{node}.up"): value for key, value in state.items()}
    assert torch.equal(run(document, moved)[0], expected)
    assert dumps(loads(dumps(document))) == dumps(document)
    unpack(document, "Wide", node)
    assert dumps(document) == before


def test_expressions_are_substituted_within_a_block() -> None:
    document = nested()
    with document.edit("Draw"):
        outer = document.add_block("Outer", {"width": 3})
        outer.add("Input", {"shape": [3]}, name="x")
        outer.add("Block", {"definition": "Wide", "arguments": {"channels": "width + 1"}}, name="wide", at=(200, 0))
        outer.add("Output", name="y", at=(400, 0))
        outer.connect("x", "wide")
        outer.connect("wide", "y")
    unpack(document, "Outer", "wide")
    nodes = document.graphs["Outer"].nodes
    assert nodes["up"].expressions == {"out_features": "(width + 1) * 2"}
    assert nodes["down"].expressions == {"out_features": "width + 1"}
    assert document.types("Outer")["down"][0].shape[1] == 4
    assert "Wide" in document.definitions


def test_a_repeated_block_becomes_copies_in_sequence() -> None:
    document = nested()
    with document.edit("Repeat"):
        document.model.set("wide", repeat=3)
    expected, state = run(document)
    made = unpack(document, "", "wide")
    assert len(made) == len(set(made)) == 9
    places = [document.model.node(name).x for name in ("up", "down", "up1", "down1", "up2", "down2")]
    assert places == sorted(places)
    order = [made[at : at + 3] for at in (0, 3, 6)]
    inside = ("up", "tanh", "down")
    names = {
        f"wide.{turn}.{old}": new for turn, part in enumerate(order) for old, new in zip(inside, part, strict=True)
    }
    moved = {f"{names[key.rpartition('.')[0]]}.{key.rpartition('.')[2]}": value for key, value in state.items()}
    assert torch.equal(run(document, moved)[0], expected)
    document.undo()
    assert "wide" in document.model.nodes


def test_a_wire_straight_through_a_block() -> None:
    document = residual()
    with document.edit("Draw"):
        through = document.add_block("Through")
        through.add("Input", name="x")
        through.add("Output", name="y")
        through.connect("x", "y")
        document.model.add("Block", {"definition": "Through", "repeat": 2}, name="through")
        document.model.connect("relu", "through")
        document.model.connect("through", "conv2")
    unpack(document, "", "through")
    assert dumps(document) == dumps(residual())


def test_what_cannot_be_unpacked() -> None:
    document = nested()
    with document.edit("Draw"):
        document.model.add("Scan", {"definition": "Wide"}, name="scan")
        document.model.add("Block", {"definition": "Wide"}, name="twin")
        document.model.alter("twin", shares="wide")
        document.model.add("ReLU", name="relu")
    for name, message in (
        ("scan", "'scan' is a Scan"),
        ("twin", "'twin' shares the weights of 'wide'"),
        ("wide", "'twin' shares the weights of 'wide'"),
        ("relu", "'relu' is no Block"),
        ("ghost", "There is no node 'ghost'"),
    ):
        with pytest.raises(LayerloomError, match=message):
            unpack(document, "", name)


def test_frozen_and_shared_weights_stay() -> None:
    document = residual()
    with document.edit("Draw"):
        document.model.set("conv1", out_channels=4)
        document.model.alter("conv2", frozen=True)
        document.model.add("Conv2d", {"out_channels": 4, "padding": 1}, name="conv3", at=(800.0, 200.0))
        document.model.alter("conv3", shares="conv2")
        document.model.connect("conv2", "conv3")
        document.model.connect("conv3", "add", "x0")
    before = dumps(document)
    node = group(document, "", ["relu", "conv2", "conv3", "add"], "Part")
    inside = document.graphs["Part"].nodes
    assert inside["conv2"].frozen
    assert inside["conv3"].shares == "conv2"
    unpack(document, "", node)
    assert dumps(document) == before


@st.composite
def drawings(draw: st.DrawFn) -> Document:
    """A random net of layers on six features, none of which lies on another."""
    document = Document("Random")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": [6]}, name="a")
        names = ["a"]
        for at in range(draw(st.integers(3, 9))):
            kind = draw(st.sampled_from(["Linear", "ReLU", "Tanh", "Add", "Multiply"]))
            place = 400 * (at + 1) + draw(st.integers(-500, 500)) / 8, draw(st.integers(-500, 500)) / 8
            name = model.add(kind, {"out_features": 6} if kind == "Linear" else {}, name=f"n{at}", at=place)
            for port in ("x0", "x1") if kind in ("Add", "Multiply") else ("x",):
                model.connect(draw(st.sampled_from(names)), name, port)
            names.append(name)
        for name in names[1:]:
            if not model.outgoing(name):
                model.connect(name, model.add("Output", name=f"{name}_result"))
    return document


@pytest.mark.slow
@given(drawings(), st.data())
@settings(max_examples=60)
def test_group_and_unpack_leave_no_trace(document: Document, data: st.DataObject) -> None:
    layers = [name for name, node in document.model.nodes.items() if node.layer.role == "layer"]
    chosen = data.draw(st.sets(st.sampled_from(layers), min_size=1))
    before, types = dumps(document), dict(document.types())
    expected, state = run(document)
    outputs = compile_source(document).outputs
    assume(not _leaves_and_returns(document, chosen))
    node = group(document, "", chosen, "Part")
    assert not document.problems()
    assert {name: document.types()[name] for name in types if name not in chosen} == {
        name: kind for name, kind in types.items() if name not in chosen
    }
    moved = {f"{node}.{key}" if key.split(".")[0] in chosen else key: value for key, value in state.items()}
    result = dict(zip(compile_source(document).outputs, _tuple(run(document, moved)[0]), strict=True))
    assert all(torch.equal(result[name], value) for name, value in zip(outputs, _tuple(expected), strict=True))
    unpack(document, "", node)
    assert dumps(document) == before


def _leaves_and_returns(document: Document, chosen: set[str]) -> bool:
    left = {target for name in chosen for target in document.model.successors(name)} - chosen
    return bool(document.model.downstream(left) & chosen)


def _tuple(value: torch.Tensor | tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return value if isinstance(value, tuple) else (value,)
