"""The outline: nodes in order, blocks with what is inside, a filter, and a click that leads there."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from graph.edits import blocks
from tests.support.editor_window import EditorWindow, draw
from tests.support.typed import there

pytestmark = pytest.mark.slow


@pytest.fixture
def outlined(window: EditorWindow, qtbot: QtBot) -> EditorWindow:
    draw(window)
    blocks.group(window.workspace.document, "", ["conv1", "relu1"], "Stem")
    window.show_panel("Outline")
    qtbot.waitUntil(window.outline.isVisible)
    window.outline.refresh()
    return window


def row(window: EditorWindow, name: str) -> Any:
    return window.outline._rows[name][0]


def click(window: EditorWindow, name: str) -> None:
    tree = window.outline.tree
    tree.scrollToItem(row(window, name))
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(row(window, name)).center())


def test_it_lists_the_nodes_in_order_and_what_is_in_a_block_once_that_is_opened(outlined: EditorWindow) -> None:
    outline = outlined.outline
    listed = ["image", "label", "stem1", "flatten", "fc1", "logits", "objective"]
    assert sorted(outline.shown()) == sorted(listed)
    assert outline.shown().index("stem1") < outline.shown().index("flatten") < outline.shown().index("fc1")
    row(outlined, "stem1").setExpanded(True)
    assert [each for each in outline.shown() if each.startswith(".")] == [".x", ".conv1", ".relu1", ".out"]


def test_a_click_selects_the_node_also_in_a_block(outlined: EditorWindow) -> None:
    click(outlined, "fc1")
    assert outlined.canvas.selected() == ["fc1"]
    assert (outlined.canvas.middle() - outlined.canvas.drawing.nodes["fc1"].pos()).manhattanLength() < 3
    row(outlined, "stem1").setExpanded(True)
    click(outlined, "Stem/conv1")
    assert outlined.canvas.graph == "Stem"
    assert outlined.canvas.selected() == ["conv1"]
    assert row(outlined, "Stem/conv1").font(0).bold()
    assert not row(outlined, "fc1").font(0).bold()


def test_it_follows_edits_and_what_was_open_stays_open(outlined: EditorWindow, qtbot: QtBot) -> None:
    outline = outlined.outline
    row(outlined, "stem1").setExpanded(True)
    with outlined.workspace.document.edit("Add"):
        outlined.workspace.document.graphs["Stem"].add("Tanh", name="extra")
    qtbot.waitUntil(lambda: ".extra" in outline.shown())
    assert not outline._timer.isActive()


def test_the_filter_finds_nodes_in_blocks_as_well(outlined: EditorWindow) -> None:
    outline = outlined.outline
    QTest.keyClicks(outline.filter, "kernel_size=5")
    assert outline.shown() == ["conv1"]
    assert there(outline.tree.topLevelItem(0)).text(1).endswith("in Stem")
    outline.filter.clear()
    assert len(outline.shown()) == 7
