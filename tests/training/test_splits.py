"""Which samples are held back: by chance, by class, by group, by time, or as the data says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from training.data.splits import Shares, by_chance, by_group, by_name, by_time
from training.errors import DataError


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=200),
    st.floats(0, 0.6),
    st.floats(0, 0.6),
    st.integers(0, 5),
)
def test_every_sample_is_in_one_part_and_every_class_is_trained_on(
    classes: Any, test: Any, validation: Any, seed: Any
) -> None:
    labels = np.array(classes)
    parts = by_chance(len(labels), Shares(test, validation, seed), labels)
    assert sorted(np.concatenate(parts)) == list(range(len(labels)))
    assert set(labels[parts.training]) == set(labels)
    again = by_chance(len(labels), Shares(test, validation, seed), labels)
    assert all(np.array_equal(one, other) for one, other in zip(parts, again, strict=True))


def test_every_class_gives_the_same_share() -> None:
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    parts = by_chance(1000, Shares(0.1, 0.2, 0), labels)
    assert np.bincount(labels[parts.test]).tolist() == [60, 30, 10]
    assert np.bincount(labels[parts.validation]).tolist() == [108, 54, 18]


def test_without_classes_the_share_is_of_all() -> None:
    parts = by_chance(50, Shares(0.0, 0.2, 3))
    assert [len(part) for part in parts] == [40, 10, 0]
    other = by_chance(50, Shares(0.0, 0.2, 4))
    assert not np.array_equal(parts.validation, other.validation)


def test_a_group_stays_together() -> None:
    groups = np.repeat([f"patient {n}" for n in range(20)], 5)
    parts = by_group(groups, Shares(0.2, 0.25, 0), "patient")
    names = [set(groups[part]) for part in parts]
    assert sum(map(len, names)) == len(set.union(*names)) == 20
    assert [len(part) for part in parts] == [60, 20, 20]


def test_two_groups_cannot_be_three_parts() -> None:
    with pytest.raises(DataError, match="has 2 different values, but 3 groups are needed"):
        by_group(np.array(["a", "b", "a"]), Shares(0.2, 0.2, 0), "g")


def test_the_latest_are_held_back() -> None:
    times = np.array([5, 1, 4, 2, 3, 10, 9, 8, 7, 6])
    parts = by_time(times, Shares(0.2, 0.25, 0), "t")
    assert [sorted(times[part].tolist()) for part in parts] == [[1, 2, 3, 4, 5, 6], [7, 8], [9, 10]]


def test_one_time_is_in_one_part() -> None:
    times = np.array([1, 1, 2, 2, 2, 2, 3, 3])
    parts = by_time(times, Shares(0.0, 0.4, 0), "t")
    assert not set(times[parts.training]) & set(times[parts.validation])
    with pytest.raises(DataError, match="too few different times"):
        by_time(np.ones(9), Shares(0.0, 0.4, 0), "t")


def test_a_column_says_the_part() -> None:
    parts = by_name(["train", "Val", "test", "training", " dev "], "part")
    assert [part.tolist() for part in parts] == [[0, 3], [1, 4], [2]]
    with pytest.raises(DataError, match="'part' holds 'other' in row 2; it must say train, val or test"):
        by_name(["train", "other"], "part")
    with pytest.raises(DataError, match="says train of no row"):
        by_name(["test", "val"], "part")
