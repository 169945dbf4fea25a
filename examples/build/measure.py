"""Trains examples as they are drawn, and keeps what they came to: ``python -m examples.build.measure lenet5``.

What is kept is shown on the example's card of the start page; ``make cards`` puts it there.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from examples.build.__main__ import EXAMPLES, FOLDER
from graph.storage.atomic import write_atomically
from graph.storage.loom import load
from training.python.fit import fit

FILE = FOLDER / "measured.json"
# The measures of validation samples that say how good a network is by themselves, the first that there is.
MEASURES = {"validation_accuracy": "accuracy", "validation_iou": "IoU", "validation_r2": "R\N{SUPERSCRIPT TWO}"}


def measured(results: Mapping[str, float], epochs: int) -> dict[str, Any] | None:
    """What is kept of a run's results; nothing where no measure says how good it is."""
    key = next((key for key in MEASURES if results.get(key) is not None), None)
    return None if key is None else {"measure": MEASURES[key], "value": round(results[key], 4), "epochs": epochs}


def main(names: list[str]) -> None:
    """Train these examples, and put what they reached beside what is known of the others."""
    for name in names:
        path = FOLDER / f"{name}.loom"
        document = load(path)
        with tempfile.TemporaryDirectory() as folder:
            results = fit(document, run_dir=Path(folder) / "run", quiet=True).results
        keep(name, measured(results, document.training.epochs))


def keep(name: str, found: dict[str, Any] | None) -> None:
    """Write what an example reached into the file, in the order of the examples."""
    known = json.loads(FILE.read_text(encoding="utf-8")) | {name: found}
    kept = {each: known[each] for each in EXAMPLES if known.get(each)}
    lines = (f"{json.dumps(each)}: {json.dumps(value, ensure_ascii=False)}" for each, value in kept.items())
    write_atomically(FILE, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


if __name__ == "__main__":
    main(sys.argv[1:])
