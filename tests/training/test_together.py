"""Several processes train one drawing: the same curve as one, and nothing lost when one of them is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import layerloom
from graph.document import Document
from graph.recipe.optimizers import SGD
from graph.recipe.turns import Turn
from graph.storage.loom import dumps, save
from tests.support.together import ROOT, train_together
from tests.support.training_drawings import classifier, train
from training.checkpoints.checkpoint import best_weights, read_weights
from training.cli.together import started_together, torchrun_line
from training.errors import TrainingError
from training.protocol import Notice, Started, TrainJob
from training.ranks.alike import check_alike
from training.ranks.ranks import Ranks
from training.runs.runs import read_run

pytestmark = [pytest.mark.slow, pytest.mark.long]


def convolutional(**training: Any) -> Document:
    d = layerloom.Drawing("Small", **{"epochs": 2, "batch_size": 64, "learning_rate": 0.01, **training})
    x = d.input(1, 8, 8, name="image").conv2d(4, padding=1).batchnorm2d(momentum=None).relu().flatten()
    scores = x.linear(10, name="scores")
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    return d.finish()


def masked(folder: Path) -> Document:
    """Labels of which most are ignored, so that some parts of batches have none, and weights of classes."""
    random = np.random.default_rng(0)
    labels = np.where(random.random((45, 3)) < 0.8, -100, random.integers(0, 4, (45, 3)))
    labels[:4] = -100
    np.savez(folder / "masked.npz", x=random.random((45, 6), dtype=np.float32), y=labels)
    d = layerloom.Drawing("Masked", data=str(folder / "masked.npz"), epochs=3, batch_size=8, learning_rate=0.01)
    scores = d.input(6, name="x").linear(12).unflatten(1, (4, 3))
    d.output(scores)
    d.crossentropy(scores, d.target(3, name="y"), weight=(1.0, 2.0, 3.0, 0.5))
    return d.finish()


def several(folder: Path) -> Document:
    """Two objectives, one of which ignores labels."""
    random = np.random.default_rng(1)
    label = np.where(random.random(50) < 0.5, -100, random.integers(0, 3, 50))
    values = random.random((50, 2), dtype=np.float32)
    np.savez(folder / "several.npz", x=random.random((50, 5), dtype=np.float32), label=label, value=values)
    d = layerloom.Drawing("Several", data=str(folder / "several.npz"), epochs=3, batch_size=6, optimizer="SGD")
    hidden = d.input(5, name="x").linear(8).tanh()
    scores, value = hidden.linear(3), hidden.linear(2)
    d.output(scores)
    d.output(value)
    d.crossentropy(scores, d.target(name="label"), loss_weight=0.3)
    d.mse(value, d.target(2, dtype="float32", name="value"))
    return d.finish()


def in_turns(folder: Path, *, fresh: bool = False, **training: Any) -> Document:
    """Two parts that learn in turns, one of which ignores labels; the last round of an epoch is short."""
    random = np.random.default_rng(2)
    label = np.where(random.random(61) < 0.3, -100, random.integers(0, 3, 61))
    values = random.random((61, 2), dtype=np.float32)
    np.savez(folder / "turns.npz", x=random.random((61, 5), dtype=np.float32), label=label, value=values)
    d = layerloom.Drawing("Turns", data=str(folder / "turns.npz"), epochs=3, batch_size=6)
    hidden = d.input(5, name="x").linear(8, name="first").tanh()
    scores, value = hidden.linear(3, name="scores"), hidden.linear(2, name="values")
    d.output(scores)
    d.output(value)
    d.crossentropy(scores, d.target(name="label"), name="classes", loss_weight=0.3)
    d.mse(value, d.target(2, dtype="float32", name="value"), name="error")
    document = d.finish()
    one = Turn(name="one", nodes=("first", "scores"), objectives=("classes",), steps=2, fresh=fresh, optimizer=SGD())
    two = Turn(name="two", nodes=("values",), objectives=("error",))
    with document.edit("Turns"):
        document.set_training(turns=[one, two], **training)
    return document


def certain(**training: Any) -> Document:
    """A classifier in which nothing is random: what dropout leaves out is another matter in each process."""
    document = classifier(**{"epochs": 2, "learning_rate": 0.01, **training})
    with document.edit("Leave out"):
        document.model.remove(["dropout"], heal=True)
    return document


def alike(folder: Path) -> dict[str, Document]:
    """What two processes must train to the same figures as one."""
    settings: dict[str, dict[str, Any]] = {
        "plain": {"batch_size": 64},
        "odd": {"batch_size": 50, "validation": 0.13, "optimizer": "SGD", "momentum": 0.9},
        "clipped": {"clipping": "ClipNorm", "max_norm": 0.1, "penalty": "L2", "l2": 0.01, "schedule": "cosine"},
        "averaged": {"averaging": "EMA", "ema_decay": 0.9, "class_weights": "balanced"},
        "plateau": {"schedule": "plateau", "patience": 1, "epochs": 6, "learning_rate": 0.5},
        "accumulated": {"batch_size": 50, "accumulation": 3, "schedule": "cosine", "metrics": "all"},
        "changed": {"augmentation": "translate,noise,mixup", "epochs": 1},
    }
    return {
        **{name: certain(**each) for name, each in settings.items()},
        "masked": masked(folder),
        "several": several(folder),
        "ignoring": accumulating(masked(folder)),
        "turns": in_turns(folder, clipping="ClipNorm", max_norm=0.1, averaging="EMA", ema_decay=0.9),
        "fresh": in_turns(folder, fresh=True),
    }


def accumulating(document: Document) -> Document:
    """The same, with two batches a step."""
    with document.edit("Accumulate"):
        document.set_training(accumulation=2)
    return document


def curves(run: Path) -> list[list[float]]:
    return [
        [value for figures in (epoch.training, epoch.validation) for value in figures.values() if value is not None]
        for epoch in read_run(run).epochs
    ]


def test_two_processes_have_the_curve_of_one(tmp_path: Path) -> None:
    documents = alike(tmp_path)
    jobs = [TrainJob(dumps(each), str(tmp_path / f"{name}-two"), together=True) for name, each in documents.items()]
    assert train_together(jobs, tmp_path) == [""] * len(jobs)
    for name, document in documents.items():
        train(document, tmp_path / f"{name}-one")
        one, two = curves(tmp_path / f"{name}-one"), curves(tmp_path / f"{name}-two")
        assert len(one) == len(two), name
        for ours, theirs in zip(one, two, strict=True):
            assert theirs == pytest.approx(ours, rel=1e-5, abs=1e-5), name
        weights, others = (read_weights(best_weights(tmp_path / f"{name}-{end}")) for end in ("one", "two"))
        assert all(torch.allclose(weights[key], others[key], rtol=1e-3, atol=1e-5) for key in weights), name
        losses = [
            [loss for event in read_run(tmp_path / f"{name}-{end}").events for loss in getattr(event, "losses", [])]
            for end in ("one", "two")
        ]
        assert losses[1] == pytest.approx(losses[0], rel=1e-4, abs=1e-5, nan_ok=True) if None not in losses[0] else True


def test_a_run_that_was_stopped_goes_on_to_the_last_bit_in_groups_and_in_turns(tmp_path: Path) -> None:
    documents = {
        "groups": certain(batch_size=50, accumulation=4, weight_noise=0.01),
        "turns": in_turns(tmp_path, fresh=True, weight_noise=0.01),
    }
    jobs = [
        TrainJob(dumps(document), str(tmp_path / f"{name}{end}"), resume=resume, together=True)
        for name, document in documents.items()
        for end, resume in (("-whole", False), ("-stopped", False), ("-stopped", True))
    ]
    assert train_together(jobs, tmp_path) == [""] * len(jobs)
    for name in documents:
        whole, stopped = (tmp_path / f"{name}-{end}" for end in ("whole", "stopped"))
        assert sum(isinstance(event, Started) for event in read_run(stopped).events) == 2
        one, other = (read_weights(run / "last.safetensors") for run in (whole, stopped))
        assert all(torch.equal(one[key], other[key]) for key in one), name
        assert curves(whole) == curves(stopped), name


def test_what_cannot_be_done_together_is_a_sentence(tmp_path: Path) -> None:
    documents = [
        classifier(batch_size=65),
        classifier(optimizer="LBFGS"),
    ]
    jobs = [TrainJob(dumps(each), str(tmp_path / str(at)), together=True) for at, each in enumerate(documents)]
    said = train_together(jobs, tmp_path)
    assert said[0].startswith("A batch of 65 samples cannot be shared by 2 processes alike; take a batch_size that 2")
    assert said[1] == "Several processes do not train with LBFGS together; leave out --nproc, or LBFGS."


def command(folder: Path, *arguments: str, safe: bool = False) -> subprocess.Popen[str]:
    whole = [sys.executable, *(["-P"] if safe else []), "-m", "layerloom", "train", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        whole, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def lose_one(process: subprocess.Popen[str], line: str) -> None:
    """Kill the second of two processes once a line of what is said begins so; the job ends with a sentence."""
    assert process.stderr is not None
    next(each for each in process.stderr if each.startswith(line))
    os.kill(children(process.pid)[1], signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 2
    gone = "layerloom: Another of the 2 processes that train together has ended; --resume goes on from the last "
    assert said.splitlines()[-1] == f"{gone}checkpoint."


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_process_that_is_gone_ends_the_job_and_the_run_goes_on_to_the_last_bit(tmp_path: Path) -> None:
    save(convolutional(epochs=12, metrics="few"), tmp_path / "small.loom")
    options = ("small.loom", "--nproc", "2", "--set", "weight_noise=0.01", "--run-dir")
    process = command(tmp_path, *options, "killed")
    lose_one(process, "epoch   3/12")
    assert len(read_run(tmp_path / "killed").epochs) < 12
    for arguments in (("--resume", "killed", "--nproc", "2"), (*options, "whole")):
        process = command(tmp_path, *arguments)
        said = process.communicate()[1]
        assert process.returncode == 0, said
    one, other = (read_weights(tmp_path / name / "last.safetensors") for name in ("killed", "whole"))
    assert all(torch.equal(one[key], other[key]) for key in one)
    assert curves(tmp_path / "killed") == curves(tmp_path / "whole")


def begun(folder: Path, run: str) -> subprocess.Popen[str]:
    """A training of two processes that has come to its second epoch."""
    save(certain(epochs=500), folder / "net.loom")
    process = command(folder, "net.loom", "--nproc", "2", "--run-dir", run)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("epoch   2/500"):
            break
    return process


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_when_the_first_process_is_killed_a_sentence_says_so(tmp_path: Path) -> None:
    process = begun(tmp_path, "run")
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 2
    killed = "layerloom: The first of the 2 processes was killed by signal 9; --resume goes on from the last checkpoint"
    assert said.splitlines()[-1] == f"{killed} of its run."
    assert read_run(tmp_path / "run").outcome == "killed"


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl+C is no signal")
def test_ctrl_c_stops_all_processes_in_order(tmp_path: Path) -> None:
    process = begun(tmp_path, "run")
    process.send_signal(signal.SIGINT)
    out, said = process.communicate()
    assert process.returncode == 0, said
    assert out == "The run is in run\n"
    assert read_run(tmp_path / "run").outcome == "stopped"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_when_what_started_them_is_killed_the_processes_stop_in_order(tmp_path: Path) -> None:
    process = begun(tmp_path, "run")
    process.kill()
    process.communicate()  # until the last of them has closed the pipes
    assert read_run(tmp_path / "run").outcome == "stopped"


def test_what_makes_the_curve_another_one_than_that_of_one_process_is_told(tmp_path: Path) -> None:
    documents = [classifier(epochs=1), convolutional(epochs=1), certain(epochs=1)]
    jobs = [TrainJob(dumps(each), str(tmp_path / str(at)), together=True) for at, each in enumerate(documents)]
    assert train_together(jobs, tmp_path) == ["", "", ""]
    random, parts, nothing = (
        [event.message for event in read_run(tmp_path / str(at)).events if isinstance(event, Notice)] for at in range(3)
    )
    told = "Layers of this drawing draw random numbers while it trains: 2 processes draw others than one would, the "
    assert random[len(nothing) :] == [f"{told}same ones every time."]
    assert parts[-1].startswith("Batch normalization ('")
    assert parts[-1].endswith(
        ") looks at the part of a batch that each of the 2 processes has, so that the curve is "
        "not quite that of one process."
    )
    assert not any("process" in message for message in nothing)


def frozen() -> Document:
    """One that keeps the statistics of a layer."""
    document = convolutional(epochs=3, batch_size=50)
    with document.edit("Freeze"):
        for name in [name for name in document.model.nodes if name.startswith("batchnorm")]:
            document.model.alter(name, frozen=True)
    return document


def test_frozen_statistics_stay_to_the_last_bit_and_the_curve_is_that_of_one_process(tmp_path: Path) -> None:
    train(convolutional(epochs=1), tmp_path / "before")
    jobs = [TrainJob(dumps(frozen()), str(tmp_path / "two"), start_from=str(tmp_path / "before"), together=True)]
    assert train_together(jobs, tmp_path) == [""]
    before, after = (read_weights(tmp_path / name / "last.safetensors") for name in ("before", "two"))
    kept = [key for key in before if "running_" in key]
    assert kept
    assert all(torch.equal(before[key], after[key]) for key in kept)
    train(frozen(), tmp_path / "one", start_from=str(tmp_path / "before"))
    for ours, theirs in zip(curves(tmp_path / "one"), curves(tmp_path / "two"), strict=True):
        assert theirs == pytest.approx(ours, rel=1e-5, abs=1e-5)


def test_each_process_takes_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)
    assert Ranks(3, 4, 1).device(torch.device("cuda")) == torch.device("cuda", 1)
    assert Ranks(3, 4, 3).device(torch.device("cpu")) == torch.device("cpu")
    with pytest.raises(TrainingError, match=r"each process takes one, but PyTorch sees 2 here; lower --nproc to 2"):
        Ranks(2, 4, 2).device(torch.device("cuda"))
    for name in ("cuda:1", "mps"):
        with pytest.raises(TrainingError, match=f"with a GPU each, not on '{name}'; set device"):
            Ranks(0, 2, 0).device(torch.device(name))


def test_a_command_that_is_refused_leaves_no_empty_run(tmp_path: Path) -> None:
    process = command(tmp_path, "missing.loom", "--nproc", "2")
    said = process.communicate()[1]
    assert process.returncode == 2
    assert "missing.loom" in said
    assert not list((tmp_path / "runs").iterdir())
    assert command(tmp_path, "missing.loom", "--nproc", "2", "--lr-test").communicate()[1] == (
        "layerloom: --lr-test is done by one process, here and now; leave out --nproc and --write-slurm.\n"
    )


def test_files_beside_the_drawing_are_not_taken_for_modules(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit('not this one')\n")
    save(certain(epochs=1), tmp_path / "net.loom")
    with_safe_path = command(tmp_path, "net.loom", "--nproc", "2", "--json", safe=True)
    out, said = with_safe_path.communicate()
    assert with_safe_path.returncode == 0, said
    assert json.loads(out)["epoch"] == 1


def test_processes_that_do_not_begin_alike_are_refused() -> None:
    class Two(Ranks):
        def from_all(self, own: Any) -> list[Any]:
            return [own, others.pop()]

    module, others = torch.nn.Linear(2, 1), ["another"]
    with pytest.raises(TrainingError, match=r"The 2 processes do not begin alike: the data, the checkpoint or"):
        check_alike(Two(0, 2), "drawing", module)


def test_statistics_of_a_batch_are_averaged_by_samples(tmp_path: Path) -> None:
    """With one batch an epoch, the running mean is that of the whole batch, whatever its parts."""
    document = convolutional(epochs=1, batch_size=2048, validation=0.0, learning_rate=1e-9)
    assert train_together([TrainJob(dumps(document), str(tmp_path / "two"), together=True)], tmp_path) == [""]
    train(document, tmp_path / "one")
    one, two = (read_weights(tmp_path / name / "last.safetensors") for name in ("one", "two"))
    means = [key for key in one if key.endswith("running_mean")]
    assert means
    assert all(torch.allclose(one[key], two[key], rtol=1e-4, atol=1e-6) for key in means)


def test_a_script_for_a_cluster_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["train", "my net.loom", "--nproc", "4", "--nnodes=2", "--write-slurm", "job.sh", "--epochs", "3"]
    assert started_together(arguments) == 0
    script = (tmp_path / "job.sh").read_text()
    assert "#SBATCH --nodes=2\n" in script
    line = "torchrun --nnodes=2 --nproc-per-node=4 --max-restarts=0 --rdzv-backend=c10d"
    assert f'srun {line} --rdzv-endpoint="$head:$port" --rdzv-id="$SLURM_JOB_ID"' in script
    assert "-m layerloom train 'my net.loom' --epochs 3 --run-dir 'runs/my net-together'" in script
    assert line in capsys.readouterr().out
    assert "--standalone" in torchrun_line(["train"], 1, 2)
    assert subprocess.run(["bash", "-n", str(tmp_path / "job.sh")], check=False).returncode == 0


def test_numbers_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert layerloom.main(["train", "x.loom", "--nproc", "many"]) == 2
    assert "--nproc must be a number from 1 to 4,096, got 'many'." in capsys.readouterr().err
    assert layerloom.main(["train", "x.loom", "--nnodes", "2"]) == 2
    assert "--nnodes 2 starts nothing on other machines by itself" in capsys.readouterr().err


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    return lambda: None
