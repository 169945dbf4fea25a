"""A file that another program changed is not replaced unseen, and the difference is shown whatever it is."""

from __future__ import annotations

import random
from pathlib import Path
from time import perf_counter

import pytest

from graph.document import Document
from graph.storage import changed
from graph.storage.atomic import write_atomically
from graph.storage.changed import ChangedFileError, difference
from graph.storage.loom import dumps, load, read, save


def document(count: int) -> Document:
    made = Document("Saved")
    with made.edit("Draw"):
        for index in range(count):
            made.model.add("ReLU", name=f"relu{index}", at=(index, 0))
    return made


def test_a_file_as_it_was_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    known = save(document(1), path)
    assert known == read(path)
    assert save(document(2), path, known) == read(path)
    assert len(load(path).model.nodes) == 2


def test_a_file_that_was_changed_is_left_and_the_document_stays_unsaved(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    known = save(document(1), path)
    path.write_text("by a colleague")
    ours = document(2)
    with pytest.raises(ChangedFileError, match="was changed by another program or window since") as caught:
        save(ours, path, known)
    assert caught.value.content == b"by a colleague" == path.read_bytes()
    assert ours.modified
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.loom"]


def test_a_change_between_the_question_and_the_answer_is_asked_about_again(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    known = save(document(1), path)
    path.write_text("one")
    with pytest.raises(ChangedFileError) as caught:
        save(document(2), path, known)
    path.write_text("two")
    with pytest.raises(ChangedFileError):
        save(document(2), path, caught.value.content)
    assert path.read_text() == "two"
    save(document(2), path, b"two")
    assert len(load(path).model.nodes) == 2


def test_the_comparison_is_the_last_thing_before_the_file_is_replaced(tmp_path: Path) -> None:
    """Another program that writes while ours is busy writing is seen as well."""
    path = tmp_path / "net.loom"
    known = save(document(1), path)
    order: list[str] = []

    def look(place: Path) -> None:
        order.append(f"{len(list(tmp_path.iterdir()))} files")
        place.write_text("in the last moment")
        changed.refuse_changed(place, known, b"new")

    with pytest.raises(ChangedFileError):
        write_atomically(path, b"new", look)
    assert order == ["2 files"]
    assert path.read_text() == "in the last moment"
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.loom"]


def test_a_file_that_is_gone_or_already_as_it_shall_be_is_no_conflict(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    known = save(document(1), path)
    path.unlink()
    save(document(2), path, known)
    save(document(3), path)
    save(document(3), path, known)
    assert len(load(path).model.nodes) == 3


def test_the_difference_names_the_lines_of_either_side() -> None:
    theirs, ours = document(9), document(9)
    with theirs.edit("Note"):
        theirs.set_setting("notes", "by a colleague")
    with ours.edit("Move"):
        ours.model.move({"relu5": (5, 70)})
    lines = difference(dumps(theirs).encode(), dumps(ours).encode())
    assert '- "notes": "by a colleague",' in lines
    assert '-  {"name": "relu5", "layer": "ReLU", "at": [5, 0]},' in lines
    assert '+  {"name": "relu5", "layer": "ReLU", "at": [5, 70]},' in lines
    assert sum(line[0] in "+-" for line in lines) == 3


def test_equal_texts_have_no_difference_and_unequal_ends_of_lines_are_named() -> None:
    assert difference(b"a\nb\n", b"a\nb\n") == []
    assert difference(b"a\r\nb", b"a\nb") == ["The lines are equal; only their ends, or what is not text, differ."]


def applied(before: list[str], lines: list[str]) -> list[str]:
    """What a unified diff makes of a text."""
    out: list[str] = []
    at = 0
    for line in lines:
        if line.startswith("@@"):
            start = int(line.split()[1][1:].split(",")[0]) - 1
            out, at = out + before[at:start], start
        elif line[0] == "+":
            out.append(line[1:])
        else:
            assert before[at] == line[1:]
            out += [line[1:]] if line[0] == " " else []
            at += 1
    return out + before[at:]


def test_a_difference_applied_to_the_one_text_gives_the_other() -> None:
    for seed in range(2000):
        chance = random.Random(seed)
        letters = "abcdefghijklmnopqrstuvwxyz"[: chance.choice([2, 6, 26])]
        before = [chance.choice(letters) for _ in range(chance.randrange(14))]
        after = list(before)
        for _ in range(chance.randrange(6)):
            if after and chance.random() < 0.5:
                del after[chance.randrange(len(after))]
            else:
                after.insert(chance.randrange(len(after) + 1), chance.choice(letters))
        lines = difference("\n".join(before).encode(), "\n".join(after).encode())
        assert applied(before, lines) == after


@pytest.mark.parametrize("how", ["every third moved", "shuffled", "two words"])
def test_large_files_are_compared_at_once(how: str) -> None:
    rows = [f'  {{"name": "n{index}", "layer": "ReLU", "at": [{index}, 0]}},' for index in range(20_000)]
    others = list(rows)
    if how == "shuffled":
        random.Random(1).shuffle(others)
    elif how == "two words":
        rows, others = (random.Random(seed).choices("ab", k=20_000) for seed in (1, 2))
    else:
        others = [row.replace(", 0]", ", 1]") if place % 3 == 0 else row for place, row in enumerate(rows)]
    began = perf_counter()
    lines = difference("\n".join(rows).encode(), "\n".join(others).encode())
    assert perf_counter() - began < 3
    assert lines[-1].startswith("… and ")


def test_a_line_as_long_as_a_file_is_cut() -> None:
    first, second, third = difference(b"x" * 10**6, b"y" * 10**6)
    assert second == "-" + "x" * 399 + " … (1,000,001 characters)"
    assert (first[:2], third[:2]) == ("@@", "+y")
