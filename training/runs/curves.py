"""The curves of a run for other programs: as a table of comma-separated values, and as TensorBoard reads them."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from graph.storage.atomic import reason, write_atomically
from training.errors import RunError
from training.protocol import EpochEnded, Event, Number, Progress, Started
from training.runs.runs import read_run

EACH_STEP, RATE = "loss of each step", "learning rate"
_TAGS = {EACH_STEP: "loss/each_step"}


class Point(NamedTuple):
    """A figure after a step of an epoch, both counted from 1."""

    step: int
    epoch: int
    value: Number


def curves_of(events: Iterable[Event]) -> dict[str, list[Point]]:
    """The points by figure: ``training loss``, ``validation accuracy``, the loss of each step, the learning rate.

    What a resumed run did once more counts as it came out the second time.
    """
    steps: dict[str, list[tuple[int, Number]]] = {}
    epochs: list[EpochEnded] = []
    for event in events:
        match event:
            case Started():
                epochs = [epoch for epoch in epochs if epoch.epoch <= event.epoch]
            case Progress():
                first = event.step - len(event.losses) + 1
                _go_on(steps.setdefault(EACH_STEP, []), first, enumerate(event.losses, first))
                for turn, rate in event.rates.items():
                    _go_on(steps.setdefault(f"{RATE} of {turn}" if turn else RATE, []), first, [(event.step, rate)])
            case EpochEnded():
                epochs.append(event)
    # A message of progress may reach over the end of an epoch: which one a step was in, the ends say.
    ends = [epoch.step for epoch in epochs]
    found = {
        name: [Point(step, bisect_left(ends, step) + 1, value) for step, value in points]
        for name, points in steps.items()
    }
    for epoch in epochs:
        for kind, figures in (("training", epoch.training), ("validation", epoch.validation)):
            for name, value in figures.items():
                found.setdefault(f"{kind} {name}", []).append(Point(epoch.step, epoch.epoch, value))
    return found


def _go_on(points: list[tuple[int, Number]], first: int, more: Iterable[tuple[int, Number]]) -> None:
    """Append points, forgetting those from the first step on: a resumed run does them once more."""
    while points and points[-1][0] >= first:
        points.pop()
    points += more


def write_csv(run: Path, path: Path) -> None:
    """Write every point as a line: figure, step, epoch and value, which is empty where it was not a finite number.

    Raises:
        RunError: the run cannot be read.
        FileError: the file cannot be written.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("figure", "step", "epoch", "value"))
    for name, points in curves_of(read_run(run).events).items():
        lines.writerows((name, step, epoch, "" if value is None else repr(value)) for step, epoch, value in points)
    write_atomically(path, text.getvalue().encode())


def write_tensorboard(run: Path, folder: Path) -> None:
    """Write the points into a folder as TensorBoard reads them, over their steps.

    Raises:
        RunError: the run cannot be read, tensorboardX is not installed, or the folder cannot be written.
    """
    try:
        from tensorboardX import SummaryWriter
    except ModuleNotFoundError:
        raise RunError(
            "TensorBoard's files are written with tensorboardX, which is not installed: "
            "'pip install \"layerloom[tensorboard]\"' does that."
        ) from None
    curves = curves_of(read_run(run).events)
    try:
        with SummaryWriter(str(folder), write_to_disk=True) as writer:
            for name, points in curves.items():
                for step, _, value in points:
                    writer.add_scalar(_tag(name), float("nan") if value is None else value, step)
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {reason(error)}; choose another folder.") from None


def _tag(name: str) -> str:
    """A name as TensorBoard groups charts: the loss of training and validation in one."""
    kind, _, figure = name.partition(" ")
    return f"{figure}/{kind}" if kind in ("training", "validation") else _TAGS.get(name, name.replace(" ", "_"))
