"""What augmentation costs: its share of a training step, LeNet-5 on the digits at batch 64, on one core."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.storage.loom import load
from training.data.augment.plan import plan
from training.data.feed import Feed
from training.data.samples import load_samples

ROOT = Path(__file__).parent.parent
CHAINS = {"flip, translate": 0.06, "flip, crop, rotate, scale": 0.1, "flip, crop, colour, noise, cutout": 0.3}
ROUNDS = 12


def rows() -> list[dict[str, Any]]:
    """The share of a step that each list of augmentations takes, the least of many turns."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [_row(text, limit) for text, limit in CHAINS.items()]
    finally:
        torch.set_num_threads(threads)


def share(text: str) -> float:
    """The time that augmentation adds to batches, over that of a step with it."""
    document = load(ROOT / "examples" / "lenet5.loom")
    with document.edit("Benchmark"):
        document.set_training(augmentation=text)
    source = compile_source(document)
    samples = load_samples(document, source, document.training.data, lambda _: None)
    order = torch.arange(len(samples.training[0]))
    feed, module = Feed(samples.training, 64), build(source)
    loss: Any = module.loss
    optimizer = torch.optim.Adam(module.parameters(), fused=True)
    found = plan(document, samples, feed, order)
    assert found is not None
    changed, plain, whole = [], [], []
    for epoch in range(ROUNDS):
        began = time.perf_counter()
        batches = sum(1 for _ in found.feed.in_epoch(order, 0, epoch))
        first = time.perf_counter()
        for _ in feed.batches(order):
            pass
        second = time.perf_counter()
        for batch in feed.batches(order):
            loss(*batch)[0].backward()
            optimizer.step()
            optimizer.zero_grad()
        third = time.perf_counter()
        changed.append((first - began) / batches)
        plain.append((second - first) / batches)
        whole.append((third - second) / batches)
    added = min(changed) - min(plain)
    return added / (min(whole) + added)


def _row(text: str, limit: float) -> dict[str, Any]:
    value = share(text)
    return {
        "what": f"augmentation ({text}) / a step of lenet5, batch 64",
        "value": value,
        "limit": limit,
        "unit": "x, at most",
        "ok": value <= limit,
    }


if __name__ == "__main__":
    for row in rows():
        print(row)
