"""A folder of images: a folder a class, perhaps in train, val and test above these."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from graph.recipe.sources import ImageFolder
from training.data.dataset import Dataset, Fields, Reading
from training.data.files.baditems import settle
from training.data.files.folders import Items, labels_of, split_items
from training.data.labelled import items_of, tell_classes
from training.data.pictures.gather import form_for, gather
from training.data.pictures.looks import SUFFIXES, looks
from training.data.splits import parted, without
from training.runs.data_record import Learned


def read(source: ImageFolder, reading: Reading) -> Dataset:
    """image (C, H, W) in bytes, or in 16 bits where images are stored so, and label.

    Raises:
        DataError: the folder is laid out in another way, or an image cannot be used.
    """
    folder = Path(source.path)
    items = items_of(source, SUFFIXES, "images", reading)
    found, faults = looks([item.path for item in items.items])
    total = len(items.items)
    refused = settle(faults, total, source.bad_items, reading.tell)
    form = form_for(found, source, reading)
    usable = _without(items, faults)
    parts = split_items(usable, reading, source.test_share, source.split == "stratified")
    # In the order of the parts, so that none need be copied.
    usable = usable._replace(items=[usable.items[place] for place in np.concatenate(parts)])
    array, broken = gather([item.path for item in usable.items], form, reading)
    refused += settle(broken, len(usable.items), source.bad_items, reading.tell)
    parts = without(parts, [item.path not in broken for item in usable.items])
    usable = _without(usable, broken)
    before = reading.began_with("label")
    names = before.names["label"] if before else items.labels
    tell_classes(folder, items, names, reading)
    fields: Fields = {"image": array, "label": labels_of(usable, names)}
    held = not any(item.part == "validation" for item in usable.items)
    learned = Learned({"label": names}, form=list(map(int, form)))
    return parted(str(folder), fields, parts, held=held, refused=refused, learned=learned)


def _without(items: Items, faults: dict[Path, str]) -> Items:
    return items._replace(items=[item for item in items.items if item.path not in faults])
