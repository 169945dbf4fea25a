"""Nothing grows faster than the drawing, told by the lines of Python that run, which are the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from benchmarks.growth import works
from benchmarks.large import SHAPES
from graph.errors import LayerloomError

SIZE = 50
SIZES = {"towers": 120, "nested": 200, "parallel": 120, "autoencoders": 120}  # where the shape begins to show
MORE = 2.1  # a little more than twice: what is linear stays below


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python some work runs, every turn of a loop counted."""
    count = 0

    def trace(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except LayerloomError:
        pass  # refusing a drawing may not take longer either
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_drawing_is_twice_the_work(shape: str) -> None:
    size = SIZES.get(shape, SIZE)
    _count(shape, 2 * size)  # what is remembered for good, such as the forms of layers, is worked out before
    small, large = _count(shape, size), _count(shape, 2 * size)
    grown = {name: round(large[name] / lines, 2) for name, lines in small.items()}
    assert max(grown.values()) <= MORE, grown


def _count(shape: str, size: int) -> dict[str, int]:
    return {name: lines_run(work) for name, work in works(SHAPES[shape](size))}


def test_what_looks_at_every_pair_is_noticed() -> None:
    def pairs(count: int) -> int:
        return lines_run(lambda: [(a, b) for a in range(count) for b in range(count)])

    assert pairs(2 * SIZE) / pairs(SIZE) > 3.5
