"""Comparisons that a first course draws: a drawing each, whose file says what is varied."""

from __future__ import annotations

from typing import Any

from examples.build.convnets import few_samples
from examples.build.endings import classified
from examples.build.recurrent import WORDS
from graph.builder.sheet import Drawing, Value
from graph.document import Document
from graph.recipe.sweep.axis import read_axis
from graph.recipe.sweep.search import Grid
from graph.recipe.sweep.sweep import Sweep

SEEDS = "seed=0,1,2"


def _compared(document: Document, *over: str) -> Document:
    """The drawing with what is compared, every combination of it."""
    with document.edit("Compare"):
        document.set_setting("sweep", Sweep(over=tuple(map(read_axis, over)), search=Grid()))
    return document


def _digits(d: Drawing) -> Value:
    return d.input(1, 8, 8, name="image").flatten(name="flatten")


def _perceptron(d: Drawing, width: int = 64) -> Document:
    """Two hidden layers that read digits."""
    x = _digits(d).linear(width, name="hidden1").relu().linear(width, name="hidden2").relu()
    return classified(d, x.linear(10, name="scores"))


def vanishing_gradients() -> Document:
    d = Drawing(
        "Vanishing gradients",
        "Ten layers, of sigmoids or rectifiers, with and without a skip around each. A sigmoid's slope is at most a "
        "quarter, so ten of them leave the first layers next to nothing to learn from: look at the health of their "
        "gradients (Hochreiter 1991; Glorot and Bengio 2010; He 2016).",
        epochs=20,
    )
    with d.block("Layer", activation="sigmoid", skip=0) as b:
        x = b.input(64, name="x")
        y = b.linear(x, 64, name="linear")
        y = b.sigmoid(y, name="sigmoid", when="activation == 'sigmoid'")
        y = b.relu(y, name="relu", when="activation == 'relu'")
        b.output(b.add(y, x, name="add", when="skip == 1"), name="y")
    x = d.use("Layer", _digits(d), repeat=10, name="layers")
    return _compared(classified(d, x.linear(10, name="scores")), "layers.activation=sigmoid,relu", "layers.skip=0,1")


def depth_and_width() -> Document:
    d = Drawing(
        "Depth and width",
        "About 700 parameters in one wide layer, or in two, three or five narrower ones, on three spirals that no line "
        "separates: what depth is worth at equal cost (Telgarsky 2016).",
        data="made:spirals",
        epochs=40,
        learning_rate=0.01,
    )
    width = "116 if depth == 1 else 23 if depth == 2 else 17 if depth == 3 else 12"
    with d.block("Hidden", depth=1) as b:
        x = b.input(2, name="x").linear(width, name="linear1").relu(name="relu1")
        for place in range(2, 6):
            there = f"depth >= {place}"
            x = b.linear(x, width, name=f"linear{place}", when=there)
            x = b.relu(x, name=f"relu{place}", when=there)
        b.output(x, name="y")
    x = d.use("Hidden", d.input(2, name="point"), name="hidden")
    return _compared(classified(d, x.linear(3, name="scores")), "hidden.depth=1,2,3,5", SEEDS)


def initialization() -> Document:
    d = Drawing(
        "Initialization",
        "The same five layers with weights that begin as zeros, at random with a deviation of 0.01, or as He 2015 "
        "says, so that signals keep their size through rectifiers. Of zeros nothing is ever learned: all units are "
        "alike, and no gradient passes.",
        epochs=10,
        optimizer="SGD",
        learning_rate=0.05,
        momentum=0.0,
    )
    chosen: Any = "init"
    with d.block("Layer", init="kaiming_normal") as b:
        x = b.input(64, name="x").linear(64, weight_init=chosen, weight_scale=0.01, name="linear")
        b.output(x.relu(name="relu"), name="y")
    x = d.use("Layer", _digits(d), repeat=5, name="layers")
    return _compared(classified(d, x.linear(10, name="scores")), "layers.init=zeros,normal,kaiming_normal")


def learning_rate() -> Document:
    d = Drawing(
        "Learning rate",
        "Steps that are too small, right, or too large: the loss hardly falls, falls, or jumps about (Goodfellow, "
        "Bengio and Courville 2016, section 11.4).",
        epochs=15,
        optimizer="SGD",
        momentum=0.0,
    )
    return _compared(_perceptron(d), "learning_rate=0.0005,0.1,5")


def batch_size() -> Document:
    d = Drawing(
        "Batch size",
        "Stochastic, minibatch and batch gradient descent: a step from one sample, from 32, or from all 1,294 at once, "
        "at the same learning rate. One gives many noisy steps, all of them one exact step an epoch (Bottou 2010).",
        epochs=15,
        optimizer="SGD",
        learning_rate=0.05,
        momentum=0.0,
    )
    return _compared(_perceptron(d), "batch_size=1,32,1294")


def momentum() -> Document:
    d = Drawing(
        "Momentum",
        "Steps that remember those before them gather speed along a valley and do not swing across it (Polyak 1964; "
        "Sutskever 2013).",
        epochs=15,
        optimizer="SGD",
        learning_rate=0.01,
    )
    return _compared(_perceptron(d), "momentum=0,0.5,0.9")


def weight_penalties() -> Document:
    d = Drawing(
        "Weight penalties",
        "What large weights cost, by their squares (L2) or by their sizes (L1), on 50 digits: with L2 all weights "
        "shrink, with L1 many become zero (Hoerl and Kennard 1970; Tibshirani 1996).",
        epochs=150,
        batch_size=25,
        validation=0.965,
        penalty="ElasticNet",
        l1=0.0,
        l2=0.0,
    )
    return _compared(_perceptron(d), "l2=0.0,0.003", "l1=0.0,0.001")


def weight_noise() -> Document:
    d = Drawing(
        "Weight noise",
        "Noise on the weights while they learn prefers minima that are wide: what is found may be moved a little "
        "without harm (Murray and Edwards 1994; Graves 2011).",
        epochs=60,
        batch_size=32,
    )
    return _compared(_perceptron(d, 256), "weight_noise=0,0.01,0.03", SEEDS)


def early_stopping() -> Document:
    d = Drawing(
        "Early stopping",
        "On 100 digits a large network soon knows them by heart, and its validation loss rises again. With a patience "
        "of ten epochs training ends there (Prechelt 1998); the best epoch's weights are kept either way.",
        epochs=300,
        batch_size=25,
        validation=0.93,
    )
    return _compared(_perceptron(d, 256), "patience=0,10")


def dropout() -> Document:
    d = Drawing(
        "Dropout",
        "Hidden units that are left out at random cannot rely on each other (Srivastava 2014).",
        epochs=60,
        batch_size=32,
    )
    with d.block("Hidden", p=0.5, cin=512) as b:
        x = b.input("cin", name="x").linear(512, name="linear").relu(name="relu")
        b.output(x.dropout("p", name="dropout"), name="y")
    x = d.use("Hidden", _digits(d), repeat=2, cin="64 if i == 0 else 512", name="hidden")
    return _compared(classified(d, x.linear(10, name="scores")), "hidden.p=0.0,0.25,0.5", SEEDS)


def augmentation() -> Document:
    document = few_samples()
    with document.edit("Name"):
        document.set_setting("name", "Augmentation")
    return _compared(document, "augmentation_strength=0,1", SEEDS)


def clipping() -> Document:
    d = Drawing(
        "Clipping",
        "A recurrent network whose gradients now and then explode through the steps of a sentence: one such step "
        "undoes what was learned, unless gradients are cut to a norm (Pascanu 2013).",
        data="made:sentiment",
        epochs=20,
        optimizer="SGD",
        learning_rate=0.5,
        momentum=0.9,
    )
    lengths = d.input(dtype="int64", name="lengths")
    words = d.input("T", dtype="int64", name="tokens").embedding(WORDS, 16, name="words")
    _, hidden = words.rnn(lengths=lengths, hidden_size=32, name="rnn")
    return _compared(classified(d, hidden.linear(2, name="scores")), "clipping=NoClipping,ClipNorm", SEEDS)


EXAMPLES = {
    f"course/{draw.__name__}": draw
    for draw in (
        vanishing_gradients,
        depth_and_width,
        initialization,
        learning_rate,
        batch_size,
        momentum,
        weight_penalties,
        augmentation,
        weight_noise,
        early_stopping,
        dropout,
        clipping,
    )
}
