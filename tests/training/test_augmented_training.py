"""Training on changed samples: masks and boxes that follow, what is said, refused and measured."""

from __future__ import annotations

import json
import queue
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from graph.document import Document
from graph.storage.loom import load
from tests.support.augmented_samples import become, npz, of_kind, planned
from tests.support.training_drawings import classifier, train
from tests.support.typed import known
from training.job.control import Control
from training.protocol import EpochEnded, Event, Failed, Finished, Notice, Stop
from training.runs.runs import SETTINGS

EXAMPLES = Path(__file__).parents[2] / "examples"
MASKED = (24, 20)


def masked(folder: Path, void: int = 255, stripe: int = 3, **training: Any) -> Document:
    """Images whose mask says which pixels are bright, with a void stripe at the left edge of every second one."""
    generator = np.random.default_rng(0)
    image = ndimage.gaussian_filter(generator.normal(size=(12, *MASKED)), (0, 2, 2))
    image = (image > 0).astype(np.float32)
    mask = image.astype(np.int64)
    mask[::2, :, :stripe] = void
    document = Document("Masks")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (1, *MASKED)}, name="image")
        model.add("Target", {"shape": MASKED}, name="mask")
        model.connect("image", model.add("Conv2d", {"out_channels": 2, "kernel_size": 1}, name="scores"))
        model.add("CrossEntropy", {"ignore_index": void}, name="entropy")
        model.connect("scores", "entropy", "prediction")
        model.connect("mask", "entropy", "target")
        model.connect("scores", model.add("Output", name="out"))
        data = npz(folder, image=image[:, None], mask=mask)
        document.set_training(**{"data": data, "batch_size": 4, "epochs": 2, **training})
    return document


def messages(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Notice | Failed)]


@pytest.mark.parametrize("text", ["flip:direction=both, translate:share=0.3", "rotate:degrees=60, scale, shear, crop"])
def test_masks_follow_their_images_and_the_void_stays_void(tmp_path: Path, text: str) -> None:
    document = masked(tmp_path, augmentation=text)
    samples, found = planned(document)
    plain = samples.training[1]
    assert isinstance(plain, Tensor)
    image, mask = become(document)
    assert mask.dtype == torch.int64
    assert set(mask.unique().tolist()) <= {0, 1, 255}
    assert not torch.equal(mask, plain)
    counts = mask.ne(255)
    # Where the mask says bright the image is, but for the pixels between.
    right = image[:, 0].round().eq(mask.float())[counts].float().mean()
    assert float(right) == 1.0 if text.startswith("flip") else float(right) > 0.97
    assert bool(counts.flatten(1).any(1).all())
    assert found.told == (
        "Training samples are changed anew in every epoch: 'image' is "
        + ("flipped and moved" if text.startswith("flip") else "rotated, scaled, sheared and cropped")
        + "; 'mask' follows by the nearest pixel, and what comes in from outside is 255, which does not count. "
        "Samples to validate and test on are not changed."
    )


def test_a_mask_moves_as_scipy_moves_it(tmp_path: Path) -> None:
    document = masked(tmp_path, augmentation="translate:share=0.5", seed=5)
    plain = planned(document)[0].training[1]
    assert isinstance(plain, Tensor)
    for before, after in zip(plain.numpy(), become(document)[1].numpy(), strict=True):
        moves = [
            ndimage.shift(before, (down, across), order=0, mode="constant", cval=255)
            for down in range(-12, 13)
            for across in range(-10, 11)
        ]
        assert any(np.array_equal(after, moved) for moved in moves)


def test_labels_that_come_in_from_outside_count_neither_in_the_loss_nor_in_the_accuracy(tmp_path: Path) -> None:
    """One weight times a pixel that is 0 or 1 tells bright from dark; a void one would be wrong either way."""
    document = masked(tmp_path, 7, 0, augmentation="translate:share=0.5", learning_rate=1.0, epochs=12)
    events = train(document, tmp_path / "run")
    assert isinstance(events[-1], Finished), messages(events)
    last = [event for event in events if isinstance(event, EpochEnded)][-1]
    assert last.training["accuracy"] == 1.0


def test_a_group_of_batches_with_labels_that_come_not_to_count_is_refused(tmp_path: Path) -> None:
    sentence = messages(train(masked(tmp_path, augmentation="rotate", accumulation=2), tmp_path / "run"))[-1]
    assert sentence.startswith("Augmentation changes how many labels of 'mask' count")
    events = train(masked(tmp_path, augmentation="flip", accumulation=2), tmp_path / "flipped")
    assert isinstance(events[-1], Finished)


def test_targets_that_cannot_follow_are_refused(tmp_path: Path) -> None:
    document = classifier(shape=(1, 8, 8), data="", augmentation="flip")
    model = document.model
    with document.edit("Heights"):
        model.add("Target", {"shape": (4, 4), "dtype": "float32"}, name="heights")
        model.connect("image", model.add("AvgPool2d", {"kernel_size": 2}, name="small"))
        model.connect("small", model.add("Reshape", {"shape": (4, 4)}, name="flat"))
        model.add("MSE", name="error")
        model.connect("flat", "error", "prediction")
        model.connect("heights", "error", "target")
        x = np.random.default_rng(0).random((20, 1, 8, 8), dtype=np.float32)
        fields = {"image": x, "label": np.arange(20) % 10, "heights": x[:, 0, :4, :4]}
        document.set_training(data=npz(tmp_path, **fields))
    sentence = messages(train(document, tmp_path / "refused"))[-1]
    assert sentence == (
        "Flip moves the pixels of images, which the target 'heights' (heights, 4 x 4) cannot follow: it does not have "
        "their height and width, and is not a grid of objects and boxes. Take Flip out of the setting augmentation, or "
        "give the target their size."
    )


@pytest.mark.slow
@pytest.mark.parametrize("text", ["flip:direction=both:chance=0.7", "translate:share=0.3", "rotate:degrees=45, scale"])
def test_boxes_follow_their_image(text: str) -> None:
    document = load(EXAMPLES / "detector.loom")
    with document.edit("Augmentation"):
        document.set_training(augmentation=text)
    samples, found = planned(document, limit=60)
    names = [binding.field for binding in samples.bindings]
    before = {name: held for name, held in zip(names, samples.training, strict=True) if isinstance(held, Tensor)}
    after = dict(zip(names, become(document, limit=60), strict=True))
    matrix = found.feed._drawn(torch.arange(len(after["image"])), 0).plan.matrix
    assert matrix is not None
    checked = 0
    for row in range(60):
        objects = [moved_box(*found_box, matrix[row]) for found_box in boxes_of(before, row)]
        staying = [box for box in objects if abs(box[0] - 0.5) < 0.5 and abs(box[1] - 0.5) < 0.5]
        wanted = staying or boxes_of(before, row)
        got = boxes_of(after, row)
        cells = {(int(cut_off(box)[0] * 8), int(cut_off(box)[1] * 8)) for box in wanted}
        assert len(got) == len(cells)
        for box in got:
            assert any(np.allclose(box[:4], cut_off(one)[:4], atol=1e-4) and box[4] == one[4] for one in wanted)
        checked += len(staying)
    assert checked > 60
    assert set(after["objects"].unique().tolist()) == {0.0, 1.0}
    assert bool(after["classes"].ge(0).eq(after["objects"][:, 0].gt(0)).all())
    assert "'boxes' follows" in found.told


def boxes_of(fields: dict[str, Tensor], row: int) -> list[tuple[float, float, float, float, int]]:
    """The centre, width and height of each object, as shares of the image, and its class."""
    found = []
    for down, across in fields["objects"][row, 0].nonzero().tolist():
        x, y, w, h = (float(value) for value in fields["boxes"][row, :, down, across])
        found.append(((across + x) / 8, (down + y) / 8, w, h, int(fields["classes"][row, down, across])))
    return found


def moved_box(
    x: float, y: float, w: float, h: float, kind: int, matrix: Tensor
) -> tuple[float, float, float, float, int]:
    """The box around the four moved corners."""
    back = np.eye(3)
    back[:2] = matrix.view(2, 3).double().numpy()
    forth = np.linalg.inv(back)
    corners = [(x + i * w / 2 - 0.5, y + k * h / 2 - 0.5, 1.0) for i in (-1, 1) for k in (-1, 1)]
    moved = np.array([forth @ np.array(corner) for corner in corners])[:, :2] + 0.5
    low, high = moved.min(0), moved.max(0)
    return (*((low + high) / 2), *(high - low), kind)


def cut_off(box: tuple[float, float, float, float, int]) -> tuple[float, float, float, float, int]:
    x, y, w, h, kind = box
    left, right, top, bottom = max(x - w / 2, 0), min(x + w / 2, 1), max(y - h / 2, 0), min(y + h / 2, 1)
    return ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, kind)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"class_weights": "balanced"}, "the setting class_weights gives classes different weights"),
        ({"ignore_index": 3}, "'label' has labels that do not count"),
        ({"weight": (1.0,) * 4}, "'entropy' has class weights"),
        ({"kind": "NLL"}, "'entropy', to which 'label' goes, takes no shares of classes"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_mixed_is_refused(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    document = of_kind(tmp_path, "image", augmentation="mixup")
    changes = dict(changes)
    with document.edit("Change"):
        if "class_weights" in changes:
            document.set_training(**changes)
        elif changes.pop("kind", ""):
            document.model.remove(["entropy"])
            document.model.add("NLL", name="entropy")
            document.model.connect("scores", "entropy", "prediction")
            document.model.connect("label", "entropy", "target")
        else:
            document.model.set("entropy", **changes)
    assert why in messages(train(document, tmp_path / "run"))[-1]


def test_training_on_mixed_labels_learns_and_counts_the_larger_share(tmp_path: Path) -> None:
    document = classifier(data="digits", epochs=4, augmentation="mixup, cutmix:chance=1")
    events = train(document, tmp_path / "run")
    last = [event for event in events if isinstance(event, EpochEnded)][-1]
    assert last.training["accuracy"] is not None
    assert last.training["accuracy"] > 0.5
    assert last.validation["accuracy"] is not None
    assert last.validation["accuracy"] > 0.85
    assert any("training accuracy counts the one with the larger share" in text for text in messages(events))


def test_validation_samples_stay_as_they_are_and_the_run_says_what_was_done(tmp_path: Path) -> None:
    """With a step that changes nothing, only the figures of the training samples are others."""
    still = {"optimizer": "SGD", "learning_rate": 1e-30, "epochs": 1, "data": "digits"}
    plain, changed = (
        train(classifier(**known(still), **known(more)), tmp_path / name)
        for name, more in (("plain", {}), ("changed", {"augmentation": "rotate:degrees=90, noise"}))
    )
    first, second = (next(event for event in events if isinstance(event, EpochEnded)) for events in (plain, changed))
    assert first.validation == second.validation
    assert first.training != second.training
    kept = json.loads((tmp_path / "changed" / SETTINGS).read_text(encoding="utf-8"))
    assert kept["settings"]["augmentation"] == "Rotate:degrees=90.0, Noise"
    logged = (tmp_path / "changed" / "events.jsonl").read_text(encoding="utf-8")
    assert "'image' is rotated and made noisy" in logged


SOUNDS = "speed, shift, pitchshift, gain, timemask, noise, mixup"
MANY = {
    "image": "flip, translate, crop, rotate, scale, shear, colour, blur, noise, cutout, mixup, cutmix",
    "sound": SOUNDS,
    "spectrogram": "speed, shift, timemask, frequencymask, noise, mixup",
    "numbers": "jitter, mixup",
    "series": "jitter, mixup",
}


@pytest.mark.parametrize("kind", MANY)
def test_a_run_that_was_stopped_goes_on_with_the_very_same_samples(tmp_path: Path, kind: str) -> None:
    document = of_kind(tmp_path, kind, augmentation=MANY[kind], batch_size=16, epochs=2)
    whole = train(document, tmp_path / "whole")
    assert isinstance(whole[-1], Finished), messages(whole)
    with pytest.MonkeyPatch.context() as patch:
        pending, asked = Control.pending, [0]

        def counted(control: Control) -> bool:
            asked[0] += 1
            if asked[0] == 3:
                control._commands.put(Stop())
            return pending(control)

        patch.setattr(Control, "pending", counted)
        train(document, tmp_path / "parts", commands=queue.Queue())
    second = train(document, tmp_path / "parts", resume=True)
    files = [(tmp_path / name / "last.safetensors").read_bytes() for name in ("whole", "parts")]
    assert files[0] == files[1]
    assert isinstance(second[-1], Finished)
