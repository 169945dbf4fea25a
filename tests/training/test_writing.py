"""What a model writes by itself is what a loop by hand writes with its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import layerloom
from training.protocol import Picture, ResultsJob, Words, Write, Written, decode_event, encode
from training.results.judged import forget, results
from training.results.spelling import Spelling
from training.runs.data_record import Learned

PAD, START, END = 0, 1, 2
EXAMPLES = Path(__file__).parents[2] / "examples"
COUNT, LONG, KINDS = 40, 6, 9


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget()


def sentences() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Texts of two to five tokens behind a mark, filled up, and the token behind each, up to another mark."""
    generator = np.random.default_rng(0)
    read, right = np.full((COUNT, LONG), PAD), np.full((COUNT, LONG), -100)
    for row in range(COUNT):
        tokens = generator.integers(3, KINDS, generator.integers(2, LONG))
        read[row, : len(tokens) + 1] = [START, *tokens]
        right[row, : len(tokens) + 1] = [*tokens, END]
    return read, right


def trained(data: Any, *, both_ways: bool = False, marked: int = KINDS) -> Path:
    d = layerloom.Drawing("Writer", epochs=1, batch_size=8, learning_rate=0.05, validation=0.25)
    x = d.input("T", dtype="int64", name="read").embedding(marked, 5)
    x = x.gru(hidden_size=3 if both_ways else 6, bidirectional=both_ways)[0]
    scores = x.linear(marked, name="scores")
    d.output(scores, name="out")
    d.crossentropy(scores.permute([0, 2, 1]), d.target("T", name="right"))
    run: Path = d.fit(data, quiet=True).run
    return run


def asked(run: Path, **write: Any) -> Written:
    found = results(ResultsJob(str(run), write=Write(**write)))
    assert (found.refused, found.writes) == ("", True)
    assert decode_event(encode(found)) == found
    assert found.written is not None
    return found.written


def refused(run: Path, **write: Any) -> str:
    found = results(ResultsJob(str(run), write=Write(**write)))
    assert found.writes
    return found.refused


def by_hand(run: Path, begun: list[int], count: int, heat: float = 0.0, seed: int = 0, end: int = END) -> list[int]:
    """The same, with the module alone, which reads as much as there is."""
    module, generator, tokens = layerloom.load(run).eval(), torch.Generator().manual_seed(seed), list(begun)
    for _ in range(count):
        with torch.no_grad():
            scores = module(torch.tensor([tokens[-LONG:]]))[0, -1].double()
        if heat:
            tokens.append(int(torch.multinomial(torch.softmax(scores / heat, 0), 1, generator=generator)))
        else:
            tokens.append(int(scores.argmax()))
        if tokens[-1] == end:
            break
    return tokens


def test_texts_between_marks_are_written_as_a_loop_writes_them() -> None:
    run = trained(sentences())
    shown = results(ResultsJob(str(run), count=3))
    writing = shown.writing
    assert writing is not None
    assert (writing.context, writing.node, writing.marked, writing.sampled) == (LONG, "read", True, [])
    for heat, seed, start in ((0.0, 0, []), (0.0, 0, [5, 4]), (1.0, 3, []), (1.0, 4, []), (3.0, 5, [7])):
        found = asked(run, start=" ".join(map(str, start)), temperature=heat, seed=seed)
        right = by_hand(run, [START, *start], LONG - len(start), heat, seed)
        assert [int(token) for token in (found.start + found.text).split()] == [x for x in right[1:] if x != END]
        assert found.ended == (right[-1] == END)
    for sample in shown.samples:
        own = sample.views["written by itself"]
        assert isinstance(own, Words)
        assert own.tokens == [str(token) for token in by_hand(run, [START], LONG)[1:] if token != END]


def test_what_has_no_end_goes_on_as_long_as_it_is_asked_to_and_reads_the_last_of_it() -> None:
    text = np.random.default_rng(1).integers(0, KINDS, COUNT + LONG)
    windows = text[np.arange(COUNT)[:, None] + np.arange(LONG + 1)]
    run = trained((windows[:, :-1], windows[:, 1:]))
    found = asked(run, start="3 1 4", count=20)
    assert [int(token) for token in (found.start + found.text).split()] == by_hand(run, [3, 1, 4], 20, end=-1)
    assert len(found.text.split()) == 20
    assert not found.ended
    assert refused(run) == "The model goes on with a text; type how it begins."
    assert "write their numbers, from 0 to 8, with spaces between, not 'x'" in refused(run, start="1 x")
    assert "not '9'" in refused(run, start="9")
    assert "There is no sample 99 among these" in refused(run, start="1", sample=99)
    assert "written by itself" not in results(ResultsJob(str(run), count=1)).samples[0].views


def test_what_reads_ahead_or_tells_of_other_things_does_not_write() -> None:
    run = trained(sentences(), both_ways=True)
    assert results(ResultsJob(str(run))).writing is None
    assert "This model does not write" in refused(run)
    read, _ = sentences()
    run = trained((read, read // 2))
    assert results(ResultsJob(str(run))).writing is None


@pytest.mark.parametrize(
    ("names", "learned", "text", "numbers", "back"),
    [
        (["<pad>", "a", "b", " "], Learned(), "Ab a", [1, 2, 3, 1], "ab a"),
        (["<pad>", "red", "Big"], Learned(), "Big RED", [2, 1], "Big red"),
        (["<pad>", "<unk>", "it", "'"], Learned(unit="words"), "It, 'it'", [2, 1, 3, 2, 3], "it <unk> ' it '"),
        (["<pad>", "<unk>", "a"], Learned(unit="characters", lowercase=False), "aA", [2, 1], "a<unk>"),
    ],
)
def test_what_is_typed_is_cut_as_the_data_was(
    names: list[str], learned: Learned, text: str, numbers: list[int], back: str
) -> None:
    spelling = Spelling(names, learned)
    assert spelling.numbers(text) == numbers
    assert spelling.text(numbers) == back


@pytest.mark.slow
def test_a_caption_is_written_for_the_picture_of_a_sample(tmp_path: Path) -> None:
    run = layerloom.fit(EXAMPLES / "captioning.loom", epochs=1, quiet=True, run_dir=tmp_path / "run").run
    found = asked(run, sample=2, start="large")
    assert isinstance(found.views["image"], Picture)
    assert list(found.views) == ["image"]
    assert found.start == "large"
    assert found.right
    assert "has no token 'purple'; its tokens: small, large" in refused(run, start="purple")
