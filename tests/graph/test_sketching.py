"""Frames, bends and collapsed nodes: kept with the drawing, and nothing to the model."""

from __future__ import annotations

import pytest

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.edits import blocks, fragments, nodes, picked
from graph.edits.picked import Picked
from graph.edits.sketching import bends, frames
from graph.errors import DocumentError, FileError
from graph.records import Wire
from graph.storage.loom import dumps, loads

WIRE = Wire("fc", "out", "act", "x")


def drawn() -> Document:
    document = Document("Sketched")
    with document.edit("Draw"):
        add = document.model.add
        add("Input", {"shape": [4]}, name="x")
        add("Linear", {"out_features": 3}, name="fc", at=(200, 0))
        add("ReLU", name="act", at=(400, 0))
        add("Output", name="y", at=(900, 0))
        for source, target in (("x", "fc"), ("fc", "act"), ("act", "y")):
            document.model.connect(source, target)
    document.forget_history()
    return document


def sketched() -> Document:
    """A frame around fc and act, two dots on the wire between them, and act collapsed."""
    document = drawn()
    frames.add(document, "", (100, -60, 500, 60), (0, 0))
    frames.retitle(document, "", 1, "Encoder \u2192 code")
    frames.tint(document, "", [1], "teal")
    bends.add(document, "", WIRE, (300, 50), 0)
    bends.add(document, "", WIRE, (350.5, 50), 1)
    picked.toggle_collapsed(document, "", ("act",))
    return document


def test_they_are_kept_in_the_file_and_change_no_code() -> None:
    document, plain = sketched(), drawn()
    text = dumps(document)
    assert (
        '"frames": [\n  {"title": "Encoder \u2192 code", "at": [76, -124], "size": [448, 208], "tint": "teal"}\n ]'
        in text
    )
    assert '"collapsed": true, "bends": {"x": [[300, 50], [350.5, 50]]}' in text
    opened = loads(text)
    assert dumps(opened) == text
    assert opened.model.bends(WIRE) == ((300, 50), (350.5, 50))
    assert compile_source(document).text == compile_source(plain).text
    assert opened.types() == plain.types()


def test_each_is_one_step_and_undo_takes_all_of_it_back() -> None:
    document = sketched()
    assert document.history == [
        *("Add a frame", "Title Encoder \u2192 code", "Colour teal", "Add a dot", "Add a dot", "Collapse act"),
    ]
    drawn_text, text = dumps(drawn()), dumps(document)
    assert document.travel(6)
    assert dumps(document) == drawn_text
    assert document.travel(-99)
    assert dumps(document) == text
    assert not document.travel(-1)


def test_a_frame_takes_along_what_it_holds_and_goes_alone() -> None:
    document = sketched()
    picked.move(document, "", Picked(frames=(1,)), (10, 100))
    assert document.history[-1] == "Move 2 nodes"
    assert [(node.x, node.y) for node in document.model.nodes.values()] == [(0, 0), (210, 100), (410, 100), (900, 0)]
    assert document.model.bends(WIRE) == ((310, 150), (360.5, 150))
    assert (document.model.frames[0].x, document.model.frames[0].y) == (86, -24)
    picked.delete(document, "", Picked(frames=(1,)), heal=True)
    assert not document.model.frames
    assert len(document.model.nodes) == 4
    document.undo()
    assert document.model.frames[0].title == "Encoder \u2192 code"


def test_dots_stay_where_one_end_moves_and_go_with_their_wire() -> None:
    document = sketched()
    nodes.move(document, "", {"act": (400, 80)})
    assert document.model.bends(WIRE) == ((300, 50), (350.5, 50))
    picked.delete(document, "", Picked(dots=(bends.Dot(WIRE, 0),)), heal=True)
    assert document.model.bends(WIRE) == ((350.5, 50),)
    nodes.disconnect(document, "", [WIRE])
    nodes.connect(document, "", WIRE, None)
    assert document.model.bends(WIRE) == ()
    document.undo()
    document.undo()
    assert document.model.bends(WIRE) == ((350.5, 50),)


def test_copies_have_dots_of_their_own_and_a_frame_that_was_copied_along() -> None:
    document = sketched()
    held, inner = frames.held(document.model, [1])
    text = fragments.copy(document, "", held, inner)
    copies = fragments.paste(document, "", text, (300, 500))
    assert copies == ["fc1", "act1"]
    assert document.model.node("act1").collapsed
    assert document.model.bends(Wire("fc1", "out", "act1", "x")) == ((300, 550), (350.5, 550))
    assert [(frame.key, frame.title, frame.y) for frame in document.model.frames][1] == (2, "Encoder \u2192 code", 376)
    alone = fragments.paste(document, "", fragments.copy(document, "", [], [1]), (0, 900))
    assert alone == []
    assert document.history[-1] == "Paste a frame"
    assert len(document.model.frames) == 3


def test_grouping_and_unpacking_keep_them() -> None:
    document = sketched()
    before = dumps(document)
    block = blocks.group(document, "", ["fc", "act"], "Encoder")
    inside = document.graphs["Encoder"]
    assert not document.model.frames
    assert inside.frames[0].tint == "teal"
    assert inside.bends(WIRE) == ((300, 50), (350.5, 50))
    assert inside.node("act").collapsed
    assert loads(dumps(document)).graphs["Encoder"].frames == inside.frames
    blocks.unpack(document, "", [block])
    assert dumps(document) == before


def test_a_layout_draws_frames_anew_around_what_they_held_and_wires_without_dots() -> None:
    document = sketched()
    with document.edit("Scatter"):
        document.model.move({"fc": (130, 40), "act": (460, -30)})
    blocks.lay_out(document, "", [], dict.fromkeys(document.model.nodes, (180.0, 60.0)))
    assert frames.held(document.model, [1])[0] == ["fc", "act"]
    assert document.model.bends(WIRE) == ()
    frame, fc, act = document.model.frames[0], document.model.node("fc"), document.model.node("act")
    assert (frame.x, frame.x + frame.width) == (fc.x - 90 - frames.PAD, act.x + 90 + frames.PAD)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ('{"size": [0, 5]}', "a frame cannot be 0 wide and 5 high"),
        ('{"title": "a\\nb", "size": [5, 5]}', "one line of at most 120 characters"),
        ('{"title": "%s", "size": [5, 5]}' % ("a" * 121), "one line of at most 120 characters"),
        ('{"at": [1e9, 0], "size": [5, 5]}', "coordinates go to"),
        ('{"tint": "pink"}', "frames[0].tint"),
        ('{"at": [0]}', "frames[0].at"),
        (", ".join(['{"size": [5, 5]}'] * 1001), "1,001 frames; at most 1,000"),
    ],
)
def test_a_file_with_a_wrong_frame_is_refused_in_one_sentence(frame: str, sentence: str) -> None:
    with pytest.raises(FileError) as refusal:
        loads(f'{{"layerloom": 2, "frames": [{frame}], "nodes": []}}')
    assert sentence.lower() in str(refusal.value).lower()


def test_a_dot_outside_of_the_world_is_refused() -> None:
    document = drawn()
    with pytest.raises(DocumentError, match="coordinates go to"):
        bends.add(document, "", WIRE, (1e8, 0), 0)
    assert not document.history
