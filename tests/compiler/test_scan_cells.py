"""The course's recurrent cells, drawn as Scans, against a NumPy transcription of the formulas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import load
from tests.support.typed import known

Array = np.ndarray
Weights = dict[str, Array]
FOLDER = Path(__file__).parent.parent.parent / "examples"


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def affine(weights: Weights, name: str, x: Array) -> Array:
    bias = weights.get(f"{name}.bias", np.zeros(1))
    return x @ weights[f"{name}.weight"].T + bias


def pair(state: Array, x: Array) -> Array:
    return np.concatenate([state, x], axis=1)


def rnn(w: Weights, x: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
    """a_t = tanh(W_ax x_t + W_aa a_{t-1} + b_a)"""
    (a,) = state
    return (np.tanh(affine(w, "w_ax", x) + affine(w, "w_aa", a)),)


def gru_simple(w: Weights, x: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
    """c~ = tanh(W_c [c, x] + b_c); u = sigmoid(W_u [c, x] + b_u); c' = u c~ + (1 - u) c"""
    (c,) = state
    candidate = np.tanh(affine(w, "w_candidate", pair(c, x)))
    u = sigmoid(affine(w, "w_update", pair(c, x)))
    return (u * candidate + (1 - u) * c,)


def gru(w: Weights, x: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
    """As above, with r = sigmoid(W_r [c, x] + b_r) and c~ = tanh(W_c [r c, x] + b_c)"""
    (c,) = state
    u = sigmoid(affine(w, "w_update", pair(c, x)))
    r = sigmoid(affine(w, "w_reset", pair(c, x)))
    candidate = np.tanh(affine(w, "w_candidate", pair(r * c, x)))
    return (u * candidate + (1 - u) * c,)


def lstm(w: Weights, x: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
    """c~ = tanh(W_c [a, x] + b_c); gates u, f, o of the same pair; c' = u c~ + f c; a' = o tanh(c')"""
    a, c = state
    candidate = np.tanh(affine(w, "w_candidate", pair(a, x)))
    u, f, o = (sigmoid(affine(w, f"w_{gate}", pair(a, x))) for gate in ("update", "forget", "output"))
    memory = u * candidate + f * c
    return o * np.tanh(memory), memory


CELLS: dict[str, tuple[Callable[[Weights, Array, tuple[Array, ...]], tuple[Array, ...]], int]] = {
    "drawn_rnn": (rnn, 1),
    "drawn_gru_simple": (gru_simple, 1),
    "drawn_gru": (gru, 1),
    "drawn_lstm": (lstm, 2),
}


def with_every_state(name: str) -> Document:
    """The example, showing the state of every step and the last ones."""
    document = load(FOLDER / f"{name}.loom")
    graph = document.model
    with document.edit("Show the states"):
        for port in graph.node("scan").layer.output_names():
            graph.add("Output", name=f"show_{port}")
            graph.connect("scan", f"show_{port}", source_port=port)
    return document


@pytest.mark.parametrize("name", CELLS)
def test_a_drawn_cell_equals_its_formulas(name: str) -> None:
    step, states = CELLS[name]
    document = with_every_state(name)
    torch.manual_seed(3)
    net = build(compile_source(document)).double().eval()
    x = torch.randn(4, 8, 8, dtype=torch.float64)
    found = dict(zip(compile_source(document).outputs, net(x), strict=True))
    weights = {key: value.numpy() for key, value in known(net.scan).state_dict().items()}
    hidden = known(document.model.node("scan").layer).arguments["hidden"]
    state = tuple(np.zeros((4, hidden)) for _ in range(states))
    every = []
    for t in range(8):
        state = step(weights, x[:, t].numpy(), state)
        every.append(state)
    for place, output in enumerate(known(document.model.node("scan").layer).results):
        ours = found[f"show_{output}"].detach().numpy()
        assert np.abs(ours - np.stack([values[place] for values in every], axis=1)).max() < 1e-6
        assert np.abs(found[f"show_last_{output}"].detach().numpy() - state[place]).max() < 1e-6


@pytest.mark.parametrize("name", CELLS)
def test_single_precision_stays_within_the_same_bound(name: str) -> None:
    document = with_every_state(name)
    torch.manual_seed(3)
    net = build(compile_source(document)).eval()
    x = torch.randn(4, 8, 8)
    single = net(x)
    double = net.double()(x.double())
    assert all((a - b).abs().max() < 1e-6 for a, b in zip(single, double, strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_the_onnx_of_a_drawn_cell_at_two_lengths(name: str, tmp_path: Path) -> None:
    document = load(FOLDER / f"{name}.loom")
    with document.edit("Any length"):
        document.model.set("image", shape=["T", 8])
    report = export(document, None, tmp_path / "cell.onnx")
    assert len({entry["sizes"]["T"] for entry in report.checked}) > 2
    assert report.max_abs_diff < 1e-5


def test_the_output_unit_of_the_recurrent_network() -> None:
    """y_t = softmax(W_ya a_t + b_y), at every step."""
    document = load(FOLDER / "drawn_rnn.loom")
    with document.edit("An output at every step"):
        block = document.graphs["RNNStep"]
        block.add("Linear", {"out_features": 5}, name="w_ya", at=(900, 200))
        block.add("Softmax", name="softmax", at=(1100, 200))
        block.add("Output", name="y", at=(1300, 900))
        block.connect("tanh", "w_ya")
        block.connect("w_ya", "softmax")
        block.connect("softmax", "y")
    with document.edit("Show them"):
        document.model.add("Output", name="answers")
        document.model.connect("scan", "answers", source_port="y")
    torch.manual_seed(5)
    net = build(compile_source(document)).double()
    x = torch.randn(3, 8, 8, dtype=torch.float64)
    answers = dict(zip(compile_source(document).outputs, net(x), strict=True))["answers"].detach().numpy()
    weights = {key: value.numpy() for key, value in known(net.scan).state_dict().items()}
    state: tuple[Array, ...] = (np.zeros((3, known(known(net.scan).w_aa).in_features)),)
    for t in range(8):
        state = rnn(weights, x[:, t].numpy(), state)
        scores = np.exp(affine(weights, "w_ya", state[0]))
        assert np.abs(answers[:, t] - scores / scores.sum(axis=1, keepdims=True)).max() < 1e-6


def test_the_drawn_lstm_equals_that_of_torch() -> None:
    """torch.nn.LSTM has the same gates in another order and two biases; with the second zero they are equal."""
    document = with_every_state("drawn_lstm")
    torch.manual_seed(7)
    net = build(compile_source(document)).double()
    hidden = known(document.model.node("scan").layer).arguments["hidden"]
    reference = torch.nn.LSTM(8, hidden, batch_first=True, dtype=torch.float64)
    step = net.scan
    gates = [known(step).w_update, known(step).w_forget, known(step).w_candidate, known(step).w_output]
    with torch.no_grad():
        known(reference.weight_hh_l0.copy_)(torch.cat([known(gate).weight[:, :hidden] for gate in gates]))
        known(reference.weight_ih_l0.copy_)(torch.cat([known(gate).weight[:, hidden:] for gate in gates]))
        known(reference.bias_ih_l0.copy_)(torch.cat([known(gate).bias for gate in gates]))
        known(reference.bias_hh_l0.zero_)()
        x = torch.randn(2, 8, 8, dtype=torch.float64)
        found = dict(zip(compile_source(document).outputs, net(x), strict=True))
        every, (last, memory) = reference(x)
    assert (found["show_next_a"] - every).abs().max() < 1e-9
    assert (found["show_last_next_a"] - last[0]).abs().max() < 1e-9
    assert (found["show_last_next_c"] - memory[0]).abs().max() < 1e-9
