"""Drawings with blocks for the tests, wired in a line of text each."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.modelgraph import ModelGraph
from graph.problems.checks import errors

Part = tuple[str, str, dict[str, Any]]


def wire(graph: ModelGraph, *lines: str) -> None:
    """Connect: ``conv > relu``, or with ports ``split.out1 > add.x0``."""
    for line in lines:
        source, target = (end.strip().partition(".") for end in line.split(">"))
        graph.connect(source[0], target[0], target[2] or None, source[2] or None)


def chain(graph: ModelGraph, *parts: Part, shape: tuple[Any, ...] = (6,), ends: tuple[str, str] = ("x", "y")) -> None:
    """An Input, the parts behind each other, and an Output."""
    source = graph.add("Input", {"shape": list(shape)}, name=ends[0])
    for at, (name, kind, parameters) in enumerate(parts, 1):
        graph.add(kind, parameters, name=name, at=(200 * at, 0))
        graph.connect(source, name)
        source = name
    graph.add("Output", name=ends[1], at=(200 * len(parts) + 200, 0))
    graph.connect(source, ends[1])


def model(document: Document, *parts: Part, shape: tuple[Any, ...] = (6,)) -> None:
    """The document's own drawing as a chain from ``image`` to ``result``."""
    chain(document.model, *parts, shape=shape, ends=("image", "result"))


def module(document: Document, seed: int = 0) -> nn.Module:
    """The compiled drawing with weights of a seed."""
    assert errors(document) == []
    torch.manual_seed(seed)
    return build(compile_source(document)).eval()


def problems(document: Document, graph: str = "") -> list[str]:
    """What is wrong: each one sentence."""
    found = [problem.message for problem in errors(document, graph)]
    assert all(message.endswith(".") and message.count(". ") == 0 for message in found)
    return found


def step_block(document: Document, name: str = "Step") -> ModelGraph:
    """A recurrent step: y = tanh(a x + b h), with the parameter ``hidden``."""
    block = document.add_block(name, {"hidden": 4})
    block.add("Input", {"shape": [3]}, name="x", at=(0, 0))
    block.add("Input", {"shape": ["hidden"]}, name="h", at=(0, 100))
    block.add("Linear", {"out_features": "hidden"}, name="a", at=(200, 0))
    block.add("Linear", {"out_features": "hidden"}, name="b", at=(200, 100))
    block.add("Add", name="add", at=(400, 0))
    block.add("Tanh", name="tanh", at=(600, 0))
    block.add("Output", name="y", at=(800, 0))
    wire(block, "x > a", "h > b", "a > add.x0", "b > add.x1", "add > tanh", "tanh > y")
    return block


def recurrent(**scan: Any) -> Document:
    """A sequence through the recurrent step, its outputs and its last state."""
    document = Document("Recurrent")
    with document.edit("Draw"):
        step_block(document)
        graph = document.model
        graph.add("Input", {"shape": ["T", 3]}, name="sequence")
        graph.add("Scan", {"definition": "Step", "carry": {"h": "y"}, **scan}, name="scan", at=(200, 0))
        graph.add("Output", name="every", at=(400, 0))
        graph.add("Output", name="last", at=(400, 100))
        wire(graph, "sequence > scan.x", "scan.y > every", "scan.last_y > last")
    return document
