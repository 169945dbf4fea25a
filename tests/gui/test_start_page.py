"""The start page: what one can begin with, by mouse and by keys, and how it gives way to a drawing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from docs.cards import cards, written
from graph.builder.starts import STARTS
from graph.document import Document
from graph.storage.loom import save
from gui import preferences
from gui.commands.files import examples_dir
from gui.sessions.opening import COURSE
from gui.shell.docks import in_view
from gui.start.cards import PICTURE, TEXTS, ExampleCard, Measured, picture_of, read_cards
from gui.start.listing import Listing
from gui.start.painting import GAP, cross_rect
from gui.start.recent import when
from tests.support.editor_window import EditorWindow, click, draw, key, open_window
from tests.support.typed import there

pytestmark = pytest.mark.slow

RETURN, ESCAPE, DOWN, RIGHT, LEFT, UP = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Down,
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_Up,
)


@pytest.fixture
def begun(window: EditorWindow) -> EditorWindow:
    """The window as it is when the program starts without a file."""
    window.welcome()
    return window


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two drawings that were open before, and one that is no more, which was open last."""
    there_are = [tmp_path / "first.loom", tmp_path / "second.loom", tmp_path / "gone.loom"]
    for path in there_are:
        save(Document(path.stem), path)
        preferences.add_recent(path)
    there_are[-1].unlink()
    return there_are


def focused() -> QWidget:
    return there(QApplication.focusWidget())


def press(which: Qt.Key) -> None:
    key(focused(), which)


def at(view: Listing, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 0)).center()


def look(window: EditorWindow, qtbot: QtBot) -> None:
    """Come to the page, and wait until it is known which files there are."""
    window.start.come_up()
    qtbot.waitUntil(lambda: all(file.seen for file in window.start.recent.files))


def names(window: EditorWindow) -> list[str]:
    return [card.name for card in window.start.cards.cards]


def row_of(window: EditorWindow, name: str) -> int:
    return names(window).index(name)


def test_what_is_written_of_the_examples_is_what_their_drawings_say() -> None:
    assert (examples_dir() / TEXTS).read_bytes() == written(cards()), "make cards writes it anew"
    known = {path.stem for path in examples_dir().glob("*.loom")}
    known |= {f"{COURSE}/{path.stem}" for path in (examples_dir() / COURSE).glob("*.loom")}
    assert {card.name for card in read_cards(examples_dir())} == known
    for card in read_cards(examples_dir()):
        for theme in ("light", "dark"):
            assert 500 < picture_of(examples_dir(), card.name, theme).stat().st_size < 6000


def test_the_page_shows_starts_files_and_examples_alone(begun: EditorWindow, files: list[Path]) -> None:
    begun.show_panel("Draw")
    begun.actions_made["workspace_start"].trigger()
    page = begun.start
    assert in_view(page)
    assert not in_view(begun.canvas)
    assert not any(in_view(dock.widget()) for dock in begun.docks.by_name.values())
    assert list(page.buttons) == list(STARTS)
    assert [file.name for file in page.recent.files] == ["gone.loom", "second.loom", "first.loom"]
    assert len(page.cards.cards) == len(read_cards(examples_dir()))
    lenet = next(card for card in page.cards.cards if card.name == "lenet5")
    assert lenet.figures.startswith("61,706 parameters")
    assert "accuracy 0.9" in lenet.figures
    assert "layerloom train examples/lenet5.loom" in lenet.told


def test_a_click_on_a_card_opens_the_example_as_a_copy(begun: EditorWindow) -> None:
    view = begun.start.examples
    row = row_of(begun, "lenet5")
    view.scrollTo(view.model().index(row, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, row))
    assert begun.workspace.document.name == "LeNet-5"
    assert begun.workspace.path is None
    assert begun.workspaces.name == "Draw"
    assert begun.canvas.visible().contains(begun.canvas.drawing.bounds())
    assert preferences.listed_files() == []


def test_letters_typed_anywhere_filter_and_enter_opens_what_is_found(files: list[Path], begun: EditorWindow) -> None:
    page = begun.start
    page.examples.take_focus()
    QTest.keyClicks(page.examples, "18 resn")
    assert focused() is page.filter
    assert page.filter.text() == "18 resn"
    assert names(begun) == ["resnet18"]
    assert page.recent.files == []
    assert page.nothing_recent.text() == "None of them is called so."
    press(RETURN)
    assert begun.workspace.document.name == "ResNet-18"


def test_what_is_not_found_is_said_and_escape_looks_for_all_again(begun: EditorWindow) -> None:
    page = begun.start
    QTest.keyClicks(page, "quokka")
    assert names(begun) == []
    assert in_view(page.nothing_found)
    press(RETURN)
    press(ESCAPE)
    assert page.filter.text() == ""
    assert len(names(begun)) > 40
    assert begun.workspaces.name == "Start"
    press(ESCAPE)
    assert begun.workspaces.name == "Draw"
    assert begun.canvas.starts.isVisible()
    assert not begun.workspace.document.history


def test_arrows_go_from_the_filter_through_the_cards_to_the_files_and_enter_opens(
    begun: EditorWindow, files: list[Path]
) -> None:
    begun.welcome()
    page = begun.start
    page.come_up()
    assert focused() is page.filter
    press(DOWN)
    assert focused() is page.examples
    assert page.examples.currentIndex().row() == 0
    press(RIGHT)
    press(DOWN)
    columns = page.examples.currentIndex().row() - 1
    assert columns >= 3
    press(UP)
    assert page.examples.currentIndex().row() == 1
    press(UP)
    assert focused() is page.filter
    press(DOWN)
    assert page.examples.currentIndex().row() == 1
    press(LEFT)
    press(LEFT)
    assert focused() is page.files
    press(UP)
    assert focused() is page.open
    page.files.take_focus()
    press(DOWN)
    press(RIGHT)
    assert focused() is page.examples
    press(LEFT)
    assert page.files.currentIndex().row() == 1
    press(RETURN)
    assert begun.workspace.path == files[1]
    assert begun.workspaces.name == "Draw"


def test_tab_goes_through_the_page_as_it_is_read(files: list[Path], begun: EditorWindow) -> None:
    page = begun.start
    page.buttons["images"].setFocus()
    for expected in (*list(page.buttons.values())[1:], page.new, page.open, page.files, page.filter, page.examples):
        press(Qt.Key.Key_Tab)
        assert focused() is expected
    page.buttons["images"].setFocus()
    press(DOWN)
    assert focused() is page.buttons["numbers"]


def test_a_start_draws_into_the_empty_drawing_and_beside_another(begun: EditorWindow) -> None:
    empty = begun.workspace.document
    click(begun.start.buttons["images"])
    assert begun.workspace.document is empty
    assert begun.workspaces.name == "Draw"
    assert "conv1" in empty.model.nodes
    begun.actions_made["workspace_start"].trigger()
    click(begun.start.buttons["codes"])
    assert "encoder" in begun.workspace.document.model.nodes
    assert begun.workspaces.name == "Draw"
    assert begun.sessions.all[0].workspace.document is empty
    assert begun.answers.asked == []


def test_the_page_leaves_a_drawing_as_it_is(window: EditorWindow) -> None:
    document = draw(window)
    window.actions_made["workspace_start"].trigger()
    steps = list(document.history)
    for which in (Qt.Key.Key_Delete, Qt.Key.Key_L, Qt.Key.Key_Escape, Qt.Key.Key_Escape):
        press(which)
    assert window.workspaces.name == "Draw"
    assert (window.workspace.document, document.history) == (document, steps)
    window.actions_made["workspace_start"].trigger()
    click(window.start.new)
    assert window.tabs.count() == 2
    assert not window.workspace.document.model.nodes
    assert window.workspaces.name == "Draw"


def test_a_missing_file_says_so_and_is_taken_off_by_its_cross_or_by_delete(
    begun: EditorWindow, qtbot: QtBot, files: list[Path]
) -> None:
    page = begun.start
    look(begun, qtbot)
    assert [file.when == "not there any more" for file in page.recent.files] == [True, False, False]
    QTest.mouseClick(page.files.viewport(), Qt.MouseButton.LeftButton, pos=at(page.files, 0))
    assert len(begun.answers.told) == 1
    assert begun.workspaces.name == "Start"
    cross = cross_rect(page.files.visualRect(page.recent.index(0))).center()
    QTest.mouseClick(page.files.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert preferences.listed_files() == [str(files[1]), str(files[0])]
    page.files.take_focus()
    press(Qt.Key.Key_Delete)
    assert preferences.listed_files() == [str(files[0])]
    assert files[1].exists()
    press(Qt.Key.Key_Delete)
    assert in_view(page.nothing_recent)
    assert page.nothing_recent.text() == "What you open or save is listed here."
    assert begun.workspaces.name == "Start"


def test_names_of_files_are_shown_as_they_are(begun: EditorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    odd, html = tmp_path / os.fsdecode(b"caf\xe9.loom"), tmp_path / "<b>a&b<b>.loom"
    for path in (odd, html):
        save(Document("Odd"), path)
        preferences.add_recent(path)
    page = begun.start
    look(begun, qtbot)
    page.files.viewport().grab()
    assert [file.name for file in page.recent.files] == ["<b>a&b<b>.loom", "caf?.loom"]
    assert "&lt;b&gt;a&amp;b" in str(page.recent.index(0).data(Qt.ItemDataRole.ToolTipRole))
    page.files.take_focus()
    press(DOWN)
    press(RETURN)
    assert begun.workspace.path == odd


def test_a_disk_that_does_not_answer_keeps_nobody_waiting(
    window: EditorWindow, qtbot: QtBot, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, stat = threading.Event(), Path.stat

    def slow(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if threading.current_thread().name == "recent files":
            answered.wait(60)
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", slow)
    window.welcome()
    page = window.start
    assert [(file.name, file.when) for file in page.recent.files] == [
        *(("gone.loom", ""), ("second.loom", ""), ("first.loom", ""))
    ]
    page.files.take_focus()
    press(DOWN)
    answered.set()
    qtbot.waitUntil(lambda: page.recent.files[0].missing)
    assert page.recent.files[1].when.startswith("today")
    assert page.files.currentIndex().row() == 1


def test_recent_drawings_get_their_picture_and_other_files_none(
    begun: EditorWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    lenet, damaged = tmp_path / "lenet.loom", tmp_path / "damaged.loom"
    lenet.write_bytes((examples_dir() / "lenet5.loom").read_bytes())
    damaged.write_text("{")
    for path in (damaged, lenet):
        preferences.add_recent(path)
    page = begun.start
    begun.show_panel("Draw")
    begun.welcome()
    rect = page.files.visualRect(page.recent.index(0))

    def colours(row: int) -> set[str]:
        picture = page.files.viewport().grab(rect.translated(0, row * rect.height())).toImage()
        return {QColor(picture.pixel(x, y)).name() for x in range(8, 60) for y in range(6, 36)}

    qtbot.waitUntil(lambda: len(colours(0)) > 20)
    assert len(colours(1)) < 6


def test_pictures_are_on_the_ground_of_the_theme(begun: EditorWindow) -> None:
    view = begun.start.examples
    for name in ("dark", "light"):
        begun.themes.choose(name)
        rect = view.visualRect(view.model().index(0, 0))
        picture = view.viewport().grab(rect).toImage()
        ratio = picture.devicePixelRatio()
        corner = QPoint(rect.width() // 2, GAP + PICTURE.height() - 4) * ratio
        assert picture.pixelColor(corner) == begun.themes.theme.canvas


def test_cards_fill_the_width_of_a_small_window(begun: EditorWindow, qtbot: QtBot) -> None:
    begun.resize(1024, 700)
    view = begun.start.examples
    qtbot.waitUntil(lambda: begun.width() == 1024)
    rects = [view.visualRect(view.model().index(row, 0)) for row in range(4)]
    assert len({rect.top() for rect in rects[:3]}) == 1
    assert rects[3].top() > rects[0].top()
    assert view.viewport().width() - rects[2].right() < 12


def test_the_page_is_not_the_workspace_to_come_back_to(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_panel("Train")
    window.welcome()
    window.close()
    assert preferences.workspace() == "Train"
    other = open_window(qtbot, monkeypatch)
    other.welcome()
    other.opening.open_example(examples_dir() / "mlp.loom")
    assert other.workspaces.name == "Train"


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1.00"), (0.9996, "0.9996"), (0.995, "0.99"), (0.9961, "0.996"), (0.717, "0.72")]
)
def test_what_is_not_quite_1_does_not_read_as_if_it_were(value: float, text: str) -> None:
    card = ExampleCard("one", "One", "It is one", 5, "digits", Measured("accuracy", value, 3))
    assert card.figures == f"5 parameters  ·  accuracy {text}"


def test_times_are_told_as_people_say_them() -> None:
    today = date(2026, 11, 26)
    assert when(datetime(2026, 11, 26, 9, 5).astimezone().timestamp(), today) == "today 9:05"
    assert when(datetime(2026, 11, 25, 23, 59).astimezone().timestamp(), today) == "yesterday 23:59"
    assert when(datetime(2024, 2, 1).astimezone().timestamp(), today) == "1 February 2024"
    assert when(1e300, today) == "at an unknown time"


STARTED = """
import sys
from gui.app import run
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.window import MainWindow
def look():
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    print(window.workspaces.name, window.workspace.document.name)
    QApplication.instance().quit()
sys.exit(run(sys.argv[1:], lambda: QTimer.singleShot(0, look)))
"""


@pytest.mark.parametrize(("arguments", "seen"), [((), "Start Untitled"), (("lenet5.loom",), "Draw LeNet-5")])
def test_the_program_starts_with_the_page_unless_it_is_given_a_file(arguments: tuple[str, ...], seen: str) -> None:
    paths = [str(examples_dir() / name) for name in arguments]
    done = subprocess.run(
        [sys.executable, "-c", STARTED, *paths], env=dict(os.environ), capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == seen, done.stderr
