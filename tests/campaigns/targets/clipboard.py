"""Nodes on the clipboard, which any program may have put there."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from graph.edits.fragments import copy, paste
from graph.storage.loom import dumps, load, loads
from tests.campaigns.mutations import Files, as_text, changed_json, damaged_bytes, damaged_json
from tests.campaigns.target import Target

ROOT = Path(__file__).resolve().parent.parent.parent.parent
NAMES = ("lenet5", "resnet18", "vae", "drawn_gru", "drawn_lstm", "unet_small")


class Clipboard(Target):
    """The text of copied nodes, with the blocks they use."""

    name = "clipboard"

    def __init__(self, folder: Path) -> None:
        paths = [path for path in sorted((ROOT / "examples").glob("*.loom")) if path.stem in NAMES]
        documents = [load(path) for path in paths]
        self._sound = [copy(document, "", list(document.model.nodes)) for document in documents]
        self._into = [dumps(document) for document in documents]

    def case(self, random: Random) -> Files:
        sound = random.choice(self._sound)
        into = random.choice(self._into).encode()
        if random.random() < 0.2:
            return {"nodes": damaged_bytes(random, sound.encode()), "into.loom": into}
        change = random.choice((changed_json, damaged_json))
        return {"nodes": as_text(random, change(random, json.loads(sound))), "into.loom": into}

    def feed(self, folder: Path) -> None:
        document = load(folder / "into.loom")
        before = dumps(document)
        text = (folder / "nodes").read_bytes().decode("utf-8", "replace")
        try:
            paste(document, "", text, (0.0, 0.0), keep_incoming=True, step_aside=True)
        except Exception:
            assert dumps(document) == before, "what was refused left something behind"
            raise
        assert dumps(loads(dumps(document))) == dumps(document)
        while document.undo():
            pass
        assert dumps(document) == before
