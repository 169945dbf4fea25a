"""Trains in two processes what is asked for in a file: ``python -m tests.support.together RANK JOBS PORT``."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import msgspec
from torch import Tensor
from torch.optim import Optimizer

from training.data.files import bounds
from training.job.control import Commands, Emit
from training.protocol import EpochEnded, Event, Failed, Stop, TrainJob
from training.worker.jobs import run_job

ROOT = Path(__file__).parent.parent.parent


def train_together(jobs: Sequence[TrainJob], folder: Path, count: int = 2) -> list[str]:
    """Have so many processes train one job after the other; what the first said of each failure, "" for none."""
    path = folder / "jobs.json"
    path.write_bytes(msgspec.json.encode(list(jobs)))
    numbers = [str(port) for port in ports(jobs)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.together", str(rank), str(count), str(path), *numbers],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(count)
    ]
    said = [process.communicate(timeout=120)[0] for process in processes]
    return list(msgspec.json.decode(said[0].splitlines()[-1], type=list[str]))


def ports(jobs: Sequence[TrainJob]) -> list[int]:
    """A free port a job."""
    found = [socket.socket() for _ in jobs]
    for each in found:
        each.bind(("127.0.0.1", 0))
    numbers = [each.getsockname()[1] for each in found]
    for each in found:
        each.close()
    return numbers


def main(rank: str, count: str, path: str, *numbers: str) -> None:
    failures = []
    if limit := int(os.environ.get("LIMIT_OF_TEST", "0")):
        bounds.limit_bytes = lambda: limit
    jobs = msgspec.json.decode(Path(path).read_bytes(), type=list[TrainJob])
    for job, port in zip(jobs, numbers, strict=True):
        os.environ |= {"RANK": rank, "WORLD_SIZE": count, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        events: list[Event] = []
        run_job(job, *_listened(job, events))
        failures.append(next((event.message for event in events if isinstance(event, Failed)), ""))
    print(msgspec.json.encode(failures).decode())


def numbers_held(run: Path) -> int:
    """How many numbers of weights and of the optimizer's state the first process held after the last epoch of a run."""
    return int(_held(str(run)).read_text())


def _held(run_dir: str) -> Path:
    return Path(f"{run_dir}.held")


def _numbers() -> int:
    """The numbers in what optimizers work on, and in what they keep of it."""
    gc.collect()
    found: list[Any] = [each for each in gc.get_objects() if issubclass(type(each), Optimizer)]
    known = {id(group["params"]): group["params"] for each in found for group in each.param_groups}
    kept = [value for each in found for state in each.state.values() for value in state.values()]
    tensors = [*(tensor for some in known.values() for tensor in some), *kept]
    return sum(tensor.numel() for tensor in tensors if isinstance(tensor, Tensor))


def _listened(job: TrainJob, events: list[Event]) -> tuple[Emit, Commands]:
    """Keep events; a run whose folder is called so is stopped in the middle of its second epoch."""
    commands: Commands = Queue()

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, EpochEnded):
            _held(job.run_dir).write_text(str(_numbers()))
        if isinstance(event, EpochEnded) and job.run_dir.endswith("-stopped") and not job.resume:
            commands.put(Stop())

    return emit, commands


if __name__ == "__main__":
    main(*sys.argv[1:])
