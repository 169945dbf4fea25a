"""What a module says all over a plane, where all it is given of a sample is a point of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from msgspec.structs import replace
from torch import Tensor, nn

from compiler.to_python.source import Source
from graph.document import Document
from graph.layers.objectives.base import Objective
from training.data.held import Held, take
from training.metrics.accuracy import objective
from training.metrics.answers import Answers, answers_of
from training.protocol import Plane
from training.results.evaluate import class_names
from training.runs.data_record import DataRecord, Learned

_AROUND, _LEAST = 0.08, 1e-6
_BATCH = 2048
_MOST_CLASSES = 64


class Regions(NamedTuple):
    """The plane around some samples, and the objective whose predictions are shown there.

    ``given`` are one sample's arguments of a module's ``loss`` behind its Input, which is the point.
    """

    name: str
    layer: Objective
    answers: Answers
    grid: Tensor
    given: list[Tensor]
    plane: Plane

    def on(self, device: torch.device) -> Regions:
        """The same, for a module on a device."""
        return self._replace(grid=self.grid.to(device), given=[each.to(device) for each in self.given])

    def seen(self, module: nn.Module) -> Plane:
        """What a module says there, in evaluation mode; it is left as it was, and so are random numbers."""
        parts = list(module.modules())
        modes = [part.training for part in parts]
        module.eval()
        devices = [self.grid.device] if self.grid.device.type == "cuda" else []
        try:
            with torch.no_grad(), torch.random.fork_rng(devices=devices):
                said = [self._said(module, points) for points in torch.split(self.grid, _BATCH)]
        finally:
            # One by one: parts that are frozen are in another mode than the whole.
            for part, mode in zip(parts, modes, strict=True):
                part.training = mode
        return _filled(self.plane, self.layer, self.answers, torch.cat(said))

    def _said(self, module: nn.Module, points: Tensor) -> Tensor:
        loss: Any = module.loss
        others = [each.expand(len(points), *each.shape[1:]).contiguous() for each in self.given]
        prediction: Tensor = loss(points, *others)[1][self.name][1]
        return prediction.float().cpu()


def regions_of(
    document: Document,
    source: Source,
    held: Sequence[Held],
    shown: Tensor,
    record: DataRecord | None,
    size: int,
    name: str = "",
) -> Regions | None:
    """The plane around the samples at ``shown``, judged by the objective ``name`` or the first that can be; a grid of
    ``size`` points a side.

    ``None`` where samples are not points of a plane, or have neither one class nor one number to be predicted.
    """
    if len(source.inputs) != 1 or not len(shown) or tuple(held[0].shape[1:]) != (2,):
        return None
    for each in [name] if name else source.objectives:
        answers = answers_of(document, source, each, held)
        target = document.model.inputs(each).get("target")
        if answers is None or target is None or target.source not in source.targets:
            continue
        right = take(held[1 + source.targets.index(target.source)], shown).cpu()
        if answers.kind not in ("classes", "yes_no", "values") or right[0].numel() != 1:
            continue
        if answers.kind == "classes" and not 1 < answers.classes <= _MOST_CLASSES:
            continue
        plane = _around(take(held[0], shown).cpu().float(), size)
        classes = class_names(document, each, record, answers.classes)
        plane = _with_truth(plane, answers, right.flatten(), classes)
        given = [take(each_held, torch.zeros(1, dtype=torch.long, device=each_held.device)) for each_held in held[1:]]
        axes = _axes(document, source.inputs[0], record.learned if record else Learned())
        return Regions(each, objective(document, each), answers, _grid(plane), given, replace(plane, axes=axes))
    return None


def _around(points: Tensor, size: int) -> Plane:
    """A plane with the samples in it and some room around."""
    low, high = points.amin(0), points.amax(0)
    room = (high - low).clamp(min=_LEAST) * _AROUND
    return Plane(size, (low - room).tolist(), (high + room).tolist(), b"", _rounded(points), [])


def _with_truth(plane: Plane, answers: Answers, right: Tensor, classes: Sequence[str]) -> Plane:
    if answers.kind == "values":
        values = right.float()
        span = [float(values.min()), float(values.max())]
        return replace(plane, values=[float(f"{value:.5g}") for value in values.tolist()], span=span)
    if answers.kind == "yes_no":
        return replace(plane, true=right.gt(0.5).long().tolist(), names=["no", "yes"])
    return replace(plane, true=right.where(answers.kept(right), -1).tolist(), names=list(classes))


def _grid(plane: Plane) -> Tensor:
    """Points row by row from the lowest y up."""
    xs, ys = (torch.linspace(plane.low[axis], plane.high[axis], plane.size) for axis in (0, 1))
    return torch.stack([xs.repeat(plane.size), ys.repeat_interleave(plane.size)], 1)


def _filled(plane: Plane, layer: Objective, answers: Answers, said: Tensor) -> Plane:
    if answers.kind == "values":
        low, high = plane.span
        return replace(plane, shares=_as_bytes((said.flatten() - low) / max(high - low, _LEAST)))
    if answers.kind == "yes_no":
        likely = said.flatten().sigmoid() if answers.threshold == 0.0 else said.flatten()
        yes = said.flatten() > answers.threshold
        return replace(plane, classes=bytes(yes.long().tolist()), shares=_as_bytes(likely.where(yes, 1 - likely)))
    best = said.argmax(1)
    if not answers.likely:
        return replace(plane, classes=bytes(best.tolist()))
    shares = said.exp() if layer.expects == "log_probabilities" else said.softmax(1)
    return replace(plane, classes=bytes(best.tolist()), shares=_as_bytes(shares.gather(1, best[:, None])[:, 0]))


def _as_bytes(shares: Tensor) -> bytes:
    return bytes((255 * shares.nan_to_num().clamp(0, 1)).round().long().tolist())


def _axes(document: Document, node: str, learned: Learned) -> list[str]:
    """What runs along the axes: the columns of a table, standardized as the model takes them, or the node's values."""
    if len(learned.columns) != 2 or any(column in learned.names for column in learned.columns):
        return [f"{node}[0]", f"{node}[1]"]
    standardized = bool(getattr(document.training.data, "standardize", False))
    return [
        f"{column} (standardized)" if standardized and column in learned.means else column for column in learned.columns
    ]


def _rounded(points: Tensor) -> list[list[float]]:
    return [[float(f"{value:.5g}") for value in point] for point in points.tolist()]
