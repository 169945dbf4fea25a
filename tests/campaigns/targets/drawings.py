"""Drawings: read, checked, summarized, written as source, and saved again."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.problems.checks import check
from graph.storage.loom import dumps, load, loads
from tests.campaigns.mutations import Files, as_text, changed_json, damaged_bytes, damaged_json
from tests.campaigns.target import Target

ROOT = Path(__file__).resolve().parent.parent.parent.parent


class Drawings(Target):
    """``.loom`` files: the examples, damaged."""

    name = "loom"
    weight = 3

    def __init__(self, folder: Path) -> None:
        self._sound = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.loom"))]

    def case(self, random: Random) -> Files:
        sound = random.choice(self._sound)
        if random.random() < 0.2:
            return {"a.loom": damaged_bytes(random, sound)}
        change = random.choice((changed_json, damaged_json))
        return {"a.loom": as_text(random, change(random, json.loads(sound)))}

    def feed(self, folder: Path) -> None:
        document = load(folder / "a.loom")
        again = dumps(loads(dumps(document)))
        assert again == dumps(document), "saved and read, it is another drawing"
        check(document)
        summarize(document)
        compile_source(document)
