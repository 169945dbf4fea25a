"""What a model says all over a plane, where its only Input is a point of one."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from training.data.held import take
from training.protocol import Plane
from training.results.judgement import Judged

SIZE = 80
_AROUND, _POINTS = 0.08, 1500


def plane_of(judged: Judged, name: str) -> Plane | None:
    """The class at every point around the samples; ``None`` where the Inputs are something else."""
    source, part = judged.source, judged.part
    held = part.held[0]
    if len(source.inputs) != 1 or len(source.targets) != 1 or tuple(held.shape[1:]) != (2,):
        return None
    points = take(held, part.chosen.cpu())[:_POINTS]
    low, high = points.amin(0), points.amax(0)
    room = (high - low).clamp(min=1e-6) * _AROUND
    low, high = low - room, high + room
    classes = _classes(judged, name, low, high)
    true = judged.scores[name].true[:_POINTS]
    return Plane(SIZE, low.tolist(), high.tolist(), bytes(classes.tolist()), points.tolist(), true.tolist())


def _classes(judged: Judged, name: str, low: Tensor, high: Tensor) -> Tensor:
    xs, ys = (torch.linspace(float(low[axis]), float(high[axis]), SIZE) for axis in (0, 1))
    grid = torch.stack([xs.repeat(SIZE), ys.repeat_interleave(SIZE)], 1).to(judged.feed.device)
    answers = judged.answers[name]
    target = take(judged.part.held[1], torch.zeros(1, dtype=torch.long)).expand(
        len(grid), *judged.part.held[1].shape[1:]
    )
    loss: Any = judged.module.loss
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        prediction: Tensor = loss(grid, target.to(grid.device).contiguous())[1][name][1].cpu()
    if answers.kind == "yes_no":
        return prediction.gt(answers.threshold).flatten().long()
    return prediction.argmax(1).flatten().clamp(max=255)
