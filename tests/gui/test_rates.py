"""Learning rates are tried in the window, and the one that is suggested is taken in one step."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.desk.training.rates import RatesDialog
from tests.support.editor_window import EditorWindow, click, draw, open_window
from tests.support.typed import there

pytestmark = pytest.mark.slow


def tried(window: EditorWindow, qtbot: QtBot) -> RatesDialog:
    """The dialog of the command, once there is something to see."""
    window.actions_made["try_rates"].trigger()
    dialog = there(window.findChild(RatesDialog))
    qtbot.waitUntil(lambda: bool(dialog.plot.points))
    return dialog


def test_the_rate_that_is_suggested_is_taken_in_one_step(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    document.forget_history()
    dialog = tried(window, qtbot)
    assert dialog.said.text().startswith("A learning rate of 0.002 is suggested")
    assert dialog.said.text().endswith("It is now 0.001.")
    assert dialog.plot.points == [(1e-4, 2.0), (1e-3, 1.5), (1e-2, 1.0), (1e-1, 3.0)]
    image = dialog.plot.grab().toImage()
    colors = {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 2) for y in range(image.height())}
    assert window.canvas.theme.accent.rgb() in colors
    click(dialog.use)
    assert document.training.optimizer.learning_rate == 0.002
    document.undo()
    assert document.training.optimizer.learning_rate == 0.001
    assert document.undo() is None


def test_where_the_loss_falls_nowhere_none_is_suggested(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "flat")
    draw(window)
    dialog = tried(window, qtbot)
    assert dialog.said.text().startswith("The loss falls at none of them")
    assert not dialog.use.isEnabled()
    dialog.reject()


def test_rates_wait_for_the_run_that_trains(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    window.actions_made["train"].trigger()
    window.actions_made["try_rates"].trigger()
    assert window.findChild(RatesDialog) is None
    assert "a run is training" in window.status.currentMessage()
