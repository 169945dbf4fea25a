"""The ledger of a sweep: a line for every trial that is begun or ends, also by processes on other machines.

A line is written under a lock and holds all that is known of a trial; of several lines on one, the last counts. So a
trial is begun by one process alone, none is lost with a process that is killed, and none is done twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from graph.storage.atomic import reason
from training.errors import RunError
from training.protocol import LineError, Trial, encode, read_event
from training.runs.lock import locked
from training.runs.sweeps.folder import TRIALS

_TURN, _OWNERS = "turn", "owners"
PATIENCE, _PAUSE = 60.0, 0.02
ENDED = ("complete", "pruned", "failed")
# With fewer complete trials, what matters of them is not asked.
FEWEST_FOR_IMPORTANCE = 8


def read_trials(path: Path) -> dict[int, Trial]:
    """The trials of a sweep by their numbers, as they were last written.

    Raises:
        RunError: the ledger cannot be read.
    """
    try:
        content = (path / TRIALS).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise RunError(f"{path / TRIALS} cannot be read: {reason(error)}.") from None
    found: dict[int, Trial] = {}
    for line in content.splitlines():
        try:
            trial = read_event(line)
        except LineError:
            continue  # cut off by a kill: what it would have said is in the run
        if isinstance(trial, Trial):
            found[trial.number] = trial
    return dict(sorted(found.items()))


def write_trial(path: Path, trial: Trial) -> None:
    """Add what is known of a trial, while it is our ``turn``.

    Raises:
        RunError: it cannot be written.
    """
    try:
        with (path / TRIALS).open("a+b") as file:
            # A line that was cut off stays a line of its own.
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write(encode(trial))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RunError(f"{path / TRIALS} cannot be written: {reason(error)}.") from None


@contextmanager
def turn(path: Path) -> Iterator[bool]:
    """Have the ledger to oneself; false where the file system knows no locks.

    Raises:
        RunError: another process has it for very long.
    """
    until = monotonic() + PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                held = stack.enter_context(locked(path / _TURN))
                break
            except RunError:
                if monotonic() > until:
                    raise
                sleep(_PAUSE)
        yield held


@contextmanager
def owning(path: Path, owner: str) -> Iterator[None]:
    """Be there as ``owner``: others leave the trials alone that are ours for as long as this process lives."""
    place = path / _OWNERS / owner
    try:
        with locked(place):
            yield
    finally:
        with suppress(OSError):
            place.rmdir()


def lives(path: Path, owner: str) -> bool:
    """Whether the process lives that is called ``owner``, on whatever machine; asked by others than itself."""
    place = path / _OWNERS / owner
    if not owner or not place.is_dir():
        return False
    try:
        with locked(place):
            pass
    except RunError:
        return True
    with suppress(OSError):
        place.rmdir()
    return False


def orphans(path: Path, trials: Mapping[int, Trial]) -> tuple[list[Trial], bool]:
    """The trials that were begun and not ended, and that nobody is at; and whether there are some that a process is
    just about to leave: that of an owner who was killed writes a checkpoint first."""
    open_ones = [trial for trial in trials.values() if trial.state not in ENDED]
    dead = {owner for owner in {trial.owner for trial in open_ones} if not lives(path, owner)}
    left = [trial for trial in open_ones if trial.owner in dead]
    free = [trial for trial in left if not _is_taken(path / trial.run)]
    return free, len(free) < len(left)


def _is_taken(run: Path) -> bool:
    """Whether a process is at a run whose owner is gone: none begins it meanwhile, for it is our turn."""
    if not run.is_dir():
        return False
    try:
        with locked(run):
            return False
    except RunError:
        return True


def best_of(trials: Mapping[int, Trial]) -> Trial | None:
    """The best of the trials that are complete, the first of several."""
    done = [trial for trial in trials.values() if trial.state == "complete" and trial.value is not None]
    return min(done, key=lambda trial: (-trial.value if trial.rises else trial.value, trial.number), default=None)  # type: ignore[operator]
