"""Data in .npz files, as far as the tensors that are trained on."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from compiler.to_python.source import compile_source
from tests.campaigns.mutations import NUMBERS, TEXTS, Files, damaged_bytes
from tests.campaigns.target import Target, at_random
from tests.support.training_drawings import classifier
from training.data.samples import load_samples

DESCRIPTIONS = (
    "<f4",
    "|u1",
    "<i8",
    ">f8",
    "|b1",
    "<f2",
    "|O",
    "<U9",
    "V0",
    "<M8[s]",
    "<c8",
    "[('a', '<f4')]",
    "<f99",
    "é",
)
ARRAYS: tuple[Any, ...] = (
    np.zeros((20, 8, 8), np.uint8),
    np.zeros((20, 8, 8), np.float64),
    np.full((20, 1, 8, 8), 1e30),
    np.full((20, 8, 8), np.nan, np.float32),
    np.arange(20),
    np.arange(20)[::-1].astype(np.uint64) * 2**60,
    np.arange(20.0) / 2,
    np.zeros((20, 10), np.int64),
    np.zeros((20, 0)),
    np.zeros(()),
    np.zeros((2, 3, 4, 5, 6, 7, 8, 9)),
    np.zeros((20, 2000, 3), np.uint8),
    np.array(["a"] * 20),
    np.zeros(20, bool),
    np.zeros(1),
)


class Arrays(Target):
    """``.npz`` files."""

    name = "npz"
    weight = 3

    def __init__(self, folder: Path) -> None:
        generator = np.random.default_rng(0)
        self._fields = {
            "image": generator.random((20, 8, 8)).astype(np.float32),
            "label": generator.integers(0, 10, 20),
            "image_test": generator.random((6, 8, 8)).astype(np.float32),
            "label_test": generator.integers(0, 10, 6),
        }
        self._packed = [_bomb(count, fields) for count in (10**5, 10**7, 10**8) for fields in (1, 2)]

    def case(self, random: Random) -> Files:
        make = at_random(random, (4, self._bytes), (4, self._headers), (3, self._members), (1, self._bombs))
        return {"data.npz": make(random)}

    def _bytes(self, random: Random) -> bytes:
        return damaged_bytes(random, self._saved(random, self._fields))

    def _saved(self, random: Random, fields: dict[str, Any]) -> bytes:
        file = io.BytesIO()
        random.choice((np.savez, np.savez_compressed))(file, **fields)
        return file.getvalue()

    def _headers(self, random: Random) -> bytes:
        """Arrays whose headers say something else than is there."""
        with zipfile.ZipFile(io.BytesIO(self._saved(random, self._fields))) as sound:
            members = {name: sound.read(name) for name in sound.namelist()}
        chosen = random.choice(list(members))
        content = members[chosen]
        length = int.from_bytes(content[8:10], "little")
        head, values = content[10 : 10 + length], content[10 + length :]
        head = at_random(
            random,
            (1, damaged_bytes(random, head)),
            (2, head.replace(b"20", str(random.choice(NUMBERS)).encode())),
            (1, head.replace(b"False", random.choice((b"True", b"None", b"9")))),
            (1, head.replace(b"<f4", random.choice(DESCRIPTIONS).encode()).replace(b"<i8", b"|O")),
        )
        version = random.choice((b"\1\0", b"\1\0", b"\2\0", b"\3\0", b"\xff\0"))
        width = 2 if version == b"\1\0" else 4
        size = random.choice((len(head), len(head), len(head), 0, 65535)).to_bytes(width, "little")
        members[chosen] = b"\x93NUMPY" + version + size + head + values
        return _zipped(random, members)

    def _members(self, random: Random) -> bytes:
        """Other arrays, and other names."""
        fields = dict(self._fields)
        for _ in range(random.choice((1, 2, 5))):
            name = random.choice([*fields, *(text for text in TEXTS if text.isprintable()), "x_val", "label_train"])
            fields[name[:60_000].replace("/", "") or "file_"] = random.choice(ARRAYS)
        if random.random() < 0.2:
            fields |= {f"extra{number}": np.zeros(20) for number in range(random.choice((10, 500)))}
        fields.pop(random.choice(list(fields)))
        return self._saved(random, {name: value for name, value in fields.items() if name != "file"})

    def _bombs(self, random: Random) -> bytes:
        return random.choice(self._packed)

    def feed(self, folder: Path) -> None:
        document = classifier(shape=(8, 8), data=str(folder / "data.npz"))
        load_samples(document, compile_source(document), document.training.data, lambda _: None)


def _bomb(count: int, fields: int) -> bytes:
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({count},), }}".encode()
    content = b"\x93NUMPY\1\0" + len(head).to_bytes(2, "little") + head + bytes(count)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("image.npy", "label.npy", "other.npy")[: fields + 1]:
            archive.writestr(name, content)
    return file.getvalue()


def _zipped(random: Random, members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
