"""Data files that claim what they do not hold: refused before memory is taken for it."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.support.training_drawings import write_mnist
from tests.support.typed import known
from training.data.arrays.idx import read_idx
from training.data.sources import load_data
from training.errors import DataError


def refusal(path: Path, most: int = 2**20) -> str:
    """The sentence that refuses a data file, for which no more memory may be taken than ``most``."""
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as caught:
            load_data(str(path)) if path.suffix == ".npz" or path.is_dir() else read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()
    return str(caught.value)


def header(shape: str, descr: str = "<f8") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text


def npz(path: Path, content: bytes, method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("x.npy", content)
    return path


@pytest.mark.parametrize(
    "shape", ["(400000000,)", "(-1,)", "(0, 4000000000)", "(2**9,)", "(1.5,)", "(8, 8, 8, 8, 8)", "8"]
)
def test_an_array_that_says_another_size_than_it_has(tmp_path: Path, shape: str) -> None:
    assert "is damaged, or no .npz file" in refusal(npz(tmp_path / "data.npz", header(shape) + bytes(64)))


@pytest.mark.parametrize("descr", ["V0", "S0", "|O", "<f99", "V99999999999", "nonsense", "<M8[s]"])
def test_an_array_of_a_type_that_is_none(tmp_path: Path, descr: str) -> None:
    assert "data.npz" in refusal(npz(tmp_path / "data.npz", header("(8,)", descr) + bytes(64)))


@pytest.mark.slow
def test_an_npz_file_that_unpacks_to_gibibytes(tmp_path: Path) -> None:
    zeros = header(f"({2**26},)") + bytes(2**29)
    path = npz(tmp_path / "data.npz", zeros, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**20
    said = refusal(path)
    assert "would take 0.5 GiB unpacked, which is hardly data; if it is, save it with numpy.savez." in said


def test_an_npz_file_whose_members_share_their_bytes(tmp_path: Path) -> None:
    """The directory of a zip file may name the same megabyte a thousand times."""
    path = npz(tmp_path / "data.npz", header("(131072,)") + bytes(2**20))
    with zipfile.ZipFile(path, "a") as archive:
        record = archive.infolist()[0]
        archive.filelist += [_renamed(record, f"x{number}.npy") for number in range(1000)]
        archive._didModify = True  # type: ignore[attr-defined]
    assert "would take 1.0 GiB unpacked" in refusal(path, 2**22)


def _renamed(record: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    other = zipfile.ZipInfo(name)
    for key in ("header_offset", "file_size", "compress_size", "CRC"):
        setattr(other, key, getattr(record, key))
    return other


def test_compressed_data_that_is_data_is_read(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((1000, 8)).astype(np.float32)
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "data.npz", x=np.asfortranarray(x), y=x.astype(">f4"), z=np.zeros((1000, 2), bool))
        fields = load_data(str(tmp_path / "data.npz")).training
        assert all(np.array_equal(fields[name], x) for name in "xy")
        assert fields["z"].shape == (1000, 2)
        assert fields["x"].flags.writeable


def idx(*sizes: int) -> bytes:
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4) for size in sizes)


def test_an_idx_file_that_says_more_than_it_has(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for content in (idx(60000, 28, 28) + bytes(99), gzip.compress(idx(2**30, 2, 2) + bytes(99)), idx(0, 0, 0) + b"x"):
        path.write_bytes(content)
        assert "is damaged: " in refusal(path)


def test_an_idx_file_that_unpacks_to_gibibytes(tmp_path: Path) -> None:
    zeros = gzip.compress(bytes(2**20))
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(idx(2**20, 1024)) + zeros * 1024)
    assert "would take 1.0 GiB unpacked, which is hardly data; if it is, save it with no compression." in refusal(path)
    path.write_bytes(gzip.compress(idx(8, 8)) + zeros * 1024)
    assert "8 x 8 values need 76 bytes, it has 77" in refusal(path)


@pytest.mark.slow
def test_a_file_of_thousands_of_arrays_names_a_few(tmp_path: Path) -> None:
    from tests.support.training_drawings import classifier, train

    np.savez(tmp_path / "data.npz", **known({f"a{number}": np.zeros(4) for number in range(3000)}))
    message = known(train(classifier(data=str(tmp_path / "data.npz")), tmp_path / "run")[-1]).message
    assert "and 2,992 more" in message
    assert len(message) < 600


def test_a_folder_of_idx_files_is_read_as_before(tmp_path: Path) -> None:
    data = load_data(str(write_mnist(tmp_path / "idx")))
    assert data.training["image"].shape[1:] == (1, 8, 8)
