"""Folders of IDX files, as far as the tensors that are trained on."""

from __future__ import annotations

import gzip
from pathlib import Path
from random import Random

from compiler.to_python.source import compile_source
from tests.campaigns.mutations import Files, damaged_bytes
from tests.campaigns.target import Target, at_random
from tests.support.training_drawings import classifier
from training.data.samples import load_samples

SIZES = (0, 1, 2, 3, 7, 8, 20, 40, 64, 160, 1280, 2**16, 2**31, 2**32 - 1)


class Idx(Target):
    """The four files of MNIST."""

    name = "idx"
    weight = 2

    def __init__(self, folder: Path) -> None:
        random = Random(0)
        self._sound = {}
        for part, count in (("train", 40), ("t10k", 8)):
            self._sound[f"{part}-images-idx3-ubyte"] = _idx(8, (count, 8, 8), random.randbytes(count * 64))
            self._sound[f"{part}-labels-idx1-ubyte"] = _idx(8, (count,), bytes(place % 10 for place in range(count)))

    def case(self, random: Random) -> Files:
        files = dict(self._sound)
        for _ in range(random.choice((1, 1, 2))):
            name = random.choice(list(files))
            make = at_random(random, (3, _with_bytes), (4, _with_sizes), (2, _of_another_shape), (1, _bomb))
            files[name] = make(random, files[name])
        if random.random() < 0.1:
            files.pop(random.choice(list(files)))
        return dict(_packed(random, name, content) for name, content in files.items())

    def feed(self, folder: Path) -> None:
        document = classifier(shape=(1, 8, 8), data=str(folder))
        load_samples(document, compile_source(document), document.training.data, lambda _: None)


def _idx(kind: int, sizes: tuple[int, ...], values: bytes) -> bytes:
    return bytes([0, 0, kind, len(sizes)]) + b"".join(size.to_bytes(4) for size in sizes) + values


def _with_bytes(random: Random, content: bytes) -> bytes:
    return damaged_bytes(random, content)


def _with_sizes(random: Random, content: bytes) -> bytes:
    sizes = (
        [int.from_bytes(content[at : at + 4]) for at in range(4, 4 + 4 * min(content[3], 9), 4)] if content[3:] else []
    )
    sizes = [random.choice(SIZES) if random.random() < 0.4 else size for size in sizes]
    random.shuffle(sizes)
    return _idx(random.choice((8, 8, 9, 11, 12, 13, 14, 0)), tuple(sizes), content[4 + 4 * len(sizes) :])


def _of_another_shape(random: Random, _content: bytes) -> bytes:
    """Sound, but of sizes nobody has pictures of."""
    sizes = random.choice(
        ((40, 1, 64), (40, 64, 1), (1, 40, 64), (2560, 1, 1), (40, 2000, 3), (40, 3, 2000), (40, 8, 8, 1))
    )
    count = 1
    for size in sizes:
        count *= size
    return _idx(8, sizes, bytes(count))


def _bomb(random: Random, _content: bytes) -> bytes:
    count = random.choice((10**6, 3 * 10**7))
    return _idx(8, (40, count // 40) if random.random() < 0.5 else (40, 8, 8), bytes(count))


def _packed(random: Random, name: str, content: bytes) -> tuple[str, bytes]:
    if random.random() < 0.5:
        return name, content
    packed = gzip.compress(content, 6, mtime=0)
    return f"{name}.gz", damaged_bytes(random, packed) if random.random() < 0.2 else packed
