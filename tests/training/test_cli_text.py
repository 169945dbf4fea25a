"""What the command line prints where names, paths and pipes are not what one expects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import layerloom
from graph.document import Document
from graph.storage.loom import load, save
from training.runs.lock import LOCK

ROOT = Path(__file__).parent.parent.parent
MLP = ROOT / "examples" / "mlp.loom"
NOT_TEXT = os.fsdecode(b"caf\xe9")
PLAIN_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def drawing(path: Path, name: str = "Tiny") -> Path:
    document = Document(name)
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [64]}, name="image")
        graph.add("Linear", name="scores")
        graph.add("Target", name="label")
        graph.add("CrossEntropy", name="objective")
        graph.add("Output", name="logits")
        for wire in (("image", "scores"), ("scores", "objective"), ("label", "objective"), ("scores", "logits")):
            graph.connect(*wire)
        document.set_training(epochs=1)
    save(document, path)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = layerloom.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def piped(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "layerloom", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, env={**os.environ, **environment}, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "cp1252"}, PLAIN_C], ids=["cp1252", "C"])
def test_letters_a_pipe_does_not_know_are_replaced_when_the_work_is_done(
    tmp_path: Path, environment: dict[str, Any]
) -> None:
    file = drawing(tmp_path / "a.loom", "模型")
    done = piped("train", file, "--run-dir", tmp_path / "数据", **environment)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert done.stdout.decode("cp1252").strip().rstrip("?") == f"The run is in {tmp_path}/"


@pytest.mark.slow
def test_source_with_replaced_letters_says_so(tmp_path: Path) -> None:
    file = drawing(tmp_path / "a.loom", "模型")
    done = piped("code", file, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert done.stderr.decode().strip() == "Letters that cp1252 does not have are replaced; -o FILE writes them all."
    assert piped("code", file, PYTHONIOENCODING="utf-8").stderr == b""


@pytest.mark.slow
def test_json_keeps_every_letter_on_any_pipe(tmp_path: Path) -> None:
    done = piped("summary", drawing(tmp_path / "a.loom", "模型"), "--json", **PLAIN_C)
    assert json.loads(done.stdout)["name"] == "模型"


@pytest.mark.slow
def test_a_path_that_is_not_utf_8_serves_every_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = drawing(tmp_path / f"{NOT_TEXT}.loom")
    folder = tmp_path / NOT_TEXT
    for arguments in (
        ("check", file),
        ("summary", file),
        ("code", file, "-o", f"{folder}.py"),
        ("train", file, "--run-dir", folder),
        ("train", "--resume", folder, "--epochs", 2),
        ("evaluate", folder),
        ("export", folder, "-o", tmp_path / "a.onnx"),
        ("render", file, "-o", f"{folder}.svg"),
    ):
        status, _, err = run(capsys, *arguments)
        assert status == 0, (arguments, err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", MLP, "--data", f"{NOT_TEXT}.npz"), "is not text; give the file another name."),
        (("train", MLP, "--set", f"data={NOT_TEXT}"), "is not text; give the file another name."),
        (("export", MLP, "-o", f"{NOT_TEXT}.onnx"), "its name is not UTF-8, which ONNX wants; choose another."),
        (("check", f"{NOT_TEXT}.loom"), "cannot be read: no such file or directory."),
    ],
)
def test_what_cannot_be_written_down_is_a_sentence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[Any, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert err.startswith("layerloom: ")
    assert err.endswith(f"{said}\n")
    assert err.count("\n") == 1


LONG = "x" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", LONG),
        ("summary", LONG),
        ("code", LONG),
        ("code", MLP, "-o", LONG),
        ("train", LONG),
        ("train", MLP, "--run-dir", LONG),
        ("train", MLP, "--data", LONG),
        ("train", "--resume", LONG),
        ("evaluate", LONG),
        ("export", LONG, "-o", "a.onnx"),
        ("export", MLP, "-o", LONG),
        ("export", MLP, "-o", "a.onnx", "--weights", LONG),
        ("render", LONG, "-o", "a.svg"),
        ("render", MLP, "-o", f"{LONG}.svg"),
    ],
    ids=lambda arguments: " ".join(str(a) for a in arguments).replace(LONG, "LONG").replace(str(MLP), "MLP"),
)
def test_a_name_too_long_is_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[Any, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert err.startswith("layerloom: ")
    assert "file name too long" in err
    assert "please report" not in err
    assert err.count("\n") == 1


def test_brackets_and_colons_in_a_path_are_no_markup(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "[red]a :smile: [b]"
    folder.mkdir()
    file = drawing(folder / "a.loom")
    run(capsys, "train", file, "--run-dir", folder / "run")
    with (folder / "run" / "events.jsonl").open("ab") as log:
        log.write(b"damaged\n")
    _, out, err = run(capsys, "train", "--resume", folder / "run", "--epochs", 2)
    assert f"1 line of {folder / 'run' / 'events.jsonl'} cannot be read" in err
    assert str(folder / "run") in out


def test_a_node_may_be_called_like_a_smiley(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = load(drawing(tmp_path / "a.loom"))
    with document.edit("Rename"):
        document.set_setting("name", ":smile: [bold]")
    save(document, tmp_path / "a.loom")
    assert ":smile: [bold]" in run(capsys, "summary", tmp_path / "a.loom")[1]


def test_a_run_killed_before_its_drawing_was_written_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / LOCK).touch()
    status, _, err = run(capsys, "train", "--resume", tmp_path / "run")
    assert status == 2
    assert "was killed before its drawing was written, so nothing is lost: train the drawing again with" in err
    assert run(capsys, "train", drawing(tmp_path / "a.loom"), "--run-dir", tmp_path / "run")[0] == 0
