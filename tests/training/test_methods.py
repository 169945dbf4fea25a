"""Every method of training against plain PyTorch: the same numbers, and a sentence where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.penalties import own_penalties
from graph.document import Document
from graph.edits.grouping import group
from graph.edits.unpacking import unpack
from graph.errors import ParameterError
from graph.recipe.data.arrays import NpzFile
from graph.storage.loom import dumps, loads
from tests.support.training_drawings import classifier, train
from tests.support.typed import as_a, known
from training.data.feed import Split
from training.methods.gradients import weights_of
from training.protocol import EpochEnded, Event, Failed, Finished, Notice
from training.results.evaluate import evaluate
from training.runs.data_record import class_weights_of

SAMPLES, BATCH, EPOCHS = 44, 8, 3


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    random = np.random.default_rng(1)
    path = tmp_path / "data.npz"
    image, label = random.random((SAMPLES, 1, 4, 4), np.float32), np.arange(SAMPLES) % 7 % 3
    np.savez(path, image=image, label=label, image_test=image[:9], label_test=label[:9])
    return path


def drawing(data: Path, **training: Any) -> Document:
    document = classifier(
        (1, 4, 4), classes=3, **{"data": str(data), "epochs": EPOCHS, "batch_size": BATCH, **training}
    )
    with document.edit("No dropout"):
        document.model.remove(["dropout"], heal=True)
    return document


Step = Callable[[nn.Module, torch.optim.Optimizer], None]


def by_hand(
    document: Document,
    make: Callable[[nn.Module], torch.optim.Optimizer],
    *,
    batch: int = BATCH,
    penalty: Callable[[nn.Module], Tensor | float] = lambda _: 0.0,
    clip: Callable[[nn.Module], object] = lambda _: None,
    after: Callable[[nn.Module], object] = lambda _: None,
    schedule: Callable[[torch.optim.Optimizer], Any] | None = None,
    weight: Tensor | None = None,
) -> dict[str, Tensor]:
    """The weights of a training written out in PyTorch, with the same samples in the same order."""
    settings = document.training
    torch.manual_seed(settings.seed)
    module: Any = build(compile_source(document))
    assert isinstance(settings.data, NpzFile)
    held = np.load(settings.data.path)
    image, label = torch.from_numpy(held["image"]), torch.from_numpy(held["label"])
    split = Split(SAMPLES, settings.validation, settings.seed, torch.device("cpu"))
    optimizer = make(module)
    scheduler = schedule(optimizer) if schedule else None
    for epoch in range(settings.epochs):
        for chosen in split.order(epoch).split(batch):
            optimizer.zero_grad()
            loss = F.cross_entropy(module(image[chosen]), label[chosen], weight) + penalty(module)
            loss.backward()
            clip(module)
            optimizer.step()
            after(module)
            if scheduler:
                scheduler.step()
    return dict(module.state_dict())


def adam(module: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.Adam(module.parameters(), lr=0.01)


def alike(run: Path, expected: dict[str, Tensor], name: str = "last") -> bool:
    weights = load_file(run / f"{name}.safetensors")
    assert weights.keys() == expected.keys()
    return all(torch.allclose(weights[key], value, rtol=1e-4, atol=1e-6) for key, value in expected.items())


def trained(document: Document, run: Path) -> list[Event]:
    events = train(document, run)
    assert not of(Failed, events), of(Failed, events)
    return events


def weights(module: nn.Module) -> list[Tensor]:
    return [value for name, value in module.named_parameters() if not name.endswith("bias")]


def test_a_layer_may_have_a_penalty_of_its_own_that_stays_with_it(tmp_path: Path, data: Path) -> None:
    document = drawing(data, penalty="L2", l2=0.02)
    with document.edit("Own"):
        document.model.penalize("hidden", l1=0.0123456, l2=0.0)
    document = loads(dumps(document))
    assert document.model.node("hidden").l1 == 0.0123456
    trained(document, tmp_path / "run")

    def cost(module: nn.Module) -> Tensor:
        return (
            0.0123456 * known(module.hidden).weight.abs().sum()
            + 0.02 * known(known(module.scores).weight.square)().sum()
        )

    assert alike(tmp_path / "run", by_hand(document, adam, penalty=cost))
    with document.edit("None for the others"):
        document.set_training(penalty="NoPenalty")
    trained(document, tmp_path / "alone")
    expected = by_hand(document, adam, penalty=lambda module: 0.0123456 * known(module.hidden).weight.abs().sum())
    assert alike(tmp_path / "alone", expected)
    group(document, "", ["flatten", "hidden"], "Head")
    (block,) = [node.name for node in document.model.nodes.values() if node.kind == "Block"]
    with document.edit("The block's"):
        document.model.penalize(block, l1=1.0, l2=0.5)
    found = own_penalties(document, [f"{block}.hidden.weight", f"{block}.0.hidden.weight", "scores.weight"])
    assert found == dict.fromkeys((f"{block}.hidden.weight", f"{block}.0.hidden.weight"), (0.0123456, 0.0))
    unpack(document, "", block)
    assert document.model.node("hidden").l1 == 0.0123456
    for wrong in (-1.0, float("nan"), 1e9):
        with pytest.raises(ParameterError, match="'hidden': l2 must be a number from 0 to 1000, or nothing, got"):
            document.model.penalize("hidden", l2=wrong)


def test_a_penalty_is_on_weights_and_not_on_biases(tmp_path: Path, data: Path) -> None:
    document = drawing(data, penalty="ElasticNet", l1=0.01, l2=0.02)
    trained(document, tmp_path / "run")

    def cost(module: nn.Module) -> Tensor:
        return sum((0.01 * w.abs().sum() + 0.02 * w.square().sum() for w in weights(module)), torch.zeros(()))

    assert alike(tmp_path / "run", by_hand(document, adam, penalty=cost))
    assert not alike(tmp_path / "run", by_hand(document, adam))


@pytest.mark.slow
def test_l1_makes_weights_zero_and_l2_makes_them_small(tmp_path: Path, data: Path) -> None:
    sizes = {}
    for penalty, values in {"NoPenalty": {}, "L1": {"l1": 0.02}, "L2": {"l2": 0.02}}.items():
        trained(drawing(data, penalty=penalty, epochs=40, **values), tmp_path / penalty)
        hidden = load_file(tmp_path / penalty / "last.safetensors")["hidden.weight"].abs()
        sizes[penalty] = (float(hidden.lt(0.01).float().mean()), float(hidden.mean()))
    assert sizes["L1"][0] > 2 * sizes["L2"][0] > 0
    assert sizes["L2"][1] < 0.7 * sizes["NoPenalty"][1]


@pytest.mark.parametrize(
    ("chosen", "clip"),
    [
        ({"clipping": "ClipNorm", "max_norm": 0.05}, lambda m: nn.utils.clip_grad_norm_(m.parameters(), 0.05)),
        ({"clipping": "ClipValue", "max_value": 0.003}, lambda m: nn.utils.clip_grad_value_(m.parameters(), 0.003)),
    ],
    ids=["norm", "value"],
)
def test_gradients_are_clipped(tmp_path: Path, data: Path, chosen: dict[str, Any], clip: Callable[..., Any]) -> None:
    document = drawing(data, optimizer="SGD", learning_rate=0.1, **chosen)

    def sgd(module: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)

    trained(document, tmp_path / "run")
    assert alike(tmp_path / "run", by_hand(document, sgd, clip=clip))
    assert not alike(tmp_path / "run", by_hand(document, sgd))


def test_batches_that_are_accumulated_are_one_large_batch(tmp_path: Path, data: Path) -> None:
    """40 samples in batches of 8 by threes: the last group has two, and a validation share leaves a short batch."""
    for share in (0.1, 0.07):
        document = drawing(data, accumulation=3, validation=share)
        trained(document, tmp_path / str(share))
        assert alike(tmp_path / str(share), by_hand(document, adam, batch=3 * BATCH))


def two_objectives(data: Path, **training: Any) -> Document:
    """Class scores of which some labels are ignored, others weigh more; and a distance that is a sum."""
    document = drawing(data, validation=0.0, **training)
    model = document.model
    with document.edit("A second objective"):
        model.set("entropy", weight=(1.0, 5.0, 0.5), ignore_index=2)
        model.add("Linear", {"out_features": 16}, name="copy")
        model.connect("relu", "copy")
        model.add("MSE", {"reduction": "sum", "loss_weight": 0.1}, name="distance")
        model.connect("copy", "distance", "prediction")
        model.connect("flatten", "distance", "target")
    return document


def test_what_counts_is_accumulated_by_how_much_counts(tmp_path: Path, data: Path) -> None:
    trained(two_objectives(data, batch_size=4, accumulation=5), tmp_path / "groups")
    trained(two_objectives(data, batch_size=20), tmp_path / "large")
    assert alike(tmp_path / "groups", load_file(tmp_path / "large" / "last.safetensors"))


def test_an_objective_over_a_whole_batch_cannot_be_accumulated(tmp_path: Path) -> None:
    document = Document("Mask")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": (1, 4, 4)}, name="image")
        document.model.add("Target", {"shape": (1, 4, 4), "dtype": "float32"}, name="mask")
        document.model.add("Conv2d", {"out_channels": 1, "kernel_size": 1}, name="scores")
        document.model.add("Sigmoid", name="share")
        document.model.add("Dice", name="dice")
        for source, target in (("image", "scores"), ("scores", "share")):
            document.model.connect(source, target)
        document.model.connect("share", "dice", "prediction")
        document.model.connect("mask", "dice", "target")
        document.set_training(data=str(tmp_path / "data.npz"), batch_size=4, accumulation=2)
    random = np.random.default_rng(0).random((20, 1, 4, 4), np.float32)
    np.savez(tmp_path / "data.npz", image=random, mask=random.round())
    failed = train(document, tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("'dice' compares a batch as a whole: what it is for 2 batches does not follow")


@pytest.mark.parametrize(
    ("chosen", "schedule"),
    [
        ({"schedule": "cosine"}, lambda o: lr_scheduler.CosineAnnealingLR(o, 15)),
        ({"schedule": "OneCycle"}, lambda o: lr_scheduler.OneCycleLR(o, 0.01, 15, cycle_momentum=False)),
        ({"schedule": "Step", "step_size": 1, "gamma": 0.5}, lambda o: lr_scheduler.StepLR(o, 5, 0.5)),
    ],
    ids=["cosine", "one cycle", "step"],
)
@pytest.mark.parametrize("optimizer", ["Adam", "RMSprop", "SGD"])
def test_a_schedule_changes_the_steps(
    tmp_path: Path, data: Path, chosen: dict[str, Any], schedule: Callable[..., Any], optimizer: str
) -> None:
    document = drawing(data, optimizer=optimizer, learning_rate=0.01, **chosen)
    options: dict[str, Any] = {"momentum": 0.9} if optimizer == "SGD" else {}

    def make(module: nn.Module) -> torch.optim.Optimizer:
        made: torch.optim.Optimizer = getattr(torch.optim, optimizer)(module.parameters(), lr=0.01, **options)
        return made

    trained(document, tmp_path / "run")
    assert alike(tmp_path / "run", by_hand(document, make, schedule=schedule))


def test_a_schedule_counts_steps_not_batches(tmp_path: Path, data: Path) -> None:
    document = drawing(data, schedule="cosine", accumulation=2)
    trained(document, tmp_path / "run")
    assert alike(
        tmp_path / "run",
        by_hand(document, adam, batch=2 * BATCH, schedule=lambda o: lr_scheduler.CosineAnnealingLR(o, 9)),
    )


def test_averaged_weights_are_validated_and_kept_as_the_best(tmp_path: Path, data: Path) -> None:
    document = drawing(data, averaging="EMA", ema_decay=0.8, epochs=1)
    events = trained(document, tmp_path / "run")
    held: list[AveragedModel] = []

    def count(module: nn.Module) -> None:
        if not held:
            held.append(AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(0.8), use_buffers=True))
        held[0].update_parameters(module)

    last = by_hand(document, adam, after=count)
    average: Any = held[0].module
    assert alike(tmp_path / "run", last)
    assert alike(tmp_path / "run", dict(average.state_dict()), "best")
    arrays, split = np.load(data), Split(SAMPLES, 0.1, 0, torch.device("cpu"))
    image, label = (torch.from_numpy(arrays[name])[split.validation] for name in ("image", "label"))
    with torch.no_grad():
        loss = float(F.cross_entropy(average.eval()(image), label))
    assert of(EpochEnded, events)[0].validation["loss"] == pytest.approx(loss, rel=1e-5)


def test_noise_on_weights_is_gone_after_each_step(tmp_path: Path, data: Path) -> None:
    document = drawing(data, optimizer="SGD", momentum=0.0, learning_rate=1e-12, weight_noise=0.5, epochs=1)
    events = trained(document, tmp_path / "noisy")
    still = trained(drawing(data, optimizer="SGD", momentum=0.0, learning_rate=1e-12, epochs=1), tmp_path / "still")
    assert alike(tmp_path / "noisy", load_file(tmp_path / "still" / "last.safetensors"))
    assert of(EpochEnded, events)[0].training["loss"] > 1.2 * of(EpochEnded, still)[0].training["loss"]
    assert of(EpochEnded, events)[0].validation == of(EpochEnded, still)[0].validation


def test_classes_weigh_by_their_balance_in_the_training_samples(tmp_path: Path, data: Path) -> None:
    document = drawing(data, class_weights="balanced")
    events = trained(document, tmp_path / "run")
    split = Split(SAMPLES, 0.1, 0, torch.device("cpu"))
    counts = torch.bincount(torch.from_numpy(np.load(data)["label"])[split.training])
    weight = counts.sum() / (3 * counts)
    assert class_weights_of(tmp_path / "run")["entropy"] == pytest.approx(weight.tolist(), rel=1e-6)
    assert alike(tmp_path / "run", by_hand(document, adam, weight=weight))
    assert any(
        notice.message.startswith("'entropy' weighs its 3 classes by their balance in the training samples, from")
        for notice in of(Notice, events)
    )
    found = evaluate(tmp_path / "run")
    module: Any = build(compile_source(document))
    module.load_state_dict(load_file(tmp_path / "run" / "best.safetensors"))
    arrays = np.load(data)
    image, label = torch.from_numpy(arrays["image_test"]), torch.from_numpy(arrays["label_test"])
    with torch.no_grad():
        loss = float(F.cross_entropy(module(image), label, weight))
    assert found["loss"] == pytest.approx(loss, rel=1e-5)


def test_class_weights_without_classes_are_refused(tmp_path: Path, data: Path) -> None:
    document = drawing(data, class_weights="balanced")
    with document.edit("Own weights"):
        document.model.set("entropy", weight=(1.0, 2.0, 3.0))
    failed = train(document, tmp_path / "run")[-1]
    assert known(failed).message.startswith(
        "The setting class_weights is balanced, but no objective of the drawing compares"
    )


def test_training_ends_early_when_patience_is_over(tmp_path: Path, data: Path) -> None:
    document = drawing(data, epochs=60, learning_rate=0.3, patience=3)
    events = trained(document, tmp_path / "run")
    epochs = of(EpochEnded, events)
    best = min(epochs, key=lambda event: event.validation["loss"])
    assert len(epochs) == best.epoch + 3 < 60
    assert as_a(Finished, events[-1]).reason == "completed"
    assert as_a(Finished, events[-1]).results["epoch"] == best.epoch
    assert any(
        notice.message == f"Training ended early, after epoch {best.epoch + 3}: loss has not become better for 3 "
        f"epochs; the best epoch is {best.epoch}."
        for notice in of(Notice, events)
    )
    with document.edit("More patience"):
        document.set_training(patience=5)
    more = train(document, tmp_path / "run", resume=True)
    assert [event.epoch for event in of(EpochEnded, more)][:2] == [best.epoch + 4, best.epoch + 5]


def test_the_best_epoch_is_the_one_with_the_best_of_what_is_watched(tmp_path: Path, data: Path) -> None:
    events = trained(drawing(data, epochs=12, monitor="accuracy", validation=0.4), tmp_path / "run")
    epochs = of(EpochEnded, events)
    best = max(epochs, key=lambda event: event.validation["accuracy"])
    assert (
        [event.epoch for event in epochs if event.best][-1] == best.epoch == as_a(Finished, events[-1]).results["epoch"]
    )
    failed = train(drawing(data, monitor="mae"), tmp_path / "other")[-1]
    assert known(failed).message.startswith(
        "The setting monitor names 'mae', which is not measured here; set it to one of loss, accuracy, f1, "
    )
    last = trained(drawing(data, epochs=4, monitor="epoch", patience=1), tmp_path / "last")
    assert [event.best for event in of(EpochEnded, last)] == [True] * 4
    assert as_a(Finished, last[-1]).results["epoch"] == 4


def test_muon_steps_for_matrices_and_adamw_for_the_rest(tmp_path: Path, data: Path) -> None:
    document = drawing(data, optimizer="Muon", learning_rate=0.01)
    trained(document, tmp_path / "run")

    class Both(torch.optim.Optimizer):
        def __init__(self, module: nn.Module) -> None:
            super().__init__(module.parameters(), {})
            matrices = [value for value in module.parameters() if value.ndim == 2]
            rest = [value for value in module.parameters() if value.ndim != 2]
            self.parts = [
                torch.optim.Muon(matrices, lr=0.01, adjust_lr_fn="match_rms_adamw"),
                torch.optim.AdamW(rest, lr=0.01, weight_decay=0.1),
            ]

        def step(self, closure: Any = None) -> Any:
            for part in self.parts:
                part.step()

    assert alike(tmp_path / "run", by_hand(document, Both))


def test_lbfgs_steps_from_all_samples_at_once(tmp_path: Path, data: Path) -> None:
    document = drawing(data, optimizer="LBFGS", learning_rate=0.5, max_iter=4, penalty="L2", l2=0.01)
    events = trained(document, tmp_path / "run")
    torch.manual_seed(0)
    module: Any = build(compile_source(document))
    arrays, split = np.load(data), Split(SAMPLES, 0.1, 0, torch.device("cpu"))
    image, label = (torch.from_numpy(arrays[name])[split.training] for name in ("image", "label"))
    lbfgs = torch.optim.LBFGS(module.parameters(), 0.5, 4, history_size=10, line_search_fn="strong_wolfe")

    def closure() -> Any:
        lbfgs.zero_grad()
        loss = F.cross_entropy(module(image), label) + 0.01 * sum(w.square().sum() for w in weights(module))
        loss.backward()
        return loss

    before = [lbfgs.step(closure).item() for _ in range(EPOCHS)]
    assert alike(tmp_path / "run", dict(module.state_dict()))
    losses = [event.training["loss"] for event in of(EpochEnded, events)]
    assert all(ours < theirs for ours, theirs in zip(losses, before, strict=True)), "without the penalty"
    assert losses[-1] < losses[0]


def test_lbfgs_takes_the_gradients_as_they_are(tmp_path: Path, data: Path) -> None:
    failed = train(drawing(data, optimizer="LBFGS", clipping="ClipNorm"), tmp_path / "run")[-1]
    assert known(failed).message.startswith("LBFGS needs the gradients as they are, but clipping would cut them")


@pytest.mark.parametrize("monitor", ["loss", "accuracy"])
def test_a_plateau_of_what_is_watched_lowers_the_learning_rate(tmp_path: Path, data: Path, monitor: str) -> None:
    chosen = {"schedule": "Plateau", "plateau_patience": 0, "plateau_factor": 0.5, "cooldown": 1}
    document = drawing(data, monitor=monitor, validation=0.4, learning_rate=0.1, epochs=15, **chosen)
    epochs = of(EpochEnded, trained(document, tmp_path / "run"))
    sgd = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    mode = "min" if monitor == "loss" else "max"
    theirs = lr_scheduler.ReduceLROnPlateau(sgd, known(mode), factor=0.5, patience=0, cooldown=1, eps=0.0)
    for epoch in epochs[:-1]:
        theirs.step(epoch.validation[monitor])
    state = torch.load(next((tmp_path / "run").glob("*.pt")), weights_only=True)
    rate = state["optimizer"]["param_groups"][0]["lr"]
    assert rate == pytest.approx(sgd.param_groups[0]["lr"])
    assert rate < 0.1


def test_scales_of_normalization_are_no_weights() -> None:
    module = nn.ModuleDict({"norm": nn.LayerNorm((3, 4)), "last": nn.Linear(4, 2), "batch": nn.BatchNorm1d(3)})
    assert list(weights_of(module)) == ["last.weight"]
