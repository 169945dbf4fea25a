"""Sweeps on disk as they are after an earlier session, with a run for every trial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from graph.document import Document
from graph.edits.setting.sweeping import trial_of
from graph.storage.loom import dumps
from training.protocol import EpochEnded, Finished, Importance, Started, Trial, encode
from training.runs.sweeps.folder import begin_sweep, keep_importance
from training.runs.sweeps.ledger import write_trial

STEPS = 5


def keep_sweep(
    document: Document, drawing: Path, trials: list[Trial], importance: Importance | None = None, name: str = "a"
) -> Path:
    """Write a sweep of the drawing's file beside it; the trials with the state "complete" have curves."""
    folder = drawing.parent / "runs" / f"20260101-000000-{name}-sweep"
    begin_sweep(folder, dumps(document), str(drawing), str(drawing.parent))
    for trial in trials:
        write_trial(folder, trial)
        if trial.state == "complete":
            _keep_run(document, folder, trial)
    if importance is not None:
        keep_importance(folder, importance)
    return folder


def trial(number: int, values: dict[str, Any], value: float | None = None, state: str = "complete") -> Trial:
    """A trial of two epochs by the loss; ``value`` is what it came to."""
    message = "" if state == "complete" else f"Trial {number} {state}."
    epoch = 2 if state == "complete" else 1
    return Trial(
        number, values, state, f"trial-{number:04d}", "", "loss", False, value, epoch, 2, 1.5, message
    )  # fmt: skip


def _keep_run(document: Document, folder: Path, trial: Trial) -> None:
    run = folder / trial.run
    run.mkdir()
    made = trial_of(document, trial.values)
    (run / "document.loom").write_text(dumps(made))
    settings = {"epochs": 2, "learning_rate": 0.1, "data": "digits"}
    (run / "settings.json").write_bytes(msgspec.json.encode({"name": "net", "drawing": "", "settings": settings}))
    events: list[Any] = [Started(str(run), "cpu", 2, 0, STEPS, 100, 10, 77, ["loss"], 0, watched="loss")]
    for epoch in (1, 2):
        figures: dict[str, float | None] = {"loss": (trial.value or 0.0) * (3 - epoch)}
        events.append(EpochEnded(epoch, STEPS * epoch, figures, figures, 0.5, True))
    (run / "events.jsonl").write_bytes(b"".join(map(encode, [*events, Finished("completed", {}, 1.0)])))
