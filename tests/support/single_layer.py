"""A drawing of one layer between inputs and outputs."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.problems.checks import errors


def single(kind: str, parameters: dict[str, Any] | None = None, /, **ports: str) -> Document:
    """A node ``layer``, inputs ``in0, in1, ...`` for its ports and an output ``out0, out1, ...`` for each result.

    A port's type is text such as ``T,6`` or ``T int64``, without the batch axis.
    """
    document = Document("Single")
    graph = document.model
    with document.edit("Draw"):
        graph.add(kind, parameters or {}, name="layer")
        for at, (port, text) in enumerate(ports.items()):
            sizes, _, dtype = text.partition(" ")
            shape = [int(size) if size.isdigit() else size for size in sizes.split(",") if size]
            graph.add("Input", {"shape": shape, "dtype": dtype or "float32"}, name=f"in{at}")
            graph.connect(f"in{at}", "layer", port)
        for at, port in enumerate(graph.node("layer").layer.output_names()):
            graph.add("Output", name=f"out{at}")
            graph.connect("layer", f"out{at}", source_port=port)
    return document


def text_of(document: Document) -> str:
    return compile_source(document).text


def module_of(document: Document) -> torch.nn.Module:
    """The module in double precision, set to inference."""
    torch.manual_seed(0)
    return build(compile_source(document)).double().eval()


def refusal(kind: str, parameters: dict[str, Any] | None = None, /, **ports: str) -> str:
    """The one sentence by which a layer refuses its inputs."""
    document = single(kind, parameters, **ports)
    problems = [problem for problem in errors(document) if problem.node == "layer"]
    if len(problems) != 1:
        pytest.fail(f"{kind} has {len(problems)} problems: {problems}")
    message: str = problems[0].message
    assert message.endswith(".")
    assert message.count(". ") == 0
    return message
