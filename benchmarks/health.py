"""What it costs to tell of each layer's gradients, weights and steps.

Every step is measured here, so that the cost stands out of the noise, and then counted as often as it is in training.
"""

from __future__ import annotations

import queue
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.training import BATCH, ROOT, SHAPES
from graph.storage.loom import dumps, load
from training.health import norms
from training.protocol import EpochEnded, Event, TrainJob
from training.worker.jobs import run_job

STEPS, EPOCHS, ROUNDS = 50, 6, 3
LIMIT = 1.05


def rows() -> list[dict[str, Any]]:
    """The time of a step with health on over that of one without."""
    return [_row(name, _ratio(name)) for name in SHAPES]


def _ratio(name: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.npz"
        generator, samples = np.random.default_rng(0), STEPS * BATCH
        image = generator.integers(0, 256, (samples, *SHAPES[name]), dtype=np.uint8)
        np.savez(data, image=image, label=generator.integers(0, 10, samples))
        found: dict[bool, list[float]] = {True: [], False: []}
        for place in range(ROUNDS):
            for health in (False, True):
                run = Path(folder) / f"{health}{place}"
                with patch.object(norms, "RHYTHM", 1):
                    found[health] += _epochs(_job(name, data, run, health))
        on, off = statistics.median(found[True]), statistics.median(found[False])
        return 1.0 + max(0.0, on - off) / off / norms.RHYTHM


def _epochs(job: TrainJob) -> list[float]:
    """The processor's seconds in each epoch but the first."""
    marks: list[float] = []

    def take(event: Event) -> None:
        if isinstance(event, EpochEnded):
            marks.append(time.process_time())

    run_job(job, take, queue.Queue())
    return [after - before for before, after in pairwise(marks)]


def _job(name: str, data: Path, run: Path, health: bool) -> TrainJob:
    document = load(ROOT / "examples" / f"{name}.loom")
    with document.edit("Benchmark"):
        settings = {"epochs": EPOCHS, "validation": 0.0, "batch_size": BATCH, "device": "cpu", "health": health}
        document.set_training(data=str(data), **settings)
    return TrainJob(dumps(document), str(run))


def _row(name: str, value: float) -> dict[str, Any]:
    return {
        "what": f"{name}: a training step with health on / off",
        "value": value,
        "limit": LIMIT,
        "unit": "x, at most",
        "ok": value <= LIMIT,
    }


if __name__ == "__main__":
    for row in rows():
        print(row)
