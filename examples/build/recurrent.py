"""Recurrent networks of every input and output pattern."""

from __future__ import annotations

from typing import Any

from examples.build.drawing import Drawing
from graph.document import Document

WORDS = 64
SYMBOLS = 12


def _tag(drawing: Drawing, scores: str, target: str) -> None:
    """Compare a score for every step with a class for every step: the classes go to axis 1."""
    drawing.add("tags_out", "Output", scores)
    drawing.add("classes_first", "Permute", scores, dims=[0, 2, 1])
    drawing.add(target, "Target", shape=["T"])
    drawing.add("cross_entropy", "CrossEntropy", "classes_first", target)


def one_to_one() -> Document:
    drawing = Drawing(
        "RNN one to one",
        "One input, one output: the pattern without any recurrence, to compare the others with (after Karpathy 2015).",
        epochs=30,
    )
    drawing.add("image", "Input", shape=[64])
    scores = drawing.chain(
        "image",
        ("hidden", "Linear", {"out_features": 64}),
        ("tanh", "Tanh"),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(scores)
    return drawing.finish()


def one_to_many() -> Document:
    drawing = Drawing(
        "RNN one to many",
        "Three numbers (amplitude, frequency, phase) become a wave of 24 samples: the cell runs freely, its output is "
        "its next input (Graves 2013).",
        data="made:waves",
        epochs=60,
        learning_rate=0.003,
    )
    block = drawing.block("WaveStep", hidden=64)
    block.add("sample", "Input", shape=[1])
    block.add("a", "Input", shape=["hidden"])
    block.add("pair", "Concat", "a", "sample")
    block.chain("pair", ("mix", "Linear", {"out_features": "hidden"}), ("tanh", "Tanh"))
    block.add("read", "Linear", "tanh", out_features=1)
    block.add("next_sample", "Output", "read")
    block.add("next_a", "Output", "tanh")
    block.place(sample=0, a=100, next_sample=0, next_a=100)
    drawing.add("params", "Input", shape=[3])
    drawing.chain("params", ("start", "Linear", {"out_features": 64}), ("tanh", "Tanh"))
    carry = {"sample": "next_sample", "a": "next_a"}
    drawing.add("scan", "Scan", ports={"a": "tanh"}, definition="WaveStep", carry=carry, steps=24)
    drawing.add("wave_out", "Output", "scan.next_sample")
    drawing.add("wave", "Target", shape=[24, 1], dtype="float32")
    drawing.add("mse", "MSE", "scan.next_sample", "wave")
    return drawing.finish()


def many_to_one() -> Document:
    drawing = Drawing(
        "RNN many to one",
        "Sentiment: an LSTM reads a sentence of any length and gives its verdict at the end. The lengths of the "
        "padded sentences make sure that the end is the last word, not the padding (Hochreiter and Schmidhuber 1997).",
        data="made:sentiment",
        epochs=10,
        learning_rate=0.005,
    )
    drawing.add("tokens", "Input", shape=["T"], dtype="int64")
    drawing.add("lengths", "Input", shape=[], dtype="int64")
    drawing.add("words", "Embedding", "tokens", num_embeddings=WORDS, embedding_dim=16)
    drawing.add("lstm", "LSTM", ports={"x": "words", "lengths": "lengths"}, hidden_size=32)
    drawing.add("scores", "Linear", "lstm.hidden", out_features=2)
    drawing.classify("scores")
    return drawing.finish()


def many_to_many() -> Document:
    drawing = Drawing(
        "RNN many to many",
        "Named entities: one tag for every word (person, place, date or none), as many outputs as inputs (the "
        "network: Elman 1990).",
        data="made:entities",
        epochs=10,
        learning_rate=0.005,
    )
    drawing.add("tokens", "Input", shape=["T"], dtype="int64")
    drawing.add("words", "Embedding", "tokens", num_embeddings=WORDS, embedding_dim=16)
    drawing.add("rnn", "RNN", "words", hidden_size=64)
    drawing.add("scores", "Linear", "rnn", out_features=4)
    _tag(drawing, "scores", "tags")
    return drawing.finish()


def bilstm_tagger() -> Document:
    drawing = Drawing(
        "Bidirectional LSTM tagger",
        "Reads the sentence from both ends, so that each word is tagged in the light of what follows it too (Graves "
        "and Schmidhuber 2005).",
        data="made:entities",
        epochs=8,
        learning_rate=0.005,
    )
    drawing.add("tokens", "Input", shape=["T"], dtype="int64")
    drawing.add("words", "Embedding", "tokens", num_embeddings=WORDS, embedding_dim=16)
    drawing.add("lstm", "LSTM", "words", hidden_size=32, bidirectional=True)
    drawing.add("scores", "Linear", "lstm", out_features=4)
    _tag(drawing, "scores", "tags")
    return drawing.finish()


def sequence_to_sequence() -> Document:
    drawing = Drawing(
        "Sequence to sequence",
        "An encoder reads a word to its end, a decoder that starts from its state writes it backwards; while training "
        "the decoder is shown the right letters (Sutskever, Vinyals and Le 2014).",
        data="made:reverse",
        epochs=20,
        learning_rate=0.005,
    )
    parameters: dict[str, Any] = {"num_embeddings": SYMBOLS, "embedding_dim": 16}
    drawing.add("source", "Input", shape=["S"], dtype="int64")
    drawing.add("read", "Embedding", "source", **parameters)
    drawing.add("encoder", "GRU", "read", hidden_size=96)
    drawing.add("target_in", "Input", shape=["T"], dtype="int64")
    drawing.add("letters", "Embedding", "target_in", **parameters)
    drawing.add("decoder", "GRU", ports={"x": "letters", "h0": "encoder.hidden"}, hidden_size=96)
    drawing.add("scores", "Linear", "decoder", out_features=SYMBOLS)
    _tag(drawing, "scores", "target_out")
    return drawing.finish()


def gru_rows() -> Document:
    drawing = Drawing(
        "GRU reading rows",
        "Reads a 28x28 image as 28 rows of 28 pixels and names it at the end (the unit: Cho et al. 2014).",
        epochs=10,
    )
    drawing.add("image", "Input", shape=[28, 28])
    drawing.add("gru", "GRU", "image", hidden_size=128)
    drawing.add("scores", "Linear", "gru.hidden", out_features=10)
    drawing.classify("scores")
    return drawing.finish()


def transformer_encoder() -> Document:
    drawing = Drawing(
        "Transformer encoder",
        "Attention instead of recurrence: every word looks at every other one (Vaswani et al. 2017). The mean over "
        "the sentence decides on its sentiment.",
        data="made:sentiment",
        epochs=30,
        learning_rate=0.001,
    )
    drawing.add("tokens", "Input", shape=["T"], dtype="int64")
    source = drawing.chain(
        "tokens",
        ("words", "Embedding", {"num_embeddings": WORDS, "embedding_dim": 32}),
        ("positions", "PositionalEncoding"),
        ("encoder1", "TransformerEncoderLayer", {"nhead": 4, "dim_feedforward": 64}),
        ("encoder2", "TransformerEncoderLayer", {"nhead": 4, "dim_feedforward": 64}),
        ("mean", "Mean", {"dim": [1]}),
        ("scores", "Linear", {"out_features": 2}),
    )
    drawing.classify(source)
    return drawing.finish()


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
