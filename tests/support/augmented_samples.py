"""Drawings whose one Input takes any kind of samples, and what augmentation makes of these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from training.data.augment.draws import STEPS, Draws
from training.data.augment.feed import changed
from training.data.augment.plan import Augmentations, plan
from training.data.feed import Feed
from training.data.samples import Samples, load_samples

COUNT = 70
KINDS: dict[str, tuple[int, ...]] = {
    "image": (3, 10, 12),
    "spectrogram": (9, 40),
    "sound": (1, 200),
    "numbers": (5,),
    "series": (6, 3),
}


class Fixed(Draws):
    """Draws that are the same step for every stream."""

    def __init__(self, step: int, count: int = 1) -> None:
        super().__init__(torch.zeros(count, dtype=torch.int64))
        self._step = step

    def steps(self, stream: int) -> Tensor:
        return torch.full((len(self),), self._step)


def nearly(share: float) -> int:
    """The step that stands for a share."""
    return min(STEPS - 1, int(share * STEPS))


def samples_of(kind: str, count: int = COUNT) -> np.ndarray:
    """Samples of a kind, of which all numbers are their own."""
    generator = np.random.default_rng(0)
    if kind == "image":
        return generator.integers(0, 256, (count, *KINDS[kind])).astype(np.uint8)
    return generator.normal(0.0, 2.0 if kind == "spectrogram" else 0.2, (count, *KINDS[kind])).astype(np.float32)


def drawing(shape: tuple[int, ...], classes: int = 4, **training: Any) -> Document:
    """Scores of classes straight from the Input."""
    document = Document("Any")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": shape}, name="x")
        model.add("Target", name="label")
        model.connect("x", model.add("Flatten", name="flatten"))
        model.connect("flatten", model.add("Linear", {"out_features": classes}, name="scores"))
        model.add("CrossEntropy", name="entropy")
        model.connect("scores", "entropy", "prediction")
        model.connect("label", "entropy", "target")
        model.connect("scores", model.add("Output", name="out"))
        document.set_training(**training)
    return document


def npz(folder: Path, **fields: Any) -> str:
    """Fields of samples in a file."""
    path = folder / "samples.npz"
    np.savez(path, **fields)
    return str(path)


def of_kind(folder: Path, kind: str, **training: Any) -> Document:
    """A drawing that learns from samples of a kind."""
    x = samples_of(kind)
    data = npz(folder, x=x, label=np.arange(len(x)) % 4)
    return drawing(KINDS[kind], **{"data": data, **training})


def planned(document: Document, batch_size: int = 16, limit: int | None = None) -> tuple[Samples, Augmentations]:
    """The samples of a drawing, or the first of them, and how they are changed."""
    samples = load_samples(document, compile_source(document), document.training.data, lambda _: None, limit)
    feed = Feed(samples.training, batch_size)
    found = plan(document, samples, feed, torch.arange(len(samples.training[0])))
    assert found is not None
    return samples, found


def become(document: Document, epoch: int = 0, batch_size: int = 16, limit: int | None = None) -> list[Tensor]:
    """The samples as they are in an epoch."""
    samples, found = planned(document, batch_size, limit)
    return changed(found.feed, torch.arange(len(samples.training[0])), epoch)
