"""Training by two processes on two cores against one process on one: samples a second of the same drawing and batch.

Both train one after the other, several times, each kept to its cores; the fastest epochs are compared, which say most
on a machine that has other things to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.training import ROOT
from graph.builder.sheet import Drawing
from graph.storage.loom import save
from training.runs.runs import read_run

BATCH, EPOCHS, ROUNDS = 512, 4, 3
LEAST_RATIO = 1.5


def rows() -> list[dict[str, Any]]:
    """How many times as many samples two processes train on, where there are two cores."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save(_drawing().finish(), folder / "net.loom")
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for turn in range(ROUNDS):
            for count in seconds:
                seconds[count].append(_fastest(folder, f"{turn}-{count}", count, cores[:count]))
    ratio = min(seconds[1]) / min(seconds[2])
    what = "Two processes on 2 cores / one on 1 core, a small convolutional network"
    return [{"what": what, "unit": "x", "value": ratio, "limit": LEAST_RATIO, "ok": ratio >= LEAST_RATIO}]


def _drawing() -> Drawing:
    d = Drawing("Net", epochs=EPOCHS, batch_size=BATCH, validation=0.0, data="digits", device="cpu")
    x = d.input(1, 8, 8, name="image").conv2d(32, padding=1).relu().conv2d(64, padding=1).relu().flatten()
    scores = x.linear(10, name="scores")
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    return d


def _fastest(folder: Path, run: str, count: int, cores: list[int]) -> float:
    """Seconds of the fastest epoch but the first, with one core for each process."""
    command = [sys.executable, "-m", "layerloom", "train", "net.loom", "--run-dir", run, "--nproc", str(count)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    return min(epoch.seconds for epoch in read_run(folder / run).epochs[1:])
