"""Parts of a drawing that learn in turns: a GAN against one written by hand, and turns that are not the drawing's."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.edits.grouping import group
from graph.edits.replacing import replace
from graph.edits.unpacking import unpack
from graph.errors import LayerloomError, ParameterError
from graph.problems.checks import check
from graph.recipe.optimizers import Adam, RMSprop
from graph.recipe.turns import Turn
from graph.storage.loom import dumps, loads, save
from tests.support.stopped_runs import kept, same, stopped_at
from tests.support.training_drawings import train
from tests.support.typed import known
from training.cli import app
from training.data.feed import Split
from training.loop.rangetest import try_rates
from training.loop.threads import threads_for
from training.protocol import EpochEnded, Failed, Finished, GradientHealth, Progress, RangeJob, Started
from training.runs.health.alarms import Alarms

SAMPLES, BATCH, EPOCHS = 44, 8, 2


def turns(*, steps: int = 1) -> list[dict[str, Any]]:
    critic = {"name": "critic", "nodes": ["judge1", "norm2", "judge2"], "objectives": ["real", "fake"]}
    return [
        {**critic, "optimizer": {"type": "Adam", "learning_rate": 0.01, "beta1": 0.5}, "steps": steps},
        {
            "name": "maker",
            "nodes": ["make1", "norm1", "make2"],
            "objectives": ["fooling"],
            "optimizer": {"type": "RMSprop", "learning_rate": 0.005},
        },
    ]


def gan(data: Path, **training: Any) -> Document:
    given = {"data": str(data), "epochs": EPOCHS, "batch_size": BATCH, "validation": 0.0, "turns": turns()}
    d = Drawing("GAN", **(known(given | training)))
    image = d.input(1, 4, 4, name="image").flatten(name="flatten")
    zeros = d.constant(image, shape=[3], name="zeros")
    yes, no = (d.constant(image, shape=[1], values=[value], name=name) for name, value in (("yes", 1.0), ("no", 0.0)))
    noise = d.gaussiansample(zeros, zeros, name="noise")
    made = noise.linear(5, name="make1").batchnorm1d(name="norm1").relu(name="relu1").linear(16, name="make2")
    judged = image.linear(6, name="judge1").batchnorm1d(name="norm2").relu(name="relu2").linear(1, name="judge2")
    x = made
    for kind, name, values in (("linear", "judge1", [6]), ("batchnorm1d", "norm2", []), ("linear", "judge2", [1])):
        x = getattr(x, kind)(*values, name=f"{name}_again")
        with d.document.edit("Share"):
            d.document.model.share(f"{name}_again", name)
        x = x.relu(name="relu3") if kind == "batchnorm1d" else x
    d.bcewithlogits(judged, yes, name="real")
    d.bcewithlogits(x, no, name="fake")
    d.bcewithlogits(x, yes, name="fooling")
    return d.finish()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.npz"
    np.savez(path, image=np.random.default_rng(1).random((SAMPLES, 1, 4, 4), np.float32))
    return path


class ByHand(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.make1, self.norm1, self.make2 = nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 16)
        self.judge1, self.norm2, self.judge2 = nn.Linear(16, 6), nn.BatchNorm1d(6), nn.Linear(6, 1)

    def make(self, noise: torch.Tensor) -> torch.Tensor:
        return self.make2(F.relu(self.norm1(self.make1(noise))))

    def judge(self, x: torch.Tensor) -> torch.Tensor:
        return self.judge2(F.relu(self.norm2(self.judge1(x))))


def by_hand(
    document: Document, data: Path, steps: int, clip: float = 0.0, decay: float = 1.0, fresh: bool = False
) -> dict[str, Any]:
    """The weights of the loop as Goodfellow et al. 2014 write it, each step with noise of its own; the last losses."""
    module = ByHand()
    torch.manual_seed(document.training.seed)
    module.load_state_dict(build(compile_source(document)).state_dict())
    image = torch.from_numpy(np.load(data)["image"])
    split = Split(SAMPLES, 0.0, document.training.seed, torch.device("cpu"))
    critic = [*module.judge1.parameters(), *module.norm2.parameters(), *module.judge2.parameters()]
    maker = [*module.make1.parameters(), *module.norm1.parameters(), *module.make2.parameters()]
    first = torch.optim.Adam(critic, lr=0.01, betas=(0.5, 0.999), fused=True)
    second = torch.optim.RMSprop(maker, lr=0.005)
    schedules = [torch.optim.lr_scheduler.ExponentialLR(each, decay) for each in (first, second)]
    for epoch in range(EPOCHS):
        batches = [*split.order(epoch).split(BATCH)]
        while batches:
            for number in range(steps):
                if fresh and number and not batches:
                    break
                if fresh or not number:
                    real = image[batches.pop(0)].flatten(1)
                yes, no = torch.ones(len(real), 1), torch.zeros(len(real), 1)
                first.zero_grad()
                fake = module.make(torch.randn(len(real), 3)).detach()
                judged = module.judge(real)
                loss = F.binary_cross_entropy_with_logits(judged, yes)
                loss = loss + F.binary_cross_entropy_with_logits(module.judge(fake), no)
                loss.backward()
                if clip:
                    nn.utils.clip_grad_norm_(critic, clip)
                first.step()
            second.zero_grad()
            fooling = F.binary_cross_entropy_with_logits(module.judge(module.make(torch.randn(len(real), 3))), yes)
            fooling.backward()
            if clip:
                nn.utils.clip_grad_norm_(maker, clip)
            second.step()
        for schedule in schedules:
            schedule.step()
    return dict(module.state_dict())


@pytest.mark.parametrize(
    ("steps", "more", "options"),
    [
        (1, {}, {}),
        (3, {}, {}),
        (2, {"clipping": "ClipNorm", "max_norm": 0.05}, {"clip": 0.05}),
        (1, {"schedule": "Exponential", "gamma": 0.5}, {"decay": 0.5}),
        (4, {}, {"fresh": True}),
    ],
    ids=["one step", "three steps", "clipped part by part", "one schedule for all", "four steps on a batch each"],
)
def test_a_gan_is_bit_for_bit_the_loop_written_by_hand(
    tmp_path: Path, data: Path, steps: int, more: dict[str, Any], options: dict[str, Any]
) -> None:
    each = turns(steps=steps)
    each[0]["fresh"] = options.get("fresh", False)
    document = gan(data, turns=each, **more)
    events = train(document, tmp_path / "run")
    assert isinstance(events[-1], Finished), events[-1]
    with threads_for(document, BATCH):
        expected = by_hand(document, data, steps, **options)
    found = load_file(tmp_path / "run" / "last.safetensors")
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(found[name], value), name
    ended = [event for event in events if isinstance(event, EpochEnded)]
    assert set(ended[-1].training) == {"loss", "real", "fake", "fooling"}
    last = ended[-1].training
    assert last["loss"] == pytest.approx(sum(last[name] or 0.0 for name in ("real", "fake", "fooling")))


def test_the_weights_of_the_other_part_get_no_gradient_and_keep_their_values(tmp_path: Path, data: Path) -> None:
    document = gan(data)
    module = build(compile_source(document))
    _, measured = known(module.loss_maker)(torch.rand(8, 1, 4, 4))
    assert set(measured) == {"fooling"}
    still = {**turns()[1], "optimizer": {"type": "SGD", "learning_rate": 1e-38, "momentum": 0.0}}
    document = gan(data, turns=[turns()[0], still])
    train(document, tmp_path / "run")
    torch.manual_seed(0)
    before, after = build(compile_source(document)).state_dict(), load_file(tmp_path / "run" / "last.safetensors")
    for name, value in before.items():
        learned = name.startswith(("judge", "norm2")) or "running" in name or "num_batches" in name
        assert torch.allclose(value, after[name], rtol=0.0, atol=1e-30) != learned, name


@pytest.mark.slow
@pytest.mark.parametrize("stop", [3, 8, 15])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"averaging": "EMA", "ema_decay": 0.9, "penalty": "L2", "clipping": "ClipNorm", "schedule": "OneCycle"},
        {"weight_noise": 0.01, "optimizers": ({"type": "SGD", "learning_rate": 0.01}, {"type": "Muon"})},
    ],
    ids=["plain", "with methods", "SGD and Muon"],
)
def test_a_gan_that_was_stopped_ends_with_the_very_same_bits(
    tmp_path: Path, data: Path, options: dict[str, Any], stop: int
) -> None:
    chosen = dict(options)
    each = turns(steps=2)
    each[0]["fresh"] = "weight_noise" in options
    for turn, optimizer in zip(each, chosen.pop("optimizers", ()), strict=False):
        turn["optimizer"] = optimizer
    document = gan(data, turns=each, **chosen)
    whole = train(document, tmp_path / "whole")
    assert isinstance(whole[-1], Finished), whole[-1]
    with pytest.MonkeyPatch.context() as patch:
        stopped_at(stop, patch)
        train(document, tmp_path / "parts", commands=queue.Queue())
    second = train(document, tmp_path / "parts", resume=True)
    assert isinstance(second[-1], Finished), second[-1]
    assert same(kept(tmp_path / "parts"), kept(tmp_path / "whole"))


def test_a_run_goes_on_with_other_rates_but_not_with_other_turns(tmp_path: Path, data: Path) -> None:
    train(gan(data), tmp_path / "run")
    other = turns()
    other[0]["optimizer"] = {"type": "Adam", "learning_rate": 0.02, "beta1": 0.5}
    again = train(gan(data, epochs=3, turns=other), tmp_path / "run", resume=True)
    assert isinstance(again[-1], Finished)
    (failed,) = train(gan(data, epochs=4, turns=turns(steps=2)), tmp_path / "run", resume=True)
    assert isinstance(failed, Failed)
    assert "was trained with other turns; resume it with its own, or start a new run." in failed.message


def changed(place: int, **values: Any) -> list[dict[str, Any]]:
    each = turns()
    each[place] |= values
    return each


@pytest.mark.parametrize(
    ("each", "sentence"),
    [
        (changed(1, nodes=["make1", "norm1", "make2", "judge1"]), "'judge1' is in two turns, 'critic' and 'maker'"),
        (changed(1, nodes=["make1", "norm1", "make2", "judge1_again"]), "'judge1' is in two turns"),
        (changed(1, nodes=["make1", "make2"]), "'norm1' has weights that are in no turn; add it to one, or freeze it."),
        (changed(0, objectives=["real"]), "'fake' is an objective that no turn makes smaller"),
        (changed(0, nodes=["judge1", "norm2", "judge2", "lost"]), "names the node 'lost', which is not in the drawing"),
        (changed(0, objectives=["real", "fake", "judge1"]), "names 'judge1' among its objectives, but it is not an"),
        (changed(0, nodes=["judge1", "norm2", "judge2", "fake"]), "names 'fake' among its nodes, but it is an objec"),
        (changed(0, nodes=[]), "The turn 'critic' has no nodes; name some, or remove the turn."),
        (changed(0, nodes=["judge1", "norm2", "judge2"], name="x"), ""),
    ],
)
def test_turns_that_are_not_those_of_the_drawing_are_told_by_check_and_before_training(
    tmp_path: Path, data: Path, each: list[dict[str, Any]], sentence: str
) -> None:
    document = gan(data, turns=each)
    found = [problem.message for problem in check(document) if problem.severity == "error"]
    assert bool(found) == bool(sentence)
    if sentence:
        assert any(sentence in message for message in found), found
        assert compile_source(document).turns == ()  # what is drawn can still be exported
        (failed,) = [event for event in train(document, tmp_path / "run") if isinstance(event, Failed)]
        assert failed.message == found[0]


def test_what_does_not_go_with_turns_is_refused_in_a_sentence(tmp_path: Path, data: Path) -> None:
    runs = (tmp_path / f"run{number}" for number in range(9))

    def refusal(document: Document) -> str:
        (failed,) = [event for event in train(document, next(runs)) if isinstance(event, Failed)]
        return failed.message

    assert "set accumulation to 1" in refusal(gan(data, accumulation=2))
    frozen = gan(data)
    with frozen.edit("Freeze"):
        for name in ("make1", "norm1", "make2"):
            frozen.model.alter(name, frozen=True)
    assert refusal(frozen) == "The turn 'maker' has nothing to learn: its nodes have no free weights."
    detached = gan(data)
    with detached.edit("Detach"):
        model = detached.model
        model.add("Detach", name="detach")
        model.connect("make2", "detach")
        model.connect("detach", "judge1_again", "x")
    assert "or a Detach lies between them" in refusal(detached)
    with pytest.raises(Exception, match="take the turns away"):
        try_rates(RangeJob(dumps(gan(data))), lambda _: None, queue.Queue())


def test_turns_travel_in_the_file_and_as_text_and_follow_a_node_that_is_renamed(data: Path) -> None:
    document = gan(data)
    first, second = document.training.turns
    assert first == Turn(
        name="critic",
        nodes=("judge1", "norm2", "judge2"),
        objectives=("real", "fake"),
        optimizer=Adam(learning_rate=0.01, beta1=0.5),
    )
    assert isinstance(second.optimizer, RMSprop)
    with document.edit("Fresh"):
        document.set_training(turns=[first, msgspec.structs.replace(second, fresh=True, steps=5)])
    again = loads(dumps(document))
    assert again.training == document.training
    text = ", ".join(turn.text() for turn in document.training.turns)
    assert text.startswith(
        "critic:nodes=judge1+norm2+judge2:objectives=real+fake:optimizer=Adam:learning_rate=0.01:beta1=0.5"
    )
    with document.edit("As text"):
        document.set_training(turns=text)
    assert document.training == again.training
    with document.edit("Rename"):
        document.model.rename("judge1", "first")
        document.model.rename("fooling", "deceit")
    assert [turn.nodes[0] for turn in document.training.turns] == ["first", "make1"]
    assert document.training.turns[1].objectives == ("deceit",)
    assert not [problem for problem in check(document) if problem.severity == "error"]
    document.undo()
    assert document.training == again.training


def test_turns_follow_nodes_into_a_block_and_out_of_it_and_one_that_is_replaced(data: Path) -> None:
    document = gan(data)
    before = document.training.turns
    block = group(document, "", ["make1", "norm1", "relu1", "make2"], "Maker")
    assert [turn.nodes for turn in document.training.turns] == [before[0].nodes, (block,)]
    assert not [problem for problem in check(document) if problem.severity == "error"]
    assert compile_source(document).turns == ("critic", "maker")
    unpack(document, "", block)
    assert [turn.nodes for turn in document.training.turns] == [turn.nodes for turn in before]
    (made,), _ = replace(document, "", ["fooling"], "MSE")
    assert document.training.turns[1].objectives == (made,)
    for _ in range(3):
        document.undo()
    assert document.training.turns == before


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("a:nodes=x, a:nodes=y", "Training: two turns are called 'a'; give each a name of its own."),
        ("a b:nodes=x", "Training: 'a b' cannot name a turn"),
        ("a:nodes", "write NAME:FIELD=VALUE"),
        ("a:optimizer=LBFGS", "the turn 'a' cannot use LBFGS"),
        ("a:optimizer=Adam:momentum=0.5", "Adam has no momentum"),
        ("a:steps=0", "steps must be an integer from 1 to 1,000, got 0"),
        ([{"nodes": ["x"]}], "a turn must have a name, nodes and objectives"),
        ([3], "a turn must have a name, nodes and objectives, got 3"),
        (3, "turns must be a list of turns, got 3"),
    ],
)
def test_a_turn_that_is_wrong_gets_a_sentence(value: Any, sentence: str) -> None:
    document = Document()
    with pytest.raises(ParameterError) as caught, document.edit("Wrong"):
        document.set_training(turns=value)
    assert sentence in str(caught.value)
    assert document.training.turns == ()


def test_health_is_told_of_the_nodes_of_each_turn_and_a_loss_that_is_not_finite_ends_before_the_step(
    tmp_path: Path, data: Path
) -> None:
    events = train(gan(data, turns=turns(steps=2)), tmp_path / "run")
    first, second = [event for event in events if isinstance(event, GradientHealth)][:2]
    assert first.step == second.step == 1
    assert set(first.nodes) == {"judge1", "norm2", "judge2"}
    assert set(second.nodes) == {"make1", "norm1", "make2"}
    np.savez(data, image=np.full((SAMPLES, 1, 4, 4), 3e38, np.float32))
    failed = train(gan(data, scaling="none"), tmp_path / "wild")[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("The loss became NaN (not a number) at step 1: it arose first in 'norm2'")


def test_losses_of_parts_with_opposite_aims_give_no_alarm() -> None:
    def told(names: list[str]) -> list[str]:
        alarms, found = Alarms(), []
        alarms.take(Started("", "cpu", 9, 0, 10, 10, 0, 1, ["loss"], 0, turns=names))
        for epoch in range(1, 9):
            alarms.take(Progress(epoch, 10 * epoch, [float(epoch)] * 10, 1.0))
            found += alarms.take(EpochEnded(epoch, 10 * epoch, {"loss": float(epoch)}, {}, 1.0, False))
        return [alarm.kind for alarm in found]

    assert told([]) == ["too_large"]
    assert told(["critic", "maker"]) == []


def test_a_rate_that_no_turn_uses_is_refused_on_the_command_line(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(gan(data), tmp_path / "gan.loom")
    with pytest.raises(
        LayerloomError, match="--set learning_rate has no effect: each turn has an optimizer of its own"
    ):
        app.run(["train", str(tmp_path / "gan.loom"), "--set", "learning_rate=0.1"], "0", lambda *_: None)
    given = "turns=a:nodes=judge1+norm2+judge2+make1+norm1+make2:objectives=real+fake+fooling:learning_rate=0.1"
    run = ["--set", given, "--epochs", "1", "--run-dir", str(tmp_path / "run")]
    assert app.run(["train", str(tmp_path / "gan.loom"), *run], "0", lambda *_: None) == 0
    assert "fooling" in capsys.readouterr().err
