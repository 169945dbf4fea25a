"""Run directories: the drawing as trained, the settings, every event, and the checkpoints."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

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
)
from training.runs.events import EVENTS, read_events
from training.runs.lock import LOCK

DOCUMENT = "document.loom"
SETTINGS = "settings.json"
SUMMARY = "summary.json"
# What a run that begins may leave of a file when it is killed.
_LEFTOVER = re.compile(
    r"\.(document\.loom|(settings|data|summary)\.json|events\.jsonl|(best|last)\.safetensors|last\.optimizer-\d+\.pt)\.\w{8}"
)
_MAX_SETTINGS = 2**20


class Run(msgspec.Struct, frozen=True):
    """What is known of a run; ``outcome`` is "completed", "stopped", "failed" or "killed".

    ``epochs`` are those that count: a resumed run repeats what came after its last checkpoint. ``unreadable`` lines
    of its log are damaged and left out.
    """

    path: Path
    settings: dict[str, Any]
    events: list[Event]
    epochs: list[EpochEnded]
    outcome: str
    message: str
    unreadable: int = 0

    @property
    def notice(self) -> str:
        """What to say of a damaged log, "" if there is nothing to say."""
        if not self.unreadable:
            return ""
        lines = "1 line" if self.unreadable == 1 else f"{self.unreadable:,} lines"
        are = "is" if self.unreadable == 1 else "are"
        return f"{lines} of {self.path / EVENTS} cannot be read and {are} left out."

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
    """Write down what is about to be trained, in a directory that is there, and clear away what a kill has left.

    Raises:
        FileError: a file cannot be written.
    """
    for file in path.iterdir():
        if _LEFTOVER.fullmatch(file.name) and (file.is_symlink() or file.is_file()):
            file.unlink(missing_ok=True)
    write_atomically(path / DOCUMENT, document.encode(), follow=False)
    content = msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
    write_atomically(path / SETTINGS, content, follow=False)


def read_run(path: str | Path) -> Run:
    """Read a run, however it ended.

    Raises:
        RunError: the directory holds no run.
    """
    path = Path(path)
    settings = read_settings(path)
    try:
        events, unreadable = read_events(path)
    except OSError as error:
        raise RunError(f"{path / EVENTS} cannot be read: {reason(error)}.") from None
    outcome, message = outcome_of(events)
    return Run(path, settings, events, counting_epochs(events), outcome, message, unreadable)


def read_settings(path: Path) -> dict[str, Any]:
    """The settings; none where the run was killed before they were written.

    Raises:
        RunError: they cannot be read.
    """
    file = path / SETTINGS
    try:
        if not file.exists() and ((path / LOCK).exists() or (path / DOCUMENT).exists()):
            return {}
        if file.exists() and not file.is_file():
            raise RunError(f"{path} is not a run: its {SETTINGS} is not a file.")
        with file.open("rb") as content:
            return msgspec.json.decode(content.read(_MAX_SETTINGS), type=dict[str, Any])
    except OSError as error:
        raise RunError(f"{path} is not a run: its {SETTINGS} cannot be read ({reason(error)}).") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RunError(f"{path} is not a run: its {SETTINGS} is damaged.") from None


def read_document(path: Path) -> Document:
    """The drawing of the run at ``path``, as trained.

    Raises:
        RunError: it cannot be read.
    """
    try:
        return load(path / DOCUMENT)
    except LayerloomError as error:
        raise RunError(f"{path} is not a run: {error}") from None


def outcome_of(events: list[Event]) -> tuple[str, str]:
    """How the run with these events ended, in a word and in a sentence."""
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
