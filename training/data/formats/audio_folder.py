"""A folder of recordings: a folder a class, perhaps in train, val and test above these, or labels in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import scipy
import soundfile

from graph.recipe.sources import AudioFolder
from training.data.dataset import Array, Dataset, Fields, Reading, counted
from training.data.files.baditems import settle
from training.data.files.folders import labels_of, split_items
from training.data.files.keeping import signs_of
from training.data.files.made import Made, Making, make
from training.data.files.sidebyside import side_by_side
from training.data.files.store import Layout, Seen
from training.data.labelled import items_of, tell_classes
from training.data.sounds.recording import SUFFIXES, About, BadRecordingError, about, recording
from training.data.splits import parted, without
from training.runs.data_record import Learned

_TOLD = 256  # after so many recordings it is told how far decoding has come


def read(source: AudioFolder, reading: Reading) -> Dataset:
    """audio (1, rate * seconds) from -1 to 1, or beyond where floating point says so, and label.

    Raises:
        DataError: the folder is laid out in another way, or a recording cannot be used.
    """
    folder = Path(source.path)
    items = items_of(source, SUFFIXES, "recordings", reading)
    heads, faults = _heads([item.path for item in items.items])
    refused = settle(faults, len(items.items), source.bad_items, reading.tell)
    usable = items._replace(items=[item for item in items.items if item.path not in faults])
    parts = split_items(usable, reading, source.test_share, source.split == "stratified")
    # In the order of the parts, so that none need be copied.
    usable = usable._replace(items=[usable.items[place] for place in np.concatenate(parts)])
    made = _decoded(source, [item.path for item in usable.items], reading)
    broken = {usable.items[place].path: text for place, text in made.seen.faults.items()}
    refused += settle(broken, len(usable.items), source.bad_items, reading.tell)
    parts = without(parts, [item.path not in broken for item in usable.items])
    usable = usable._replace(items=[item for item in usable.items if item.path not in broken])
    before = reading.began_with("label")
    names = before.names["label"] if before else items.labels
    tell_classes(folder, items, names, reading)
    _tell(source, [heads[item.path] for item in usable.items], reading)
    for note in made.seen.notes:
        reading.tell(note)
    fields: Fields = {"audio": made.arrays[0], "label": labels_of(usable, names)}
    held = not any(item.part == "validation" for item in usable.items)
    return parted(str(folder), fields, parts, held=held, refused=refused, learned=Learned({"label": names}))


def _heads(paths: Sequence[Path]) -> tuple[Mapping[Path, About], Mapping[Path, str]]:
    """What recordings are like, and what is wrong with those that cannot be used."""
    seen = dict(zip(paths, side_by_side(about, paths), strict=True))
    heads = {path: head for path, head in seen.items() if isinstance(head, About)}
    return heads, {path: head for path, head in seen.items() if isinstance(head, str)}


def _decoded(source: AudioFolder, paths: Sequence[Path], reading: Reading) -> Made:
    length, count = max(1, round(source.rate * source.seconds)), counted(len(paths), "recording")

    def work(arrays: Sequence[Array]) -> Seen:
        def attempt(place: int) -> float | str:
            if place % _TOLD == 0:
                reading.stage(f"Decoding {count}", place / len(paths))
            try:
                wave = recording(paths[place], source.rate, length)
            except BadRecordingError as error:
                return str(error)
            arrays[0][place, 0] = wave
            return float(max(wave.max(), -wave.min()))

        found = side_by_side(attempt, range(len(paths)))
        peaks = [peak for peak in found if isinstance(peak, float)]
        return Seen({place: text for place, text in enumerate(found) if isinstance(text, str)}, _loud(peaks))

    layouts = [Layout((len(paths), 1, length), np.float32)]
    what = f"{count} of {length:,} values"
    return make(
        Making(what, "decoded", "set fewer seconds or a lower rate", layouts, _signs(source, paths), work), reading.tell
    )


def _signs(source: AudioFolder, paths: Sequence[Path]) -> Iterator[str]:
    yield from (soundfile.__version__, soundfile.__libsndfile_version__, scipy.__version__, str(source.rate))
    yield from signs_of(paths)


def _tell(source: AudioFolder, known: Sequence[About], reading: Reading) -> None:
    """Say what was done to how many recordings."""
    said = {
        f"resampled to {source.rate:,} values a second": sum(head.rate != source.rate for head in known),
        "averaged over their channels": sum(head.channels > 1 for head in known),
        f"cut off after {source.seconds:g} seconds": sum(head.seconds > source.seconds for head in known),
        f"filled with silence up to {source.seconds:g} seconds": sum(head.seconds < source.seconds for head in known),
    }
    changes = [f"{count:,} {what}" for what, count in said.items() if count]
    if changes:
        reading.tell(f"Of {counted(len(known), 'recording')}, {', '.join(changes)}.")


def _loud(peaks: Sequence[float]) -> list[str]:
    """What is to be said of recordings that leave the range that is usual, by the largest value of each."""
    loud = sum(peak > 1 for peak in peaks)
    if not loud:
        return []
    who = f"{loud:,} of {counted(len(peaks), 'recording')} {'leaves' if loud == 1 else 'leave'}"
    return [f"{who} the range from -1 to 1, up to {max(peaks):.4g}: nothing is clipped or scaled."]
