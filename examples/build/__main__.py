"""Writes the example files; with names, only these."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from examples.build import autoencoders, cells, convnets, perceptrons, recurrent, residual, segmentation, vision
from graph.document import Document
from graph.storage.loom import save

FOLDER = Path(__file__).parent.parent
FAMILIES = (perceptrons, convnets, residual, segmentation, autoencoders, cells, recurrent, vision)
EXAMPLES: dict[str, Callable[[], Document]] = {
    name: draw for family in FAMILIES for name, draw in family.EXAMPLES.items()
}


def main(names: list[str]) -> None:
    """Draw and save."""
    for name in names or EXAMPLES:
        save(EXAMPLES[name](), FOLDER / f"{name}.loom")


if __name__ == "__main__":
    main(sys.argv[1:])
