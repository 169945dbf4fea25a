"""Large drawings of many shapes, as text: what must not take longer than in proportion to their size."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Kinds = Sequence[tuple[str, Row]]

WIDTH = 8
LINEAR: tuple[str, Row] = ("Linear", {"out_features": WIDTH})
RELU: tuple[str, Row] = ("ReLU", {})


def _row(name: str, layer: str, inputs: dict[str, str] | None = None, **parameters: Any) -> Row:
    return {"name": name, "layer": layer, "parameters": parameters, "inputs": inputs or {}}


def _text(nodes: list[Row], blocks: dict[str, list[Row]] | None = None) -> str:
    held = {name: {"nodes": rows} for name, rows in (blocks or {}).items()}
    return json.dumps({"layerloom": 1, "name": "Large", "blocks": held, "nodes": nodes})


def _line(size: int, kinds: Kinds) -> list[Row]:
    """An Input, nodes behind each other, an Output."""
    rows = [_row("x", "Input", shape=[WIDTH])]
    for at in range(size):
        kind, parameters = kinds[at % len(kinds)]
        rows.append(_row(f"n{at + 1}", kind, {"x": rows[-1]["name"]}, **parameters))
    return [*rows, _row("y", "Output", {"x": rows[-1]["name"]})]


def _unit() -> list[Row]:
    return _line(2, [LINEAR, RELU])


def _uses(definitions: Sequence[str], **parameters: Any) -> list[Row]:
    kinds = [("Block", {"definition": name, **parameters}) for name in definitions]
    return _line(len(definitions), kinds)


def chain(size: int) -> str:
    """Nodes behind each other."""
    return _text(_line(size, [LINEAR, RELU]))


def tanh_chain(size: int) -> str:
    """Saturating units behind each other, with noise and normalizations in between."""
    kinds = [LINEAR, ("Tanh", {}), ("Dropout", {}), ("BatchNorm1d", {}), ("Tanh", {})]
    return _text(_line(size, kinds))


def fan(size: int) -> str:
    """One output to many inputs, joined by one node."""
    rows = [_row("x", "Input", shape=[WIDTH]), _row("n0", "Linear", {"x": "x"}, out_features=WIDTH)]
    rows += [_row(f"n{at + 1}", "Linear", {"x": "n0"}, out_features=WIDTH) for at in range(size)]
    rows.append(_row("sum", "Add", {f"x{at}": f"n{at + 1}" for at in range(size)}))
    return _text([*rows, _row("y", "Output", {"x": "sum"})])


def skips(size: int) -> str:
    """A chain each of whose nodes also feeds the node at the end."""
    rows = [_row("x", "Input", shape=[WIDTH])]
    for at in range(size):
        rows.append(_row(f"n{at + 1}", "ReLU", {"x": rows[-1]["name"]}))
    rows.append(_row("sum", "Add", {f"x{at}": f"n{at + 1}" for at in range(size)}))
    return _text([*rows, _row("y", "Output", {"x": "sum"})])


def residual(size: int) -> str:
    """Residual blocks behind each other, drawn out."""
    rows = [_row("x", "Input", shape=[WIDTH])]
    for at in range(size // 3):
        last = rows[-1]["name"]
        rows.append(_row(f"fc{at}", "Linear", {"x": last}, out_features=WIDTH))
        rows.append(_row(f"relu{at}", "ReLU", {"x": f"fc{at}"}))
        rows.append(_row(f"add{at}", "Add", {"x0": f"relu{at}", "x1": last}))
    return _text([*rows, _row("y", "Output", {"x": rows[-1]["name"]})])


def parallel(size: int) -> str:
    """Short chains beside each other, each with an Input and an Output of its own."""
    rows: list[Row] = []
    for at in range(size // 3):
        rows.append(_row(f"x{at}", "Input", shape=[WIDTH]))
        rows.append(_row(f"n{at}", "Linear", {"x": f"x{at}"}, out_features=WIDTH))
        rows.append(_row(f"y{at}", "Output", {"x": f"n{at}"}))
    return _text(rows)


def autoencoders(size: int) -> str:
    """Many autoencoders, each with an objective."""
    rows: list[Row] = []
    for at in range(size // 4):
        rows.append(_row(f"x{at}", "Input", shape=[WIDTH]))
        rows.append(_row(f"code{at}", "Linear", {"x": f"x{at}"}, out_features=WIDTH))
        rows.append(_row(f"out{at}", "Linear", {"x": f"code{at}"}, out_features=WIDTH))
        rows.append(_row(f"mse{at}", "MSE", {"prediction": f"out{at}", "target": f"x{at}"}))
    return _text([*rows, _row("y", "Output", {"x": "out0"})])


def zeros_and_dropout(size: int) -> str:
    """Layers that advice follows far: equal weights in front of a long way, and linear layers behind one."""
    half = size // 4
    rows = [_row("x", "Input", shape=[WIDTH]), _row("first", "Linear", {"x": "x"}, out_features=WIDTH)]
    for at in range(half):
        rows.append(_row(f"drop{at}", "Dropout", {"x": rows[-1]["name"]}))
    last = rows[-1]["name"]
    rows += [_row(f"n{at}", "Linear", {"x": last}, out_features=WIDTH, weight_init="zeros") for at in range(half)]
    rows.append(_row("stack", "Stack", {f"x{at}": f"n{at}" for at in range(half)}))
    for at in range(half):
        rows.append(_row(f"relu{at}", "ReLU", {"x": rows[-1]["name"]}))
    return _text([*rows, _row("y", "Output", {"x": rows[-1]["name"]})])


def shared(size: int) -> str:
    """A chain of nodes that all use the weights of the first."""
    rows = _line(size, [LINEAR])
    for row in rows[2:-1]:
        row["shares"] = "n1"
    return _text(rows)


def one_block(size: int) -> str:
    """One block, used many times behind each other."""
    return _text(_uses(["Unit"] * size), {"Unit": _unit()})


def many_blocks(size: int) -> str:
    """Many blocks, each used once."""
    names = [f"B{at}" for at in range(size // 5)]
    return _text(_uses(names), {name: _unit() for name in names})


def nested(size: int) -> str:
    """Blocks within each other, far more than are allowed."""
    names = [f"B{at}" for at in range(size // 4)]
    blocks = {name: _uses([before]) for before, name in pairwise(names)}
    return _text(_uses(names[-1:]), {names[0]: _unit(), **blocks})


def towers(size: int) -> str:
    """As many blocks within each other as are allowed, several times."""
    blocks: dict[str, list[Row]] = {}
    tops: list[str] = []
    for tower in range(max(1, size // 120)):
        names = [f"T{tower}_{level}" for level in range(30)]
        blocks[names[0]] = _unit()
        blocks |= {name: _uses([before]) for before, name in pairwise(names)}
        tops.append(names[-1])
    return _text(_uses(tops), blocks)


def repeated(size: int) -> str:
    """A block in sequence."""
    return _text(_uses(["Unit"], repeat=size), {"Unit": _unit()})


def scan(size: int) -> str:
    """A Scan that carries many states."""
    states = range(size // 8)
    inner: list[Row] = []
    for at in states:
        inner.append(_row(f"h{at}", "Input", shape=[WIDTH]))
        inner.append(_row(f"n{at}", "Linear", {"x": f"h{at}"}, out_features=WIDTH))
        inner.append(_row(f"y{at}", "Output", {"x": f"n{at}"}))
    carry = {f"h{at}": f"y{at}" for at in states}
    rows = [_row(f"x{at}", "Input", shape=[WIDTH]) for at in states]
    wires = {f"h{at}": f"x{at}" for at in states}
    rows.append(_row("loop", "Scan", wires, definition="Cell", carry=carry, steps=3))
    rows += [_row(f"last{at}", "Output", {"x": f"loop.last_y{at}"}) for at in states]
    return _text(rows, {"Cell": inner})


def inside(size: int) -> str:
    """A block with everything in it."""
    return _text(_uses(["All"]), {"All": _line(size, [LINEAR, RELU])})


SHAPES: dict[str, Callable[[int], str]] = {
    shape.__name__: shape
    for shape in (
        chain,
        tanh_chain,
        fan,
        skips,
        residual,
        parallel,
        autoencoders,
        zeros_and_dropout,
        shared,
        one_block,
        many_blocks,
        nested,
        towers,
        repeated,
        scan,
        inside,
    )
}
