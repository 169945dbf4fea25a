"""Nothing takes longer than in proportion to the drawing: times at twice the size over times at once, and limits."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.large import SHAPES
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.document import Document
from graph.edits import fragments, grouping
from graph.errors import LayerloomError
from graph.layout.placement import lay_out
from graph.problems.checks import check
from graph.storage.loom import dumps, loads

ROOT = Path(__file__).resolve().parent.parent
SIZE, ROUNDS = 1_500, 3
RATIO = 2.6
TOO_SHORT = 0.05  # seconds at twice the size: what takes less is not told from noise
MANY = 10_000
COMMANDS = {"check": 2.0, "summary": 3.0, "code": 3.0}
EXPORT, IMPORTS = 2.0, 20.0

Work = tuple[str, Callable[[], object]]

_EXPORT = """
import gc, sys, time
begun = time.process_time()
import onnx_ir as ir
from compiler.to_onnx.model import emit
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.catalog import catalog
from graph.storage.loom import load
from graph.wiring.nodes import prepare
catalog(), prepare()
imported = time.process_time()
gc.freeze()  # as the worker does
document = load(sys.argv[1])
module = build(compile_source(document))
state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
ir.save(emit(document, state), sys.argv[2])
print(imported - begun, time.process_time() - imported)
"""


def works(text: str) -> Iterator[Work]:
    """What is done with a drawing; each work is to be done before the next is asked for."""
    held: list[Any] = []
    yield "load", lambda: held.append(loads(text))
    document: Document = held[0]
    graphs = document.graphs
    yield "check", lambda: [check(document, key) for key in graphs]
    yield "summary", lambda: [summarize(document, key) for key in graphs]
    yield "save", lambda: dumps(document)
    yield "code", lambda: compile_source(document)
    yield "lay out", lambda: [lay_out(graph) for graph in graphs.values()]
    names = list(document.model.nodes)
    yield "copy", lambda: held.append(fragments.copy(document, "", names))
    yield "paste", lambda: fragments.paste(document, "", held[1])
    yield "undo", document.undo
    yield "redo", document.redo
    document.undo()
    inner = [name for name in names if document.model.nodes[name].layer.role in ("layer", "block")]
    yield "group", lambda: held.append(grouping.group(document, "", inner, "Grouped"))
    if len(held) > 2:
        yield "unpack", lambda: grouping.unpack(document, "", held[2])
    yield "delete", lambda: _delete(document)


def _delete(document: Document) -> None:
    with document.edit("Delete"):
        document.model.remove(list(document.model.nodes))


def seconds(text: str) -> dict[str, float]:
    """Processor time of each work, once."""
    found: dict[str, float] = {}
    for name, work in works(text):
        gc.collect()
        gc.disable()
        begun = process_time()
        try:
            work()
        except LayerloomError:
            pass  # refusing a drawing may not take longer either
        finally:
            found[name] = process_time() - begun
            gc.enable()
    return found


def growth(shape: str) -> tuple[str, float]:
    """The work whose time grows most when the drawing becomes twice as large, and how much it grows."""
    texts = [SHAPES[shape](size) for size in (SIZE, 2 * SIZE)]
    seconds(texts[0])
    rounds = [[seconds(text) for text in texts] for _ in range(ROUNDS)]
    best = [{name: min(turn[at][name] for turn in rounds) for name in rounds[0][at]} for at in (0, 1)]
    ratios = {name: time / best[0][name] for name, time in best[1].items() if name in best[0] and time > TOO_SHORT}
    return max(ratios.items(), key=lambda pair: pair[1], default=("nothing that takes long", 1.0))


def command(name: str, path: Path) -> float:
    """Processor time of one command in a process of its own, from its start to its end."""
    begun = _children()
    subprocess.run(
        [sys.executable, "-m", "layerloom", name, str(path)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return _children() - begun


def _children() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def export(path: Path) -> tuple[float, float]:
    """Processor time of the imports, and from the file of a drawing to that of its ONNX, unverified."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", _EXPORT, str(path), str(path.with_suffix(".onnx"))]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    imports, work = map(float, done.stdout.split())
    return imports, work


def _row(what: str, value: float, limit: float, unit: str = "s") -> dict[str, Any]:
    return {"what": f"growth: {what}", "value": round(value, 3), "limit": limit, "unit": unit, "ok": value <= limit}


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        chain, deep = Path(folder) / "chain.loom", Path(folder) / "deep.loom"
        chain.write_text(SHAPES["chain"](MANY - 2))
        deep.write_text(SHAPES["nested"](4 * 999))
        found += [_row(f"{name} {MANY:,} nodes", command(name, chain), limit) for name, limit in COMMANDS.items()]
        found.append(_row("check 999 blocks within each other", command("check", deep), COMMANDS["check"]))
        imports, work = export(chain)
        found.append(_row(f"{MANY:,} nodes to ONNX, unverified", work, EXPORT))
        found.append(_row("imports for ONNX", imports, IMPORTS))
    for shape in SHAPES:
        work_name, ratio = growth(shape)
        found.append(_row(f"{shape.replace('_', ' ')}, twice as large: {work_name}", ratio, RATIO, "x"))
    return found


if __name__ == "__main__":
    for row in rows():
        verdict = "ok" if row["ok"] else "MISSED"
        print(f"{row['what']:62} {row['value']:8.3f} {row['unit']:3} limit {row['limit']:g}  {verdict}")
