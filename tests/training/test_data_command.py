"""``layerloom data``: what a source holds, without a drawing."""

from __future__ import annotations

import json
import queue
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from graph.document import Document
from graph.errors import LayerloomError
from graph.fields import fields_of
from graph.recipe.part import choices_of
from graph.recipe.sources import Source
from graph.storage.loom import dumps
from training.cli.app import app
from training.protocol import DataDescribed, DataJob, Event, Failed, Stage
from training.worker.jobs import run_job

PAGE = Path(__file__).parents[2] / "docs" / "manual" / "data.md"


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["data", *arguments])
    if isinstance(result.exception, LayerloomError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("a,b,kind\n" + "".join(f"{n},{2 * n},{'xy'[n % 2]}\n" for n in range(20)))
    return path


def test_fields_ranges_and_balance_are_shown(table: Path) -> None:
    text = shown(str(table), "--set", "validation=0.2", "--set", "test_share=0.2", "--set", "standardize=false")
    assert "Samples: 13 training, 3 validation, 4 test\n" in text
    assert "  x: 2, float32, 0 to 38\n" in text
    assert "    test: x 2, y 2\n" in text
    assert "the target 'kind' has 2 classes: 'x', 'y'." in text


def test_one_json_object_holds_the_same(table: Path) -> None:
    figures = json.loads(shown(str(table), "--json"))
    assert figures["samples"] == {"training": 18, "validation": 2, "test": 0}
    assert figures["held_back"]
    assert figures["fields"]["x"]["shape"] == [2]
    assert figures["fields"]["y"]["classes"]["validation"] == {"x": 1, "y": 1}


def test_a_worker_tells_the_editor_the_same(table: Path) -> None:
    document = Document("Data")
    with document.edit("Set"):
        document.set_training(data=table.name)
    events: list[Event] = []
    run_job(DataJob(dumps(document), str(table.parent)), events.append, queue.Queue())
    assert events == [Stage("Reading t.csv"), DataDescribed(json.loads(shown(str(table), "--json")))]
    events.clear()
    run_job(DataJob(dumps(document), str(table.parent / "none")), events.append, queue.Queue())
    assert isinstance(events[-1], Failed)
    assert "'t.csv' does not exist" in events[-1].message


def test_what_was_left_out_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("L", (4, 4)).save(tmp_path / "a" / "good.png")
    (tmp_path / "a" / "bad.png").write_bytes(b"")
    text = shown(f"images:{tmp_path}", "--set", "bad_items=skip")
    assert f"Left out: {tmp_path / 'a' / 'bad.png'} is empty\n" in text
    with pytest.raises(LayerloomError, match="bad.png is empty"):
        shown(f"images:{tmp_path}")


def test_lists_are_written_with_commas(tmp_path: Path, table: Path) -> None:
    assert "  x: 1, float32" in shown(str(table), "--set", "ignore=a")
    (tmp_path / "p" / "a").mkdir(parents=True)
    Image.new("L", (4, 6)).save(tmp_path / "p" / "a" / "x.png")
    assert "  image: 1 x 3 x 5, uint8" in shown(f"images:{tmp_path / 'p'}", "--set", "size=3,5")


def test_arrays_that_are_no_samples_are_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.arange(4), names=np.array(["a", "b"]))
    assert "Not a field: 'names' holds <U1" in shown(str(tmp_path / "d.npz"))


def test_the_page_on_data_tells_of_every_kind_and_every_option() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for cls in choices_of(Source).values():
        assert f"`{cls.word or cls.prefix}" in page
        for name in fields_of(cls):
            assert name in cls.in_text() or f"`{name}`" in page, f"{name} of {cls.__name__}"
