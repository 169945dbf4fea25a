"""Multilayer perceptrons and their costs."""

from __future__ import annotations

from examples.build.endings import classified
from graph.builder.sheet import Drawing
from graph.document import Document


def mlp() -> Document:
    d = Drawing(
        "MLP",
        "A multilayer perceptron: two hidden layers of 512 rectified units turn a 28x28 image into ten class scores. "
        "The softmax is inside the cross-entropy. Backpropagation: Rumelhart, Hinton and Williams 1986.",
    )
    x = d.input(1, 28, 28, name="image").flatten(name="flatten")
    x = x.linear(512, name="hidden1").relu().linear(512, name="hidden2").relu()
    return classified(d, x.linear(10, name="scores"))


def mlp_regression() -> Document:
    d = Drawing(
        "MLP regression",
        "Fits a noisy sine. The linear output unit and the mean squared error together are the maximum likelihood of "
        "a Gaussian around the prediction (Goodfellow, Bengio and Courville 2016, section 6.2.2).",
        data="made:sine",
        epochs=60,
        learning_rate=0.01,
    )
    x = d.input(1, name="x").linear(32, name="hidden1").tanh().linear(32, name="hidden2").tanh()
    mean = x.linear(1, name="mean")
    d.output(mean, name="prediction")
    d.mse(mean, d.target(1, dtype="float32", name="y"), name="mse")
    return d.finish()


def mlp_classification() -> Document:
    d = Drawing(
        "MLP classification",
        "Three interleaved spirals, which no straight line separates: hidden units bend the plane until one does "
        "(after the two spirals of Lang and Witbrock 1988).",
        data="made:spirals",
        epochs=80,
        learning_rate=0.01,
    )
    x = d.input(2, name="point").linear(64, name="hidden1").relu().linear(64, name="hidden2").relu()
    return classified(d, x.linear(3, name="scores"))


def logistic_regression() -> Document:
    d = Drawing(
        "Logistic regression",
        "One linear unit whose sigmoid is the probability of the class (Bernoulli). The sigmoid of the objective is "
        "inside it, so that training sees the score itself and its gradient never vanishes (Cox 1958).",
        data="made:blobs",
        epochs=30,
        learning_rate=0.05,
    )
    score = d.input(2, name="point").linear(1, name="score")
    d.output(score.sigmoid(name="sigmoid"), name="probability")
    d.bcewithlogits(score, d.target(1, dtype="float32", name="label"), name="cross_entropy")
    return d.finish()


EXAMPLES = {
    "mlp": mlp,
    "mlp_regression": mlp_regression,
    "mlp_classification": mlp_classification,
    "logistic_regression": logistic_regression,
}
