"""The course's recurrent cells, drawn: each is a block that a Scan runs along time."""

from __future__ import annotations

from examples.build.endings import classified
from graph.builder.sheet import Drawing, Sheet, Value
from graph.document import Document

HIDDEN = 64


def _reads_rows(name: str, notes: str) -> Drawing:
    return Drawing(
        name, f"{notes} It reads a digit row by row and names it at the end.", epochs=30, learning_rate=0.005
    )


def _gate(pair: Value, name: str) -> Value:
    return pair.linear("hidden", name=f"w_{name}").sigmoid(name=name)


def _candidate(pair: Value) -> Value:
    return pair.linear("hidden", name="w_candidate").tanh(name="candidate")


def _blend(b: Sheet, gate: Value, new: Value, old: Value) -> Value:
    """gate * new + (1 - gate) * old."""
    keep = b.subtract(b.constant(values=[1.0], name="one"), gate, name="keep")
    fresh = b.multiply(gate, new, name="fresh")
    blend: Value = b.add(fresh, b.multiply(keep, old, name="kept"), name="blend")
    return blend


def _classify_last(d: Drawing, block: str, carry: dict[str, str]) -> Document:
    """Scan the rows of an image; the first state is what the class is read from."""
    states = dict.fromkeys(carry)
    results = d.scan(block, x=d.input(8, 8, name="image"), carry=carry, hidden=HIDDEN, name="scan")
    return classified(d, results[len(states)].linear(10, name="scores"))


def rnn_cell() -> Document:
    d = _reads_rows(
        "Drawn RNN",
        "A recurrent cell as the lecture writes it: a' = tanh(W_ax x + W_aa a + b_a) (Elman 1990).",
    )
    with d.block("RNNStep", hidden=HIDDEN) as b:
        x, a = b.input(8, name="x"), b.input("hidden", name="a")
        total = b.add(x.linear("hidden", name="w_ax"), a.linear("hidden", bias=False, name="w_aa"), name="sum")
        b.output(total.tanh(name="tanh"), name="next_a")
    return _classify_last(d, "RNNStep", {"a": "next_a"})


def gru_simple_cell() -> Document:
    d = _reads_rows(
        "Drawn simplified GRU",
        "One gate u decides how much of the memory c is replaced: c' = u * c~ + (1 - u) * c (after Cho et al. 2014).",
    )
    with d.block("SimpleGRUStep", hidden=HIDDEN) as b:
        c, x = b.input("hidden", name="c"), b.input(8, name="x")
        pair = b.concat(c, x, name="pair")
        candidate = _candidate(pair)
        b.output(_blend(b, _gate(pair, "update"), candidate, c), name="next_c")
    return _classify_last(d, "SimpleGRUStep", {"c": "next_c"})


def gru_cell() -> Document:
    d = _reads_rows(
        "Drawn GRU",
        "The full gated recurrent unit of the lecture: a second gate r decides what of the memory the candidate sees. "
        "The reset comes before the product (Cho et al. 2014); torch.nn.GRU applies it after.",
    )
    with d.block("GRUStep", hidden=HIDDEN) as b:
        c, x = b.input("hidden", name="c"), b.input(8, name="x")
        pair = b.concat(c, x, name="pair")
        update, reset = _gate(pair, "update"), _gate(pair, "reset")
        seen = b.multiply(reset, c, name="seen")
        candidate = _candidate(b.concat(seen, x, name="seen_pair"))
        b.output(_blend(b, update, candidate, c), name="next_c")
    return _classify_last(d, "GRUStep", {"c": "next_c"})


def lstm_cell() -> Document:
    d = _reads_rows(
        "Drawn LSTM",
        "Long short-term memory as the lecture writes it: update, forget and output gates around the memory c; a' = o "
        "* tanh(c') (Hochreiter and Schmidhuber 1997; Gers et al. 2000).",
    )
    with d.block("LSTMStep", hidden=HIDDEN) as b:
        a, x, c = b.input("hidden", name="a"), b.input(8, name="x"), b.input("hidden", name="c")
        pair = b.concat(a, x, name="pair")
        candidate = _candidate(pair)
        update, forget, output = (_gate(pair, name) for name in ("update", "forget", "output"))
        fresh = b.multiply(update, candidate, name="fresh")
        memory = b.add(fresh, b.multiply(forget, c, name="kept"), name="memory")
        b.output(b.multiply(output, memory.tanh(name="squashed"), name="shown"), name="next_a")
        b.output(memory, name="next_c")
    return _classify_last(d, "LSTMStep", {"a": "next_a", "c": "next_c"})


EXAMPLES = {
    "drawn_rnn": rnn_cell,
    "drawn_gru_simple": gru_simple_cell,
    "drawn_gru": gru_cell,
    "drawn_lstm": lstm_cell,
}
