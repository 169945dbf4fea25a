"""The export dialog: which weights an ONNX file gets is in view, and can be changed, before it is written."""

from __future__ import annotations

import os
import queue
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps, load, save
from gui.export.dialog import ExportDialog
from gui.theme.colors import Theme
from tests.support.editor_window import EditorWindow, click, export_onnx, key, open_window
from tests.support.training_drawings import classifier
from tests.support.typed import there
from training.protocol import TrainJob
from training.runs.origin import drawing_of
from training.worker.jobs import run_job

pytestmark = pytest.mark.slow

RUN = "20300101-120000-classifier"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a drawing, ``m.loom``, and a run of it."""
    folder = tmp_path_factory.mktemp("trained")
    document = classifier(epochs=3, learning_rate=0.3)
    save(document, folder / "m.loom")
    job = TrainJob(dumps(document), str(folder / "runs" / RUN), drawing=str(folder / "m.loom"))
    run_job(job, lambda _: None, queue.Queue())
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path) -> Path:
    """The folder, to change things in."""
    return Path(shutil.copytree(trained, tmp_path / "work"))


@pytest.fixture
def opened(window: EditorWindow, folder: Path) -> EditorWindow:
    """The window with the drawing, as after a start of the editor."""
    window.files.load(folder / "m.loom")
    window.answers.path = str(folder / "m.onnx")
    return window


def ask(window: EditorWindow) -> ExportDialog:
    window.actions_made["export_onnx"].trigger()
    return there(window.onnx.dialog)


def entries(dialog: ExportDialog) -> list[str]:
    return [dialog.runs.itemText(index) for index in range(dialog.runs.count())]


def jobs(window: EditorWindow, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The jobs that workers get from now on."""
    begin = window.workers.begin
    given: list[Any] = []

    def noted(job: Any) -> Any:
        given.append(job)
        return begin(job)

    monkeypatch.setattr(window.workers, "begin", noted)
    return given


def change(window: EditorWindow, edit: Any) -> Document:
    document = window.workspace.document
    with document.edit("Change"):
        edit(document)
    return document


def softmax(document: Document) -> None:
    document.model.add("Softmax", name="prob")
    document.model.connect("scores", "prob")
    document.model.connect("prob", "logits")


def choose(dialog: ExportDialog, index: int) -> None:
    """Choose from the list by keys."""
    dialog.runs.setFocus()
    key(dialog.runs, Qt.Key.Key_Home)
    for _ in range(index):
        key(dialog.runs, Qt.Key.Key_Down)


def tick(box: Any) -> None:
    click(box, QPoint(8, box.height() // 2))


def test_after_a_start_the_best_weights_of_the_latest_own_run_are_chosen_and_said(
    opened: EditorWindow, folder: Path
) -> None:
    dialog = ask(opened)
    assert dialog.trained.isChecked()
    best, last = entries(dialog)
    assert best.startswith(f"{RUN}: best, epoch ")
    assert "validation loss" in best
    assert last.startswith(f"{RUN}: last, epoch 3: validation loss ")
    assert dialog.runs.currentIndex() == 0
    assert dialog.says.text().startswith(f"4 of 4 tensors from {folder / 'runs' / RUN}, best, epoch ")
    key(dialog, Qt.Key.Key_Escape)
    assert opened.onnx.dialog is None
    assert not opened.onnx.active


@pytest.mark.parametrize(
    "edit",
    [
        softmax,
        lambda document: document.model.rename("logits", "answer"),
        lambda document: document.model.set("entropy", label_smoothing=0.1),
    ],
)
def test_a_small_edit_keeps_the_weights(
    opened: EditorWindow, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, edit: Callable[..., Any]
) -> None:
    given = jobs(opened, monkeypatch)
    change(opened, edit)
    with qtbot.waitSignal(opened.onnx.done):
        export_onnx(opened)
    (job,) = given
    assert (job.path, job.run_dir, job.weights) == (str(folder / "m.onnx"), str(folder / "runs" / RUN), "best")
    assert not job.embed_drawing
    texts = [label.text() for label in there(opened.onnx.report).findChildren(QLabel)]
    assert "The exported model agrees with PyTorch" in texts
    there(opened.onnx.report).close()


def test_weights_that_fit_in_part_are_said_before_and_after(opened: EditorWindow, qtbot: QtBot) -> None:
    change(opened, lambda document: document.model.set("scores", out_features=7))
    dialog = ask(opened)
    assert dialog.says.text().startswith("2 of 4 tensors from ")
    assert dialog.says.text().endswith("\nFresh, with random initial values: scores.weight, scores.bias.")
    assert dialog.says.property("kind") == "advice"
    assert dialog.export.isEnabled()
    dialog.reject()


def test_a_renamed_layer_is_said(opened: EditorWindow) -> None:
    change(opened, lambda document: document.model.rename("hidden", "stem"))
    dialog = ask(opened)
    assert dialog.says.text().startswith("4 of 4 tensors from ")
    assert (
        "Recognized by their place: stem.weight (was hidden.weight), stem.bias (was hidden.bias)." in dialog.says.text()
    )
    dialog.reject()


def test_nothing_that_fits_is_not_exported(opened: EditorWindow) -> None:
    change(opened, lambda document: document.model.set("image", shape=(3, 8, 8)))
    change(opened, lambda document: document.model.set("hidden", out_features=9))
    change(opened, lambda document: document.model.set("scores", out_features=7))
    dialog = ask(opened)
    assert not dialog.export.isEnabled()
    choose(dialog, 0)
    assert "None of the 4 tensors of this drawing are in " in dialog.says.text()
    key(dialog, Qt.Key.Key_Return)
    assert not opened.onnx.active
    assert opened.onnx.dialog is dialog
    dialog.reject()


def test_the_last_weights_are_taken_where_they_are_chosen(
    opened: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = jobs(opened, monkeypatch)
    dialog = ask(opened)
    choose(dialog, 1)
    assert ", last, epoch 3: " in dialog.says.text()
    with qtbot.waitSignal(opened.onnx.done):
        key(dialog, Qt.Key.Key_Return)
    assert given[0].weights == "last"
    there(opened.onnx.report).close()


def test_a_drawing_that_was_never_trained_gets_fresh_weights_only_when_asked(
    opened: EditorWindow, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(folder / "runs")
    given = jobs(opened, monkeypatch)
    dialog = ask(opened)
    assert not dialog.trained.isChecked()
    assert not dialog.fresh.isChecked()
    assert not dialog.export.isEnabled()
    assert dialog.says.text().startswith("This drawing has not been trained yet.")
    key(dialog, Qt.Key.Key_Return)
    assert given == []
    tick(dialog.fresh)
    assert dialog.says.text() == "All 4 tensors get random initial values: the model will be untrained."
    with qtbot.waitSignal(opened.onnx.done):
        key(dialog, Qt.Key.Key_Return)
    assert given[0].run_dir == ""
    texts = [label.text() for label in there(opened.onnx.report).findChildren(QLabel)]
    assert "Untrained (random) weights were exported" in texts
    assert "The exported model agrees with PyTorch" not in texts
    there(opened.onnx.report).close()


def test_runs_of_another_drawing_are_never_offered(opened: EditorWindow, folder: Path) -> None:
    save(classifier(), folder / "other.loom")
    opened.files.load(folder / "other.loom")
    dialog = ask(opened)
    assert entries(dialog) == []
    dialog.reject()


def test_a_run_whose_drawing_is_gone_is_offered_but_not_chosen(
    opened: EditorWindow, folder: Path, qtbot: QtBot
) -> None:
    (folder / "m.loom").rename(folder / "renamed.loom")
    opened.files.load(folder / "renamed.loom")
    dialog = ask(opened)
    assert [entry.endswith(" (of a drawing of this name)") for entry in entries(dialog)] == [True, True]
    assert dialog.runs.currentIndex() == -1
    assert not dialog.export.isEnabled()
    assert dialog.says.text().startswith("No run is known to be of this drawing: choose one")
    choose(dialog, 0)
    assert dialog.trained.isChecked()
    assert dialog.export.isEnabled()
    dialog.reject()


def test_the_run_that_learned_last_comes_first(opened: EditorWindow, folder: Path) -> None:
    older = Path(shutil.copytree(folder / "runs" / RUN, folder / "runs" / "20400101-120000-classifier"))
    for name in ("best", "last"):
        os.utime(older / f"{name}.safetensors", (1_000_000_000, 1_000_000_000))
    dialog = ask(opened)
    assert [entry.partition(":")[0] for entry in entries(dialog)] == [RUN, RUN, older.name, older.name]
    dialog.reject()


def test_another_run_is_taken_from_its_folder(
    opened: EditorWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Path(shutil.copytree(folder / "runs" / RUN, tmp_path / "elsewhere"))
    dialog = ask(opened)
    for wrong in (str(tmp_path), str(tmp_path / "nowhere")):
        opened.answers.path = wrong
        click(dialog.other)
    assert len(opened.answers.told) == 2
    assert f"{tmp_path} has no weights: it is not a run, or was not trained yet." == opened.answers.told[0]
    opened.answers.path = str(elsewhere)
    click(dialog.other)
    assert dialog.says.text().startswith(f"4 of 4 tensors from {elsewhere}, best, ")
    assert there(dialog.choice).run == elsewhere
    dialog.reject()


def test_the_drawing_is_embedded_where_that_is_ticked(
    opened: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = jobs(opened, monkeypatch)
    dialog = ask(opened)
    assert not dialog.embed.isChecked()
    assert dialog.embed.text().replace("&", "") == "Embed the drawing (without notes and local paths)"
    tick(dialog.embed)
    with qtbot.waitSignal(opened.onnx.done):
        key(dialog, Qt.Key.Key_Return)
    assert given[0].embed_drawing
    there(opened.onnx.report).close()


def test_damaged_weights_are_one_sentence(opened: EditorWindow, folder: Path) -> None:
    for name in ("best", "last"):
        (folder / "runs" / RUN / f"{name}.safetensors").write_bytes(b"nothing at all")
    dialog = ask(opened)
    assert not dialog.export.isEnabled()
    choose(dialog, 0)
    assert "are damaged: the file does not begin with a list of tensors." in dialog.says.text()
    dialog.reject()


def test_a_drawing_without_weights_needs_no_run(
    window: EditorWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = jobs(window, monkeypatch)
    document = window.workspace.document
    with document.edit("Draw"):
        for kind, name in (("Input", "x"), ("ReLU", "relu"), ("Output", "y")):
            document.model.add(kind, {"shape": [4]} if kind == "Input" else {}, name=name)
        document.model.connect("x", "relu")
        document.model.connect("relu", "y")
    window.answers.path = str(tmp_path / "m.onnx")
    assert ask(window).says.text() == "This drawing has no weights."
    with qtbot.waitSignal(window.onnx.done):
        key(there(window.onnx.dialog), Qt.Key.Key_Return)
    assert given[0].run_dir == ""
    there(window.onnx.report).close()


def test_runs_made_before_the_drawing_had_a_file_are_its_own_afterwards(
    window: EditorWindow, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = load(folder / "m.loom")
    window.workspace.open(document, None)
    with document.edit("Settings"):
        document.set_training(epochs=1)
    window.actions_made["train"].trigger()
    run = there(window.run.run_dir)
    shutil.copytree(folder / "runs" / RUN, run, dirs_exist_ok=True)
    (there(run) / "settings.json").write_text('{"name": "Classifier"}')
    qtbot.waitUntil(lambda: window.run.state == "idle")
    window.answers.path = str(folder / "m.onnx")
    dialog = ask(window)
    assert there(dialog.choice).run == there(run).resolve()
    dialog.reject()
    window.answers.path = str(folder / "named.loom")
    window.actions_made["save"].trigger()
    assert drawing_of(there(run)) == folder / "named.loom"
    window.files.load(folder / "named.loom")
    window.answers.path = str(folder / "m.onnx")
    dialog = ask(window)
    assert there(dialog.choice).run == there(run).resolve()
    dialog.reject()


def test_names_are_shown_as_they_are_written(opened: EditorWindow, folder: Path, qtbot: QtBot) -> None:
    name = "<img src=file:x.png><b>&run"
    (folder / "runs" / RUN).rename(folder / "runs" / name)
    dialog = ask(opened)
    labels = dialog.findChildren(QLabel)
    assert labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    assert name in dialog.says.text()
    assert entries(dialog)[0].startswith(f"{name}: best")
    with qtbot.waitSignal(opened.onnx.done):
        key(dialog, Qt.Key.Key_Return)
    report = opened.onnx.report
    formats = {label.textFormat() for label in there(report).findChildren(QLabel) if name in label.text()}
    assert formats == {Qt.TextFormat.PlainText}
    there(report).close()


def test_everything_is_reached_by_keys(opened: EditorWindow, qtbot: QtBot) -> None:
    dialog = ask(opened)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert QApplication.focusWidget() is dialog.export
    seen = []
    for _ in range(12):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(there(QApplication.focusWidget()), Qt.Key.Key_Tab)
    cancel = dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    assert {dialog.trained, dialog.runs, dialog.other, dialog.embed, dialog.export, cancel} <= set(seen)
    dialog.trained.setFocus()
    key(dialog.trained, Qt.Key.Key_Down)
    assert dialog.fresh.isChecked()
    dialog.reject()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dialog_fits_a_small_screen_and_shows_all_it_says(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path, theme: str
) -> None:
    window = open_window(qtbot, monkeypatch)
    window.themes.choose(theme)
    window.resize(1366, 768)
    long = folder / "runs" / ("a-run-with-a-long-name-" * 6)
    (folder / "runs" / RUN).rename(long)
    window.files.load(folder / "m.loom")
    change(window, lambda document: document.model.set("scores", out_features=7))
    window.answers.path = str(folder / "m.onnx")
    dialog = ask(window)
    assert dialog.height() <= 768
    assert dialog.width() <= 1366
    assert dialog.says.height() >= dialog.says.heightForWidth(dialog.says.width())
    colors = getattr(Theme, theme)()
    assert dialog.grab().toImage().pixelColor(3, 3) == colors.panel
    dialog.reject()
