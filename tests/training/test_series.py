"""Series: windows over rows, split by time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.recipe.sources import SeriesFile
from training.data.dataset import Dataset, Reading
from training.data.sources import load_data
from training.errors import DataError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """a counts from 0 to 99, b is ten times as much."""
    file = tmp_path / "s.csv"
    file.write_text("a,b\n" + "\n".join(f"{n},{10 * n}" for n in range(100)))
    return file


def read(
    path: Path, notices: list[str] | None = None, validation: float = 0.0, learned: Any = None, **options: Any
) -> Dataset:
    reading = Reading(validation, 0, learned, (notices if notices is not None else []).append)
    return load_data(SeriesFile(path=str(path), **options), reading=reading)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return str(caught.value)


def test_a_window_is_followed_by_what_is_foretold(path: Path) -> None:
    data = read(path, window=3, horizon=2, stride=5, standardize=False)
    assert data.training["x"].shape == (20, 3, 2)
    assert data.training["x"][1].tolist() == [[5, 50], [6, 60], [7, 70]]
    assert data.training["y"][1].tolist() == [80, 90]
    assert data.training["x"].dtype == data.training["y"].dtype == np.float32


def test_several_columns_can_be_foretold(path: Path) -> None:
    data = read(path, window=3, horizon=2, targets=("b", "a"))
    assert data.training["y"].shape == (96, 2, 2)
    assert data.training["y"][0].tolist() == [[30, 3], [40, 4]]


def test_the_last_rows_are_held_back_and_no_window_foretells_rows_of_two_parts(path: Path) -> None:
    notices: list[str] = []
    data = read(path, notices, validation=0.25, window=3, horizon=4, test_share=0.2, standardize=False)
    assert data.training["y"].max() == 590
    assert data.validation["y"].min() == 600
    assert data.validation["y"].max() == 790
    assert data.test["y"].min() == 800
    assert len(data.training["y"]) == 60 - 6
    assert len(data.validation["y"]) == len(data.test["y"]) == 20 - 3
    assert "6 windows of 94 that reach from one part into the next left out." in notices


def test_mean_and_deviation_are_those_of_the_training_rows_alone(path: Path) -> None:
    data = read(path, validation=0.5, window=2)
    assert data.learned.means == {"a": 24.5, "b": 245}
    assert data.learned.deviations["a"] == pytest.approx(np.std(np.arange(50)))
    assert data.training["x"][:, 0, 0].min() == pytest.approx(-24.5 / np.std(np.arange(50)))
    again = read(path, window=2, learned=data.learned)
    assert np.array_equal(again.training["x"][: len(data.training["x"])], data.training["x"])


def test_rows_are_sorted_by_a_column_of_times(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("day,v\n2024-01-03,3\n2024-01-01,1\n2024-01-02,2\n2024-01-04,4\n")
    data = read(file, time="day", window=2, standardize=False)
    assert data.training["x"][..., 0].tolist() == [[1, 2], [2, 3]]
    assert data.training["y"].tolist() == [[3], [4]]


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("a,b\n1,2\n2,3\n", {}, "has fewer rows than the 25 that a window and what follows need."),
        ("day,b\nMonday,2\nTuesday,3\n", {"window": 1}, "holds text in its column 'day', such as 'Monday'"),
        ("day,b\n1.2.2024,2\n2.2.2024,3\n", {"window": 1}, "'1.2.2024' in its column 'day', which is not understood"),
        ("day,b\n01.02.2024,2\n02.01.2024,3\n", {"time": "day"}, "write times as numbers, or year first"),
        ("day,b\n2024-01-01,2\n2024-01-01,3\n", {"time": "day"}, "has rows of one time in its column 'day'"),
        ("a,b\n1,2\n2,\n3,4\n", {"window": 1}, "has an empty cell in row 2 of its column 'b'; fill it in."),
        ("a,b\n1,2\n2,3\n", {"targets": ("c",)}, "has no column 'c', which the option targets names; it has 'a', 'b'."),
        ("a,b\n1,2\n2,3\n", {"targets": ("a",), "ignore": ("a",)}, "is both to be foretold and left aside"),
        ("a,b\n1,2\n2,3\n4,5\n", {"window": 2, "test_share": 0.5}, "has too few rows to train on windows of 2 and 1"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tmp_path: Path, content: str, options: dict[str, Any], sentence: str
) -> None:
    (tmp_path / "s.csv").write_text(content)
    assert sentence in refusal(tmp_path / "s.csv", **options)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (["0", "1", "2", "4", "5"], "1 of 4 steps of time differ"),
        (["0.1", "0.2", "0.3", "0.4", "0.5"], ""),
        (["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"], ""),
        (["2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07"], "1 of 4 steps of time differ"),
        (["2024-01-01T00:00Z", "2024-01-01T06:00Z", "2024-01-01T12:00Z", "2024-01-01T18:00Z", "2024-01-02T00:00Z"], ""),
    ],
)
def test_it_is_said_when_steps_of_time_are_uneven(tmp_path: Path, times: list[str], said: str) -> None:
    file, notices = tmp_path / "times.csv", list[str]()
    file.write_text("t,b\n" + "".join(f"{time},{place}\n" for place, time in enumerate(times)))
    read(file, notices, time="t", window=1)
    found = [notice for notice in notices if "steps of time" in notice]
    assert bool(found) == bool(said)
    assert said in "".join(found)
