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
# Accuracy is of tokens where there is a perplexity; of pixels it says little, as most of them are ground.
MEASURES = {"iou": "IoU", "accuracy": "accuracy", "r2": "R\N{SUPERSCRIPT TWO}"}


def measured(results: Mapping[str, float], epochs: int) -> dict[str, Any] | None:
    """What is kept of a run's results; nothing where no measure, or none alone, says how good it is."""
    found = {key.removeprefix("validation_"): value for key, value in results.items() if key.startswith("validation_")}
    key = next((key for key in MEASURES if found.get(key) is not None), None)
    if key is None or any(each.startswith(f"{key}_") for each in found):
        return None
    measure = "token accuracy" if key == "accuracy" and "perplexity" in found else MEASURES[key]
    return {"measure": measure, "value": round(found[key], 4), "epochs": epochs}


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
