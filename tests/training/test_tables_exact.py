"""What a table says is trained on: codes stay text, typeset numbers are read, and what float32 loses is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from graph.recipe.sources import SeriesFile, TableFile
from training.data.dataset import Array, Dataset, Reading
from training.data.sources import load_data
from training.errors import DataError
from training.runs.data_record import Learned

EXAMPLES = 8


def table(path: Path, cells: list[str], target: list[str] | None = None, separator: str = ";") -> Path:
    """A table with the column a of these cells, over and over, beside a target of 0 and 1."""
    target = target or ["0", "1"]
    rows = [separator.join((cells[row % len(cells)], target[row % len(target)])) for row in range(EXAMPLES)]
    path.write_text("\n".join([separator.join("ay"), *rows]) + "\n", encoding="utf-8")
    return path


def parquet(path: Path, cells: pl.Series) -> Path:
    pl.DataFrame({"a": cells, "n": range(len(cells)), "y": [0, 1] * (len(cells) // 2)}).write_parquet(path)
    return path


def read(path: Path, learned: Learned | None = None, **options: Any) -> tuple[Dataset, list[str]]:
    notices: list[str] = []
    options = {"standardize": False, "target": "y", "encoding": "index", **options}
    data = load_data(TableFile(path=str(path), **options), reading=Reading(0.0, 0, learned, notices.append))
    return data, notices


def column(data: Dataset, place: int = 0) -> Array:
    return data.training["x"][:, place]


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return str(caught.value)


def test_digits_with_zeros_in_front_stay_text_and_that_is_said(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", ["01234", "1234", "10115"])
    data, notices = read(path)
    assert data.learned.names["a"] == ["01234", "10115", "1234"]
    assert column(data)[:3].tolist() == [0, 2, 1]
    said = (
        "t.csv: zeros stand in front of the numbers of 'a', as in 01234, which therefore stay text; the option numbers "
    )
    assert f"{said}reads them as numbers." in notices
    data, notices = read(path, numbers=("a",))
    assert column(data)[:3].tolist() == [1234, 1234, 10115]
    assert not any("zeros" in text for text in notices)


def test_a_target_of_codes_becomes_classes(tmp_path: Path) -> None:
    data, _ = read(table(tmp_path / "t.csv", ["1", "2"], ["007", "42", "7"]))
    assert data.learned.names["y"] == ["007", "42", "7"]
    assert data.training["y"][:3].tolist() == [0, 1, 2]


@pytest.mark.parametrize("cells", [["0.5", "00.25"], ["0", "10"], ["-01", "02"], ["1e05", "0"]])
def test_zeros_in_front_of_what_only_a_number_can_be_mean_nothing(tmp_path: Path, cells: list[str]) -> None:
    data, _ = read(table(tmp_path / "t.csv", cells))
    assert column(data)[:2].tolist() == [float(cell) for cell in cells]


def test_what_a_run_began_with_holds_for_every_other_file(tmp_path: Path) -> None:
    codes = read(table(tmp_path / "t.csv", ["01234", "10115"]))[0].learned
    data, _ = read(table(tmp_path / "u.csv", ["10115"]), codes)
    assert column(data).tolist() == [1] * EXAMPLES, "without any zero in front here"
    months = read(table(tmp_path / "t.csv", ["01", "12"]), numbers=("a",))[0].learned
    data, _ = read(table(tmp_path / "u.csv", ["01", "02"]), months)
    assert column(data)[:2].tolist() == [1, 2], "as a run does that is older than the option"


def test_groups_with_zeros_in_front_are_not_thrown_together(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("g,a,y\n" + "".join(f"{g},{n},0\n" for n, g in enumerate(["1", "01"] * 4)))
    notices: list[str] = []
    source = TableFile(path=str(tmp_path / "t.csv"), group="g", target="y", standardize=False)
    data = load_data(source, reading=Reading(0.5, 0, None, notices.append))
    assert len({int(n) % 2 for n in data.training["x"][:, 0]}) == 1


def test_the_option_numbers_is_held_against_the_column(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", ["01", "x"])
    assert "holds text in its column 'a', such as '01', which the option numbers names; correct it" in refusal(
        path, numbers=("a",)
    )
    assert "The options numbers and categories both name the column 'a'" in refusal(
        path, numbers=("a",), categories=("a",)
    )


@pytest.mark.parametrize(
    ("cells", "values", "said"),
    [
        (["\u22121.5", "2"], [-1.5, 2], "in 'a' a dash is read as minus, as in \u22121.5."),
        (["\u2013 3", "2e\u22121"], [-3, 0.2], "in 'a' a dash is read as minus, as in \u2013 3."),
        (["1\u2009234", "5"], [1234, 5], "in 'a' marks between thousands are left out, as in 1\u2009234."),
        (["1\u202f234,5", "5"], [1234.5, 5], "in 'a' marks between thousands are left out, as in 1\u202f234,5."),
        (["\u22121\u00a0234\u00a0567", "5"], [-1234567, 5], "in 'a' a dash is read as minus, as in"),
        (["1'234.5", "5"], [1234.5, 5], "in 'a' marks between thousands are left out, as in 1'234.5."),
        (["1\u2019234", "0,5"], [1234, 0.5], "a comma stands before fractions, as in 0,5"),
    ],
)
def test_numbers_are_read_as_they_are_typeset(tmp_path: Path, cells: list[str], values: list[float], said: str) -> None:
    data, notices = read(table(tmp_path / "t.csv", cells))
    assert column(data)[:2].tolist() == np.array(values, dtype=np.float32).tolist()
    assert any(said in text for text in notices)


@pytest.mark.parametrize("cell", ["(1.5)", "1 234", "12%", "1\u200923", "\u0661\u0662"])
def test_what_may_be_a_number_is_refused_rather_than_a_category(tmp_path: Path, cell: str) -> None:
    assert f"holds '{cell}' in its column 'a', which is not understood as a number" in refusal(
        table(tmp_path / "t.csv", [cell])
    )


def test_a_typeset_number_among_others_is_not_text(tmp_path: Path) -> None:
    sentence = "holds numbers in its column 'a', but 'unknown' in row 4"
    assert sentence in refusal(table(tmp_path / "t.csv", ["\u22121", "\u22122", "\u22123", "unknown"]))


def test_a_first_row_of_typeset_numbers_is_not_taken_for_names(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\u22121,\u22122\n3,\u22124\n", encoding="utf-8")
    assert read(tmp_path / "t.csv", target="c2")[0].training["x"].tolist() == [[-1], [3]]


def test_whole_numbers_that_float32_merges_are_said_with_their_figures(tmp_path: Path) -> None:
    cells = [str(2**24 + place) for place in range(EXAMPLES)]
    path = table(tmp_path / "t.csv", cells)
    said = (
        "t.csv: the column 'a' holds whole numbers up to 16,777,223, beyond the 16,777,216 up to which float32 tells "
        "all apart: of 8 different ones it keeps 5; where they name things, name the column in the option categories "
        "or ignore."
    )
    assert said in read(path)[1]
    assert not any("float32" in text for text in read(path, standardize=True)[1]), "their differences are small"
    exact, notices = read(path, categories=("a",))
    assert column(exact).tolist() == list(range(EXAMPLES))
    assert not any("float32" in text for text in notices)
    assert read(table(path, ["1"], cells))[0].training["y"].tolist() == list(map(int, cells)), "int64 keeps them"
    assert any(
        "of 8 different ones it keeps 5." in text for text in read(table(path, ["1"], [f"{c}.0" for c in cells]))[1]
    )


@pytest.mark.parametrize("factor", ["e-50", "00000000.25"])
def test_fractions_that_float32_merges_are_said_too(tmp_path: Path, factor: str) -> None:
    path = table(tmp_path / "t.csv", [f"{place + 1}{factor}" for place in range(EXAMPLES)])
    told = [text for text in read(path, standardize=False)[1] if "float32" in text]
    assert told == (
        ["t.csv: of 8 different numbers of the column 'a', float32 keeps 1 apart."] if "e" in factor else []
    )
    assert not any("float32" in text for text in read(path, standardize=True)[1])


@pytest.mark.parametrize("column", ["a", "y"])
def test_a_number_beyond_float32_is_named(tmp_path: Path, column: str) -> None:
    cells = [f"{place + 1}e38" for place in range(EXAMPLES)]
    other = ["1.5", "2.5"]
    path = table(tmp_path / "t.csv", *((cells, other) if column == "a" else (other, cells)))
    assert f"holds 4e+38 in row 4 of its column '{column}', which is too large for float32" in refusal(path)


def test_points_between_thousands_are_said_where_a_comma_stands_before_fractions(tmp_path: Path) -> None:
    data, notices = read(table(tmp_path / "t.csv", ["52.520", "0,5"]))
    assert column(data)[:2].tolist() == [52520, 0.5]
    assert "t.csv: in 'a' points stand between thousands, as in 52.520." in notices


def test_digits_beyond_an_integer_are_names(tmp_path: Path) -> None:
    cells = [str(10**20 + place) for place in range(2)]
    data, notices = read(table(tmp_path / "t.csv", cells))
    assert data.learned.names["a"] == cells
    assert any(f"'a' holds more digits than a number keeps, as in {cells[0]}, and" in text for text in notices)


def test_a_series_says_what_float32_merges(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [str(2**24 + place) for place in range(EXAMPLES)], [f"0{n}" for n in range(8)])
    notices: list[str] = []
    source = SeriesFile(path=str(path), window=2, standardize=False, targets=("y",))
    data = load_data(source, reading=Reading(0.0, 0, None, notices.append))
    assert data.training["y"][:3, 0].tolist() == [2, 3, 4], "a series has numbers alone, whatever stands in front"
    assert [text for text in notices if "of 8 different ones it keeps 5" in text]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["2024-01-31", "2024-02-01"], "'a' holds dates or times, such as 2024-01-31, each of which is a category"),
        (["31/1/2024", "1/2/2024"], "'a' holds dates or times, such as 1/2/2024"),
        (["yes", "no", "No"], "'a' holds 'No', 'no', each a category of its own; write in one way"),
        (["true", "False", "1", "0"], "'a' holds '0', 'False', each a category of its own"),
        (["New  York", "new york"], "'a' holds 'New  York', 'new york', each a category of its own"),
    ],
)
def test_doubtful_categories_are_said(tmp_path: Path, cells: list[str], said: str) -> None:
    assert any(said in text for text in read(table(tmp_path / "t.csv", cells))[1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_files_are_read_as_spreadsheets_write_them(tmp_path: Path, encoding: str, ending: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    text = mark + ending.join(["a\ty", '"caf\u00e9, t\u00eate"\t0', "\u65e5\u672c\t1", ""])
    (tmp_path / "t.tsv").write_bytes(text.encode(encoding))
    data, notices = read(tmp_path / "t.tsv")
    assert data.learned.names["a"] == ["caf\u00e9, t\u00eate", "\u65e5\u672c"]
    assert ("t.tsv: read as UTF-16, as it begins." in notices) == encoding.startswith("utf-16")


def test_a_file_that_only_begins_like_utf_16_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\xff\xfea\0,")
    assert "begins like UTF-16, but is not written in it; save it as UTF-8." in refusal(tmp_path / "t.csv")


def test_letters_that_look_alike_are_one(tmp_path: Path) -> None:
    data, _ = read(table(tmp_path / "t.csv", ["caf\u00e9", "cafe\u0301"]))
    assert data.learned.names["a"] == ["caf\u00e9"]


def test_parquet_says_what_becomes_of_its_types(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    data, notices = read(
        parquet(path, pl.Series([timedelta(seconds=1.5), None, timedelta(0), timedelta(days=1)])), missing="mean"
    )
    assert column(data)[[0, 2, 3]].tolist() == [1.5, 0, 86400]
    assert "t.parquet: 'a' holds durations, which are counted in seconds." in notices
    _, notices = read(parquet(path, pl.Series(["1", "2"])))
    stored = "t.parquet: 'a' holds numbers, but stored as text, which are categories; store them as numbers."
    assert stored in notices
    assert stored not in read(path, categories=("a",))[1]


@pytest.mark.parametrize("kind", [pl.UInt64, pl.Int128, pl.Decimal(38, 0)])
def test_digits_beyond_an_integer_are_names_in_parquet_too(tmp_path: Path, kind: Any) -> None:
    path, cells = tmp_path / "t.parquet", [2**64 - 1, 2**64 - 2]
    data, notices = read(parquet(path, pl.Series(cells).cast(kind)))
    assert data.learned.names["a"] == sorted(map(str, cells))
    assert "t.parquet: 'a' holds more digits than a number keeps, and therefore becomes text." in notices
    assert not any("stored as text" in text for text in notices)
    data, _ = read(parquet(path, pl.Series([3, 5]).cast(kind)))
    assert column(data).tolist() == [3, 5]


def test_decimals_that_a_number_does_not_keep_are_said(tmp_path: Path) -> None:
    cells = pl.Series([Decimal(f"{10**17}.25"), Decimal(f"{10**17}.50")])
    sentence = "t.parquet: 'a' holds decimals of more digits than a number keeps: some that differ become the same."
    assert sentence in read(parquet(tmp_path / "t.parquet", cells))[1]
    data, notices = read(parquet(tmp_path / "t.parquet", pl.Series([Decimal("0.25"), Decimal("0.50")])))
    assert column(data).tolist() == [0.25, 0.5]
    assert sentence not in notices


def test_times_of_a_zone_are_in_the_order_of_time(tmp_path: Path) -> None:
    """When summer time ends, an hour comes twice by its text."""
    zone = ZoneInfo("Europe/Berlin")
    times = [datetime(2024, 10, 27, hour, minute, tzinfo=ZoneInfo("UTC")) for hour in (0, 1) for minute in (10, 40)]
    path = parquet(tmp_path / "t.parquet", pl.Series([time.astimezone(zone) for time in times]))
    source = TableFile(path=str(path), target="y", time="a", standardize=False)
    data = load_data(source, reading=Reading(0.5, 0, None, lambda _: None))
    assert data.validation["x"][:, 0].tolist() == [2, 3]


def test_times_in_several_zones_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", ["2024-01-01T10:00+02:00", "2024-01-01T09:00+00:00"])
    (tmp_path / "t.csv").write_text(path.read_text().replace(";", ";1;").replace("a;1;y", "a;b;y"))
    assert "writes times in several forms in its column 'a', with 'T+00:00' and 'T+02:00' around the hours" in refusal(
        path, time="a"
    )
