"""Samples to be looked at: what the nodes take, before and after augmentation, for as long as they are asked for."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from graph.document import Document
from graph.storage.loom import dumps, load
from tests.support.augmented_samples import npz, of_kind, samples_of
from training.data.feed import Split
from training.protocol import SamplesJob, SamplesShown, ShownField, decode_event, encode
from training.results.preview import forget
from training.worker.jobs import run_job

EXAMPLES = Path(__file__).parents[2] / "examples"


def shown(document: Document, **asked: Any) -> SamplesShown:
    """What the worker answers, having come through its pipe."""
    events: list[Any] = []
    run_job(SamplesJob(dumps(document), 7, **asked), events.append, queue.Queue())
    answer = decode_event(encode(events[-1]))
    assert isinstance(answer, SamplesShown)
    assert answer.request == 7
    return answer


def array(field: ShownField, count: int, after: bool = False) -> np.ndarray:
    content, shape = (field.after, field.after_shape) if after else (field.before, field.shape)
    return np.frombuffer(content, field.dtype if not after else _dtype(content, shape, count)).reshape(count, *shape)


def _dtype(content: bytes, shape: list[int], count: int) -> str:
    return {1: "uint8", 4: "float32"}[len(content) // (count * int(np.prod(shape)))]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()


def test_images_are_shown_before_and_after_as_training_will_see_them(tmp_path: Path) -> None:
    document = of_kind(tmp_path, "image", augmentation="flip, noise, mixup", validation=0.2, seed=3)
    answer = shown(document, first=2, count=5, epoch=4, augmented=True)
    training = Split(70, 0.2, 3, torch.device("cpu")).training.sort().values
    assert answer.indices == training[2:7].tolist()
    assert answer.total == 56
    image, label = answer.fields
    assert (image.node, image.kind, image.dtype, image.shape) == ("x", "image", "uint8", [3, 10, 12])
    assert np.array_equal(array(image, 5), samples_of("image")[answer.indices])
    assert (label.kind, label.after_shape) == ("label", [4])
    assert not np.array_equal(array(image, 5, True), array(image, 5))
    assert "'x' is flipped, made noisy and mixed with others" in answer.told
    again = shown(document, first=2, count=5, epoch=5, augmented=True)
    assert again.fields[0].before == image.before
    assert again.fields[0].after != image.after
    plain = shown(document, count=2)
    assert (plain.told, plain.fields[0].after) == ("", b"")


def test_strength_goes_from_nothing_to_more(tmp_path: Path) -> None:
    changes = []
    for strength in (0.0, 0.5, 1.0):
        document = of_kind(tmp_path, "image", augmentation="noise", augmentation_strength=strength)
        image = shown(document, augmented=True).fields[0]
        before, after = (
            np.frombuffer(part, "uint8").astype(float) for part in (image.before, image.after or image.before)
        )
        changes.append(np.abs(before - after).mean())
    assert changes[0] == 0.0
    assert 0.0 < changes[1] < changes[2]


def test_several_draws_are_those_of_as_many_epochs_at_a_strength_of_its_own(tmp_path: Path) -> None:
    document = of_kind(tmp_path, "sound", augmentation="noise, shift", validation=0.2)
    asked = {"augmented": True, "count": 3, "spread": True, "first": 1}
    together = shown(document, epoch=2, draws=3, strength=0.5, **asked)
    training = Split(70, 0.2, 0, torch.device("cpu")).training.sort().values
    assert together.indices == training[1::18][:3].tolist()
    with document.edit("Strength"):
        document.set_training(augmentation_strength=0.5)
    alone = [shown(document, epoch=epoch, **asked).fields[0] for epoch in (2, 3, 4)]
    assert together.fields[0].after == b"".join(field.after for field in alone)
    assert together.fields[0].before == alone[0].before
    short = shown(document, epoch=2, longest=30, **asked).fields[0]
    assert short.after_shape == [1, 2 * 29]
    whole, ends = array(alone[0], 3, True), array(short, 3, True)
    assert np.array_equal(ends[:, 0, :2], np.stack([whole[:, 0, :7].min(1), whole[:, 0, :7].max(1)], axis=1))
    assert ends.max() == whole.max()


def test_what_cannot_be_augmented_is_shown_as_it_is_and_says_why(tmp_path: Path) -> None:
    answer = shown(of_kind(tmp_path, "numbers", augmentation="flip"), augmented=True, count=3)
    assert answer.refused.startswith("Flip changes images, but 'x' takes the field 'x', rows of numbers (5)")
    assert answer.node == "x"
    assert np.allclose(array(answer.fields[0], 3), samples_of("numbers")[answer.indices])
    missing = shown(of_kind(tmp_path, "numbers", data="nowhere.npz"))
    assert (missing.fields, missing.node) == ([], "")
    assert "does not exist" in missing.refused


def test_data_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    document = of_kind(tmp_path, "numbers")
    before = shown(document).fields[0].before
    npz(tmp_path, x=samples_of("numbers") + 1.0, label=np.arange(70) % 4, more=np.zeros(70))
    assert shown(document).fields[0].before != before


@pytest.mark.slow
def test_masks_boxes_and_large_images_are_shown() -> None:
    detector = load(EXAMPLES / "detector.loom")
    kinds = {field.field: field.kind for field in shown(detector, count=1).fields}
    assert kinds == {"image": "image", "objects": "objects", "boxes": "boxes", "classes": "classes"}
    image = next(field for field in shown(detector, count=2, longest=16).fields if field.kind == "image")
    assert (image.shape, len(image.before)) == ([3, 16, 16], 2 * 3 * 16 * 16)
