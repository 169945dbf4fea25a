"""Results are looked at: they come by themselves after training, and a square of the table shows its samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.desk.results.classes import ClassTable
from gui.desk.results.latent import LatentView
from gui.desk.results.matrix import ConfusionMatrix, _percent
from gui.desk.results.page import NOTHING
from gui.window import MainWindow
from tests.support.editor_window import click, draw, key, open_window
from training.protocol import ClassFigures, Latent, Picture

pytestmark = pytest.mark.slow


@pytest.fixture
def trained(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MainWindow:
    """A window whose drawing has just been trained, with its results in view."""
    monkeypatch.chdir(tmp_path)
    window = open_window(qtbot, monkeypatch, "keep")
    document = draw(window)
    with document.edit("Settings"):
        document.set_training(epochs=1)
    window.show_panel("Train")
    click(window.training.results_tab)
    assert window.results.heading.text() == NOTHING
    with qtbot.waitSignal(window.results.reading.shown):
        window.commands.exporting.train()
    return window


def test_results_come_by_themselves_when_training_ends(trained: MainWindow) -> None:
    page = trained.results
    assert page.heading.text().endswith("the best weights, of epoch 3, on 4 test samples.")
    assert [sample.caption for sample in page.gallery.samples] == ["a", "a", "b", "b"]
    assert page.matrix.table == [[1, 1], [0, 2]]
    assert not page.filter.isVisible()
    assert not page.more.isVisible()


def test_the_part_that_is_chosen_is_the_one_that_is_named_and_none_stands_for_another(
    trained: MainWindow, qtbot: QtBot
) -> None:
    page = trained.results
    assert page.part.currentText() == "Test samples"
    assert page.measured.text() == "loss 0.5, accuracy 75.00%"
    page.part.setFocus()
    with qtbot.waitSignal(page.reading.shown):
        key(page.part, Qt.Key.Key_End)
        assert not page.gallery.isEnabled()  # what is still there is of another part
    assert page.part.currentText() == "Training samples"
    assert page.heading.text().endswith("on 4 training samples.")
    assert page.gallery.isEnabled()
    with qtbot.waitSignal(page.reading.shown):
        key(page.part, Qt.Key.Key_Up)
    assert page.heading.text() == "There are no validation samples."
    assert not page.gallery.isVisible()
    assert not page.measured.isVisible()
    with qtbot.waitSignal(page.reading.shown):
        key(page.part, Qt.Key.Key_Up)
    assert page.heading.text().endswith("on 4 test samples.")
    assert page.gallery.isVisible()


def test_a_square_shows_its_samples_and_a_click_lets_go_of_it(trained: MainWindow, qtbot: QtBot) -> None:
    page = trained.results
    with qtbot.waitSignal(page.reading.shown):
        QTest.mouseClick(page.matrix, Qt.MouseButton.LeftButton, pos=page.matrix.cell_rect(0, 1).center())
    assert [sample.index for sample in page.gallery.samples] == [0]
    assert page.filter.text().startswith("a taken for b: 1")
    assert page.matrix.picked == (0, 1)
    with qtbot.waitSignal(page.reading.shown):
        click(page.filter)
    assert len(page.gallery.samples) == 4
    assert page.matrix.picked is None


def test_the_table_is_walked_by_keys(trained: MainWindow, qtbot: QtBot) -> None:
    matrix = trained.results.matrix
    matrix.setFocus()
    key(matrix, Qt.Key.Key_Right)
    with qtbot.waitSignal(trained.results.reading.shown):
        key(matrix, Qt.Key.Key_Return)
    assert matrix.picked == (0, 1)
    with qtbot.waitSignal(trained.results.reading.shown):
        key(matrix, Qt.Key.Key_Return)
    assert matrix.picked is None


def test_the_curves_are_a_click_away_and_the_worker_goes_when_training_begins(
    trained: MainWindow, qtbot: QtBot
) -> None:
    assert not trained.training.log.isVisible()
    click(trained.training.curves_tab)
    assert trained.training.log.isVisible()
    assert not trained.results.isVisible()
    click(trained.training.results_tab)
    held = trained.workers.running
    with qtbot.waitSignal(trained.results.reading.shown):
        trained.commands.exporting.train()
        # Of those there were, only the one that waited is left, and trains.
        qtbot.waitUntil(lambda: len([worker for worker in trained.workers.running if worker in held]) == 1)


def test_a_square_says_what_it_counts(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(300, 300)
    matrix.show_table(["cat", "dog"], [[8, 2], [0, 5]], None)
    assert matrix.tip_of(0, 1) == "cat taken for dog: 2 of 10 (20.0%)"
    assert matrix.tip_of(1, 1) == "dog taken for what it is: 5 of 5 (100.0%)"
    assert "2 samples taken for another class" in matrix.accessibleDescription()


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_the_table_fits_its_width_however_many_classes(qtbot: QtBot, classes: int) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(460, 460)
    names = [str(place) for place in range(classes)]
    matrix.show_table(names, [[1] * classes] * classes, None)
    assert matrix.cell_rect(classes - 1, classes - 1).right() < 460
    image = matrix.grab().toImage()
    ratio = image.devicePixelRatio()
    at = matrix.cell_rect(0, 0).center() - QPoint(0, matrix.cell_rect(0, 0).height() // 3)
    other = matrix.cell_rect(0, 1).center() - QPoint(0, matrix.cell_rect(0, 1).height() // 3)
    right, wrong = (image.pixelColor(round(p.x() * ratio), round(p.y() * ratio)) for p in (at, other))
    assert right.blue() > right.red()
    assert wrong.red() > wrong.blue()


def test_a_latent_plane_is_painted_picture_by_picture_as_wide_as_there_is_room(qtbot: QtBot) -> None:
    view = LatentView()
    qtbot.addWidget(view)
    pictures = [Picture(1, 1, bytes([60 * place, 0, 0])) for place in range(4)]
    view.show_latent(Latent(2, 2.05, 5, 1, 3, pictures, pictures[::-1]))
    view.resize(180, 600)
    assert view.over.text() == (
        "Latent plane: axis 1 to the right and axis 3 upwards, on which samples differ most, from -2.05 to 2.05; "
        "the other 3 are 0"
    )
    view.show()
    for grid, shades in ((view.grid, [0, 60, 120, 180]), (view.prior, [180, 120, 60, 0])):
        image = grid.grab().toImage()
        at = [grid.cell_rect(place).center() * image.devicePixelRatio() for place in range(4)]
        assert [image.pixelColor(point.toPoint()).red() for point in at] == shades
        assert grid.cell_rect(3).right() <= grid.width() <= 180
        assert grid.cell_rect(3).bottom() <= grid.height()


def test_classes_have_their_precision_and_recall_and_squares_their_share(qtbot: QtBot) -> None:
    table = ClassTable()
    qtbot.addWidget(table)
    table.show_figures([ClassFigures("cat", 1.0, 0.8, 1200), ClassFigures("dog", None, 0.0, 5)])
    rows = [[table.model().index(row, column).data() for column in range(3)] for row in range(2)]
    assert rows == [["cat", "100.0%", "80.0%"], ["dog", "\u2013", "0.0%"]]
    table.resize(187, 200)
    with qtbot.waitExposed(table):
        table.show()
    assert table.horizontalHeader().length() <= 187
    for column in (1, 2):  # narrow as it is, no title is cut
        assert table.columnWidth(column) >= table.sizeHintForColumn(column)
        assert table.columnWidth(column) >= table.horizontalHeader().sectionSizeHint(column)
    assert [_percent(share) for share in (0.001, 0.5, 0.999, 1.0)] == ["<1", "50", "99", "100"]


def test_a_click_turns_counts_into_shares(trained: MainWindow) -> None:
    page = trained.results
    before = page.matrix.grab().toImage()
    click(page.shares)
    assert page.matrix.shares
    assert page.matrix.grab().toImage() != before
