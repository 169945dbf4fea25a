"""A journal of edits leads back to what was drawn, whatever was done, and however it ends."""

from __future__ import annotations

import json
import random
from pathlib import Path
from time import perf_counter

import pytest

from graph.document import Document
from graph.edits import blocks, fragments, nodes, picked
from graph.edits.picked import Picked
from graph.edits.renaming import rename_block
from graph.edits.sketching import bends, frames
from graph.errors import FileError, LayerloomError
from graph.names import free_name
from graph.storage.journal import entry, head
from graph.storage.loom import dumps, load, loads
from graph.storage.replay import Journal, read_journal
from tests.support.typed import known

EXAMPLES = sorted((Path(__file__).resolve().parent.parent.parent / "examples").glob("*.loom"))


class Kept:
    """A document with its journal as lines in memory."""

    def __init__(self, document: Document, folder: Path, base: str | None = None) -> None:
        self.document = document
        self.path = folder / "kept.journal"
        self.lines = [head(base or dumps(document))]
        document.subscribe(lambda changes: self.lines.append(entry(document, changes)))

    def read(self, lines: list[bytes] | None = None) -> Journal:
        self.path.write_bytes(b"".join(self.lines if lines is None else lines))
        return read_journal(self.path)


def small() -> Document:
    document = Document("Small")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [4]}, name="x")
        document.model.add("Linear", {"out_features": 3}, name="fc")
        document.model.add("Output", name="y")
        document.model.connect("x", "fc")
        document.model.connect("fc", "y")
    document.forget_history()
    return document


def do_something(document: Document, chance: random.Random) -> None:
    """One thing a user might do, in any graph, refused or not."""
    key = chance.choice(list(document.graphs))
    graph = document.graphs[key]
    names = list(graph.nodes)
    some = chance.sample(names, min(len(names), chance.randint(1, 4)))
    one = chance.choice(names) if names else ""
    other = chance.choice(names) if names else ""
    at = (round(chance.uniform(-900, 900), 1), 0.0)

    def set_parameters() -> None:
        with document.edit("Set"):
            graph.set(one, **known(chance.choice([{"out_features": 5}, {"out_channels": 7}, {"p": 0.25}, {"dim": 1}])))

    def rename() -> None:
        with document.edit("Rename"):
            graph.rename(one, free_name("named", graph.nodes))

    def share() -> None:
        with document.edit("Share"):
            graph.share(one, other)

    def wire() -> None:
        with document.edit("Wire"):
            graph.connect(one, other)

    def settings() -> None:
        with document.edit("Settings"):
            document.set_training(epochs=chance.randint(1, 9))
            document.set_setting("notes", chance.choice(["", "line\nline", "\ud800 \u2028 é"]))

    def parameters() -> None:
        with document.edit("Parameters"):
            document.set_block(key, {"width": chance.randint(1, 9)})

    def remove_block() -> None:
        with document.edit("Remove"):
            document.remove_block(key)

    def frame() -> None:
        made = frames.add(document, key, None, at)
        frames.retitle(document, key, made, chance.choice(["Encoder", "", "é \u2192"]))

    def bend() -> None:
        wires = sorted(graph.wires())
        bends.add(document, key, chance.choice(wires), at, chance.randint(0, 2))

    def move_all() -> None:
        keys = tuple(each.key for each in graph.frames)
        picked.move(document, key, Picked(tuple(some), frames=keys[:1]), at)

    actions = [
        *(frame, bend, move_all, lambda: document.travel(chance.randint(-4, 4))),
        lambda: picked.toggle_collapsed(document, key, tuple(some)),
        lambda: nodes.move(document, key, dict.fromkeys(some, at)),
        lambda: nodes.delete(document, key, some, heal=chance.random() < 0.5),
        lambda: nodes.duplicate(document, key, some),
        lambda: blocks.add(document, key, chance.choice(["ReLU", "Linear", "LSTM", "Add", "Concat"]), at),
        lambda: blocks.group(document, key, some, free_name("Unit", document.definitions)),
        lambda: blocks.unpack(document, key, some),
        lambda: blocks.toggle_frozen(document, key, some),
        lambda: blocks.add(document, key, blocks.entry(chance.choice([*document.definitions, ""])), at),
        lambda: fragments.paste(document, key, fragments.copy(document, key, some), at),
        lambda: rename_block(document, key, free_name("Part", document.definitions)),
        *(set_parameters, rename, rename, share, wire, settings, parameters, remove_block),
        *(document.undo, document.undo, document.undo, document.redo, document.redo),
    ]
    try:
        chance.choice(actions)()
    except (LayerloomError, KeyError, ValueError, IndexError):  # some need a node, and here is none
        return


@pytest.mark.parametrize("seed", range(12))
def test_a_journal_leads_to_what_was_drawn(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    document = load(chance.choice([path for path in EXAMPLES if path.stat().st_size < 8_000]))
    kept = Kept(document, tmp_path)
    for _ in range(60):
        do_something(document, chance)
        if chance.random() < 0.3:
            assert dumps(kept.read().document()) == _written(document)
    assert len(document.history) + len(document.future) >= 8
    while document.undo():
        pass
    assert dumps(kept.read().document()) == _written(document)
    while document.redo():
        pass
    assert dumps(kept.read().document()) == _written(document)


def _written(document: Document) -> str:
    """The document's text as a file gives it back: what no encoding takes is a question mark there."""
    return dumps(loads(dumps(document).encode(errors="replace")))


def test_a_file_as_it_was_written_by_hand_can_be_the_beginning(tmp_path: Path) -> None:
    text = '\ufeff{"layerloom": 1, "nodes": [{"name": "y", "layer": "ReLU", "inputs": {"x": "x"}}, {"name": "x",\n'
    text += '"layer": "Input", "parameters": {"shape": [4]}}], "training": {"optimizer": "SGD", "learning_rate": 0.5}}'
    document = loads(text)
    kept = Kept(document, tmp_path, text)
    with document.edit("Settings"):
        document.set_training(epochs=3)
    assert dumps(kept.read().document()) == dumps(document)
    with document.edit("Move"):
        document.model.move({"x": (5, 5)})
    assert dumps(kept.read().document()) == dumps(document)


def test_steps_are_counted_as_a_user_does(tmp_path: Path) -> None:
    document = small()
    kept = Kept(document, tmp_path)
    assert kept.read().steps == 0
    for place in range(3):
        with document.edit("Move"):
            document.model.move({"x": (place + 1.0, 0)})
    for letter in range(5):
        with document.edit("Type", merge="notes"):
            document.set_setting("notes", "notes"[: letter + 1])
    assert kept.read().steps == 4
    document.undo()
    assert kept.read().steps == 5
    assert kept.read().document().notes == ""


def test_what_is_recovered_is_modified_and_has_the_name_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "j.journal"
    path.write_bytes(head(dumps(small()), path="folder/net.loom", known="abc", steps=7))
    found = read_journal(path)
    assert (found.name, found.path, found.known, found.steps) == ("net.loom", Path("folder/net.loom"), "abc", 7)
    assert found.document().modified
    path.write_bytes(head(dumps(small())))
    assert read_journal(path).name == "Small"


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_last_line_that_was_cut_off_counts_as_not_there(tmp_path: Path, cut: int) -> None:
    document = small()
    kept = Kept(document, tmp_path)
    for place in (1.0, 2.0):
        with document.edit("Move"):
            document.model.move({"x": (place, 0)})
    *lines, last = kept.lines
    found = kept.read([*lines, last[:-cut]])
    assert found.whole
    assert found.steps == 1
    assert found.document().model.node("x").x == 1.0


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b"{}\n",
        b"[]\n",
        b'{"depth": "1"}\n',
        b'{"depth": 1, "nodes": {"": []}}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\n",
    ],
)
def test_a_damaged_line_ends_the_journal_and_is_told(tmp_path: Path, line: bytes) -> None:
    document = small()
    kept = Kept(document, tmp_path)
    for place in (1.0, 2.0):
        with document.edit("Move"):
            document.model.move({"x": (place, 0)})
    found = kept.read([*kept.lines[:2], line, *kept.lines[2:]])
    assert not found.whole
    assert found.document().model.node("x").x == 1.0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n",
        b"null\n",
        b"[" * 100_000,
        b'{"journal": 1, "base": "[]"}\n',
        b'{"journal": 1, "base": "{\\"nodes\\": [1]}"}\n',
        b'{"journal": 1, "base": "{\\"blocks\\": 1}"}\n',
        b'{"journal": 9, "base": "{}"}\n',
    ],
)
def test_a_journal_damaged_from_its_beginning_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j.journal"
    path.write_bytes(content)
    with pytest.raises(FileError, match="unsaved work in .* is (damaged from its beginning|of another version)"):
        read_journal(path)


def test_rows_are_checked_as_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "j.journal"
    rows = {"depth": 1, "nodes": {"": {"x": {"name": "x; import os", "layer": "ReLU"}}}}
    path.write_bytes(head(dumps(small())) + json.dumps(rows).encode() + b"\n")
    with pytest.raises(FileError):
        read_journal(path).document()


def test_random_damage_is_a_sentence_or_a_document(tmp_path: Path) -> None:
    document = load(EXAMPLES[0])
    kept = Kept(document, tmp_path)
    chance = random.Random(7)
    for _ in range(10):
        do_something(document, chance)
    whole = b"".join(kept.lines)
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        kept.path.write_bytes(bytes(broken[: chance.randint(1, len(broken))]))
        try:
            read_journal(kept.path).document()
        except FileError as error:
            assert str(error)


@pytest.mark.slow
def test_a_line_costs_what_the_edit_touched_and_not_what_is_drawn(tmp_path: Path) -> None:
    document = Document()
    with document.edit("Draw"):
        for index in range(10_000):
            document.model.add("ReLU", name=f"n{index}")
            if index:
                document.model.connect(f"n{index - 1}", f"n{index}")
    lines: list[bytes] = []
    seconds = 0.0

    def keep(changes: object) -> None:
        nonlocal seconds
        began = perf_counter()
        lines.append(entry(document, known(changes)))
        seconds += perf_counter() - began

    document.subscribe(keep)
    for index in range(50):
        nodes.move(document, "", {f"n{index}": (7.0, 7.0)})
    assert len(lines) == 50
    assert max(map(len, lines)) < 200
    assert seconds < 0.1
