"""The parts of the data a drawing uses, and whether their fields belong together."""

from __future__ import annotations

from collections.abc import Sequence

from training.data.binding import Notify
from training.data.dataset import Dataset, Fields
from training.errors import DataError

_LISTED = 5


def chosen(dataset: Dataset, used: Sequence[str]) -> Dataset:
    """The data with the fields in ``used`` alone.

    Raises:
        DataError: a part lacks one of them, or has it with another count or with samples of another shape.
    """
    training, test, validation = (
        _part(dataset, fields, used, part)
        for part, fields in (("training", dataset.training), ("test", dataset.test), ("validation", dataset.validation))
    )
    for part, fields in (("test", test), ("validation", validation)):
        _check_shapes(dataset.name, part, fields, training)
    return dataset._replace(training=training, test=test, validation=validation)


def tell_unused(dataset: Dataset, used: Sequence[str], notify: Notify) -> None:
    """Say which arrays are left aside that have other counts than the samples, or cannot be samples."""
    counts = {len(dataset.fields()[field]) for field in used}
    other = [field for field, array in dataset.fields().items() if field not in used and len(array) not in counts]
    unused = [*dataset.left_out, *other]
    if not unused:
        return
    names = ", ".join(f"'{name:.60}'" for name in unused[:_LISTED])
    more = f" and {len(unused) - _LISTED:,} more" if len(unused) > _LISTED else ""
    notify(f"Not used, for they hold no samples of their own: {names}{more}.")


def _part(dataset: Dataset, fields: Fields, used: Sequence[str], part: str) -> Fields:
    present = {field: fields[field] for field in used if field in fields}
    if not present:
        return {}
    if len(present) < len(used):
        missing = next(field for field in used if field not in fields)
        raise DataError(f"{dataset.name} has {part} samples but no '{missing}' among them; give every field or none.")
    counts = {field: len(array) for field, array in present.items()}
    if len(set(counts.values())) > 1:
        what = "samples" if part == "training" else f"{part} samples"
        listed = ", ".join(f"'{field}' has {count}" for field, count in counts.items())
        raise DataError(f"{dataset.name} has fields with different numbers of {what}: {listed}.")
    return present


def _check_shapes(name: str, part: str, fields: Fields, training: Fields) -> None:
    for field, array in fields.items() if training else ():
        here, there = array.shape[1:], training[field].shape[1:]
        if here != there:
            raise DataError(
                f"{name} has '{field}' of {_sizes(here)} in its {part} samples but of {_sizes(there)} to train on; "
                "save both alike."
            )


def _sizes(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "one number"
