"""The main job in the editor, with the real worker: open LeNet-5, change it, train it on digits, export ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from pytestqt.qtbot import QtBot

import layerloom
from graph.storage.loom import load, save
from gui.commands.files import examples_dir
from tests.support.editor_window import EditorWindow, export_onnx, field, retype, show_node
from tests.support.typed import there

MINUTES = 3 * 60_000

pytestmark = pytest.mark.slow


@pytest.fixture
def real(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EditorWindow:
    """The window with the worker that people get."""
    window = EditorWindow()
    window.answers.install(monkeypatch)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.long
def test_lenet_is_changed_trained_on_digits_and_exported(real: EditorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = real
    window.files.load(examples_dir() / "lenet5.loom", as_copy=True)
    window.answers.path = str(tmp_path / "lenet.loom")
    window.actions_made["save"].trigger()
    show_node(window, "c1")
    retype(field(window, "out_channels"), "8")
    retype(window.inspector.model.training.rows["epochs"].editor, "3")
    window.training.load_plots()

    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.state == "idle", timeout=MINUTES)
    losses = window.run.history.training["loss"].y
    assert len(losses) == 3
    assert losses[-1] < losses[0] / 2
    assert (there(window.run.run_dir) / "events.jsonl").exists()
    assert there(window.run.run_dir).parent == tmp_path / "runs"

    window.answers.path = str(tmp_path / "lenet.onnx")
    with qtbot.waitSignal(window.onnx.done, timeout=MINUTES) as told:
        export_onnx(window)
    assert told.args[0].max_abs_diff < 1e-4
    session = onnxruntime.InferenceSession(window.answers.path, providers=["CPUExecutionProvider"])
    (logits,) = session.run(None, {"image": np.zeros((5, 1, 32, 32), np.float32)})
    assert logits.shape == (5, 10)
    assert window.answers.told == []
    there(window.onnx.report).close()


@pytest.mark.long
def test_a_softmax_added_after_a_restart_is_exported_over_the_trained_weights(
    real: EditorWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = real
    document = load(examples_dir() / "lenet5.loom")
    save(document, tmp_path / "lenet.loom")
    run = tmp_path / "runs" / "first"
    arguments = ["train", tmp_path / "lenet.loom", "--epochs", 2, "--run-dir", run, "--json"]
    assert layerloom.main([str(argument) for argument in arguments]) == 0
    window.files.load(tmp_path / "lenet.loom")
    drawn = window.workspace.document
    with drawn.edit("Softmax"):
        drawn.model.add("Softmax", name="prob")
        drawn.model.connect("scores", "prob")
        drawn.model.connect("prob", "logits")

    window.answers.path = str(tmp_path / "lenet.onnx")
    with qtbot.waitSignal(window.onnx.done, timeout=MINUTES) as told:
        export_onnx(window)
    assert told.args[0].weights.loaded == told.args[0].weights.total == 10
    images = np.random.default_rng(0).standard_normal((3, 1, 32, 32), dtype=np.float32)
    session = onnxruntime.InferenceSession(window.answers.path, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = layerloom.load(run)(torch.from_numpy(images)).softmax(-1)
    np.testing.assert_allclose(session.run(None, {"image": images})[0], expected, atol=1e-5)
    assert float(expected.std()) > 0.05  # fresh weights give scores that are nearly equal
    there(window.onnx.report).close()


def test_the_real_source_is_tied_to_the_nodes(real: EditorWindow, qtbot: QtBot) -> None:
    window = real
    window.files.load(examples_dir() / "lenet5.loom", as_copy=True)
    window.show_panel("Code")
    qtbot.waitUntil(lambda: "nn.Conv2d(1, 6, 5)" in window.code.text, timeout=MINUTES)
    show_node(window, "c1")
    lines = [mark.cursor.block().text().strip() for mark in window.code.view.extraSelections()]
    assert lines == ["self.c1 = nn.Conv2d(1, 6, 5)", "x = self.c1(image)"]
