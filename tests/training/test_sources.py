"""What holds for every kind of data: its fields are described, its text comes back, it reads and it refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.errors import ParameterError
from graph.fields import fields_of
from graph.recipe import flat, sources
from graph.recipe.part import choices_of, read_part, written_part
from graph.recipe.settings import TrainingSettings
from graph.recipe.sources import ImageFolder, NpzFile, Source, TableFile, TextTable, read_text
from graph.storage.loom import dumps, loads
from tests.support.training_drawings import classifier, write_mnist
from tests.support.typed import as_a, known
from training.data.dataset import Reading
from training.data.samples import load_samples
from training.data.sources import load_data, reader_of
from training.errors import DataError
from training.runs.data_record import Learned

CLASSES = list(choices_of(Source).values())


def table(path: Path) -> Path:
    path.write_text("a,b,text,label\n" + "\n".join(f"{n},{n * n},word{n % 4},{'xy'[n % 2]}" for n in range(12)))
    return path


def pictures(folder: Path, *inner: str) -> Path:
    for name in inner:
        for number in range(4):
            (folder / name).mkdir(parents=True, exist_ok=True)
            Image.new("L", (8, 8), number).save(folder / name / f"{number}.png")
    return folder


def texts(folder: Path) -> Path:
    for name in ("good", "bad"):
        (folder / name).mkdir(parents=True)
        for number in range(4):
            (folder / name / f"{number}.txt").write_text(f"a {name} text {number}")
    return folder


def arrays(path: Path) -> Path:
    np.savez(path, x=np.arange(8), y=np.arange(8))
    return path


def sounds(folder: Path) -> Path:
    for name in ("high", "low"):
        (folder / name).mkdir(parents=True)
        soundfile.write(folder / name / "1.wav", np.zeros(100), 8000)
    return folder


def series(path: Path) -> Path:
    path.write_text("a,b\n" + "\n".join(f"{n},{n * n}" for n in range(60)))
    return path


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def single(path: Path) -> Path:
    np.save(path, np.arange(6.0).reshape(3, 2))
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return write_mnist(path)


SAMPLES: dict[str, Callable[[Path], Source]] = {
    "Digits": lambda _: read_text("digits"),
    "FashionMnist": lambda _: read_text("fashion-mnist"),
    "Made": lambda _: read_text("made:sine"),
    "IdxFolder": lambda path: read_text(str(folder(path / "idx"))),
    "NpzFile": lambda path: read_text(str(arrays(path / "a.npz"))),
    "NpyFiles": lambda path: read_text(str(single(path / "a.npy"))),
    "TaggedText": lambda path: read_text(str(written(path / "a.conll", "Paris LOC\nrains O\n\nNo O\n"))),
    "TextPairs": lambda path: read_text(f"pairs:{written(path / 'a.tsv', 'one' + chr(9) + 'eins' + chr(10))}"),
    "TableFile": lambda path: TableFile(path=str(table(path / "a.csv")), ignore=("text",)),
    "ImageFolder": lambda path: read_text(f"images:{pictures(path / 'p', 'a', 'b')}"),
    "AudioFolder": lambda path: read_text(f"audio:{sounds(path / 's')}"),
    "MaskFolder": lambda path: read_text(f"masks:{pictures(path / 'm', 'images', 'masks')}"),
    "TextFolder": lambda path: read_text(f"text:{texts(path / 't')}"),
    "TextTable": lambda path: read_text(f"text:{table(path / 'a.csv')}"),
    "SeriesFile": lambda path: read_text(f"series:{series(path / 's.csv')}"),
}


def example(cls: type[Source], place: str) -> Source:
    """A source at a place, or with a name, that need not be there."""
    return cls(**{cls.subject: place + (cls.suffixes[:1] or ("",))[0]}) if cls.subject else cls()


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_field_says_what_it_is(cls: type[Source]) -> None:
    assert cls.__doc__
    assert cls.usage
    assert all(field.description for field in fields_of(cls).values())


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_text_of_data_comes_back(cls: type[Source]) -> None:
    source = example(cls, "some/place")
    assert read_text(source.text()) == source
    assert written_part(source) == source.text()
    document = Document()
    with document.edit("Set"):
        document.set_training(data=source)
    assert loads(dumps(document)).training.data == source


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls.subject == "path"], ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("place", ["digits", "images:a", "made:sine", "a.npz", "b.csv", "C:\\data", ""])
def test_a_path_that_looks_like_something_else_comes_back_from_a_file(cls: type[Source], place: str) -> None:
    source = cls(path=place)
    assert read_part(Source, json.loads(json.dumps(written_part(source)))).place.removeprefix("./") == place
    assert type(read_part(Source, written_part(source))) is cls


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_options_make_it_an_object(cls: type[Source]) -> None:
    own = {name: field for name, field in fields_of(cls).items() if name not in cls.in_text()}
    name, value = next(
        (name, next(choice for choice in field.choices if choice != field.default))
        for name, field in own.items()
        if field.kind == "choice"
    )
    source = read_part(Source, {"type": cls.__name__, **dict.fromkeys(cls.in_text(), "p"), name: value})
    assert written_part(source)["type"] == cls.__name__
    assert read_part(Source, written_part(source)) == source


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_small_set_is_read(cls: type[Source], tmp_path: Path) -> None:
    data = load_data(SAMPLES[cls.__name__](tmp_path))
    fields = data.fields()
    assert fields
    assert len({len(array) for array in fields.values()}) == 1
    assert all(array.dtype.kind in "biuf" for array in fields.values())


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls.subject == "path"], ids=lambda cls: cls.__name__)
def test_what_is_not_there_is_said_in_a_sentence(cls: type[Source], tmp_path: Path) -> None:
    source = example(cls, str(tmp_path / "none"))
    with pytest.raises(DataError, match=r"^The data '.*none.*' does not exist; use digits, .*\.$"):
        load_data(source)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls.subject == "path"], ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("content", [b"", b"\0\1\2\3", b"\xff\xfe\xfa,", b'"a', b"a"], ids=repr)
def test_what_is_broken_is_said_in_a_sentence(cls: type[Source], content: bytes, tmp_path: Path) -> None:
    source = example(cls, str(tmp_path / "broken"))
    Path(source.place).write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_data(source)
    assert "broken" in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls.subject == "path"], ids=lambda cls: cls.__name__)
def test_an_empty_folder_is_said_in_a_sentence(cls: type[Source], tmp_path: Path) -> None:
    source = example(cls, str(tmp_path / "empty"))
    Path(source.place).mkdir()
    with pytest.raises(DataError, match=r"empty.*\.$"):
        load_data(source)


def test_every_reader_is_the_file_of_its_name() -> None:
    assert {reader_of(cls).__module__ for cls in CLASSES} == {
        f"training.data.formats.{name}"
        for name in (
            "digits fashion_mnist made idx_folder npz_file table_file image_folder audio_folder mask_folder "
            "text_folder text_table series_file npy_files tagged_text text_pairs"
        ).split()
    }
    assert SAMPLES.keys() == choices_of(Source).keys()


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "training.data.formats.audio_folder", None)
    monkeypatch.delitem(sys.modules, "training.data.formats.audio_folder")
    monkeypatch.delitem(sys.modules, "training.data.sounds.recording", raising=False)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(
        DataError, match=r"^AudioFolder is read with soundfile, which is not installed: 'pip install sound"
    ):
        reader_of(sources.AudioFolder)


def test_texts_of_the_first_version_are_read() -> None:
    for text, name in (("digits", "Digits"), ("made:waves", "Made"), ("a/b.npz", "NpzFile"), ("mnist", "IdxFolder")):
        settings = loads(f'{{"layerloom": 1, "training": {{"data": "{text}"}}}}').training
        assert type(settings.data).__name__ == name
        assert settings.data.text() == text


def test_another_text_keeps_the_options_that_it_has_too() -> None:
    settings = flat.override(TrainingSettings(), {"data": "images:a", "size": [32], "colour": "rgb"})
    assert flat.override(settings, {"data": "images:b"}).data == ImageFolder(path="b", size=(32,), colour="rgb")
    assert flat.override(settings, {"data": "b.npz"}).data == NpzFile(path="b.npz")


def test_options_that_the_data_has_not_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"^Training: Digits has no size; it has split\.$"):
        flat.override(TrainingSettings(), {"size": [32]})
    with pytest.raises(ParameterError, match="Training: missing must be one of category, drop, mean, refuse"):
        flat.override(TrainingSettings(), {"data": "a.csv", "missing": "guess"})
    with pytest.raises(ParameterError, match="Training: data must be one of Digits, .*, got 5"):
        flat.override(TrainingSettings(), {"data": 5})


def test_one_name_of_an_option_means_one_kind_of_value() -> None:
    kinds: dict[str, set[str]] = {}
    for role in flat.ROLES.values():
        for cls in choices_of(role).values():
            for name, field in fields_of(cls).items():
                kinds.setdefault(name, set()).add(field.kind)
    assert not {name: found for name, found in kinds.items() if len(found) > 1}


def test_a_text_table_is_told_from_a_text_folder_by_its_name() -> None:
    assert isinstance(read_text("text:reviews.csv"), TextTable)
    assert isinstance(read_text("text:reviews"), sources.TextFolder)


def test_a_stratified_split_holds_back_the_same_share_of_every_class(tmp_path: Path) -> None:
    label = np.array([0] * 60 + [1] * 30 + [2] * 10)
    np.savez(tmp_path / "d.npz", image=np.arange(100.0)[:, None], label=label)
    document = classifier(
        shape=(1,), classes=3, data=NpzFile(path=str(tmp_path / "d.npz"), split="stratified"), validation=0.2
    )
    source = compile_source(document)
    samples = load_samples(document, source, document.training.data, lambda _: None)
    assert samples.validation == 20
    assert samples.held
    assert np.bincount(known(samples.training[1])[-20:].numpy()).tolist() == [12, 6, 2]
    assert sorted(as_a(Tensor, samples.training[0]).flatten().tolist()) == list(range(100))


def test_what_is_read_depends_on_nothing_but_the_settings(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv")
    both = [load_data(TableFile(path=str(path), ignore=("text",)), reading=Reading(0.3, 4)) for _ in range(2)]
    assert np.array_equal(both[0].training["x"], both[1].training["x"])
    other = load_data(TableFile(path=str(path), ignore=("text",)), reading=Reading(0.3, 5))
    assert not np.array_equal(both[0].training["x"], other.training["x"])


@pytest.mark.slow
def test_a_run_reads_data_of_every_other_kind_or_says_that_it_cannot(tmp_path: Path) -> None:
    """What was learned of one kind may lack what another is read by."""
    learned: dict[str, Learned] = {}
    there: dict[str, Source] = {}
    for name in (name for name in SAMPLES if name != "FashionMnist"):
        (tmp_path / name).mkdir()
        there[name] = SAMPLES[name](tmp_path / name)
        learned[name] = load_data(there[name]).learned
    learned["Made texts"] = load_data("made:sentiment").learned
    refused = {
        (first, second): sentence
        for first, known in learned.items()
        for second, source in there.items()
        if (sentence := refusal_of(source, known))
    }
    assert refused["ImageFolder", "TextPairs"].startswith("What was trained on has nothing called 'source', by which")
    assert refused["Made texts", "TextTable"].startswith("What was trained on has no texts that were read from files")
    assert not [pair for pair in refused if pair[0] == pair[1]]


def refusal_of(source: Source, learned: Learned) -> str:
    try:
        load_data(source, reading=Reading(learned=learned))
    except DataError as error:
        return str(error)
    return ""


def test_a_table_that_holds_text_where_it_was_trained_on_numbers_is_refused(tmp_path: Path) -> None:
    learned = load_data(read_text(f"series:{series(tmp_path / 's.csv')}")).learned
    path = written(tmp_path / "t.csv", "a,b,label\n1,2,x\n3,4,y\n")
    sentence = "holds text in its column 'label', which held numbers in the data that was trained on; correct it."
    assert sentence in refusal_of(TableFile(path=str(path)), learned)
