"""Run directories: the drawing as trained, the settings, every event, and the checkpoints."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.atomic import reason, write_atomically
from graph.storage.loom import load
from training.errors import RunError
from training.protocol import (
    EpochEnded,
    Event,
    Failed,
    Finished,
    Notice,
    Started,
    decode_event,
    encode,
)

DOCUMENT = "document.loom"
SETTINGS = "settings.json"
EVENTS = "events.jsonl"


class Run(msgspec.Struct, frozen=True):
    """What is known of a run; ``outcome`` is "completed", "stopped", "failed" or "killed".

    ``epochs`` are those that count: a resumed run repeats what came after its last checkpoint.
    """

    path: Path
    settings: dict[str, Any]
    events: list[Event]
    epochs: list[EpochEnded]
    outcome: str
    message: str

    @property
    def document(self) -> Document:
        """The drawing as trained.

        Raises:
            RunError: it cannot be read.
        """
        return read_document(self.path)


def new_run_dir(root: str | Path, name: str, now: datetime | None = None) -> Path:
    """Make an empty directory ``<timestamp>-<name>`` under ``root``.

    Raises:
        RunError: it cannot be made.
    """
    stamp = (now or datetime.now().astimezone()).strftime("%Y%m%d-%H%M%S")
    stem = f"{stamp}-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-').lower()[:40] or 'run'}"
    number = 1
    while True:
        path = Path(root) / (stem if number == 1 else f"{stem}-{number}")
        try:
            path.mkdir(parents=True)
            return path
        except FileExistsError:
            if not path.is_dir():
                raise RunError(f"The run directory {path} cannot be made: a file has that name.") from None
            number += 1
        except OSError as error:
            raise RunError(f"The run directory {path} cannot be made: {reason(error)}.") from None


def begin(path: Path, document: str, settings: dict[str, Any]) -> None:
    """Write down what is about to be trained.

    Raises:
        RunError: the directory cannot be made.
        FileError: a file cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"The run directory {path} cannot be made: {reason(error)}.") from None
    write_atomically(path / DOCUMENT, document.encode())
    write_atomically(path / SETTINGS, msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")


class EventLog:
    """``events.jsonl``, open for appending; every event is with the system when ``write`` returns."""

    def __init__(self, path: Path) -> None:
        try:
            self._file: IO[bytes] = (path / EVENTS).open("ab+", buffering=0)
            self._close_torn_line()
        except OSError as error:
            raise RunError(f"{path / EVENTS} cannot be written: {reason(error)}.") from None

    def write(self, event: Event) -> None:
        """Append an event.

        Raises:
            RunError: the disk is full, say.
        """
        try:
            self._file.write(encode(event))
        except OSError as error:
            raise RunError(f"{self._file.name} cannot be written: {reason(error)}; training ends here.") from None

    def close(self) -> None:
        self._file.close()

    def _close_torn_line(self) -> None:
        """A killed run may have left half a line; what follows must not be glued to it."""
        end = self._file.seek(0, 2)
        if end:
            self._file.seek(end - 1)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")


def read_run(path: str | Path) -> Run:
    """Read a run, however it ended.

    Raises:
        RunError: the directory holds no run.
    """
    path = Path(path)
    try:
        settings = msgspec.json.decode((path / SETTINGS).read_bytes(), type=dict[str, Any])
        lines = (path / EVENTS).read_bytes().splitlines() if (path / EVENTS).exists() else []
    except OSError as error:
        raise RunError(f"{path} is no run: its {SETTINGS} cannot be read ({reason(error)}).") from None
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise RunError(f"{path} is no run: its {SETTINGS} is damaged.") from None
    events = [event for line in lines if line and (event := decode_event(line)) is not None]
    outcome, message = _outcome(events)
    return Run(path, settings, events, counting_epochs(events), outcome, message)


def read_document(path: Path) -> Document:
    """The drawing of the run at ``path``, as trained.

    Raises:
        RunError: it cannot be read.
    """
    try:
        return load(path / DOCUMENT)
    except LayerloomError as error:
        raise RunError(f"{path} is no run: {error}") from None


def _outcome(events: list[Event]) -> tuple[str, str]:
    last = next((event for event in reversed(events) if not isinstance(event, Notice)), None)
    match last:
        case Finished():
            return last.reason, f"The run was {last.reason}."
        case Failed():
            return "failed", last.message
        case _:
            return "killed", "The run was killed before it ended; it can be resumed from its last checkpoint."


def counting_epochs(events: list[Event]) -> list[EpochEnded]:
    """The epochs that count: a resumed run repeats what came after its last checkpoint."""
    epochs: list[EpochEnded] = []
    for event in events:
        if isinstance(event, Started):
            epochs = [epoch for epoch in epochs if epoch.epoch <= event.epoch]
        elif isinstance(event, EpochEnded):
            epochs.append(event)
    return epochs
