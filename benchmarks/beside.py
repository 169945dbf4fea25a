"""Training beside the window: steps a second with the curves live over those of the worker alone, and what they cost.

Both workers are held by a pause while the other one has its turn, so that a busy machine is as busy for both.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.training import BATCH, ROOT, SHAPES, Ours, _python
from graph.storage.loom import dumps, load, save
from training.protocol import EpochEnded, Event, Progress, Started, TrainJob, decode_event, encode

if TYPE_CHECKING:
    from gui.window import MainWindow

NAMES = ("mlp", "lenet5")
SECONDS, ROUNDS = 3.0, 5
LEAST_RATIO, MOST_SHARE = 0.9, 0.05
POINTS, CHUNK, EPOCHS = 1_000_000, 100, 100
OPENED_S, REDRAWN_S, HELD_MIB = 1.0, 0.016, 200.0


class Beside:
    """A run in the window, held by a pause between turns."""

    def __init__(self, window: MainWindow, drawing: Path) -> None:
        self._window = window
        window.files.load(drawing)
        window.show_panel("Train")
        window.training.load_plots()
        window.commands.run("train")
        self._until(lambda: window.run.history.step > 0)
        self._hold()

    def turn(self, seconds: float) -> tuple[float, float]:
        """Go on for so long: steps a second, and the share of a core that the editor took."""
        window = self._window
        window.run.pause_or_resume()
        before, began, spent = window.run.history.step, perf_counter(), process_time()
        self._until(lambda: perf_counter() - began >= seconds)
        taken, spent = perf_counter() - began, process_time() - spent
        rate = (window.run.history.step - before) / taken
        self._hold()
        return rate, spent / taken

    def _hold(self) -> None:
        self._window.run.pause_or_resume()
        self._until(lambda: self._window.run.state == "paused")

    def _until(self, done: Callable[[], bool]) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: loop.quit() if done() else None)
        timer.start(50)
        loop.exec()


def turns(name: str) -> list[tuple[float, float]]:
    """Turn by turn: steps a second beside the window over those alone, and the editor's share of a core."""
    from gui.window import MainWindow

    _application()
    with tempfile.TemporaryDirectory() as folder:
        for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            os.environ[variable] = folder
        drawing = _drawing(name, Path(folder))
        window = MainWindow()
        window.show()
        with _python("training.worker") as process:
            try:
                alone = Ours(process, TrainJob(dumps(load(drawing)), str(Path(folder) / "alone")))
                beside = Beside(window, drawing)
                return [_turn(beside, alone) for _ in range(ROUNDS + 1)][1:]
            finally:
                process.kill()
                window.run.stop()
                window.workers.close()
                window.hide()


def _turn(beside: Beside, alone: Ours) -> tuple[float, float]:
    rate, share = beside.turn(SECONDS)
    return rate / alone.rate(max(10, round(rate * SECONDS))), share


def _drawing(name: str, folder: Path) -> Path:
    generator = np.random.default_rng(0)
    image = generator.integers(0, 256, (6400, *SHAPES[name]), dtype=np.uint8)
    np.savez(folder / "data.npz", image=image, label=generator.integers(0, 10, 6400))
    document = load(ROOT / "examples" / f"{name}.loom")
    with document.edit("Benchmark"):
        data = str(folder / "data.npz")
        document.set_training(data=data, epochs=100_000, validation=0.1, batch_size=BATCH, device="cpu")
    save(document, folder / "drawing.loom")
    return folder / "drawing.loom"


def long_history() -> tuple[float, float, float]:
    """Seconds to open a run of a million steps and to draw it again when it grows, and the MiB it takes."""
    from gui.desk.training.curves import History
    from gui.desk.training.plots import Plots

    application = _application()
    plots = Plots()
    plots.resize(900, 260)
    plots.show()
    application.processEvents()
    plots.show_history(History())
    lines = _lines()
    before, began = _peak(), perf_counter()
    history = History.of(event for line in lines if (event := decode_event(line)) is not None)
    plots.clear()
    plots.show_history(history)
    opened, drawn = perf_counter() - began, []
    for _ in range(20):
        history.add(Progress(EPOCHS, history.step + 10, [1.0] * 10, 5e3))
        began = perf_counter()
        plots.show_history(history)
        drawn.append(perf_counter() - began)
    held = _peak() - before
    plots.close()
    return opened, statistics.median(drawn), held


def _lines() -> list[bytes]:
    losses = np.random.default_rng(0).lognormal(size=POINTS).tolist()
    per_epoch = POINTS // EPOCHS
    events: list[Event] = [Started("run", "cpu", EPOCHS, 0, per_epoch, 64 * per_epoch, 10, 7, ["loss", "accuracy"], 0)]
    for step in range(CHUNK, POINTS + 1, CHUNK):
        events.append(Progress(step // per_epoch + 1, step, losses[step - CHUNK : step], 5e3))
        if step % per_epoch == 0:
            means = {"loss": 1.0, "accuracy": 0.5}
            events.append(EpochEnded(step // per_epoch, step, dict(means), dict(means), 1.0, True))
    return [encode(event) for event in events]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _application() -> Any:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication([])


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    opened, redrawn, held = long_history()
    found = [
        _most("a million steps: opened", opened, OPENED_S, "s"),
        _most("a million steps: drawn again", redrawn, REDRAWN_S, "s"),
        _most("a million steps: memory", held, HELD_MIB, "MiB"),
    ]
    for name in NAMES:
        measured = turns(name)
        ratio = statistics.median(rate for rate, _ in measured)
        what = f"{name}: steps/s beside the window / alone"
        unit = "x, at least"
        found.append({"what": what, "value": ratio, "limit": LEAST_RATIO, "unit": unit, "ok": ratio >= LEAST_RATIO})
        share = statistics.median(share for _, share in measured)
        found.append(_most(f"{name}: the editor's share of a core", share, MOST_SHARE, ""))
    return found


def _most(what: str, value: float, limit: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": value, "limit": limit, "unit": unit, "ok": value <= limit}


if __name__ == "__main__":
    for row in rows():
        print(row)
