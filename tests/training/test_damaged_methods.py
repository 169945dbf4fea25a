"""Checkpoints of other methods that are not what training wrote: one sentence, whatever is wrong."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.support.training_drawings import classifier, train
from training.protocol import Event, Failed, Progress, Stop

SETTINGS: dict[str, dict[str, Any]] = {
    "LBFGS": {"optimizer": "LBFGS", "max_iter": 8},
    "Muon": {"optimizer": "Muon"},
    "EMA": {"averaging": "EMA"},
    "groups": {"accumulation": 100, "batch_size": 4},
}


def begun(name: str, run: Path) -> Path:
    """A run of an epoch, or one stopped in the middle of a group of batches."""
    commands: queue.Queue[Any] = queue.Queue()

    def stop(event: Event) -> None:
        if name == "groups" and isinstance(event, Progress):
            commands.put(Stop())

    train(classifier(epochs=1, **SETTINGS[name]), run, commands=commands, emit=stop)
    return run


def first(state: dict[str, Any]) -> Any:
    return state["optimizer"]["state"][0]


def lbfgs(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda state: first(state).update(values)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("LBFGS", lbfgs(d=torch.zeros(3)), "'d' of the optimizer does not belong to its parameters"),
        ("LBFGS", lbfgs(d="0"), "'d' of the optimizer is a str"),
        ("LBFGS", lbfgs(t=float("nan")), "'t' of the optimizer is a float"),
        ("LBFGS", lbfgs(old_dirs=[torch.zeros(3)]), "'old_dirs' of the optimizer does not belong"),
        ("LBFGS", lbfgs(old_dirs=[]), "the optimizer's steps back are not of one number"),
        ("LBFGS", lbfgs(old_dirs=5), "'old_dirs' of the optimizer is not a list"),
        ("LBFGS", lbfgs(speed=5), "the optimizer's state is not one of LBFGS"),
        ("Muon", lambda state: first(state).update(momentum_buffer=torch.zeros(3)), "has the shape (3,)"),
        ("Muon", lambda state: first(state).clear(), "is incomplete"),
        ("EMA", lambda state: state.pop("average"), "it has no 'average'"),
        ("EMA", lambda state: state["average"].pop("n_averaged"), "its averaged weights are of another drawing"),
        ("EMA", lambda state: state["average"].update({"module.hidden.bias": torch.zeros(3)}), "has the shape (3,)"),
        ("groups", lambda state: state["gradients"].pop(), "its gradients are of other parameters"),
        ("groups", lambda state: state["gradients"].insert(0, state["gradients"].pop()), "has the shape"),
    ],
)
def test_a_state_that_does_not_belong_to_its_drawing(
    tmp_path: Path, name: str, change: Callable[..., Any], said: str
) -> None:
    run = begun(name, tmp_path / "run")
    path = next(run.glob("*.pt"))
    state = torch.load(path, weights_only=True)
    change(state)
    torch.save(state, path)
    failed = train(classifier(epochs=2, **SETTINGS[name]), run, resume=True)[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith(f"The checkpoint of {run} is damaged (")
    assert said in failed.message


@pytest.mark.slow
def test_fewer_steps_back_may_be_remembered_from_now_on(tmp_path: Path) -> None:
    for epochs, history in ((3, 10), (4, 2)):
        document = classifier(epochs=epochs, optimizer="LBFGS", history_size=history, max_iter=4)
        last = train(document, tmp_path / "run", resume=epochs > 3)[-1]
        assert not isinstance(last, Failed), last
    state = torch.load(next((tmp_path / "run").glob("*.pt")), weights_only=True)
    assert len(first(state)["old_dirs"]) == 2
