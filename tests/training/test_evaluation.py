"""What ``layerloom evaluate`` says of a run: on which samples, every metric, and which classes were taken for which."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.metrics as sk
import torch

import layerloom
from graph.document import Document
from graph.storage.loom import save
from tests.support.training_drawings import classifier, train
from tests.support.typed import known
from training.checkpoints.checkpoint import load_run_module
from training.cli.evaluation import as_lines
from training.results.evaluate import evaluation
from training.runs.runs import read_run


def layer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[str, str]:
    assert layerloom.main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two columns, of which the first tells the size, and sometimes not."""
    generator = np.random.default_rng(0)
    rows = [f"{n},{n % 5},{'small,medium,large'.split(',')[(n + generator.integers(0, 9)) // 34]}" for n in range(90)]
    path = tmp_path / "sizes.csv"
    path.write_text("a,b,size\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_a_run_is_measured_on_the_samples_it_validated_on(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures are those of the best epoch, to the last digit, and of scikit-learn."""
    settings = {"data": str(table), "epochs": 8, "batch_size": 7, "validation": 0.4, "monitor": "f1", "metrics": "all"}
    train(classifier(shape=(2,), classes=3, **known(settings)), tmp_path / "run")
    best = [epoch for epoch in read_run(tmp_path / "run").epochs if epoch.best][-1]
    out, _ = layer(capsys, "evaluate", tmp_path / "run", "--json")
    found = json.loads(out)
    assert found["part"] == "validation"
    assert (found["samples"], found["epoch"], found["weights"]) == (36, best.epoch, "best")
    assert found["figures"] == pytest.approx(best.validation)
    assert found["loss"] == found["figures"]["loss"], "the figures are also there by themselves"
    entry = found["objectives"]["entropy"]
    confusion = np.array(entry["confusion_matrix"])
    assert confusion.sum() == 36
    assert sorted(entry["classes"]) == ["large", "medium", "small"]
    assert np.trace(confusion) / 36 == pytest.approx(found["figures"]["accuracy"])
    truth, guess = (np.repeat(np.indices((3, 3))[axis].ravel(), confusion.ravel()) for axis in (0, 1))
    for figure, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        expected = score(truth, guess, average=None, labels=range(3), zero_division=0.0)
        assert [row[figure] for row in entry["per_class"]] == pytest.approx(list(expected))
        assert found["figures"][figure] == pytest.approx(float(np.mean(expected)))
    assert found["meanings"]["f1"].startswith("The harmonic mean")
    out, _ = layer(capsys, "evaluate", tmp_path / "run")
    lines = out.splitlines()
    assert lines[0].endswith(f"{table}, its validation samples.")
    at = lines.index("Confusion matrix of entropy: a row for each true class, a column for each predicted one")
    assert lines[at + 1].split() == entry["classes"]
    for name, row, line in zip(entry["classes"], entry["confusion_matrix"], lines[at + 2 :], strict=False):
        assert line.split() == [name, *(str(count) if count else "." for count in row)]


def test_test_samples_come_first_and_every_objective_is_judged(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    arrays: dict[str, Any] = {}
    for part, count in (("", 40), ("_test", 13)):
        image = generator.random((count, 4), np.float32)
        arrays |= {f"image{part}": image, f"kind{part}": np.arange(count) % 3, f"size{part}": image[:, :2].copy()}
    np.savez(tmp_path / "data.npz", **arrays)
    document = Document("Two")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (4,)}, name="image")
        model.add("Target", name="kind")
        model.add("Target", {"shape": (2,), "dtype": "float32"}, name="size")
        for name, width, objective, target in (("k", 3, "CrossEntropy", "kind"), ("s", 2, "MSE", "size")):
            model.add("Linear", {"out_features": width}, name=name)
            model.add(objective, name=f"of_{target}")
            model.connect("image", name)
            model.connect(name, f"of_{target}", "prediction")
            model.connect(target, f"of_{target}", "target")
        model.add("Output", name="kinds")
        model.connect("k", "kinds")
        model.add("Output", name="sizes")
        model.connect("s", "sizes")
        document.set_training(data=str(tmp_path / "data.npz"), epochs=1, batch_size=8)
    train(document, tmp_path / "run")
    found = evaluation(tmp_path / "run")
    assert (found["part"], found["samples"]) == ("test", 13)
    module = load_run_module(tmp_path / "run")
    with torch.no_grad():
        kinds, sizes = module(torch.from_numpy(arrays["image_test"]))
    figures = found["figures"]
    assert figures["accuracy"] == pytest.approx(sk.accuracy_score(arrays["kind_test"], kinds.argmax(1)))
    assert figures["f1"] == pytest.approx(sk.f1_score(arrays["kind_test"], kinds.argmax(1), average="macro"))
    assert figures["mae"] == pytest.approx(sk.mean_absolute_error(arrays["size_test"], sizes), rel=1e-5)
    assert figures["r2"] == pytest.approx(
        sk.r2_score(arrays["size_test"], sizes, multioutput="variance_weighted"), rel=1e-5
    )
    assert found["objectives"]["of_size"]["figures"] == ["mae", "rmse", "r2"]
    assert "confusion_matrix" not in found["objectives"]["of_size"]
    assert found["objectives"]["of_kind"]["classes"] == ["0", "1", "2"]


def test_a_run_that_has_nothing_to_be_measured_on_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    document = classifier(shape=(2,), classes=3, data=str(table), epochs=1, validation=0.0)
    save(document, tmp_path / "m.loom")
    layer(capsys, "train", tmp_path / "m.loom", "--run-dir", tmp_path / "run")
    assert layerloom.main(["evaluate", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert "has no test samples, and the run held none back to validate on" in error
    assert "or name other data with --data." in error


def test_many_classes_are_printed_as_what_is_mistaken_most() -> None:
    table = [[0] * 30 for _ in range(30)]
    table[3][8], table[2][2] = 12, 5
    rows = [{"class": "x", "precision": None, "recall": 0.5, "f1": 0.25, "samples": 0, "predicted": 1}] * 30
    entry = {"classes": [f"class {n}" for n in range(30)], "confusion_matrix": table, "per_class": rows}
    found = {"run": "r", "weights": "best", "epoch": None, "data": "d", "part": "test", "samples": 17}
    lines = as_lines({**found, "figures": {"loss": None}, "objectives": {"cost": entry}})
    assert "loss: no finite number" in lines
    assert "Most often mistaken in cost: class 3 for class 8 (12)" in lines
    assert not any(line.startswith("Confusion matrix") for line in lines)
