"""A step of the compiled module against the same module written by hand, and ONNX against torch's exporter."""

from __future__ import annotations

import io
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.handwritten import MLP, LeNet5
from benchmarks.memory import peak_bytes
from compiler.to_onnx.model import emit
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.storage.loom import load

EXAMPLES = Path(__file__).parent.parent / "examples"
ROUNDS = 40


def rows() -> list[dict[str, Any]]:
    """The ratios; each pair is timed turn by turn in one run."""
    torch.manual_seed(0)
    found = []
    for name, reference in (("mlp", MLP), ("lenet5", LeNet5)):
        found += _steps(name, reference())
    return [*found, *_onnx()]


def _steps(name: str, theirs: nn.Module) -> list[dict[str, Any]]:
    document = load(EXAMPLES / f"{name}.loom")
    ours = build(compile_source(document))
    theirs.load_state_dict(ours.state_dict())
    image = torch.randn(document.types()["image"][0].sized({"N": 64}))
    label = torch.randint(0, 10, (64,))

    def forward(module: nn.Module) -> Callable[[], None]:
        def run() -> None:
            with torch.no_grad():
                module(image)

        return run

    def train(module: nn.Module) -> Callable[[], None]:
        def run() -> None:
            module.zero_grad()
            F.cross_entropy(module(image), label).backward()

        return run

    found = []
    for what, make in (("forward", forward), ("train", train)):
        mine, other = make(ours), make(theirs)
        found.append(_row(f"{name}: {what} step / written by hand", ratio(mine, other), 1.02))
        ours.zero_grad()
        theirs.zero_grad()
        memory = peak_bytes(mine) / peak_bytes(other)
        found.append(_row(f"{name}: peak memory of the {what} step / written by hand", memory, 1.0))
    return found


def _onnx() -> list[dict[str, Any]]:
    document = load(EXAMPLES / "lenet5.loom")
    module = build(compile_source(document)).eval()
    state = {key: value.numpy() for key, value in module.state_dict().items()}
    emit(document, state)
    ours = min(_seconds(lambda: emit(document, state)) for _ in range(10))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = min(_seconds(lambda: _torch_export(module)) for _ in range(2))
    return [
        {"what": "lenet5: ONNX emit", "value": ours * 1000, "limit": 10.0, "unit": "ms", "ok": ours * 1000 <= 10},
        {
            "what": "lenet5: torch.onnx.export / ONNX emit",
            "value": theirs / ours,
            "limit": 100.0,
            "unit": "x, at least",
            "ok": theirs / ours >= 100,
        },
    ]


def _torch_export(module: nn.Module) -> None:
    image = torch.randn(2, 1, 32, 32)
    written: Any = io.BytesIO()  # which torch takes, and its types do not say
    torch.onnx.export(module, (image,), written, verbose=False)


def ratio(ours: Callable[[], None], theirs: Callable[[], None], rounds: int = ROUNDS, runs: int = 5) -> float:
    """Median over rounds of our time over theirs; each round takes the best of ``runs`` of both, in turn first."""
    for _ in range(5):
        ours()
        theirs()
    ratios = []
    for number in range(rounds):
        pair = (ours, theirs) if number % 2 else (theirs, ours)
        seconds = {run: min(_seconds(run) for _ in range(runs)) for run in pair}
        ratios.append(seconds[ours] / seconds[theirs])
    return statistics.median(ratios)


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _row(what: str, value: float, limit: float) -> dict[str, Any]:
    return {"what": what, "value": value, "limit": limit, "unit": "x", "ok": value <= limit}


if __name__ == "__main__":
    for row in rows():
        print(row)
