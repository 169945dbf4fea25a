"""The lecture's worked convolution, through a drawn graph: an X of +1 on -1 meets a diagonal kernel."""

from __future__ import annotations

import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document

KERNEL = [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
CONVOLVED = """
 0.77 -0.11  0.11  0.33  0.55 -0.11  0.33
-0.11  1.00 -0.11  0.33 -0.11  0.11 -0.11
 0.11 -0.11  1.00 -0.33  0.11 -0.11  0.55
 0.33  0.33 -0.33  0.55 -0.33  0.33  0.33
 0.55 -0.11  0.11 -0.33  1.00 -0.11  0.11
-0.11  0.11 -0.11  0.33 -0.11  1.00 -0.11
 0.33 -0.11  0.55  0.33  0.11 -0.11  0.77
"""
POOLED = """
1.00 0.33 0.55 0.33
0.33 1.00 0.33 0.55
0.55 0.33 1.00 0.11
0.33 0.55 0.11 0.77
"""


def lecture_image() -> torch.Tensor:
    image = -torch.ones(1, 1, 9, 9)
    for place in range(1, 8):
        image[0, 0, place, place] = image[0, 0, place, 8 - place] = 1
    return image


def lecture_drawing() -> Document:
    document = Document("Lecture")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [1, 9, 9]}, name="image")
        graph.add("Conv2d", {"out_channels": 1, "bias": False}, name="conv")
        graph.add("ReLU", name="relu")
        graph.add("MaxPool2d", {"ceil_mode": True}, name="pool")
        for source, target in (("image", "conv"), ("conv", "relu"), ("relu", "pool")):
            graph.connect(source, target)
        for result in ("conv", "relu", "pool"):
            graph.connect(result, graph.add("Output", name=f"{result}_out"))
    return document


def cut(values: torch.Tensor) -> list[list[int]]:
    """Hundredths, the rest cut off as on the slide."""
    return [[int(value * 100 + (0.001 if value > 0 else -0.001)) for value in row] for row in values[0, 0].tolist()]


def table(text: str) -> list[list[int]]:
    return [[round(float(value) * 100) for value in row.split()] for row in text.strip().splitlines()]


def test_the_lecture_comes_out_to_two_decimals() -> None:
    source = compile_source(lecture_drawing())
    module = build(source)
    with torch.no_grad():
        module.get_parameter("conv.weight").copy_(torch.tensor(KERNEL).view(1, 1, 3, 3) / 9)
        results = dict(zip(source.outputs, module(lecture_image()), strict=True))
    assert cut(results["conv_out"]) == table(CONVOLVED)
    assert cut(results["relu_out"]) == [[max(value, 0) for value in row] for row in table(CONVOLVED)]
    assert cut(results["pool_out"]) == table(POOLED)
