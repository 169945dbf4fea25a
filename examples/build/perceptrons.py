"""Multilayer perceptrons and their costs."""

from __future__ import annotations

from examples.build.drawing import Drawing
from graph.document import Document


def mlp() -> Document:
    drawing = Drawing(
        "MLP",
        "A multilayer perceptron: two hidden layers of 512 rectified units turn a 28x28 image into ten class scores. "
        "The softmax is inside the cross-entropy. Backpropagation: Rumelhart, Hinton and Williams 1986.",
    )
    drawing.add("image", "Input", shape=[1, 28, 28])
    scores = drawing.chain(
        "image",
        ("flatten", "Flatten"),
        ("hidden1", "Linear", {"out_features": 512}),
        ("relu1", "ReLU"),
        ("hidden2", "Linear", {"out_features": 512}),
        ("relu2", "ReLU"),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(scores)
    return drawing.finish()


def mlp_regression() -> Document:
    drawing = Drawing(
        "MLP regression",
        "Fits a noisy sine. The linear output unit and the mean squared error together are the maximum likelihood of "
        "a Gaussian around the prediction (Goodfellow, Bengio and Courville 2016, section 6.2.2).",
        data="made:sine",
        epochs=60,
        learning_rate=0.01,
    )
    drawing.add("x", "Input", shape=[1])
    prediction = drawing.chain(
        "x",
        ("hidden1", "Linear", {"out_features": 32}),
        ("tanh1", "Tanh"),
        ("hidden2", "Linear", {"out_features": 32}),
        ("tanh2", "Tanh"),
        ("mean", "Linear", {"out_features": 1}),
    )
    drawing.add("prediction", "Output", prediction)
    drawing.add("y", "Target", shape=[1], dtype="float32")
    drawing.add("mse", "MSE", prediction, "y")
    return drawing.finish()


def mlp_classification() -> Document:
    drawing = Drawing(
        "MLP classification",
        "Three interleaved spirals, which no straight line separates: hidden units bend the plane until one does "
        "(after the two spirals of Lang and Witbrock 1988).",
        data="made:spirals",
        epochs=80,
        learning_rate=0.01,
    )
    drawing.add("point", "Input", shape=[2])
    scores = drawing.chain(
        "point",
        ("hidden1", "Linear", {"out_features": 64}),
        ("relu1", "ReLU"),
        ("hidden2", "Linear", {"out_features": 64}),
        ("relu2", "ReLU"),
        ("scores", "Linear", {"out_features": 3}),
    )
    drawing.classify(scores)
    return drawing.finish()


def logistic_regression() -> Document:
    drawing = Drawing(
        "Logistic regression",
        "One linear unit whose sigmoid is the probability of the class (Bernoulli). The sigmoid of the objective is "
        "inside it, so that training sees the score itself and its gradient never vanishes (Cox 1958).",
        data="made:blobs",
        epochs=30,
        learning_rate=0.05,
    )
    drawing.add("point", "Input", shape=[2])
    drawing.add("score", "Linear", "point", out_features=1)
    drawing.add("sigmoid", "Sigmoid", "score")
    drawing.add("probability", "Output", "sigmoid")
    drawing.add("label", "Target", shape=[1], dtype="float32")
    drawing.add("cross_entropy", "BCEWithLogits", "score", "label")
    return drawing.finish()


EXAMPLES = {
    "mlp": mlp,
    "mlp_regression": mlp_regression,
    "mlp_classification": mlp_classification,
    "logistic_regression": logistic_regression,
}
