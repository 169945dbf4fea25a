"""Anything at all done in the window, by real clicks and keys: undo leads back to the start, redo to the end."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from graph.storage.loom import dumps
from gui.window import MainWindow
from tests.support.editor_window import EditorWindow, draw
from tests.support.random_hand import Hand

# The second leaves a name half typed at its end, which once became a step in the midst of the history.
SEEDS = (4, 10, 19, 41)
ACTIONS = 60


def step(window: MainWindow, way: str, times: int) -> None:
    """Choose Undo or Redo, as in the menu."""
    for _ in range(times):
        window.actions_made[way].trigger()
        QApplication.processEvents()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_undoing_all_and_redoing_it_comes_back_to_the_end(window: EditorWindow, seed: int) -> None:
    document = draw(window)
    document.forget_history()
    start = dumps(document)
    hand = Hand(window, seed)
    hand.act(ACTIONS)
    end, done, undone = dumps(document), document.history, document.future
    assert len(done) > 5, hand.done
    step(window, "undo", len(done))
    assert (dumps(document), document.history, document.future) == (start, [], [*done, *undone])
    step(window, "redo", len(done))
    assert (dumps(document), document.history, document.future) == (end, done, undone)
