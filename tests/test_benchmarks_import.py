"""Benchmarks are not run by the tests, but they can be."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import shapes
from benchmarks.__main__ import modules, table

FOLDER = Path(__file__).parent.parent / "benchmarks"
NAMES = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_imports(name: str) -> None:
    assert import_module(f"benchmarks.{name}").__doc__


def test_every_benchmark_is_found() -> None:
    assert {"shapes", "canvas", "module", "editor"} <= set(modules())


def test_a_row_becomes_a_line() -> None:
    rows = [
        {"what": "fast", "value": 1.0, "limit": 2.0, "unit": "ms", "ok": True},
        {"what": "slow", "value": 3.0, "limit": 2.0, "unit": "ms", "ok": False},
    ]
    assert table(rows, "today").row_count == 2


def test_the_large_drawing_is_sound() -> None:
    document = shapes.residual_network(100)
    assert len(document.model.nodes) == 100
    assert not document.problems()
