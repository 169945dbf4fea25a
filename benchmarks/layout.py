"""Laying out: processor time, and crossings and wire length over those of elkjs and dagre on the same drawings.

Both come from npm and are used here alone, from ``build/layout``; where they or node are missing, only our own times
are measured:

    npm install --prefix build/layout elkjs @dagrejs/dagre
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from graph.document import Document
from graph.edits import grouping
from graph.layers.block import Block
from graph.layout.placement import lay_out
from graph.storage.loom import load, loads
from gui.canvas.look.box import size_in

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "layout"
SCRIPT = Path(__file__).parent / "layout_peers.mjs"
EXAMPLES = ("resnet50", "unet", "densenet121")
# Nodes of a random drawing, and the seconds it may take.
RANDOM = {1_000: 0.15, 5_000: 0.6}
# The peers lay out one strip of layers, and so is ours compared: a view as wide as it likes.
STRIP = (1e9, 1e3)
WINDOW = 40
PEERS = ("elkjs", "dagre")
# Seconds that a peer is waited for.
PATIENCE = 60

Line = Sequence[tuple[float, float]]


def random_drawing(count: int, seed: int = 0) -> Document:
    """A drawing of ``count`` nodes, each fed by one to three of the 40 before it."""
    random = Random(seed)
    rows: list[dict[str, Any]] = [{"name": "n0", "layer": "Input", "parameters": {"shape": [8]}}]
    for at in range(1, count):
        before = range(max(0, at - WINDOW), at)
        sources = random.sample(before, min(len(before), random.choice((1, 1, 2, 2, 3))))
        ports = ["x"] if len(sources) == 1 else [f"x{number}" for number in range(len(sources))]
        inputs = {port: f"n{source}" for port, source in zip(ports, sources, strict=True)}
        rows.append({"name": f"n{at}", "layer": "ReLU" if len(sources) == 1 else "Add", "inputs": inputs})
    return loads(json.dumps({"layerloom": 1, "name": "Random", "nodes": rows}))


def whole(example: str) -> Document:
    """An example with all its blocks unpacked."""
    document = load(ROOT / "examples" / f"{example}.loom")
    while uses := [name for name, node in document.model.nodes.items() if isinstance(node.layer, Block)]:
        with document.edit("Unpack"):
            for name in uses:
                grouping.unpack(document, "", name)
    return document


def drawings() -> Iterator[tuple[str, Document]]:
    """What is laid out."""
    for example in EXAMPLES:
        yield example, whole(example)
    for count in RANDOM:
        yield f"random, {count:,} nodes", random_drawing(count)


def lines_of(document: Document, places: dict[str, tuple[float, float]]) -> list[Line]:
    """The wires as the canvas draws them with its nodes in these places."""
    from gui.canvas.look.styles import Style
    from gui.canvas.scene.scene import Scene
    from gui.theme.colors import Theme

    with document.edit("Lay out"):
        document.model.move(places)
    drawing = Scene(document, "", Style(Theme.light()))
    drawing.flush()
    found: list[Line] = []
    for wire in sorted(document.model.wires()):
        lines = drawing.wires.curve(wire).lines(2)
        found.append([(lines[0].x1(), lines[0].y1()), *((line.x2(), line.y2()) for line in lines)])
    drawing.close()
    return found


def length(lines: Sequence[Line]) -> float:
    """The length of all wires."""
    return sum(float(np.hypot(b[0] - a[0], b[1] - a[1])) for line in lines for a, b in pairwise(line))


def crossings(lines: Sequence[Line], ends: Sequence[tuple[int, int]]) -> int:
    """How many pairs of wires cross that have no node in common."""
    owners = np.array([at for at, line in enumerate(lines) for _ in range(len(line) - 1)])
    parts = np.array([[*a, *b] for line in lines for a, b in pairwise(line)], dtype=float)
    order = np.argsort(np.minimum(parts[:, 0], parts[:, 2]), kind="stable")
    parts, owners = parts[order], owners[order]
    low, high = np.minimum(parts[:, 0], parts[:, 2]), np.maximum(parts[:, 0], parts[:, 2])
    source, target = np.array(ends).T
    pairs: set[tuple[int, int]] = set()
    for at in range(len(parts)):
        until = int(np.searchsorted(low, high[at], side="right"))
        near = np.arange(at + 1, until)
        if not len(near):
            continue
        near = near[_cross(parts[at], parts[near])]
        mine, theirs = int(owners[at]), owners[near]
        apart = (source[theirs] != source[mine]) & (target[theirs] != target[mine])
        apart &= (source[theirs] != target[mine]) & (target[theirs] != source[mine])
        pairs.update((min(mine, int(other)), max(mine, int(other))) for other in theirs[apart])
    return len(pairs)


def _cross(part: Any, others: Any) -> Any:
    """Which of the others a stretch crosses."""
    x1, y1, x2, y2 = part
    x3, y3, x4, y4 = others.T
    one = _side(x1, y1, x2, y2, x3, y3) * _side(x1, y1, x2, y2, x4, y4)
    two = _side(x3, y3, x4, y4, x1, y1) * _side(x3, y3, x4, y4, x2, y2)
    return (one < 0) & (two < 0)


def _side(x1: Any, y1: Any, x2: Any, y2: Any, x: Any, y: Any) -> Any:
    return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)


def seconds(document: Document, sizes: dict[str, tuple[float, float]]) -> float:
    """Processor time of one layout."""
    times = []
    for _ in range(5):
        began = process_time()
        lay_out(document.model, sizes)
        times.append(process_time() - began)
    return median(times)


def as_graph(document: Document, sizes: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """Sizes of nodes, and the two ends of every wire by their numbers."""
    number = {name: at for at, name in enumerate(document.model.nodes)}
    edges = [(number[wire.source], number[wire.target]) for wire in sorted(document.model.wires())]
    return {"nodes": [sizes[name] for name in number], "edges": edges}


def peers(name: str, graph: dict[str, Any]) -> dict[str, Any]:
    """What each of the peers makes of a graph; none of those that are missing, or take too long."""
    node = shutil.which("node")
    if node is None or not all((FOLDER / "node_modules" / each).is_dir() for each in ("elkjs", "@dagrejs/dagre")):
        print("node, elkjs or dagre is missing, so only our own layout is measured; see benchmarks/layout.py.")
        return {}
    found: dict[str, Any] = {}
    for peer in PEERS:
        command = [node, "--stack-size=30000", str(SCRIPT), f"{FOLDER}/", peer]
        try:
            done = subprocess.run(
                command, input=json.dumps(graph), capture_output=True, text=True, check=True, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            print(f"layout: {name}: {peer} was stopped after {PATIENCE} s.")
        else:
            found[peer] = json.loads(done.stdout)
    return found


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    found: list[dict[str, Any]] = []
    measured: dict[str, tuple[int, float, float]] = {}
    graphs: dict[str, Any] = {}
    application = QApplication.instance() or QApplication([])
    for name, document in drawings():
        size = size_in(document, "")
        sizes = {node: size(node) for node in document.model.nodes}
        graphs[name] = as_graph(document, sizes)
        taken = seconds(document, sizes)
        lines = lines_of(document, lay_out(document.model, sizes, view=STRIP))
        measured[name] = crossings(lines, graphs[name]["edges"]), length(lines), taken
        limit = RANDOM.get(len(document.model.nodes))
        if limit is not None:
            found.append(_row(f"{name}: seconds", taken, limit, "s"))
    for name, graph in graphs.items():
        for peer, made in peers(name, graph).items():
            lines = made["lines"]
            theirs = crossings(lines, graph["edges"]), length(lines), made["took"] / 1000
            cross, long, taken = measured[name]
            found.append(_row(f"{name}: crossings / {peer} ({cross} / {theirs[0]})", _over(cross, theirs[0]), 1.0))
            found.append(_row(f"{name}: wire length / {peer}", long / theirs[1], 1.0))
            found.append(_row(f"{name}: time / {peer}", taken / theirs[2], 1.0))
    application.processEvents()
    return found


def _over(ours: float, theirs: float) -> float:
    """A ratio that is 1 where both are nothing."""
    return ours / theirs if theirs else 1.0 + ours


def _row(what: str, value: float, limit: float, unit: str = "x") -> dict[str, Any]:
    return {"what": f"layout: {what}", "value": round(value, 3), "limit": limit, "unit": unit, "ok": value <= limit}


if __name__ == "__main__":
    for row in rows():
        verdict = "ok" if row["ok"] else "MISSED"
        print(f"{row['what']:70} {row['value']:8.3f} {row['unit']:3} limit {row['limit']:g}  {verdict}")
