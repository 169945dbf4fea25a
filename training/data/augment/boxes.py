"""Boxes in a grid of cells, as ``made:detection`` lays them out, that follow their image.

``objects`` (N, 1, G, K) is 1 in the cell with the centre of an object; ``boxes`` (N, 4, G, K) has the centre's place in
the cell and the width and height, the image being 1; ``classes`` (N, G, K) its class.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Grid(NamedTuple):
    """What is known of the objects of a batch; ``classes`` where a node takes them."""

    objects: Tensor
    boxes: Tensor
    classes: Tensor | None


def follow(grid: Grid, matrix: Tensor, ignored: int) -> Grid:
    """The grid of the moved images: of each object the box around its moved box, cut off at the image's edge.

    Objects whose centre has left are gone; of two in one cell the one that was in the first cell stays. A cell without
    an object has the class ``ignored``.
    """
    rows, columns = grid.objects.shape[2:]
    place = torch.arange(rows * columns, device=matrix.device)
    x, y, w, h = grid.boxes.flatten(2).unbind(1)
    x, y = ((place % columns) + x) / columns - 0.5, (place // columns + y) / rows - 0.5
    x, y, w, h = _moved(x, y, w, h, matrix)
    stays = grid.objects.flatten(1).gt(0) & (x.abs() < 0.5) & (y.abs() < 0.5)
    left, right = (x - w / 2).clamp(min=-0.5) + 0.5, (x + w / 2).clamp(max=0.5) + 0.5
    top, bottom = (y - h / 2).clamp(min=-0.5) + 0.5, (y + h / 2).clamp(max=0.5) + 0.5
    x, y = (left + right) / 2 * columns, (top + bottom) / 2 * rows
    column, row = x.long().clamp(0, columns - 1), y.long().clamp(0, rows - 1)
    nowhere = rows * columns
    cell = torch.where(stays, row * columns + column, nowhere)
    first = torch.full((len(cell), nowhere + 1), nowhere, device=matrix.device)
    first = first.scatter_reduce_(1, cell, place.expand_as(cell), "amin")[:, :nowhere]
    there = first < nowhere
    first = first.clamp(max=nowhere - 1)
    values = torch.stack([x - column, y - row, right - left, bottom - top], dim=1)
    boxes = values.gather(2, first[:, None].expand(-1, 4, -1)) * there[:, None]
    classes = grid.classes
    if classes is not None:
        found = torch.where(there, classes.flatten(1).gather(1, first), ignored)
        classes = found.to(classes.dtype).view_as(classes)
    objects = there.to(grid.objects.dtype).view_as(grid.objects)
    return Grid(objects, boxes.to(grid.boxes.dtype).view_as(grid.boxes), classes)


def _moved(x: Tensor, y: Tensor, w: Tensor, h: Tensor, matrix: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Centres and sizes where the matrices, which say where pixels come from, bring them."""
    a, b, c, d, e, f = (matrix[:, at, None] for at in range(6))
    size = a * e - b * d
    x, y = x - c, y - f
    return (
        (e * x - b * y) / size,
        (a * y - d * x) / size,
        (e.abs() * w + b.abs() * h) / size.abs(),
        (d.abs() * w + a.abs() * h) / size.abs(),
    )
