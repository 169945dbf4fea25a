"""Our worker against a plain PyTorch loop with a DataLoader: steps a second at batch 64, each in its own process.

Both run as they come: on a busy machine the ratios are larger, because the plain loop's threads spin (see
``training.worker.runtime``).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

import numpy as np

from graph.storage.loom import dumps, load
from training.protocol import (
    Event,
    Failed,
    Message,
    Pause,
    Paused,
    Progress,
    Ready,
    Resume,
    Started,
    TrainJob,
    decode_event,
    encode,
)

ROOT = Path(__file__).parent.parent
BATCH, SAMPLES, STEPS, ROUNDS, WARM_UP = 64, 60_000, 100, 15, 2
SHAPES = {"mlp": (1, 28, 28), "lenet5": (1, 32, 32)}
LIMITS = {"mlp": 1.7, "lenet5": 1.1}


class Ours:
    """The worker as the editor runs it, with its metrics, events and checkpoints, held by a pause between turns."""

    def __init__(self, process: subprocess.Popen[bytes], job: TrainJob) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in: IO[bytes] = process.stdin
        self._out: IO[bytes] = process.stdout
        self._wait(Ready)
        self._send(job)
        self._wait(Started)
        self._send(Pause())
        self._step = self._wait(Paused).step

    def rate(self, steps: int) -> float:
        """Go on for at least so many steps; steps a second."""
        began = time.perf_counter()
        self._send(Resume())
        while self._wait(Progress).step < self._step + steps:
            pass
        self._send(Pause())
        before, self._step = self._step, self._wait(Paused).step
        return (self._step - before) / (time.perf_counter() - began)

    def _send(self, message: Message) -> None:
        self._in.write(encode(message))
        self._in.flush()

    def _wait(self, kind: type) -> Any:
        for line in self._out:
            event: Event | None = decode_event(line)
            if isinstance(event, Failed):
                raise RuntimeError(event.message)
            if isinstance(event, kind):
                return event
        raise RuntimeError("The worker ended too soon.")


class Theirs:
    """The plain loop of ``benchmarks.plain_loop``."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    def rate(self, steps: int) -> float:
        """Train for so many steps; steps a second."""
        self._in.write(f"{steps}\n".encode())
        self._in.flush()
        return steps / float(self._out.readline())


def rows() -> list[dict[str, Any]]:
    """How many times as many steps a second ours makes, the median of many turns."""
    return [_row(name, statistics.median(ratios(name))) for name in LIMITS]


def ratios(name: str) -> list[float]:
    """Our rate over theirs, turn by turn."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.npz"
        generator = np.random.default_rng(0)
        image = generator.integers(0, 256, (SAMPLES, *SHAPES[name]), dtype=np.uint8)
        np.savez(data, image=image, label=generator.integers(0, 10, SAMPLES))
        document = load(ROOT / "examples" / f"{name}.loom")
        with document.edit("Benchmark"):
            document.set_training(data=str(data), epochs=1000, validation=0.0, batch_size=BATCH, device="cpu")
        with (
            _python("training.worker") as worker,
            _python("benchmarks.plain_loop", name, data, BATCH) as plain,
        ):
            try:
                ours, theirs = Ours(worker, TrainJob(dumps(document), str(Path(folder) / "run"))), Theirs(plain)
                found = [ours.rate(STEPS) / theirs.rate(STEPS) for _ in range(WARM_UP + ROUNDS)]
            finally:
                worker.kill()
                plain.kill()
    return found[WARM_UP:]


def _python(module: str, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _row(name: str, value: float) -> dict[str, Any]:
    return {
        "what": f"{name}: training steps/s / plain loop with DataLoader",
        "value": value,
        "limit": LIMITS[name],
        "unit": "x, at least",
        "ok": value >= LIMITS[name],
    }


if __name__ == "__main__":
    for row in rows():
        print(row)
