"""Data made by code: its fields, the same every time, and that they mean what they say."""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
import pytest

from training.data.dataset import Dataset
from training.data.made import MADE
from training.data.made.captions import VOCABULARY as CAPTION_WORDS
from training.data.made.entities import VOCABULARY as ENTITY_WORDS
from training.data.made.pairs import TEST, TRAINING
from training.data.made.sentiment import VOCABULARY as SENTIMENT_WORDS
from training.data.sources import load_data
from training.errors import DataError

DIGIT = ((1, 8, 8), "float32", 0, 1)
PICTURE = ((3, 64, 64), "float32", 0, 1)
# By name: training and test samples, and of every field the shape of one sample, dtype, least and largest value.
EXPECTED: dict[str, tuple[int, int, dict[str, tuple[Any, ...]]]] = {
    "sine": (2000, 400, {"x": ((1,), "float32", -3.15, 3.15), "y": ((1,), "float32", -1.5, 1.5)}),
    "blobs": (2000, 400, {"point": ((2,), "float32", -5, 5), "label": ((1,), "float32", 0, 1)}),
    "spirals": (2000, 400, {"point": ((2,), "float32", -1.2, 1.2), "label": ((), "int64", 0, 2)}),
    "pictures": (2000, 400, {"image": PICTURE, "label": ((), "int64", 0, 9)}),
    "segments": (2000, 400, {"image": ((1, 64, 64), "float32", 0, 1), "mask": ((64, 64), "int64", 0, 3)}),
    "cells": (16, 4, {"image": ((1, 572, 572), "float32", 0, 1), "mask": ((388, 388), "int64", 0, 1)}),
    "detection": (
        2000,
        400,
        {
            "image": PICTURE,
            "objects": ((1, 8, 8), "float32", 0, 1),
            "boxes": ((4, 8, 8), "float32", 0, 1),
            "classes": ((8, 8), "int64", -100, 2),
        },
    ),
    "captions": (
        2000,
        400,
        {"image": PICTURE, "caption_in": ((8,), "int64", 0, 13), "caption_out": ((8,), "int64", -100, 13)},
    ),
    "sentiment": (
        2000,
        400,
        {"tokens": ((16,), "int64", 0, 63), "lengths": ((), "int64", 1, 16), "label": ((), "int64", 0, 1)},
    ),
    "entities": (2000, 400, {"tokens": ((12,), "int64", 0, 63), "tags": ((12,), "int64", 0, 3)}),
    "reverse": (
        2000,
        400,
        {
            "source": ((8,), "int64", 2, 11),
            "target_in": ((9,), "int64", 0, 11),
            "target_out": ((9,), "int64", 1, 11),
        },
    ),
    "waves": (2000, 400, {"params": ((3,), "float32", -1.6, 2), "wave": ((24, 1), "float32", -1.2, 1.2)}),
    "music": (2000, 400, {"notes_in": ((24,), "int64", 0, 15), "notes_out": ((24,), "int64", 0, 15)}),
    "audio": (2000, 400, {"wave": ((1, 1024), "float32", -2.5, 2.5), "label": ((), "int64", 0, 3)}),
    "volumes": (2000, 400, {"volume": ((1, 16, 16, 16), "float32", -1, 2), "label": ((), "int64", 0, 3)}),
    "pairs": (
        TRAINING,
        TEST,
        {"first": DIGIT, "second": DIGIT, "same": ((1,), "float32", 0, 1), "target_pm": ((), "float32", -1, 1)},
    ),
    "triplets": (TRAINING, TEST, {"anchor": DIGIT, "positive": DIGIT, "negative": DIGIT}),
    "noisy-digits": (1438, 359, {"noisy": DIGIT, "clean": DIGIT, "label": ((), "int64", 0, 9)}),
    "anomalies": (1155, 359, {"image": DIGIT, "anomaly": ((1,), "float32", 0, 1)}),
    "sentences": (2000, 400, {"text_in": ((64,), "int64", 0, 31), "text_out": ((64,), "int64", 0, 31)}),
    "sounds": (2000, 400, {"levels_in": ((256,), "int64", 0, 63), "levels_out": ((256,), "int64", 0, 63)}),
    "clouds": (2000, 400, {"points": ((256, 3), "float32", -1.6, 1.6), "label": ((), "int64", 0, 3)}),
}


def data(name: str) -> Dataset:
    return load_data(f"made:{name}")


def test_all_that_is_made_is_described_here() -> None:
    assert list(EXPECTED) == list(MADE)


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_fields_are_as_described_made_soon_and_the_same_every_time(name: str) -> None:
    training, test, expected = EXPECTED[name]
    began = process_time()
    made = data(name)
    assert process_time() - began < 2
    assert made.name == f"made:{name}"
    for fields, count in ((made.training, training), (made.test, test)):
        assert list(fields) == list(expected)
        for key, (shape, dtype, low, high) in expected.items():
            array = fields[key]
            assert (array.shape, str(array.dtype)) == ((count, *shape), dtype), key
            assert low <= array.min() <= array.max() <= high, key
    again = data(name)
    for part, other in ((made.training, again.training), (made.test, again.test)):
        assert all(np.array_equal(part[key], other[key]) for key in expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_test_samples_are_not_those_of_training(name: str) -> None:
    made = data(name)
    first = next(iter(made.training))
    rows = {sample.tobytes() for sample in made.training[first]}
    repeated = sum(sample.tobytes() in rows for sample in made.test[first])
    # Short sentences and melodies come up twice by chance.
    assert repeated <= {"sentiment": 0.15, "music": 0.15}.get(name, 0) * len(made.test[first])


@pytest.mark.parametrize("name", ["spirals", "pictures", "sentiment", "audio", "volumes", "blobs", "clouds"])
def test_classes_are_about_as_frequent(name: str) -> None:
    counts = np.bincount(data(name).training["label"].astype(int).ravel())
    assert counts.min() > 0.8 * counts.mean()


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(DataError) as caught:
        data("cats")
    assert str(caught.value).startswith("There is no data 'made:cats'; made: stands before one of sine, blobs, ")
    with pytest.raises(DataError, match="'made:'"):
        data("")


def test_a_mask_covers_what_is_bright() -> None:
    fields = data("segments").training
    image, mask = fields["image"][:, 0], fields["mask"]
    assert image[mask > 0].mean() > image[mask == 0].mean() + 0.4
    assert 0.05 < (mask > 0).mean() < 0.5


@pytest.mark.slow
def test_a_detected_object_fills_its_box() -> None:
    fields = data("detection").training
    objects, boxes, classes = fields["objects"], fields["boxes"], fields["classes"]
    assert set(objects.sum(axis=(1, 2, 3))) == {1, 2, 3}
    assert np.array_equal(classes >= 0, objects[:, 0] == 1)
    assert not boxes[np.broadcast_to(objects == 0, boxes.shape)].any()
    for sample, row, column in np.argwhere(objects[:, 0] == 1)[:200]:
        across, down, width, height = boxes[sample, :, row, column]
        x, y = (column + across) * 8, (row + down) * 8
        assert 0 <= x - 32 * width < x + 32 * width <= 64
        assert 0 <= y - 32 * height < y + 32 * height <= 64
        image = fields["image"][sample]
        inside = image[:, int(y - 3) : int(y + 3), int(x - 2) : int(x + 2)].max(axis=0).mean()
        beside = image[:, int(y), max(int(x - 32 * width) - 3, 0)].max() if x - 32 * width > 3 else 0
        assert inside > 0.5 > beside


def test_captions_say_what_is_drawn() -> None:
    fields = data("captions").training
    assert len(CAPTION_WORDS) <= 24
    sentences = set()
    for read, said in zip(fields["caption_in"], fields["caption_out"], strict=True):
        words = [CAPTION_WORDS[token] for token in said if token >= 0]
        assert words.pop() == "<end>"
        assert [CAPTION_WORDS[token] for token in read] == ["<start>", *words, *["<pad>"] * (7 - len(words))]
        assert list(said[len(words) + 1 :]) == [-100] * (7 - len(words))
        sentences.add(" ".join(words))
    assert {"large red circle", "small blue triangle"} <= sentences
    assert any(" above " in sentence for sentence in sentences)
    assert any(" beside " in sentence for sentence in sentences)


def test_the_words_of_sentences() -> None:
    for vocabulary in (SENTIMENT_WORDS, ENTITY_WORDS):
        assert len(vocabulary) == len(set(vocabulary)) == 64
    fields = data("sentiment").training
    assert np.array_equal((fields["tokens"] > 0).sum(1), fields["lengths"])


def test_a_reversed_sequence_starts_and_ends() -> None:
    fields = data("reverse").training
    backwards = fields["source"][:, ::-1]
    assert np.array_equal(fields["target_in"][:, 1:], backwards)
    assert np.array_equal(fields["target_out"][:, :-1], backwards)
    assert set(fields["target_in"][:, 0]) == {0}
    assert set(fields["target_out"][:, -1]) == {1}


def test_the_next_note_is_the_one_after() -> None:
    fields = data("music").training
    assert np.array_equal(fields["notes_in"][:, 1:], fields["notes_out"][:, :-1])


def test_half_of_the_pairs_are_alike() -> None:
    fields = data("pairs").training
    assert fields["same"].mean() == 0.5
    assert np.array_equal(fields["target_pm"], 2 * fields["same"][:, 0] - 1)
    assert not any(np.array_equal(*pair) for pair in zip(fields["first"], fields["second"], strict=True))


def test_strangers_are_in_the_test_alone() -> None:
    made = data("anomalies")
    assert made.training["anomaly"].max() == 0
    assert 0.15 < made.test["anomaly"].mean() < 0.25


def test_noise_is_added_to_digits() -> None:
    fields = data("noisy-digits").training
    assert 0.15 < float(np.abs(fields["noisy"] - fields["clean"]).mean()) < 0.3
    assert np.array_equal(fields["clean"], load_data("digits").training["image"])
