"""Pictures of 16 bits a channel: every bit is read, and what is done to any picture is said with counts."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from graph.recipe.sources import ImageFolder, MaskFolder
from training.data.dataset import Array, Dataset, Reading
from training.data.sources import load_data
from training.runs.data_record import Learned

_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}  # what PNG calls as many channels
_TURNED = {3: lambda a: a[::-1, ::-1], 5: lambda a: a.swapaxes(0, 1), 6: lambda a: np.rot90(a, -1)}


def noise(channels: int, height: int = 5, width: int = 7) -> Array:
    return np.random.default_rng(channels).integers(0, 65536, (height, width, channels), dtype=np.uint16)


def png(path: Path, values: Array, more: bytes = b"") -> None:
    """A PNG of 16 bits, written by hand, for Pillow writes none in colour."""
    height, width, channels = values.shape
    head = struct.pack(">IIBBBBB", width, height, 16, _KINDS[channels], 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + more + piece(b"IDAT", zlib.compress(rows)) + piece(b"IEND", b"")
    )


def piece(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def held(orientation: int) -> bytes:
    return piece(b"eXIf", b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0))


def tiff(path: Path, values: Array, order: str, packed: bool) -> None:
    """A TIFF of 16 bits in colour, written by hand in either order of bytes."""
    height, width, channels = values.shape
    content = values.astype(f"{order}u2").tobytes()
    content = zlib.compress(content) if packed else content
    tags = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, channels, 0), (259, 3, 1, 8 if packed else 1)]
    tags += [(262, 3, 1, 2), (273, 4, 1, 0), (277, 3, 1, channels), (278, 3, 1, height), (279, 4, 1, len(content))]
    depths = 8 + 2 + 12 * len(tags) + 4
    places = {258: depths, 273: depths + 2 * channels}
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(tags))
    for tag, kind, count, value in tags:
        long = kind == 4 or tag in places
        stored = struct.pack(f"{order}I", places.get(tag, value)) if long else struct.pack(f"{order}HH", value, 0)
        head += struct.pack(f"{order}HHI", tag, kind, count) + stored
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        head + struct.pack(f"{order}I", 0) + struct.pack(f"{order}{channels}H", *[16] * channels) + content
    )


def read(folder: Path, notices: list[str], learned: Learned | None = None, **options: Any) -> Dataset:
    return load_data(ImageFolder(path=str(folder), **options), reading=Reading(0.0, 0, learned, notices.append))


def over_white(values: Array) -> Array:
    cover = values[..., -1:].astype(np.float64) / 65535
    return np.rint(values[..., :-1] * cover + 65535 * (1 - cover)).astype(np.uint16)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_bit_of_a_png_is_read(tmp_path: Path, channels: int) -> None:
    values = noise(channels)
    png(tmp_path / "a" / "x.png", values)
    notices: list[str] = []
    image = read(tmp_path, notices).training["image"]
    expected = over_white(values) if channels in (2, 4) else values
    assert image.dtype == np.uint16
    assert np.array_equal(np.moveaxis(image[0], 0, -1), expected)
    clear = "Of 1 image, 1 laid over white where transparent."
    assert [text for text in notices if text.startswith("Of")] == ([clear] if channels in (2, 4) else [])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("order", "<>")
def test_every_bit_of_a_tiff_is_read(tmp_path: Path, order: str, packed: bool) -> None:
    values = noise(3)
    tiff(tmp_path / "a" / "x.tif", values, order, packed)
    assert np.array_equal(np.moveaxis(read(tmp_path, []).training["image"][0], 0, -1), values)


def test_a_pixmap_says_itself_what_its_largest_value_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    values = noise(3) // 16
    (tmp_path / "a" / "x.ppm").write_bytes(b"P6\n7 5\n4095\n" + values.astype(">u2").tobytes())
    (tmp_path / "a" / "y.pgm").write_bytes(b"P5\n7 5\n65535\n" + noise(1).astype(">u2").tobytes())
    image = read(tmp_path, [], colour="rgb").training["image"]
    assert np.array_equal(np.moveaxis(image[0], 0, -1), np.rint(values / 4095 * 65535).astype(np.uint16))
    assert np.array_equal(image[1], np.repeat(noise(1)[np.newaxis, ..., 0], 3, axis=0))


@pytest.mark.parametrize("orientation", sorted(_TURNED))
def test_sixteen_bits_are_turned_as_the_camera_was_held_and_that_is_said(tmp_path: Path, orientation: int) -> None:
    values = noise(3)
    png(tmp_path / "a" / "x.png", values, held(orientation))
    notices: list[str] = []
    image = read(tmp_path, notices).training["image"][0]
    assert np.array_equal(np.moveaxis(image, 0, -1), _TURNED[orientation](values))
    assert notices[0] == "Of 1 image, 1 turned as the camera was held."


def test_a_colour_that_stands_for_nothing_is_white(tmp_path: Path) -> None:
    values = noise(3)
    values[0, 0], values[0, 1] = (256, 512, 768), (256, 512, 769)
    png(tmp_path / "a" / "x.png", values, piece(b"tRNS", struct.pack(">HHH", 256, 512, 768)))
    assert read(tmp_path, []).training["image"][0][:, 0, :2].T.tolist() == [[65535] * 3, [256, 512, 769]]


def test_colours_of_sixteen_bits_become_grey_and_smaller_like_others(tmp_path: Path) -> None:
    values = noise(3, 8, 8)
    png(tmp_path / "a" / "x.png", values)
    notices: list[str] = []
    grey = read(tmp_path, notices, colour="grey").training["image"][0, 0]
    assert notices[0] == "Of 1 image, 1 brought from colour to grey."
    assert np.abs(grey.astype(float) - values @ [0.299, 0.587, 0.114]).max() < 2
    small = read(tmp_path, [], size=(4, 4)).training["image"][0]
    each = [Image.fromarray(values[..., place].astype(np.float32)) for place in range(3)]
    expected = [np.asarray(one.resize((4, 4), Image.Resampling.BILINEAR)) for one in each]
    assert np.abs(small.astype(float) - expected).max() <= 0.5


def test_a_run_that_began_with_eight_bits_keeps_to_them_and_says_so(tmp_path: Path) -> None:
    png(tmp_path / "a" / "x.png", noise(3))
    notices: list[str] = []
    image = read(tmp_path, notices, Learned({"label": ["a"]}, form=[3, 0, 5, 7])).training["image"][0]
    assert np.array_equal(np.moveaxis(image, 0, -1), noise(3) >> 8)
    assert notices[0] == "Of 1 image, 1 brought from 16 bits to 8."


def test_bits_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.ppm").write_bytes(b"P3\n2 1\n65535\n65535 0 0 0 0 65535\n")
    notices: list[str] = []
    assert read(tmp_path, notices).training["image"].tolist() == [[[[255, 0]], [[0, 0]], [[0, 255]]]]
    assert notices[0] == "Of 1 image, 1 brought from 16 bits to 8."


def test_palettes_and_inks_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("P", (8, 8), 1).save(tmp_path / "a" / "x.png")
    Image.new("CMYK", (8, 8), (255, 0, 0, 0)).save(tmp_path / "a" / "y.jpg")
    notices: list[str] = []
    read(tmp_path, notices)
    assert notices[0] == (
        "Of 2 images, 1 looked up in their palettes, 1 brought from inks (CMYK) to red, green and blue."
    )


def test_the_classes_of_a_mask_in_sixteen_bits_of_colour_are_not_lost(tmp_path: Path) -> None:
    classes = np.arange(35).reshape(5, 7) % 3
    png(tmp_path / "images" / "x.png", noise(3))
    png(tmp_path / "masks" / "x.png", np.repeat(classes[..., np.newaxis], 3, axis=2).astype(np.uint16))
    data = load_data(MaskFolder(path=str(tmp_path)), reading=Reading())
    assert np.array_equal(data.training["mask"][0], classes)
