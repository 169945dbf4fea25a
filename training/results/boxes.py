"""Boxes around what is in a picture, where a drawing says of each cell of a grid whether something is centred there.

The fields are those of ``made:detection``: objects (1, rows, columns), boxes (4, rows, columns) with the centre's place
in the cell and the width and height, the picture being 1, and perhaps classes (rows, columns).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from training.metrics.answers import IGNORED
from training.protocol import Box
from training.results.judgement import Judged

_SURE, _MOST = 0.5, 30
_OVERLAP = 0.5


class Boxed(NamedTuple):
    """The boxes of a sample, and how many of those that are there were found; ``false`` are those that are not."""

    boxes: list[Box]
    found: int
    there: int
    false: int

    @property
    def caption(self) -> str:
        """What was found."""
        return f"found {self.found} of {self.there}" + (f", {self.false} false" if self.false else "")


class _Grids(NamedTuple):
    """By field the node that takes it and the objective that judges what is said of it."""

    nodes: Mapping[str, str]
    judges: Mapping[str, str]


def grids_of(judged: Judged) -> _Grids | None:
    """Which nodes and objectives have the boxes; ``None`` for a drawing that has none."""
    prints = judged.record.prints if judged.record else {}
    nodes = {printed.field: node for node, printed in prints.items()}
    if not {"image", "objects", "boxes"} <= nodes.keys():
        return None
    grid = prints[nodes["objects"]].shape[1:]
    shapes = {"objects": [1, *grid], "boxes": [4, *grid], "classes": [*grid]}
    if len(grid) != 2 or any(
        list(prints[nodes[field]].shape) != shape for field, shape in shapes.items() if field in nodes
    ):
        return None
    judges = {}
    for name in judged.answers:
        wire = judged.document.model.inputs(name).get("target")
        field = next((field for field in shapes if wire is not None and nodes.get(field) == wire.source), "")
        judges[field] = name
    return _Grids(nodes, judges) if {"objects", "boxes"} <= judges.keys() else None


def boxes_of(judged: Judged, grids: _Grids, page: Tensor, names: list[str]) -> list[Boxed]:
    """The boxes of the samples at some places among those judged."""
    arguments = [*judged.source.inputs, *judged.source.targets]
    places = {field: arguments.index(node) for field, node in grids.nodes.items()}
    batch = judged.feed.fresh(judged.part.chosen[page.to(judged.part.chosen.device)])
    right = {field: batch[place].cpu() for field, place in places.items()}
    if grids.nodes["objects"] in judged.source.inputs:
        # What is there tells a drawing where boxes count; what it says of them elsewhere is asked for, too.
        batch[places["objects"]] = torch.ones_like(batch[places["objects"]])
    loss: Any = judged.module.loss
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        said = {field: loss_of[1].float().cpu() for field, loss_of in _asked(loss(*batch)[1], grids)}
    likely = judged.answers[grids.judges["objects"]].threshold == 0.0
    sure = (said["objects"].sigmoid() if likely else said["objects"])[:, 0]
    shares = said["classes"].softmax(1) if "classes" in said else None
    return [
        _boxed(
            _there(right["objects"][row, 0], right["boxes"][row], right.get("classes"), row, names),
            _said(sure[row], said["boxes"][row], None if shares is None else shares[row], names),
        )
        for row in range(len(page))
    ]


def _asked(compared: Mapping[str, Any], grids: _Grids) -> list[tuple[str, Any]]:
    return [(field, compared[name]) for field, name in grids.judges.items() if field]


def _there(objects: Tensor, boxes: Tensor, classes: Tensor | None, row: int, names: list[str]) -> list[Box]:
    found = []
    for y, x in objects.gt(0.5).nonzero().tolist():
        kind = int(classes[row, y, x]) if classes is not None else 0
        label = "" if classes is None or kind == IGNORED else _name(kind, names)
        found.append(_box(boxes[:, y, x], x, y, objects.shape, label, kind, true=True))
    return found


def _said(sure: Tensor, boxes: Tensor, shares: Tensor | None, names: list[str]) -> list[Box]:
    """Those that are more likely there than not, the surest first."""
    places = [(float(sure[y, x]), y, x) for y, x in sure.gt(_SURE).nonzero().tolist()]
    found = []
    for share, y, x in sorted(places, reverse=True)[:_MOST]:
        kind = 0 if shares is None else int(shares[:, y, x].argmax())
        share = share if shares is None else share * float(shares[kind, y, x])
        label = f"{share:.0%}" if shares is None else f"{_name(kind, names)} {share:.0%}"
        found.append(_box(boxes[:, y, x], x, y, sure.shape, label, kind, true=False))
    return found


def _box(values: Tensor, x: int, y: int, grid: torch.Size, label: str, kind: int, *, true: bool) -> Box:
    across, down, width, height = (float(value) for value in values)
    left, top = (x + across) / grid[1] - width / 2, (y + down) / grid[0] - height / 2
    return Box(round(left, 4), round(top, 4), round(width, 4), round(height, 4), label, kind, true)


def _boxed(there: list[Box], said: list[Box]) -> Boxed:
    """What was said beside what is there; a box finds one that it overlaps by half, of the same class."""
    missed = list(there)
    for box in said:
        best = max((other for other in missed if other.kind == box.kind), key=lambda o: overlap(box, o), default=None)
        if best is not None and overlap(box, best) >= _OVERLAP:
            missed.remove(best)
    found = len(there) - len(missed)
    return Boxed([*there, *said], found, len(there), len(said) - found)


def overlap(one: Box, other: Box) -> float:
    """The intersection over the union of two boxes."""
    wide = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    high = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    both = max(0.0, wide) * max(0.0, high)
    union = one.width * one.height + other.width * other.height - both
    return both / union if union > 0 else 0.0


def _name(kind: int, names: list[str]) -> str:
    return names[kind] if 0 <= kind < len(names) else str(kind)
