"""What a run came to, in one small record that is kept beside its events.

A table of a thousand runs reads a thousand of these, and no events. A record counts only while the run's settings and
events are as they were when it was made.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from graph.storage.atomic import reason
from training.errors import RunError
from training.protocol import EpochEnded, Number, Started
from training.runs.about import About, read_about
from training.runs.events import EVENTS, read_events
from training.runs.lock import in_use
from training.runs.runs import SETTINGS, SUMMARY, counting_epochs, outcome_of, read_settings
from training.runs.table.duration import seconds_taken

_FORM = 2
_HEADS = tuple(f'{{"type":"{kind}"'.encode() for kind in ("epoch", "started", "finished", "failed"))
_POINTS = 40
_LARGEST = 2**20
_STAMP = re.compile(r"(\d{8}-\d{6})(-|\Z)")


class RunSummary(msgspec.Struct, frozen=True):
    """A run in a row of a table.

    ``outcome`` is "completed", "stopped", "failed", "killed" or "running". ``figures`` are those of the best epoch,
    of held-back samples under "validation ...". ``curve`` is the loss after each epoch, of held-back samples where
    there are any, thinned out where there are many; ``seconds`` are those of all steps that count, also of an epoch
    that was not finished; ``about`` is what somebody noted of it.
    """

    path: Path
    name: str = ""
    began: str = ""
    drawing: str = ""
    settings: dict[str, Any] = {}
    outcome: str = "killed"
    message: str = ""
    epochs: int = 0
    of_epochs: int = 0
    steps: int = 0
    seconds: float = 0.0
    parameters: int = 0
    best_epoch: int | None = None
    figures: dict[str, Number] = {}
    curve: list[Number] = []
    about: About = About()

    @property
    def title(self) -> str:
        """What it is called: as somebody named it, or as its folder is."""
        return self.about.title or self.path.name


class _Kept(msgspec.Struct, frozen=True):
    form: int
    stamp: list[int]
    summary: dict[str, Any]


_decoder = msgspec.json.Decoder(_Kept)


def summary_of(run: Path) -> RunSummary:
    """The summary of a run, from its record where that still counts.

    Raises:
        RunError: the directory holds no run.
    """
    stamp = _stamp_of(run)
    found = _kept(run, stamp)
    if found is None:
        found = _made(run)
        _keep(run, stamp, found)
    found = msgspec.structs.replace(found, about=read_about(run))
    if found.outcome == "killed" and in_use(run):
        return msgspec.structs.replace(found, outcome="running", message="The run is still training.")
    return found


def _made(run: Path) -> RunSummary:
    settings = read_settings(run)
    try:
        events, _ = read_events(run, _HEADS)
        seconds = seconds_taken(run, events)
    except OSError as error:
        raise RunError(f"{run / EVENTS} cannot be read: {reason(error)}.") from None
    outcome, message = outcome_of(events)
    epochs = counting_epochs(events)
    started = next((event for event in reversed(events) if isinstance(event, Started)), None)
    best = next((epoch for epoch in reversed(epochs) if epoch.best), epochs[-1] if epochs else None)
    drawing, recipe = settings.get("drawing", ""), settings.get("settings", {})
    return RunSummary(
        run,
        name=str(settings.get("name", "")),
        began=_began(run),
        drawing=drawing if isinstance(drawing, str) else "",
        settings=recipe if isinstance(recipe, dict) else {},
        outcome=outcome,
        message=message,
        epochs=epochs[-1].epoch if epochs else 0,
        of_epochs=started.epochs if started else 0,
        steps=epochs[-1].step if epochs else 0,
        seconds=seconds,
        parameters=started.parameters if started else 0,
        best_epoch=best.epoch if best else None,
        figures=_figures(best),
        curve=_thinned([_loss(epoch) for epoch in epochs]),
    )


def _figures(epoch: EpochEnded | None) -> dict[str, Number]:
    if epoch is None:
        return {}
    return {**epoch.training, **{f"validation {name}": value for name, value in epoch.validation.items()}}


def _loss(epoch: EpochEnded) -> Number:
    return (epoch.validation or epoch.training).get("loss")


def _thinned(values: list[Number]) -> list[Number]:
    if len(values) <= _POINTS:
        return values
    return [values[round(place * (len(values) - 1) / (_POINTS - 1))] for place in range(_POINTS)]


def _began(run: Path) -> str:
    """When the run was begun, as its directory is called, or else when its settings were last written."""
    found = _STAMP.match(run.name)
    if found:
        day, time = found[1].split("-")
        return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"
    try:
        written = (run / SETTINGS).stat().st_mtime
    except OSError:
        return ""
    return datetime.fromtimestamp(written, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _stamp_of(run: Path) -> list[int]:
    """What tells whether a run has changed."""
    stamp = []
    for name in (SETTINGS, EVENTS):
        try:
            file = (run / name).stat()
            stamp += [file.st_mtime_ns, file.st_size]
        except OSError:
            stamp += [0, 0]
    return stamp


def _kept(run: Path, stamp: list[int]) -> RunSummary | None:
    try:
        with (run / SUMMARY).open("rb") as file:
            kept = _decoder.decode(file.read(_LARGEST))
        if kept.form != _FORM or kept.stamp != stamp:
            return None
        return msgspec.convert({**kept.summary, "path": run}, RunSummary)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
        return None


def _keep(run: Path, stamp: list[int], summary: RunSummary) -> None:
    """Keep a summary for the next time; a folder that cannot be written to is read every time.

    A run that goes on is not kept, for it changes. Nothing waits for the disk: a record that is torn does not count.
    """
    if not any(stamp) or (summary.outcome == "killed" and in_use(run)):
        return
    content = msgspec.to_builtins(summary, enc_hook=str)
    del content["path"], content["about"]  # what is noted of it changes by itself
    temporary = ""
    with suppress(OSError):
        handle, temporary = tempfile.mkstemp(prefix=f".{SUMMARY}.", dir=run)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(_Kept(_FORM, stamp, content)))
        Path(temporary).replace(run / SUMMARY)
        temporary = ""
    if temporary:
        with suppress(OSError):
            Path(temporary).unlink()
