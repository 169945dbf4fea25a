"""Every example opens, keeps its published figures, computes what a hand-written module computes, and exports."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from benchmarks import handwritten
from compiler.module import build
from compiler.onnx_export import export
from compiler.source import compile_source
from graph.checks import check
from graph.files import dumps, load
from graph.summary import summarize

FOLDER = Path(__file__).parent.parent / "examples"
EXAMPLES = sorted(FOLDER.glob("*.loom"))
FIGURES = {
    "mlp": (669_706, 668_672),
    "lenet5": (61_706, 416_520),
}
HANDWRITTEN: dict[str, type[nn.Module]] = {"mlp": handwritten.MLP, "lenet5": handwritten.LeNet5}


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


@each(EXAMPLES)
def test_an_example_opens_without_errors(path: Path) -> None:
    document = load(path)
    assert [problem.message for problem in check(document) if problem.severity == "error"] == []
    assert dumps(document) == path.read_text(encoding="utf-8")
    assert document.notes


@pytest.mark.parametrize("name", FIGURES)
def test_an_example_keeps_its_figures(name: str) -> None:
    figures = summarize(load(FOLDER / f"{name}.loom"))
    parameters, macs = FIGURES[name]
    assert figures.parameters == parameters
    assert macs is None or figures.macs == macs


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_an_example_equals_the_module_written_by_hand(name: str) -> None:
    """Outputs, and gradients of their sum of squares, bit for bit."""
    document = load(FOLDER / f"{name}.loom")
    torch.manual_seed(0)
    ours = build(compile_source(document))
    theirs = HANDWRITTEN[name]()
    theirs.load_state_dict(ours.state_dict())
    (kind,) = document.types()["image"]
    image = torch.randn(kind.sized({"N": 2}))
    mine, other = ours(image), theirs(image)
    assert torch.equal(mine, other)
    mine.square().sum().backward()
    other.square().sum().backward()
    for (key, left), (_, right) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert left.grad is not None
        assert right.grad is not None
        assert torch.equal(left.grad, right.grad), key


@each(EXAMPLES)
def test_an_example_exports_verified_onnx(path: Path, tmp_path: Path) -> None:
    report = export(load(path), None, tmp_path / "model.onnx")
    assert len(report.checked) == 2
    assert (tmp_path / "model.onnx").stat().st_size > 0
