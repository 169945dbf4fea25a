"""Tables: which column is what, how numbers and categories are read, and what is done about empty cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import load_file

from graph.recipe.sources import TableFile, read_text
from tests.support.training_drawings import classifier, train
from tests.support.typed import as_a, known, there
from training.data.dataset import Dataset, Reading
from training.data.sources import load_data
from training.errors import DataError
from training.protocol import Failed, Finished
from training.results.evaluate import evaluate
from training.runs.data_record import Learned, read_record
from training.runs.runs import read_run

ROWS = "age,city,height,label\n20,Rome,1.5,yes\n30,Oslo,1.6,no\n40,Rome,1.7,yes\n50,Bern,1.8,no\n"


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture(params=["in memory", "in files"])
def read(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Dataset]:
    """Reads a table with this content; without a share to validate on, all rows train."""
    if request.param == "in files":
        monkeypatch.setattr("training.data.files.bounds.limit_bytes", lambda: 1)

    def load(content: str | bytes, notices: list[str] | None = None, **options: Any) -> Dataset:
        name, validation = options.pop("name", "t.csv"), options.pop("validation", 0.0)
        learned = options.pop("learned", None)
        path = write(tmp_path / name, content)
        said: list[str] = []
        data = load_data(TableFile(path=str(path), **options), reading=Reading(validation, 0, learned, said.append))
        if notices is not None:
            notices += [text for text in said if "more than is held in memory" not in text]
        return data

    return load


@pytest.fixture
def refusal(read: Callable[..., Dataset]) -> Callable[..., str]:
    def refused(content: str | bytes, **options: Any) -> str:
        with pytest.raises(DataError) as caught:
            read(content, **options)
        return str(caught.value)

    return refused


def test_numbers_come_standardized_and_categories_one_hot(read: Callable[..., Dataset]) -> None:
    notices: list[str] = []
    data = read(ROWS, notices)
    ages = (np.array([20, 30, 40, 50]) - 35) / np.std([20, 30, 40, 50])
    heights = (np.array([1.5, 1.6, 1.7, 1.8]) - 1.65) / np.std([1.5, 1.6, 1.7, 1.8])
    cities = [[0, 0, 1], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert np.allclose(data.training["x"], np.column_stack([ages, cities, heights]))
    assert data.training["x"].dtype == np.float32
    assert data.training["y"].tolist() == [1, 0, 1, 0]
    assert notices == [
        "t.csv: the column 'label' is the target; the option target names another.",
        "t.csv: the numbers of 'age', 'height' are standardized by the 4 training rows and the categories of 'city' "
        "become one-hot.",
        "t.csv: the target 'label' has 2 classes: 'no', 'yes'.",
    ]


def test_every_column_can_be_a_field_of_its_own(read: Callable[..., Dataset]) -> None:
    data = read(ROWS, fields="each", encoding="index", standardize=False)
    assert {name: array.tolist() for name, array in data.training.items()} == {
        "age": [20, 30, 40, 50],
        "city": [2, 1, 2, 0],
        "height": pytest.approx([1.5, 1.6, 1.7, 1.8]),
        "label": [1, 0, 1, 0],
    }


def test_columns_are_chosen_by_name(read: Callable[..., Dataset]) -> None:
    data = read(ROWS, target="height", ignore=("label", "city"), standardize=False)
    assert data.training["x"].tolist() == [[20], [30], [40], [50]]
    assert data.training["y"].tolist() == pytest.approx([1.5, 1.6, 1.7, 1.8])


def test_numbers_can_name_categories(read: Callable[..., Dataset]) -> None:
    data = read("code,v\n10,1\n7,2\n10,3\n", categories=("code",), target="v")
    assert data.training["x"].tolist() == [[1, 0], [0, 1], [1, 0]]
    labels = read("v,label\n1.5,3\n2.5,1\n3.5,3\n", categories=("label",))
    assert labels.training["y"].tolist() == [1, 0, 1]


def test_mean_and_deviation_are_those_of_the_training_rows_alone(read: Callable[..., Dataset]) -> None:
    content = "v,part,y\n" + "".join(f"{v},train,{v}\n" for v in (1, 2, 3)) + "100,val,0\n200,test,0\n"
    data = read(content, part="part", target="y")
    deviation = np.std([1, 2, 3])
    assert data.training["x"].ravel().tolist() == pytest.approx([-1 / deviation, 0, 1 / deviation])
    assert data.validation["x"].ravel().tolist() == pytest.approx([98 / deviation])
    assert data.test["x"].ravel().tolist() == pytest.approx([198 / deviation])
    assert (data.learned.means["v"], data.learned.deviations["v"]) == (2, pytest.approx(deviation))


def test_parts_that_a_column_does_not_name_are_held_back_before_anything_is_fitted(
    read: Callable[..., Dataset],
) -> None:
    content = "v,part,y\n" + "".join(f"{v},train,{v / 7}\n" for v in range(20)) + "100,test,0.5\n"
    data = read(content, part="part", target="y", validation=0.25)
    assert [len(part["y"]) for part in (data.training, data.validation, data.test)] == [15, 5, 1]
    assert data.held
    assert data.training["x"].mean() == pytest.approx(0, abs=1e-6)
    named = read("v,part,y\n1,train,1\n2,train,2\n3,val,3\n", part="part", target="y", validation=0.25)
    assert not named.held


def test_a_column_of_one_number_stays_finite(read: Callable[..., Dataset]) -> None:
    notices: list[str] = []
    data = read("a,b,y\n5,1,1\n5,2,2\n", notices)
    assert data.training["x"][:, 0].tolist() == [0, 0]
    assert any("'a' holds the same number in every row" in notice for notice in notices)


@pytest.mark.parametrize(
    ("missing", "x"),
    [("drop", [[1, 1, 0], [3, 1, 0]]), ("mean", [[1, 1, 0, 0], [2, 0, 1, 0], [3, 1, 0, 0], [2, 0, 0, 1]])],
)
def test_empty_cells_are_dealt_with_as_asked(read: Callable[..., Dataset], missing: str, x: list[list[int]]) -> None:
    notices: list[str] = []
    content = "a,c,y\n1,p,1\n,q,2\n3,p,3\nNA,,4\n"
    data = read(content, notices, missing=missing, standardize=False)
    expected = x if missing == "mean" else [[1, 1], [3, 1]]
    assert data.training["x"].tolist() == expected
    said = {"drop": "2 rows of 4 with empty cells left out", "mean": "2 empty cells of the column 'a' made the mean"}
    assert any(said[missing] in notice for notice in notices)


def test_empty_cells_are_refused_until_something_is_chosen(refusal: Callable[..., str]) -> None:
    assert refusal("a,c,y\n1,p,1\n,q,2\n").endswith(
        "t.csv has 1 empty cell in its column 'a', the first in row 2; set the option missing to drop, mean or "
        "category, or fill them in."
    )
    assert "numbers have no category of their own" in refusal("a,c,y\n1,p,1\n,q,2\n", missing="category")
    assert "in its column 'y', the first in row 1" in refusal("a,y\n1,\n2,3\n", missing="mean")


def test_a_category_of_its_own_stands_for_an_empty_cell(read: Callable[..., Dataset]) -> None:
    data = read("c,y\np,1\n,2\nq,3\n", missing="category")
    assert data.training["x"].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert data.learned.names["c"] == ["p", "q", "(missing)"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_what_separates_columns_is_recognized_and_said(read: Callable[..., Dataset], separator: str) -> None:
    notices: list[str] = []
    data = read(ROWS.replace(",", separator), notices)
    assert data.training["x"].shape == (4, 5)
    assert any("columns are separated by" in notice for notice in notices) == (separator != ",")


def test_decimal_commas_are_recognized_and_said(read: Callable[..., Dataset]) -> None:
    notices: list[str] = []
    data = read("a;b;y\n1,5;1.000,25;1\n-2,25;7;2\n", notices, standardize=False)
    assert data.training["x"].tolist() == [[1.5, 1000.25], [-2.25, 7]]
    assert "t.csv: a comma stands before fractions, as in 1,5; the option decimal changes that." in notices


def test_thousands_or_fractions_must_be_told_apart(read: Callable[..., Dataset], refusal: Callable[..., str]) -> None:
    content = 'a,y\n"1,234",1\n"2,345",2\n'
    assert "which may be a fraction or thousands; set the option decimal" in refusal(content)
    assert read(content, decimal=",", standardize=False).training["x"].ravel().tolist() == pytest.approx([1.234, 2.345])
    assert read(content, decimal=".", standardize=False).training["x"].ravel().tolist() == [1234, 2345]
    mixed = 'a,y\n"1,234.5",1\n"2,345.25",2\n'
    assert read(mixed, standardize=False).training["x"].ravel().tolist() == [1234.5, 2345.25]


def test_numbers_without_names_above(read: Callable[..., Dataset]) -> None:
    notices: list[str] = []
    data = read("1,2,0\n3,4,1\n", notices, standardize=False)
    assert data.training["x"].tolist() == [[1, 2], [3, 4]]
    assert "t.csv: its first row holds numbers, so that its columns are called c1 to c3." in notices


def test_numbers_and_classes_without_names_above_lose_no_row(read: Callable[..., Dataset]) -> None:
    """As the iris data set is handed round."""
    notices: list[str] = []
    data = read("5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n", notices, standardize=False)
    assert data.training["x"].tolist() == pytest.approx(np.array([[5.1, 3.5], [4.9, 3.0], [6.2, 2.9]]))
    assert (
        "t.csv: its first row holds values that come again below, so that its columns are called c1 to c3." in notices
    )


def test_names_that_are_numbers_are_said_to_be_names(read: Callable[..., Dataset]) -> None:
    """As the pixels of a picture are numbered."""
    notices: list[str] = []
    assert len(read("0,1,label\n5,6,cat\n7,8,dog\n", notices, standardize=False).training["x"]) == 2
    assert "t.csv: its first row is taken for the names of its columns, though it holds 0." in notices


def test_other_ways_to_write_a_file(read: Callable[..., Dataset]) -> None:
    with_mark = b"\xef\xbb\xbf" + ROWS.replace("\n", "\r\n").encode()
    assert read(with_mark).training["x"].shape == (4, 5)
    assert read('a,y\n"x, ""quoted""\nand broken",1\nz,2\n').learned.names["a"] == ['x, "quoted"\nand broken', "z"]
    notices: list[str] = []
    assert len(read("a,y\n1,1\n\n2,2\n\n", notices).training["y"]) == 2
    assert read("a\ty\n1\t2\n2\t3\n", name="t.tsv", standardize=False).training["x"].tolist() == [[1], [2]]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2, 3], "b": [0.5, None, 1.5], "c": ["p", "q", "p"], "d": [True, False, True]})
    frame.write_parquet(tmp_path / "t.parquet")
    data = load_data(
        TableFile(path=str(tmp_path / "t.parquet"), target="c", missing="mean", standardize=False), reading=Reading()
    )
    assert data.training["x"].tolist() == [[1, 0.5, 1], [2, 1, 0], [3, 1.5, 1]]
    assert data.training["y"].tolist() == [0, 1, 0]


@pytest.mark.slow
def test_a_damaged_parquet_file_ends_in_a_sentence_and_not_in_the_end_of_the_process(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1, 2, None] * 50, "y": [0, 1, 1] * 50}).write_parquet(tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    for place in (8, 40, len(whole) // 2):
        (tmp_path / "t.parquet").write_bytes(whole[:place] + b"\xff" * 6 + whole[place + 6 :])
        with pytest.raises(DataError, match=r"t\.parquet "):
            load_data(TableFile(path=str(tmp_path / "t.parquet")), reading=Reading())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,y\n1,2\nx,1\n3,2\n4,4\n", "holds numbers in its column 'a', but 'x' in row 2; correct that"),
        ("a,y\n1,2,3\n3,1\n", "a row has more cells than there are columns (2)"),
        ("a,a\n1,2\n", "has two columns called 'a'; give each a name of its own."),
        ("a,,y\n1,2,3\n", "has no name above its column 2; name every column."),
        (
            "name,y\nM\u00fcller,1\n".encode("latin-1"),
            "is not written in UTF-8: line 2 holds the byte fc",
        ),
        (b"\xff\xfea\0,", "save it as UTF-8."),
        (b"a,y\n1,\0\n", "is not a text file: it holds zero bytes."),
        ("", "is empty."),
        ("a,y\n", "holds no rows of data."),
        ('a,y\n"1,2\n', "cannot be read as a table"),
        ("a,y\n12 %,1\n15 %,2\n", "holds '12 %' in its column 'a', which is not understood as a number"),
        ("a,y\ninf,1\n1,2\n2,3\n", "holds numbers in its column 'a', but 'inf' in row 1"),
        ("a,y\n1e999,1\n1,2\n", "holds a number too large in row 1 of its column 'a'"),
        ("y\n1\n2\n", "has no column beside its target 'y'"),
        (
            "id,y\n" + "".join(f"n{n},{n}\n" for n in range(50)),
            "holds 50 different texts in the 50 rows of",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(refusal: Callable[..., str], content: str | bytes, sentence: str) -> None:
    assert sentence in refusal(content)


@pytest.mark.parametrize("option", ["target", "group", "time", "part"])
def test_a_column_that_is_not_there(refusal: Callable[..., str], option: str) -> None:
    assert f"has no column 'zz', which the option {option} names; it has 'age'" in refusal(ROWS, **{option: "zz"})


def test_columns_that_are_left_aside_may_hold_anything(read: Callable[..., Dataset]) -> None:
    data = read("id,day,v,y\n7,1.2.2024,1,1\nx,2.2.2024,2,2\n8,3.2.2024,3,3\n", ignore=("id", "day"), standardize=False)
    assert data.training["x"].tolist() == [[1], [2], [3]]


def test_one_way_to_split(refusal: Callable[..., str]) -> None:
    assert "is to be split by group and by time" in refusal(ROWS, group="city", time="age")


def test_other_data_is_brought_to_the_form_of_what_was_trained_on(
    read: Callable[..., Dataset], refusal: Callable[..., str]
) -> None:
    learned = read(ROWS).learned
    notices: list[str] = []
    data = read("age,city,height,label\n35,Oslo,1.65,yes\n", notices, learned=learned)
    assert any("'age', 'height' are standardized by what the run began with" in text for text in notices)
    assert data.training["x"].tolist() == [pytest.approx([0, 0, 1, 0, 0], abs=1e-6)]
    assert data.training["y"].tolist() == [1]
    swapped = read("height,label,city,age\n1.65,yes,Oslo,35\n", learned=learned)
    assert swapped.training["x"].tolist() == [pytest.approx([0, 0, 1, 0, 0], abs=1e-6)]
    assert "holds 'Paris' in row 1 of its column 'city', which is not among the 3 categories" in refusal(
        "age,city,height,label\n35,Paris,1.65,yes\n", learned=learned
    )
    assert "lacks the columns 'height'" in refusal("age,city,label\n35,Oslo,yes\n", learned=learned)
    assert "holds text in its column 'age', which held numbers" in refusal(
        "age,city,height,label\nold,Oslo,1.6,yes\n", learned=learned
    )
    assert isinstance(learned, Learned)


@pytest.mark.slow
def test_a_drawing_trains_on_a_table_and_its_run_keeps_what_was_learned(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(50, 10, (200, 2))
    lines = "\n".join(f"{a:.3f},{b:.3f},{'big' if a + b > 100 else 'small'}" for a, b in values)
    path = write(tmp_path / "t.csv", "a,b,size\n" + lines)
    document = classifier(shape=(2,), classes=2, data=str(path), test_share=0.2, epochs=30, batch_size=16)
    events = train(document, tmp_path / "run")
    assert next(event for event in events if isinstance(event, Finished)).reason == "completed"
    record = read_record(tmp_path / "run")
    assert record is not None
    assert record.learned.names == {"size": ["big", "small"]}
    assert record.learned.means["a"] == pytest.approx(50, abs=3)
    found = evaluate(tmp_path / "run")
    assert found["samples"] == 40
    assert there(found["accuracy"]) > 0.85
    resumed = train(document, tmp_path / "run", resume=True)
    assert next(event for event in resumed if isinstance(event, Finished)).reason == "completed"
    assert read_record(tmp_path / "run") == record
    with document.edit("Other options"):
        document.set_training(standardize=False)
    failed = train(document, tmp_path / "run", resume=True)[-1]
    assert isinstance(failed, Failed)
    assert "was trained with standardize=True, not False" in failed.message


@pytest.mark.slow
def test_a_run_is_measured_on_the_whole_of_another_table(tmp_path: Path) -> None:
    lines = "\n".join(f"{n},{'big' if n > 20 else 'small'}" for n in range(40))
    path = write(tmp_path / "t.csv", "a,size\n" + lines)
    document = classifier(shape=(1,), classes=2, data=str(path), epochs=60, batch_size=8)
    train(document, tmp_path / "run")
    other = write(
        tmp_path / "other.csv", "a,size\n" + "".join(f"{n},{'big' if n > 20 else 'small'}\n" for n in (1, 39, 2))
    )
    notices: list[str] = []
    found = evaluate(tmp_path / "run", str(other), notices.append)
    assert found["samples"] == 3
    assert found["accuracy"] == 1.0, "the other table is standardized by the rows the run was trained on"
    assert f"{other} names no test samples: all of its 3 samples are measured." in notices
    own = evaluate(tmp_path / "run", str(path))
    assert own["samples"] == 4, "of the run's own data, the samples that were held back are measured"
    assert own["loss"] == pytest.approx(
        as_a(Finished, read_run(tmp_path / "run").events[-1]).results["validation_loss"]
    )


def test_a_run_goes_on_bit_by_bit_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    """Also where the name of the file does not tell that it is a table."""
    lines = "\n".join(f"{n},{n % 7},{'xyz'[n % 3]},{'big' if n > 20 else 'small'}" for n in range(60))
    path = write(tmp_path / "t.txt", "a,b,c,size\n" + lines)
    options = {"data": TableFile(path=str(path)), "validation": 0.2, "batch_size": 8}
    whole = classifier(shape=(5,), classes=2, **known(options), epochs=4)
    half = classifier(shape=(5,), classes=2, **known(options), epochs=2)
    train(whole, tmp_path / "whole")
    train(half, tmp_path / "half")
    with half.edit("Longer"):
        half.set_training(epochs=4)
    train(half, tmp_path / "half", resume=True)
    weights = [load_file(tmp_path / name / "last.safetensors") for name in ("whole", "half")]
    assert weights[0].keys() == weights[1].keys()
    assert all(np.array_equal(weights[0][key], weights[1][key]) for key in weights[0])


def test_the_path_alone_is_enough_text(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", ROWS)
    assert load_data(read_text(str(path))).training["x"].shape == (4, 5)
