"""Files, code, sentences and changes are the same in every process, whatever the order of its sets is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DRAWINGS = ("lenet5", "unet_small", "captioning", "drawn_lstm", "googlenet")


@pytest.mark.slow
def test_every_process_writes_the_same() -> None:
    found = [written_elsewhere(seed) for seed in ("1", "2", "3")]
    assert len(found[0]) > 10_000
    assert found[0] == found[1] == found[2]


def written_elsewhere(seed: str) -> str:
    """All that another process makes of the drawings."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(name: str) -> None:
    """Print what is made of a drawing, before and after edits."""
    from compiler.to_python.source import compile_source
    from graph.analysis.summary import summarize
    from graph.edits import blocks, fragments, nodes
    from graph.problems.checks import check
    from graph.storage.loom import dumps, load

    document = load(ROOT / "examples" / f"{name}.loom")
    document.subscribe(lambda changes: print(*changes, sep="\n"))
    print(compile_source(document).text, summarize(document))
    wire = document.model.wires()[0]
    nodes.add_layer(document, "", "ReLU", (0.0, 0.0), None, wire, lambda _: 200.0)
    print(fragments.copy(document, "", document.model.nodes))
    layers = [name for name, node in document.model.nodes.items() if node.layer.role == "layer"]
    blocks.unpack(document, "", [blocks.group(document, "", layers[:1], "Some")])
    document.undo()
    print(dumps(document), [check(document, graph) for graph in document.graphs])


if __name__ == "__main__":
    for drawing in DRAWINGS:
        write(drawing)
