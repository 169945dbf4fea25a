"""The larger networks: steps against modules and loops written by hand, ONNX, and compiling a long drawing."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.handwritten import LSTMReader, ResNet18, UNet
from benchmarks.module import ratio
from compiler.to_onnx.model import emit
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import load

EXAMPLES = Path(__file__).parent.parent / "examples"


def lstm_reader() -> Document:
    """An LSTM over 28 rows of 28 pixels and a linear layer on its outputs."""
    document = Document("LSTM reader")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [28, 28]}, name="image")
        graph.add("LSTM", name="lstm")
        graph.add("Linear", name="scores")
        graph.add("Output", name="out")
        for source, target in (("image", "lstm"), ("lstm", "scores"), ("scores", "out")):
            graph.connect(source, target)
    return document


class ScanReader(nn.Module):
    """The loop of examples/drawn_lstm.loom, written by hand around the generated cell."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.scan, self.scores = module.get_submodule("scan"), module.get_submodule("scores")

    def forward(self, image: Tensor) -> Tensor:
        a = c = image.new_zeros((image.size(0), 64))
        for x_t in image.unbind(1):
            a, c = self.scan(x_t, a, c)
        return self.scores(a)


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    torch.manual_seed(0)
    return [*_steps(), *_emits(), _compile()]


def _steps() -> list[dict[str, Any]]:
    cases: list[tuple[str, Document, type[nn.Module], tuple[int, ...]]] = [
        ("resnet18", load(EXAMPLES / "resnet18.loom"), ResNet18, (2, 3, 224, 224)),
        ("unet", load(EXAMPLES / "unet.loom"), UNet, (1, 1, 188, 188)),
        ("lstm", lstm_reader(), LSTMReader, (64, 28, 28)),
    ]
    found = []
    for name, document, reference, shape in cases:
        ours, theirs = build(compile_source(document)), reference()
        theirs.load_state_dict(ours.state_dict())
        found.append(_step(name, ours, theirs, shape))
    ours = build(compile_source(load(EXAMPLES / "drawn_lstm.loom")))
    return [*found, _step("scan of a drawn LSTM", ours, ScanReader(ours), (64, 8, 8))]


def _step(name: str, ours: nn.Module, theirs: nn.Module, shape: tuple[int, ...]) -> dict[str, Any]:
    image = torch.randn(shape)

    def step(module: nn.Module) -> None:
        module.zero_grad()
        module(image).square().mean().backward()

    # A step of a large network is long enough to be a measurement, but each is disturbed: many, in turns.
    rounds, runs = (100, 1) if len(shape) == 4 else (40, 5)
    value = ratio(lambda: step(ours), lambda: step(theirs), rounds, runs)
    return {
        "what": f"{name}: train step / written by hand",
        "value": value,
        "limit": 1.02,
        "unit": "x",
        "ok": value <= 1.02,
    }


def _emits() -> list[dict[str, Any]]:
    found = []
    for name, limit in (("resnet18", 500.0), ("resnet50", 1000.0)):
        document = load(EXAMPLES / f"{name}.loom")
        state = {key: value.numpy() for key, value in build(compile_source(document)).state_dict().items()}
        value = 1000 * min(_seconds(document, state) for _ in range(3))
        found.append({"what": f"{name}: ONNX emit", "value": value, "limit": limit, "unit": "ms", "ok": value <= limit})
    return found


def _seconds(document: Document, state: dict[str, Any]) -> float:
    began = perf_counter()
    emit(document, state)
    return perf_counter() - began


def _compile() -> dict[str, Any]:
    document = Document("Long")
    graph = document.model
    with document.edit("Draw"):
        last = graph.add("Input", {"shape": [8, 32, 32]})
        for place in range(998):
            kind = ("Conv2d", "BatchNorm2d", "ReLU")[place % 3]
            name = graph.add(kind, {"out_channels": 8 + place % 7, "padding": 1} if kind == "Conv2d" else {})
            graph.connect(last, name)
            last = name
        graph.connect(last, graph.add("Output"))
    times = []
    for _ in range(5):
        began = perf_counter()
        compile_source(document)
        times.append(perf_counter() - began)
    value = 1000 * min(times)
    return {"what": "compile of a 1,000-node drawing", "value": value, "limit": 150.0, "unit": "ms", "ok": value <= 150}


if __name__ == "__main__":
    for row in rows():
        print(row)
