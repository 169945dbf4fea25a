"""What a run tells of its gradients and activations, where NaN arises, and what is wrong with a training."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import layerloom
import training.loop.learning as learning
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import load, save
from tests.support.training_drawings import classifier, train
from tests.support.typed import known
from training.health.activations import Activations
from training.health.norms import RHYTHM, nodes_of, rhythm_of
from training.methods.gradients import make_clipping
from training.protocol import (
    ActivationHealth,
    Alarm,
    EpochEnded,
    Event,
    Failed,
    GradientHealth,
    NodeHealth,
    Progress,
    Started,
    decode_event,
    encode,
)
from training.runs.health.alarms import Alarms
from training.runs.health.reader import Health
from training.runs.runs import read_run

ROOT = Path(__file__).parents[2]
METHODS: list[dict[str, Any]] = [
    {},
    {"optimizer": "SGD", "schedule": "Cosine", "clipping": "ClipNorm", "max_norm": 0.01},
    {"accumulation": 3, "averaging": "EMA", "weight_noise": 0.01, "penalty": "L2"},
    {"optimizer": "LBFGS", "max_iter": 3},
]


@pytest.fixture
def data(tmp_path: Path) -> str:
    generator = np.random.default_rng(0)
    image, label = generator.random((300, 1, 8, 8), np.float32), np.arange(300) % 10
    np.savez(tmp_path / "data.npz", image=image, label=label)
    return str(tmp_path / "data.npz")


def of(kind: type[Any], events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("methods", METHODS, ids=lambda methods: "+".join(map(str, methods)) or "Adam")
def test_the_same_bits_are_trained_with_and_without_a_look_at_health(
    tmp_path: Path, data: str, methods: dict[str, Any]
) -> None:
    for health in (True, False):
        events = train(classifier(data=data, batch_size=16, epochs=2, health=health, **methods), tmp_path / str(health))
        assert bool(of(GradientHealth, events)) == health
        assert bool(of(ActivationHealth, events)) == health
    for name in ("best.safetensors", "last.safetensors"):
        assert (tmp_path / "True" / name).read_bytes() == (tmp_path / "False" / name).read_bytes(), name


@pytest.mark.parametrize("clipped", [False, True])
def test_the_figures_are_those_of_plain_pytorch(tmp_path: Path, data: str, clipped: bool) -> None:
    """The gradient as the loss gave it, before it is clipped; the step as it was taken."""
    clipping = {"clipping": "ClipNorm", "max_norm": 0.001} if clipped else {}
    document = classifier(
        data=data, batch_size=32, optimizer="SGD", momentum=0.5, validation=0.0, epochs=4, **known(clipping)
    )
    with document.edit("Without dropout"):
        document.model.set("dropout", p=0.0)
    events = of(GradientHealth, train(document, tmp_path / "run"))
    assert [event.step for event in events] == [1, 1 + RHYTHM]
    torch.manual_seed(0)
    module: Any = build(compile_source(document))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.5)
    clip = make_clipping(document.training.clipping, list(module.parameters()))
    arrays = np.load(data)
    image, label = torch.from_numpy(arrays["image"]), torch.from_numpy(arrays["label"])
    order = [torch.randperm(300, generator=torch.Generator().manual_seed(epoch + 1)) for epoch in range(4)]
    shuffled = torch.randperm(300, generator=torch.Generator().manual_seed(0))
    batches = [part for epoch in order for part in shuffled[epoch].split(32)]
    for step, chosen in enumerate(batches, 1):
        optimizer.zero_grad()
        module.loss(image[chosen], label[chosen])[0].backward()
        before = {name: value.detach().clone() for name, value in module.named_parameters()}
        gradients = {name: value.grad.clone() for name, value in module.named_parameters()}
        if clip:
            clip()
        optimizer.step()
        for event in (event for event in events if event.step == step):
            assert set(event.nodes) == {"hidden", "scores"}
            for node, found in event.nodes.items():
                weight = norm_of(before, node)
                change = {name: value.detach() - before[name] for name, value in module.named_parameters()}
                assert found.gradient == pytest.approx(norm_of(gradients, node), rel=2e-3)
                assert found.weight == pytest.approx(weight, rel=1e-3)
                assert found.update == pytest.approx(norm_of(change, node) / weight, rel=2e-3)


def norm_of(tensors: dict[str, Tensor], node: str) -> float:
    return float(torch.cat([value.flatten() for name, value in tensors.items() if name.startswith(f"{node}.")]).norm())


@pytest.mark.parametrize("name", ["resnet20_cifar", "drawn_lstm", "vae", "gpt_small", "siamese"])
def test_every_weight_that_learns_belongs_to_one_layer_by_its_full_name(name: str) -> None:
    document = load(ROOT / "examples" / f"{name}.loom")
    module = build(compile_source(document))
    nodes = nodes_of(document, module)
    owned = [id(tensor) for tensors in nodes.values() for tensor in tensors]
    assert sorted(owned) == sorted(id(tensor) for tensor in module.parameters())
    if name == "resnet20_cifar":
        assert "stage1.2.conv1" in nodes
        assert rhythm_of(10**6, len(nodes)) * 500 >= 10**6, "a run keeps no more than 500 records"


def test_a_reader_follows_a_run_that_was_resumed(tmp_path: Path, data: str) -> None:
    train(classifier(data=data, batch_size=8, epochs=1), tmp_path / "run")
    train(classifier(data=data, batch_size=8, epochs=3), tmp_path / "run", resume=True)
    run = read_run(tmp_path / "run")
    health = Health.of(run.events)
    assert set(health.nodes) == {"hidden", "scores"} == set(health.latest())
    steps = health.nodes["hidden"].steps
    assert steps == sorted(set(steps))
    assert len(steps) > 3
    assert health.activations is not None
    assert set(health.activations.dead) == {"relu"}
    again = Health.of([*run.events, Started("r", "cpu", 9, 1, steps[1] - 1, 1, 0, 1, [], 0)])
    assert again.nodes["hidden"].steps == steps[:1], "a run that goes back does its steps once more"


def chain(*layers: tuple[str, dict[str, Any]], shape: tuple[int, ...] = (6,), **training: Any) -> Document:
    """An Input, these layers one after the other, and a CrossEntropy of the last."""
    document = Document("Chain")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": shape}, name="image")
        model.add("Target", name="label")
        names = ["image"]
        for place, (kind, fields) in enumerate(layers):
            names.append(model.add(kind, fields, name=f"{kind.lower()}{place}"))
        model.add("CrossEntropy", name="entropy")
        for source, target in pairwise(names):
            model.connect(source, target)
        model.connect(names[-1], "entropy", "prediction")
        model.connect("label", "entropy", "target")
        document.set_training(**{"epochs": 3, "batch_size": 16, **training})
    return document


def points(path: Path, scale: float = 1.0) -> str:
    generator = np.random.default_rng(0)
    label = np.arange(400) % 4
    image = (generator.normal(size=(400, 6)) + 2.0 * np.eye(6)[label]).astype(np.float32)
    np.savez(path / "points.npz", image=scale * image, label=label)
    return str(path / "points.npz")


@pytest.mark.parametrize("device_checks", [("cpu",), ()], ids=["looked at each step", "looked for afterwards"])
@pytest.mark.parametrize("epochs_before", [0, 1])
def test_the_first_layer_where_a_number_is_not_finite_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device_checks: tuple[str, ...], epochs_before: int
) -> None:
    monkeypatch.setattr(learning, "CHECKED", device_checks)
    data = points(tmp_path)
    layers: Any = (("Linear", {"out_features": 8}), ("Exp", {}), ("Linear", {"out_features": 4}))
    document = chain(*layers, data=data, optimizer="SGD", learning_rate=1e-6, epochs=1, scaling="none")
    if epochs_before:
        train(document, tmp_path / "run")
    points(tmp_path, scale=3e3)
    with document.edit("On"):
        document.set_training(epochs=3)
    *_, failed = train(document, tmp_path / "run", resume=bool(epochs_before), accept_data=True)
    assert isinstance(failed, Failed)
    assert ": it arose first in 'exp1', from finite inputs and weights; try a smaller" in failed.message
    assert failed.node == "exp1"


def test_a_layer_inside_a_repeated_block_is_named_in_full() -> None:
    document = load(ROOT / "examples" / "resnet20_cifar.loom")
    source = compile_source(document)
    module = build(source)
    activations = Activations(document, source)
    batch = [torch.randn(8, 3, 32, 32), torch.arange(8)]
    before = torch.get_rng_state()
    with torch.no_grad():
        known(module.get_submodule("stage1.1.bn1").weight.fill_)(0.0)
    found = activations.look(module, [batch, batch], 1, 1)
    assert found.dead["stage1.1.relu1"] == 1.0
    assert found.dead["stage1.0.relu1"] < 0.5
    assert torch.equal(before, torch.get_rng_state())


def test_layers_that_let_no_gradient_pass_and_rates_that_are_too_large_are_told(tmp_path: Path) -> None:
    hidden, scores = ("Linear", {"out_features": 16}), ("Linear", {"out_features": 4})
    well = chain(hidden, ("ReLU", {}), scores, data=points(tmp_path))
    assert not of(Alarm, train(well, tmp_path / "well"))
    fast = chain(hidden, ("ReLU", {}), scores, data=points(tmp_path), optimizer="SGD", learning_rate=1.0)
    assert [alarm.kind for alarm in of(Alarm, train(fast, tmp_path / "fast"))] == ["too_large"]
    large = chain(hidden, ("Tanh", {}), scores, data=points(tmp_path, 1e4), scaling="none")
    found = {alarm.kind: alarm for alarm in of(Alarm, train(large, tmp_path / "saturated"))}
    assert found["saturated"].node == "tanh1"
    assert found["saturated"].message.startswith("'tanh1' is saturated: for ")
    dead = told([ActivationHealth(1, 1, {"relu": 0.2, "block.0.relu": 0.95, "block.1.relu": 1.0}, {})])["dead"]
    assert dead.node == "block.1.relu"
    assert dead.message.startswith("'block.1.relu' and 1 more are dead: 100% of the units of 'block.1.relu' give zero")


def test_gradients_that_vanish_are_told_with_the_layer(tmp_path: Path) -> None:
    deep = [layer for _ in range(10) for layer in (("Linear", {"out_features": 16}), ("Sigmoid", {}))]
    document = chain(*deep, ("Linear", {"out_features": 4}), data=points(tmp_path))
    (alarm,) = of(Alarm, train(document, tmp_path / "run"))
    assert (alarm.kind, alarm.node) == ("vanishing", "linear0")
    assert alarm.message.startswith("Gradients vanish: as a share of its weights, that of 'linear0' is ")
    assert Health.of(read_run(tmp_path / "run").events).alarms == [alarm]
    assert not of(Alarm, train(document, tmp_path / "run", resume=True)), "an alarm is told once"


def ended(epoch: int, training: float, validation: float | None = None) -> EpochEnded:
    held = {} if validation is None else {"loss": validation}
    return EpochEnded(epoch, 10 * epoch, {"loss": training}, known(held), 1.0, False)


def health(step: int, **nodes: tuple[float | None, float, float]) -> GradientHealth:
    return GradientHealth(1, step, {name: NodeHealth(*node) for name, node in nodes.items()})


def told(events: list[Event]) -> dict[str, Alarm]:
    alarms = Alarms()
    return {alarm.kind: alarm for event in events for alarm in alarms.take(event)}


def test_rates_that_are_too_small_or_too_large_are_told() -> None:
    slow = [health(1, a=(1.0, 1.0, 1e-7), b=(1.0, 1.0, 1e-6)), *(ended(epoch, 2.3) for epoch in (1, 2, 3))]
    assert told(known(slow))["too_small"].message == (
        "The learning rate seems too small: no step changes a layer by more than 1e-06 of its size, as in 'b', and the "
        "training loss went from 2.3 to 2.3 in 3 epochs; try ten times as much."
    )
    assert set(told([*known(slow), *(ended(epoch, 2.3) for epoch in (4, 5, 6))])) == {"too_small"}, (
        "the reason is told once"
    )
    wild = [health(1, a=(1.0, 1.0, 0.4)), ended(1, 2.3), health(2, a=(1.0, 1.0, 0.3)), ended(2, 2.4)]
    assert "a step changes 'a' by 0.3 of its size" in told(known(wild))["too_large"].message
    away = [Progress(1, 30, known([2.3] * 10 + [50.0] * 20), 1.0), ended(1, 40.0)]
    assert told(known(away))["too_large"].message.startswith(
        "The learning rate seems too large: the training loss went from 2.3 to 50; try a tenth"
    )


def test_gradients_that_explode_are_told() -> None:
    usual = [health(step, rnn=(1.0, 1.0, 1e-3)) for step in range(10)]
    events = [*usual, ended(1, 2.0), health(11, rnn=(5e3, 1.0, 1e-3)), ended(2, 1.9)]
    assert told(known(events))["exploding"].message == (
        "Gradients explode: that of 'rnn' was 5e+03 at step 11, where 1 is usual; try a smaller learning_rate or "
        "clipping=ClipNorm."
    )
    endless = decode_event(encode(health(3, rnn=(None, 1.0, 1e-3))))
    assert endless is not None
    assert told([endless, ended(1, 2.0)])["exploding"].node == "rnn"


def test_a_run_that_learns_gives_no_alarm() -> None:
    events: list[Event] = [Progress(1, 10, [2.3] * 10, 1.0)]
    for epoch in range(1, 9):
        events += [
            health(epoch, a=(0.1 / epoch, 1.0, 3e-3), b=(1.0 / epoch, 1.0, 1e-3)),
            ended(epoch, 2.0 / epoch, 2.1),
        ]
    assert not told(events)
    assert not told([ActivationHealth(1, 1, {"relu": 0.3}, {"tanh": 0.2})])


def test_the_command_line_tells_of_alarms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = chain(("Linear", {"out_features": 4}), data=points(tmp_path), optimizer="SGD", learning_rate=1e-8)
    save(document, tmp_path / "m.loom")
    assert layerloom.main(["train", str(tmp_path / "m.loom"), "--run-dir", str(tmp_path / "a")]) == 0
    assert "Warning: The learning rate seems too small: " in capsys.readouterr().err
    assert layerloom.main(["train", str(tmp_path / "m.loom"), "--run-dir", str(tmp_path / "b"), "--json"]) == 0
    (alarm,) = json.loads(capsys.readouterr().out)["alarms"]
    assert (alarm["kind"], alarm["node"], alarm["epoch"]) == ("too_small", "linear0", 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lenet5", "mlp", "rnn_many_to_one", "autoencoder", "siamese", "vae"])
def test_examples_that_learn_give_no_alarm(tmp_path: Path, name: str) -> None:
    document = load(ROOT / "examples" / f"{name}.loom")
    with document.edit("Few"):
        document.set_training(epochs=4)
    events = train(document, tmp_path / "run")
    assert of(GradientHealth, events)
    assert not of(Alarm, events)
