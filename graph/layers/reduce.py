"""Layers that make one value of many along axes."""

from __future__ import annotations

from graph.layers.parts.reduction import Reduce


class Mean(Reduce):
    """Take the mean along axes."""

    function, operator = "torch.mean", "ReduceMean"
    keywords = ("average", "global average pooling")


class Sum(Reduce):
    """Add up the values along axes."""

    function, operator = "torch.sum", "ReduceSum"
    keywords = ("total",)


class Max(Reduce):
    """Keep the largest value along axes."""

    function, operator = "torch.amax", "ReduceMax"
    keywords = ("largest", "global max pooling")
