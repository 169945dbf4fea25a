"""The preferences are data of ours: nothing in their file runs, and nothing in it keeps the editor from starting."""

from __future__ import annotations

import ast
import base64
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolBar
from pytestqt.qtbot import QtBot

from gui import preferences
from gui.shell.docks import in_view
from tests.support.editor_window import EditorWindow, open_window
from tests.support.typed import there

pytestmark = pytest.mark.slow

GUI = Path(preferences.__file__).parent
FORBIDDEN = {"QSettings", "QDataStream", "restoreState", "restoreGeometry", "pickle", "marshal", "shelve"}

HOSTILE = (
    "",
    "{",
    "null",
    "[]",
    "[" * 100_000,
    '{"theme": ' + "[" * 100_000,
    '{"theme": "pink", "recent": "a", "sides": [1, 2, 3], "window": "no place", "docks": 7}',
    '{"theme": {"dark": 1}, "recent": [1, null], "sides": ["220", "320"], "window": [], "docks": {}}',
    '{"theme": null, "recent": ["\\u0000", "\\ud800"], "sides": [-1, 1e400], "window": "\\ud800", "docks": ["AAAA"]}',
    '{"sides": [' + "9" * 5000 + ", 1]}",
    "\ufeff{}",
    " " * (preferences.MAX_BYTES + 1),
)


def remember(text: str) -> None:
    preferences.file().parent.mkdir(parents=True, exist_ok=True)
    preferences.file().write_text(text, encoding="utf-8", errors="surrogatepass")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_damaged_file_is_as_good_as_none(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    sides = preferences.side_widths()
    remember(text)
    assert preferences.theme_name() == "system"
    assert preferences.recent_files() == sides == preferences.side_widths() == []
    other = open_window(qtbot, monkeypatch)
    assert [other.docks[name].width() for name in ("Layers", "Inspector")] == [220, 320]


def test_a_wrong_entry_costs_no_other(tmp_path: Path) -> None:
    known = tmp_path / "known.loom"
    known.write_text("")
    remember(json.dumps({"theme": 3, "recent": [str(known)], "sides": [250, 330], "unknown": [1]}))
    assert preferences.theme_name() == "system"
    assert preferences.recent_files() == [str(known)]
    assert preferences.side_widths() == [250, 330]


def test_what_another_layerloom_wrote_beside_ours_stays() -> None:
    remember('{"plots": {"log": true}}')
    preferences.set_theme_name("dark")
    assert json.loads(preferences.file().read_text()) == {"plots": {"log": True}, "theme": "dark"}


def test_an_entry_with_an_object_of_python_is_text_and_runs_nothing(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As an INI file such entries were unpickled; neither there nor here do they count as anything but text."""
    trap = tmp_path / "ran"
    pickled = base64.b64encode(f"cos\nsystem\n(S'touch {trap}'\ntR.".encode()).decode()
    names = ("theme", "recent", "sides", "window", "geometry", "docks")
    remember(json.dumps(dict.fromkeys(names, pickled)))
    ini = preferences.file().parent.parent / "Layerloom" / "Layerloom.ini"
    ini.parent.mkdir(parents=True)
    wrapped = f"@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\x1aPySide::PyObjectWrapper\\0\\0\\0\\0{pickled})"
    ini.write_text("[General]\n" + "".join(f"{name}={wrapped}\n" for name in names))
    open_window(qtbot, monkeypatch)
    assert not trap.exists()


def test_the_window_comes_back_where_it_was_with_its_docks(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = Qt.DockWidgetArea
    window.resize(790, 707)
    window.move(31, 47)
    window.addDockWidget(area.RightDockWidgetArea, window.docks["Code"])
    window.tabifyDockWidget(window.docks["Inspector"], window.docks["Code"])
    window.addDockWidget(area.LeftDockWidgetArea, window.docks["Problems"])
    window.docks["Layers"].hide()
    window.docks["Code"].raise_()
    window.docks.collapse(False)
    qtbot.waitUntil(lambda: in_view(window.code) and in_view(window.problems) and not in_view(window.inspector))
    there(window.findChild(QToolBar, "toolbar")).hide()
    before = shown_places(window)
    window.close()
    other = open_window(qtbot, monkeypatch)
    assert (other.x(), other.y(), other.width(), other.height()) == (31, 47, 790, 707)
    other.docks.collapse(False)
    qtbot.waitUntil(lambda: shown_places(other) == before)
    assert other.tabifiedDockWidgets(other.docks["Inspector"]) == [other.docks["Code"]]
    assert there(other.findChild(QToolBar, "toolbar")).isHidden()


def shown_places(window: EditorWindow) -> dict[str, object]:
    """Of every dock: its area, whether it is shown, whether it is in view."""
    return {
        name: (window.dockWidgetArea(dock), dock.isHidden(), in_view(dock))
        for name, dock in window.docks.by_name.items()
    }


def test_a_height_of_the_bottom_is_remembered(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(790, 790)
    window.docks.collapse(False)
    qtbot.waitUntil(lambda: window.docks["Problems"].height() > 0)
    first = window.docks["Problems"].height()
    window.resizeDocks([window.docks["Problems"]], [222], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: window.docks["Problems"].height() != first)
    height = window.docks["Problems"].height()
    window.close()
    other = open_window(qtbot, monkeypatch)
    other.docks.collapse(False)
    qtbot.waitUntil(lambda: other.docks["Problems"].height() == height)


@pytest.mark.parametrize(
    "place",
    [
        {"x": 90_000, "y": 90_000, "width": 500, "height": 400},
        {"x": -99_999, "y": 0, "width": 100_000, "height": 100_000},
        {"x": 0, "y": 0, "width": 0, "height": 0},
        {"x": 0, "y": 0, "width": 10**30, "height": 1},
        {"x": 0.5, "y": "0", "width": 1, "height": 1},
        {"x": 0},
    ],
)
def test_a_window_is_where_it_can_be_seen_whatever_the_file_says(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, place: dict[str, Any]
) -> None:
    remember(json.dumps({"window": place}))
    window = open_window(qtbot, monkeypatch)
    screen = window.screen().availableGeometry()
    assert screen.intersects(window.frameGeometry())
    assert window.width() <= 1440


def test_places_that_are_not_those_of_the_docks_count_as_none(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.docks["Inspector"].hide()
    window.close()
    kept = json.loads(preferences.file().read_text())
    for docks in (kept["docks"][1:], [*kept["docks"], kept["docks"][0]], [{**kept["docks"][0], "area": "middle"}]):
        remember(json.dumps({**kept, "docks": docks}))
        other = open_window(qtbot, monkeypatch)
        assert other.docks["Inspector"].isVisible()
        other.close()


@pytest.mark.parametrize("seed", range(12))
def test_places_changed_at_random_open_a_window(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    window.close()
    broken = json.loads(preferences.file().read_text())
    chance = random.Random(seed)
    values: Any = (0, -1, 3, 100_000, True, False, "left", "top", "middle", None, [])
    for _ in range(chance.randint(1, 5)):
        row = chance.choice([broken["window"], *broken["docks"]])
        row[chance.choice(list(row))] = chance.choice(values)
    remember(json.dumps(broken))
    assert open_window(qtbot, monkeypatch).close()


def test_what_is_not_a_file_is_not_waited_for() -> None:
    preferences.file().parent.mkdir(parents=True)
    os.mkfifo(preferences.file())
    assert preferences.theme_name() == "system"


def test_preferences_that_cannot_be_kept_stop_nobody(window: EditorWindow, capsys: pytest.CaptureFixture[str]) -> None:
    preferences.file().parent.parent.mkdir(parents=True, exist_ok=True)
    preferences.file().parent.write_text("in the way")
    window.themes.choose("dark")
    assert window.themes.theme.name == "dark"
    assert "preferences are not kept" in capsys.readouterr().err


def test_no_module_of_the_editor_uses_qsettings_or_states_of_qt() -> None:
    """The one restores objects of Python from text, and runs them on the way; the others crash over damaged bytes."""
    for path in sorted(GUI.rglob("*.py")):
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        names |= {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        assert not names & FORBIDDEN, path.relative_to(GUI)
