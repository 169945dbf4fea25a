"""The curves of a run for other programs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

import layerloom
from tests.support.training_drawings import classifier, train
from training.protocol import EpochEnded, Event, Progress, Started
from training.runs.curves import EACH_STEP, RATE, Point, curves_of, write_csv, write_tensorboard
from training.runs.runs import read_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    train(classifier(epochs=2, batch_size=256, schedule="exponential"), tmp_path / "run")
    return tmp_path / "run"


def test_the_points_are_those_of_the_events(run: Path) -> None:
    events = read_run(run).events
    found = curves_of(events)
    ended = [event for event in events if isinstance(event, EpochEnded)]
    assert found["validation loss"] == [Point(each.step, each.epoch, each.validation["loss"]) for each in ended]
    assert found["training accuracy"] == [Point(each.step, each.epoch, each.training["accuracy"]) for each in ended]
    losses = [loss for event in events if isinstance(event, Progress) for loss in event.losses]
    assert [point.value for point in found[EACH_STEP]] == losses
    assert [point.step for point in found[EACH_STEP]] == list(range(1, ended[-1].step + 1))
    assert {point.epoch for point in found[EACH_STEP][: ended[0].step]} == {1}
    assert {point.epoch for point in found[EACH_STEP][ended[0].step :]} == {2}
    assert found[RATE][0].value is not None


def test_what_was_done_once_more_counts_as_it_came_out_then() -> None:
    def started(epoch: int) -> Event:
        return Started("r", "cpu", 4, epoch, 2, 10, 2, 7, ["loss"], 0)

    def epoch(number: int, loss: float) -> Event:
        return EpochEnded(number, 2 * number, {"loss": loss}, {}, 1.0, True)

    events = [
        *(started(0), Progress(1, 2, [9.0, 8.0], 1.0), epoch(1, 8.5), Progress(2, 4, [7.0, 6.0], 1.0), epoch(2, 6.5)),
        Progress(3, 5, [5.0], 1.0),
        *(started(1), Progress(2, 3, [1.0], 1.0), Progress(2, 4, [None], 1.0), epoch(2, 1.5)),
    ]
    found = curves_of(events)
    assert [point.value for point in found[EACH_STEP]] == [9.0, 8.0, 1.0, None]
    assert found["training loss"] == [Point(2, 1, 8.5), Point(4, 2, 1.5)]


def test_a_table_has_a_line_a_point(run: Path, tmp_path: Path) -> None:
    write_csv(run, tmp_path / "curves.csv")
    with (tmp_path / "curves.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = curves_of(read_run(run).events)
    assert [(row["figure"], int(row["step"]), float(row["value"])) for row in rows] == [
        (name, point.step, point.value) for name, points in found.items() for point in points
    ]


def test_tensorboard_gets_the_same_points(run: Path, tmp_path: Path) -> None:
    board = pytest.importorskip("tensorboardX")
    write_tensorboard(run, tmp_path / "board")
    (file,) = (tmp_path / "board").iterdir()
    content = file.read_bytes()
    seen: dict[str, list[tuple[int, float]]] = {}
    while content:  # records of a length, its check, the event, its check
        size = int.from_bytes(content[:8], "little")
        event = board.proto.event_pb2.Event.FromString(content[12 : 12 + size])
        for value in event.summary.value:
            seen.setdefault(value.tag, []).append((event.step, value.simple_value))
        content = content[16 + size :]
    found = curves_of(read_run(run).events)
    wanted = [(point.step, pytest.approx(point.value, rel=1e-6)) for point in found["validation loss"]]
    assert seen["loss/validation"] == wanted
    assert len(seen["loss/each_step"]) == len(found[EACH_STEP])


def test_the_command_writes_either(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert layerloom.main(["curves", str(run), "-o", str(tmp_path / "a.csv")]) == 0
    assert (tmp_path / "a.csv").read_text().startswith("figure,step,epoch,value\nloss of each step,1,1,")
    assert layerloom.main(["curves", str(run)]) == 2
    assert "Say where: -o FILE.csv, --tensorboard FOLDER, or both." in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    assert layerloom.main(["curves", str(run), "--tensorboard", str(tmp_path / "b")]) == 2
    assert "tensorboardX, which is not installed" in capsys.readouterr().err
