"""The Data page: data is chosen in few clicks, seen, undone, and given up; refusals are sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from graph.recipe.data.builtin import MADE
from graph.recipe.sources import TextTable
from gui import preferences
from gui.desk.data.findings import GONE
from gui.desk.data.report import GOOD
from gui.inspector.fields.editors import ChoiceEditor
from gui.widgets.text import Label
from gui.window import MainWindow
from gui.workers.process import COMMAND
from tests.support.editor_window import Answers, EditorWindow, click, draw, key, open_window
from tests.support.typed import as_a, there
from training.data.made import MADE as MADE_BY
from training.protocol import Stage
from training.shown import Picture, Words

pytestmark = pytest.mark.slow

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


def come(window: EditorWindow, qtbot: QtBot) -> None:
    """Go to the page, and wait until the data of the drawing was read."""
    with qtbot.waitSignal(window.data.reading.described):
        window.actions_made["workspace_data"].trigger()


def test_a_folder_is_chosen_in_three_clicks_and_is_one_step_to_undo(
    window: EditorWindow, qtbot: QtBot, photos: Path
) -> None:
    document = window.workspace.document
    window.answers.path = str(photos)
    window.actions_made["workspace_data"].trigger()
    with qtbot.waitSignal(window.data.reading.described):
        click(window.data.choice.folder)
    assert document.training.data.text() == f"images:{photos}"
    assert document.history == ["Choose data"]
    assert [(button.text(), button.isChecked()) for button in window.data.choice.recent] == [("photos", True)]
    with qtbot.waitSignal(window.data.reading.described):
        key(window.data, Qt.Key.Key_Z, CTRL)
    assert document.training.data.text() == "digits"
    assert window.data.report.title.text() == "digits"
    assert not window.data.choice.recent[0].isChecked()
    with qtbot.waitSignal(window.data.reading.described):
        click(window.data.choice.recent[0])
    assert document.training.data.text() == f"images:{photos}"
    assert window.data.choice.recent[0].isChecked()


def test_samples_fields_classes_and_what_the_drawing_makes_of_them_are_shown(
    window: EditorWindow, qtbot: QtBot
) -> None:
    draw(window)
    come(window, qtbot)
    report = window.data.report
    assert report.counts.text().startswith("Samples: 3 training, 1 test. When training begins, 10 % ")
    assert report.counts.text().endswith("Left out: 1.")
    assert report.verdict.text() == "The drawing does not fit the data:"
    assert report.fits.texts() == [
        "'image' expects samples of (1, 8, 8) float32, the field 'image' has (3, 2, 2) uint8."
    ]
    assert report.fields.rows() == [
        ["image", "3 x 2 x 2", "uint8", "0 to 255", "image, an Input of (N, 1, 8, 8)"],
        ["label", "one number", "int64", "0 to 1", "label, a Target of (N,)"],
    ]
    assert report.notices.texts() == ["Left out: bad.png is empty", "2 classes: a, b."]
    (chart,) = report.balances
    assert chart.counts == {"a": {"training": 3, "test": 0}, "b": {"training": 0, "test": 1}}
    assert color_in(report.gallery) == (255, 0, 0)
    assert len(report.gallery.cells) == 3
    report.part.setCurrentIndex(1)
    assert color_in(report.gallery) == (0, 255, 0)


def color_in(gallery: Any) -> tuple[int, int, int]:
    """The colour in the middle of the first picture."""
    cell = gallery.cells[0]
    seen = gallery.grab().toImage().pixelColor(cell.left() + 12, cell.top() + 12)
    return seen.red(), seen.green(), seen.blue()


def test_a_card_of_what_comes_along_is_chosen_by_a_click(window: EditorWindow, qtbot: QtBot) -> None:
    come(window, qtbot)
    card = window.data.choice.cards["made:pictures"]
    with qtbot.waitSignal(window.data.reading.described):
        click(card)
    assert window.workspace.document.training.data.text() == "made:pictures"
    assert card.isChecked()
    assert not window.data.choice.cards["digits"].isChecked()


def test_every_data_that_comes_along_has_a_card() -> None:
    assert list(MADE) == list(MADE_BY)


def test_a_typed_path_and_a_drop_choose_data_too(window: EditorWindow, qtbot: QtBot, photos: Path) -> None:
    come(window, qtbot)
    field = window.data.choice.path
    click(field)
    QTest.keyClicks(field, str(photos))
    with qtbot.waitSignal(window.data.reading.described):
        key(field, Qt.Key.Key_Return)
    assert not field.hasFocus()
    other = photos.parent / "other"
    other.mkdir()
    with qtbot.waitSignal(window.data.reading.described):
        drop(window.data, other)
    assert window.workspace.document.training.data.text() == f"images:{other}"
    window.workspaces.bring_up("Draw")
    with qtbot.waitSignal(window.data.reading.described):
        drop(window, photos)
    assert window.workspaces.name == "Data"
    assert window.workspace.document.training.data.text() == f"images:{photos}"


def drop(widget: Any, path: Path) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path))])
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(20, 20), copy, content, left, Qt.KeyboardModifier.NoModifier)
    widget.dropEvent(event)
    assert event.isAccepted()


def test_data_beside_the_drawing_is_found_from_there(
    window: EditorWindow, qtbot: QtBot, photos: Path, tmp_path: Path
) -> None:
    window.answers.path = str(tmp_path / "net.loom")
    window.actions_made["save"].trigger()
    window.workspaces.bring_up("Data")
    with qtbot.waitSignal(window.data.reading.described):
        window.data.choose_path(str(photos))
    assert window.workspace.document.training.data.text() == "images:photos"
    assert window.data.choice.recent[0].isChecked()


def test_what_is_not_data_is_one_sentence_and_changes_nothing(
    window: EditorWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    come(window, qtbot)
    with qtbot.waitSignal(window.data.reading.failed):
        window.data.choose_path(str(tmp_path / "nothing"))
    assert window.data.report.failure.text() == f"{tmp_path / 'nothing'} holds neither images nor texts."
    assert window.workspace.document.history == []
    assert preferences.recent_data() == []
    with qtbot.waitSignal(window.data.reading.described):
        click(window.data.report.reread)
    assert not window.data.report.failure.isVisible()


def test_reading_is_given_up_by_a_click_and_blocks_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "slow")
    with qtbot.waitSignal(window.data.reading.said):
        window.actions_made["workspace_data"].trigger()
    assert window.data.report.stage.text() == "Reading digits"
    assert window.data.report.bar.maximum() == 0
    window.data.reading._lease.received.emit(Stage("Decoding 2,000 images", 0.25))
    assert window.data.report.stage.text() == "Decoding 2,000 images"
    assert window.data.report.bar.value() == window.data.report.bar.maximum() / 4
    worker = window.data.reading._lease.worker
    with qtbot.waitSignal(there(worker).ended):
        click(window.data.report.cancel)
    assert not window.data.reading.active
    assert window.data.report.failure.text() == GONE
    with qtbot.waitSignal(window.data.reading.said):
        click(window.data.report.reread)
    assert window.close()
    assert not window.workers.running


def test_only_what_has_to_do_with_data_is_read_again(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    come(window, qtbot)
    begun = []
    window.data.reading.changed.connect(lambda: begun.append(window.data.reading.active))
    for name in ("Draw", "Data"):
        window.workspaces.bring_up(name)
    with document.edit("Move"):
        document.model.move({"conv1": (0.0, 300.0)})
        document.set_training(epochs=3)
    window.data._read_if_seen()
    assert begun == []
    row = window.data.settings.forms[0].rows["validation"].editor
    click(row)
    QTest.keyClick(row, Qt.Key.Key_A, CTRL)
    with qtbot.waitSignal(window.data.reading.described):
        QTest.keyClicks(row, "0.25")
    assert document.training.validation == 0.25
    assert "25 % of the training samples" in window.data.report.counts.text()


@pytest.mark.long
def test_a_folder_of_pictures_is_seen_by_a_real_worker(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    generator = np.random.default_rng(0)
    for label, level in (("dark", 40), ("light", 210)):
        (photos / label).mkdir()
        for place in range(6):
            pixels = np.clip(generator.normal(level, 5, (8, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(photos / label / f"{place}.png")
    Answers().install(monkeypatch)
    window = MainWindow(COMMAND)
    qtbot.addWidget(window)
    window.show()
    draw(window)
    window.workspaces.bring_up("Data")
    with qtbot.waitSignal(window.data.reading.described, timeout=60_000):
        window.data.choose_path(str(photos))
    report = window.data.report
    assert report.balances[0].counts == {
        "dark": {"training": 5, "validation": 1},
        "light": {"training": 6, "validation": 0},
    }
    assert report.verdict.text() == GOOD
    assert report.fits.texts()[0].endswith("and is divided by 255; the setting scaling changes that.")
    captions = [sample.caption for sample in report.gallery.samples]
    assert captions == ["dark"] * 5 + ["light"] * 6
    first, last = (as_a(Picture, report.gallery.samples[place].views["image"]).pixels for place in (0, -1))
    assert max(first) < 80 < 170 < min(last)
    _see_subwords(window, qtbot, photos.parent / "films.csv")
    assert window.close()


def _see_subwords(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Choose a table of texts, and by keys that their tokens are subwords: the pieces are shown, and it is said."""
    path.write_text("text,label\n" + "the finest film,1\nfine films,0\n" * 10)
    with qtbot.waitSignal(window.data.reading.described, timeout=60_000):
        window.data.choose_path(str(path))
    report = window.data.report
    assert as_a(Words, report.gallery.samples[0].views["tokens"]).tokens == ["the", "finest", "film"]
    unit = as_a(ChoiceEditor, window.data.settings.forms[1].rows["unit"].editor)
    unit.setFocus()
    with qtbot.waitSignal(window.data.reading.described, timeout=60_000):
        QTest.keyClicks(unit, "sub")
    assert as_a(TextTable, window.workspace.document.training.data).unit == "subwords"
    assert as_a(Words, report.gallery.samples[0].views["tokens"]).tokens == ["\u2581the", "\u2581finest", "\u2581film"]
    said = "Texts are cut into subwords, which byte-pair"
    qtbot.waitUntil(lambda: any(text.startswith(said) for text in report.notices.texts()))


def test_headings_stand_in_line_with_what_is_below_them(window: EditorWindow) -> None:
    window.show_panel("Data")
    labels = [each for each in window.data.choice.findChildren(Label) if each.isVisible()]
    assert {each.objectName() for each in labels} == {"heading", "help"}
    assert {each.x() + first_painted(each) for each in labels} <= {0, 1, 2}


def first_painted(label: Label) -> int:
    """The first column of a label in which anything is painted."""
    image = label.grab().toImage()
    plain = image.pixel(0, image.height() - 1)
    columns = (x for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != plain)
    return next(columns)
