"""A folder of recordings: a folder a class, perhaps in train, val and test above these, or labels in a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from graph.recipe.sources import AudioFolder
from training.data.dataset import Dataset, Fields, Reading, counted
from training.data.files.baditems import settle
from training.data.files.bounds import check_fits
from training.data.files.folders import Items, labels_of, split_items
from training.data.labelled import items_of, tell_classes
from training.data.sounds.recording import SUFFIXES, about, recording
from training.data.splits import parted
from training.runs.data_record import Learned


def read(source: AudioFolder, reading: Reading) -> Dataset:
    """audio (1, rate * seconds) from -1 to 1, and label.

    Raises:
        DataError: the folder is laid out in another way, or a recording cannot be used.
    """
    folder, length = Path(source.path), max(1, round(source.rate * source.seconds))
    items = items_of(source, SUFFIXES, "recordings", reading)
    what = f"{counted(len(items.items), 'recording')} of {length:,} values"
    check_fits(4 * length * len(items.items), what, "set fewer seconds or a lower rate")
    audio = np.empty((len(items.items), 1, length), dtype=np.float32)
    faults: dict[Path, str] = {}
    for place, item in enumerate(items.items):
        audio[place, 0], fault = recording(item.path, source.rate, length)
        if fault:
            faults[item.path] = fault
    refused = settle(faults, len(items.items), source.bad_items, reading.tell)
    good = np.array([item.path not in faults for item in items.items])
    usable = items._replace(items=[item for item in items.items if item.path not in faults])
    names = reading.learned.names["label"] if reading.learned and reading.learned.names else items.labels
    tell_classes(folder, items, names, reading)
    _tell(source, usable, reading)
    fields: Fields = {"audio": audio[good] if faults else audio, "label": labels_of(usable, names)}
    parts = split_items(usable, reading, source.test_share, source.split == "stratified")
    held = not any(item.part == "validation" for item in usable.items)
    return parted(str(folder), fields, parts, held=held, refused=refused, learned=Learned({"label": names}))


def _tell(source: AudioFolder, items: Items, reading: Reading) -> None:
    """Say what was done to how many recordings."""
    known = [about(item.path) for item in items.items]
    said = {
        f"resampled to {source.rate:,} values a second": sum(rate != source.rate for rate, _, _ in known),
        "averaged over their channels": sum(channels > 1 for _, channels, _ in known),
        f"cut off after {source.seconds:g} seconds": sum(seconds > source.seconds for _, _, seconds in known),
        f"filled with silence up to {source.seconds:g} seconds": sum(
            seconds < source.seconds for _, _, seconds in known
        ),
    }
    changes = [f"{count:,} {what}" for what, count in said.items() if count]
    if changes:
        reading.tell(f"Of {counted(len(known), 'recording')}, {', '.join(changes)}.")
