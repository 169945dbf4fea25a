"""A folder of texts: a folder a class, perhaps in train, val and test above these."""

from __future__ import annotations

from pathlib import Path

from graph.recipe.sources import TextFolder
from graph.storage.atomic import reason
from training.data.dataset import Dataset, Reading, counted
from training.data.files.baditems import settle
from training.data.files.bounds import check_fits
from training.data.files.folders import class_items, labels_of, split_items, tell_others
from training.data.texts.cutting import Cutting, cut, cutting
from training.data.texts.tokens import Labelled, dataset_of

_MOST_GROWTH = 16  # a list of tokens takes more than its text


def read(source: TextFolder, reading: Reading) -> Dataset:
    """tokens (L,), their number lengths, and label.

    Raises:
        DataError: the folder is laid out in another way, or a text cannot be used.
    """
    folder = Path(source.path)
    items = class_items(folder, (".txt",), "texts")
    size = sum(item.path.stat().st_size for item in items.items)
    check_fits(_MOST_GROWTH * size, counted(len(items.items), "text"), "keep fewer or shorter ones")
    before = reading.began_with("label", "tokens", texts=True)
    how = cutting(source, before)
    texts: dict[Path, list[str]] = {}
    faults: dict[Path | str, str] = {}
    for item in items.items:
        tokens = _tokens(item.path, how)
        if isinstance(tokens, str):
            faults[item.path] = tokens
        else:
            texts[item.path] = tokens
    refused = settle(faults, len(items.items), source.bad_items, reading.tell)
    items = items._replace(items=[item for item in items.items if item.path in texts])
    names = before.names["label"] if before else items.labels
    labels_of(items, names)
    parts = split_items(items, reading, source.test_share, source.split == "stratified")
    tell_others(folder, items.others, reading.tell)
    held = not any(item.part == "validation" for item in items.items)
    labels = [item.label for item in items.items]
    found = Labelled([texts[item.path] for item in items.items], labels, held, refused)
    return dataset_of(str(folder), found, names, parts, source, reading)


def _tokens(path: Path, how: Cutting) -> list[str] | str:
    """The tokens of a file, or why there are none as the end of a sentence."""
    try:
        content = path.read_bytes()
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        return f"is not written in UTF-8: it holds the byte {content[error.start]:02x} at {error.start:,}"
    except OSError as error:
        return f"cannot be read: {reason(error)}"
    return cut(text, how) or "holds no text"
