"""The manual in the window: opened at what is selected, read, searched, and left again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QImage,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.manual.entries import entries
from graph.manual.page import Picture
from gui.manual.desk import ManualDesk
from gui.manual.pictures.drawing import picture_of
from gui.manual.reader import Reader
from gui.theme.colors import Theme
from tests.support.editor_window import EditorWindow, click, draw, field, key, show_node
from tests.support.typed import there

pytestmark = pytest.mark.slow

F1, ESCAPE, LEFT, RIGHT, DOWN, RETURN = (
    Qt.Key.Key_F1,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
)
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def title(window: EditorWindow) -> str:
    """The heading of the page that is read."""
    return window.manual.reader.document().firstBlock().text()


def place_of(reader: Reader, text: str) -> QPoint:
    """Where on the screen of the reader a text stands."""
    found = reader.document().find(text)
    assert not found.isNull(), text
    reader.setTextCursor(QTextCursor(found))
    reader.ensureCursorVisible()
    found.setPosition(found.selectionStart() + 1)
    return reader.cursorRect(found).center()


def test_f1_explains_the_selected_node_and_escape_leads_back(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    window.canvas.setFocus()
    key(window.canvas, F1)
    assert window.workspaces.name == "Manual"
    assert title(window) == "Conv2d"
    assert QApplication.focusWidget() is window.manual.reader
    assert not window.actions_made["delete"].isEnabled()
    key(window.manual.reader, ESCAPE)
    assert window.workspaces.name == "Draw"
    assert window.canvas.selected() == ["conv1"]
    key(window.canvas, F1)
    key(window.manual.reader, F1)
    assert window.workspaces.name == "Draw"


def test_f1_explains_a_row_of_the_palette_and_of_the_search_and_works_in_fields(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    click(window.palette_panel.search)
    QTest.keyClicks(window.palette_panel.search, "lstmcell")
    key(window.palette_panel.search, F1)
    assert title(window) == "LSTMCell"
    key(window.manual.reader, ESCAPE)
    show_node(window, "conv1")
    click(field(window, "out_channels"))
    key(field(window, "out_channels"), F1)
    assert title(window) == "Conv2d"
    key(window.manual.reader, ESCAPE)
    window.search.ask(["ReLU", "Dropout"], QPoint(40, 40))
    key(window.search, DOWN)
    key(window.search, F1)
    assert not window.search.isVisible()
    assert title(window) == "Dropout"


@pytest.mark.parametrize(
    ("workspace", "heading"),
    [
        ("Draw", "Drawing"),
        ("Data", "Data"),
        ("Train", "How a drawing is trained"),
        ("Runs", "Runs"),
    ],
)
def test_f1_with_nothing_selected_explains_the_workspace(window: EditorWindow, workspace: str, heading: str) -> None:
    window.show_panel(workspace)
    key(window, F1)
    assert title(window) == heading
    key(window.manual.reader, ESCAPE)
    assert window.workspaces.name == workspace
    assert window.workspaces.lasting == workspace


def test_f1_on_the_start_page_and_on_sweeps_explains_them(window: EditorWindow) -> None:
    window.welcome()
    key(window, F1)
    assert title(window) == "First steps"
    window.actions_made["sweep"].trigger()
    key(window, F1)
    assert title(window) == "Sweeps"


def test_without_the_pages_of_the_guide_there_are_still_the_layers(window: EditorWindow, tmp_path: Path) -> None:
    desk = ManualDesk(tmp_path, tmp_path, window)
    desk.open("page/data")
    desk.come_up()
    assert desk.address == "layer/Input"


def test_a_link_leads_on_and_the_way_back_keeps_the_place(window: EditorWindow) -> None:
    window.manual.open("layer/LSTM")
    window.actions_made["manual"].trigger()
    reader = window.manual.reader
    click(reader.viewport(), place_of(reader, "TransformerEncoderLayer"))
    assert title(window) == "TransformerEncoderLayer"
    assert there(window.manual.contents.currentItem()).text(0) == "TransformerEncoderLayer"
    key(reader, LEFT, ALT)
    assert title(window) == "LSTM"
    assert reader.verticalScrollBar().value() > 100
    assert not window.manual.back.isEnabled()
    click(window.manual.forth)
    assert title(window) == "TransformerEncoderLayer"
    QTest.mouseClick(reader.viewport(), Qt.MouseButton.BackButton)
    assert title(window) == "LSTM"


def test_links_are_tabbed_to_and_entered(window: EditorWindow) -> None:
    window.manual.open("layer/Softsign")
    window.actions_made["manual"].trigger()
    key(window.manual.reader, Qt.Key.Key_Tab)
    assert window.manual.reader.textCursor().selectedText() == "Tanh"
    key(window.manual.reader, RETURN)
    assert title(window) == "Tanh"


def test_an_example_is_opened_as_a_copy_and_the_web_by_the_browser(
    window: EditorWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    window.manual.open("layer/Conv2d")
    window.actions_made["manual"].trigger()
    reader = window.manual.reader
    click(reader.viewport(), place_of(reader, "PyTorch: ") + QPoint(70, 0))
    assert opened == ["https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"]
    click(reader.viewport(), place_of(reader, "lenet5"))
    assert window.workspace.document.name == "LeNet-5"
    assert window.workspaces.name == "Draw"


def test_the_search_lists_what_it_finds_and_opens_it_at_its_heading(window: EditorWindow) -> None:
    window.actions_made["manual"].trigger()
    manual = window.manual
    key(manual.reader, Qt.Key.Key_F, CONTROL)
    QTest.keyClicks(manual.search, "held back")
    assert manual.lists.currentWidget() is manual.found
    key(manual.search, RETURN)
    assert title(window) == "Data"
    assert manual.reader.verticalScrollBar().value() > 200
    key(manual.search, DOWN)
    key(manual.found, DOWN)
    key(manual.found, RETURN)
    QTest.keyClicks(manual.search, " nowhere")
    assert manual.nothing.isVisible()
    key(manual.search, ESCAPE)
    assert manual.contents.isVisible()
    assert window.workspaces.name == "Manual"
    key(manual.reader, ESCAPE)
    assert window.workspaces.name == "Draw"


def test_the_contents_open_a_page_by_mouse_and_keys(window: EditorWindow) -> None:
    window.actions_made["manual"].trigger()
    contents = window.manual.contents
    head = there(contents.topLevelItem(7))
    head.setExpanded(True)
    row = there(head.child(0))
    contents.scrollToItem(row)
    click(contents.viewport(), contents.visualItemRect(row).center())
    assert title(window) == row.text(0) == "ReLU"
    key(contents, DOWN)
    key(contents, RETURN)
    assert title(window) == "LeakyReLU"
    click(window.manual.leave)
    assert window.workspaces.name == "Draw"


def test_a_formula_is_copied_as_a_line_of_text(window: EditorWindow) -> None:
    window.manual.open("layer/Tanh")
    window.actions_made["manual"].trigger()
    key(window.manual.reader, Qt.Key.Key_A, CONTROL)
    key(window.manual.reader, Qt.Key.Key_C, CONTROL)
    assert "y = tanh(x) = (e^x − e^(−x)) / (e^x + e^(−x))" in QGuiApplication.clipboard().text()


def test_a_page_loads_nothing_by_itself_and_wears_the_theme(window: EditorWindow, tmp_path: Path) -> None:
    window.manual.open("layer/ReLU")
    window.actions_made["manual"].trigger()
    reader = window.manual.reader
    assert reader.loadResource(QTextDocument.ResourceType.ImageResource, QUrl.fromLocalFile(tmp_path / "a.png")) is None
    for name in ("dark", "light"):
        window.themes.choose(name)
        ink = reader.document().firstBlock().begin().fragment().charFormat().foreground().color()
        assert ink == window.themes.theme.text


def test_a_link_from_the_start_page_leads_back_to_it(window: EditorWindow) -> None:
    window.welcome()
    window.actions_made["manual"].trigger()
    key(window.manual.reader, ESCAPE)
    assert window.workspaces.name == "Start"
    assert window.workspaces.lasting == "Draw"


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=["light", "dark"])
def test_every_layer_has_a_picture_that_fits_on_its_ground(qtbot: QtBot, theme: Theme) -> None:
    drawn: dict[str, str] = {}
    for kind, entry in entries().items():
        image = picture_of(Picture(entry.picture, kind, ""), theme, 1.0)
        drawn.setdefault(entry.picture or kind, kind)
        edges = [QRect(0, 0, image.width(), 1), QRect(0, image.height() - 1, image.width(), 1)]
        edges += [QRect(0, 0, 1, image.height()), QRect(image.width() - 1, 0, 1, image.height())]
        assert all(ink(image.copy(edge)) == 0 for edge in edges), f"the picture of {kind} is cut off"
        assert ink(image) > 300, f"the picture of {kind} is empty"
    assert len(drawn) > 80


def ink(image: QImage) -> int:
    """How many pixels are painted."""
    alphas = image.convertToFormat(QImage.Format.Format_Alpha8)
    data, width = bytes(alphas.constBits()), alphas.bytesPerLine()
    rows = [data[row * width : row * width + image.width()] for row in range(image.height())]
    return sum(len(row) - row.count(0) for row in rows)


def test_a_page_shows_its_picture_and_says_what_it_shows(window: EditorWindow) -> None:
    window.manual.open("layer/MaxPool2d")
    window.actions_made["manual"].trigger()
    reader = window.manual.reader
    assert "With numbers: coloured is what comes of what." in reader.toPlainText()
    pictures = [
        fragment.charFormat().toImageFormat()
        for block in blocks(reader.document())
        for fragment in fragments(block)
        if fragment.charFormat().isImageFormat()
    ]
    assert pictures[0].width() == 560
    assert pictures[0].property(QTextFormat.Property.ImageAltText).startswith("Picture. ")
    key(reader, Qt.Key.Key_A, CONTROL)
    assert "y(i) = max [m] x(si + dm − p)" in reader.selected_text()


def blocks(document: QTextDocument) -> list[QTextBlock]:
    """The blocks of a page."""
    return [document.findBlockByNumber(number) for number in range(document.blockCount())]


def fragments(block: QTextBlock) -> list[QTextFragment]:
    """The stretches of one look in a block."""
    found, place = [], block.begin()
    while not place.atEnd():
        found.append(place.fragment())
        place += 1
    return found
