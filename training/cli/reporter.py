"""Runs a job in this process and shows its events in the terminal."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress as ProgressBar, TextColumn, TimeRemainingColumn

from graph.errors import LayerloomError
from training.protocol import (
    Alarm,
    Command,
    EpochEnded,
    Evaluated,
    Event,
    Exported,
    Failed,
    Finished,
    Job,
    Notice,
    Progress,
    RatesTried,
    Started,
    Stop,
)
from training.worker.jobs import run_job

_MOST_JUDGED = 3  # in a line; the run keeps all


class Reporter:
    """Shows what a job says; nothing when ``quiet``, and without the bar when piped."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet, markup=False, emoji=False)
        live = not quiet and sys.stderr.isatty()
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[loss]}", markup=False),
            TimeRemainingColumn(),
        )
        self._bar = ProgressBar(*columns, console=self._console, transient=True, disable=not live)
        self._task = self._bar.add_task("starting", total=None, loss="")
        self._steps = 0
        self._epochs = 0
        self.outcome: dict[str, Any] = {}
        self.failure: Failed | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw the progress bar as long as the job runs."""
        with self._bar:
            yield

    def __call__(self, event: Event) -> None:
        match event:
            case Started():
                self._start(event)
            case Progress():
                losses = [loss for loss in event.losses if loss is not None]
                text = f"loss {losses[-1]:.4f}" if losses else ""
                self._bar.update(self._task, completed=event.step, description=f"epoch {event.epoch}", loss=text)
            case EpochEnded():
                self._end_epoch(event)
            case Alarm():
                self.outcome.setdefault("alarms", []).append(
                    {k: v for k, v in msgspec.to_builtins(event).items() if k != "type"}
                )
                self._console.print(f"Warning: {event.message}", highlight=False, soft_wrap=True)
            case Notice():
                self._console.print(event.message, highlight=False, soft_wrap=True)
            case Finished():
                self.outcome |= {"reason": event.reason, "results": event.results, "seconds": event.seconds}
            case Evaluated():
                self.outcome["evaluated"] = event.figures
            case Exported():
                self.outcome["exported"] = _plain(event)
            case RatesTried():
                self.outcome |= {"rates": event.rates, "losses": event.losses, "suggested": event.suggested}
            case Failed():
                self.failure = event

    def _start(self, event: Started) -> None:
        self._epochs = event.epochs
        self._console.print(
            f"{event.training_samples:,} training and {event.validation_samples:,} validation samples, "
            f"{event.parameters:,} parameters, on {event.device}",
            highlight=False,
            soft_wrap=True,
        )
        self._bar.update(self._task, total=event.epochs * event.steps_per_epoch)

    def _end_epoch(self, event: EpochEnded) -> None:
        self.outcome |= {"epoch": event.epoch, "training": event.training, "validation": event.validation}
        figures = ", ".join(f"{key} {_figure(value)}" for key, value in event.training.items())
        if event.validation:
            judged = [key for key in event.validation if key not in event.training][:_MOST_JUDGED]
            shown = [key for key in event.validation if key in event.training or key in judged]
            held_back = ", ".join(f"{key} {_figure(event.validation[key])}" for key in shown)
            figures += f"  |  validation {held_back}"
        best = "  *" if event.best else ""
        self._console.print(
            f"epoch {event.epoch:>3}/{self._epochs}  {figures}{best}",
            highlight=False,
            soft_wrap=True,
        )


def _plain(event: Event) -> dict[str, Any]:
    """An event as an object, without the kind it is of."""
    return {key: value for key, value in msgspec.to_builtins(event).items() if key != "type"}


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


@contextmanager
def interrupted_by(stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have Ctrl+C call this; only the main thread of a program can say so, in another it is the program's affair."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def run_reported(job: Job, reporter: Reporter) -> dict[str, Any]:
    """Run a job to its end; what it found. Ctrl+C stops it in order, a second one at once.

    Raises:
        LayerloomError: the job failed.
    """
    commands: queue.Queue[Command] = queue.Queue()

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        commands.put(Stop())

    with reporter.shown(), interrupted_by(stop):
        run_job(job, reporter, commands)
    if reporter.failure is not None:
        raise LayerloomError(reporter.failure.message)
    return reporter.outcome
