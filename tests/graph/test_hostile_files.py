"""Whatever a file holds: one clear sentence, or a document; never anything else, and never slowly."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, strategies as st

from graph.document import Document
from graph.errors import FileError
from graph.storage.loom import MAX_BLOCKS, MAX_BYTES, MAX_NODES, dumps, load, loads
from tests.support.typed import known

SAMPLE = (Path(__file__).parent.parent.parent / "examples" / "mlp.loom").read_bytes()


def refusal(text: str | bytes) -> str:
    with pytest.raises(FileError) as caught:
        loads(text)
    sentence = str(caught.value)
    assert sentence.endswith((".", "?"))
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


def holding(*nodes: dict[str, Any], **head: Any) -> str:
    return json.dumps({"layerloom": 1, **head, "nodes": list(nodes)})


def test_a_file_cut_off_anywhere_is_refused() -> None:
    whole = len(SAMPLE.rstrip())
    for end in range(whole):
        refusal(SAMPLE[:end])
    assert dumps(loads(SAMPLE[:whole])).encode() == SAMPLE


@given(place=st.integers(0, len(SAMPLE) - 1), byte=st.integers(0, 255))
def test_a_file_with_a_wrong_byte_is_a_document_or_a_sentence(place: int, byte: int) -> None:
    damaged = bytearray(SAMPLE)
    damaged[place] = byte
    try:
        document = loads(bytes(damaged))
    except FileError as error:
        assert str(error).endswith((".", "?"))
    else:
        assert dumps(loads(dumps(document))) == dumps(document)


@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(content: bytes) -> None:
    refusal(content)


RELU: dict[str, Any] = {"name": "relu", "layer": "ReLU"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is not valid JSON"),
        ("null", "object"),
        ("[]", "object"),
        ("{}", 'it is not a Layerloom drawing: the entry "layerloom" with the version is missing'),
        ('{"nodes": []}', "is not a Layerloom drawing"),
        ('{"layerloom": 3, "new": 1}', "it has version 3, this Layerloom reads up to 2; install a newer one"),
        ('{"layerloom": 0}', "it has version 0"),
        ('{"layerloom": "1"}', "layerloom"),
        ('{"layerloom": true}', "layerloom"),
        ('{"layerloom": 1, "colour": 1}', "colour"),
        (holding(name=5), "name"),
        (holding(training=[]), "training"),
        (holding(training={"epochs": -1}), "epochs must be an integer"),
        (holding(training={"speed": 1}), "no parameter 'speed'"),
        (json.dumps({"layerloom": 1, "nodes": {}}), "nodes"),
        (holding(known(5)), "nodes[0]"),
        (holding({"name": "a"}), "layer"),
        (holding({"layer": "ReLU"}), "name"),
        (holding({**RELU, "name": 7}), "name"),
        (holding({**RELU, "layer": 7}), "layer"),
        (holding({**RELU, "colour": 7}), "colour"),
        (holding({**RELU, "at": [1]}), "at"),
        (holding({**RELU, "at": "left"}), "nodes[0].at: expected array, got str."),
        (holding({**RELU, "at": [1e8, 0]}), "nodes[0]: A node cannot stand at (100000000.0, 0.0)"),
        (holding({**RELU, "parameters": 7}), "parameters"),
        (holding({**RELU, "parameters": {"slope": 1}}), "nodes[0]: ReLU 'relu' has no parameter 'slope'"),
        (holding({**RELU, "layer": "Teleport"}), "nodes[0]: There is no layer 'Teleport'"),
        (holding({**RELU, "layer": "relu"}), "did you mean ReLU?"),
        (holding({**RELU, "layer": "_Conv"}), "There is no layer '_Conv'"),
        (holding({**RELU, "layer": "Layer"}), "There is no layer 'Layer'"),
        (holding(RELU, RELU), "nodes[1]: there is already a node 'relu'"),
        (holding({**RELU, "inputs": {"x": "ghost"}}), "nodes[0].inputs.x: There is no node 'ghost'"),
        (holding({**RELU, "inputs": {"x": ""}}), "There is no node ''"),
        (holding({**RELU, "inputs": {"y": "relu"}}), "nodes[0]: 'relu' leads back to itself"),
        (holding({**RELU, "inputs": {"x": 5}}), "inputs"),
        (holding(RELU, {"name": "b", "layer": "ReLU", "inputs": {"y": "relu"}}), "'b' has no input 'y'"),
        (holding(RELU, {"name": "b", "layer": "ReLU", "inputs": {"x": "relu.y"}}), "'relu' has no output 'y'"),
        (holding({"name": "fc", "layer": "Linear", "parameters": {"out_features": 1e400}}), "JSON"),
        (holding({"name": "i", "layer": "Input", "parameters": {"shape": ["__import__('os')"]}}), "a function call"),
        (holding({"name": "i", "layer": "Input", "parameters": {"shape": ["N"]}}), "N is the batch size"),
        (holding({"name": "i", "layer": "Input", "parameters": {"shape": [1] * 9}}), "shape must be"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    assert said in refusal(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_places_that_are_no_numbers(number: str) -> None:
    text = holding({**RELU, "at": [0, 0]}).replace("[0, 0]", f"[{number}, 0]")
    refusal(text)


@pytest.mark.parametrize(
    "name", ["x; import os", "__init__", "forward", "class", "a.b", "", "ü", "x" * 100, "x" * 10**6, "a\nb", "\0"]
)
def test_names_that_could_do_harm(name: str) -> None:
    assert "cannot name a node" in refusal(holding({**RELU, "name": name}))


def test_cycles_are_named() -> None:
    a = {"name": "a", "layer": "ReLU", "inputs": {"x": "c"}}
    b = {"name": "b", "layer": "ReLU", "inputs": {"x": "a"}}
    c = {"name": "c", "layer": "ReLU", "inputs": {"x": "b"}}
    assert "leads back to itself, and a model has no cycles" in refusal(holding(a, b, c))


@pytest.mark.parametrize(
    "opening", ["[", '{"layerloom": 1, "nodes": [', '{"a":', '{"layerloom": 1, "training": {"a": [']
)
def test_nesting_without_end(opening: str) -> None:
    refusal(opening * 100_000)
    refusal('{"layerloom": 1, "training": {"data": ' + "[" * 500 + "]" * 500 + "}}")


def test_a_parameter_nested_just_below_the_limit_of_the_reader() -> None:
    for depth in (50, 300, 900, 990, 2000):
        deep = "[" * depth + "]" * depth
        refusal(holding({"name": "c", "layer": "Conv2d", "parameters": {"kernel_size": "@"}}).replace('"@"', deep))


def test_a_number_of_many_digits() -> None:
    digits = "9" * 100_000
    refusal(holding({"name": "fc", "layer": "Linear", "parameters": {"out_features": "@"}}).replace('"@"', digits))


def test_bytes_that_are_no_text() -> None:
    refusal(SAMPLE.replace(b"MLP", b"\xff\xfe"))
    refusal(SAMPLE.decode().encode("utf-16"))
    refusal(holding({**RELU, "name": "\ud800"}))


@pytest.mark.slow
def test_too_many_nodes() -> None:
    nodes = [{"name": f"r{index}", "layer": "ReLU"} for index in range(MAX_NODES + 1)]
    assert f"at most {MAX_NODES}" in refusal(holding(*nodes))


def test_too_many_blocks() -> None:
    blocks: Any = {f"B{index}": {"nodes": []} for index in range(MAX_BLOCKS + 1)}
    assert f"at most {MAX_BLOCKS}" in refusal(holding(blocks=blocks))


def test_a_large_drawing_written_backwards_opens_as_fast_as_forwards() -> None:
    nodes = [{"name": f"r{index}", "layer": "ReLU", "inputs": {"x": f"r{index - 1}"}} for index in range(1, 3000)]
    nodes.insert(0, {"name": "r0", "layer": "ReLU"})

    def seconds(rows: list[dict[str, Any]]) -> float:
        start = process_time()
        loads(holding(*rows))
        return process_time() - start

    assert seconds(nodes[::-1]) < 10 * seconds(nodes) + 1


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.loom"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FileError, match="larger than 64 MiB; that is not a drawing"):
        load(path)


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        load(tmp_path / "missing.loom")
    with pytest.raises(FileError, match="it is not a file"):
        load(tmp_path)
    os.mkfifo(tmp_path / "pipe.loom")
    with pytest.raises(FileError, match="it is not a file"):
        load(tmp_path / "pipe.loom")


def test_errors_begin_with_the_path(tmp_path: Path) -> None:
    path = tmp_path / "bad.loom"
    path.write_text("{")
    with pytest.raises(FileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path} cannot be opened: it is not valid JSON")


def test_a_refused_file_leaves_the_open_document_alone(tmp_path: Path) -> None:
    document = loads(SAMPLE)
    with document.edit("Move"):
        document.model.move({next(iter(document.model.nodes)): (7, 7)})
    text, history = dumps(document), document.history
    refusal(SAMPLE[:-40])
    assert (dumps(document), document.history) == (text, history)


def test_opening_runs_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = tmp_path / "witness"
    code = f"__import__('pathlib').Path({str(witness)!r}).touch()"
    for text in (
        holding({**RELU, "name": code}),
        holding({**RELU, "layer": code}),
        holding({**RELU, "inputs": {"x": code}}),
        holding({"name": "i", "layer": "Input", "parameters": {"shape": [code]}}),
        holding(training={"data": 5, code: 1}),
    ):
        refusal(text)
    document = loads(holding(name=code, notes=code, training={"data": code}))
    assert isinstance(document, Document)
    assert not witness.exists()
