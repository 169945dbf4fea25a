"""Sweeps: trials in processes of their own, no trial lost or done twice, and a failed one told and counted."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerloom
from graph.document import Document
from graph.edits.setting.sweeping import trial_of, vary
from graph.recipe.sweep.sweep import override_sweep
from graph.storage.loom import dumps, save
from training.protocol import Command, Event, Failed, Finished, Importance, Notice, Stop, SweepJob, Trial
from training.runs.runs import read_run
from training.runs.sweeps.folder import is_sweep, read_importance, read_swept, sweeps_in
from training.runs.sweeps.ledger import best_of, orphans, owning, read_trials, turn, write_trial
from training.sweeps.importance import importance_of
from training.sweeps.searching import searcher_for
from training.sweeps.space import key_of
from training.worker.jobs import run_job

ROOT = Path(__file__).parent.parent.parent


def swept(*over: str, search: str = "Random", **values: Any) -> Document:
    d = layerloom.Drawing("Small", epochs=2, batch_size=256, learning_rate=0.01)
    scores = d.input(64, name="image").linear(8, name="hidden").relu().linear(10, name="scores")
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"), name="entropy")
    document = d.finish()
    for text in over:
        vary(document, *text.split("=", 1))
    with document.edit("Search"):
        document.set_setting("sweep", override_sweep(document.sweep, {"search": search, **values}))
    return document


def done(job: SweepJob, on: Callable[[Event, queue.Queue[Command]], None] = lambda _, __: None) -> list[Event]:
    """All that a sweep tells until it ends."""
    events: list[Event] = []
    commands: queue.Queue[Command] = queue.Queue()

    def emit(event: Event) -> None:
        events.append(event)
        on(event, commands)

    run_job(job, emit, commands)
    return events


def begun(drawing: Path, folder: Path, until: str) -> subprocess.Popen[str]:
    """The command that sweeps, in a process of its own, once it has told of a trial."""
    command = [sys.executable, str(ROOT / "layerloom.py"), "sweep", str(drawing), "--sweep-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process: subprocess.Popen[str] = subprocess.Popen(
        command, text=True, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(until):
            break
    return process


def by_hand(document: Document, folder: Path) -> list[tuple[Any, ...]]:
    """What a sweep comes to that nothing interrupts: its trials trained here, one after the other."""
    trials: dict[int, Trial] = {}
    folder.mkdir()
    searcher = searcher_for(document, folder)
    while (ask := searcher.ask(trials)) is not None:
        number = len(trials)
        run = layerloom.fit(trial_of(document, ask.values), run_dir=folder / str(number), quiet=True).run
        losses = [epoch.validation["loss"] for epoch in read_run(run).epochs]
        value = min(loss for loss in losses if loss is not None)
        known: dict[str, Any] = {"figure": "loss", "value": value, "epoch": len(losses), "asked": ask.asked}
        trial = Trial(number, ask.values, "complete", "", **known)
        trials[number] = trial
        searcher.tell(trial)
    return _outcomes(trials)


def asked(document: Document, folder: Path, count: int) -> list[dict[str, Any]]:
    """The values of so many trials, none of which comes to anything."""
    trials: dict[int, Trial] = {}
    for number in range(count):
        found = searcher_for(document, folder).ask(trials)
        if found is None:
            break
        trials[number] = Trial(number, found.values, "failed", "", asked=found.asked)
    return [trial.values for trial in trials.values()]


def test_a_grid_is_every_combination_once(tmp_path: Path) -> None:
    document = swept("hidden.out_features=4,8", "learning_rate=1e-3..1e-1", search="Grid", points=3)
    assert asked(document, tmp_path, 100) == [
        {"hidden.out_features": width, "learning_rate": rate} for width in (4, 8) for rate in (0.001, 0.01, 0.1)
    ]


def test_a_random_search_is_a_function_of_its_seed_and_tries_nothing_twice(tmp_path: Path) -> None:
    document = swept("hidden.out_features=2..9", "optimizer=SGD,Adam", trials=100, search_seed=3)
    values = asked(document, tmp_path, 1000)
    assert len({key_of(each) for each in values}) == len(values) == 16
    assert asked(document, tmp_path, 1000) == values
    other = swept("hidden.out_features=2..9", "optimizer=SGD,Adam", trials=100, search_seed=4)
    assert asked(other, tmp_path, 1000) != values


@pytest.mark.slow
def test_trials_are_runs_and_the_best_is_the_one_with_the_smallest_loss(tmp_path: Path) -> None:
    document = swept("learning_rate=0.00001,0.05", search="Grid")
    folder = tmp_path / "s"
    events = done(SweepJob(dumps(document), str(folder)))
    assert isinstance(events[-1], Finished)
    counts = {"complete": 2.0, "pruned": 0.0, "failed": 0.0, "best_trial": 1.0}
    assert {name: events[-1].results[name] for name in counts} == counts
    trials = read_trials(folder)
    best = best_of(trials)
    assert best is not None
    assert best.values == {"learning_rate": 0.05}
    run = read_run(folder / best.run)
    assert run.outcome == "completed"
    assert best.value == min(epoch.validation["loss"] for epoch in run.epochs if epoch.validation["loss"] is not None)
    assert run.settings["settings"]["learning_rate"] == 0.05
    assert run.document.sweep.over == ()
    assert is_sweep(folder)
    assert sweeps_in([tmp_path]) == [folder]
    assert read_swept(folder).sweep == document.sweep


@pytest.mark.slow
def test_a_trial_is_the_same_training_as_one_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    done(SweepJob(dumps(swept("learning_rate=0.03", search="Grid")), str(folder)))
    by_hand = swept(search="Grid")
    with by_hand.edit("Set"):
        by_hand.set_training(learning_rate=0.03)
    run = layerloom.fit(by_hand, run_dir=tmp_path / "run", quiet=True).run
    one, other = (
        [(epoch.training, epoch.validation) for epoch in read_run(path).epochs] for path in (folder / "trial-0000", run)
    )
    assert one == other
    assert (folder / "trial-0000" / "best.safetensors").read_bytes() == (run / "best.safetensors").read_bytes()


@pytest.mark.slow
def test_a_failed_trial_is_told_and_counted_and_not_fatal(tmp_path: Path) -> None:
    document = swept("data=nowhere.npz,digits", search="Grid")
    events = done(SweepJob(dumps(document), str(tmp_path / "s")))
    assert isinstance(events[-1], Finished)
    assert events[-1].results["failed"] == 1.0
    assert events[-1].results["complete"] == 1.0
    failed = read_trials(tmp_path / "s")[0]
    assert failed.state == "failed"
    assert failed.message.startswith("Trial 0 failed: ")
    assert "nowhere.npz" in failed.message


@pytest.mark.long
@pytest.mark.slow
def test_a_stopped_sweep_goes_on_where_it_was(tmp_path: Path) -> None:
    document = swept("learning_rate=0.01,0.1", search="Grid")
    with document.edit("Longer"):
        document.set_training(epochs=6)

    def stop(event: Event, commands: queue.Queue[Command]) -> None:
        if isinstance(event, Trial) and event.number == 1 and event.epoch == 2 and event.state == "running":
            commands.put(Stop())

    folder = tmp_path / "s"
    events = done(SweepJob(dumps(document), str(folder)), stop)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "stopped"
    assert [trial.state for trial in read_trials(folder).values()] == ["complete", "waiting"]
    done(SweepJob("", str(folder), resume=True))
    assert _outcomes(read_trials(folder)) == by_hand(document, tmp_path / "hand")
    assert not list((folder / "owners").iterdir())


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("search", ["Grid", "Random", "TPE"])
def test_a_killed_sweep_loses_no_trial_and_does_none_twice(search: str, tmp_path: Path) -> None:
    over = ("learning_rate=0.001,0.01", "hidden.out_features=4,8") if search == "Grid" else ("learning_rate=1e-4..1",)
    values: dict[str, dict[str, Any]] = {
        "Grid": {},
        "Random": {"trials": 4},
        "TPE": {"trials": 5, "startup": 2, "pruning": "none"},
    }
    document = swept(*over, search=search, **values[search])
    folder = tmp_path / "s"
    save(document, tmp_path / "small.loom")
    process = begun(tmp_path / "small.loom", folder, until="trial   1")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 2 <= len(read_trials(folder)) < 5
    done(SweepJob("", str(folder), resume=True))
    assert _outcomes(read_trials(folder)) == by_hand(document, tmp_path / "hand")


@pytest.mark.long
@pytest.mark.slow
def test_two_processes_share_a_sweep(tmp_path: Path) -> None:
    save(swept("learning_rate=1e-4..1", trials=5), tmp_path / "small.loom")
    folder = tmp_path / "s"
    first = begun(tmp_path / "small.loom", folder, until="trial   0")
    done(SweepJob("", str(folder), resume=True))
    first.communicate()
    trials = read_trials(folder)
    assert [trial.state for trial in trials.values()] == ["complete"] * 5
    assert len({trial.owner for trial in trials.values()}) == 2


def test_only_the_trials_of_the_dead_are_taken_over(tmp_path: Path) -> None:
    trials = {n: Trial(n, {}, "running", f"trial-{n}", owner) for n, owner in enumerate(("alive", "dead", "alive"))}
    with owning(tmp_path, "alive"):
        free, busy = orphans(tmp_path, trials)
        assert ([trial.number for trial in free], busy) == ([1], False)
    free, busy = orphans(tmp_path, trials)
    assert ([trial.number for trial in free], busy) == ([0, 1, 2], False)


def test_a_line_that_a_kill_cut_off_costs_no_other(tmp_path: Path) -> None:
    with turn(tmp_path):
        write_trial(tmp_path, Trial(0, {"a": 1}, "complete", "trial-0000", value=1.0))
        with (tmp_path / "trials.jsonl").open("ab") as file:
            file.write(b'{"type":"trial","number":1,"val')
        write_trial(tmp_path, Trial(1, {"a": 2}, "complete", "trial-0001", value=0.5))
    assert [trial.value for trial in read_trials(tmp_path).values()] == [1.0, 0.5]


def test_tpe_is_told_what_the_ledger_knows_and_suggests_the_same_again(tmp_path: Path) -> None:
    document = swept("learning_rate=1e-4..1", search="TPE", trials=8, startup=3)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    found = {}
    for name, again in (("one", False), ("two", True)):
        trials: dict[int, Trial] = {}
        searcher = searcher_for(document, tmp_path / name)
        for number in range(8):
            if again:  # a process that was killed after it asked, and one that told nothing of what it wrote
                searcher_for(document, tmp_path / name).ask(trials)
                searcher = searcher_for(document, tmp_path / name)
            ask = searcher.ask(trials)
            assert ask is not None
            cost = abs(np.log10(ask.values["learning_rate"]) + 2)
            trial = Trial(number, ask.values, "complete", "", figure="loss", value=float(cost), asked=ask.asked)
            trials[number] = trial
            if not again:
                searcher.tell(trial)
        assert searcher.ask(trials) is None
        found[name] = [trial.values for trial in trials.values()]
    assert found["one"] == found["two"]
    late = [abs(np.log10(values["learning_rate"]) + 2) for values in found["one"][4:]]
    assert min(late) < 1


@pytest.mark.slow
def test_importance_is_that_of_what_matters(tmp_path: Path) -> None:
    document = swept("learning_rate=1e-4..1", "hidden.out_features=4,8,16", "seed=0..9")
    draws = np.random.default_rng(0).random((60, 3))
    trials = {}
    for number, draw in enumerate(draws):
        values = {
            axis.name: axis.at(float(share), whole=axis.name == "seed")
            for axis, share in zip(document.sweep.over, draw, strict=True)
        }
        cost = (np.log10(values["learning_rate"]) + 2) ** 2
        trials[number] = Trial(number, values, "complete", "", figure="loss", value=float(cost))
    found = importance_of(document.sweep.over, trials)
    assert isinstance(found, Importance)
    assert found.shares["learning_rate"] > 0.9
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.explained > 0.8
    assert importance_of(document.sweep.over, dict(list(trials.items())[:7])) is None
    assert read_importance(tmp_path) is None


@pytest.mark.long
@pytest.mark.slow
def test_the_command_says_what_is_best_and_how_ranges_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(swept(), tmp_path / "small.loom")
    options = ["--over", "learning_rate=1e-3..1e-1", "--trials", "2", "--set", "epochs=1"]
    assert layerloom.main(["sweep", "small.loom", *options, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["search"] == "Random"
    assert found["over"] == [{"text": "learning_rate=0.001..0.1", "scale": "log"}]
    assert [trial["state"] for trial in found["trials"]] == ["complete", "complete"]
    assert Path(found["best"]["run"]).is_dir()
    assert layerloom.main(["sweep", "--resume", found["sweep"]]) == 0
    out, err = capsys.readouterr()
    assert "on a scale that is logarithmic" in err
    assert "2 trials." in out
    assert found["best"]["run"] in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["small.loom"], "nothing is varied yet"),
        (["small.loom", "--over", "hidden.out_features"], "is not understood; write NAME=1,2,3"),
        (["small.loom", "--over", "hidden.depth=1,2"], "'hidden' has no parameter 'depth'"),
        (["small.loom", "--over", "seed=1,2", "--search", "grid", "--trials", "3"], "A grid tries every combination"),
        (["small.loom", "--over", "seed=1,2", "--search", "best"], "search must be one of Grid, Random, TPE"),
        (["--resume", "nowhere"], "is not a sweep"),
        ([], "Give a FILE to sweep"),
    ],
)
def test_the_command_refuses_in_a_sentence(
    options: list[str],
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    save(swept(), tmp_path / "small.loom")
    assert layerloom.main(["sweep", *options]) == 2
    assert sentence in capsys.readouterr().err
    assert not any(map(is_sweep, tmp_path.rglob("*")))


def test_without_optuna_tpe_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    events = done(SweepJob(dumps(swept("seed=0..9", search="TPE")), str(tmp_path / "s")))
    assert isinstance(events[-1], Failed)
    assert "Optuna, which is not installed" in events[-1].message


@pytest.mark.long
@pytest.mark.slow
def test_several_trials_at_a_time_are_said_with_their_cores(tmp_path: Path) -> None:
    events = done(SweepJob(dumps(swept("seed=0,1", search="Grid", parallel=2)), str(tmp_path / "s")))
    said = [event.message for event in events if isinstance(event, Notice)]
    assert any(sentence.startswith("2 trials at a time, each on ") for sentence in said)
    assert [trial.state for trial in read_trials(tmp_path / "s").values()] == ["complete", "complete"]


def _outcomes(trials: Mapping[int, Trial]) -> list[tuple[Any, ...]]:
    return [(trial.values, trial.state, trial.value, trial.epoch) for trial in trials.values()]


@pytest.mark.slow
def test_a_stop_before_a_trial_trains_ends_its_process_at_once_and_loses_nothing(tmp_path: Path) -> None:
    document = swept("hidden.out_features=4", search="Grid")

    def stop(event: Event, commands: queue.Queue[Command]) -> None:
        if isinstance(event, Trial) and event.state == "running" and commands.empty():
            commands.put(Stop())

    folder = tmp_path / "sweep"
    told = done(SweepJob(dumps(document), str(folder)), stop)
    assert isinstance(told[-1], Finished)
    assert told[-1].reason == "stopped"
    assert not any(isinstance(event, Failed) for event in told)
    (trial,) = read_trials(folder).values()
    assert (trial.state, trial.message, trial.epoch) == ("waiting", "", 0)
    done(SweepJob("", str(folder), resume=True))
    (trial,) = read_trials(folder).values()
    assert (trial.state, trial.epoch) == ("complete", 2)
