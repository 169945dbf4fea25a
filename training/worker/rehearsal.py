"""The smallest job there is, done before the first real one: what is loaded on first use is loaded then."""

from __future__ import annotations

import queue
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.document import Document
from graph.layers.io import Input, Target
from graph.layers.linear import Linear
from graph.layers.objectives.base import CrossEntropy
from graph.storage.loom import dumps
from training.protocol import Command, Stop, TrainJob
from training.worker.jobs import run_job


def rehearse() -> None:
    """Train a tiny drawing on the digits and throw the run away."""
    document = Document("Rehearsal")
    graph = document.model
    with document.edit("Draw"):
        graph.add(Input(shape=(64,)), name="image")
        graph.add(Linear(out_features=10), name="scores")
        graph.add(Target(), name="label")
        graph.add(CrossEntropy(), name="objective")
        for source, target in (("image", "scores"), ("scores", "objective"), ("label", "objective")):
            graph.connect(source, target)
        document.set_training(epochs=1, data="digits", device="cpu")
    commands: queue.Queue[Command] = queue.Queue()
    commands.put(Stop())
    with TemporaryDirectory(prefix="layerloom-") as folder:
        run_job(TrainJob(dumps(document), str(Path(folder) / "run")), lambda _: None, commands)
