"""Figures over a set do not depend on the batch size: they are what one batch of all of it gives."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from training.data.feed import Feed
from training.metrics.measure import measure
from training.metrics.metrics import Metrics

SAMPLES = 65  # a last batch of one for 64, of two for 7
BATCH_SIZES = (1, 7, 64, SAMPLES)
CLASSES = 4


def drawing(*objectives: tuple[str, dict[str, Any]], shape: tuple[int, ...] = (CLASSES,), **ports: str) -> Document:
    """Objectives on the input ``x``, scaled by learned numbers, and on one more input for each of ``ports``."""
    document = Document("Means")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": shape}, name="x")
        model.add("PReLU", {"num_parameters": 1}, name="scaled")
        model.connect("x", "scaled")
        for port, text in ports.items():
            sizes, _, dtype = text.partition(" ")
            values = {"shape": [int(size) for size in sizes.split(",") if size], "dtype": dtype or "float32"}
            model.add("Input", values, name=f"the_{port}")
        for place, (kind, parameters) in enumerate(objectives):
            model.add(kind, parameters, name=f"objective{place}")
            model.connect("scaled", f"objective{place}", model.node(f"objective{place}").layer.ports()[0].name)
            for port in ports:
                model.connect(f"the_{port}", f"objective{place}", port)
        document.set_training(metrics="few")
    return document


def figures(document: Document, samples: dict[str, Tensor], batch_size: int) -> dict[str, float | None]:
    source = compile_source(document)
    module = build(source)
    tensors = [samples[name] for name in [*source.inputs, *source.targets]]
    metrics = Metrics(document, source, tensors)
    found = measure(module, metrics, Feed(tensors, batch_size), torch.arange(SAMPLES))
    assert list(found) == metrics.names
    return found


def whole(document: Document, samples: dict[str, Tensor]) -> tuple[float, nn.Module]:
    """The loss of one batch of all, as the module itself has it."""
    source = compile_source(document)
    module: Any = build(source).eval()
    with torch.no_grad():
        return float(module.loss(*(samples[name] for name in [*source.inputs, *source.targets]))[0]), module


def check(document: Document, samples: dict[str, Tensor]) -> None:
    expected, _ = whole(document, samples)
    for batch_size in BATCH_SIZES:
        found = figures(document, samples, batch_size)
        assert found["loss"] == pytest.approx(expected, rel=1e-6), f"batches of {batch_size}"


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", ["MSE", "L1", "Huber", "SmoothL1", "BCE", "BCEWithLogits"])
def test_element_by_element(kind: str, reduction: str) -> None:
    document = drawing((kind, {"reduction": reduction}), target=f"{CLASSES}")
    x, y = torch.rand(SAMPLES, CLASSES), torch.rand(SAMPLES, CLASSES)
    check(document, {"x": x, "the_target": y})


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("ignored", [None, -1, 2])
@pytest.mark.parametrize("weight", [(), (1.0, 0.25, 0.0, 50.0)])
@pytest.mark.parametrize("kind", ["CrossEntropy", "NLL", "smoothed"])
def test_classes(kind: str, weight: tuple[float, ...], ignored: int | None, reduction: str) -> None:
    parameters: dict[str, Any] = {"reduction": reduction, "weight": weight}
    parameters |= {"ignore_index": ignored} if ignored is not None else {}
    parameters |= {"label_smoothing": 0.2} if kind == "smoothed" else {}
    document = drawing(("NLL" if kind == "NLL" else "CrossEntropy", parameters), target=" int64")
    labels = torch.randint(0, CLASSES, (SAMPLES,))
    if ignored is not None:
        labels[torch.rand(SAMPLES) < 0.6] = ignored
    samples = {"x": torch.randn(SAMPLES, CLASSES).log_softmax(1), "the_target": labels}
    check(document, samples)
    _, module = whole(document, samples)
    kept = labels != (-100 if ignored is None else ignored)
    kept &= torch.tensor([not weight or weight[label] > 0 for label in labels.tolist()])
    right = module.get_submodule("scaled")(samples["x"]).argmax(1) == labels
    for batch_size in BATCH_SIZES:
        found = figures(document, samples, batch_size)
        assert found["accuracy"] == pytest.approx(float((right & kept).sum() / kept.sum()), rel=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weight", [(), (1.0, 0.25, 3.0, 50.0)])
def test_class_probabilities(weight: tuple[float, ...], reduction: str) -> None:
    document = drawing(("CrossEntropy", {"reduction": reduction, "weight": weight}), target=f"{CLASSES}")
    check(document, {"x": torch.randn(SAMPLES, CLASSES), "the_target": torch.rand(SAMPLES, CLASSES).softmax(1)})


@pytest.mark.parametrize("smooth", [0.0, 1.0])
@pytest.mark.parametrize("target", ["6,5 int64", f"{CLASSES},6,5"])
def test_dice(target: str, smooth: float) -> None:
    document = drawing(("Dice", {"smooth": smooth, "ignore_index": 255}), shape=(CLASSES, 6, 5), target=target)
    mask = torch.randint(0, CLASSES, (SAMPLES, 6, 5))
    mask[torch.rand(SAMPLES, 6, 5) < 0.3] = 255
    values = mask if "int64" in target else torch.rand(SAMPLES, CLASSES, 6, 5).round()
    check(document, {"x": torch.randn(SAMPLES, CLASSES, 6, 5), "the_target": values})


@pytest.mark.parametrize("reduction", ["batchmean", "sum"])
def test_divergence(reduction: str) -> None:
    document = drawing(("KLDivergence", {"reduction": reduction}), target=f"{CLASSES}")
    x, y = torch.randn(SAMPLES, CLASSES).log_softmax(1), torch.randn(SAMPLES, CLASSES).softmax(1)
    check(document, {"x": x, "the_target": y})


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_divergence_from_the_standard_normal(reduction: str) -> None:
    document = drawing(("KLStandardNormal", {"reduction": reduction}), logvar=f"{CLASSES}")
    check(document, {"x": torch.randn(SAMPLES, CLASSES), "the_logvar": torch.randn(SAMPLES, CLASSES)})


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_labels_without_alignment(reduction: str) -> None:
    parameters = {"reduction": reduction, "zero_infinity": True}
    ports = {"target": "3 int64", "input_lengths": " int64", "target_lengths": " int64"}
    document = drawing(("CTC", parameters), shape=(6, CLASSES), **ports)
    samples = {
        "x": torch.randn(SAMPLES, 6, CLASSES).log_softmax(2),
        "the_target": torch.randint(1, CLASSES, (SAMPLES, 3)),
        "the_input_lengths": torch.randint(1, 7, (SAMPLES,)),
        "the_target_lengths": torch.randint(0, 4, (SAMPLES,)),
    }
    check(document, samples)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_distances_between_embeddings(reduction: str) -> None:
    x, y, z = torch.randn(3, SAMPLES, CLASSES).unbind()
    marks = torch.randint(0, 2, (SAMPLES,)) * 2.0 - 1
    pairs = drawing(("CosineEmbedding", {"reduction": reduction}), other=f"{CLASSES}", target="")
    check(pairs, {"x": x, "the_other": y, "the_target": marks})
    triplets = drawing(("Triplet", {"reduction": reduction}), positive=f"{CLASSES}", negative=f"{CLASSES}")
    check(triplets, {"x": x, "the_positive": y, "the_negative": z})


def test_the_total_is_the_weighted_sum_of_the_objectives() -> None:
    document = drawing(
        ("CrossEntropy", {"loss_weight": 0.3, "ignore_index": -1}),
        ("CrossEntropy", {"reduction": "sum", "loss_weight": 0.01, "ignore_index": -1}),
        ("NLL", {"weight": (1.0, 2.0, 0.0, 9.0), "loss_weight": 5.0, "ignore_index": -1}),
        target=" int64",
    )
    labels = torch.where(torch.rand(SAMPLES) < 0.6, -1, torch.randint(0, CLASSES, (SAMPLES,)))
    samples = {"x": torch.randn(SAMPLES, CLASSES).log_softmax(1), "the_target": labels}
    check(document, samples)
    for batch_size in BATCH_SIZES:
        found: Any = figures(document, samples, batch_size)
        parts = 0.3 * found["objective0"] + 0.01 * found["objective1"] + 5.0 * found["objective2"]
        assert found["loss"] == pytest.approx(parts, rel=1e-9)


def test_a_computed_target_is_counted_too() -> None:
    document = drawing(("CrossEntropy", {"ignore_index": -1}), target=" int64")
    with document.edit("Take the first of three"):
        document.model.set("the_target", shape=(3,))
        document.model.add("Select", {"dim": 1, "index": 0}, name="first")
        document.model.connect("the_target", "first")
        document.model.connect("first", "objective0", "target")
    labels = torch.where(torch.rand(SAMPLES, 3) < 0.6, -1, torch.randint(0, CLASSES, (SAMPLES, 3)))
    check(document, {"x": torch.randn(SAMPLES, CLASSES), "the_target": labels})
