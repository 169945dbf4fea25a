"""Every metric against scikit-learn and numpy, whatever the size of the batches; how it is chosen, watched and told."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.metrics as sk
import torch
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.metrics.catalogue import METRICS, metric_of
from tests.support.training_drawings import classifier, train
from training.errors import TrainingError
from training.methods.watch import watch
from training.metrics.areas import AreaGauge
from training.metrics.metrics import Metrics
from training.protocol import EpochEnded, Failed, Started

SIZES = (1, 7, 32, 1000)


def compared(kind: str, prediction: tuple[Any, ...], target: tuple[Any, ...], dtype: str, **fields: Any) -> Document:
    """A drawing that compares an Input with a Target, and has nothing to learn."""
    document = Document("Compared")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": prediction}, name="guess")
        model.add("Target", {"shape": target, "dtype": dtype}, name="truth")
        model.add(kind, fields, name="cost")
        model.connect("guess", "cost", "prediction")
        model.connect("truth", "cost", "target")
        document.set_training(metrics="all")
    return document


def figures(document: Document, prediction: Tensor, target: Tensor, size: int) -> dict[str, float | None]:
    """All metrics of the only objective, counted in batches of so many samples."""
    metrics = Metrics(document, compile_source(document), [prediction, target])
    counted = metrics.judging.begin(metrics.judging.all)
    loss = torch.tensor(0.0)
    for guess, truth in zip(prediction.split(size), target.split(size), strict=True):
        counted.add({"cost": (loss, guess, truth)})
    return counted.figures()


def expect(document: Document, prediction: Tensor, target: Tensor, expected: dict[str, float]) -> None:
    for size in SIZES:
        found = figures(document, prediction, target, size)
        assert set(found) == set(expected), size
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=1e-6, abs=1e-9), (name, size)


def class_figures(scores: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> dict[str, float]:
    guess = scores.argmax(1)
    options = {"average": "macro", "zero_division": 0.0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class is predicted that is never true
        balanced = sk.balanced_accuracy_score(truth, guess)
    return {
        "balanced_accuracy": balanced,
        "precision": sk.precision_score(truth, guess, **options),
        "recall": sk.recall_score(truth, guess, **options),
        "f1": sk.f1_score(truth, guess, **options),
    }


def test_classes_have_the_figures_of_scikit_learn() -> None:
    """With a class that is never true and one that is never predicted."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(101, 7, generator=generator)
    target = torch.randint(0, 6, (101,), generator=generator)
    scores[:, 2] = -9.0
    expected = class_figures(scores.numpy(), target.numpy())
    every = range(7)
    expected["top3_accuracy"] = sk.top_k_accuracy_score(target, scores, k=3, labels=every)
    expected["top5_accuracy"] = sk.top_k_accuracy_score(target, scores, k=5, labels=every)
    shares = scores.softmax(1)
    areas = [sk.roc_auc_score(target.eq(place), shares[:, place]) for place in range(6)]
    expected["roc_auc"] = float(np.mean(areas))
    document = compared("CrossEntropy", (7,), (), "int64")
    expect(document, scores, target, expected)


def test_ignored_labels_do_not_count_and_class_weights_have_a_figure_of_their_own() -> None:
    generator = torch.Generator().manual_seed(1)
    scores, target = torch.randn(90, 4, generator=generator), torch.randint(0, 4, (90,), generator=generator)
    target[::5] = 3
    weights = (1.0, 2.5, 0.5, 0.0)
    kept = target.ne(3)
    truth, shown = target[kept].numpy(), scores[kept]
    by_class = np.asarray(weights)[truth]
    expected = class_figures(shown.numpy(), truth)
    expected["weighted_accuracy"] = sk.accuracy_score(truth, shown.argmax(1), sample_weight=by_class)
    expected["top3_accuracy"] = sk.top_k_accuracy_score(truth, shown, k=3, labels=range(4))
    shares = shown.softmax(1)
    expected["roc_auc"] = float(np.mean([sk.roc_auc_score(truth == place, shares[:, place]) for place in range(3)]))
    weighted = compared("CrossEntropy", (4,), (), "int64", weight=weights)
    expect(weighted, scores, target, expected)
    del expected["weighted_accuracy"]
    target[~kept] = -7
    expect(compared("CrossEntropy", (4,), (), "int64", ignore_index=-7), scores, target, expected)


def test_yes_and_no_have_the_figures_of_scikit_learn() -> None:
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(77, 1, generator=generator).round(decimals=1)  # rounded: many are equal
    truth = torch.rand(77, 1, generator=generator).lt(0.3).float()
    yes, guess = truth.flatten().numpy(), logits.gt(0).flatten().numpy()
    expected = {
        "balanced_accuracy": sk.balanced_accuracy_score(yes, guess),
        "precision": sk.precision_score(yes, guess),
        "recall": sk.recall_score(yes, guess),
        "f1": sk.f1_score(yes, guess),
        "roc_auc": sk.roc_auc_score(yes, logits.flatten()),
    }
    expect(compared("BCEWithLogits", (1,), (1,), "float32"), logits, truth, expected)
    expect(compared("BCE", (1,), (1,), "float32"), logits.sigmoid(), truth, expected)


def test_pixels_and_masks_have_the_overlap_of_the_whole_set() -> None:
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(33, 3, 6, 5, generator=generator)
    target = torch.randint(0, 3, (33, 6, 5), generator=generator)
    target[0] = -100
    kept = target.ne(-100)
    truth, guess = target[kept].numpy(), scores.argmax(1)[kept].numpy()
    overlap = {
        "balanced_accuracy": sk.balanced_accuracy_score(truth, guess),
        "iou": sk.jaccard_score(truth, guess, average="macro"),
        "dice": sk.f1_score(truth, guess, average="macro"),
    }
    expect(compared("CrossEntropy", (3, 6, 5), (6, 5), "int64"), scores, target, overlap)
    expect(
        compared("Dice", (3, 6, 5), (6, 5), "int64"), scores, target, {**overlap, "accuracy": (truth == guess).mean()}
    )
    mask = torch.rand(33, 2, 6, 5, generator=generator).lt(0.4).float()
    logits = scores[:, :2]
    channels = [(mask[:, place].flatten().numpy(), logits[:, place].gt(0).flatten().numpy()) for place in range(2)]
    parts = {"iou": sk.jaccard_score, "dice": sk.f1_score}
    masks = {name: float(np.mean([score(*channel) for channel in channels])) for name, score in parts.items()}
    expect(compared("Dice", (2, 6, 5), (2, 6, 5), "float32"), logits, mask, masks | rates(channels))
    expect(compared("BCEWithLogits", (2, 6, 5), (2, 6, 5), "float32"), logits, mask, masks | rates(channels))


def rates(channels: list[tuple[Any, Any]]) -> dict[str, float]:
    scores = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}
    return {name: float(np.mean([score(*channel) for channel in channels])) for name, score in scores.items()}


def test_tokens_have_perplexity_and_whole_sequences() -> None:
    generator = torch.Generator().manual_seed(4)
    scores, target = torch.randn(25, 4, 9, generator=generator), torch.randint(0, 4, (25, 9), generator=generator)
    scores += 4.0 * torch.nn.functional.one_hot(target, 4).movedim(-1, 1)
    target[:, 6:] = -100
    target[4] = -100
    kept = target.ne(-100)
    truth, shown = target[kept].numpy(), scores.movedim(1, -1)[kept]
    logs = shown.double().log_softmax(1).numpy()[np.arange(len(truth)), truth]
    whole = (scores.argmax(1).eq(target) | ~kept).all(1)[kept.any(1)]
    assert 0 < float(whole.float().mean()) < 1
    expected = class_figures(shown.numpy(), truth) | {
        "top3_accuracy": sk.top_k_accuracy_score(truth, shown, k=3, labels=range(4)),
        "perplexity": float(np.exp(-logs.mean())),
        "sequence_accuracy": float(whole.double().mean()),
    }
    expect(compared("CrossEntropy", (4, 9), (9,), "int64"), scores, target, expected)
    expect(compared("NLL", (4, 9), (9,), "int64"), scores.log_softmax(1), target, expected)


def test_numbers_have_the_figures_of_scikit_learn() -> None:
    """Also where they lie far from zero, which squares in 32 bits would not survive."""
    generator = torch.Generator().manual_seed(5)
    truth = 1e4 + torch.randn(83, 1, generator=generator)
    guess = truth + 0.3 * torch.randn(83, 1, generator=generator)
    exact = truth.double(), guess.double()
    expected = {
        "mae": sk.mean_absolute_error(*exact),
        "rmse": sk.root_mean_squared_error(*exact),
        "r2": sk.r2_score(*exact),
    }
    expect(compared("MSE", (1,), (1,), "float32"), guess, truth, expected)
    several, wide = torch.randn(83, 2, 3, generator=generator), torch.randn(83, 2, 3, generator=generator)
    rows = several.flatten(1).double(), wide.flatten(1).double()
    expected = {
        "mae": sk.mean_absolute_error(*rows),
        "rmse": float((rows[0] - rows[1]).square().mean().sqrt()),
        "r2": sk.r2_score(*rows, multioutput="variance_weighted"),
    }
    expect(compared("SmoothL1", (2, 3), (2, 3), "float32"), wide, several, expected)


def test_what_cannot_be_told_is_none_and_not_a_number_made_up() -> None:
    document = compared("MSE", (1,), (1,), "float32")
    alike = figures(document, torch.ones(4, 1), torch.ones(4, 1), 2)
    assert alike == {"mae": 0.0, "rmse": 0.0, "r2": None}
    assert figures(document, torch.full((4, 1), torch.nan), torch.ones(4, 1), 2)["mae"] is None
    ignored = figures(compared("CrossEntropy", (4,), (), "int64"), torch.ones(3, 4), torch.full((3,), -100), 2)
    assert set(ignored.values()) == {None}
    one_kind = figures(compared("BCEWithLogits", (1,), (1,), "float32"), torch.ones(4, 1), torch.ones(4, 1), 3)
    assert one_kind["roc_auc"] is None
    unknown = figures(compared("CrossEntropy", (6,), (), "int64"), torch.full((3, 6), torch.nan), torch.arange(3), 2)
    assert unknown["top3_accuracy"] == 0.0, "scores that are not numbers are not right answers"


@pytest.mark.parametrize("size", [4, 9])
def test_the_area_keeps_the_scores_of_the_first_samples_and_says_so(size: int) -> None:
    document = compared("CrossEntropy", (3,), (), "int64")
    scores, target = torch.randn(20, 3, generator=torch.Generator().manual_seed(6)), torch.arange(20) % 3
    metrics = Metrics(document, compile_source(document), [scores, target])
    gauge, first = AreaGauge(metrics.judging.answers["cost"], most=40), AreaGauge(metrics.judging.answers["cost"])
    for guess, truth in zip(scores.split(size), target.split(size), strict=True):
        gauge.add(guess, truth)
    first.add(scores[:13], target[:13])
    assert gauge.counts() == first.counts()
    assert gauge.notice == "roc_auc looks at the scores of the first samples: 39 of 60 scores."
    assert not first.notice


def two_objectives(**training: Any) -> Document:
    document = classifier(**training)
    model = document.model
    with document.edit("More"):
        model.add("CrossEntropy", name="again")
        model.connect("scores", "again", "prediction")
        model.connect("label", "again", "target")
    return document


def test_each_objective_has_its_own_metrics_by_name_and_one_of_them_can_be_watched(tmp_path: Path) -> None:
    events = train(two_objectives(monitor="f1_again", metrics="few", epochs=2), tmp_path / "run")
    started = next(event for event in events if isinstance(event, Started))
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert started.metrics == ["loss", "again", "entropy", "accuracy_again", "accuracy_entropy"]
    assert started.judged == ["f1_again"]
    values = [epoch.validation["f1_again"] for epoch in epochs]
    best = max(range(2), key=lambda place: values[place] or 0.0)
    assert [epoch.best for epoch in epochs] == [True, best == 1]
    assert "f1_entropy" not in epochs[0].validation


def test_the_weights_come_out_the_same_whatever_is_measured(tmp_path: Path) -> None:
    for which in ("few", "all"):
        train(classifier(metrics=which), tmp_path / which)
    assert (tmp_path / "few" / "best.safetensors").read_bytes() == (tmp_path / "all" / "best.safetensors").read_bytes()


def test_a_metric_that_cannot_be_watched_is_refused(tmp_path: Path) -> None:
    failed = train(classifier(monitor="mae"), tmp_path / "a")[-1]
    assert isinstance(failed, Failed)
    assert "names 'mae', which is not measured here; set it to one of loss, accuracy, f1, balanced" in failed.message
    failed = train(classifier(monitor="f1", validation=0.0), tmp_path / "b")[-1]
    assert isinstance(failed, Failed)
    assert "'f1', which is measured on validation samples alone, and there are none; raise validation" in failed.message


def test_every_metric_has_a_direction_that_early_stopping_goes_by() -> None:
    document = compared("MSE", (1,), (1,), "float32")
    metrics = Metrics(document, compile_source(document), [torch.zeros(2, 1), torch.zeros(2, 1)])
    assert watch("rmse", metrics, validates=True).cost({}, {"rmse": 2.0}) == 2.0
    assert watch("r2", metrics, validates=True).cost({}, {"r2": 0.5}) == -0.5
    with pytest.raises(TrainingError):
        watch("r2", metrics, validates=False)
    falling = {name for name, metric in METRICS.items() if not metric.rises}
    assert falling == {"mae", "rmse", "perplexity"}
    assert all(metric.meaning().endswith(".") for metric in METRICS.values())
    manual = (Path(__file__).parents[2] / "docs" / "manual" / "training.md").read_text(encoding="utf-8")
    assert not [name for name in METRICS if f"`{name}`" not in manual], "the manual names every metric"
    assert metric_of("accuracy_entropy") is METRICS["accuracy"]
    assert metric_of("loss") is None
