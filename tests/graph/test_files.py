"""Files hold exactly the drawing, in one form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.document import Document
from graph.storage.loom import dumps, load, loads, save

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.loom"))


def skip_connection() -> Document:
    document = Document("Ünïcode – net")
    with document.edit("Draw"):
        model = document.model
        document.set_setting("notes", 'Zeile 1\nZeile 2: "quoted" \\ \u2028 \U0001f9f5')
        document.set_training(epochs=3, learning_rate=0.1)
        model.add("Input", {"shape": [3, "16*h", "W"]}, name="image", at=(-12.5, 3))
        model.add("Conv2d", {"out_channels": 3, "kernel_size": [3, 5], "padding": [1, 2]}, name="conv", at=(100, 1e6))
        model.add("Add", name="add", at=(0.0004, -0.0004))
        model.add("BatchNorm2d", {"momentum": None, "eps": 1e-12}, name="bn")
        model.add("MaxPool2d", {"stride": 3, "ceil_mode": True}, name="pool", at=(1 / 3, 2 / 3))
        model.connect("image", "conv")
        model.connect("conv", "add", "x10")
        model.connect("image", "add", "x2")
        model.connect("add", "bn")
        model.connect("bn", "pool")
        model.alter("conv", frozen=True)
    return document


def test_the_text() -> None:
    assert dumps(skip_connection()).rstrip("\n").split("\n") == [
        "{",
        ' "layerloom": 2,',
        ' "name": "Ünïcode – net",',
        ' "notes": "Zeile 1\\nZeile 2: \\"quoted\\" \\\\ \u2028 🧵",',
        ' "training": {"epochs": 3, "optimizer": {"type": "Adam", "learning_rate": 0.1}},',
        ' "nodes": [',
        '  {"name": "image", "layer": "Input", "parameters": {"shape": [3, "16*h", "W"]}, "at": [-12.5, 3]},',
        '  {"name": "conv", "layer": "Conv2d", "parameters": {"out_channels": 3, "kernel_size": [3, 5], '
        '"padding": [1, 2]}, "inputs": {"x": "image"}, "at": [100, 1000000], "frozen": true},',
        '  {"name": "add", "layer": "Add", "inputs": {"x2": "image", "x10": "conv"}},',
        '  {"name": "bn", "layer": "BatchNorm2d", "parameters": {"eps": 1e-12, "momentum": null}, '
        '"inputs": {"x": "add"}},',
        '  {"name": "pool", "layer": "MaxPool2d", "parameters": {"stride": 3, "ceil_mode": true}, '
        '"inputs": {"x": "bn"}, "at": [0.333, 0.667]}',
        " ]",
        "}",
    ]


def test_text_and_drawing_are_the_same_thing() -> None:
    document = skip_connection()
    again = loads(dumps(document))
    assert dumps(again) == dumps(document)
    assert dict(again.model.nodes) == dict(document.model.nodes)
    assert set(again.model.wires()) == set(document.model.wires())
    assert (again.name, again.notes, again.training) == (document.name, document.notes, document.training)
    assert again.types() == document.types()


def test_a_file_is_json_with_a_line_for_each_node() -> None:
    text = dumps(skip_connection())
    rows = json.loads(text)["nodes"]
    assert [row["name"] for row in rows] == ["image", "conv", "add", "bn", "pool"]
    assert sum(line.startswith('  {"name"') for line in text.split("\n")) == len(rows)


def test_the_way_a_drawing_came_about_does_not_show() -> None:
    document = skip_connection()
    text = dumps(document)
    with document.edit("There and back"):
        model = document.model
        model.rename("conv", "zzz")
        model.remove(["bn"])
        model.add("BatchNorm2d", {"eps": 1e-12, "momentum": None}, name="bn")
        model.connect("bn", "pool")
        model.connect("add", "bn")
        model.rename("zzz", "conv")
    assert dumps(document) == text


def test_an_empty_document() -> None:
    assert dumps(Document()) == '{\n "layerloom": 2,\n "name": "Untitled",\n "nodes": []\n}\n'
    assert dumps(loads(dumps(Document()))) == dumps(Document())
    assert dumps(loads('{"layerloom": 1}')) == dumps(Document())


def test_an_empty_name_stays_empty() -> None:
    document = Document("")
    assert loads(dumps(document)).name == ""
    assert dumps(loads('{"layerloom": 1, "name": ""}')) == dumps(document)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    text = dumps(skip_connection())
    (tmp_path / "net.loom").write_text(text, encoding="utf-8-sig")
    assert dumps(load(tmp_path / "net.loom")) == text
    assert dumps(loads("\ufeff" + text)) == text


def test_an_opened_document_is_unmodified_and_has_no_history(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    document = skip_connection()
    save(document, path)
    assert not document.modified
    opened = load(path)
    assert not opened.modified
    assert opened.undo() is None
    assert path.read_bytes() == dumps(opened).encode()


def test_the_order_of_the_nodes_in_a_file_does_not_matter() -> None:
    content = json.loads(dumps(skip_connection()))
    content["nodes"].reverse()
    assert dumps(loads(json.dumps(content))) == dumps(skip_connection())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_in_the_one_form(path: Path) -> None:
    assert dumps(load(path)) == path.read_text(encoding="utf-8")


def test_a_text_that_utf8_cannot_hold_is_saved_all_the_same(tmp_path: Path) -> None:
    document = Document()
    with document.edit("Notes"):
        document.set_setting("notes", "half a character: \ud83e")
    save(document, tmp_path / "net.loom")
    assert load(tmp_path / "net.loom").notes == "half a character: ?"
