"""Which samples train, which validate and which test: by chance, by class, by group, by time, or as a name says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from training.data.dataset import Array, Dataset, Fields, Reading
from training.errors import DataError
from training.runs.data_record import Learned

Part = Literal["training", "validation", "test"]

PART_WORDS: dict[str, Part] = {
    "train": "training",
    "training": "training",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


class Parts(NamedTuple):
    """The samples of each part, by their indices in rising order."""

    training: Array
    validation: Array
    test: Array


class Shares(NamedTuple):
    """How many of the samples test, and how many of the others validate, chosen by a seed."""

    test: float
    validation: float
    seed: int


def shares(reading: Reading, test: float = 0.0) -> Shares:
    """The shares the settings ask for."""
    return Shares(test, reading.validation, reading.seed)


def parted(
    name: str, fields: Fields, parts: Parts, *, held: bool, refused: tuple[str, ...] = (), learned: Learned
) -> Dataset:
    """The samples as data with the parts that there are."""
    training, validation, test = (
        {key: array[_run(rows)] for key, array in fields.items()} if len(rows) else {} for rows in parts
    )
    return Dataset(name, training, test, validation, refused=refused, held=held, learned=learned)


def without(parts: Parts, good: Sequence[bool]) -> Parts:
    """The parts of samples that lie in their order, of which only the ``good`` are there."""
    ends = np.concatenate([[0], np.cumsum(good)])[np.cumsum([0, *map(len, parts)])]
    return Parts(*(np.arange(start, end) for start, end in pairwise(ends)))


def _run(rows: Array) -> Array | slice:
    """Rows beside each other as a slice, by which nothing is copied."""
    beside = bool((np.diff(rows) == 1).all())
    return slice(int(rows[0]), int(rows[-1]) + 1) if beside else rows


def by_chance(count: int, wanted: Shares, classes: Array | None = None) -> Parts:
    """Parts chosen at random; with ``classes``, of every class the same share, as exactly as whole samples allow."""
    generator = np.random.default_rng(wanted.seed)
    strata = np.zeros(count, dtype=np.int64) if classes is None else np.unique(classes, return_inverse=True)[1].ravel()
    free = np.arange(count)
    test = _draw(free, strata, wanted.test, generator)
    free = np.setdiff1d(free, test)
    validation = _draw(free, strata[free], wanted.validation, generator)
    return Parts(np.setdiff1d(free, validation), validation, test)


def completed(parts: Parts, wanted: Shares, classes: Array | None = None) -> Parts:
    """Parts that the data names, and where it names none to validate or test on, such as are held back by chance."""
    free = parts.training
    missing = Shares(
        0.0 if len(parts.test) else wanted.test, 0.0 if len(parts.validation) else wanted.validation, wanted.seed
    )
    chosen = by_chance(len(free), missing, None if classes is None else classes[free])
    return Parts(
        free[chosen.training],
        parts.validation if len(parts.validation) else free[chosen.validation],
        parts.test if len(parts.test) else free[chosen.test],
    )


def by_group(groups: Array, wanted: Shares, column: str) -> Parts:
    """Parts chosen at random among groups of samples, each of which stays together.

    Raises:
        DataError: there are too few groups.
    """
    names, of = np.unique(groups, return_inverse=True)
    needed = 1 + (wanted.test > 0) + (wanted.validation > 0)
    if len(names) < needed:
        raise DataError(
            f"The column '{column}' has {len(names)} different values, but {needed} groups are needed to hold some "
            "back; split in another way."
        )
    order = np.random.default_rng(wanted.seed).permutation(len(names))
    sizes = np.bincount(of.ravel())[order]
    counts = [wanted.test * len(groups), wanted.validation * (1 - wanted.test) * len(groups)]
    chosen, start = [], 0
    for place, count in enumerate(counts):
        later = sum(1 for other in counts[place + 1 :] if other) + 1
        end = _nearest_end(sizes, start, count, len(names) - later)
        chosen.append(order[start:end])
        start = end
    test, validation = (np.flatnonzero(np.isin(of.ravel(), part)) for part in chosen)
    rest = np.flatnonzero(np.isin(of.ravel(), order[start:]))
    return Parts(rest, validation, test)


def by_time(times: Array, wanted: Shares, column: str) -> Parts:
    """The latest samples test, those before them validate, the earliest train; equal times stay together.

    Raises:
        DataError: all times are equal.
    """
    order = np.argsort(times, kind="stable")
    count = len(order)
    first_test = _between_times(times[order], count - _whole(count, wanted.test))
    first_validation = _between_times(times[order], first_test - _whole(first_test, wanted.validation))
    parts = order[:first_validation], order[first_validation:first_test], order[first_test:]
    if (wanted.validation and not len(parts[1])) or (wanted.test and not len(parts[2])):
        raise DataError(f"The column '{column}' holds too few different times to hold some back; split in another way.")
    return Parts(*(np.sort(part) for part in parts))


def by_name(names: Sequence[str], column: str) -> Parts:
    """The part each sample names.

    Raises:
        DataError: a name is not that of a part, or no sample trains.
    """
    parts = [part_named(name) for name in names]
    if None in parts:
        row = parts.index(None)
        raise DataError(
            f"The column '{column}' holds '{names[row]:.60}' in row {row + 1:,}; it must say train, val or test."
        )
    found = np.array(parts)
    if not (found == "training").any():
        raise DataError(f"The column '{column}' says train of no row; there is nothing to train on.")
    return Parts(*(np.flatnonzero(found == part) for part in ("training", "validation", "test")))


def names_validation(names: Sequence[str]) -> bool:
    """Whether any sample is named to validate on."""
    return any(part_named(name) == "validation" for name in names)


def names_parts(kinds: Sequence[str | None]) -> bool:
    """Whether all there is to be said by a column are the names of parts, more than one."""
    found = {part_named(kind) if kind else None for kind in kinds}
    return None not in found and len(found) > 1


def part_named(name: str) -> Part | None:
    """The part that a word stands for."""
    return PART_WORDS.get(name.strip().lower())


def _draw(free: Array, strata: Array, share: float, generator: np.random.Generator) -> Array:
    """A share of the free samples, of every stratum alike; at least one of a stratum stays."""
    if not share or len(free) < 2:
        return free[:0]
    labels, sizes = np.unique(strata, return_counts=True)
    counts = _apportioned(sizes, _whole(len(free), share))
    drawn = [generator.permutation(free[strata == label])[:count] for label, count in zip(labels, counts, strict=True)]
    return np.sort(np.concatenate(drawn))


def _apportioned(sizes: Array, total: int) -> Array:
    """How many to take of each stratum: the same share, rounded so that they add up, the largest remainders up."""
    exact = sizes * total / sizes.sum()
    counts = np.minimum(np.floor(exact).astype(np.int64), sizes - 1)
    for place in np.argsort(counts - exact, kind="stable"):
        if counts.sum() >= total:
            break
        counts[place] += counts[place] < sizes[place] - 1
    return np.asarray(counts)


def _whole(count: int, share: float) -> int:
    """So many of ``count`` samples: at least one where any are wanted, and never all."""
    return min(max(1, round(count * share)), count - 1) if share and count > 1 else 0


def _nearest_end(sizes: Array, start: int, count: float, last: int) -> int:
    """Where groups from ``start`` on hold about ``count`` samples: at least one group, and none beyond ``last``."""
    if not count:
        return start
    ends = np.arange(start + 1, max(start + 1, last) + 1)
    held = np.cumsum(sizes[start:])[: len(ends)]
    return int(ends[np.argmin(np.abs(held - count))])


def _between_times(times: Array, boundary: int) -> int:
    """The boundary moved back, or else on, to where the time changes."""
    if boundary in (0, len(times)):
        return boundary
    same = np.flatnonzero(times == times[boundary])
    return int(same[0]) if same[0] > 0 else int(same[-1]) + 1
