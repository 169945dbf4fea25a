"""What the curves of a run warn of."""

from __future__ import annotations

from math import nan

import pytest

from graph.document import Document
from tests.support.editor_window import EditorWindow
from training.protocol import EpochEnded, Finished, Started
from training.runs.health.curves import does_not_move, overfits


def test_a_loss_that_does_not_move_is_told() -> None:
    assert does_not_move([2.303, 2.302, 2.301, 2.3025, 2.301]) == (
        "The training loss has not moved in 5 epochs (2.303 to 2.301): the learning rate may be far too small, or "
        "hardly any gradient reaches the weights."
    )


def test_overfitting_is_told_with_the_epoch_it_began_at() -> None:
    training = [1.0, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.04]
    validation = [1.1, 0.7, 0.5, 0.52, 0.6, 0.7, 0.8, 0.9]
    assert overfits(training, validation).startswith(
        "The model overfits: the validation loss has risen from 0.5 to 0.9 since epoch 3, while the training loss fell;"
    )


@pytest.mark.parametrize(
    ("training", "validation"),
    [
        ([], []),
        ([2.3, 2.3, 2.3], []),
        ([0.0] * 9, [0.0] * 9),
        ([nan] * 9, [nan] * 9),
        ([1.0, 0.5, 0.3, 0.2, 0.15, 0.1], [1.1, 0.6, 0.4, 0.3, 0.29, 0.28]),
        ([1.0, 0.5, 0.3, 0.2, 0.15, 0.1, 0.1, 0.1], [1.0, 0.5, 0.4, 0.41, 0.42, 0.41, 0.42, 0.41]),
        ([1.0, 0.5, 0.3, 0.2, 0.15, 0.1, 0.1, 0.09], [1.0, 0.5, 0.3, 0.4, 0.5, 0.6, 0.3, 0.31]),
        ([1.0, 0.5, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9], [1.0, 0.5, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9]),
    ],
)
def test_a_run_that_learns_or_has_hardly_begun_is_left_alone(training: list[float], validation: list[float]) -> None:
    assert does_not_move(training) == ""
    assert overfits(training, validation) == ""


def test_the_panel_shows_the_alarm_of_the_run_it_shows(window: EditorWindow) -> None:
    panel, run = window.training, window.run
    run._take(Started("runs/a", "cpu", 9, 0, 10, 100, 10, 7, ["loss"], 0))
    for epoch in range(1, 6):
        run._take(EpochEnded(epoch, 10 * epoch, {"loss": 2.3}, {"loss": 2.3}, 1.0, epoch == 1))
    panel.redraw()
    assert panel.alarm.isVisibleTo(panel)
    assert panel.alarm.text().startswith("The training loss has not moved in 5 epochs")
    run._take(Finished("completed", {}, 1.0))
    window.workspace.open(Document(), None)
    panel.redraw()
    assert not panel.alarm.isVisibleTo(panel)
