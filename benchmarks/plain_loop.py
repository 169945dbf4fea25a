"""A plain PyTorch training loop, what ours is measured against: told a number of steps, it answers with the seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.handwritten import MLP, LeNet5

MODULES = {"mlp": MLP, "lenet5": LeNet5}


def batches(data: Path, batch_size: int) -> Iterator[list[Tensor]]:
    """The batches of one epoch after the other."""
    with np.load(data) as arrays:
        image, label = torch.from_numpy(arrays["image"]).float() / 255, torch.from_numpy(arrays["label"])
    loader = DataLoader(TensorDataset(image, label), batch_size=batch_size, shuffle=True)
    while True:
        yield from loader


def main(name: str, data: str, batch_size: str) -> None:
    """Train as PyTorch's own introduction does, keeping a sum of the loss."""
    module = MODULES[name]()
    optimizer = torch.optim.Adam(module.parameters(), lr=0.001)
    feed = batches(Path(data), int(batch_size))
    for line in sys.stdin:
        began = time.perf_counter()
        total = 0.0
        for _ in range(int(line)):
            x, y = next(feed)
            optimizer.zero_grad()
            loss = F.cross_entropy(module(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
