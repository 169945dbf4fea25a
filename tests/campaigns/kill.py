"""The kill campaign: a short run is killed at every call that changes a file, and at random times; what is left of it
must be readable, and go on to the very weights it would have had, or start over and say so.

    make kill
    .venv/bin/python -m tests.campaigns.kill --points 10 --times 5 --seed 1
"""

from __future__ import annotations

import argparse
import os
import pickle
import queue
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import torch
from safetensors.torch import load_file

from graph.storage.loom import dumps
from tests.campaigns.death import Death
from tests.support.training_drawings import classifier
from training.errors import RunError
from training.loop import recorder
from training.protocol import Event, Finished, Notice, TrainJob
from training.runs.lock import LOCK
from training.runs.runs import DOCUMENT, read_run
from training.worker.jobs import run_job

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT_TEXT = dumps(classifier(batch_size=256, epochs=3, device="cpu"))
ANEW = "training starts over from the beginning"


class Broken(AssertionError):
    """Something a kill may not do."""


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Do something in a process of its own; how it ended, and what came of it if it came to its end."""
    child, pipe = start(work)
    with os.fdopen(pipe, "rb") as answer:
        content = answer.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), pickle.loads(content) if content else None


def start(work: Callable[[], Any]) -> tuple[int, int]:
    """A child that does something: its process id, and the pipe its answer comes through."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    status = 1
    try:
        os.close(read)
        content = pickle.dumps(work())
        while content:
            content = content[os.write(write, content) :]
        status = 0
    finally:
        os._exit(status)


def train_into(run: Path, resume: bool, death: Death | None = None) -> tuple[list[Event], int, list[int]]:
    """Train, with every step reported at once, so that equal runs make equal calls; events, calls and writes."""
    recorder.INTERVAL = 0.0
    events: list[Event] = []
    if death is not None:
        death.wait()
    run_job(TrainJob(DOCUMENT_TEXT, str(run), resume), events.append, queue.Queue())
    return events, death.count if death else 0, list(death.writes) if death else []


def kill_at(run: Path, point: int, torn: bool, resume: bool = False) -> bool:
    """Have a run killed at a call; false if it ended before."""
    status, _ = in_child(lambda: train_into(run, resume, Death(str(run), point, torn)))
    if status not in (0, -signal.SIGKILL):
        raise Broken(f"the run to be killed ended with {status}")
    return status != 0


def kill_after(run: Path, seconds: float) -> bool:
    """Have a run killed at a time; false if it ended before."""
    child, pipe = start(lambda: train_into(run, False))
    select.select([pipe], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    os.close(pipe)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def go_on(run: Path, whole: Path) -> str:
    """Read what is left of a run, go on with it, and compare it with one that was not killed; what it did.

    Raises:
        Broken: it is not as it should be.
    """
    known = (run / DOCUMENT).exists() or (run / LOCK).exists()
    checkpoint = (run / "last.safetensors").exists()
    try:
        read = read_run(run)
        read.document if (run / DOCUMENT).exists() else None
        if read.unreadable:
            raise Broken(f"{read.unreadable} lines of its log cannot be read")
    except RunError as error:
        if known:
            raise Broken(f"it cannot be read: {error}") from None
    resume = (run / DOCUMENT).exists()
    status, answer = in_child(lambda: train_into(run, resume))
    if status:
        raise Broken(f"going on ended with {status}")
    events = answer[0]
    if not isinstance(events[-1], Finished):
        raise Broken(f"going on ended with {events[-1]}")
    said = any(isinstance(event, Notice) and ANEW in event.message for event in events)
    if said != (resume and not checkpoint):
        raise Broken("it does not say that it starts over" if resume else "it says that it starts over")
    compare(run, whole)
    return "resumed" if checkpoint else "started over" if resume else "begun"


def compare(run: Path, whole: Path) -> None:
    """Refuse a run that differs in a bit from one that was not killed."""
    for name in ("last.safetensors", "best.safetensors"):
        one, other = load_file(run / name), load_file(whole / name)
        if one.keys() != other.keys() or not all(torch.equal(value, other[key]) for key, value in one.items()):
            raise Broken(f"{name} differs")
    curves = [[(e.epoch, e.training, e.validation) for e in read_run(path).epochs] for path in (run, whole)]
    if curves[0] != curves[1]:
        raise Broken("its epochs differ")
    left = {path.name for path in run.iterdir()} ^ {path.name for path in whole.iterdir()}
    if left:
        raise Broken(f"its files differ by {sorted(left)}")
    if read_run(run).outcome != "completed":
        raise Broken("it is not completed")


def spread(points: list[Any], count: int | None) -> list[Any]:
    """``count`` of them, evenly."""
    if count is None or count >= len(points):
        return points
    return [points[round(place * (len(points) - 1) / max(count - 1, 1))] for place in range(count)]


def campaign(folder: Path, points: int | None, times: int, twice: int, seed: int) -> tuple[Counter[str], list[str]]:
    """All kills; how often what happened, and what was broken."""
    torch.set_num_threads(1)  # a process that has started threads cannot be forked
    train_into(folder / "warm-up", False)
    whole = folder / "whole"
    began = time.perf_counter()
    status, answer = in_child(lambda: train_into(whole, False, Death(str(whole))))
    if status or not isinstance(answer[0][-1], Finished):
        raise SystemExit(f"The run that is not killed failed: {answer}")
    seconds, calls, writes = time.perf_counter() - began, answer[1], answer[2]
    print(f"a run of {calls} calls that change files, {len(writes)} of them writes, in {seconds:.2f} s", flush=True)
    random = Random(seed)
    kills: list[tuple[str, Callable[[Path], bool]]] = []
    for point, torn in spread([*((n, False) for n in range(1, calls + 1)), *((n, True) for n in writes)], points):
        what = f"killed {'in' if torn else 'before'} call {point}"
        kills.append((what, partial(kill_at, point=point, torn=torn)))
    for _ in range(times):
        after = random.uniform(0, seconds)
        kills.append((f"killed after {after:.4f} s", partial(kill_after, seconds=after)))
    for _ in range(twice):
        first, second = random.randint(1, calls), random.randint(1, calls)
        kills.append((f"killed before call {first}, then {second}", partial(kill_twice, first=first, second=second)))
    counts: Counter[str] = Counter()
    broken = []
    for number, (what, kill) in enumerate(kills):
        run = folder / f"run-{number}"
        try:
            counts["killed" if kill(run) else "ended before"] += 1
            counts[go_on(run, whole)] += 1
            shutil.rmtree(run)
        except Broken as error:
            broken.append(f"{run.name} {what}: {error}")
            print(broken[-1], flush=True)
    return counts, broken


def kill_twice(run: Path, first: int, second: int) -> bool:
    """Kill a run, and then the one that goes on with it."""
    kill_at(run, first, False)
    return kill_at(run, second, False, resume=(run / DOCUMENT).exists())


def main() -> int:
    """Run the campaign; 1 if anything was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, help="of all calls and writes, only so many")
    parser.add_argument("--times", type=int, default=100, help="kills at random times")
    parser.add_argument("--twice", type=int, default=100, help="runs killed a second time on going on")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="layerloom-kill-"))
    counts, broken = campaign(folder, chosen.points, chosen.times, chosen.twice, chosen.seed)
    print(", ".join(f"{count} {what}" for what, count in counts.most_common()), f"- {len(broken)} broken", flush=True)
    if broken:
        kept = ROOT / "build" / "kill"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept, symlinks=True)
        print(f"What is left of them is in {kept}; seed {chosen.seed}.")
    shutil.rmtree(folder)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
