"""Writes the example files; with names, only these."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from examples.build import (
    adversaries,
    attention,
    autoencoders,
    cells,
    clouds,
    convnets,
    course,
    inception,
    mobile,
    perceptrons,
    ready,
    recurrent,
    residual,
    segmentation,
    sound,
    vision,
    wide,
)
from graph.document import Document
from graph.storage.loom import save

FOLDER = Path(__file__).parent.parent
FAMILIES = (
    perceptrons,
    convnets,
    residual,
    mobile,
    wide,
    inception,
    segmentation,
    autoencoders,
    adversaries,
    cells,
    recurrent,
    attention,
    sound,
    clouds,
    vision,
)
EXAMPLES: dict[str, Callable[[], Document]] = {
    name: draw for family in FAMILIES for name, draw in family.EXAMPLES.items()
}


def main(names: list[str]) -> None:
    """Draw and save."""
    programs = {**course.EXAMPLES, **{f"blocks/{name}": draw for name, draw in ready.BLOCKS.items()}, **EXAMPLES}
    for name in names or programs:
        save(programs[name](), FOLDER / f"{name}.loom")


if __name__ == "__main__":
    main(sys.argv[1:])
