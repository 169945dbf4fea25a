"""The course's recurrent cells, drawn: each is a block that a Scan runs along time."""

from __future__ import annotations

from typing import Any

from examples.build.drawing import Drawing, Sheet
from graph.document import Document

HIDDEN = 64


def _reads_rows(name: str, notes: str) -> Drawing:
    return Drawing(
        name, f"{notes} It reads a digit row by row and names it at the end.", epochs=30, learning_rate=0.005
    )


def _pair(block: Sheet, state: str, name: str = "pair") -> str:
    """[state, x]: what every gate looks at."""
    return block.add(name, "Concat", state, "x")


def _gate(block: Sheet, name: str, source: str, kind: str = "Sigmoid") -> str:
    block.add(f"w_{name}", "Linear", source, out_features="hidden")
    return block.add(name, kind, f"w_{name}")


def _blend(block: Sheet, gate: str, new: str, old: str) -> str:
    """gate * new + (1 - gate) * old."""
    block.add("one", "Constant", values=[1.0])
    block.add("keep", "Subtract", "one", gate)
    block.add("fresh", "Multiply", gate, new)
    block.add("kept", "Multiply", "keep", old)
    return block.add("blend", "Add", "fresh", "kept")


def _classify_last(drawing: Drawing, block: str, carry: dict[str, str], state: str) -> Document:
    drawing.add("image", "Input", shape=[8, 8])
    parameters: dict[str, Any] = {"definition": block, "arguments": {"hidden": HIDDEN}, "carry": carry}
    drawing.add("scan", "Scan", ports={"x": "image"}, **parameters)
    drawing.add("scores", "Linear", f"scan.last_{state}", out_features=10)
    drawing.classify("scores")
    return drawing.finish()


def rnn_cell() -> Document:
    drawing = _reads_rows(
        "Drawn RNN",
        "A recurrent cell as the lecture writes it: a' = tanh(W_ax x + W_aa a + b_a) (Elman 1990).",
    )
    block = drawing.block("RNNStep", hidden=HIDDEN)
    block.add("x", "Input", shape=[8])
    block.add("a", "Input", shape=["hidden"])
    block.add("w_ax", "Linear", "x", out_features="hidden")
    block.add("w_aa", "Linear", "a", out_features="hidden", bias=False)
    block.add("sum", "Add", "w_ax", "w_aa")
    block.add("tanh", "Tanh", "sum")
    block.add("next_a", "Output", "tanh")
    block.place(x=0, a=100)
    return _classify_last(drawing, "RNNStep", {"a": "next_a"}, "next_a")


def gru_simple_cell() -> Document:
    drawing = _reads_rows(
        "Drawn simplified GRU",
        "One gate u decides how much of the memory c is replaced: c' = u * c~ + (1 - u) * c (after Cho et al. 2014).",
    )
    block = drawing.block("SimpleGRUStep", hidden=HIDDEN)
    block.add("x", "Input", shape=[8])
    block.add("c", "Input", shape=["hidden"])
    pair = _pair(block, "c")
    candidate = _gate(block, "candidate", pair, "Tanh")
    update = _gate(block, "update", pair)
    block.add("next_c", "Output", _blend(block, update, candidate, "c"))
    block.place(c=0, x=100)
    return _classify_last(drawing, "SimpleGRUStep", {"c": "next_c"}, "next_c")


def gru_cell() -> Document:
    drawing = _reads_rows(
        "Drawn GRU",
        "The full gated recurrent unit of the lecture: a second gate r decides what of the memory the candidate sees. "
        "The reset comes before the product (Cho et al. 2014); torch.nn.GRU applies it after.",
    )
    block = drawing.block("GRUStep", hidden=HIDDEN)
    block.add("x", "Input", shape=[8])
    block.add("c", "Input", shape=["hidden"])
    pair = _pair(block, "c")
    update = _gate(block, "update", pair)
    reset = _gate(block, "reset", pair)
    block.add("seen", "Multiply", reset, "c")
    candidate = _gate(block, "candidate", _pair(block, "seen", "seen_pair"), "Tanh")
    block.add("next_c", "Output", _blend(block, update, candidate, "c"))
    block.place(c=0, x=100)
    return _classify_last(drawing, "GRUStep", {"c": "next_c"}, "next_c")


def lstm_cell() -> Document:
    drawing = _reads_rows(
        "Drawn LSTM",
        "Long short-term memory as the lecture writes it: update, forget and output gates around the memory c; a' = o "
        "* tanh(c') (Hochreiter and Schmidhuber 1997; Gers et al. 2000).",
    )
    block = drawing.block("LSTMStep", hidden=HIDDEN)
    block.add("x", "Input", shape=[8])
    block.add("a", "Input", shape=["hidden"])
    block.add("c", "Input", shape=["hidden"])
    pair = _pair(block, "a")
    candidate = _gate(block, "candidate", pair, "Tanh")
    update = _gate(block, "update", pair)
    forget = _gate(block, "forget", pair)
    output = _gate(block, "output", pair)
    block.add("fresh", "Multiply", update, candidate)
    block.add("kept", "Multiply", forget, "c")
    block.add("memory", "Add", "fresh", "kept")
    block.add("squashed", "Tanh", "memory")
    block.add("shown", "Multiply", output, "squashed")
    block.add("next_a", "Output", "shown")
    block.add("next_c", "Output", "memory")
    block.place(a=0, x=100, c=200, next_a=0, next_c=100)
    return _classify_last(drawing, "LSTMStep", {"a": "next_a", "c": "next_c"}, "next_a")


EXAMPLES = {
    "drawn_rnn": rnn_cell,
    "drawn_gru_simple": gru_simple_cell,
    "drawn_gru": gru_cell,
    "drawn_lstm": lstm_cell,
}
