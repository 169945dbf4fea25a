"""What a report of training tells beside the losses."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import layerloom
from training.protocol import Progress, decode_event
from training.runs.runs import read_run


def test_reports_tell_the_learning_rate_of_their_last_step_and_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    d = layerloom.Drawing("Test")
    y = d.input(3, name="x").linear(1)
    d.output(y)
    d.mse(y, d.target(1, dtype="float32", name="y"))
    x = np.ones((40, 3), np.float32)
    options = {"epochs": 5, "batch_size": 10, "learning_rate": 0.1, "validation": 0.0, "schedule": "Exponential"}
    run = d.fit({"x": x, "y": x[:, :1]}, quiet=True, **options).run
    told = [event for event in read_run(run).events if isinstance(event, Progress)]
    assert told
    first, last = told[0].rates[""], told[-1].rates[""]
    assert math.isclose(first, 0.1, rel_tol=0.2)
    assert last < first
    assert all(event.memory > 10_000_000 for event in told)


def test_reports_of_older_versions_are_read() -> None:
    line = b'{"type":"progress","epoch":1,"step":3,"losses":[1.0],"samples_per_second":5.0}'
    event = decode_event(line)
    assert isinstance(event, Progress)
    assert (event.rates, event.memory) == ({}, 0)
