"""The blocks of the library: each is what its program draws, and runs with the shapes that it says."""

from __future__ import annotations

import pytest
import torch

from examples.build.ready import BLOCKS
from graph.document import Document
from graph.edits import blocks
from graph.problems.checks import check
from graph.storage.loom import dumps
from gui.palette.shelf import READY
from tests.support.one_layer import module_of
from tests.support.typed import known


def used(name: str) -> Document:
    """A drawing that gives a block of the library what its inputs declare."""
    document = Document("Test")
    with document.edit("Draw"):
        node = blocks.add(document, "", blocks.entry(str(READY / f"{name}.loom")), (0.0, 0.0))
        inside = document.graphs[name]
        for row, port in enumerate(inside.ends("input")):
            shape = [document.values(name).get(dim, dim) for dim in known(inside.node(port).layer).shape]
            shape = [64 if dim == "channels * 2" else dim for dim in shape]
            document.model.add("Input", {"shape": shape}, name=f"in_{port}", at=(-220, 120 * row))
            document.model.connect(f"in_{port}", node, port)
        for row, port in enumerate(inside.ends("output")):
            document.model.add("Output", name=f"out_{port}", at=(220, 120 * row))
            document.model.connect(node, f"out_{port}", source_port=port)
    return document


def test_there_is_a_file_for_each() -> None:
    assert {path.stem for path in READY.glob("*.loom")} == set(BLOCKS)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_as_its_program_draws_it_and_runs(name: str) -> None:
    assert (READY / f"{name}.loom").read_text(encoding="utf-8") == dumps(BLOCKS[name]())
    document = used(name)
    assert [problem for problem in check(document) if problem.severity == "error"] == []
    types = document.types()
    sizes = {"N": 2, "T": 5}
    inputs = [torch.randn(types[port][0].sized(sizes)) for port in document.model.ends("input")]
    results = module_of(document).eval()(*inputs)
    results = results if isinstance(results, tuple) else (results,)
    wanted = [types[port][0].sized(sizes) for port in document.model.ends("output")]
    assert [tuple(result.shape) for result in results] == wanted


def test_the_gated_cell_is_its_formula() -> None:
    document = used("GatedCell")
    module = module_of(document)
    x, h = torch.randn(2, 32), torch.randn(2, 32)
    cell = next(module.children())
    z = torch.sigmoid(known(cell.w_gate)(torch.cat([x, h], 1)))
    n = torch.tanh(known(cell.w_new)(torch.cat([x, z * h], 1)))
    given = {"in_x": x, "in_h": h}
    result = module(*(given[port] for port in document.model.ends("input")))
    assert torch.allclose(result, h + z * (n - h), atol=1e-6)
