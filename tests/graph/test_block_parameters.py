"""Parameters of blocks that are numbers, yes or no, or words; places in a repetition; layers under conditions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.leaves import leaves
from graph.analysis.summary import summarize
from graph.builder.sheet import Drawing
from graph.edits.fragments import copy, paste
from graph.edits.grouping import group
from graph.edits.renaming import rename_parameter
from graph.edits.unpacking import unpack
from graph.errors import DocumentError, FileError, LayerloomError
from graph.storage.loom import dumps, loads
from tests.support.block_drawings import module, problems
from tests.support.typed import known


def styled() -> Drawing:
    """A block whose dropout, bias, padding and epsilon are parameters."""
    d = Drawing("Net")
    with d.block("Unit", channels=4, p=0.25, bias=True, mode="zeros", eps=1e-5) as b:
        x = b.input("channels", 6, 6, name="x")
        x = x.conv2d("channels", 3, padding=1, bias="bias", padding_mode=known("mode"), name="conv")
        x = x.batchnorm2d(eps="eps", name="norm").dropout("p / 2", name="drop")
        b.output(x, name="y")
    x = d.input(4, 6, 6, name="image")
    x = d.use("Unit", x, name="first")
    d.output(d.use("Unit", x, p=0.5, bias=False, mode="reflect", eps=0.001, name="second"), name="result")
    return d


def test_every_kind_of_parameter_reaches_the_layers_and_the_code() -> None:
    document = styled().finish()
    text = compile_source(document).text
    assert text.count("class Unit") == 1
    assert "def __init__(self, channels=4, p=0.25, bias=True, mode='zeros', eps=1e-05):" in text
    assert "nn.Conv2d(channels, channels, 3, padding=1, bias=bias, padding_mode=mode)" in text
    assert "nn.BatchNorm2d(channels, eps=eps)" in text
    assert "nn.Dropout(p / 2)" in text
    assert "self.second = Unit(p=0.5, bias=False, mode='reflect', eps=0.001)" in text
    made = module(document)
    assert known(known(made.first).conv).bias is not None
    assert known(known(made.second).conv).bias is None
    assert (
        known(known(made.second).drop).p,
        known(made.second.norm).eps,
        known(known(made.second).conv).padding_mode,
    ) == (0.25, 0.001, "reflect")


def test_they_are_kept_in_the_file_and_old_files_of_integers_read_on() -> None:
    document = styled().finish()
    again = loads(dumps(document))
    assert dumps(again) == dumps(document)
    kinds = {name: type(value) for name, value in again.definitions["Unit"].parameters.items()}
    assert kinds == {"channels": int, "p": float, "bias": bool, "mode": str, "eps": float}
    content = json.loads(dumps(document))
    content["blocks"]["Unit"]["parameters"]["p"] = 1
    with pytest.raises(FileError, match="takes p as an integer, got 0.5"):
        loads(json.dumps(content))


def test_a_word_is_a_word_unless_it_names_a_parameter_around() -> None:
    d = styled()
    with d.block("Outer", style="reflect") as b:
        x = b.input(4, 6, 6, name="x")
        x = b.use("Unit", x, mode="style", name="named")
        b.output(b.use("Unit", x, mode="circular", name="plain"), name="y")
    outer = d.document.graphs["Outer"]
    assert outer.node("named").layer.arguments == {"mode": "style"}  # type: ignore[attr-defined]
    assert outer.node("plain").layer.arguments == {"mode": "'circular'"}  # type: ignore[attr-defined]
    d.output(d.use("Outer", d.input(4, 6, 6, name="more"), style="replicate", name="outer"), name="other")
    made = module(d.finish())
    assert known(known(known(made.outer).named).conv).padding_mode == "replicate"
    assert known(known(known(made.outer).plain).conv).padding_mode == "circular"


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda d: d.model.set("first", arguments={"channels": 4.5}), "takes channels as an integer, got 4.5"),
        (lambda d: d.model.set("first", arguments={"bias": 1}), "takes bias as true or false, got 1"),
        (lambda d: d.model.set("first", arguments={"p": True}), "takes p as a number, got True"),
        (lambda d: d.model.set("first", arguments={"mode": 3}), "takes mode as text, got 3"),
        (lambda d: d.set_block("Unit", {"channels": float("nan")}), "must be an integer, a number, true or false, or"),
        (lambda d: d.set_block("Unit", {**d.values("Unit"), "mode": "wavy"}), "padding_mode must be one of"),
        (lambda d: d.graphs["Unit"].set("conv", out_channels="p"), "out_channels must be an integer >= 1, got 0.25"),
        (lambda d: d.graphs["Unit"].set("conv", bias="channels"), "bias must be true or false, got 4"),
        (lambda d: d.graphs["Unit"].set("drop", p="mode * 2"), "computes with 'zeros', which is not a number"),
        (lambda d: d.graphs["Unit"].set("drop", p="p / 0"), "a divisor cannot be 0"),
        (lambda d: d.graphs["Unit"].set("conv", out_channels="4 if channels else 2"), "uses 4 as a condition"),
        (lambda d: d.graphs["Unit"].condition("drop", "channels"), "is not a condition but 4"),
        (lambda d: d.graphs["Unit"].condition("drop", "mode > 2"), "of different kinds"),
        (lambda d: d.graphs["Unit"].condition("drop", "ghost == 2"), "unknown name 'ghost'"),
        (lambda d: d.graphs["Unit"].condition("x", "bias"), "can have no condition"),
        (lambda d: d.model.condition("first", "1 == 1"), "only a node in a block can have a condition"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(write: Any, message: str) -> None:
    document = styled().finish()
    before = dumps(document)
    with pytest.raises(LayerloomError) as refused, document.edit("Try"):
        write(document)
    assert message in str(refused.value).replace("\\", "")
    assert str(refused.value).count(". ") == 0
    assert dumps(document) == before


def test_they_survive_renaming_copying_grouping_and_unpacking() -> None:
    document = styled().finish()
    inside = document.graphs["Unit"]
    rename_parameter(document, "Unit", "p", "rate")
    assert inside.node("drop").expressions == {"p": "rate / 2"}
    rename_parameter(document, "Unit", "mode", "edges")
    assert document.model.node("second").layer.arguments["edges"] == "'reflect'"  # type: ignore[attr-defined]
    paste(document, "", copy(document, "Unit", ["conv", "drop"]), (0.0, 900.0))
    conv, drop = (document.model.node(name).layer for name in ("conv", "drop"))
    assert (conv.bias, conv.padding_mode, drop.p) == (True, "zeros", 0.125)  # type: ignore[attr-defined]
    document.undo()
    group(document, "Unit", ["conv"], "Inner")
    assert document.definitions["Inner"].parameters == {"channels": 4, "bias": True, "edges": "zeros"}
    assert known(known(known(module(document).second).inner1).conv).padding_mode == "reflect"
    unpack(document, "", "second")
    assert document.model.node("drop").layer.p == 0.25  # type: ignore[attr-defined]
    assert known(known(module(document).inner1).conv).padding_mode == "reflect"


def dense(channels: str = "4 + 5 * i", repeat: int = 3) -> Drawing:
    """Layers that each add to what they see, and are told how much that is."""
    d = Drawing("Net")
    with d.block("Dense", cin=4, growth=5) as b:
        x = b.input("cin", name="x")
        b.output(b.concat(x, x.linear("growth", name="fc")), name="y")
    d.output(d.use("Dense", d.input(4, name="x"), repeat=repeat, cin=channels, name="dense"), name="y")
    return d


def test_arguments_depend_on_the_place_in_a_repetition() -> None:
    document = dense().finish()
    text = compile_source(document).text
    assert "self.dense = nn.Sequential(*(Dense(cin=4 + 5*i) for i in range(3)))" in text
    made = module(document)
    assert [part.fc.in_features for part in known(made).dense] == [4, 9, 14]
    assert dumps(loads(dumps(document))) == dumps(document)


def test_uneven_places_are_written_as_they_were_drawn() -> None:
    d = Drawing("Net")
    with d.block("Unit", width=2, p=0.0) as b:
        b.output(b.input("n", name="x").dropout("p", name="drop"), name="y")
    d.output(d.use("Unit", d.input(6, name="x"), repeat=4, p="0.2 * i / 3", name="units"), name="y")
    assert "*(Unit(p=0.2*i / 3) for i in range(4))" in compile_source(d.finish()).text
    assert [part.drop.p for part in known(module(d.finish())).units] == [0.2 * i / 3 for i in range(4)]


def test_a_first_that_differs_is_drawn_in_one_node_and_unpacked_into_its_own() -> None:
    d = Drawing("Net")
    with d.block("Unit", cin=4, channels=6, stride=2) as b:
        x = b.input("cin", 8, 8, name="x")
        b.output(x.conv2d("channels", 3, stride="stride", padding=1, name="conv"), name="y")
    x = d.input(4, 8, 8, name="x")
    first = {"cin": "4 if i == 0 else 6", "stride": "2 if i == 0 else 1"}
    d.output(d.use("Unit", x, repeat=3, name="units", **known(first)), name="y")
    document = d.finish()
    text = compile_source(document).text
    assert "nn.Sequential(Unit(), *(Unit(cin=6, stride=1) for _ in range(2)))" in text
    wanted = [(4, (2, 2)), (6, (1, 1)), (6, (1, 1))]
    assert [(part.conv.in_channels, part.conv.stride) for part in known(module(document)).units] == wanted
    unpack(document, "", "units")
    made = module(document)
    assert [(known(part).in_channels, part.stride) for part in (made.conv, made.conv1, made.conv2)] == wanted


def test_a_parameter_called_i_is_no_place() -> None:
    d = Drawing("Net")
    with d.block("Unit", width=2) as b:
        b.output(b.input(name="x").unsqueeze(1).expand(known([-1, "width"])), name="y")
    with d.block("Outer", i=3) as b:
        b.output(b.use("Unit", b.input(name="x"), width="i", name="unit"), name="y")
    d.output(d.use("Outer", d.input(name="x"), i=5, name="outer"), name="y")
    assert module(d.finish())(torch.zeros(2)).shape == (2, 5)
    document = dense().finish()
    with document.edit("Move"):
        document.add_block("Stage", {"width": 4})
    with document.edit("Draw"):
        stage = document.graphs["Stage"]
        stage.add("Block", {"definition": "Dense", "arguments": {"cin": "width + 5 * i"}, "repeat": 2}, name="dense")
    for parameters in ({"width": 4, "i": 1}, {"i": 4}):
        with pytest.raises(LayerloomError, match="i"), document.edit("Set"):
            document.set_block("Stage", parameters)


def residual() -> Drawing:
    """One block for both forms: a projection where size or channels change, and a sum only where they do not."""
    d = Drawing("Net")
    with d.block("Basic", cin=4, channels=4, stride=1) as b:
        x = b.input("cin", 8, 8, name="x")
        y = x.conv2d("channels", 3, stride="stride", padding=1, bias=False, name="conv").batchnorm2d(name="norm")
        changes = "stride != 1 or cin != channels"
        skip = x.conv2d("channels", 1, stride="stride", bias=False, when=changes, name="conv_skip")
        skip = skip.batchnorm2d(when=changes, name="norm_skip")
        b.output((y + skip).relu(name="relu"), name="y")
    with d.block("Inverted", cin=6, channels=6, stride=1) as b:
        x = b.input("cin", 8, 8, name="x")
        y = x.conv2d("channels", 3, stride="stride", padding=1, name="conv")
        b.output(b.add(y, x, when="stride == 1 and cin == channels", name="sum"), name="y")
    x = d.use("Basic", d.input(4, 8, 8, name="x"), name="same")
    x = d.use("Basic", x, channels=6, stride=2, name="down")
    x = d.use("Inverted", x, name="kept")
    d.output(d.use("Inverted", x, channels=8, name="wide"), name="y")
    return d


def test_a_condition_has_one_block_serve_both_forms() -> None:
    document = residual().finish()
    assert problems(document) == []
    text = compile_source(document).text
    assert text.count("class Basic") == text.count("class Inverted") == 1
    assert (
        """        if stride != 1 or cin != channels:
            self.conv_skip = nn.Conv2d(cin, channels, 1, stride=stride, bias=False)
            self.norm_skip = nn.BatchNorm2d(channels)
"""
        in text
    )
    assert (
        """        h = x
        if self.stride != 1 or self.cin != self.channels:
            h = self.conv_skip(x)
            h = self.norm_skip(h)
        h = norm + h
"""
        in text
    )
    assert (
        """        if self.stride == 1 and self.cin == self.channels:
            h = h + x
        return h
"""
        in text
    )
    made = module(document)
    assert not hasattr(made.same, "conv_skip")
    x = torch.rand(2, 4, 8, 8)
    same = torch.relu(known(made.same).norm(known(made.same).conv(x)) + x)
    down = torch.relu(
        known(made.down.norm)(known(made.down).conv(same))
        + known(made.down).norm_skip(known(made.down).conv_skip(same))
    )
    kept = known(made.kept).conv(down) + down
    assert torch.equal(made(x), known(made.wide).conv(kept))


def test_conditions_are_kept_renamed_copied_and_unpacked() -> None:
    document = residual().finish()
    text = dumps(document)
    assert dumps(loads(text)) == text
    rename_parameter(document, "Basic", "stride", "step")
    assert document.graphs["Basic"].node("conv_skip").when == "step != 1 or cin != channels"
    with pytest.raises(LayerloomError, match="unknown name 'cin'"), document.edit("Set"):
        document.set_block("Inverted", {"channels": 6, "stride": 1})
    paste(document, "Basic", copy(document, "Basic", ["norm_skip"]), (0.0, 500.0))
    assert document.graphs["Basic"].node("norm_skip1").when == "step != 1 or cin != channels"
    document.undo()
    paste(document, "", copy(document, "Basic", ["norm_skip"]), (0.0, 500.0))
    assert document.model.node("norm_skip").when == ""
    document.undo()
    torch.manual_seed(0)
    before = build(compile_source(document)).eval()
    for name in ("same", "down", "kept", "wide"):
        unpack(document, "", name)
    after = module(document)
    assert "conv_skip" in dict(after.named_children())
    assert sorted(value.shape for value in after.parameters()) == sorted(value.shape for value in before.parameters())
    assert after(torch.rand(2, 4, 8, 8)).shape == (2, 8, 4, 4)
    assert problems(document) == []


def test_copies_of_nodes_with_conditions_compute_what_the_block_does() -> None:
    document = residual().finish()
    inside = document.graphs["Basic"].nodes.values()
    paste(document, "", copy(document, "Basic", [node.name for node in inside if node.layer.role == "layer"]))
    model = document.model
    assert {name for name in model.nodes if model.node(name).bypassed} == {"conv_skip", "norm_skip"}
    with document.edit("Wire"):
        model.add("Input", {"shape": (4, 8, 8)}, name="image")
        model.connect("image", "conv")
        model.connect("image", "conv_skip")
        model.connect("relu", model.add("Output", name="copied", at=(0.0, 2000.0)))
    made, x = module(document), torch.rand(2, 4, 8, 8)
    assert torch.equal(made(x, x)[1], torch.relu(known(made.norm)(known(made.conv)(x)) + x))
    # In a block that has none of these parameters, and where several inputs leave nothing to bypass.
    with document.edit("Another"):
        document.add_block("Other")
    paste(document, "Other", copy(document, "Basic", ["norm_skip"]))
    assert document.graphs["Other"].node("norm_skip").when == "False"
    with document.edit("Widen"):
        document.set_block("Inverted", {"cin": 6, "channels": 8, "stride": 1})
    assert paste(document, "", copy(document, "Inverted", ["conv", "sum"]), (0.0, 900.0)) == ["conv1"]
    document = nested().finish()
    with document.edit("Ungated"):
        document.set_block("Outer", {**document.definitions["Outer"].parameters, "gated": False})
    with pytest.raises(DocumentError, match="'gate' cannot be pasted"):
        paste(document, "", copy(document, "Outer", ["gate"]))


def nested() -> Drawing:
    """Conditions on layers, on a frozen one and on a repeated block, words compared, places within blocks."""
    d = Drawing("Net")
    with d.block("Gate", channels=4, act="gelu", p=0.5) as b:
        x = b.input("channels", 8, 8, name="x").conv2d("channels", 1, name="conv")
        x = x.gelu(when="act == 'gelu'", name="gelu").relu(when="act == 'relu'", name="relu")
        b.output(x.batchnorm2d(frozen=True, when="p > 0", name="norm"), name="y")
    with d.block("Outer", channels=4, gated=True, act="relu", depth=2) as b:
        x = b.input("channels", 8, 8, name="x")
        p = "0.5 if i == 0 else 0.0"
        x = b.use("Gate", x, repeat=known("depth"), channels="channels", act="act", p=p, when="gated", name="gate")
        b.output(x.conv2d("channels", 1, name="last"), name="y")
    x = d.use("Outer", d.input(4, 8, 8, name="image"), name="a")
    x = d.use("Outer", d.use("Outer", x, gated=False, name="b"), act="gelu", depth=3, name="c")
    d.output(x, name="y")
    return d


def test_conditions_within_blocks_decide_figures_names_and_what_stays_frozen() -> None:
    document = nested().finish()
    made = build(compile_source(document)).train()
    weights = {name for name in made.state_dict() if "num_batches" not in name}
    listed = {name for leaf in leaves(document).values() for name in leaf.tensors() if "num_batches" not in name}
    assert weights == listed
    assert summarize(document).parameters == sum(value.numel() for value in made.parameters())
    assert not hasattr(made.b, "gate")
    assert not known(known(made.a).gate[0].norm).training
    assert not hasattr(known(made.a).gate[1], "norm")
    x, gate = torch.rand(2, 4, 8, 8), known(made.c).gate[1]
    assert torch.equal(gate(x), torch.nn.functional.gelu(known(gate).conv(x)))


@pytest.mark.slow
@pytest.mark.parametrize("draw", [styled, dense, residual, nested])
def test_the_onnx_of_all_this_agrees(draw: Callable[[], Drawing], tmp_path: Path) -> None:
    assert export(draw().finish(), None, tmp_path / "model.onnx").checked
