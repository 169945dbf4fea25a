"""Drawings made by calls: layers are methods, operators are nodes, order of calls is order of ports."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import layerloom
from docs.stubs import FILE, stubs
from graph.builder.calls import methods
from graph.builder.sheet import Drawing
from graph.errors import DocumentError, ParameterError
from graph.storage.loom import load
from tests.support.typed import known


def test_the_stubs_are_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == stubs()


def test_a_drawing_from_python_is_the_drawing() -> None:
    d = Drawing("Tiny", "by calls", epochs=3)
    scores = d.input(1, 8, 8, name="image").conv2d(4, 3, bias=False).relu().flatten().linear(10, name="scores")
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"))
    document = d.finish()
    assert (document.name, document.notes, document.training.epochs) == ("Tiny", "by calls", 3)
    kinds = {name: node.kind for name, node in document.model.nodes.items()}
    assert kinds == {
        "image": "Input", "conv1": "Conv2d", "relu1": "ReLU", "flatten1": "Flatten", "scores": "Linear",
        "logits": "Output", "label": "Target", "crossentropy1": "CrossEntropy",
    }  # fmt: skip
    assert document.model.node("conv1").layer.kernel_size == 3  # type: ignore[attr-defined]
    assert document.history == []
    assert len({(node.x, node.y) for node in document.model.nodes.values()}) == len(kinds), "it is laid out"


def test_a_block_takes_expressions_and_keeps_the_order_of_its_calls() -> None:
    d = layerloom.Drawing("ResNeXt")
    with d.block("Next", channels=64, cin=32, stride=1) as b:
        x = b.input("cin", 16, 16)
        y = b.conv2d(x, "channels", 1, bias=False).batchnorm2d().relu()
        y = y.conv2d("channels", 3, stride="stride", padding=1, groups=32).batchnorm2d()
        b.output((y + x.conv2d("channels", 1, stride="stride")).relu())
    d.output(d.use("Next", d.input(32, 16, 16), stride=2))
    assert "groups=32" in d.source()
    assert d.source().count("class Next") == 1
    assert d.module()(torch.zeros(2, 32, 16, 16)).shape == (2, 64, 8, 8)


def test_operators_and_slices_are_nodes() -> None:
    d = layerloom.Drawing("Formula")
    a, b = d.input(6, 4, name="a"), d.input(6, 4, name="b")
    d.output(((a + b) * 2.0 - a / 4.0) ** 2)
    d.output(1.0 - a[:, 1:5:2] @ d.parameter(known((4, 3))))
    d.output(a[:, 1, 2:4])
    module = d.module()
    x, y = torch.rand(3, 6, 4), torch.rand(3, 6, 4)
    first, second, third = module(x, y)
    assert torch.allclose(first, ((x + y) * 2.0 - x / 4.0) ** 2)
    assert torch.allclose(second, 1.0 - x[:, 1:5:2] @ known(module.parameter1))
    assert torch.equal(third, x[:, 1, 2:4])


def test_layers_with_several_tensors_and_several_results() -> None:
    d = layerloom.Drawing("Reader")
    rows = d.input("T", 28)
    out, hidden, _ = d.lstm(rows, hidden_size=16)
    again, _, _ = d.lstm(rows, h0=hidden, hidden_size=16, name="second")
    d.output(d.concat(out, again, dim=2), name="both")
    document = d.finish()
    assert str(document.types()["both"][0]) == "(N, T, 32)"
    assert document.model.inputs("second")["h0"].source == "lstm1"


def test_weights_are_shared_and_frozen() -> None:
    d = Drawing("Twins")
    x = d.input(4)
    left = d.linear(x, 3, name="left", frozen=True)
    d.output(left - d.linear(x, 3, shares=left))
    graph = d.finish().model
    assert (graph.node("left").frozen, graph.node("linear1").shares) == (True, "left")


def test_a_block_is_used_again_with_its_weights_and_frozen() -> None:
    d = Drawing("Twins")
    with d.block("Half") as b:
        b.output(b.input(4, name="x").linear(3), name="y")
    x = d.input(4)
    left = d.use("Half", x, name="left", frozen=True)
    d.output(d.use("Half", x=x, name="right", shares=left) - left)
    graph = d.finish().model
    assert (graph.node("left").frozen, graph.node("right").shares) == (True, "left")
    assert graph.inputs("right")["x"].source == "input1", "a value by name goes to the port of that name"


def test_a_scan_takes_values_by_the_names_of_ports() -> None:
    d = Drawing("Counter")
    with d.block("Step", width=3) as b:
        state, x = b.input("width", name="state"), b.input("width", name="x")
        b.output(x + state, name="total")
    total, _ = d.scan("Step", x=d.input("T", 2), carry={"state": "total"}, width=2, name="scan")
    d.output(total)
    document = d.finish()
    assert document.model.inputs("scan").keys() == {"x"}
    assert str(document.types()["scan"][0]) == "(N, T, 2)"


def test_a_scan_carries_its_state() -> None:
    d = layerloom.Drawing("Counter")
    with d.block("Step") as b:
        x, state = b.input(3, name="x"), b.input(3, name="state")
        b.output(x + state, name="total")
    total, last = d.scan("Step", d.input("T", 3), None, carry={"state": "total"})
    d.output(total)
    d.output(last)
    sums, end = d.module()(torch.ones(1, 4, 3))
    assert sums[0, :, 0].tolist() == [1, 2, 3, 4]
    assert end[0].tolist() == [4, 4, 4]


def test_it_is_saved(tmp_path: Path) -> None:
    d = Drawing("Saved")
    d.output(d.input(4).linear(2))
    d.save(tmp_path / "saved.loom")
    assert load(tmp_path / "saved.loom").name == "Saved"


def test_mistakes_get_one_sentence() -> None:
    d = Drawing("Wrong")
    x = d.input(4)
    with pytest.raises(AttributeError, match="There is no layer 'conv4d'; layers are methods in small letters"):
        x.conv4d(3)  # type: ignore[attr-defined]
    with pytest.raises(ParameterError, match="Linear: out_features must be an integer"):
        x.linear(0)
    with pytest.raises(DocumentError, match="ReLU takes no parameters; got 1"):
        known(x).relu(5)
    with pytest.raises(DocumentError, match="The first axis is the batch and stays whole"):
        x[0]
    other = Drawing("Other")
    with pytest.raises(DocumentError, match="'input1' is drawn elsewhere"):
        other.output(x)
    assert list(d.finish().model.nodes) == ["input1"], "what was refused left nothing behind"


def test_completion_offers_every_layer() -> None:
    assert {"conv2d", "batchnorm2d", "lstm", "crossentropy"} <= set(dir(Drawing()))
    assert len(methods()) > 130
