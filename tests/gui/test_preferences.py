"""The preferences are data of ours: nothing in their file runs, and nothing in it keeps the editor from starting."""

from __future__ import annotations

import ast
import base64
import json
import os
import random
from pathlib import Path

import pytest
from editor_window import open_window

from gui import preferences

GUI = Path(preferences.__file__).parent

HOSTILE = (
    "",
    "{",
    "null",
    "[]",
    "[" * 100_000,
    '{"theme": ' + "[" * 100_000,
    '{"theme": "pink", "recent": "a", "sides": [1, 2, 3], "geometry": "no base64!", "docks": 7}',
    '{"theme": {"dark": 1}, "recent": [1, null], "sides": ["220", "320"], "geometry": [], "docks": {}}',
    '{"theme": null, "recent": ["\\u0000", "\\ud800"], "sides": [-1, 1e400], "geometry": "\\ud800", "docks": "AAAA"}',
    '{"sides": [' + "9" * 5000 + ", 1]}",
    "\ufeff{}",
    " " * (preferences.MAX_BYTES + 1),
)


def remember(text: str) -> None:
    preferences.file().parent.mkdir(parents=True, exist_ok=True)
    preferences.file().write_text(text, encoding="utf-8", errors="surrogatepass")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_damaged_file_is_as_good_as_none(window, qtbot, monkeypatch, text):
    sides = preferences.side_widths()
    remember(text)
    assert preferences.theme_name() == "system"
    assert preferences.recent_files() == sides == preferences.side_widths() == []
    other = open_window(qtbot, monkeypatch)
    assert [other.docks[name].width() for name in ("Layers", "Inspector")] == [220, 320]


def test_a_wrong_entry_costs_no_other(tmp_path):
    known = tmp_path / "known.loom"
    known.write_text("")
    remember(json.dumps({"theme": 3, "recent": [str(known)], "sides": [250, 330], "unknown": [1]}))
    assert preferences.theme_name() == "system"
    assert preferences.recent_files() == [str(known)]
    assert preferences.side_widths() == [250, 330]


def test_what_another_layerloom_wrote_beside_ours_stays():
    remember('{"plots": {"log": true}}')
    preferences.set_theme_name("dark")
    assert json.loads(preferences.file().read_text()) == {"plots": {"log": True}, "theme": "dark"}


def test_an_entry_with_an_object_of_python_is_text_and_runs_nothing(window, qtbot, monkeypatch, tmp_path):
    """As an INI file such entries were unpickled; neither there nor here do they count as anything but text."""
    trap = tmp_path / "ran"
    pickled = base64.b64encode(f"cos\nsystem\n(S'touch {trap}'\ntR.".encode()).decode()
    names = ("theme", "recent", "sides", "geometry", "docks")
    remember(json.dumps(dict.fromkeys(names, pickled)))
    ini = preferences.file().parent.parent / "Layerloom" / "Layerloom.ini"
    ini.parent.mkdir(parents=True)
    wrapped = f"@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\x1aPySide::PyObjectWrapper\\0\\0\\0\\0{pickled})"
    ini.write_text("[General]\n" + "".join(f"{name}={wrapped}\n" for name in names))
    open_window(qtbot, monkeypatch)
    assert not trap.exists()


def test_states_of_the_window_that_qt_did_not_write_are_refused_by_qt(window, qtbot, monkeypatch):
    window.close()
    kept = json.loads(preferences.file().read_text())
    chance = random.Random(5)
    for _ in range(12):
        broken = dict(kept)
        for name in ("geometry", "docks"):
            state = bytearray(base64.b64decode(kept[name]))
            for _ in range(chance.randint(1, 8)):
                state[chance.randrange(len(state))] = chance.randrange(256)
            broken[name] = base64.b64encode(bytes(state[: chance.randint(1, len(state))])).decode()
        remember(json.dumps(broken))
        assert open_window(qtbot, monkeypatch).close()


def test_what_is_not_a_file_is_not_waited_for():
    preferences.file().parent.mkdir(parents=True)
    os.mkfifo(preferences.file())
    assert preferences.theme_name() == "system"


def test_preferences_that_cannot_be_kept_stop_nobody(window, capsys):
    preferences.file().parent.parent.mkdir(parents=True, exist_ok=True)
    preferences.file().parent.write_text("in the way")
    window.themes.choose("dark")
    assert window.themes.theme.name == "dark"
    assert "preferences are not kept" in capsys.readouterr().err


def test_no_module_of_the_editor_uses_qsettings():
    """It restores objects of Python from text, and runs them on the way."""
    for path in sorted(GUI.rglob("*.py")):
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        names |= {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        assert not names & {"QSettings", "QDataStream", "pickle", "marshal", "shelve"}, path.relative_to(GUI)
