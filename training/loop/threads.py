"""How many cores a training step is worth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from graph.analysis.summary import summarize
from graph.document import Document

# Below so many multiply-adds in a step, two cores are no faster than one: what is computed at a time is too little.
_WORTH_SHARING = 12_000_000


@contextmanager
def threads_for(document: Document, batch_size: int) -> Iterator[None]:
    """Compute the steps of a small drawing on one core meanwhile, those of others on all.

    A small step gains nothing by more, and loses much where another process keeps a core busy: then every operation
    waits for its other half, and a recurrent network of 24 steps trained thirty times slower on two cores. What is
    chosen follows from the drawing alone, not from how busy the machine is, so that results can be had again.
    """
    everything, macs = torch.get_num_threads(), summarize(document).macs
    small = macs is not None and macs * batch_size < _WORTH_SHARING
    torch.set_num_threads(1 if small else everything)
    try:
        yield
    finally:
        torch.set_num_threads(everything)
