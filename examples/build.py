"""Draws the examples and saves them beside this file: ``python -m examples.build``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph.document import Document
from graph.files import save

STEP = 220.0


class Drawing:
    """A document under construction, filled chain by chain from left to right."""

    def __init__(self, name: str, notes: str, **training: Any) -> None:
        self.document = Document(name)
        self.graph = self.document.model
        with self.document.edit("Settings"):
            self.document.set_setting("notes", notes)
            self.document.set_training(**training)

    def chain(self, source: str | None, *layers: tuple[str, str, dict[str, Any]], x: float = 0.0, y: float = 0.0) -> str:
        """Add (name, kind, parameters) behind ``source`` and each other; the last node's name."""
        with self.document.edit("Draw"):
            for place, (name, kind, parameters) in enumerate(layers):
                self.graph.add(kind, parameters, name=name, at=(x + place * STEP, y))
                if source is not None:
                    self.graph.connect(source, name)
                source = name
        assert source is not None
        return source

    def classify(self, source: str, x: float, y: float = 0.0) -> None:
        """Add the Output, the Target and the cross-entropy of a classifier."""
        self.chain(source, ("logits", "Output", {}), x=x, y=y)
        self.chain(source, ("cross_entropy", "CrossEntropy", {}), x=x, y=y + 160)
        self.chain(None, ("label", "Target", {}), x=x - STEP, y=y + 200)
        with self.document.edit("Draw"):
            self.graph.connect("label", "cross_entropy", "target")


def mlp() -> Document:
    drawing = Drawing(
        "MLP",
        "A multilayer perceptron: two hidden layers of 512 rectified units classify a 28x28 image.",
        epochs=10,
    )
    last = drawing.chain(
        None,
        ("image", "Input", {"shape": [1, 28, 28]}),
        ("flatten", "Flatten", {}),
        ("hidden1", "Linear", {"out_features": 512}),
        ("relu1", "ReLU", {}),
        ("hidden2", "Linear", {"out_features": 512}),
        ("relu2", "ReLU", {}),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(last, 7 * STEP)
    return drawing.document


def lenet5() -> Document:
    drawing = Drawing(
        "LeNet-5",
        "LeCun, Bottou, Bengio and Haffner 1998, in its common form: C3 sees every map of S2, "
        "the pooling has no trainable coefficients and the output is a linear layer.",
        epochs=20,
        learning_rate=0.002,
    )
    last = drawing.chain(
        None,
        ("image", "Input", {"shape": [1, 32, 32]}),
        ("c1", "Conv2d", {"out_channels": 6, "kernel_size": 5}),
        ("tanh1", "Tanh", {}),
        ("s2", "AvgPool2d", {}),
        ("c3", "Conv2d", {"out_channels": 16, "kernel_size": 5}),
        ("tanh2", "Tanh", {}),
        ("s4", "AvgPool2d", {}),
        ("flatten", "Flatten", {}),
        ("c5", "Linear", {"out_features": 120}),
        ("tanh3", "Tanh", {}),
        ("f6", "Linear", {"out_features": 84}),
        ("tanh4", "Tanh", {}),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(last, 13 * STEP)
    return drawing.document


EXAMPLES = {"mlp": mlp, "lenet5": lenet5}


def main() -> None:
    folder = Path(__file__).parent
    for name, draw in EXAMPLES.items():
        save(draw(), folder / f"{name}.loom")


if __name__ == "__main__":
    main()
