"""Attention: over patches of an image, over the words so far, over what an encoder read."""

from __future__ import annotations

from examples.build.endings import classified, tagged
from graph.builder.sheet import Drawing
from graph.document import Document

CHARACTERS = 32
SYMBOLS = 12


def vit_b16() -> Document:
    d = Drawing(
        "ViT-B/16",
        "An image is worth 16x16 words: patches become vectors, a class token goes in front, and twelve encoder "
        "blocks let every patch look at every other (Dosovitskiy et al. 2021).",
        data="made:pictures",
        batch_size=4,
        optimizer="AdamW",
        learning_rate=0.0003,
    )
    with d.block("EncoderBlock", width=768, heads=12) as b:
        x = b.input(197, "width", name="x")
        y = x.layernorm(eps=1e-6).multiheadattention(num_heads="heads", name="attention")
        x = x + y
        y = x.layernorm(eps=1e-6).linear("width * 4", name="expand").gelu().linear("width", name="reduce")
        b.output(x + y, name="y")
    patches = d.input(3, 224, 224, name="image").conv2d(768, 16, stride=16, name="patches")
    patches = patches.flatten(2).permute([0, 2, 1])
    token = d.parameter(patches, shape=[1, 768], weight_init="zeros", name="class_token")
    x = d.concat(token, patches).positionalencoding("learned", 197, name="positions", weight_scale=0.02)
    x = d.use("EncoderBlock", x, repeat=12, name="encoder").layernorm(eps=1e-6, name="norm")
    return classified(d, x[:, 0].linear(1000, name="scores"))


def gpt_small() -> Document:
    d = Drawing(
        "Small GPT",
        "A decoder that writes: each character sees those before it, and the next one is predicted at every place. "
        "Pre-norm blocks of causal attention and a GELU network, as in GPT-2 (Radford et al. 2019), small enough to "
        "learn the sentences of its corpus in minutes. As there, the output layer uses the weights of the embedding.",
        data="made:sentences",
        epochs=8,
        batch_size=32,
        optimizer="AdamW",
        learning_rate=0.003,
    )
    with d.block("DecoderBlock", width=64, heads=4) as b:
        x = b.input("T", "width", name="x")
        x = x + x.layernorm().multiheadattention(num_heads="heads", causal=True, name="attention")
        y = x.layernorm().linear("width * 4", name="expand").gelu("tanh").linear("width", name="reduce")
        b.output(x + y, name="y")
    tokens = d.input("T", dtype="int64", name="text_in")
    # One over the root of their size: the vectors of characters have to make scores too.
    x = tokens.embedding(CHARACTERS, 64, name="characters", weight_init="normal", weight_scale=0.125)
    x = x.positionalencoding("learned", 64, name="positions", weight_init="normal", weight_scale=0.125)
    x = d.use("DecoderBlock", x, repeat=3, name="blocks").layernorm(name="norm")
    scores = x.linear(CHARACTERS, bias=False, name="scores", ties={"weight": "characters.weight"})
    return tagged(d, scores, "text_out", shown="next_characters")


def seq2seq_attention() -> Document:
    d = Drawing(
        "Sequence to sequence with attention",
        "The decoder asks the encoder's states at every letter: the dot products with its own state say how much of "
        "each flows into the context (Luong, Pham and Manning 2015, global attention with the dot score).",
        data="made:reverse",
        epochs=10,
        learning_rate=0.005,
    )
    read = d.input("S", dtype="int64", name="source").embedding(SYMBOLS, 16, name="read")
    states, last = read.gru(hidden_size=64, name="encoder")
    letters = d.input("T", dtype="int64", name="target_in").embedding(SYMBOLS, 16, name="letters")
    asked, _ = d.gru(letters, h0=last, hidden_size=64, name="decoder")
    keys = states.permute([0, 2, 1], name="keys")
    weights = d.matmul(asked, keys, name="fit").softmax(-1, name="attention")
    context = d.matmul(weights, states, name="context")
    joined = d.concat(context, asked, dim=2, name="joined")
    return tagged(d, joined.linear(64, bias=False, name="combine").tanh().linear(SYMBOLS, name="scores"), "target_out")


EXAMPLES = {"vit_b16": vit_b16, "gpt_small": gpt_small, "seq2seq_attention": seq2seq_attention}
