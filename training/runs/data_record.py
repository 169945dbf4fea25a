"""What a run knows of the data it was trained on: where it is, what it was like, and how it was scaled."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from graph.storage.atomic import reason, write_atomically
from training.errors import RunError

DATA = "data.json"
Unit = Literal["words", "characters", "subwords"]


class Scale(msgspec.Struct, frozen=True):
    """The ``divisor`` of a field's numbers, which were ``low`` to ``high`` in the training samples."""

    divisor: int = 1
    low: float = 0.0
    high: float = 0.0


class Rule(msgspec.Struct, frozen=True):
    """How the numbers of each node's field are scaled, the same for every part of the data and for every file.

    ``by_dtype`` is what runs without a record did: bytes for a float32 node are divided by 255, whatever they mean.
    """

    scales: dict[str, Scale] = {}
    by_dtype: bool = False


class Print(msgspec.Struct, frozen=True):
    """What the samples of one node were like; ``validation`` counts those the data brings to validate on."""

    field: str
    shape: list[int]
    dtype: str
    samples: int
    validation: int
    digest: str


class Learned(msgspec.Struct, frozen=True):
    """What reading learned from the data a run began with, and keeps to in every other file.

    ``names`` are those of classes, categories and tokens by field or column, in the order of their numbers; ``columns``
    the features in their order; ``means`` and ``deviations`` what numbers are standardized by; ``length`` is that of
    texts, ``form`` that of images: channels, whether they have 16 bits, height and width. ``unit`` is what texts
    were cut into, perhaps in ``lowercase``; ``merges`` says of subwords, by field, in order which two become one.
    """

    names: dict[str, list[str]] = {}
    columns: list[str] = []
    means: dict[str, float] = {}
    deviations: dict[str, float] = {}
    length: int = 0
    form: list[int] = []
    unit: Unit | Literal[""] = ""
    lowercase: bool = True
    merges: dict[str, list[str]] = {}


class DataRecord(msgspec.Struct, frozen=True):
    """The data of a run; ``source`` is the setting ``data`` with its path made absolute.

    ``class_weights`` are those that objectives were given by the balance of the training samples.
    """

    source: str
    rule: Rule
    prints: dict[str, Print]
    class_weights: dict[str, list[float]] = {}
    learned: Learned = Learned()


def write_record(run: Path, record: DataRecord) -> None:
    """Keep the record with the run.

    Raises:
        FileError: it cannot be written.
    """
    write_atomically(run / DATA, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n", follow=False)


def read_record(run: Path) -> DataRecord | None:
    """The record of a run; nothing for a run that never read its data, or was trained by an older version.

    Raises:
        RunError: it cannot be read, or is damaged.
    """
    try:
        if (run / DATA).exists() and not (run / DATA).is_file():
            raise RunError(f"{run / DATA} is not a file; start a new run.")
        return msgspec.json.decode((run / DATA).read_bytes(), type=DataRecord)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"{run / DATA} cannot be read: {reason(error)}.") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RunError(f"{run / DATA}, which says how the data was scaled, is damaged; start a new run.") from None


def class_weights_of(run: Path) -> dict[str, list[float]]:
    """The class weights that a run's objectives were given, by their names.

    Raises:
        RunError: its record is damaged.
    """
    record = read_record(run)
    return {} if record is None else record.class_weights


def rule_of(run: Path) -> Rule:
    """The rule a run with weights was trained by.

    Raises:
        RunError: its record is damaged.
    """
    record = read_record(run)
    return Rule(by_dtype=True) if record is None else record.rule
