"""A Scan equals the loop written by hand, bit for bit, gradients included, and its ONNX agrees at two lengths."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from torch import nn

from compiler.to_onnx.export import export
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.document import Document
from graph.errors import ParameterError
from tests.support.block_drawings import chain, model, module, problems, recurrent, step_block, wire
from tests.support.typed import known

Tensors = tuple[torch.Tensor, ...]


def outputs(document: Document, net: nn.Module, *inputs: torch.Tensor) -> dict[str, torch.Tensor]:
    """What the drawing's Outputs give, by name."""
    names, result = compile_source(document).outputs, net(*inputs)
    return dict(zip(names, result if isinstance(result, tuple) else (result,), strict=True))


def operators(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


def by_hand(step: nn.Module, x: torch.Tensor, hidden: int, reverse: bool = False) -> Tensors:
    state, found = x.new_zeros(x.size(0), hidden), []
    turns = range(x.size(1))
    for t in reversed(turns) if reverse else turns:
        state = torch.tanh(known(step.a)(x[:, t]) + known(step.b)(state))
        found.append(state)
    return torch.stack(found[::-1] if reverse else found, dim=1), state


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("hidden", [4, 7])
def test_the_loop_equals_one_written_by_hand(hidden: int, reverse: bool) -> None:
    document = recurrent(arguments={"hidden": hidden}, reverse=reverse)
    net = module(document)
    x = torch.randn(3, 5, 3, requires_grad=True)
    found = outputs(document, net, x)
    every, last = by_hand(known(net.scan), x, hidden, reverse)
    assert torch.equal(found["every"], every)
    assert torch.equal(found["last"], last)
    weights = list(net.parameters())
    ours = torch.autograd.grad(found["every"].square().sum() + found["last"].sum(), [x, *weights])
    theirs = torch.autograd.grad(every.square().sum() + last.sum(), [x, *weights])
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("length", [1, 2, 30])
def test_any_length_runs(length: int) -> None:
    document = recurrent()
    net, x = module(document), torch.randn(2, length, 3)
    assert torch.equal(outputs(document, net, x)["every"], by_hand(known(net.scan), x, 4)[0])


def test_the_code_is_a_plain_loop() -> None:
    text = compile_source(recurrent()).text
    loop = text[text.index("def forward(self, sequence)") :]
    assert re.sub(r"\n +return .*\n", "", loop) == (
        "def forward(self, sequence):\n"
        "        h = sequence.new_zeros((sequence.size(0), 4))\n"
        "        y_steps = []\n"
        "        for x_t in sequence.unbind(1):\n"
        "            h = self.scan(x_t, h)\n"
        "            y_steps.append(h)\n"
        "        scan_y = torch.stack(y_steps, dim=1)\n"
        "        scan_last_y = h"
    )


def test_figures_count_every_step() -> None:
    document = recurrent()
    assert summarize(document).parameters == 4 * 3 + 4 + 4 * 4 + 4
    assert summarize(document).macs is None
    with document.edit("Fix the length"):
        document.model.set("sequence", shape=[5, 3])
    assert summarize(document).macs == 5 * (4 * 3 + 4 * 4)


@pytest.mark.parametrize("reverse", [False, True])
def test_onnx_keeps_time_dynamic(reverse: bool, tmp_path: Path) -> None:
    document = recurrent(reverse=reverse)
    report = export(document, module(document).state_dict(), tmp_path / "scan.onnx")
    lengths = [entry["sizes"]["T"] for entry in report.checked]
    assert len(set(lengths)) > 2
    assert report.max_abs_diff < 1e-5
    assert "Scan" in operators(tmp_path / "scan.onnx")


# More than one state


def fibonacci() -> Document:
    """h, g = g, h + x: both states are needed before either changes."""
    document = Document("Fibonacci")
    with document.edit("Draw"):
        block = document.add_block("Step")
        for at, name in enumerate(("x", "h", "g")):
            block.add("Input", {"shape": [2]}, name=name, at=(0, 100 * at))
        block.add("Add", name="add")
        for at, name in enumerate(("next_h", "next_g", "seen")):
            block.add("Output", name=name, at=(400, 100 * at))
        wire(block, "x > add.x0", "h > add.x1", "g > add.x2", "g > next_h", "add > next_g", "h > seen")
        graph = document.model
        graph.add("Input", {"shape": ["T", 2]}, name="sequence")
        graph.add("Scan", {"definition": "Step", "carry": {"h": "next_h", "g": "next_g"}}, name="scan")
        for name, port in (("seen", "seen"), ("end_h", "last_next_h"), ("end_g", "last_next_g")):
            graph.add("Output", name=name)
            wire(graph, f"scan.{port} > {name}")
        wire(graph, "sequence > scan.x")
    return document


def test_several_states(tmp_path: Path) -> None:
    document = fibonacci()
    x = torch.ones(1, 6, 2)
    found = outputs(document, module(document), x)
    h = g = torch.zeros(1, 2)
    seen = []
    for t in range(6):
        seen.append(h)
        h, g = g, h + g + x[:, t]
    assert torch.equal(found["seen"], torch.stack(seen, dim=1))
    assert torch.equal(found["end_h"], h)
    assert torch.equal(found["end_g"], g)
    assert export(document, None, tmp_path / "scan.onnx").max_abs_diff == 0.0


def test_first_states_may_be_given(tmp_path: Path) -> None:
    document = recurrent()
    with document.edit("Start"):
        document.model.add("Input", {"shape": [4]}, name="start")
        wire(document.model, "start > scan.h")
    net, x, state = module(document), torch.randn(2, 5, 3), torch.randn(2, 4)
    inputs = {"sequence": x, "start": state}
    found = outputs(document, net, *(inputs[name] for name in compile_source(document).forward_inputs))
    for t in range(5):
        state = torch.tanh(known(net.scan).a(x[:, t]) + known(net.scan).b(state))
    assert torch.equal(found["last"], state)
    assert export(document, net.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5


def test_one_output_may_feed_two_states(tmp_path: Path) -> None:
    document = fibonacci()
    with document.edit("Same"):
        document.model.set("scan", carry={"h": "next_g", "g": "next_g"})
        wire(document.model, "scan.last_next_g > end_h")
    text = compile_source(document).text
    assert text.count("scan_last_next_g = ") == 1
    x = torch.ones(1, 4, 2)
    h = torch.zeros(1, 2)
    for t in range(4):
        h = h + h + x[:, t]
    assert torch.equal(outputs(document, module(document), x)["end_g"], h)
    assert export(document, None, tmp_path / "scan.onnx").max_abs_diff < 1e-4


@pytest.mark.parametrize(("dtype", "values"), [("int64", "int64"), ("bool", "bool")])
def test_states_of_other_kinds(dtype: str, values: str, tmp_path: Path) -> None:
    document = Document("Kinds")
    with document.edit("Draw"):
        block = document.add_block("Step")
        block.add("Input", {"shape": [2]}, name="x")
        block.add("Input", {"shape": [3], "dtype": dtype}, name="n", at=(0, 100))
        block.add("Output", name="y", at=(400, 0))
        block.add("Output", name="m", at=(400, 100))
        wire(block, "x > y", "n > m")
        if dtype == "int64":
            block.add("Constant", {"shape": [3], "values": [1, 2, 3], "dtype": "int64"}, name="one")
            block.add("Add", name="add")
            wire(block, "n > add.x0", "one > add.x1", "add > m")
        graph = document.model
        graph.add("Input", {"shape": ["T", 2]}, name="sequence")
        graph.add("Scan", {"definition": "Step", "carry": {"n": "m"}}, name="scan")
        graph.add("Output", name="count")
        wire(graph, "sequence > scan.x", "scan.last_m > count")
    count = outputs(document, module(document), torch.zeros(2, 5, 2))["count"]
    wanted = torch.tensor([5, 10, 15]) if dtype == "int64" else torch.zeros(3, dtype=torch.bool)
    assert count.dtype == getattr(torch, values)
    assert torch.equal(count, wanted.expand(2, 3))
    assert export(document, None, tmp_path / "scan.onnx").max_abs_diff == 0.0


def test_float_states_beside_a_sequence_of_words(tmp_path: Path) -> None:
    document = Document("Words")
    with document.edit("Draw"):
        block = document.add_block("Step")
        block.add("Input", {"shape": [], "dtype": "int64"}, name="word")
        block.add("Input", {"shape": [2]}, name="h", at=(0, 100))
        block.add("Linear", {"out_features": 2}, name="fc")
        block.add("Output", name="y")
        wire(block, "h > fc", "fc > y")
        graph = document.model
        graph.add("Input", {"shape": ["T"], "dtype": "int64"}, name="words")
        graph.add("Scan", {"definition": "Step", "carry": {"h": "y"}}, name="scan")
        graph.add("Output", name="result")
        wire(graph, "words > scan.word", "scan.y > result")
    assert "dtype=torch.float32" in compile_source(document).text
    net = module(document)
    assert net(torch.zeros(3, 4, dtype=torch.int64)).dtype == torch.float32
    assert export(document, net.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5


# Constant inputs, several sequences, free running


def pairs(constant: bool, length: str = "T") -> Document:
    """y = fc([x, z]): two sequences, or a sequence and what every step sees."""
    document = Document("Pairs")
    with document.edit("Draw"):
        block = document.add_block("Step")
        for at, name in enumerate(("x", "z")):
            block.add("Input", {"shape": [2]}, name=name, at=(0, 100 * at))
        block.add("Concat", name="pair")
        block.add("Linear", {"out_features": 3}, name="fc")
        block.add("Output", name="y")
        wire(block, "x > pair.x0", "z > pair.x1", "pair > fc", "fc > y")
        graph = document.model
        graph.add("Input", {"shape": ["T", 2]}, name="first")
        graph.add("Input", {"shape": [2] if constant else [length, 2]}, name="second")
        graph.add("Scan", {"definition": "Step", "constant": ["z"] if constant else []}, name="scan")
        graph.add("Output", name="result")
        wire(graph, "first > scan.x", "second > scan.z", "scan.y > result")
    return document


@pytest.mark.parametrize("constant", [False, True])
def test_constants_and_second_sequences(constant: bool, tmp_path: Path) -> None:
    document = pairs(constant)
    net = module(document)
    x, z = torch.randn(3, 5, 2), torch.randn(3, 2) if constant else torch.randn(3, 5, 2)
    wanted = [known(net.scan).fc(torch.cat([x[:, t], z if constant else z[:, t]], dim=1)) for t in range(5)]
    assert torch.equal(net(x, z), torch.stack(wanted, dim=1))
    assert export(document, net.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5


def free(steps: int, wired: bool = True, **scan: Any) -> Document:
    document = Document("Free")
    with document.edit("Draw"):
        chain(document.add_block("Step"), ("fc", "Linear", {"out_features": 6}), ("tanh", "Tanh", {}))
        graph = document.model
        graph.add("Scan", {"definition": "Step", "carry": {"x": "y"}, "steps": steps, **scan}, name="scan")
        for name in ("every", "last"):
            graph.add("Output", name=name)
        wire(graph, "scan.y > every", "scan.last_y > last")
        if wired:
            graph.add("Input", {"shape": [6]}, name="start")
            wire(graph, "start > scan.x")
    return document


def test_running_freely_feeds_the_output_back(tmp_path: Path) -> None:
    document = free(7)
    net, x = module(document), torch.randn(2, 6, requires_grad=True)
    found = outputs(document, net, x)
    state, every = x, []
    for _ in range(7):
        state = torch.tanh(known(net.scan).fc(state))
        every.append(state)
    assert torch.equal(found["every"], torch.stack(every, dim=1))
    assert torch.equal(found["last"], state)
    ours, theirs = (torch.autograd.grad(end.sum(), x)[0] for end in (found["last"], state))
    assert torch.equal(ours, theirs)
    assert document.types()["scan"][0].shape[1] == 7
    assert export(document, net.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5
    assert "Loop" in operators(tmp_path / "scan.onnx")


def test_running_freely_there_is_nothing_to_reverse(tmp_path: Path) -> None:
    document, reversed_ = free(3), free(3, reverse=True)
    net, x = module(document), torch.randn(2, 6)
    other = module(reversed_)
    other.load_state_dict(net.state_dict())
    assert all(map(torch.equal, net(x), other(x)))
    assert export(reversed_, other.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5


# Scans and blocks within each other


def test_a_scan_within_a_block_within_a_scan(tmp_path: Path) -> None:
    document = Document("Nested")
    with document.edit("Draw"):
        step_block(document)
        row = document.add_block("Row", {"hidden": 5})
        row.add("Input", {"shape": ["K", 3]}, name="row")
        row.add("Scan", {"definition": "Step", "carry": {"h": "y"}, "arguments": {"hidden": "hidden"}}, name="inner")
        row.add("Output", name="end")
        wire(row, "row > inner.x", "inner.last_y > end")
        chain(document.add_block("Outer"), ("rows", "Block", {"definition": "Row"}), shape=("K", 3))
        model(document, ("scan", "Scan", {"definition": "Outer"}), shape=("T", "K", 3))
    net, x = module(document), torch.randn(2, 4, 6, 3)
    wanted = [by_hand(known(net.scan).rows.inner, x[:, t], 5)[1] for t in range(4)]
    assert torch.equal(net(x), torch.stack(wanted, dim=1))
    assert export(document, net.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5


def test_two_scans_share_their_weights(tmp_path: Path) -> None:
    document = recurrent()
    with document.edit("Both ways"):
        graph = document.model
        graph.add("Scan", {"definition": "Step", "carry": {"h": "y"}}, name="again")
        graph.add("Input", {"shape": ["T", 3]}, name="other")
        graph.share("again", "scan")
        graph.add("Output", name="twin")
        wire(graph, "other > again.x", "again.last_y > twin")
    net, x = module(document), torch.randn(2, 4, 3)
    found = outputs(document, net, x, x)
    assert torch.equal(found["twin"], found["last"])
    assert summarize(document).parameters == 36
    assert export(document, net.state_dict(), tmp_path / "scan.onnx").max_abs_diff < 1e-5


# What does not work


def refused(document: Document) -> str:
    (message,) = [message for message in problems(document) if message.startswith("'scan'")]
    return message


@pytest.mark.parametrize(
    ("scan", "message"),
    [
        ({"constant": ["ghost"]}, "constant names 'ghost', but 'Step' has inputs x, h and outputs y."),
        ({"constant": ["h"]}, "'h' is both carried and constant"),
        ({"carry": {"h": "ghost"}}, "carry names 'h: ghost', but 'Step' has inputs x, h and outputs y."),
        ({"carry": {"ghost": "y", "h": "y"}}, "carry names 'ghost: y'"),
        ({"carry": {"x": "y", "h": "y"}}, "a Scan without a sequence needs its number of steps."),
        ({"arguments": {"hidden": 0}}, "in block 'Step', 'a': Linear: out_features must be an integer >= 1, got 0."),
    ],
)
def test_settings_that_do_not_work(scan: dict[str, Any], message: str) -> None:
    document = recurrent()
    with document.edit("Set"):
        document.model.set("scan", **scan)
    assert message in refused(document)


@pytest.mark.parametrize("scan", [{"carry": ["h"]}, {"carry": {"h": 3}}, {"steps": 0}, {"reverse": 1}, {"repeat": 2}])
def test_settings_that_are_refused(scan: dict[str, Any]) -> None:
    document = recurrent()
    with pytest.raises(ParameterError), document.edit("Set"):
        document.model.set("scan", **scan)


def test_a_state_keeps_its_shape() -> None:
    document = recurrent()
    with document.edit("Widen"):
        for name in ("a", "b"):
            document.graphs["Step"].set(name, out_features="hidden + 1")
    assert refused(document) == (
        "'scan': the state 'h' is (N, 4), but its next value 'y' is (N, 5); a carried state keeps its shape."
    )


def test_a_state_keeps_its_kind() -> None:
    document = recurrent()
    with document.edit("Words"):
        document.graphs["Step"].add("Input", {"shape": ["hidden"], "dtype": "int64"}, name="k", at=(0, 200))
        document.model.set("scan", carry={"h": "y", "k": "y"})
    assert "the state 'k' is (N, 4) int64, but its next value 'y' is (N, 4)" in refused(document)


def test_a_sequence_has_a_time_axis() -> None:
    document = recurrent()
    with document.edit("Flat"):
        document.model.set("sequence", shape=[])
    assert "Scan expects a sequence (N, T, ...), got (N,)." in refused(document)


def test_sequences_have_one_length() -> None:
    assert "the sequences of a Scan have one length, got 'x' T, 'z' U." in refused(pairs(False, "U"))


def test_something_tells_the_batch_size() -> None:
    assert "a Scan needs at least one tensor, to know the batch size" in refused(free(3, wired=False))


def test_zeros_need_a_size() -> None:
    document = recurrent()
    with document.edit("Open size"):
        document.graphs["Step"].set("h", shape=["H"])
    assert "the state 'h' starts with zeros, but its size H is not a number" in refused(document)


def test_outputs_keep_the_batch_in_front() -> None:
    document = recurrent()
    with document.edit("Turn"):
        step = document.graphs["Step"]
        step.add("Permute", {"dims": [1, 0]}, name="turn")
        step.add("Output", name="turned", at=(900, 100))
        wire(step, "tanh > turn", "turn > turned")
    assert "the output 'turned' of a Scan keeps the batch axis in front, got (4, N)." in refused(document)
