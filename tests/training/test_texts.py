"""Texts as tokens: cut, counted in the training texts, padded to one length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.recipe.sources import TextFolder, TextTable
from training.data.dataset import Dataset, Reading
from training.data.sources import load_data
from training.data.texts.tokens import ordered
from training.errors import DataError


def folder(path: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        file = path / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return path


def read(
    path: Path, notices: list[str] | None = None, validation: float = 0.0, learned: Any = None, **options: Any
) -> Dataset:
    kind = TextTable if path.suffix else TextFolder
    reading = Reading(validation, 0, learned, (notices if notices is not None else []).append)
    return load_data(kind(path=str(path), **options), reading=reading)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return str(caught.value)


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    return folder(tmp_path / "reviews", {"bad/1": "Bad, bad film!", "bad/2": "a bad end", "good/1": "a good film"})


def shown(data: Dataset, row: int) -> list[str]:
    names = data.learned.names["tokens"]
    return [names[number] for number in data.training["tokens"][row]]


def test_words_are_counted_and_padded(reviews: Path) -> None:
    data = read(reviews)
    assert data.learned.names == {
        "label": ["bad", "good"],
        "tokens": ["<pad>", "<unk>", "bad", "a", "film", "!", ",", "end", "good"],
    }
    assert shown(data, 0) == ["bad", ",", "bad", "film", "!"]
    assert shown(data, 1) == ["a", "bad", "end", "<pad>", "<pad>"]
    assert data.training["lengths"].tolist() == [5, 3, 3]
    assert data.training["label"].tolist() == [0, 0, 1]


def test_characters_are_tokens_where_asked(reviews: Path) -> None:
    data = read(reviews, unit="characters", lowercase=False)
    assert "".join(shown(data, 1)).removesuffix("<pad>" * 5) == "a bad end"
    assert "B" in data.learned.names["tokens"]


def test_the_vocabulary_is_that_of_the_training_texts(tmp_path: Path) -> None:
    texts = {"train/a/1": "known word", "train/b/1": "known thing", "val/a/1": "strange word", "test/b/1": "thing"}
    notices: list[str] = []
    data = read(folder(tmp_path / "t", texts), notices)
    assert data.learned.names["tokens"] == ["<pad>", "<unk>", "known", "thing", "word"]
    assert data.validation["tokens"].tolist() == [[1, 4]]
    assert data.test["tokens"].tolist() == [[3, 0]]
    assert "14.3% of the tokens are not in the vocabulary." in notices


def test_rare_tokens_and_the_ends_of_long_texts_are_left_out_and_said(reviews: Path) -> None:
    notices: list[str] = []
    data = read(reviews, notices, vocabulary=2, max_length=3)
    assert data.learned.names["tokens"] == ["<pad>", "<unk>", "bad", "a"]
    assert data.training["tokens"].tolist() == [[2, 1, 2], [3, 2, 1], [3, 1, 1]]
    assert "1 text of 3 cut off after 3 tokens." in notices


def test_other_texts_are_numbered_as_those_trained_on(reviews: Path, tmp_path: Path) -> None:
    learned = read(reviews).learned
    other = read(
        folder(tmp_path / "other", {"good/1": "a good new film with a long end", "good/2": "film"}), learned=learned
    )
    assert other.training["tokens"].tolist() == [[3, 8, 1, 4, 1], [4, 0, 0, 0, 0]]
    assert other.training["label"].tolist() == [1, 1]
    assert "class 'new' of" in refusal(folder(tmp_path / "third", {"new/1": "film"}), learned=learned)


def test_bad_texts_are_named_or_left_out(reviews: Path) -> None:
    (reviews / "bad" / "3.txt").write_bytes("M\u00fcll".encode("latin-1"))
    (reviews / "good" / "2.txt").write_text("  \n")
    assert "3.txt is not written in UTF-8: it holds the byte fc at 1; 1 other item cannot be used either." in refusal(
        reviews
    )
    notices: list[str] = []
    data = read(reviews, notices, bad_items="skip")
    assert len(data.training["tokens"]) == 3
    assert len(data.refused) == 2
    assert (
        "2 items of 5 left out: 3.txt is not written in UTF-8: it holds the byte fc at 1, 2.txt holds no text."
        in notices
    )


def test_a_table_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('label,text\n10,"one, two"\n9,two\n10,\n')
    assert "Row 3 of t.csv holds no text" in refusal(path)
    data = read(path, bad_items="skip")
    assert data.learned.names["label"] == ["9", "10"], "labels that are numbers are in the order of numbers"
    assert data.training["label"].tolist() == [1, 0]
    assert shown(data, 0) == ["one", ",", "two"]
    path.write_text("a,b\nx,y\n")
    assert "has no column called 'text'; it has 'a', 'b': name one in the option column." in refusal(path)
    assert read(path, column="a", target="b").training["lengths"].tolist() == [1]


def test_labels_of_one_number_in_several_spellings_stay_apart_in_one_order() -> None:
    assert ordered(["10", "2", "02", "002"]) == ["002", "02", "2", "10"]


def test_what_would_be_an_empty_cell_elsewhere_is_text_here(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text,label\n?,NA\nnone,yes\n")
    data = read(path)
    assert shown(data, 0) == ["?"]
    assert data.learned.names["label"] == ["NA", "yes"]


def test_a_column_of_a_table_of_texts_says_the_part(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text,label,split\none,a,train\ntwo,b,test\nthree,a,val\nfour,b,train\n")
    data = read(path, part="split", validation=0.5)
    assert [len(part["label"]) for part in (data.training, data.validation, data.test)] == [2, 1, 1]
    assert not data.held


def test_the_split_is_stratified(tmp_path: Path) -> None:
    data = read(folder(tmp_path / "t", {f"{name}/{n}": "x" for name in "ab" for n in range(10)}), validation=0.3)
    assert np.bincount(data.validation["label"]).tolist() == [3, 3]
