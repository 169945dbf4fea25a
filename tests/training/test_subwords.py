"""Subwords: learned from the training texts alone, kept with the run, put together again to the texts they are of."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from msgspec.structs import replace
from tokenizers.models import BPE

import layerloom
from graph.document import Document
from graph.recipe.sources import Source, TextFolder, TextPairs, TextTable
from tests.support.stopped_runs import kept, same
from tests.support.training_drawings import train
from tests.support.typed import there
from training.data.dataset import Dataset, Reading
from training.data.preview.preview import preview
from training.data.sources import load_data
from training.data.texts.cutting import Cutting, cut
from training.data.texts.subwords import BEGINS, Pieces, in_pieces, joined, learned_pieces, text_of
from training.errors import DataError
from training.protocol import ResultsJob, Words
from training.results.evaluate import evaluation
from training.results.judged import results
from training.results.spelling import Spelling
from training.runs.data_record import read_record

FILMS = ["the film is fine", "a film for a fine time", "the finest films", "time is fine"]
SAID = (
    "Texts are cut into subwords, which byte-pair encoding learned from the training texts: \u2581 stands for the "
    "spaces before a word."
)


def table(path: Path, texts: list[str] | None = None, **options: Any) -> TextTable:
    rows = [f'"{text}",{number % 2}' for number, text in enumerate(texts or FILMS * 6)]
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    return TextTable(path=str(path), **{"unit": "subwords", "vocabulary": 30, **options})


def read(source: Source, notices: list[str] | None = None, learned: Any = None) -> Dataset:
    return load_data(source, reading=Reading(0.0, 0, learned, (notices if notices is not None else []).append))


def decoded(data: Dataset, row: int, field: str = "tokens", names: str = "tokens") -> str:
    known = data.learned.names[names]
    return text_of(known[number] for number in data.training[field][row] if number > 0)


def by_hand(words: list[str], most: int) -> Pieces:
    """Byte-pair encoding as it is told: the most frequent pair becomes one, of equals the first by its numbers."""
    counts = Counter(words)
    numbers = {letter: number for number, letter in enumerate(sorted(set("".join(words))))}
    pieces, merges = {word: list(word) for word in counts}, []
    while len(numbers) < most:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, count in counts.items():
            for pair in zip(pieces[word], pieces[word][1:], strict=False):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], numbers[pair[0]], numbers[pair[1]]), default=None)
        if best is None or pairs[best] < 2:
            break
        merges.append(" ".join(best))
        numbers.setdefault("".join(best), len(numbers))
        pieces = {word: merged(cut, best) for word, cut in pieces.items()}
    return Pieces(list(numbers), merges)


def merged(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(pieces):
        both = tuple(pieces[place : place + 2]) == pair
        found.append("".join(pair) if both else pieces[place])
        place += 2 if both else 1
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_pieces_are_those_that_are_found_by_hand(seed: int) -> None:
    random = np.random.default_rng(seed)
    words = ["".join(random.choice(list("abcd"), random.integers(1, 7))) for _ in range(120)]
    expected = by_hand(words, 20 + seed)
    assert learned_pieces([words], 20 + seed) == expected
    cuts = {word: list(word) for word in words}
    for merge in expected.merges:
        first, second = merge.split()
        cuts = {word: merged(cut, (first, second)) for word, cut in cuts.items()}
    assert in_pieces([[word] for word in words], expected, "<unk>") == [cuts[word] for word in words]


@pytest.mark.parametrize("hashes", ["1", "2"])
def test_the_same_texts_give_the_same_pieces_in_every_process(hashes: str) -> None:
    script = (
        "from training.data.texts.subwords import learned_pieces\n"
        "print(learned_pieces([[f'{n % 7}{n % 11}{n % 13}x' for n in range(500)]], 60))"
    )
    environment = {"PYTHONHASHSEED": hashes, "TOKENIZERS_PARALLELISM": "true", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(learned_pieces([[f"{n % 7}{n % 11}{n % 13}x" for n in range(500)]], 60))


@pytest.mark.slow
@settings(max_examples=40)
@given(st.text(max_size=60))
def test_a_text_comes_back_but_for_the_number_of_its_spaces(text: str) -> None:
    words = cut(text, Cutting("subwords", lowercase=False))
    plain = " ".join(unicodedata.normalize("NFC", text).replace(BEGINS, " ").split())
    assert text_of(words) == plain
    pieces = learned_pieces([words], 100)
    assert text_of(in_pieces([words], pieces, "<unk>")[0]) == plain


def test_a_text_is_cut_where_its_parts_are_frequent(tmp_path: Path) -> None:
    notices: list[str] = []
    data = read(table(tmp_path / "t.csv"), notices)
    names = data.learned.names["tokens"]
    assert names[:2] == ["<pad>", "<unk>"]
    assert len(names) == 2 + 30
    assert [decoded(data, row) for row in range(4)] == FILMS
    assert BEGINS + "film" in names
    assert SAID in notices
    assert any(text.startswith("The vocabulary has 32 tokens, from the 24 training texts") for text in notices)
    assert (data.learned.unit, data.learned.lowercase, len(data.learned.merges["tokens"])) == ("subwords", True, 17)


def test_the_training_texts_alone_are_learned_from(tmp_path: Path) -> None:
    for part, texts in {"train": FILMS, "val": ["zzz zzz zzz zzz"], "test": ["zzz film"]}.items():
        for number, text in enumerate(texts):
            file = tmp_path / part / "ab"[number % 2] / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (tmp_path / part / "b").mkdir(exist_ok=True)
        (tmp_path / part / "b" / "x.txt").write_text("a time")
    data = read(TextFolder(path=str(tmp_path), unit="subwords", vocabulary=40))
    assert not any("z" in name for name in data.learned.names["tokens"])
    begins = data.learned.names["tokens"].index(BEGINS)
    assert data.validation["tokens"][0, :4].tolist() == [begins, 1, 1, 1]


def test_no_more_tokens_than_asked_for_though_there_are_more_letters(tmp_path: Path) -> None:
    data = read(table(tmp_path / "t.csv", ["abcdefghij abc", "aab"], vocabulary=4))
    assert data.learned.names["tokens"] == ["<pad>", "<unk>", "a", "b", "c", BEGINS]


def test_other_texts_are_cut_as_those_that_were_trained_on_whatever_their_kind(tmp_path: Path) -> None:
    """Another kind of data has other options: what counts is how the run began."""
    learned = read(table(tmp_path / "t.csv")).learned
    (tmp_path / "f" / "0").mkdir(parents=True)
    (tmp_path / "f" / "0" / "x.txt").write_text("Finest time")
    notices: list[str] = []
    other = read(TextFolder(path=str(tmp_path / "f")), notices, learned=learned)
    assert decoded(other, 0) == "finest time"
    assert any(text.startswith("The vocabulary has 32 tokens, those that the run began with: 0") for text in notices)
    kept = "Texts are cut into subwords, as those that the run began with, whatever is set now."
    assert kept in notices
    read(table(tmp_path / "t.csv"), notices := [], learned=learned)
    assert kept not in notices
    capitals = read(table(tmp_path / "t.csv", unit="characters", lowercase=False)).learned
    read(TextFolder(path=str(tmp_path / "f")), notices, learned=capitals)
    assert "Texts are cut into characters, not brought to lower case, as those that the run began with, " in str(
        notices
    )
    assert decoded(read(TextFolder(path=str(tmp_path / "f")), learned=capitals), 0) == "<unk>inest time"


def test_what_a_run_keeps_is_all_that_the_library_needs_elsewhere(tmp_path: Path) -> None:
    data = read(table(tmp_path / "t.csv"))
    names, merges = data.learned.names["tokens"], data.learned.merges["tokens"]
    pairs = [(first, second) for first, second in (merge.split(" ") for merge in merges)]
    model = BPE({name: number for number, name in enumerate(names)}, pairs, unk_token="<unk>")
    words = cut(FILMS[1], Cutting("subwords", lowercase=True))
    numbers = [token.id for word in words for token in model.tokenize(word)]
    assert data.training["tokens"][1, : len(numbers)].tolist() == numbers


def test_both_texts_of_a_pair_have_subwords_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "p.tsv"
    path.write_text("the film!\tder film!\nfilms, the\tfilme, die\nthe the\tdie der\n", encoding="utf-8")
    data = read(TextPairs(path=str(path), unit="subwords", vocabulary=24))
    assert set(data.learned.merges) == {"source", "target"}
    assert [decoded(data, row, "source", "source") for row in range(3)] == ["the film!", "films, the", "the the"]
    assert decoded(data, 1, "target_in", "target") == "<start> filme, die"
    assert decoded(data, 1, "target_out", "target") == "filme, die<end>"
    again = read(TextPairs(path=str(path)), learned=data.learned)
    assert all(np.array_equal(again.training[name], data.training[name]) for name in data.training)


def test_what_is_typed_for_a_run_is_cut_as_its_texts_and_written_back(tmp_path: Path) -> None:
    path = tmp_path / "p.tsv"
    path.write_text("the film!\tder film!\nfilms, the\tfilme, die\nthe the\tdie der\n", encoding="utf-8")
    data = read(TextPairs(path=str(path), unit="subwords", vocabulary=24))
    for field, side in (("source", "source"), ("target_in", "target")):
        spelling = Spelling(data.learned.names[side], data.learned, field)
        numbers = [number for number in data.training[field][0].tolist() if number > 0]
        text = {"source": "The film!", "target": "Der  film!"}[side]
        assert spelling.numbers(text) == [number for number in numbers if data.learned.names[side][number] != "<start>"]
        assert spelling.text(spelling.numbers(text)) == " ".join(text.lower().split())


def test_without_the_library_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(DataError) as caught:
        read(table(tmp_path / "t.csv"))
    assert str(caught.value) == (
        "Subwords are made with tokenizers, which is not installed: 'pip install \"layerloom[subwords]\"' does so; or "
        "set the option unit to words or characters."
    )
    assert decoded(read(table(tmp_path / "t.csv", unit="words")), 0) == "thefilmisfine"


@pytest.mark.parametrize("merges", [["a b"], ["f"], ["f i n"], ["<unk> f"]])
def test_damaged_merges_are_a_sentence(tmp_path: Path, merges: list[str]) -> None:
    with pytest.raises(DataError, match="do not belong together"):
        in_pieces([["fin"]], Pieces(["f", "i", "n", "b"], merges), "<unk>")


def test_a_damaged_vocabulary_is_a_sentence(tmp_path: Path) -> None:
    source = table(tmp_path / "t.csv")
    learned = read(source).learned
    damaged = replace(learned, names={**learned.names, "tokens": learned.names["tokens"][1:]})
    with pytest.raises(DataError, match="that are kept with the run are damaged"):
        read(source, learned=damaged)
    with pytest.raises(DataError, match="has no texts that were read from files"):
        read(source, learned=replace(learned, length=-1))


def test_pieces_are_shown_as_words_that_are_wrong_where_one_of_them_is() -> None:
    pieces = [f"{BEGINS}fi", "lm", "s", f"{BEGINS}a", "<end>", "x"]
    assert joined(Words(pieces, [], [2, 4])) == Words(["films", "a", "<end>", "x"], [], [0, 2])


def drawing(source: Source, **options: Any) -> Document:
    """A sum of embeddings, and two classes."""
    asked = {"epochs": 2, "batch_size": 4, "validation": 0.25, "learning_rate": 0.05, **options}
    d = layerloom.Drawing("Films", data=source, **asked)
    tokens = d.input("T", dtype="int64", name="tokens")
    scores = tokens.embedding(40, 8).mean([1]).dropout(0.2).linear(2)
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"))
    return d.finish()


def test_the_page_on_data_shows_the_pieces(tmp_path: Path) -> None:
    words = preview(drawing(table(tmp_path / "t.csv", vocabulary=16)), "", 2).samples[0].views["tokens"]
    assert isinstance(words, Words)
    assert text_of(words.tokens) in FILMS
    assert len(words.tokens) > len(text_of(words.tokens).split())


def test_a_run_keeps_its_subwords_and_goes_on_bit_by_bit(tmp_path: Path) -> None:
    source = table(tmp_path / "t.csv")
    train(drawing(source, epochs=3), tmp_path / "whole")
    half = drawing(source, epochs=1)
    train(half, tmp_path / "half")
    with half.edit("Longer"):
        half.set_training(epochs=3)
    train(half, tmp_path / "half", resume=True)
    assert same(kept(tmp_path / "whole"), kept(tmp_path / "half"))
    learned = there(read_record(tmp_path / "whole")).learned
    assert (learned.unit, len(learned.names["tokens"]), bool(learned.merges["tokens"])) == ("subwords", 32, True)
    table(tmp_path / "other.csv", ["the finest film", "is it"])
    found = evaluation(tmp_path / "whole", str(f"text:{tmp_path / 'other.csv'}"))
    assert found["samples"] == 2
    module = layerloom.load(tmp_path / "whole").eval()
    other = read(TextTable(path=str(tmp_path / "other.csv")), learned=learned)
    with torch.no_grad():
        scores = module(torch.from_numpy(other.training["tokens"]))
    right = scores.argmax(1).numpy() == other.training["label"]
    assert found["figures"]["accuracy"] == pytest.approx(right.mean())
    shown = results(ResultsJob(str(tmp_path / "whole"), count=1)).samples[0].views["tokens"]
    assert isinstance(shown, Words)
    assert " ".join(shown.tokens) in FILMS


def test_results_are_read_as_texts_and_not_as_pieces(tmp_path: Path) -> None:
    path = tmp_path / "p.tsv"
    path.write_text("the film\tder film ist gut\na film\tein film ist gut\n" * 4, encoding="utf-8")
    source = TextPairs(path=str(path), unit="subwords", vocabulary=18)
    d = layerloom.Drawing("Pairs", data=source, epochs=1, batch_size=4, validation=0.5)
    told = d.input("S", dtype="int64", name="source").embedding(30, 8).mean([1], keepdim=True)
    scores = d.input("T", dtype="int64", name="target_in").embedding(30, 8).add(told).linear(22)
    d.output(scores, name="next")
    d.crossentropy(scores.permute([0, 2, 1]), d.target("T", name="target_out"))
    train(d.finish(), tmp_path / "run")
    views = results(ResultsJob(str(tmp_path / "run"), count=1)).samples[0].views
    true, predicted = (views[row] for row in ("true", "predicted"))
    assert isinstance(true, Words)
    assert " ".join(true.tokens) in ("der film ist gut <end>", "ein film ist gut <end>")
    assert isinstance(predicted, Words)
    assert not any("\u2581" in word for word in predicted.tokens)
    assert all(place < len(predicted.tokens) for place in predicted.wrong)
