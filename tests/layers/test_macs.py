"""Multiply-adds, held against torch's own counter of floating point operations, two for each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.dims import substitute, symbols
from graph.document import Document
from graph.errors import ParameterError
from graph.storage.loom import load
from tests.support.one_layer import one_layer

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.loom"))
PACKED = {"rnn_many_to_one"}  # reads the lengths of its sequences
SIZES = {"h": 4, "w": 3, "H": 32, "W": 48, "T": 7, "S": 5, "L": 128, "K": 6}


def named_sizes(document: Document) -> dict[str, int]:
    shapes = [kinds[0].shape for kinds in document.types().values()]
    return {name: SIZES.get(name, 8) for name in symbols(dim for shape in shapes for dim in shape) - {"N"}}


def given(document: Document, names: tuple[str, ...], sizes: dict[str, int]) -> list[torch.Tensor]:
    kinds = [document.types()[name][0] for name in names]
    shapes = [[substitute(dim, {"N": 1, **sizes}) for dim in kind.shape] for kind in kinds]
    return [
        torch.zeros(shape, dtype=getattr(torch, kind.dtype), device="meta")
        for kind, shape in zip(kinds, shapes, strict=True)
    ]


def counted(document: Document, sizes: dict[str, int]) -> int:
    """Half of what torch counts for ``forward`` and ``loss``: both where they share no node, else the one that has all.

    On the meta device every operation is taken apart; lengths of sequences cannot be read there.
    """
    source = compile_source(document)
    module = build(source).to("meta").train()
    for part in module.modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.eval()  # one sample has no variance
    runs: list[tuple[Any, Any]] = [(module, source.forward_inputs)] if source.outputs else []
    runs += [(module.loss, (*source.inputs, *source.targets))] if source.objectives else []
    totals = []
    for run, names in runs:
        with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
            run(*given(document, names, sizes))
        totals.append(counter.get_total_flops())
    together = sum(totals) if _apart(document, source.outputs, source.objectives) else max(totals)
    assert together % 2 == 0
    return together // 2


def _apart(document: Document, outputs: Iterable[str], objectives: Iterable[str]) -> bool:
    """Whether what is answered and what is learned from are computed by different nodes, as in a GAN."""
    graph = document.graphs[""]
    return not set(graph.upstream(outputs)) & set(graph.upstream(objectives))


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.stem not in PACKED], ids=lambda path: path.stem)
def test_an_example_has_the_multiply_adds_that_torch_counts(path: Path) -> None:
    document = load(path)
    sizes = named_sizes(document)
    assert summarize(document, sizes=sizes).macs == counted(document, sizes)


@pytest.mark.parametrize(
    ("kind", "inputs", "parameters", "macs"),
    [
        ("RNN", ("N,T,28",), {"hidden_size": 128}, 7 * 128 * (28 + 128)),
        ("GRU", ("N,T,28",), {"hidden_size": 16, "num_layers": 2}, 7 * 3 * 16 * (28 + 16 + 16 + 16)),
        ("LSTM", ("N,T,28",), {"hidden_size": 16, "bidirectional": True}, 7 * 2 * 4 * 16 * (28 + 16)),
        ("GRUCell", ("N,6",), {"hidden_size": 10}, 3 * 10 * (6 + 10)),
        ("MatMul", ("N,4,6,5", "N,4,5,3"), {}, 4 * 6 * 5 * 3),
        ("MultiheadAttention", ("N,T,16", "N,S,12", "N,S,20"), {}, 2 * 7 * 256 + 5 * 16 * 32 + 2 * 7 * 5 * 16),
        ("TransformerEncoderLayer", ("N,T,16",), {"dim_feedforward": 32}, 4 * 7 * 256 + 2 * 49 * 16 + 2 * 7 * 16 * 32),
    ],
)
def test_a_layer_has_the_multiply_adds_of_its_formula(
    kind: str, inputs: tuple[str, ...], parameters: dict[str, Any], macs: int
) -> None:
    document = one_layer(kind, *inputs, **parameters)
    sizes = named_sizes(document)
    assert summarize(document, sizes=sizes).macs == macs == counted(document, sizes)


def test_what_is_only_known_at_run_time_is_said_and_a_size_gives_it() -> None:
    document = one_layer("GRU", "N,T,28", hidden_size=16)
    assert summarize(document).macs is None
    assert summarize(document, sizes={"T": 1}).macs == 3 * 16 * (28 + 16)
    with pytest.raises(ParameterError, match="'Test' has no size called h; its named sizes: T"):
        summarize(document, sizes={"h": 3})
