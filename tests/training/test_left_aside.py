"""What of the data is not used is said, with how much there is of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from graph.recipe.sources import (
    ImageFolder,
    MaskFolder,
    NpyFiles,
    Source,
    TableFile,
    TaggedText,
    TextFolder,
    TextPairs,
    TextTable,
)
from training.data.dataset import Reading
from training.data.sources import load_data
from training.errors import DataError


def told(source: Source) -> list[str]:
    notices: list[str] = []
    load_data(source, reading=Reading(tell=notices.append))
    return notices


def written(path: Path, text: str | bytes = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def pictured(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (2, 2)).save(path)
    return path


def test_files_of_other_kinds_are_counted(tmp_path: Path) -> None:
    texts, masks, arrays, tags = (tmp_path / name for name in ("texts", "masks", "arrays", "tags"))
    written(texts / "a" / "1.txt", "one")
    written(texts / "b" / "1.txt", "two")
    for folder in ("images", "masks"):
        pictured(masks / folder / "1.png")
    written(tags / "train.conll", "a X\n")
    arrays.mkdir()
    np.save(arrays / "x.npy", np.zeros(3))
    for place in (texts / "a", masks / "masks", arrays, tags):
        written(place / "notes.md")
    for kind, place in ((TextFolder, texts), (MaskFolder, masks), (NpyFiles, arrays), (TaggedText, tags)):
        assert f"{place.name}: 1 file of other kinds not used." in told(kind(path=str(place)))
        next(place.rglob("notes.md")).unlink()
        assert not any("not used" in text for text in told(kind(path=str(place))))


def test_pictures_and_columns_that_a_table_of_labels_leaves_aside_are_said(tmp_path: Path) -> None:
    for name in "abc":
        pictured(tmp_path / "p" / f"{name}.png")
    written(tmp_path / "p" / "labels.csv", "file,label,camera\na.png,x,1\nb.png,y,2\n")
    notices = told(ImageFolder(path=str(tmp_path / "p"), labels="labels.csv"))
    assert notices[:2] == ["labels.csv: 'camera' not used.", "p: 1 file that labels.csv does not name left out."]


def test_columns_of_a_table_of_texts_that_are_not_read_are_said(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "text,label,id,split\na b,x,1,train\nb c,y,2,test\n")
    assert "t.csv: 'id', 'split' not used." in told(TextTable(path=str(path)))
    advice = "t.csv: 'split' says which rows train, validate and test; the option part heeds it."
    assert advice in told(TextTable(path=str(path)))
    assert not any("'split'" in text for text in told(TextTable(path=str(path), part="split")))


def test_a_feature_that_names_the_parts_is_doubted(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "a,set,y\n1,train,0\n2,test,1\n3,train,0\n")
    advice = "t.csv: 'set' says which rows train, validate and test, but is learned from; name it in the option part."
    assert advice in told(TableFile(path=str(path)))
    assert advice not in told(TableFile(path=str(path), part="set"))


def test_what_stands_behind_a_second_tab_is_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "p.tsv", "one\teins\tTatoeba 1\ntwo\tzwei\n")
    assert "p.tsv: what stands behind a second tab is not used, in 1 line." in told(TextPairs(path=str(path)))


def test_an_array_of_a_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    np.save(tmp_path / "x_train.npy", np.zeros(3))
    np.save(tmp_path / "train" / "x.npy", np.ones(3))
    with pytest.raises(DataError, match=r"has both x_train.npy and train/x.npy; keep one of them"):
        told(NpyFiles(path=str(tmp_path)))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04rest", "is a spreadsheet or a zip file; save it as CSV, or unpack it."),
        (b"\x1f\x8b\x08rest", "is compressed by gzip; unpack it."),
        (b"\xd0\xcf\x11\xe0rest", "is an old spreadsheet; save it as CSV."),
    ],
)
def test_what_is_not_text_is_called_by_its_name(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(DataError) as caught:
        told(TableFile(path=str(written(tmp_path / "t.csv", content))))
    assert str(caught.value) == f"{tmp_path / 't.csv'} {what}"
