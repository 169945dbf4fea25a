"""A run's module on samples it was not trained on, and what each objective compared there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from compiler.to_python.source import Source
from graph.document import Document
from training.data.feed import Feed
from training.metrics.answers import Answers
from training.protocol import Latent
from training.results.evaluate import Part
from training.results.latent import Decoding
from training.results.scores import Scores
from training.results.writing import Writer
from training.runs.choices import Choice
from training.runs.data_record import DataRecord


class Judged(NamedTuple):
    """A run's module on its samples, and the scores of each objective that can be judged."""

    run: Path
    weights: Choice
    document: Document
    source: Source
    record: DataRecord | None
    part: Part
    module: nn.Module
    feed: Feed
    answers: dict[str, Answers]
    scores: dict[str, Scores]
    pairs: dict[str, list[list[float]]]
    notices: list[str]
    company: bool
    decoding: Decoding | None
    latent: Latent | None
    writer: Writer | None
    figures: dict[str, float | None]

    def predict(self, chosen: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """Predictions and targets of some samples, judged by an objective."""
        batches = compared(self.module, self.feed, self.part.chosen[chosen], company=self.company)
        # What a batch was read into is used again for the next.
        parts = [[tensor.cpu().clone() for tensor in objectives[name][1:3]] for objectives in batches]
        prediction, target = (torch.cat(columns) for columns in zip(*parts, strict=True))
        return prediction, target


def compared(module: nn.Module, feed: Feed, chosen: Tensor, *, company: bool) -> Iterator[dict[str, Any]]:
    """What each objective compared, batch by batch, in evaluation mode; a batch is gone when the next comes.

    Random numbers are the same with and without it.
    """
    loss: Callable[..., Any] = module.loss  # type: ignore[assignment]
    devices = [chosen.device] if chosen.device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices=devices):
        for batch in feed.batches(chosen, company=company):
            yield loss(*batch)[1]
