"""What a process holds of a model that two share out, against what it holds of one that both have whole.

Both train a wide network on the CPU by the command line. What is compared is the memory of the first process as its run
tells it, beyond that of a training of next to nothing.
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
from training.protocol import Progress
from training.runs.runs import read_run

WIDE, LAYERS = 2048, 6
MOST_SHARE = 0.75  # half, and the layer that is computed


def rows() -> list[dict[str, Any]]:
    """The share of memory that is left."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save(_drawing(WIDE).finish(), folder / "wide.loom")
        save(_drawing(8).finish(), folder / "narrow.loom")
        nothing = _held(folder, "narrow")
        share = (_held(folder, "wide", "--shard") - nothing) / (_held(folder, "wide") - nothing)
    what = f"Memory of one of two processes with --shard / without, {LAYERS} layers of {WIDE} x {WIDE}, Adam"
    return [{"what": what, "unit": "x", "value": share, "limit": MOST_SHARE, "ok": share <= MOST_SHARE}]


def _drawing(wide: int) -> Drawing:
    d = Drawing("Net", epochs=2, batch_size=256, data="digits", device="cpu", health=False)
    x = d.input(1, 8, 8, name="image").flatten()
    for _ in range(LAYERS + 1):
        x = x.linear(wide).relu()
    scores = x.linear(10)
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    return d


def _held(folder: Path, name: str, *options: str) -> int:
    """Bytes that the first process held in the last step."""
    run = "-".join([name, *options])
    command = [sys.executable, "-m", "layerloom", "train", f"{name}.loom", "--run-dir", run, "--nproc", "2", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return [event.memory for event in read_run(folder / run).events if isinstance(event, Progress)][-1]
