"""Documents with one layer, for tests of what it does."""

from __future__ import annotations

from typing import Any

import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.records import Problem


def one_layer(kind: str, /, *inputs: str, **parameters: Any) -> Document:
    """Inputs ``in0, in1, ...`` (``N,T,6 int64``) at the first ports of a node ``layer``, an Output at each result.

    An input called ``port=N,6`` goes to that port.
    """
    document = Document("Test")
    graph = document.model
    with document.edit("Draw"):
        graph.add(kind, parameters, name="layer")
        for place, text in enumerate(inputs):
            port, _, given = text.rpartition("=")
            dims, _, dtype = given.partition(" ")
            shape = [int(dim) if dim.isdigit() else dim for dim in dims.split(",")[1:]]
            graph.add("Input", {"shape": shape, "dtype": dtype or "float32"}, name=f"in{place}")
            graph.connect(f"in{place}", "layer", port or None)
        for place, port in enumerate(graph.node("layer").layer.output_names()):
            graph.add("Output", name=f"out{place}")
            graph.connect("layer", f"out{place}", source_port=port)
    return document


def module_of(document: Document) -> torch.nn.Module:
    """The compiled module."""
    return build(compile_source(document))


def problem_of(kind: str, /, *inputs: str, **parameters: Any) -> Problem:
    """What is wrong with the layer for these inputs."""
    return one_layer(kind, *inputs, **parameters).problems()["layer"]
