"""Recurrent networks of every input and output pattern."""

from __future__ import annotations

from examples.build.endings import classified, tagged
from graph.builder.sheet import Drawing, Value
from graph.document import Document

WORDS = 64
SYMBOLS = 12


def _words(d: Drawing) -> Value:
    tokens = d.input("T", dtype="int64", name="tokens")
    return tokens.embedding(WORDS, 16, name="words")


def one_to_one() -> Document:
    d = Drawing(
        "RNN one to one",
        "One input, one output: the pattern without any recurrence, to compare the others with (after Karpathy 2015).",
        epochs=30,
    )
    x = d.input(64, name="image").linear(64, name="hidden").tanh(name="tanh")
    return classified(d, x.linear(10, name="scores"))


def one_to_many() -> Document:
    d = Drawing(
        "RNN one to many",
        "Three numbers (amplitude, frequency, phase) become a wave of 24 samples: the cell runs freely, its output is "
        "its next input (Graves 2013).",
        data="made:waves",
        epochs=60,
        learning_rate=0.003,
    )
    with d.block("WaveStep", hidden=64) as b:
        sample, a = b.input(1, name="sample"), b.input("hidden", name="a")
        x = b.concat(a, sample, name="pair").linear("hidden", name="mix").tanh(name="tanh")
        b.output(x.linear(1, name="read"), name="next_sample")
        b.output(x, name="next_a")
    start = d.input(3, name="params").linear(64, name="start").tanh(name="tanh")
    carry = {"sample": "next_sample", "a": "next_a"}
    samples, *_ = d.scan("WaveStep", None, start, carry=carry, steps=24, name="scan")
    d.output(samples, name="wave_out")
    d.mse(samples, d.target(24, 1, dtype="float32", name="wave"), name="mse")
    return d.finish()


def many_to_one() -> Document:
    d = Drawing(
        "RNN many to one",
        "Sentiment: an LSTM reads a sentence of any length and gives its verdict at the end. The lengths of the "
        "padded sentences make sure that the end is the last word, not the padding (Hochreiter and Schmidhuber 1997).",
        data="made:sentiment",
        epochs=10,
        learning_rate=0.005,
    )
    lengths = d.input(dtype="int64", name="lengths")
    _, hidden, _ = _words(d).lstm(lengths=lengths, hidden_size=32, name="lstm")
    return classified(d, hidden.linear(2, name="scores"))


def many_to_many() -> Document:
    d = Drawing(
        "RNN many to many",
        "Named entities: one tag for every word (person, place, date or none), as many outputs as inputs (the "
        "network: Elman 1990).",
        data="made:entities",
        epochs=10,
        learning_rate=0.005,
    )
    out, _ = _words(d).rnn(hidden_size=64, name="rnn")
    return tagged(d, out.linear(4, name="scores"), "tags")


def bilstm_tagger() -> Document:
    d = Drawing(
        "Bidirectional LSTM tagger",
        "Reads the sentence from both ends, so that each word is tagged in the light of what follows it too (Graves "
        "and Schmidhuber 2005).",
        data="made:entities",
        epochs=8,
        learning_rate=0.005,
    )
    out, _, _ = _words(d).lstm(hidden_size=32, bidirectional=True, name="lstm")
    return tagged(d, out.linear(4, name="scores"), "tags")


def sequence_to_sequence() -> Document:
    d = Drawing(
        "Sequence to sequence",
        "An encoder reads a word to its end, a decoder that starts from its state writes it backwards; while training "
        "the decoder is shown the right letters (Sutskever, Vinyals and Le 2014).",
        data="made:reverse",
        epochs=20,
        learning_rate=0.005,
    )
    read = d.input("S", dtype="int64", name="source").embedding(SYMBOLS, 16, name="read")
    _, state = read.gru(hidden_size=96, name="encoder")
    letters = d.input("T", dtype="int64", name="target_in").embedding(SYMBOLS, 16, name="letters")
    out, _ = letters.gru(state, hidden_size=96, name="decoder")
    return tagged(d, out.linear(SYMBOLS, name="scores"), "target_out")


def gru_rows() -> Document:
    d = Drawing(
        "GRU reading rows",
        "Reads a 28x28 image as 28 rows of 28 pixels and names it at the end (the unit: Cho et al. 2014).",
        epochs=10,
    )
    _, hidden = d.input(28, 28, name="image").gru(hidden_size=128, name="gru")
    return classified(d, hidden.linear(10, name="scores"))


def transformer_encoder() -> Document:
    d = Drawing(
        "Transformer encoder",
        "Attention instead of recurrence: every word looks at every other one (Vaswani et al. 2017). The mean over "
        "the sentence decides on its sentiment.",
        data="made:sentiment",
        epochs=30,
        learning_rate=0.001,
    )
    x = d.input("T", dtype="int64", name="tokens").embedding(WORDS, 32, name="words")
    x = x.positionalencoding(name="positions")
    for number in (1, 2):
        x = x.transformerencoderlayer(nhead=4, dim_feedforward=64, name=f"encoder{number}")
    return classified(d, x.mean([1], name="mean").linear(2, name="scores"))


EXAMPLES = {
    "rnn_one_to_one": one_to_one,
    "rnn_one_to_many": one_to_many,
    "rnn_many_to_one": many_to_one,
    "rnn_many_to_many": many_to_many,
    "rnn_sequence_to_sequence": sequence_to_sequence,
    "bilstm_tagger": bilstm_tagger,
    "gru_rows": gru_rows,
    "transformer_encoder": transformer_encoder,
}
