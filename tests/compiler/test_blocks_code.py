"""The code of blocks: one class where one will do, the numbers of the parts written out, and the same ONNX."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import nn

from compiler.to_onnx.export import export
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.document import Document
from graph.edits.grouping import unpack
from graph.layers.block import Block
from tests.support.block_drawings import chain, model, module, wire
from tests.support.typed import known

LINEAR = ("fc", "Linear", {"out_features": 6})
CONV = {"out_channels": "channels", "stride": "stride", "padding": 1, "bias": False}


def use(definition: str, **parameters: Any) -> dict[str, Any]:
    return {"definition": definition, **parameters}


def classes(document: Document) -> list[str]:
    return re.findall(r"^class (\w+)", compile_source(document).text, re.MULTILINE)


def convnet() -> Document:
    """Conv, norm and ReLU as a block of two parameters, used four times at other sizes."""
    document = Document("Net")
    with document.edit("Draw"):
        parts: Any = (("conv", "Conv2d", CONV), ("norm", "BatchNorm2d", {}), ("relu", "ReLU", {}))
        chain(document.add_block("Unit", {"channels": 8, "stride": 1}), *parts, shape=(3, 8, 8))
        model(
            document,
            ("stem", "Block", use("Unit")),
            ("down", "Block", use("Unit", arguments={"channels": 16, "stride": 2})),
            ("deep", "Block", use("Unit", arguments={"channels": 16}, repeat=3)),
            shape=(3, 8, 8),
        )
    return document


def test_one_class_with_the_parameters_of_the_block() -> None:
    text = compile_source(convnet()).text
    assert classes(convnet()) == ["Unit", "Net"]
    assert "def __init__(self, x_channels, channels=8, stride=1):" in text
    assert "self.conv = nn.Conv2d(x_channels, channels, 3, stride=stride, padding=1, bias=False)" in text
    assert "self.stem = Unit(x_channels=3)" in text
    assert "self.down = Unit(x_channels=8, channels=16, stride=2)" in text
    assert "self.deep = nn.Sequential(*(Unit(x_channels=16, channels=16) for _ in range(3)))" in text


def test_keys_of_the_checkpoint_follow_the_drawing() -> None:
    keys = module(convnet()).state_dict().keys()
    assert {"stem.conv.weight", "down.norm.running_mean", "deep.0.conv.weight", "deep.2.norm.bias"} <= keys


def test_parameters_and_macs_are_those_of_each_use() -> None:
    rows = {row.name: row for row in summarize(convnet()).layers}
    assert rows["stem"].parameters == 8 * 3 * 9 + 16
    assert rows["down"].parameters == 16 * 8 * 9 + 32
    assert rows["deep"].parameters == 3 * (16 * 16 * 9 + 32)
    assert rows["stem"].macs == 64 * 8 * 3 * 9
    assert rows["down"].macs == 16 * 16 * 8 * 9
    assert rows["deep"].macs == 3 * 16 * 16 * 16 * 9
    total = sum(weight.numel() for weight in module(convnet()).parameters())
    assert summarize(convnet()).parameters == total


def test_uses_no_one_class_serves_get_one_each() -> None:
    document = Document("Net")
    with document.edit("Draw"):
        inner = {"definition": "Unit", "repeat": "times"}
        chain(document.add_block("Unit"), LINEAR)
        chain(document.add_block("Stage", {"times": 2}), ("units", "Block", inner))
        model(
            document,
            ("two", "Block", use("Stage")),
            ("three", "Block", use("Stage", arguments={"times": 3})),
            ("again", "Block", use("Stage")),
        )
    assert classes(document) == ["Unit", "Stage", "Stage2", "Net"]
    text = compile_source(document).text
    assert text.count("= Stage()") == 2
    assert set(module(document).state_dict()) == {
        f"{name}.units.{at}.fc.{weight}"
        for name, times in (("two", 2), ("three", 3), ("again", 2))
        for at in range(times)
        for weight in ("weight", "bias")
    }


def test_a_block_is_written_once_however_often_it_is_nested() -> None:
    document = Document("Net")
    with document.edit("Draw"):
        chain(document.add_block("Inner", {"c": 6}), ("fc", "Linear", {"out_features": "c"}))
        parts = [(f"i{at}", "Block", use("Inner", arguments={"c": text})) for at, text in enumerate(("c * 2", "c"))]
        chain(document.add_block("Outer", {"c": 6}), *parts)
        model(document, ("a", "Block", use("Outer")), ("b", "Block", use("Outer", arguments={"c": 4}, repeat=2)))
    assert classes(document) == ["Inner", "Outer", "Net"]
    assert "self.i0 = Inner(x_channels=x_channels, c=2*c)" in compile_source(document).text
    assert module(document)(torch.rand(2, 6)).shape == (2, 4)


def test_a_parameter_used_while_running_is_kept() -> None:
    document = Document("Net")
    with document.edit("Draw"):
        chain(document.add_block("Free"), LINEAR)
        block = document.add_block("Loop", {"steps": 4})
        block.add("Input", {"shape": [6]}, name="start")
        block.add("Scan", use("Free", carry={"x": "y"}, steps="steps"), name="scan")
        block.add("Output", name="end")
        wire(block, "start > scan.x", "scan.last_y > end")
        model(document, ("a", "Block", use("Loop")), ("b", "Block", use("Loop", arguments={"steps": 2})))
    text = compile_source(document).text
    assert "self.steps = steps" in text
    assert "for _ in range(self.steps):" in text
    net = module(document)
    x = torch.rand(2, 6)
    wanted = x
    for part, steps in ((known(known(net.a).scan).fc, 4), (known(known(net.b).scan).fc, 2)):
        for _ in range(steps):
            wanted = known(part)(wanted)
    assert torch.equal(net(x), wanted)


# Names


@pytest.mark.parametrize("names", [("res_net", "ResNet"), ("f", "F2"), ("none", "true"), ("B2", "b_2")])
@pytest.mark.parametrize("title", ["Net", "f", "Res Net"])
def test_classes_never_share_a_name(names: tuple[str, str], title: str, tmp_path: Path) -> None:
    document = Document(title)
    with document.edit("Draw"):
        chain(document.add_block(names[0]), LINEAR, ("relu", "GELU", {}))
        chain(document.add_block(names[1]), LINEAR, ("tanh", "Tanh", {}))
        model(document, ("first", "Block", use(names[0])), ("second", "Block", use(names[1])))
    found = classes(document)
    assert len(set(found)) == 3
    assert "F" not in found
    assert compile_source(document).class_name == found[-1]
    assert export(document, None, tmp_path / "net.onnx").max_abs_diff < 1e-5


@pytest.mark.parametrize("parameter", ["x_channels", "x", "fc", "y", "h", "torch_", "image"])
def test_parameters_called_like_something_else(parameter: str, tmp_path: Path) -> None:
    document = Document("Net")
    with document.edit("Draw"):
        parts = (("fc", "Linear", {"out_features": parameter}), ("fc2", "Linear", {"out_features": 6}))
        chain(document.add_block("Unit", {parameter: 5}), *parts)
        wide = ("wide", "Linear", {"out_features": 7})
        uses = [(name, "Block", use("Unit", arguments={parameter: size})) for name, size in (("a", 5), ("b", 9))]
        model(document, uses[0], wide, uses[1])
    net = module(document)
    assert [known(known(part).fc).out_features for part in (net.a, net.b)] == [5, 9]
    assert [known(known(part).fc).in_features for part in (net.a, net.b)] == [6, 7]
    assert export(document, None, tmp_path / "net.onnx").max_abs_diff < 1e-5


def test_ports_called_like_other_values(tmp_path: Path) -> None:
    """``a`` with the output ``b_c`` and ``a_b`` with the output ``c`` would both be ``a_b_c``."""
    document = Document("Net")
    with document.edit("Draw"):
        for name, ends in (("One", ("b_c", "d")), ("Two", ("c", "d"))):
            block = document.add_block(name)
            block.add("Input", {"shape": [6]}, name="x")
            for at, end in enumerate(ends):
                block.add("Linear", {"out_features": 6}, name=f"fc{at}")
                block.add("Output", name=end, at=(0, 100 * at))
                wire(block, f"x > fc{at}", f"fc{at} > {end}")
        graph = document.model
        graph.add("Input", {"shape": [6]}, name="image")
        graph.add("Block", use("One"), name="a")
        graph.add("Block", use("Two"), name="a_b")
        graph.add("Add", name="add")
        graph.add("Output", name="result")
        wire(graph, "image > a", "image > a_b", "a.b_c > add.x0", "a.d > add.x1", "a_b.c > add.x2", "a_b.d > add.x3")
        wire(graph, "add > result")
    net, x = module(document), torch.rand(2, 6)
    wanted = known(net.a).fc0(x) + known(net.a).fc1(x) + known(known(net.a_b).fc0)(x) + known(net.a_b).fc1(x)
    assert torch.allclose(net(x), wanted, atol=1e-6)
    assert export(document, None, tmp_path / "net.onnx").max_abs_diff < 1e-5


# Shapes of blocks


def several(document: Document) -> None:
    block = document.add_block("Cross")
    for at, name in enumerate(("a", "b")):
        block.add("Input", {"shape": [6]}, name=name, at=(0, 100 * at))
        block.add("Linear", {"out_features": 6}, name=f"fc_{name}")
        wire(block, f"{name} > fc_{name}")
    block.add("Add", name="sum")
    block.add("Subtract", name="difference")
    block.add("Output", name="plus", at=(400, 0))
    block.add("Output", name="minus", at=(400, 100))
    left, right = (port.name for port in block.node("difference").layer.ports())
    wire(block, "fc_a > sum.x0", "fc_b > sum.x1", f"fc_a > difference.{left}", f"fc_b > difference.{right}")
    wire(block, "sum > plus", "difference > minus")
    graph = document.model
    graph.add("Input", {"shape": [6]}, name="image")
    graph.add("Tanh", name="tanh")
    graph.add("Block", use("Cross"), name="cross")
    graph.add("Output", name="result")
    wire(graph, "image > tanh", "image > cross.a", "tanh > cross.b", "cross.minus > result")


def through(document: Document) -> None:
    chain(document.add_block("Through"))
    model(document, ("fc", "Linear", {"out_features": 6}), ("t", "Block", use("Through", repeat=2)))


def sourceless(document: Document) -> None:
    block = document.add_block("Learned")
    block.add("Parameter", {"shape": [6]}, name="p")
    block.add("Output", name="y")
    wire(block, "p > y")
    model(document, ("add", "Add", {}))
    document.model.add("Block", use("Learned"), name="learned")
    wire(document.model, "learned > add")


def half_used(document: Document) -> None:
    several(document)
    document.graphs["Cross"].disconnect("minus", "x")
    document.graphs["Cross"].remove(["minus", "difference", "b", "fc_b"])
    wire(document.model, "cross.plus > result")
    wire(document.graphs["Cross"], "fc_a > sum.x1")


@pytest.mark.parametrize("draw", [several, through, sourceless, half_used])
def test_blocks_of_any_shape_equal_their_parts(draw: Callable[[Document], None], tmp_path: Path) -> None:
    document = Document("Net")
    with document.edit("Draw"):
        draw(document)
    net, x = module(document), torch.rand(3, 6)
    assert export(document, None, tmp_path / "net.onnx").max_abs_diff < 1e-5
    expected, state = net(x), net.state_dict()
    (name,) = [name for name, node in document.model.nodes.items() if isinstance(node.layer, Block)]
    unpack(document, "", name)
    parts = module(document)
    parts.load_state_dict({key.removeprefix(f"{name}."): value for key, value in state.items()})
    assert torch.equal(parts(x), expected)


def test_an_input_nothing_uses(tmp_path: Path) -> None:
    document = Document("Net")
    with document.edit("Draw"):
        chain(document.add_block("Unit"), LINEAR)
        document.graphs["Unit"].add("Input", {"shape": [2]}, name="spare", at=(0, 500))
        model(document, ("unit", "Block", use("Unit")))
        wire(document.model, "image > unit.spare")
    assert module(document)(torch.rand(2, 6)).shape == (2, 6)
    assert export(document, None, tmp_path / "net.onnx").max_abs_diff < 1e-5


def test_errors_while_running_name_the_node_inside() -> None:
    source = compile_source(convnet())
    number = next(at for at, line in enumerate(source.text.splitlines(), 1) if "self.conv(" in line)
    assert source.lines[number] == "Unit/conv"


# One class for all uses computes what each use would alone

SIZES = st.integers(1, 5)


@st.composite
def stacks(draw: st.DrawFn) -> Document:
    """Blocks of a random inside, used at random widths."""
    document = Document("Stack")
    expressions = st.sampled_from(["width", "width * 2", "width + 1", "width // 2 + 1", 3, 6])
    with document.edit("Draw"):
        parts = []
        for at in range(draw(st.integers(1, 4))):
            kind = draw(st.sampled_from(["Linear", "Tanh", "Linear", "ReLU"]))
            parts.append((f"p{at}", kind, {"out_features": draw(expressions)} if kind == "Linear" else {}))
        chain(document.add_block("Unit", {"width": draw(SIZES), "spare": 2}), *parts)
        uses = []
        for at in range(draw(st.integers(1, 4))):
            arguments = {"width": draw(SIZES)} if draw(st.booleans()) else {}
            uses.append((f"u{at}", "Block", use("Unit", arguments=arguments, repeat=draw(st.integers(1, 2)))))
        model(document, *uses, shape=(draw(SIZES),))
    return document


def written_out(state: dict[str, torch.Tensor], renamed: dict[str, str]) -> dict[str, torch.Tensor]:
    return {f"{renamed[key.rpartition('.')[0]]}.{key.rpartition('.')[2]}": value for key, value in state.items()}


@given(stacks())
@settings(max_examples=40)
def test_blocks_equal_their_parts_written_out(document: Document) -> None:
    net = module(document)
    size = document.types()["image"][0].shape[1]
    x = torch.linspace(-2, 2, known(3 * size)).reshape(3, known(size))
    expected, state = net(x), net.state_dict()
    assert summarize(document).parameters == sum(weight.numel() for weight in net.parameters())
    inside = [name for name, node in document.graphs["Unit"].nodes.items() if node.layer.role == "layer"]
    renamed = {}
    for name in [name for name, node in document.model.nodes.items() if isinstance(node.layer, Block)]:
        repeat = known(document.model.node(name).layer).repeat
        made = unpack(document, "", name)
        for place, new in enumerate(made):
            turn, part = divmod(place, len(inside))
            renamed[f"{name}.{turn}.{inside[part]}" if repeat > 1 else f"{name}.{inside[part]}"] = new
    parts: nn.Module = module(document)
    parts.load_state_dict(written_out(state, renamed))
    assert torch.equal(parts(x), expected)
