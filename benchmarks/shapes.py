"""Shape inference: all nodes of a large drawing, and one edit in it."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

from graph.document import Document

PATTERN = (
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


def _milliseconds(run: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = process_time()
        run()
        times.append((process_time() - start) * 1000)
    return median(times)


def all_nodes(count: int) -> float:
    """Milliseconds of processor time to infer every node of ``count``."""
    document = residual_network(count)
    model = document.model

    def run() -> None:
        model.dirty.update(model.nodes)
        document.types()

    run()
    assert not [node for node in document.problems() if not node.startswith("add")]
    return _milliseconds(run, 15)


def one_edit(count: int) -> float:
    """Milliseconds of processor time for the types after an edit that changes no output."""
    document = residual_network(count)
    document.types()
    name = document.model.order()[count // 2]

    def run() -> None:
        document.model.dirty.add(name)
        document.types()

    return _milliseconds(run, 500)


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    found = [("shapes: all of 1,000 nodes", all_nodes(1000), 8.0)]
    found += [("shapes: all of 5,000 nodes", all_nodes(5000), 30.0)]
    found += [("shapes: an edit that changes no output, 5,000 nodes", one_edit(5000), 0.1)]
    return [
        {"what": what, "value": round(value, 4), "limit": limit, "unit": "ms", "ok": value <= limit}
        for what, value, limit in found
    ]
