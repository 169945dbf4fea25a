"""The packed program does all that the installed one does, with no Python beside it: ``make package`` builds it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import layerloom
from graph.manual.book import GUIDE
from graph.manual.entries import FOLDER as LAYERS
from graph.storage.loom import dumps
from tests.support.training_drawings import classifier
from tests.support.typed import as_a
from training.protocol import Finished, Progress, Ready, TrainJob, decode_event, encode
from training.runs.runs import read_run

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "dist" / "layerloom"
PROGRAM = FOLDER / "layerloom"
EXAMPLES = ROOT / "examples"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM.exists(), reason="nothing is packed here; 'make package' does so, and runs this"),
]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has no Python and no source of ours in reach."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    folders = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "HOME")}
    return {**kept, **folders, "PATH": "/nowhere", "QT_QPA_PLATFORM": "offscreen"}


def packed(home: dict[str, str], folder: Path, *arguments: object) -> str:
    """What the packed program prints."""
    command = [str(PROGRAM), *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=home, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Whether something comes true in time; nothing tells of processes that are not our own."""
    pause = threading.Event()
    return any(condition() or pause.wait(0.1) for _ in range(round(10 * seconds)))


def processes(words: str) -> list[int]:
    """The processes of the packed program that were started with such words."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if line[0] == os.fsencode(PROGRAM) and words.encode() in line:
            found.append(int(entry.parent.name))
    return found


def test_it_says_its_version_and_checks_an_example(home: dict[str, str], tmp_path: Path) -> None:
    assert packed(home, tmp_path, "--version").strip() == f"layerloom {layerloom.__version__}"
    assert packed(home, tmp_path, "check", EXAMPLES / "lenet5.loom").strip() == "No problems."
    figures = json.loads(packed(home, tmp_path, "summary", EXAMPLES / "lenet5.loom", "--json"))
    assert figures["parameters"] == 61_706


def test_the_manual_is_packed() -> None:
    assert {path.stem for path in FOLDER.rglob("docs/manual/*.md")} == set(GUIDE)
    assert len(list(FOLDER.rglob("graph/manual/layers/*.md"))) == len(list(LAYERS.glob("*.md")))


def test_it_trains_exports_onnx_and_sweeps(home: dict[str, str], tmp_path: Path) -> None:
    drawing = EXAMPLES / "logistic_regression.loom"
    packed(home, tmp_path, "train", drawing, "--epochs", 1, "--run-dir", tmp_path / "run")
    assert (tmp_path / "run" / "document.loom").is_file()
    said = packed(home, tmp_path, "export", tmp_path / "run", "-o", tmp_path / "model.onnx")
    assert "largest difference to PyTorch" in said
    assert (tmp_path / "model.onnx").stat().st_size > 100
    told = packed(
        home, tmp_path, "sweep", drawing, "--over", "learning_rate=0.01,0.1", "--trials", 2, "--set", "epochs=1",
        "--sweep-dir", tmp_path / "sweep", "--json",
    )  # fmt: skip
    assert [trial["state"] for trial in json.loads(told)["trials"]] == ["complete", "complete"]


def test_several_processes_of_it_train_together(home: dict[str, str], tmp_path: Path) -> None:
    drawing = EXAMPLES / "logistic_regression.loom"
    packed(home, tmp_path, "train", drawing, "--epochs", 1, "--nproc", 2, "--run-dir", tmp_path / "run")
    assert len(read_run(tmp_path / "run").epochs) == 1


def test_its_worker_is_another_process_of_the_same_program(home: dict[str, str], tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [str(PROGRAM), "-m", "training.worker"], env=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    with worker, worker.stdout as lines:
        events = map(decode_event, lines)
        assert isinstance(next(events), Ready)
        worker.stdin.write(encode(TrainJob(dumps(classifier(epochs=1)), str(tmp_path / "run"))))
        worker.stdin.flush()
        found = list(events)
        worker.stdin.close()
        assert worker.wait(60) == 0
    assert any(isinstance(event, Progress) for event in found)
    assert as_a(Finished, found[-1]).results["validation_accuracy"] is not None


def test_it_reads_parquet_by_a_process_of_its_own(home: dict[str, str], tmp_path: Path) -> None:
    table = tmp_path / "table.parquet"
    pl.DataFrame({"width": [1.0, 2.0, 3.0, 4.0] * 5, "kind": ["a", "b"] * 10}).write_parquet(table)
    assert "width" in packed(home, tmp_path, "data", table)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    command = [str(PROGRAM), "data", str(tmp_path / "bad.parquet")]
    done = subprocess.run(command, env=home, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert "is damaged, or not a Parquet file" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_its_window_opens_and_starts_its_worker_and_both_end(home: dict[str, str], tmp_path: Path) -> None:
    known = set(processes("training.worker"))
    with subprocess.Popen(
        [str(PROGRAM), str(EXAMPLES / "lenet5.loom")], cwd=tmp_path, env=home, stderr=subprocess.PIPE, text=True
    ) as editor:
        try:
            # It is started a moment after the window was painted.
            assert wait_for(lambda: bool(set(processes("training.worker")) - known) or editor.poll() is not None)
            (worker,) = set(processes("training.worker")) - known
        finally:
            editor.send_signal(signal.SIGINT)
        assert editor.wait(60) == -signal.SIGINT
        assert "Traceback" not in editor.communicate()[1]
    assert wait_for(lambda: worker not in processes("training.worker"))


@pytest.mark.skipif(sys.platform != "linux", reason="menu entries of this kind are for Linux desktops")
def test_it_puts_itself_into_the_menu(home: dict[str, str], tmp_path: Path) -> None:
    program, told = tmp_path / "bin" / "update-mime-database", tmp_path / "told"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "[$LD_LIBRARY_PATH]" > {told}\n')
    program.chmod(0o755)
    packed({**home, "PATH": str(program.parent)}, tmp_path, "desktop")
    assert told.read_text() == "[]\n", "a program of the system would be given the packed libraries for its own"
    entry = Path(home["XDG_DATA_HOME"]) / "applications" / "layerloom.desktop"
    assert f"Exec={PROGRAM} %F" in entry.read_text()


def test_no_library_came_along_whose_licence_would_be_the_packages() -> None:
    names = {path.name for path in FOLDER.rglob("*.so*")}
    assert not {name for name in names if name.startswith(("libreadline", "libgdbm"))}
