"""Small drawings and data sets to train on."""

from __future__ import annotations

import gzip
import queue
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from graph.document import Document
from graph.storage.loom import dumps
from training.protocol import Event, TrainJob
from training.worker.jobs import run_job


def classifier(shape: tuple[Any, ...] = (1, 8, 8), classes: int = 10, hidden: int = 16, **training: Any) -> Document:
    """Flatten, one hidden layer with dropout, class scores: random numbers matter to it."""
    document = Document("Classifier")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": shape}, name="image")
        model.add("Target", name="label")
        model.add("Flatten", name="flatten")
        model.add("Linear", {"out_features": hidden}, name="hidden")
        model.add("Dropout", {"p": 0.2}, name="dropout")
        model.add("ReLU", name="relu")
        model.add("Linear", {"out_features": classes}, name="scores")
        model.add("CrossEntropy", name="entropy")
        model.add("Output", name="logits")
        names = ["image", "flatten", "hidden", "dropout", "relu", "scores"]
        for source, target in pairwise(names):
            model.connect(source, target)
        model.connect("scores", "entropy", "prediction")
        model.connect("label", "entropy", "target")
        model.connect("scores", "logits")
        document.set_training(**{"epochs": 2, "learning_rate": 0.01, **training})
    return document


def train(
    document: Document, run: Path, resume: bool = False, commands: Any = None, emit: Any = None, **job: Any
) -> list[Event]:
    """Run a training job in this process; its events."""
    events: list[Event] = []

    def tell(event: Event) -> None:
        events.append(event)
        if emit is not None:
            emit(event)

    run_job(TrainJob(dumps(document), str(run), resume, **job), tell, commands or queue.Queue())
    return events


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write bytes as IDX, compressed if the name ends in .gz."""
    sizes = b"".join(size.to_bytes(4) for size in array.shape)
    content = bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_mnist(folder: Path, samples: int = 40, test: int = 10, size: int = 8, classes: int = 10) -> Path:
    """A folder of four IDX files with images a network can tell apart."""
    folder.mkdir(exist_ok=True)
    generator = np.random.default_rng(0)
    for prefix, count in (("train", samples), ("t10k", test)):
        labels = np.arange(count) % classes
        images = generator.integers(0, 100, (count, size, size))
        images[np.arange(count), labels % size] = 255
        write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", labels)
    return folder
