"""The commands, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

import layerloom
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import load, loads, save
from tests.support.typed import known

ROOT = Path(__file__).parent.parent.parent
LENET = ROOT / "examples" / "lenet5.loom"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A drawing that trains on the digits in a moment."""
    document = Document("Tiny")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [64]}, name="image")
        graph.add("Linear", name="scores")
        graph.add("Target", name="label")
        graph.add("CrossEntropy", name="objective")
        graph.add("Output", name="logits")
        for wire in (("image", "scores"), ("scores", "objective"), ("label", "objective"), ("scores", "logits")):
            graph.connect(*wire)
        document.set_training(epochs=2, learning_rate=0.01)
    save(document, tmp_path / "tiny.loom")
    return tmp_path / "tiny.loom"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = layerloom.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_check_is_silent_about_a_sound_drawing(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "check", LENET, "--json")
    assert status == 0
    assert [p for p in json.loads(out)["problems"] if p["severity"] == "error"] == []


def test_check_exits_1_for_an_error_and_names_the_node(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = load(LENET)
    with document.edit("Break"):
        document.model.set("c3", kernel_size=99)
    save(document, tmp_path / "broken.loom")
    status, out, _ = run(capsys, "check", tmp_path / "broken.loom")
    assert status == 1
    assert "'c3'" in out


@pytest.mark.parametrize("command", ["check", "summary", "code"])
def test_an_unreadable_file_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    (tmp_path / "bad.loom").write_text('{"layerloom": 1, "nodes": [')
    status, out, err = run(capsys, command, tmp_path / "bad.loom")
    assert (status, out) == (2, "")
    assert err.startswith("layerloom: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_debug_adds_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "--debug", "check", "nowhere.loom")
    assert status == 2
    assert "Traceback" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", LENET, "--set", "speed=3"),
        ("train", LENET, "--set", "learning_rate=fast"),
        ("train", LENET, "--set", "epo\nchs=1"),
        ("train", LENET, "--epochs", "0"),
        ("train", LENET, "--data", "nowhere"),
        ("train",),
        ("export", LENET),
        ("evaluate", "nowhere"),
        ("frobnicate", "x"),
        ("render", LENET, "-o", "figure.bmp"),
    ],
    ids=lambda arguments: " ".join(str(a) for a in arguments if a != LENET) if isinstance(arguments, tuple) else "",
)
def test_a_wrong_call_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert err.startswith("layerloom: ")
    assert err.endswith(".\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "epochs=null"), "Training: epochs must be an integer from 1 to 1,000,000, got None."),
        (("--epochs", 1, "--set", "epochs=null"), "The setting epochs is given twice; give it once."),
        (("--set", "seed=1", "--set", "seed=2"), "The setting seed is given twice; give it once."),
        (
            ("--set", "learning_rate=" + "[" * 3000),
            f"--set learning_rate is not understood; '{'[' * 56}... is not a number.",
        ),
        (("--resume", "run", "--run-dir", "other"), "--resume continues run itself; leave out --run-dir"),
    ],
)
def test_what_train_would_have_to_pass_over_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], said: str
) -> None:
    file = () if "--resume" in arguments else (LENET,)
    status, out, err = run(capsys, "train", *file, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"layerloom: {said}")


def test_summary_as_json_has_the_published_figures(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "summary", LENET, "--json")
    figures = json.loads(out)
    assert status == 0
    assert (figures["name"], figures["parameters"], figures["macs"]) == ("LeNet-5", 61_706, 416_520)
    assert figures["inputs"] == {"image": "(N, 1, 32, 32)"}
    assert set(figures["layers"][0]) == {"name", "layer", "shape", "parameters", "macs"}


@pytest.mark.slow
def test_code_stands_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The exported file runs in an interpreter that knows nothing of Layerloom."""
    status, _, _ = run(capsys, "code", LENET, "-o", tmp_path / "model.py")
    assert status == 0
    script = "import torch, model; print(tuple(model.LeNet5()(torch.zeros(2, 1, 32, 32)).shape))"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, env={"PATH": ""}, check=True
    )
    assert result.stdout.strip() == "(2, 10)"


def test_train_evaluate_export_and_load(capsys: pytest.CaptureFixture[str], tiny: Path, tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    status, out, err = run(capsys, "train", tiny, "--run-dir", run_dir, "--json")
    outcome = json.loads(out)
    assert (status, err) == (0, "")
    assert outcome["run"] == str(run_dir)
    assert outcome["epoch"] == 2
    assert outcome["training"]["loss"] > 0

    status, out, _ = run(capsys, "evaluate", run_dir, "--json")
    assert status == 0
    assert 0.2 < json.loads(out)["accuracy"] <= 1

    status, out, _ = run(capsys, "export", run_dir, "-o", tmp_path / "model.onnx", "--json")
    report = json.loads(out)
    assert status == 0
    assert set(report) == {"headline", "path", "opset", "max_abs_diff", "checked", "weights", "notices"}
    assert report["headline"] == "The exported model agrees with PyTorch"
    assert {entry["samples"] for entry in report["checked"]} == {"random", "data"}

    assert not onnx.load(tmp_path / "model.onnx").metadata_props
    run(capsys, "export", run_dir, "-o", tmp_path / "model.onnx", "--embed-drawing")
    (entry,) = onnx.load(tmp_path / "model.onnx").metadata_props
    assert layerloom.source(tiny) == compile_source(loads(entry.value)).text

    module = layerloom.load(run_dir)
    assert module(torch.zeros(3, 64)).shape == (3, 10)
    assert layerloom.source(run_dir) == layerloom.source(tiny)


def test_train_resumes(capsys: pytest.CaptureFixture[str], tiny: Path, tmp_path: Path) -> None:
    run(capsys, "train", tiny, "--run-dir", tmp_path / "run", "--json")
    status, out, _ = run(capsys, "train", "--resume", tmp_path / "run", "--epochs", 3, "--json")
    assert status == 0
    assert json.loads(out)["epoch"] == 3


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_render_writes_a_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figure.{suffix}"
    status, _, err = run(capsys, "render", LENET, "-o", path)
    assert (status, err) == (0, "")
    assert path.stat().st_size > 1000


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[1].startswith("layerloom ")
    status, out, _ = run(capsys, "--help")
    assert status == 0
    assert "evaluate" in out


@pytest.mark.slow
def test_a_full_disk_behind_stdout_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "layerloom", "summary", str(LENET)]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "layerloom: the output cannot be written: no space left on device.\n"


def test_a_name_is_no_markup(capsys: pytest.CaptureFixture[str], tiny: Path) -> None:
    document = load(tiny)
    with document.edit("Rename"):
        document.set_setting("name", "[bold]x[/foo]")
    save(document, tiny)
    status, out, _ = run(capsys, "summary", tiny)
    assert status == 0
    assert "[bold]x[/foo]" in out


def test_evaluating_on_samples_without_a_finite_loss(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    held = {"image_test": np.full((3, 1, 8, 8), 3e38, np.float32), "label_test": np.zeros(3, np.int64)}
    np.savez(tmp_path / "data.npz", image=random.random((20, 1, 8, 8)), label=np.zeros(20, np.int64), **known(held))
    document = load(ROOT / "examples" / "mlp.loom")
    with document.edit("Small"):
        document.model.set("image", shape=(1, 8, 8))
    save(document, tmp_path / "mlp.loom")
    run(
        capsys,
        "train",
        tmp_path / "mlp.loom",
        "--data",
        tmp_path / "data.npz",
        "--epochs",
        1,
        "--run-dir",
        tmp_path / "r",
    )
    status, out, _ = run(capsys, "evaluate", tmp_path / "r")
    assert status == 0
    assert "loss: no finite number" in out
