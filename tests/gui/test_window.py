"""The window as a whole: keys, menus, the status bar, problems, themes, and what it does not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from gui import preferences as settings
from gui.shell.actions import COMMANDS
from gui.shell.docks import in_view
from gui.window import MainWindow
from tests.support.editor_window import EditorWindow, click, draw, field, key, open_window, retype, show_node
from tests.support.typed import known, there

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def problem_button(window: EditorWindow) -> QPushButton:
    return there(window.problems.tree.findChild(QPushButton, "fix"))


def test_the_status_bar_counts_parameters_macs_and_problems(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    qtbot.waitUntil(lambda: window.status.parameters.text() == "1,126 parameters")
    assert window.status.macs.text() == "3,360 MACs"
    # 1,126 weights, their gradients and two averages of Adam's; 64 times 64 + 96 + 96 + 10 outputs, labels and a loss.
    assert (
        window.status.memory.text() == f"{(4 * 4 * 1126 + 64 * (4 * (64 + 2 * 96 + 10) + 8) + 4) / 1e3:.4g} kB to train"
    )
    assert window.status.problems.text() == "No problems"
    with document.edit("Break"):
        document.model.set("conv1", kernel_size=9)
    qtbot.waitUntil(lambda: window.status.problems.text() == "1 problem")


def test_advice_is_counted_apart_and_keeps_nothing_from_running(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Remove"):
        document.model.remove(["relu1"], heal=True)
    qtbot.waitUntil(lambda: window.status.problems.text() == "1 hint")
    assert not window.status.problems.property("invalid")
    assert window.commands.guide.is_sound("Train")


def test_zoom_is_shown_and_a_click_resets_it(window: EditorWindow) -> None:
    draw(window)
    key(window.canvas, Qt.Key.Key_Plus, CTRL)
    assert window.status.zoom.text() == f"{window.canvas.zoom:.0%}".replace("%", " %")
    click(window.status.zoom)
    assert window.status.zoom.text() == "100 %"


def test_a_click_on_the_problem_count_shows_the_list_and_a_click_there_leads_to_the_node(
    window: EditorWindow, qtbot: QtBot
) -> None:
    document = draw(window)
    with document.edit("Break"):
        document.model.set("conv1", kernel_size=9)
    window.show_panel("Code")
    qtbot.waitUntil(lambda: window.problems.tree.topLevelItemCount() == 1)
    click(window.status.problems)
    qtbot.waitUntil(lambda: in_view(window.problems))
    tree = window.problems.tree
    click(tree.viewport(), tree.visualItemRect(there(tree.topLevelItem(0))).center())
    assert window.canvas.selected() == ["conv1"]
    centre = window.canvas.mapToScene(window.canvas.viewport().rect().center())
    assert abs(centre.x() - document.model.node("conv1").x) < 20


def test_the_fix_button_repairs_the_drawing_in_one_step(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Remove"):
        document.model.remove(["flatten"], heal=True)
        document.model.connect("relu1", "objective", "prediction")
    qtbot.waitUntil(lambda: problem_button(window) is not None)
    label = problem_button(window).text()
    click(problem_button(window))
    assert document.history[-1] == label == "Insert Flatten"
    assert [node.kind for node in document.model.nodes.values()].count("Flatten") == 1


def test_the_list_of_problems_is_cut_where_nobody_reads_on(window: EditorWindow, qtbot: QtBot) -> None:
    document = window.workspace.document
    with document.edit("Add"):
        for _ in range(260):
            document.model.add("ReLU")
    qtbot.waitUntil(lambda: window.problems.tree.topLevelItemCount() == 201)
    assert there(window.problems.tree.topLevelItem(200)).text(0) == "and 61 more"


def test_every_fix_button_has_its_own_height(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Remove"):
        document.model.remove(["relu1"], heal=True)
    qtbot.waitUntil(lambda: problem_button(window) is not None)
    window.problems.grab()
    assert problem_button(window).height() == problem_button(window).sizeHint().height()


def test_undo_and_redo_name_the_step_and_are_keys(window: EditorWindow) -> None:
    document = draw(window)
    assert window.actions_made["undo"].text() == "&Undo Draw"
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_Z, CTRL)
    assert not document.model.nodes
    assert window.actions_made["redo"].text() == "&Redo Draw"
    assert not window.actions_made["undo"].isEnabled()
    assert window.status.currentMessage() == "Undid: Draw"
    key(window.canvas, Qt.Key.Key_Z, CTRL | SHIFT)
    assert document.model.nodes
    key(window.canvas, Qt.Key.Key_Z, CTRL)
    key(window.canvas, Qt.Key.Key_Y, CTRL)
    assert document.model.nodes


def test_copy_paste_duplicate_and_delete_by_keys(window: EditorWindow) -> None:
    document = draw(window)
    window.canvas.setFocus()
    show_node(window, "conv1")
    key(window.canvas, Qt.Key.Key_C, CTRL)
    key(window.canvas, Qt.Key.Key_V, CTRL)
    key(window.canvas, Qt.Key.Key_D, CTRL)
    assert [node.kind for node in document.model.nodes.values()].count("Conv2d") == 3
    key(window.canvas, Qt.Key.Key_X, CTRL)
    assert [node.kind for node in document.model.nodes.values()].count("Conv2d") == 2
    show_node(window, "flatten")
    key(window.canvas, Qt.Key.Key_Delete)
    assert document.model.inputs("fc1")["x"].source == "relu1"
    document.undo()
    show_node(window, "flatten")
    key(window.canvas, Qt.Key.Key_Delete, SHIFT)
    assert not document.model.inputs("fc1")
    key(window.canvas, Qt.Key.Key_A, CTRL)
    assert set(window.canvas.selected()) == set(document.model.nodes)


def test_editing_commands_need_a_selection(window: EditorWindow) -> None:
    draw(window)
    assert not window.actions_made["delete"].isEnabled()
    show_node(window, "conv1")
    assert window.actions_made["delete"].isEnabled()


def test_f2_puts_the_cursor_into_the_name_where_it_stands(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_F2)
    name = window.canvas.name_field
    assert name.hasFocus()
    QTest.keyClicks(name, "stem")
    key(name, Qt.Key.Key_Return)
    assert "stem" in document.model.nodes


@pytest.mark.slow
def test_no_key_fires_while_a_field_has_the_focus(window: EditorWindow) -> None:
    document = draw(window)
    fired: list[str] = []
    # F1 means nothing to a field, and explains wherever one is.
    commands = [each for each in COMMANDS if each.keys and not each.own and each.id not in ("quit", "explain")]
    for command in commands:
        action = window.actions_made[command.id]
        action.triggered.disconnect()
        action.triggered.connect(lambda *_, name=command.id: fired.append(name))
    for command in commands:
        show_node(window, "conv1", "fc1")
        show_node(window, "conv1")
        window.actions_made[command.id].setEnabled(True)
        for keys in command.keys:
            press = known(QKeySequence(keys))[0]
            click(field(window, "out_channels"))
            QTest.keyClick(field(window, "out_channels"), press.key(), press.keyboardModifiers())
            assert fired == [], command.id
        assert len(document.model.nodes) == 8
        window.canvas.setFocus()
        press = known(QKeySequence(command.keys[0]))[0]
        QTest.keyClick(window.canvas, press.key(), press.keyboardModifiers())
        assert fired == [command.id]
        fired.clear()


def test_ctrl_z_in_a_field_undoes_typing_there(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "77")
    key(field(window, "out_channels"), Qt.Key.Key_Z, CTRL)
    assert known(document.model.node("conv1").layer).out_channels == 6
    assert document.history == ["Draw"]


def test_every_key_belongs_to_one_command() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_themes_switch_everything_and_are_remembered(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    seen = {}
    for name in ("light", "dark"):
        next(a for a in window.actions_made.menus["theme"].actions() if a.text().lower() == name).trigger()
        assert settings.theme_name() == name
        assert window.canvas.theme.name == name
        picture = window.grab().toImage()
        seen[name] = [picture.pixelColor(place) for place in (QPoint(8, 300), QPoint(1300, 60), QPoint(400, 120))]
    assert all(light.lightness() > 200 > 90 > dark.lightness() for light, dark in zip(*seen.values(), strict=True))
    window.close()
    assert open_window(qtbot, monkeypatch).themes.theme.name == "dark"


def test_the_system_theme_follows_the_system(window: EditorWindow) -> None:
    window.themes.choose("system")
    assert settings.theme_name() == "system"
    assert window.themes.theme.name in ("light", "dark")


def test_the_place_of_the_docks_is_remembered(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.docks["Inspector"].hide()
    window.resize(1100, 700)
    window.close()
    other = open_window(qtbot, monkeypatch)
    assert not other.docks["Inspector"].isVisible()
    assert other.docks["Layers"].isVisible()


def side_widths(window: EditorWindow) -> list[int]:
    return [window.docks[name].width() for name in ("Layers", "Inspector")]


def test_panels_made_narrow_by_a_small_window_are_wide_again_in_a_large_one(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: side_widths(window) == [220, 320])
    edge = QPoint(220, window.canvas.mapTo(window, window.canvas.rect().center()).y())
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(window, edge + QPoint(40, 0))
    qtbot.waitUntil(lambda: side_widths(window) == [260, 320])
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=edge + QPoint(40, 0))
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.docks["Layers"].width() < 220)
    assert window.canvas.width() > 400
    window.close()
    other = open_window(qtbot, monkeypatch)
    other.resize(1440, 900)
    qtbot.waitUntil(lambda: side_widths(other) == [260, 320])


def test_a_layout_kept_from_too_small_a_window_is_not_taken_as_it_is(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(1440, 900)
    for name in ("Layers", "Inspector"):
        window.docks[name].widget().setMinimumWidth(0)
    window.resizeDocks([window.docks["Layers"], window.docks["Inspector"]], [100, 150], Qt.Orientation.Horizontal)
    window.close()
    kept = json.loads(settings.file().read_text())
    del kept["sides"]
    settings.file().write_text(json.dumps(kept))
    other = open_window(qtbot, monkeypatch)
    assert side_widths(other)[1] >= 260
    other.resize(1440, 900)
    qtbot.waitUntil(lambda: side_widths(other) == [220, 320])


def test_a_refusal_on_the_canvas_goes_to_the_status_bar(window: EditorWindow) -> None:
    window.canvas.refused.emit("'a' cannot feed itself: a model has no cycles.")
    assert window.status.currentMessage() == "'a' cannot feed itself: a model has no cycles."


def test_what_was_said_goes_with_the_next_edit_and_is_said_again_when_it_is_true_again(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "relu1")
    refusal = "Nothing to freeze: no selected node has weights."
    for _ in range(2):
        key(window.canvas, Qt.Key.Key_K)
        assert window.status.currentMessage() == refusal
        key(window.canvas, Qt.Key.Key_Delete)
        assert not window.status.currentMessage()
        key(window.canvas, Qt.Key.Key_Z, CTRL)
        assert window.status.currentMessage() == "Undid: Delete relu1"
        show_node(window, "relu1")
    name = window.inspector.nodes.name_form.rows["name"].editor
    retype(name, "r")
    key(name, Qt.Key.Key_Return)
    assert not window.status.currentMessage()


def test_a_message_too_long_for_the_status_bar_ends_in_an_ellipsis(window: EditorWindow) -> None:
    window.status.say("a long sentence " * 40)
    assert window.status.shown.endswith("…")
    assert window.status.currentMessage() in window.status.toolTip()
    window.status.say("Saved.")
    assert window.status.shown == "Saved."


SHOWN = """
import sys
from gui.app import run
def painted():
    from PySide6.QtWidgets import QApplication
    heavy = {"torch", "onnx", "onnxruntime", "pyqtgraph", "sklearn", "numpy"} & set(sys.modules)
    print("imported:", sorted(heavy))
    QApplication.instance().quit()
sys.exit(run((), painted))
"""


def run_python(code: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    merged = {**os.environ, **environment}
    kept = {name: value for name, value in merged.items() if value is not None}
    return subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_nothing_heavy_is_imported_when_the_window_is_painted() -> None:
    done = run_python(SHOWN)
    assert (done.returncode, done.stdout) == (0, "imported: []\n"), done.stderr


def test_without_a_display_one_sentence_and_exit_code_2() -> None:
    done = run_python(SHOWN, QT_QPA_PLATFORM=None, DISPLAY=None, WAYLAND_DISPLAY=None)
    assert done.returncode == 2
    assert done.stderr == (
        "Layerloom cannot open a window: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); "
        "start it in a desktop session, or under `xvfb-run`.\n"
    )


def test_a_display_that_does_not_answer_is_one_sentence_and_exit_code_2() -> None:
    done = run_python(SHOWN, QT_QPA_PLATFORM=None, DISPLAY=":4711", WAYLAND_DISPLAY=None)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Layerloom cannot open a window: ")


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    from gui import preflight

    monkeypatch.setattr(preflight, "_loads", lambda name: name not in ("libxcb-cursor.so.0", "libEGL.so.1"))
    assert preflight.explain("libEGL.so.1: cannot open shared object file: No such file or directory") == (
        "Layerloom cannot open a window: libEGL.so.1, libxcb-cursor.so.0 are missing; "
        "install with `sudo apt-get install libegl1 libxcb-cursor0`."
    )


def test_any_other_trouble_with_qt_is_told_as_it_is() -> None:
    from gui import preflight

    assert "undefined symbol: foo" in preflight.explain("undefined symbol: foo")


def test_an_exception_in_the_editor_becomes_a_sentence_and_it_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    from graph.errors import DocumentError
    from gui.app import _reporter

    said: list[Any] = []
    report = _reporter(said.append)
    refusal = DocumentError("There is no node 'a'.")
    report(DocumentError, refusal, None)
    assert (said, capsys.readouterr().err) == (["There is no node 'a'."], "")
    report(ZeroDivisionError, ZeroDivisionError("by zero"), None)
    assert said[-1].startswith("Something went wrong inside Layerloom (ZeroDivisionError: by zero)")
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_pasting_with_incoming_wires_keeps_them(window: EditorWindow) -> None:
    document = draw(window)
    window.canvas.setFocus()
    show_node(window, "fc1")
    key(window.canvas, Qt.Key.Key_C, CTRL)
    key(window.canvas, Qt.Key.Key_V, CTRL | SHIFT)
    (copy,) = window.canvas.selected()
    assert copy != "fc1"
    assert document.model.inputs(copy)["x"].source == "flatten"


def test_the_bottom_starts_as_a_bar_and_opens_by_key_tab_or_need(window: EditorWindow, qtbot: QtBot) -> None:
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.parent() is window)
    assert window.docks.collapsed
    assert window.problems.height() == 0
    before = window.canvas.height()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    qtbot.waitUntil(lambda: window.problems.height() >= 150 and window.canvas.height() < before)
    QTest.keyClick(window.canvas, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.problems.height() == 0)
    window.show_panel("Code")
    qtbot.waitUntil(lambda: window.code.height() >= 150)


def test_a_line_above_the_canvas_says_whether_it_has_the_focus(window: EditorWindow) -> None:
    draw(window)
    line = window.focus_line

    def shown() -> str:
        return line.grab().toImage().pixelColor(5, 0).name()

    window.canvas.setFocus()
    assert shown() == window.themes.theme.accent.name()
    window.palette_panel.search.setFocus()
    assert shown() == window.themes.theme.canvas.name()


def test_what_has_yet_to_be_wired_is_red_once_train_is_pressed(window: EditorWindow) -> None:
    document = draw(window)
    window.canvas.setFocus()
    name = window.canvas.add_layer("ReLU", window.canvas.middle())

    def badge() -> str:
        return window.canvas.drawing.nodes[name].box.body.severity

    assert badge() == "pending"
    assert window.commands.guide.is_sound("Train", training=True)  # nothing that trains needs it
    assert badge() == "error"
    with document.edit("Unplug"):
        document.model.disconnect("fc1", "x")
    key(window.canvas, Qt.Key.Key_F5)
    assert window.status.currentMessage() == "'fc1' has nothing on its input 'x'; connect a wire to it."


def test_large_counts_are_short_and_written_out_where_they_are_pointed_at(window: EditorWindow) -> None:
    document = window.workspace.document
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [100_000]}, name="image")
        document.model.add("Linear", {"out_features": 40_900}, name="wide")
        document.model.add("Output", name="answer")
        document.model.connect("image", "wide")
        document.model.connect("wide", "answer")
    window.analysis.settle()
    assert window.status.parameters.text() == "4.09 G parameters"
    assert window.status.macs.text() == "4.09 G MACs"
    assert window.status.parameters.toolTip() == "4,090,040,900 parameters"


def test_the_first_window_fits_its_screen(qtbot: QtBot, window: EditorWindow) -> None:
    room = window.screen().availableGeometry().size()
    assert window.sizeHint().width() < room.width()
    assert window.sizeHint().height() < room.height() - 30  # its title and the button that closes it


def test_a_drawing_that_fits_stays_fitted_until_the_view_is_moved(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    canvas = window.canvas
    before = canvas.zoom
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: canvas.zoom < before)
    assert canvas.visible().contains(canvas.drawing.bounds())
    canvas.zoom_in()
    zoomed = canvas.zoom
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.width() == 1440)
    assert canvas.zoom == zoomed


def test_a_window_that_goes_as_soon_as_it_is_painted_says_nothing_more(qtbot: QtBot) -> None:
    window = MainWindow()
    with qtbot.captureExceptions() as raised:
        window.show()
        QApplication.processEvents()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
    assert not raised
