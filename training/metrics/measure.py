"""Figures over samples that are not trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from training.data.feed import Feed
from training.metrics.judging import Counted
from training.metrics.metrics import Means, Metrics, values_of
from training.metrics.tallies import Arguments
from training.ranks.ranks import ALONE, Ranks


def measure(
    module: nn.Module,
    metrics: Metrics,
    feed: Feed,
    chosen: Tensor,
    interrupted: Callable[[], bool] = lambda: False,
    company: bool = False,
    counted: Counted | None = None,
    look: Callable[[Mapping[str, Arguments]], None] = lambda _: None,
    ranks: Ranks = ALONE,
    in_step: bool = False,
) -> dict[str, float | None]:
    """The figures of ``metrics`` over the samples ``chosen``, in evaluation mode; nothing where there are none.

    With ``company``, no sample is measured by itself. ``counted`` is to count what is not told by default. ``look`` is
    shown what each objective compared, batch by batch; it is gone when the next comes. Gives up, with nothing, when
    ``interrupted``. Several processes share the batches, and all have the figures; ``in_step`` they compute as many
    batches each. The random numbers of training are the same with and without it.
    """
    if not len(chosen):
        return {}
    loss: Any = module.loss
    counted = counted or metrics.judging.begin(metrics.judged)
    module.eval()
    rows, counts = [], []
    devices = [chosen.device] if chosen.device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices=devices):
        for batch, belongs in _batches(feed, chosen, company, ranks, in_step=in_step):
            result = loss(*batch)
            if not belongs:
                continue
            rows.append(metrics.measure(result))
            counted.add(result[1])
            look(result[1])
            counts.append(len(batch[0]))
            if interrupted():
                return {}
    means = Means(metrics)
    found = [*zip(values_of(rows), counts, strict=True)]
    for rank, (rows_there, told) in enumerate(ranks.from_all((found, counted.told() if ranks.count > 1 else []))):
        for row, samples in rows_there:
            means.add(row, samples)
        if rank > ranks.rank == 0:
            counted.join(told)
    return ranks.from_first(lambda: {**means.figures(), **counted.figures()})


def _batches(
    feed: Feed, chosen: Tensor, company: bool, ranks: Ranks, *, in_step: bool
) -> Iterator[tuple[list[Tensor], bool]]:
    """The batches of this process, and whether each belongs to it: ``in_step`` it computes one more where others do."""
    own = 0
    for batch in feed.batches(chosen, company=company, part=(ranks.rank, ranks.count)):
        own += 1
        yield batch, True
    if in_step and own < -(-feed.count(chosen, company=company) // ranks.count):
        yield next(iter(feed.batches(chosen, company=company))), False
