"""Figures over samples that are not trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from training.data.feed import Feed
from training.metrics.judging import Counted
from training.metrics.metrics import Means, Metrics, values_of
from training.metrics.tallies import Arguments


def measure(
    module: nn.Module,
    metrics: Metrics,
    feed: Feed,
    chosen: Tensor,
    interrupted: Callable[[], bool] = lambda: False,
    company: bool = False,
    counted: Counted | None = None,
    look: Callable[[Mapping[str, Arguments]], None] = lambda _: None,
) -> dict[str, float | None]:
    """The figures of ``metrics`` over the samples ``chosen``, in evaluation mode; nothing where there are none.

    With ``company``, no sample is measured by itself. ``counted`` is to count what is not told by default. ``look`` is
    shown what each objective compared, batch by batch; it is gone when the next comes. Gives up, with nothing, when
    ``interrupted``. The random numbers of training are the same with and without it.
    """
    if not len(chosen):
        return {}
    loss: Any = module.loss
    counted = counted or metrics.judging.begin(metrics.judged)
    module.eval()
    rows, counts = [], []
    devices = [chosen.device] if chosen.device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices=devices):
        for batch in feed.batches(chosen, company=company):
            result = loss(*batch)
            rows.append(metrics.measure(result))
            counted.add(result[1])
            look(result[1])
            counts.append(len(batch[0]))
            if interrupted():
                return {}
    means = Means(metrics)
    for row, samples in zip(values_of(rows), counts, strict=True):
        means.add(row, samples)
    return {**means.figures(), **counted.figures()}
