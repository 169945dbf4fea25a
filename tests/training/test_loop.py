"""The training loop, its metrics, and going on where it was left."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.training_drawings import classifier, train, write_mnist
from tests.support.typed import as_a, known, there
from training.data.feed import Feed, Split
from training.metrics.measure import measure
from training.metrics.metrics import Means, Metrics, values_of
from training.protocol import (
    EpochEnded,
    Event,
    Failed,
    Finished,
    Notice,
    Pause,
    Paused,
    Progress,
    Resume,
    Resumed,
    Started,
    Stop,
)
from training.runs.runs import read_run


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def same(first: Path, second: Path) -> bool:
    """Whether two runs ended with the very same weights and optimizer state."""
    weights = [load_file(run / "last.safetensors") for run in (first, second)]
    states = [torch.load(next(run.glob("*.pt")), weights_only=True)["optimizer"]["state"] for run in (first, second)]
    tensors = [
        [*weight.values(), *(value for entry in state.values() for value in entry.values())]
        for weight, state in zip(weights, states, strict=True)
    ]
    return len(tensors[0]) >= 8 and all(torch.equal(a, b) for a, b in zip(*tensors, strict=True))


def test_training_learns_the_digits(tmp_path: Path) -> None:
    events = train(classifier(hidden=64, epochs=8), tmp_path / "run")
    assert not of(Failed, events)
    started, finished = of(Started, events)[0], events[-1]
    assert (started.training_samples, started.validation_samples, started.steps_per_epoch) == (1294, 144, 21)
    assert started.metrics == ["loss", "accuracy"]
    assert started.parameters == 64 * 64 + 64 + 64 * 10 + 10
    assert as_a(Finished, finished).reason == "completed"
    assert there(as_a(Finished, finished).results["validation_accuracy"]) > 0.93
    steps = [loss for event in of(Progress, events) for loss in event.losses]
    assert len(steps) == 8 * 21 == of(Progress, events)[-1].step
    assert [event.epoch for event in of(EpochEnded, events)] == list(range(1, 9))


def test_epoch_figures_are_means_over_samples(tmp_path: Path) -> None:
    document = classifier(data=str(write_mnist(tmp_path / "data", samples=50)), batch_size=16, epochs=1, validation=0.0)
    events = train(document, tmp_path / "run")
    losses = of(Progress, events)[-1].losses
    assert len([loss for event in of(Progress, events) for loss in event.losses]) == 4
    everything = [loss for event in of(Progress, events) for loss in event.losses]
    weights = [16, 16, 16, 2]
    assert losses
    mean = sum(loss * count for loss, count in zip(everything, weights, strict=True)) / 50
    assert of(EpochEnded, events)[0].training["loss"] == pytest.approx(mean, rel=1e-5)
    assert of(EpochEnded, events)[0].validation == {}


def test_a_batch_is_what_plain_indexing_gives_with_a_short_last_one() -> None:
    tensors = [torch.randn(10, 3), torch.arange(10)]
    order = torch.randperm(10)
    batches = [[tensor.clone() for tensor in batch] for batch in Feed(tensors, 4).batches(order)]
    assert [len(batch[0]) for batch in batches] == [4, 4, 2]
    for whole, parts in zip(tensors, zip(*batches, strict=True), strict=True):
        assert torch.equal(torch.cat(parts), whole[order])


def test_validation_samples_are_never_trained_on_and_epochs_differ() -> None:
    split = Split(100, 0.25, 7, torch.device("cpu"))
    first, second = split.order(0), split.order(1)
    assert len(split.validation) == 25
    assert sorted([*first.tolist(), *split.validation.tolist()]) == list(range(100))
    assert sorted(first.tolist()) == sorted(second.tolist())
    assert not torch.equal(first, second)
    assert torch.equal(first, Split(100, 0.25, 7, torch.device("cpu")).order(0))
    assert not torch.equal(first, Split(100, 0.25, 8, torch.device("cpu")).order(0))


@pytest.mark.parametrize(("samples", "held"), [(1, 0), (2, 1), (3, 1), (1000, 100)])
def test_validation_leaves_something_to_train_on(samples: int, held: int) -> None:
    split = Split(samples, 0.1, 0, torch.device("cpu"))
    assert (len(split.validation), split.training_samples) == (held, samples - held)


def test_several_objectives_are_reported_apart() -> None:
    document = Document("Two heads")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (4,)}, name="x")
        model.add("Target", name="label")
        model.add("Linear", {"out_features": 3}, name="scores")
        model.add("Linear", {"out_features": 4}, name="copy")
        model.add("CrossEntropy", name="entropy")
        model.add("MSE", {"loss_weight": 0.5}, name="distance")
        model.connect("x", "scores")
        model.connect("x", "copy")
        model.connect("scores", "entropy", "prediction")
        model.connect("label", "entropy", "target")
        model.connect("copy", "distance", "prediction")
        model.connect("x", "distance", "target")
    source = compile_source(document)
    batch = [torch.randn(5, 4), torch.tensor([0, 1, 2, 0, 1])]
    metrics, module = Metrics(document, source, batch), build(source)
    measured = metrics.measure(known(module.loss)(*batch))
    means = Means(metrics)
    (values,) = values_of([measured])
    means.add(values, 5)
    row = means.figures()
    assert set(row) == {"loss", "entropy", "distance", "accuracy"}
    assert row["loss"] == pytest.approx(there(row["entropy"]) + 0.5 * there(row["distance"]))
    correct = (known(module.scores)(batch[0]).argmax(1) == batch[1]).float().mean()
    assert row["accuracy"] == pytest.approx(float(correct))
    assert not any(number.requires_grad for part in measured for number in part)


@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
def test_resuming_equals_never_having_stopped_bit_for_bit(tmp_path: Path, optimizer: str) -> None:
    settings = {"optimizer": optimizer, "weight_decay": 0.01}
    train(classifier(epochs=4, **known(settings)), tmp_path / "whole")
    train(classifier(epochs=2, **known(settings)), tmp_path / "parts")
    events = train(classifier(epochs=4, **known(settings)), tmp_path / "parts", resume=True)
    assert of(Started, events)[0].epoch == 2
    assert [event.epoch for event in of(EpochEnded, events)] == [3, 4]
    assert same(tmp_path / "whole", tmp_path / "parts")


def test_a_run_is_resumed_after_its_inputs_were_moved(tmp_path: Path) -> None:
    document = classifier(epochs=1)
    model = document.model
    with document.edit("A twin"):
        model.add("Input", {"shape": [1, 8, 8], "field": "image"}, name="twin", at=(0, 100))
        model.add("Subtract", name="difference")
        model.connect("image", "difference", "x")
        model.connect("twin", "difference", "other")
        model.connect("difference", "flatten")
    before = compile_source(document)
    train(document, tmp_path / "run")
    with document.edit("Move"):
        model.move({"image": (0, 200)})
        document.set_training(epochs=2)
    assert (before.inputs, compile_source(document).inputs) == (("image", "twin"), ("twin", "image"))
    events = train(document, tmp_path / "run", resume=True)
    assert [event.epoch for event in of(EpochEnded, events)] == [2]


@pytest.mark.slow
def test_stopping_in_mid_epoch_and_resuming_equals_never_having_stopped(tmp_path: Path) -> None:
    whole = train(classifier(epochs=3, batch_size=8), tmp_path / "whole")
    commands: queue.Queue[Any] = queue.Queue()
    stopped = train(
        classifier(epochs=3, batch_size=8),
        tmp_path / "parts",
        commands=commands,
        emit=lambda event: commands.put(Stop()) if isinstance(event, Progress) else None,
    )
    assert as_a(Finished, stopped[-1]).reason == "stopped"
    assert 0 < of(Progress, stopped)[-1].step < 3 * 162
    resumed = train(classifier(epochs=3, batch_size=8), tmp_path / "parts", resume=True)
    assert of(Progress, resumed)[0].step > of(Progress, stopped)[-1].step
    assert same(tmp_path / "whole", tmp_path / "parts")
    assert of(EpochEnded, resumed)[-1].training == of(EpochEnded, whole)[-1].training
    assert of(EpochEnded, resumed)[-1].validation == of(EpochEnded, whole)[-1].validation


def test_a_stop_while_validating_is_resumed_with_the_validation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = classifier(epochs=1)
    whole = train(document, tmp_path / "whole")
    commands: queue.Queue[Any] = queue.Queue()

    def stopped_at_once(*arguments: Any, **others: Any) -> Any:
        commands.put(Stop())
        return measure(*arguments, **others)

    with monkeypatch.context() as patch:
        patch.setattr("training.loop.epochs.measure", stopped_at_once)
        first = train(document, tmp_path / "run", commands=commands)
    assert as_a(Finished, first[-1]).reason == "stopped"
    assert of(EpochEnded, first) == []
    assert of(Progress, first)[-1].step == of(Progress, whole)[-1].step
    second = train(document, tmp_path / "run", resume=True)
    assert of(EpochEnded, second)[0].validation == of(EpochEnded, whole)[0].validation
    assert same(tmp_path / "run", tmp_path / "whole")


def test_a_smaller_learning_rate_is_used_when_resumed(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    train(classifier(epochs=2, learning_rate=1e-5), tmp_path / "run", resume=True)
    state = torch.load(next((tmp_path / "run").glob("*.pt")), weights_only=True)
    assert state["optimizer"]["param_groups"][0]["lr"] == 1e-5


def test_resuming_a_finished_run_does_nothing(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    events = train(classifier(epochs=1), tmp_path / "run", resume=True)
    assert of(EpochEnded, events) == []
    assert as_a(Finished, events[-1]).reason == "completed"
    assert as_a(Finished, events[-1]).results["epoch"] == 1


def test_what_may_not_change_on_the_way_is_refused(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    before = (tmp_path / "run" / "document.loom").read_bytes()
    (failed,) = train(classifier(epochs=2, batch_size=32), tmp_path / "run", resume=True)
    assert "was trained with batch_size=64, not 32; resume it with that" in known(failed).message
    (failed,) = train(classifier(epochs=2, hidden=17), tmp_path / "run", resume=True)
    assert "The drawing has changed since" in known(failed).message
    (failed,) = train(classifier(), tmp_path / "run")
    assert "already holds a run; resume it, or choose another directory" in known(failed).message
    (failed,) = train(classifier(), tmp_path / "none", resume=True)
    assert "is not a run" in known(failed).message
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "document.loom").write_bytes(b"a drawing of the user's")
    (failed,) = train(classifier(), tmp_path / "mine")
    assert "already holds a document.loom, which the run would replace" in known(failed).message
    assert (tmp_path / "mine" / "document.loom").read_bytes() == b"a drawing of the user's"
    assert (tmp_path / "run" / "document.loom").read_bytes() == before


def test_pausing_holds_training_until_it_is_resumed(tmp_path: Path) -> None:
    commands: queue.Queue[Any] = queue.Queue()
    commands.put(Pause())
    held: list[float] = []

    def emit(event: Event) -> None:
        if isinstance(event, Paused):
            held.append(time.perf_counter())
            commands.put(Pause())
            commands.put(Resume())

    events = train(classifier(epochs=1), tmp_path / "run", commands=commands, emit=emit)
    kinds = [type(event) for event in events if isinstance(event, (Paused, Resumed, EpochEnded, Finished))]
    assert kinds == [Paused, Resumed, EpochEnded, Finished]
    assert len(held) == 1


def test_stopping_a_paused_run_ends_it_with_a_checkpoint(tmp_path: Path) -> None:
    commands: queue.Queue[Any] = queue.Queue()
    commands.put(Pause())
    commands.put(Stop())
    events = train(classifier(), tmp_path / "run", commands=commands)
    assert as_a(Finished, events[-1]).reason == "stopped"
    assert (tmp_path / "run" / "last.safetensors").exists()


@pytest.mark.slow
def test_messages_are_at_most_thirty_a_second_and_lose_nothing(tmp_path: Path) -> None:
    document = classifier(hidden=1, batch_size=1, epochs=1, validation=0.0)
    began = time.perf_counter()
    events = train(document, tmp_path / "run")
    seconds = time.perf_counter() - began
    messages = of(Progress, events)
    assert len(messages) <= 30 * seconds + 1
    assert sum(len(message.losses) for message in messages) == 1438


def test_a_loss_that_is_no_number_ends_training_and_keeps_the_checkpoint(tmp_path: Path) -> None:
    image, label = np.random.default_rng(0).random((640, 1, 8, 8)), np.arange(640) % 10
    np.savez(tmp_path / "data.npz", image=image, label=label)
    train(classifier(data=str(tmp_path / "data.npz"), epochs=1), tmp_path / "run")
    good = load_file(tmp_path / "run" / "last.safetensors")
    np.savez(tmp_path / "data.npz", image=image * 3e38, label=label)
    document = classifier(data=str(tmp_path / "data.npz"), epochs=2)
    failed = train(document, tmp_path / "run", resume=True, accept_data=True)[-1]
    assert isinstance(failed, Failed)
    assert "at step 10: it arose first in 'hidden', from finite inputs and weights; try a sm" in failed.message
    assert failed.node == "hidden"
    kept = load_file(tmp_path / "run" / "last.safetensors")
    assert all(torch.equal(value, kept[key]) for key, value in good.items())


def test_memory_that_cannot_be_had_is_one_sentence_with_the_node(tmp_path: Path) -> None:
    # 100,000 x 2**31 weights of four bytes: more than a process has addresses, so no system promises it.
    np.savez(tmp_path / "data.npz", image=np.zeros((20, 100_000), np.float32), label=np.zeros(20, np.int64))
    document = classifier((100_000,), hidden=2**31 - 1, data=str(tmp_path / "data.npz"))
    failed = train(document, tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("Memory ran out at 'hidden'; lower batch_size (now 64)")
    assert failed.node == "hidden"
    assert "allocate" in failed.traceback


def two_windows(data: Path) -> Document:
    """Two convolutions, neither of which suits images of 2 x 2."""
    document = Document("Window")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (1, "H", "W")}, name="image")
        model.add("Conv2d", {"out_channels": 1, "kernel_size": 5, "padding": 1}, name="large")
        model.add("Conv2d", {"out_channels": 1, "kernel_size": 3}, name="small")
        model.connect("image", "large")
        model.connect("image", "small")
        model.add("MSE", name="mse")
        model.connect("large", "mse", "prediction")
        model.connect("small", "mse", "target")
        document.set_training(data=str(data))
    np.savez(data, image=np.zeros((20, 1, 2, 2)))
    return document


def test_sizes_of_the_data_that_a_layer_refuses_are_told_before_training(tmp_path: Path) -> None:
    failed = train(two_windows(tmp_path / "data.npz"), tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert failed.node in ("large", "small")
    assert failed.message.startswith(f"With the sizes of the data (H = 2, W = 2), '{failed.node}': Conv2d")
    assert failed.traceback == ""


def test_an_error_in_training_names_its_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.data.samples.check_suits", lambda *_: None)
    failed = train(two_windows(tmp_path / "data.npz"), tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert failed.node in ("large", "small")
    assert failed.message.startswith(f"Training failed at '{failed.node}': RuntimeError: Calculated padded input size")
    assert "\n" not in failed.message
    assert f"self.{failed.node}(" in failed.traceback


@pytest.mark.parametrize(
    ("device", "sentence"),
    [
        ("cuda:7", "The device 'cuda:7' is not available: PyTorch sees"),
        ("toaster", "'toaster' is not a device; use auto, cpu, cuda, cuda:1 or mps."),
        ("meta", "Layerloom does not train on 'meta'"),
    ],
)
def test_a_device_that_is_not_there(tmp_path: Path, device: str, sentence: str) -> None:
    assert known(train(classifier(device=device), tmp_path / "run")[-1]).message.startswith(sentence)


def test_drawings_that_cannot_be_trained(tmp_path: Path) -> None:
    document = classifier()
    with document.edit("No objective"):
        document.model.remove(["entropy"])
    assert "has no objective to train for" in known(train(document, tmp_path / "a")[-1]).message
    document = classifier()
    with document.edit("Freeze"):
        document.model.alter("hidden", frozen=True)
        document.model.alter("scores", frozen=True)
    assert "has nothing to learn" in known(train(document, tmp_path / "b")[-1]).message
    document = classifier()
    with document.edit("Detach"):
        document.model.connect("scores", document.model.add("Detach", name="detach"))
        document.model.connect("detach", "entropy", "prediction")
    assert "has nothing to learn" in known(train(document, tmp_path / "c")[-1]).message


def normalized(**training: Any) -> Document:
    document = classifier(**training)
    with document.edit("Normalize"):
        document.model.connect("hidden", document.model.add("BatchNorm1d", name="norm"))
        document.model.connect("norm", "dropout")
    return document


def test_a_last_batch_of_one_sample_is_left_out_where_it_could_not_be_normalized(tmp_path: Path) -> None:
    data = tmp_path / "data.npz"
    np.savez(data, image=np.random.default_rng(0).random((33, 1, 8, 8)), label=np.arange(33) % 10)
    settings = {"data": str(data), "batch_size": 16, "validation": 0.0, "epochs": 2}
    events = train(normalized(**settings), tmp_path / "run")
    assert as_a(Finished, events[-1]).reason == "completed"
    assert of(Started, events)[0].steps_per_epoch == 2
    assert of(EpochEnded, events)[-1].step == 4
    assert any("leaves out one sample" in notice.message for notice in of(Notice, events))
    failed = train(normalized(**{**settings, "batch_size": 1}), tmp_path / "single")[-1]
    assert known(failed).message == (
        "'norm' compares the samples of a batch with each other, but batch_size is 1; take a larger batch_size."
    )


def test_an_index_without_a_row_is_one_sentence_at_its_node(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", tokens=np.full((20, 4), 9), label=np.arange(20) % 2)
    document = Document("Words")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [4], "dtype": "int64"}, name="tokens")
        document.model.add("Target", name="label")
        document.model.add("Embedding", {"num_embeddings": 3}, name="words")
        document.model.add("Flatten", name="flatten")
        document.model.add("Linear", {"out_features": 2}, name="scores")
        document.model.add("CrossEntropy", name="entropy")
        for source, target in (("tokens", "words"), ("words", "flatten"), ("flatten", "scores")):
            document.model.connect(source, target)
        document.model.connect("scores", "entropy", "prediction")
        document.model.connect("label", "entropy", "target")
        document.set_training(data=str(tmp_path / "data.npz"))
    failed = train(document, tmp_path / "run")[-1]
    assert known(failed).node == "tokens"
    assert known(failed).message == (
        "'tokens' has the index 9 in sample 0, but 'words' has num_embeddings=3 (0 to 2); set num_embeddings=10 or "
        "correct the data."
    )


@pytest.mark.slow
def test_small_steps_are_computed_on_one_core(tmp_path: Path) -> None:
    everything, threads = torch.get_num_threads(), []
    torch.set_num_threads(2)
    try:
        for hidden in (16, 20_000):
            document = classifier(hidden=hidden, epochs=1, batch_size=512)
            train(document, tmp_path / str(hidden), emit=lambda _: threads.append(torch.get_num_threads()))
        assert [threads[3], threads[-2], torch.get_num_threads()] == [1, 2, 2]
    finally:
        torch.set_num_threads(everything)


def test_a_frozen_node_keeps_its_weights(tmp_path: Path) -> None:
    document = classifier(epochs=2)
    with document.edit("Freeze"):
        document.model.alter("hidden", frozen=True)
    torch.manual_seed(0)
    fresh = build(compile_source(document)).state_dict()
    train(document, tmp_path / "run")
    trained = load_file(tmp_path / "run" / "last.safetensors")
    assert torch.equal(fresh["hidden.weight"], trained["hidden.weight"])
    assert not torch.equal(fresh["scores.weight"], trained["scores.weight"])


def test_notices_are_events(tmp_path: Path) -> None:
    events = train(classifier((1, 16, 16), epochs=1), tmp_path / "run")
    assert "resized from 8 x 8 to 16 x 16" in of(Notice, events)[0].message


def test_what_ends_a_training_is_told_and_logged_once(tmp_path: Path) -> None:
    events = train(classifier(epochs=1, device="cpu", data="nowhere.npz"), tmp_path / "run")
    told = [event for event in events if isinstance(event, Failed)]
    logged = [event for event in read_run(tmp_path / "run").events if isinstance(event, Failed)]
    assert [failure.message for failure in told] == [failure.message for failure in logged]
    assert len(told) == 1
    assert isinstance(events[-1], Failed)
