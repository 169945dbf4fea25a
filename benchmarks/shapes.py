"""Shape inference: all nodes of a large drawing, and one edit in it."""

from __future__ import annotations

from statistics import median
from time import process_time
from typing import Any

from graph.document import Document

PATTERN: tuple[tuple[Any, ...], ...] = (
    ("Conv2d", {"out_channels": 32, "padding": 1}),
    ("BatchNorm2d", {}),
    ("ReLU", {}),
    ("Conv2d", {"out_channels": 32, "padding": 1}),
    ("BatchNorm2d", {}),
    ("Add", {}),
    ("ReLU", {}),
)


def residual_network(count: int) -> Document:
    """A drawing of ``count`` nodes: residual blocks behind each other, on images of any size."""
    document = Document("Large")
    model = document.model
    with document.edit("Draw"):
        last = model.add("Input", {"shape": (3, "H", "W")})
        last = skip = _behind(document, "Conv2d", {"out_channels": 32, "padding": 1}, last)
        for index in range(count - 2):
            kind, parameters = PATTERN[index % len(PATTERN)]
            last = _behind(document, kind, parameters, last)
            if kind == "Add":
                model.connect(skip, last)
            if index % len(PATTERN) == len(PATTERN) - 1:
                skip = last
    return document


def _behind(document: Document, kind: str, parameters: dict[str, Any], source: str) -> str:
    name = document.model.add(kind, parameters)
    document.model.connect(source, name)
    return name


def all_nodes(count: int, named: bool = False) -> float:
    """Milliseconds of processor time to infer every node of ``count`` anew, for an Input of another size each time."""
    document = residual_network(count)
    model, times = document.model, []
    source = model.order()[0]
    for size in range(32, 53):
        with document.edit("Another size"):
            model.set(source, shape=[3, f"{size}*H", "W"] if named else [3, size, size])
        model._dirty.update(model.nodes)
        start = process_time()
        document.types()
        times.append(process_time() - start)
    assert not document.problems()
    return median(times) * 1000


def one_edit(count: int) -> float:
    """Milliseconds of processor time for the types after an edit that changes no output."""
    document = residual_network(count)
    document.types()
    name = document.model.order()[count // 2]
    times = []
    for _ in range(500):
        document.model._dirty.add(name)
        start = process_time()
        document.types()
        times.append(process_time() - start)
    return median(times) * 1000


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    found = [
        ("shapes: all of 1,000 nodes", all_nodes(1000), 8.0),
        ("shapes: all of 1,000 nodes, named sizes", all_nodes(1000, named=True), 8.0),
        ("shapes: all of 5,000 nodes", all_nodes(5000), 30.0),
        ("shapes: an edit that changes no output, 5,000 nodes", one_edit(5000), 0.1),
    ]
    return [
        {"what": what, "value": round(value, 4), "limit": limit, "unit": "ms", "ok": value <= limit}
        for what, value, limit in found
    ]
