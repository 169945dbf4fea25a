"""Words with a tag each, a line a word and an empty line behind a sentence, as in CoNLL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graph.recipe.sources import TaggedText
from training.data.dataset import Array, Dataset, Fields, Reading, counted
from training.data.files.baditems import settle
from training.data.files.bounds import check_fits
from training.data.files.folders import tell_others, visible
from training.data.places import unusable
from training.data.splits import PART_WORDS, Part, Parts, completed, parted, shares
from training.data.texts.lines import lines_of
from training.data.texts.tokens import ordered
from training.data.texts.vocabulary import known_vocabulary, numbered, tell_vocabulary, vocabulary_of
from training.errors import DataError
from training.runs.data_record import Learned

IGNORED = -100  # what CrossEntropy leaves out, as PyTorch has it
_SUFFIXES = (".conll", ".conllu", ".iob", ".iob2", ".bio", ".txt", ".tsv")
_COLUMNS = {".conllu": (1, 3)}  # the word and its part of speech, counted from 0
_NO_WORD = re.compile(r"\d+[-.]\d+")  # in .conllu: several words written as one, and words that are left out
_COMMENT = re.compile(r"#\s*[\w.:]+\s*=")


class _Sentence(NamedTuple):
    words: list[str]
    tags: list[str]
    part: Part


def read(source: TaggedText, reading: Reading) -> Dataset:
    """tokens (L,), their number lengths, and tags (L,) with -100 behind the last word, which objectives leave out.

    Raises:
        DataError: a file cannot be read, or a line has too few columns.
    """
    path = Path(source.path)
    sentences: list[_Sentence] = []
    faults: dict[Path | str, str] = {}
    named = _files(source, path)
    if path.is_dir():
        tell_others(path, sum(file.is_file() for file in visible(path)) - len(named), reading.tell)
    for file, part in named.items():
        _read_file(file, part, source, sentences, faults)
    if not sentences:
        settle(faults, len(faults), "refuse", reading.tell)
        raise DataError(f"{path} holds no sentences; write a word and its tag on each line.")
    refused = settle(faults, len(sentences) + len(faults), source.bad_items, reading.tell)
    found = np.array([sentence.part for sentence in sentences])
    own = Parts(*(np.flatnonzero(found == part) for part in ("training", "validation", "test")))
    parts = completed(own, shares(reading, source.test_share))
    learned = _learned(source, sentences, parts, reading)
    fields = _fields(path, sentences, learned)
    words = [sentence.words for sentence in sentences]
    _tell_tags(learned.names["tags"], reading)
    tell_vocabulary(words, fields["tokens"], learned.names["tokens"], learned.length, len(parts.training), reading)
    held = not len(own.validation)
    return parted(str(path), fields, parts, held=held, refused=refused, learned=learned)


def _files(source: TaggedText, path: Path) -> dict[Path, Part]:
    """The files and the part each is of, by a word in its name: ``eng.train``, ``en_ewt-ud-dev.conllu``."""
    if path.is_file():
        return {path: "training"}
    if not path.is_dir():
        raise unusable(source, "does not exist")
    found: dict[Path, Part] = {}
    for file in visible(path):
        words = [word for word in re.split(r"[^a-z]+", file.name.lower()) if word in PART_WORDS]
        if file.is_file() and (words or file.suffix.lower() in _SUFFIXES):
            found[file] = PART_WORDS[words[-1]] if words else "training"
    if "training" not in found.values():
        raise DataError(f"{path} holds no file to train on; call one train, as in train.conll.")
    return found


def _read_file(
    file: Path, part: Part, source: TaggedText, sentences: list[_Sentence], faults: dict[Path | str, str]
) -> None:
    word, tag = _COLUMNS.get(file.suffix.lower(), (0, -1))
    word, tag = (source.word_column or word + 1) - 1, source.tag_column - 1 if source.tag_column else tag
    universal = file.suffix.lower() in _COLUMNS
    words: list[str] = []
    tags: list[str] = []
    fault = ""
    for number, line in enumerate([*lines_of(file), ""], 1):
        columns = line.split("\t") if "\t" in line else line.split()
        if not line.strip():
            if fault:
                faults[f"The sentence before line {number:,} of {file.name}"] = fault
            elif words:
                sentences.append(_Sentence(words, tags, part))
            words, tags, fault = [], [], ""
        elif columns[0] == "-DOCSTART-" or _COMMENT.match(line) or (universal and _says_nothing(columns[0])):
            continue
        elif len(columns) <= max(word, tag, 1) or not columns[word] or not columns[tag]:
            fault = f"has too few columns in line {number:,}"
        else:
            words.append(columns[word].lower() if source.lowercase else columns[word])
            tags.append(columns[tag])


def _says_nothing(first: str) -> bool:
    """Whether a line of .conllu that begins so is not a word."""
    return first.startswith("#") or _NO_WORD.fullmatch(first) is not None


def _learned(source: TaggedText, sentences: list[_Sentence], parts: Parts, reading: Reading) -> Learned:
    if before := reading.began_with("tags", "tokens", texts=True):
        known_vocabulary(before, "tokens")
        return before
    training = [sentences[place] for place in parts.training]
    names = ordered([tag for sentence in sentences for tag in sentence.tags])  # a rare one may only be held back
    vocabulary = vocabulary_of((sentence.words for sentence in training), source.vocabulary, "words").names
    longest = max(len(sentence.words) for sentence in training)
    return Learned({"tags": names, "tokens": vocabulary}, length=min(longest, source.max_length))


def _fields(path: Path, sentences: list[_Sentence], learned: Learned) -> Fields:
    check_fits(16 * learned.length * len(sentences), counted(len(sentences), "sentence"), "set a smaller max_length")
    tokens, lengths = numbered([sentence.words for sentence in sentences], learned.names["tokens"], learned.length)
    places = {tag: place for place, tag in enumerate(learned.names["tags"])}
    tags: Array = np.full(tokens.shape, IGNORED, dtype=np.int64)
    for row, sentence in enumerate(sentences):
        for place, tag in enumerate(sentence.tags[: learned.length]):
            if tag not in places:
                raise DataError(f"{path} holds the tag '{tag:.60}', which is not among those that were trained on.")
            tags[row, place] = places[tag]
    return {"tokens": tokens, "lengths": lengths, "tags": tags}


def _tell_tags(names: list[str], reading: Reading) -> None:
    shown = ", ".join(f"{place} is {name:.40}" for place, name in enumerate(names[:10]))
    more = f" and so on, {len(names):,} in all" if len(names) > 10 else ""
    reading.tell(f"The tags: {shown}{more}; {IGNORED} stands behind the last word and is left out of losses.")
