"""Recurrent layers and cells against their formulas, and padded batches against single sequences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.document import Document
from tests.support.single_layer import module_of, refusal, single, text_of

Array = np.ndarray[Any, Any]

KINDS = ("RNN", "GRU", "LSTM")
FORMS: Any = ({}, {"bidirectional": True}, {"num_layers": 2}, {"num_layers": 3, "bidirectional": True})
each_kind = pytest.mark.parametrize("kind", KINDS)
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: "-".join(form) or "plain")


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def step(kind: str, x: Array, states: list[Array], weights: list[Array], relu: bool = False) -> list[Array]:
    """The formulas of torch's documentation for one step; states and result are h, or h and c."""
    w_ih, w_hh, b_ih, b_hh = weights
    h = states[0]
    inner, outer = x @ w_ih.T + b_ih, h @ w_hh.T + b_hh
    if kind == "RNN":
        return [np.maximum(inner + outer, 0) if relu else np.tanh(inner + outer)]
    if kind == "GRU":
        (ri, zi, ni), (ro, zo, no) = np.split(inner, 3, -1), np.split(outer, 3, -1)
        r, z = sigmoid(ri + ro), sigmoid(zi + zo)
        n = np.tanh(ni + r * no)
        return [(1 - z) * n + z * h]
    i, f, g, o = np.split(inner + outer, 4, -1)
    c = sigmoid(f) * states[1] + sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(c), c]


def run(kind: str, x: Array, state: dict[str, Array], layers: int, ways: int, relu: bool = False) -> list[Array]:
    """A whole network: the sequence, and the final states of all layers and directions side by side."""
    finals: list[list[Array]] = []
    for layer in range(layers):
        outputs = []
        for way in ("", "_reverse")[:ways]:
            names = [f"{name}_l{layer}{way}" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            weights = [state[name] for name in names]
            states = [np.zeros((len(x), weights[1].shape[1]))] * (2 if kind == "LSTM" else 1)
            steps = []
            for element in np.moveaxis(x, 1, 0)[:: -1 if way else 1]:
                states = step(kind, element, states, weights, relu)
                steps.append(states[0])
            outputs.append(np.stack(steps[:: -1 if way else 1], 1))
            finals.append(states)
        x = np.concatenate(outputs, -1)
    return [x, *(np.concatenate(parts, -1) for parts in zip(*finals, strict=True))]


def weights_of(module: torch.nn.Module) -> dict[str, Array]:
    return {name.removeprefix("layer."): value.numpy() for name, value in module.state_dict().items()}


def sequences(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize(("kind", "count"), [("RNN", 20_224), ("GRU", 60_672), ("LSTM", 80_896)])
def test_parameter_counts(kind: str, count: int) -> None:
    assert summarize(single(kind, {"hidden_size": 128}, x="T,28")).parameters == count


@each_kind
@each_form
def test_a_network_equals_its_formulas(kind: str, form: dict[str, Any]) -> None:
    module = module_of(single(kind, {"hidden_size": 7, **form}, x="T,5"))
    x = sequences(3, 6, 5)
    ways = 2 if form.get("bidirectional") else 1
    expected = run(kind, x.numpy(), weights_of(module), form.get("num_layers", 1), ways)
    for ours, theirs in zip(module(x), expected, strict=True):
        np.testing.assert_allclose(ours.detach().numpy(), theirs, atol=1e-6)


def test_an_rnn_with_relu() -> None:
    module = module_of(single("RNN", {"hidden_size": 7, "nonlinearity": "relu"}, x="T,5"))
    x = sequences(3, 6, 5)
    expected = run("RNN", x.numpy(), weights_of(module), 1, 1, relu=True)
    np.testing.assert_allclose(module(x)[0].detach().numpy(), expected[0], atol=1e-6)


@pytest.mark.parametrize(("kind", "relu"), [("RNN", False), ("RNN", True), ("GRU", False), ("LSTM", False)])
def test_a_cell_equals_its_formulas(kind: str, relu: bool) -> None:
    ports = {"x": "5", "h": "7", **({"c": "7"} if kind == "LSTM" else {})}
    module = module_of(single(f"{kind}Cell", {"hidden_size": 7, **({"nonlinearity": "relu"} if relu else {})}, **ports))
    x, *states = sequences(3, 5), sequences(3, 7), sequences(3, 7) / 2
    states = states[: len(ports) - 1]
    state = weights_of(module)
    weights = [state[name] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    expected = step(kind, x.numpy(), [value.numpy() for value in states], weights, relu)
    found = module(x, *states)
    found = found if isinstance(found, tuple) else (found,)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours.detach().numpy(), theirs, atol=1e-6)


@each_kind
@each_form
def test_a_padded_batch_equals_each_sequence_alone(kind: str, form: dict[str, Any]) -> None:
    document = single(kind, {"hidden_size": 7, **form}, x="T,5", lengths=" int64")
    module = module_of(document)
    alone = module_of(single(kind, {"hidden_size": 7, **form}, x="T,5"))
    alone.load_state_dict(module.state_dict())
    x, lengths = sequences(4, 6, 5), [3, 6, 1, 4]
    padded = module(x, torch.tensor(lengths))
    for at, length in enumerate(lengths):
        out, *finals = alone(x[at : at + 1, :length])
        torch.testing.assert_close(padded[0][at, :length], out[0], atol=1e-12, rtol=0)
        assert not padded[0][at, length:].any()
        for ours, theirs in zip(padded[1:], finals, strict=True):
            torch.testing.assert_close(ours[at], theirs[0], atol=1e-12, rtol=0)


def test_an_empty_sequence_counts_as_one_step() -> None:
    module = module_of(single("GRU", {"hidden_size": 7}, x="T,5", lengths=" int64"))
    x = sequences(2, 4, 5)
    empty, one = (module(x, torch.tensor([length, 4])) for length in (0, 1))
    assert torch.equal(empty[0], one[0])


@each_kind
@each_form
def test_onnx_agrees_on_lengths_and_states(kind: str, form: dict[str, Any], tmp_path: Path) -> None:
    count = form.get("num_layers", 1) * (2 if form.get("bidirectional") else 1)
    states = {"h0": f"{count * 7}", **({"c0": f"{count * 7}"} if kind == "LSTM" else {})}
    document = single(kind, {"hidden_size": 7, **form}, x="T,5", **states, lengths=" int64")
    given = [sequences(4, 6, 5), *(sequences(4, count * 7) for _ in states)]
    samples = {f"in{at}": value.float().numpy() for at, value in enumerate(given)}
    samples[f"in{len(given)}"] = np.array([3, 6, 1, 0])
    report = export(document, None, tmp_path / "net.onnx", samples)
    assert report.checked[-1]["samples"] == "data"
    nodes = onnx.load(tmp_path / "net.onnx").graph.node
    assert sum(node.op_type == kind for node in nodes) == form.get("num_layers", 1)


@each_kind
def test_one_onnx_model_for_every_length(kind: str, tmp_path: Path) -> None:
    document = single(kind, {"hidden_size": 7, "bidirectional": True}, x="T,5")
    export(document, None, tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "net.onnx"), providers=["CPUExecutionProvider"])
    for batch, time in ((1, 1), (3, 9)):
        out, hidden, *_ = session.run(None, {"in0": np.zeros((batch, time, 5), np.float32)})
        assert (out.shape, hidden.shape) == ((batch, time, 14), (batch, 14))


@each_kind
def test_final_states_carry_on(kind: str) -> None:
    """Two halves, the second begun with the final states of the first, are the whole."""
    names = ["h0", "c0"] if kind == "LSTM" else ["h0"]
    form = {"hidden_size": 7, "num_layers": 2}
    whole = module_of(single(kind, form, x="T,5"))
    rest = module_of(single(kind, form, x="T,5", **dict.fromkeys(names, "14")))
    rest.load_state_dict(whole.state_dict())
    x = sequences(3, 6, 5)
    _, *middle = whole(x[:, :2])
    for ours, theirs in zip(rest(x[:, 2:], *middle)[1:], whole(x)[1:], strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-12, rtol=0)


@pytest.mark.parametrize(("given", "other"), [("h0", "c0"), ("c0", "h0")])
def test_an_open_state_of_an_lstm_is_zero(given: str, other: str, tmp_path: Path) -> None:
    one = module_of(single("LSTM", {"hidden_size": 7}, x="T,5", **{given: "7"}))
    both = module_of(single("LSTM", {"hidden_size": 7}, x="T,5", h0="7", c0="7"))
    both.load_state_dict(one.state_dict())
    states = {given: sequences(3, 7), other: torch.zeros(3, 7, dtype=torch.float64)}
    x = sequences(3, 4, 5)
    for ours, theirs in zip(one(x, states[given]), both(x, states["h0"], states["c0"]), strict=True):
        assert torch.equal(ours, theirs)
    export(single("LSTM", {"hidden_size": 7}, x="T,5", **{given: "7"}), None, tmp_path / "net.onnx")


def classifier() -> Document:
    """The usual way from a sequence to a class: the last state into a linear layer."""
    document = Document("Classifier")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": ["T", 28]}, name="x")
        graph.add("LSTM", {"hidden_size": 16}, name="lstm")
        graph.add("Linear", {"out_features": 10}, name="fc")
        graph.add("Output", name="scores")
        graph.connect("x", "lstm", "x")
        graph.connect("lstm", "fc", source_port="hidden")
        graph.connect("fc", "scores")
    return document


def test_the_last_state_feeds_a_linear_layer() -> None:
    text = text_of(classifier())
    assert "self.lstm = nn.LSTM(28, 16, batch_first=True)" in text
    assert "_, (lstm_hidden, _) = self.lstm(x)\n" in text
    assert "self.fc(lstm_hidden)" in text
    assert build(compile_source(classifier()))(torch.rand(3, 5, 28)).shape == (3, 10)


def test_the_code_shapes_no_state_that_is_not_used() -> None:
    document = single("LSTM", {"hidden_size": 7}, x="T,5")
    with document.edit("Remove"):
        document.model.remove(["out1", "out2"])
    assert "layer_out, _ = self.layer(in0)\n" in text_of(document)
    assert "squeeze" not in text_of(document)


def test_a_cell_in_a_scan_equals_the_network(tmp_path: Path) -> None:
    document = Document("Drawn")
    with document.edit("Draw"):
        block = document.add_block("Step", {"size": 7})
        block.add("Input", {"shape": [5]}, name="x", at=(0, 0))
        block.add("Input", {"shape": ["size"]}, name="h", at=(0, 100))
        block.add("GRUCell", {"hidden_size": "size"}, name="cell")
        block.add("Output", name="next_h")
        block.connect("x", "cell", "x")
        block.connect("h", "cell", "h")
        block.connect("cell", "next_h")
        model = document.model
        model.add("Input", {"shape": ["T", 5]}, name="x")
        model.add("Scan", {"definition": "Step", "carry": {"h": "next_h"}}, name="scan")
        model.add("Output", name="result")
        model.connect("x", "scan", "x")
        model.connect("scan", "result", source_port="next_h")
    ours = module_of(document)
    theirs = module_of(single("GRU", {"hidden_size": 7}, x="T,5"))
    state = {key.replace("scan.cell.", "layer.") + "_l0": value for key, value in ours.state_dict().items()}
    theirs.load_state_dict(state)
    x = sequences(3, 6, 5)
    torch.testing.assert_close(ours(x), theirs(x)[0], atol=1e-12, rtol=0)
    assert "nn.GRUCell(5, size)" in text_of(document)
    assert export(document, None, tmp_path / "drawn.onnx").max_abs_diff < 1e-5


def test_sizes_of_a_block_become_its_parameters() -> None:
    document = Document("Blocks")
    with document.edit("Draw"):
        block = document.add_block("Reader", {"size": 7})
        block.add("Input", {"shape": ["T", "size"]}, name="x")
        block.add("LSTM", {"hidden_size": "size", "num_layers": 2, "bidirectional": True}, name="lstm")
        block.add("Output", name="result")
        block.connect("x", "lstm", "x")
        block.connect("lstm", "result", source_port="hidden")
        model = document.model
        for size in (4, 6):
            model.add("Input", {"shape": ["T", size]}, name=f"x{size}")
            model.add("Block", {"definition": "Reader", "arguments": {"size": size}}, name=f"reader{size}")
            model.add("Output", name=f"result{size}")
            model.connect(f"x{size}", f"reader{size}", "x")
            model.connect(f"reader{size}", f"result{size}")
    text = text_of(document)
    assert "nn.LSTM(size, size, num_layers=2, bidirectional=True, batch_first=True)" in text
    results = build(compile_source(document))(torch.rand(3, 5, 4), torch.rand(3, 5, 6))
    assert [tuple(result.shape) for result in results] == [(3, 16), (3, 24)]


@pytest.mark.parametrize("form", [{}, {"bidirectional": True, "num_layers": 2}, {"bias": False}], ids=str)
@pytest.mark.parametrize("padded", [False, True])
def test_a_projected_state(form: dict[str, Any], padded: bool, tmp_path: Path) -> None:
    """From a memory that is given, as PyTorch has it, and in ONNX, which has no such operator."""
    count = 4 if "num_layers" in form else 1
    ports = {"x": "T,5", "c0": f"{7 * count}"} | ({"lengths": " int64"} if padded else {})
    document = single("LSTM", {"hidden_size": 7, "proj_size": 3, **form}, **ports)
    assert [str(kind) for kind in document.types()["layer"]] == [
        f"(N, T, {3 * (2 if count == 4 else 1)})", f"(N, {3 * count})", f"(N, {7 * count})",
    ]  # fmt: skip
    module = module_of(document)
    plain = torch.nn.LSTM(5, 7, batch_first=True, proj_size=3, **form).double()
    plain.load_state_dict({key.removeprefix("layer."): value for key, value in module.state_dict().items()})
    x, memory = torch.randn(2, 6, 5).double(), torch.randn(2, 7 * count).double()
    start = torch.zeros(count, 2, 3).double(), memory.unflatten(1, (count, 7)).transpose(0, 1).contiguous()
    lengths = torch.tensor([6, 4])
    given: Any = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True) if padded else x
    out, states = plain(given, start)
    out = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True)[0] if padded else out
    expected = [out, *(state.transpose(0, 1).flatten(1) for state in states)]
    for ours, theirs in zip(module(x, memory, *([lengths] if padded else [])), expected, strict=True):
        assert torch.equal(ours, theirs)
    assert export(document, None, tmp_path / "projected.onnx").max_abs_diff < 1e-5
    assert summarize(document).parameters == sum(value.numel() for value in plain.parameters())


def test_initial_weights_of_choice() -> None:
    parameters = {"hidden_size": 7, "weight_init": "orthogonal", "bias_init": "zeros"}
    state = weights_of(module_of(single("GRU", parameters, x="T,5")))
    recurrent = state["weight_hh_l0"]
    np.testing.assert_allclose(recurrent.T @ recurrent, np.eye(7), atol=1e-6)
    assert not state["bias_ih_l0"].any()
    assert not state["bias_hh_l0"].any()


def test_dropout_lies_between_layers_only() -> None:
    assert "dropout" not in text_of(single("LSTM", {"dropout": 0.5}, x="T,5"))
    assert "dropout=0.5" in text_of(single("LSTM", {"dropout": 0.5, "num_layers": 2}, x="T,5"))


@pytest.mark.parametrize(
    ("kind", "parameters", "ports", "words"),
    [
        ("LSTM", {}, {"x": "5"}, "(N, T, features), got (N, 5)"),
        ("LSTM", {}, {"x": "T,5 int64"}, "expects float32 values, got int64"),
        ("GRU", {}, {"x": "T,F"}, "the feature axis to be a fixed number"),
        ("GRU", {"num_layers": 2}, {"x": "T,5", "h0": "128"}, "h0 to be (N, 256), hidden_size=128 times 2 layers"),
        ("LSTM", {"proj_size": 5}, {"x": "T,5", "h0": "128"}, "h0 to be (N, 5), proj_size=5, got (N, 128)"),
        ("RNN", {}, {"x": "T,5", "lengths": "T int64"}, "lengths (N,) int64, got (N, T) int64"),
        ("RNN", {}, {"x": "T,5", "lengths": ""}, "lengths (N,) int64, got (N,)"),
        ("GRUCell", {}, {"x": "T,5"}, "one step (N, features), got (N, T, 5)"),
        ("LSTMCell", {"hidden_size": 7}, {"x": "5", "c": "6"}, "c to be (N, 7), as hidden_size=7 says, got (N, 6)"),
    ],
)
def test_refusals(kind: str, parameters: dict[str, Any], ports: dict[str, str], words: str) -> None:
    assert words in refusal(kind, parameters, **ports)
