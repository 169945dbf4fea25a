"""What a training says of a plane on the way: right at every point, and without a trace in what is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import layerloom
from graph.document import Document
from tests.support.training_drawings import train
from training.loop import recorder
from training.protocol import Event, Plane, Progress, RegionsSeen, decode_event, encode
from training.results import live


@pytest.fixture(autouse=True)
def at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """However short a training is, it is looked at between all of its steps."""
    monkeypatch.setattr(recorder, "INTERVAL", 0.0)
    monkeypatch.setattr(live, "SOONEST", 0.0)
    monkeypatch.setattr(live, "SHARE", 1e9)


@pytest.fixture
def data(tmp_path: Path) -> str:
    generator = np.random.default_rng(0)
    point = generator.normal(size=(120, 2)).astype(np.float32)
    label = (point[:, 0] > 0).astype(np.int64) + (point[:, 1] > 0)
    inside = (np.hypot(*point.T) < 1).astype(np.float32)[:, None]
    height = point.prod(1, keepdims=True)
    np.savez(tmp_path / "data.npz", point=point, label=label, inside=inside, height=height, wide=point[:, [0, 1, 0]])
    return str(tmp_path / "data.npz")


def drawn(data: str, objective: str = "label", field: str = "point", **settings: Any) -> Document:
    """Statistics that move, some that are frozen, and random numbers in every step."""
    d = layerloom.Drawing("Plane", data=data, batch_size=20, epochs=2, learning_rate=0.05, **settings)
    x = d.input(2 if field == "point" else 3, name=field)
    x = x.linear(8).batchnorm1d(frozen=True).tanh().batchnorm1d().dropout(0.2)
    said = x.linear(3 if objective == "label" else 1)
    d.output(said, name="said")
    if objective == "label":
        d.crossentropy(said, d.target(name="label"))
    elif objective == "inside":
        d.bcewithlogits(said, d.target(1, dtype="float32", name="inside"))
    else:
        d.mse(said, d.target(1, dtype="float32", name="height"))
    return d.finish()


def planes(events: list[Event]) -> list[RegionsSeen]:
    return [event for event in events if isinstance(event, RegionsSeen)]


METHODS: list[dict[str, Any]] = [
    {},
    {"averaging": "EMA", "weight_noise": 0.01, "accumulation": 2},
    {"optimizer": "LBFGS"},
]


@pytest.mark.parametrize("methods", METHODS, ids=["Adam", "averaged", "LBFGS"])
def test_the_same_bits_are_trained_whether_or_not_the_plane_is_looked_at(
    tmp_path: Path, data: str, methods: dict[str, Any]
) -> None:
    losses = {}
    for looks in (True, False):
        run = tmp_path / str(looks)
        events = train(drawn(data, **methods), run, regions=looks)
        assert (len(planes(events)) > 1) == looks
        losses[looks] = [loss for event in events if isinstance(event, Progress) for loss in event.losses]
        assert b'"regions"' not in (run / "events.jsonl").read_bytes()
    assert losses[True] == losses[False]
    for name in ("best.safetensors", "last.safetensors"):
        one, other = (tmp_path / str(looks) / name for looks in (True, False))
        assert one.read_bytes() == other.read_bytes(), name


@pytest.mark.parametrize("objective", ["label", "inside", "height"])
def test_the_plane_is_what_plain_pytorch_says_there(tmp_path: Path, data: str, objective: str) -> None:
    events = train(drawn(data, objective, validation=0.0), tmp_path / "run", regions=True)
    seen = planes(events)
    assert [each.step for each in seen] == sorted({each.step for each in seen})
    assert seen[-1].step == 12
    plane = seen[-1].plane
    assert decode_event(encode(seen[-1])) == seen[-1]
    model: Any = layerloom.load(tmp_path / "run").eval()
    model.load_state_dict(load_file(tmp_path / "run" / "last.safetensors"))
    with torch.no_grad():
        said = model(torch.from_numpy(grid(plane)))
    shares = np.frombuffer(plane.shares, np.uint8)
    assert plane.axes == ["point[0]", "point[1]"]
    arrays = np.load(data)
    assert np.allclose(plane.points, arrays["point"], rtol=1e-4)
    if objective == "label":
        assert agreeing(plane.classes, said.argmax(1))
        assert np.allclose(shares, 255 * said.softmax(1).amax(1), atol=1)
        assert plane.names == ["0", "1", "2"]
        assert plane.true == arrays["label"].tolist()
    elif objective == "inside":
        yes = said.flatten().sigmoid()
        assert agreeing(plane.classes, yes > 0.5)
        assert np.allclose(shares, 255 * torch.maximum(yes, 1 - yes), atol=1)
        assert plane.names == ["no", "yes"]
    else:
        low, high = plane.span
        assert (low, high) == pytest.approx((arrays["height"].min(), arrays["height"].max()), rel=1e-4)
        assert np.allclose(shares, 255 * ((said.flatten() - low) / (high - low)).clamp(0, 1), atol=1)
        assert not plane.classes


def test_nothing_is_told_of_samples_that_are_not_points_of_a_plane(tmp_path: Path, data: str) -> None:
    assert not planes(train(drawn(data, field="wide"), tmp_path / "run", regions=True))


def grid(plane: Plane) -> Any:
    """The points of a plane, row by row from the lowest y up."""
    xs, ys = (np.linspace(plane.low[axis], plane.high[axis], plane.size, dtype=np.float32) for axis in (0, 1))
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)


def agreeing(classes: bytes, said: Any) -> bool:
    """Points on a border may be either's."""
    return bool((np.frombuffer(classes, np.uint8) == said.numpy()).mean() > 0.999)
