"""Several processes each of which holds a part of the model: the same figures, and a run like any other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import layerloom
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import dumps, load, save
from tests.support.together import ROOT, numbers_held, train_together
from tests.support.training_drawings import classifier, train
from tests.training.test_together import (
    accumulating,
    certain,
    command,
    convolutional,
    curves,
    in_turns,
    lose_one,
    masked,
    several,
)
from training.checkpoints.checkpoint import read_weights
from training.protocol import ActivationHealth, GradientHealth, NodeHealth, Notice, Started, TrainJob
from training.runs.runs import read_run
from training.shards.units import units_of

pytestmark = pytest.mark.slow


def small_gpt() -> Document:
    """Blocks, weights that two layers share, and some that are used without the layer."""
    document = load(ROOT / "examples" / "gpt_small.loom")
    with document.edit("Short"):
        document.set_training(epochs=1, batch_size=512, device="cpu", optimizer="SGD", learning_rate=0.1)
    return document


def penalized() -> Document:
    """A layer with an own penalty beside that of all, gradients cut by value, and a schedule."""
    document = certain(batch_size=512, penalty="L1", l1=0.001, clipping="ClipValue", max_value=0.01, schedule="cosine")
    with document.edit("Own"):
        document.model.alter("hidden", l2=0.1)
    return document


def alike(folder: Path) -> dict[str, Document]:
    """What two processes with parts of the model train to the figures of one with all of it."""
    optimizers = ("AdamW", "NAdam", "RMSprop", "Adagrad")
    settings: dict[str, dict[str, Any]] = {
        "odd": {"batch_size": 50, "validation": 0.13, "optimizer": "SGD", "momentum": 0.9, "nesterov": True},
        "clipped": {"batch_size": 64, "clipping": "ClipNorm", "max_norm": 0.1, "penalty": "L2", "l2": 0.01},
        "averaged": {"batch_size": 128, "averaging": "EMA", "ema_decay": 0.9, "class_weights": "balanced"},
        "accumulated": {"batch_size": 50, "accumulation": 3, "metrics": "all"},
        **{name: {"optimizer": name, "batch_size": 512} for name in optimizers},
    }
    return {
        **{name: certain(**each) for name, each in settings.items()},
        "penalized": penalized(),
        "several": several(folder),
        "ignoring": accumulating(masked(folder)),
        "turns": in_turns(folder, clipping="ClipNorm", max_norm=0.1, averaging="EMA", ema_decay=0.9),
        "blocks": small_gpt(),
    }


def scaled() -> Document:
    """A layer that is a single number."""
    d = layerloom.Drawing("Scaled", epochs=1, data="digits")
    scores = d.input(1, 8, 8, name="image").flatten().linear(10).multiply(d.parameter(shape=(), name="scale"))
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    return d.finish()


def together(document: Document, run: Path, **job: Any) -> TrainJob:
    return TrainJob(dumps(document), str(run), together=True, **job)


def told(run: Path, kind: type[Any]) -> list[Any]:
    return [event for event in read_run(run).events if isinstance(event, kind)]


def close(one: Path, other: Path, name: str) -> None:
    assert len(curves(one)) == len(curves(other)) > 0, name
    for ours, theirs in zip(curves(one), curves(other), strict=True):
        assert theirs == pytest.approx(ours, rel=1e-5, abs=1e-5), name
    for file in ("best.safetensors", "last.safetensors"):
        weights, others = read_weights(one / file), read_weights(other / file)
        assert weights.keys() == others.keys(), name
        assert all(torch.allclose(weights[key], others[key], rtol=1e-3, atol=1e-5) for key in weights), name


def numbers(health: NodeHealth) -> list[float]:
    return [health.gradient or 0.0, health.weight or 0.0, health.update or 0.0]


def test_two_processes_with_parts_of_the_model_have_the_curve_of_one_with_all_of_it(tmp_path: Path) -> None:
    documents = alike(tmp_path)
    jobs = [together(each, tmp_path / f"{name}-two", shard=True) for name, each in documents.items()]
    assert train_together(jobs, tmp_path) == [""] * len(jobs)
    for name, document in documents.items():
        train(document, tmp_path / f"{name}-one")
        close(tmp_path / f"{name}-one", tmp_path / f"{name}-two", name)
        for ours, theirs in zip(
            *(told(tmp_path / f"{name}-{end}", GradientHealth) for end in ("one", "two")), strict=True
        ):
            for node, health in ours.nodes.items():
                assert numbers(theirs.nodes[node]) == pytest.approx(numbers(health), rel=1e-3, abs=1e-6), (name, node)
    started = told(tmp_path / "odd-two", Started)[0]
    assert (started.processes, started.sharded) == (2, True)
    assert any(
        "each holds at most 605 of 1,210 weights" in event.message for event in told(tmp_path / "odd-two", Notice)
    )


def test_with_parts_of_the_model_two_processes_train_as_with_all_of_it_and_hold_half(tmp_path: Path) -> None:
    """Where what is random, or what looks at a part of a batch, makes the curve another than that of one process."""
    documents = {
        "random": classifier(weight_noise=0.05, batch_size=64, hidden=64),
        "parts": convolutional(batch_size=128, optimizer="SGD", momentum=0.9, averaging="EMA", ema_decay=0.5),
    }
    jobs = [
        together(each, tmp_path / f"{name}-{end}", shard=end == "parts")
        for name, each in documents.items()
        for end in ("whole", "parts")
    ]
    assert train_together(jobs, tmp_path) == [""] * len(jobs)
    for name in documents:
        whole, parts = (tmp_path / f"{name}-{end}" for end in ("whole", "parts"))
        close(whole, parts, name)
        assert told(whole, ActivationHealth) == told(parts, ActivationHealth), name
        # Adam keeps two numbers of each weight, and one of each tensor.
        assert numbers_held(parts) < 0.52 * numbers_held(whole), name


def test_a_run_goes_on_to_the_last_bit_and_with_all_of_the_model_too(tmp_path: Path) -> None:
    average = certain(batch_size=50, accumulation=4, weight_noise=0.01, averaging="EMA", epochs=3)
    turns = in_turns(tmp_path, fresh=True, weight_noise=0.01)
    ways = {
        "whole": (average, True, None),
        "to-parts-stopped": (average, True, True),
        "to-all-stopped": (average, True, False),
        "from-all-stopped": (average, False, True),
        "turns": (turns, True, None),
        "turns-stopped": (turns, True, True),
    }
    jobs = [together(document, tmp_path / name, shard=begins) for name, (document, begins, _) in ways.items()]
    jobs += [
        together(document, tmp_path / name, resume=True, shard=ends)
        for name, (document, _, ends) in ways.items()
        if ends is not None
    ]
    assert train_together(jobs, tmp_path) == [""] * len(jobs)
    for whole, stopped in (("whole", "to-parts-stopped"), ("turns", "turns-stopped")):
        one, two = (read_weights(tmp_path / run / "last.safetensors") for run in (whole, stopped))
        assert all(torch.equal(one[key], two[key]) for key in one), stopped
        assert curves(tmp_path / whole) == curves(tmp_path / stopped)
        assert not any(event.message.startswith("So far") for event in told(tmp_path / stopped, Notice))
    close(tmp_path / "whole", tmp_path / "to-all-stopped", "to all")
    close(tmp_path / "whole", tmp_path / "from-all-stopped", "from all")
    said = "So far this run was trained shared out over processes and goes on whole: results may differ"
    assert any(event.message.startswith(said) for event in told(tmp_path / "to-all-stopped", Notice))
    with average.edit("Longer"):
        average.set_training(epochs=4)
    train(average, tmp_path / "whole", resume=True)
    assert len(curves(tmp_path / "whole")) == 4


def test_what_needs_a_weight_as_a_whole_is_a_sentence(tmp_path: Path) -> None:
    documents = [
        certain(optimizer="Muon"),
        certain(optimizer="LBFGS"),
        certain(speedups="tried"),
        certain(precision="bfloat16"),
        scaled(),
    ]
    jobs = [together(each, tmp_path / str(at), shard=True) for at, each in enumerate(documents)]
    said = train_together(jobs, tmp_path)
    assert said[0].startswith("Muon looks at each weight as a whole matrix, of which with --shard a process has some")
    assert said[1] == "Several processes do not train with LBFGS together; leave out --nproc, or LBFGS."
    assert said[2].startswith(
        "The setting speedups is tried: ways to compute faster are tried on the whole model, which"
    )
    assert said[3].endswith("set precision to float32, or leave out --shard.")
    assert said[4].startswith(
        "'scale' is a single number without an axis, which cannot be shared out; give it the shape"
    )


def test_the_command_line_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "--shard shares a model out over processes, and this is one; add --nproc 2 or more."
    for more in ((), ("--write-slurm", str(tmp_path / "job.sh")), ("--lr-test",)):
        assert layerloom.main(["train", str(ROOT / "examples" / "mlp.loom"), "--shard", *more]) == 2
        assert sentence in capsys.readouterr().err
    line = ["train", "net.loom", "--shard", "--nproc", "4", "--write-slurm", str(tmp_path / "job.sh")]
    assert layerloom.main(line) == 0
    assert "--nproc-per-node=4 --max-restarts=0 --standalone -m layerloom train net.loom --shard --run-dir" in (
        capsys.readouterr().out
    )
    assert "train net.loom --shard" in (tmp_path / "job.sh").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_process_that_is_killed_ends_the_job_and_the_run_goes_on_and_is_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(convolutional(epochs=40, batch_size=256, metrics="few"), tmp_path / "small.loom")
    process = command(tmp_path, "small.loom", "--nproc", "2", "--shard", "--run-dir", "killed")
    lose_one(process, "epoch   2/40")
    resumed = command(tmp_path, "--resume", "killed", "--nproc", "2", "--shard", "--epochs", "4")
    said = resumed.communicate()[1]
    assert resumed.returncode == 0, said
    assert len(read_run(tmp_path / "killed").epochs) >= 4
    assert layerloom.main(["export", str(tmp_path / "killed"), "-o", str(tmp_path / "net.onnx")]) == 0
    assert "net.onnx: ONNX opset" in capsys.readouterr().out


def test_blocks_and_layers_are_put_together_one_at_a_time() -> None:
    source = compile_source(small_gpt())
    module: Any = build(source)
    found = units_of(module, source)
    assert found == [*module.blocks, module.norm]  # the table of characters is tied, positions are used as they are

    d = layerloom.Drawing("Plain", epochs=1)
    x = d.input(6, name="x").linear(8, name="first").tanh().linear(8, name="second").relu()
    d.output(x.linear(3, name="third"))
    source = compile_source(d.finish())
    module = build(source)
    assert found != units_of(module, source) == [module.first, module.second, module.third]
    assert all(isinstance(unit, nn.Linear) for unit in units_of(module, source))
