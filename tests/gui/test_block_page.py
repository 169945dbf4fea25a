"""The page of a block: its parameters and its ports in their order, and the library it can be kept in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from graph.document import Document
from graph.edits import ports
from graph.edits.blocks import entry
from graph.storage.loom import dumps, load, loads, save
from gui.palette import shelf
from tests.support.editor_window import EditorWindow, click, draw_blocks, key, retype
from tests.support.typed import known

pytestmark = pytest.mark.slow


def test_parameters_are_moved_by_keys_and_buttons_and_keep_what_is_typed(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    page = window.inspector.block
    click(page.parameters.add)
    retype(page.parameters.rows[1].name, "depth")
    key(page.parameters.rows[1].name, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert list(document.definitions["Unit"].parameters) == ["depth", "channels"]
    assert page.parameters.rows[0].name.hasFocus()
    assert [row.name.text() for row in page.parameters.rows] == ["depth", "channels"]
    text = dumps(document)
    assert list(loads(text).definitions["Unit"].parameters) == ["depth", "channels"]
    click(page.parameters.rows[0].down)
    assert list(document.definitions["Unit"].parameters) == ["channels", "depth"]
    before = document.history
    click(page.parameters.rows[1].down)
    assert document.history == before, "it stops at the end"
    document.undo()
    assert dumps(document) == text


def test_ports_are_named_moved_added_and_taken_away_on_the_page_of_the_block(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    drawing, page = document.graphs["Unit"], window.inspector.block
    assert [row.known for row in page.inputs.rows] == ["x"]
    click(page.inputs.add)
    assert page.inputs.rows[1].name.hasFocus()
    retype(page.inputs.rows[1].name, "skip")
    key(page.inputs.rows[1].name, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert known(document.model.node("unit1").layer).inputs == ("skip", "x") == drawing.ends("input")
    assert page.inputs.rows[0].name.hasFocus()
    assert document.model.inputs("unit1")["x"].source == "image", "a wire stays at its port"
    retype(page.inputs.rows[0].name, "conv1")
    key(page.inputs.rows[0].name, Qt.Key.Key_Return)
    assert "already a node 'conv1'" in page.inputs.error.text()
    key(page.inputs.rows[0].name, Qt.Key.Key_Escape)
    assert page.inputs.error.isHidden()
    assert page.inputs.rows[0].name.text() == "skip"
    click(page.inputs.rows[0].remove)
    assert known(document.model.node("unit1").layer).inputs == ("x",)
    click(page.outputs.add)
    click(page.outputs.rows[0].down)
    assert known(document.model.node("unit1").layer).results[1] == page.outputs.rows[1].known
    while document.history:
        document.undo()
    assert known(document.model.node("unit1").layer).inputs == ("x",)
    assert [len(page.inputs.rows), len(page.outputs.rows)] == [1, 1]


def test_ports_at_one_height_are_moved_apart(window: EditorWindow) -> None:
    document = draw_blocks(window)
    with document.edit("Add"):
        document.graphs["Unit"].add("Input", name="y0", at=(0, 0))
    drawing = document.graphs["Unit"]
    x = drawing.node("x")
    with document.edit("Move"):
        drawing.move({"y0": (x.x, x.y)})
    ports.move_port(document, "Unit", "y0", -1)
    assert drawing.ends("input") == ("y0", "x")


def on_the_row(window: EditorWindow, path: str) -> QMenu:
    """The menu that a right click on a block of the library opens."""
    palette = window.palette_panel
    palette.tree.setCurrentItem(palette.item(entry(path)))
    palette.menu_requested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_block_is_kept_in_the_library_used_in_another_drawing_and_removed(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    click(window.inspector.block.keep)
    path = shelf.own_folder() / "Unit.loom"
    assert str(path) in window.status.currentMessage()
    assert load(path).definitions == document.definitions
    window.opening.new()
    window.palette_panel.add_requested.emit(entry(str(path)))
    other = window.workspace.document
    assert other.history == ["Add Unit"]
    assert dumps(other).count('"Unit"') == 2
    assert other.graphs["Unit"].node("conv1").expressions == {"out_channels": "channels"}
    window.palette_panel.add_requested.emit(entry(str(path)))
    assert list(other.definitions) == ["Unit"], "an equal block is the same block"
    other.undo()
    other.undo()
    assert (dict(other.definitions), list(other.model.nodes)) == ({}, [])
    menu = on_the_row(window, str(path))
    next(action for action in menu.actions() if "Remove" in action.text()).trigger()
    menu.close()
    assert not path.exists()
    assert str(path) not in " ".join(window.palette_panel.shown())


def test_a_block_of_the_library_is_replaced_only_after_a_question(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.select(["unit1"])
    window.actions_made["keep_block"].trigger()
    path = shelf.own_folder() / "Unit.loom"
    before = path.read_bytes()
    with document.edit("Set"):
        document.set_block("Unit", {"channels": 9})
    window.answers.agree = False
    window.actions_made["keep_block"].trigger()
    assert path.read_bytes() == before
    window.answers.agree = True
    window.actions_made["keep_block"].trigger()
    assert load(path).definitions["Unit"].parameters == {"channels": 9}
    window.palette_panel.add_requested.emit(entry(str(shelf.READY / "Residual.loom")))
    menu = on_the_row(window, str(shelf.READY / "Residual.loom"))
    assert not any("Remove" in action.text() for action in menu.actions() if action.isVisible())
    menu.close()


def test_a_file_of_the_library_that_holds_no_block_is_refused_and_nothing_is_lost(
    window: EditorWindow, tmp_path: Path
) -> None:
    document = draw_blocks(window)
    before = dumps(document)
    shelf.own_folder().mkdir(parents=True)
    save(Document("Empty"), shelf.own_folder() / "Empty.loom")
    (shelf.own_folder() / "Broken.loom").write_text("no drawing")
    window.commands.shelving.list()
    for name, why in (("Empty", "does not hold a block"), ("Broken", "cannot be opened")):
        window.palette_panel.add_requested.emit(entry(str(shelf.own_folder() / f"{name}.loom")))
        assert why in window.status.currentMessage()
    assert dumps(document) == before
