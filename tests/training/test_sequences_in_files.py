"""Arrays in .npy files, words with their tags, and pairs of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import layerloom
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.sources import NpyFiles, Source, TaggedText, TextPairs, read_text
from tests.support.training_drawings import classifier, train
from training.data.dataset import Dataset, Reading
from training.data.files.store import is_mapped
from training.data.held import take
from training.data.preview.guess import guess
from training.data.preview.preview import preview
from training.data.samples import load_samples
from training.data.sources import load_data
from training.errors import DataError
from training.protocol import EpochEnded, Finished, Words
from training.results.evaluate import evaluate

CONLL = """-DOCSTART- -X- O O

EU NNP B-ORG
rejects VBZ O
German JJ B-MISC

# NN O
1-2 CD O

Peter NNP B-PER
"""
UNIVERSAL = """# sent_id = 1
# text = They don't run.
1\tThey\tthey\tPRON\tPRP
2-3\tdon't\t_\t_\t_
2\tdo\tdo\tAUX\tVBP
3\tn't\tnot\tPART\tRB
3.1\truns\t_\tVERB\t_
4\trun\trun\tVERB\tVB

1\t#\t#\tSYM\tSYM
"""


def read(source: Source, notices: list[str] | None = None, validation: float = 0.0, learned: Any = None) -> Dataset:
    reading = Reading(validation, 0, learned, (notices if notices is not None else []).append)
    return load_data(source, reading=reading)


def refusal(source: Source) -> str:
    with pytest.raises(DataError) as caught:
        read(source)
    return str(caught.value)


def tagged(path: Path, text: str, **options: Any) -> TaggedText:
    path.write_text(text, encoding="utf-8")
    return TaggedText(path=str(path), **options)


def pairs(path: Path, text: str, **options: Any) -> TextPairs:
    path.write_text(text, encoding="utf-8")
    return TextPairs(path=str(path), **options)


def said(data: Dataset, field: str, names: str, row: int) -> list[str]:
    known = data.learned.names[names]
    return [known[number] if number >= 0 else "" for number in data.training[field][row]]


# Arrays


def test_every_file_is_a_field_and_names_its_part(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    arrays = {"image": (20, 1, 4, 4), "label": (20,), "image_test": (5, 1, 4, 4), "label_test": (5,)}
    for name, shape in arrays.items():
        np.save(tmp_path / f"{name}.npy", random.integers(0, 3, shape).astype(np.float32 if len(shape) > 1 else int))
    data = read(NpyFiles(path=str(tmp_path)))
    assert {name: array.shape for name, array in data.training.items()} == {"image": (20, 1, 4, 4), "label": (20,)}
    assert {name: array.shape for name, array in data.test.items()} == {"image": (5, 1, 4, 4), "label": (5,)}


def test_folders_name_parts_too(tmp_path: Path) -> None:
    for part, count in (("train", 6), ("val", 2)):
        (tmp_path / part).mkdir()
        np.save(tmp_path / part / "x.npy", np.full((count, 2), count, dtype=np.float32))
    data = read(NpyFiles(path=str(tmp_path)))
    assert (data.training["x"].shape, data.validation["x"].shape) == ((6, 2), (2, 2))
    assert data.validation["x"][0, 0] == 2


def test_large_arrays_stay_on_disk_and_train_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    np.save(tmp_path / "image.npy", random.random((40, 1, 8, 8), dtype=np.float32))
    np.save(tmp_path / "label.npy", random.integers(0, 10, 40))
    document = classifier(data=f"npy:{tmp_path}", epochs=2, batch_size=8)
    held = [event for event in train(document, tmp_path / "held") if isinstance(event, EpochEnded)]
    monkeypatch.setattr("training.data.formats.npy_files._HELD_BYTES", 1)
    assert is_mapped(read(NpyFiles(path=str(tmp_path))).training["image"])
    mapped = [event for event in train(document, tmp_path / "mapped") if isinstance(event, EpochEnded)]
    assert [(each.training, each.validation) for each in held] == [(each.training, each.validation) for each in mapped]


@pytest.mark.parametrize("order", ["<u2", ">u2", ">u4", ">f4"])
def test_bytes_of_either_order_are_the_same_numbers_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    pixels = np.arange(128).reshape(2, 1, 8, 8) * 500
    np.save(tmp_path / "image.npy", pixels.astype(order))
    np.save(tmp_path / "label.npy", np.array([3, 4], dtype=">i8"))
    monkeypatch.setattr("training.data.formats.npy_files._HELD_BYTES", 1)
    document = classifier(data=f"npy:{tmp_path}", validation=0.0)
    images, labels = load_samples(document, compile_source(document), f"npy:{tmp_path}", lambda _: None).training
    assert torch.equal(take(images, torch.arange(2)), torch.from_numpy(pixels).float() / 65535)
    assert take(labels, torch.arange(2)).tolist() == [3, 4]


def test_arrays_that_cannot_be_used_are_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    assert "holds Python objects, which are never loaded" in refusal(NpyFiles(path=str(tmp_path / "a.npy")))
    (tmp_path / "b.npy").write_bytes(b"\x93NUMPY\x01\x00")
    assert "is damaged, or not an .npy file" in refusal(NpyFiles(path=str(tmp_path / "b.npy")))
    np.save(tmp_path / "c.npy", np.float32(1))
    assert "is a single number" in refusal(NpyFiles(path=str(tmp_path / "c.npy")))
    (tmp_path / "empty").mkdir()
    assert "holds no .npy files" in refusal(NpyFiles(path=str(tmp_path / "empty")))
    np.save(tmp_path / "d.npy", np.zeros((4, 3)))
    whole = (tmp_path / "d.npy").read_bytes()
    (tmp_path / "d.npy").write_bytes(whole[:-8])
    assert "is damaged" in refusal(NpyFiles(path=str(tmp_path / "d.npy")))
    assert isinstance(read_text("some/x.npy"), NpyFiles)


# Tags


def test_words_and_tags_stand_beside_each_other(tmp_path: Path) -> None:
    notices: list[str] = []
    data = read(tagged(tmp_path / "a.conll", CONLL), notices)
    assert data.learned.names["tags"] == ["B-MISC", "B-ORG", "B-PER", "O"]
    assert said(data, "tokens", "tokens", 0) == ["eu", "rejects", "german"]
    assert said(data, "tags", "tags", 0) == ["B-ORG", "O", "B-MISC"]
    assert said(data, "tokens", "tokens", 1) == ["#", "1-2", "<pad>"]  # words here, whatever .conllu means by them
    assert data.training["tags"].tolist()[2] == [2, -100, -100]
    assert data.training["lengths"].tolist() == [3, 2, 1]
    assert notices[0].endswith("3 is O; -100 stands behind the last word and is left out of losses.")


def test_universal_dependencies_have_their_columns(tmp_path: Path) -> None:
    data = read(tagged(tmp_path / "a.conllu", UNIVERSAL.replace("1\t#\t#", "1\tsharp\tsharp")))
    assert said(data, "tokens", "tokens", 0) == ["they", "do", "n't", "run"]
    assert said(data, "tags", "tags", 0) == ["PRON", "AUX", "PART", "VERB"]
    other = read(tagged(tmp_path / "a.conllu", UNIVERSAL, tag_column=5, lowercase=False))
    assert said(other, "tags", "tags", 0) == ["PRP", "VBP", "RB", "VB"]
    assert said(other, "tokens", "tokens", 0)[0] == "They"


def test_files_name_the_parts(tmp_path: Path) -> None:
    tagged(tmp_path / "eng.train", "a X\nb Y\n")
    tagged(tmp_path / "eng.testa.txt", "a X\n")
    tagged(tmp_path / "en-dev.conll", "b Y\nc X\n")
    tagged(tmp_path / "en_test.conll", "d X\n")
    (tmp_path / "eng.testa.txt").unlink()
    data = read(TaggedText(path=str(tmp_path)), validation=0.5)
    assert [len(part["tags"]) for part in (data.training, data.validation, data.test)] == [1, 1, 1]
    assert data.validation["tokens"].tolist() == [[3, 1]]  # 'c' was not trained on
    with pytest.raises(DataError, match="holds the tag 'Z', which is not among those that were trained on"):
        read(tagged(tmp_path / "other.conll", "d Z\n"), learned=data.learned)


def test_bad_lines_are_named_or_left_out_with_their_sentence(tmp_path: Path) -> None:
    text = "a X\nb\n\nc Y\n"
    source = tagged(tmp_path / "a.conll", text)
    assert "has too few columns in line 2" in refusal(source)
    notices: list[str] = []
    data = read(tagged(tmp_path / "a.conll", text, bad_items="skip"), notices)
    assert len(data.training["tokens"]) == 1
    assert notices[0].startswith("1 item of 2 left out: The sentence before line 3 of a.conll has too few columns")
    assert "holds no sentences" in refusal(tagged(tmp_path / "b.conll", "\n\n"))
    (tmp_path / "c.conll").write_bytes(b"a X\n\xff Y\n")
    assert "is not written in UTF-8" in refusal(TaggedText(path=str(tmp_path / "c.conll")))


def test_long_sentences_are_cut_and_it_is_told(tmp_path: Path) -> None:
    notices: list[str] = []
    data = read(tagged(tmp_path / "a.conll", "a X\nb X\nc Y\n\nd X\n", max_length=2), notices)
    assert data.training["tags"].shape == (2, 2)
    assert "1 text of 2 cut off after 2 tokens." in notices


def test_a_tagger_learns_from_a_file(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    lines = []
    for _ in range(200):
        words = random.integers(0, 20, random.integers(2, 7))
        lines += [*(f"w{word} {'even' if word % 2 == 0 else 'odd'}" for word in words), ""]
    source = tagged(tmp_path / "a.conll", "\n".join(lines), test_share=0.2)
    d = layerloom.Drawing("Tagger", data=source, epochs=15, learning_rate=0.01, batch_size=16, validation=0.2)
    tokens = d.input("T", dtype="int64", name="tokens")
    scores = tokens.embedding(22, 8).linear(2)
    d.output(scores, name="tags_out")
    d.crossentropy(scores.permute([0, 2, 1]), d.target("T", name="tags"))
    train(d.finish(), tmp_path / "run")
    assert evaluate(tmp_path / "run")["accuracy"] == 1.0


# Pairs


def test_pairs_are_read_and_written(tmp_path: Path) -> None:
    notices: list[str] = []
    data = read(pairs(tmp_path / "a.tsv", "source\ttarget\nGo on!\tWeiter!\tCC-BY\nGo\tGeh jetzt\n"), notices)
    names = data.learned.names
    assert names["source"] == ["<pad>", "<unk>", "<start>", "<end>", "go", "!", "on"]
    assert said(data, "source", "source", 0) == ["go", "on", "!"]
    assert said(data, "target_in", "target", 0) == ["<start>", "weiter", "!", "<pad>"]
    assert said(data, "target_out", "target", 0) == ["weiter", "!", "<end>", ""]
    assert data.training["target_out"][0, 3] == -100
    assert data.training["lengths"].tolist() == [3, 1]
    assert any(text.startswith("The vocabulary of target has 8 tokens") for text in notices)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_what_separates_pages_and_paragraphs_ends_no_line(tmp_path: Path, ending: str) -> None:
    text = ending.join(["one\u2028two\tuno\x85dos", "three\tt\x0cres"]) + ending
    data = read(pairs(tmp_path / "p.tsv", text))
    assert [said(data, "source", "source", row)[:2] for row in range(2)] == [["one", "two"], ["three", "<pad>"]]


def test_lines_that_are_not_pairs_are_named(tmp_path: Path) -> None:
    assert "Line 2 of a.tsv has no tab" in refusal(pairs(tmp_path / "a.tsv", "a\tb\nc\n"))
    assert "Line 1 of a.tsv holds no text on one side" in refusal(pairs(tmp_path / "a.tsv", "a\t \nc\td\n"))
    data = read(pairs(tmp_path / "a.tsv", "a\tb\nc\n", bad_items="skip"))
    assert len(data.training["source"]) == 1


def test_what_was_learned_holds_for_other_files(tmp_path: Path) -> None:
    first = read(pairs(tmp_path / "a.tsv", "a b\tx\nb\ty\n"))
    other = read(pairs(tmp_path / "b.tsv", "b a c\ty z x\n"), learned=first.learned)
    assert said(other, "source", "source", 0) == ["b", "a"]
    assert said(other, "target_out", "target", 0) == ["y", "<unk>", "<end>"]


def test_a_text_that_says_the_special_tokens_has_none_of_its_own(tmp_path: Path) -> None:
    data = read(pairs(tmp_path / "a.tsv", "<end> a\t<start>\n", unit="words"))
    assert len(set(data.learned.names["source"])) == len(data.learned.names["source"])


# In the window


def test_files_are_known_by_their_names_and_shown_with_their_words(tmp_path: Path) -> None:
    source = tagged(tmp_path / "a.conll", CONLL)
    assert guess(str(tmp_path / "a.conll")) == source
    np.save(tmp_path / "x.npy", np.zeros((2, 2)))
    assert guess(str(tmp_path / "x.npy")) == NpyFiles(path=str(tmp_path / "x.npy"))
    document = Document()
    with document.edit("Set"):
        document.set_training(data=source)
    words = preview(document, "", 3).samples[0].views["tokens"]
    assert words == Words(["eu", "rejects", "german"], ["B-ORG", "O", "B-MISC"])


def test_a_run_is_judged_on_the_words_that_count(tmp_path: Path) -> None:
    """The loss of a padded batch is that of its words alone, as plain PyTorch has it."""
    source = tagged(tmp_path / "a.conll", "a X\nb Y\nc X\n\na Y\n\nb X\nc Y\n", test_share=0.0)
    d = layerloom.Drawing("Tagger", data=source, epochs=1, batch_size=2, validation=0.0, learning_rate=1e-9)
    tokens = d.input("T", dtype="int64", name="tokens")
    scores = tokens.embedding(5, 4).linear(2)
    d.output(scores, name="tags_out")
    d.crossentropy(scores.permute([0, 2, 1]), d.target("T", name="tags"))
    events = train(d.finish(), tmp_path / "run")
    assert any(isinstance(event, Finished) for event in events)
    module = layerloom.load(tmp_path / "run")
    data = read(source)
    with torch.no_grad():
        out = module(torch.from_numpy(data.training["tokens"]))
    plain = torch.nn.functional.cross_entropy(out.flatten(0, 1), torch.from_numpy(data.training["tags"]).flatten())
    ended = next(event for event in events if isinstance(event, EpochEnded))
    assert ended.training["loss"] == pytest.approx(float(plain), rel=1e-5)
