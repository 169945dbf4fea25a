"""LeNet-5 from an empty canvas in the program as it is started, by X's own keyboard and mouse; trained and exported."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest

from graph.storage.loom import load
from tests.gui.test_lenet_by_keys import CHAIN, EXAMPLE, drawn_as
from tests.support.hands_on import Editor, editor
from tests.support.typed import known
from tests.support.xdesktop import NEEDED, screen
from training.runs.runs import read_run
from training.runs.table.listing import runs_in_folders

pytestmark = [pytest.mark.slow, pytest.mark.long, NEEDED]
EXPERT_SECONDS, MOST_DRAGS = 50, 2
LABELS = {"conv": "Conv2d", "tanh": "Tanh", "avgpool2": "AvgPool2d", "flat": "Flatten", "lin": "Linear"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def lenet(home: Path) -> Iterator[Editor]:
    with screen() as display, editor(display, home) as shown:
        shown.hands.press("Escape")
        shown.await_focus("MainWindow", "Canvas")
        shown.hands.keys = 0
        yield shown


def test_by_keyboard_alone(lenet: Editor, home: Path) -> None:
    began, hands = time.monotonic(), lenet.hands
    lenet.add("input", "1, 32, 32")
    for layer, fields in CHAIN:
        lenet.add(layer, *fields)
    lenet.add("out")
    hands.press("Left")
    lenet.add("cross", "")
    lenet.add("targ", "")
    drawn, expert, seconds = str(hands), hands.seconds, time.monotonic() - began
    hands.press("ctrl+s")
    lenet.name_file(home / "mine.loom")
    lenet.until((home / "mine.loom").exists, "the drawing is not saved")
    lenet.await_focus("MainWindow")
    hands.press("F5")
    lenet.until(lambda: lenet.ask("training")[1] > 1, "no epoch is trained")
    hands.press("shift+F5")
    lenet.until(lambda: not lenet.ask("training")[0], "it does not stop")
    hands.press("ctrl+e")
    lenet.name_file(home / "mine.onnx")
    lenet.await_focus("ExportDialog", "QPushButton")
    hands.press("Return")
    check(lenet, home)
    print(f"LeNet-5 by keys: {drawn}; {seconds:.0f} s here. Trained and exported: {hands}.")
    assert hands.clicks == hands.drags == hands.turns == 0
    assert expert <= EXPERT_SECONDS


def test_by_mouse(lenet: Editor, home: Path) -> None:
    began, hands = time.monotonic(), lenet.hands
    lenet.add_from_palette("Input", "1, 32, 32")
    for layer, fields in CHAIN:
        lenet.add_from_palette(LABELS[layer], *fields)
    lenet.add_from_palette("Output")
    hands.click(tuple(lenet.ask("node", "linear3")))
    lenet.add_from_palette("CrossEntropy", "")
    hands.drag(lenet.in_palette("Target"), tuple(lenet.ask("canvas", 0.3, 0.85)))
    target = lenet.until(lambda: [n for n in lenet.drawing().model.nodes if n.startswith("target")], "no Target")[0]
    end = tuple(lenet.ask("port", "crossentropy1", "target", False))
    hands.drag(tuple(lenet.ask("port", target, "out", True)), end)
    print(f"LeNet-5 by mouse: {hands}; {time.monotonic() - began:.0f} s here.")
    assert hands.drags <= MOST_DRAGS
    lenet.press("Save")
    lenet.name_file(home / "mine.loom")
    lenet.until((home / "mine.loom").exists, "the drawing is not saved")
    lenet.await_focus("MainWindow")
    lenet.press("Train the drawing as it is")
    lenet.until(lambda: lenet.ask("training")[1] > 1, "no epoch is trained")
    lenet.press("Stop", "QToolButton")
    lenet.until(lambda: not lenet.ask("training")[0], "it does not stop")
    lenet.press("Export ONNX", "QToolButton")
    lenet.name_file(home / "mine.onnx")
    lenet.await_focus("ExportDialog")
    lenet.press("Export", "QPushButton")
    check(lenet, home)


def check(lenet: Editor, home: Path) -> None:
    """Look at what lies on the disk in the end."""
    assert drawn_as(load(home / "mine.loom")) == drawn_as(load(EXAMPLE))
    (found,) = runs_in_folders([home / "runs"], home / "mine.loom")
    run = read_run(found.path)
    assert run.outcome == "stopped"
    assert known(run.epochs[0].training["accuracy"]) > 0.3
    assert (found.path / "best.safetensors").stat().st_size > 200_000
    lenet.until((home / "mine.onnx").exists, "there is no ONNX")
    model = onnx.load(home / "mine.onnx")
    assert [each.name for each in model.graph.input] == ["input1"]
    kinds = [each.op_type for each in model.graph.node]
    assert [kinds.count(kind) for kind in ("Conv", "AveragePool", "Gemm")] == [2, 2, 3]
