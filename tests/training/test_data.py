"""Sources of data: what they give, and the sentence for each that cannot be used."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.support.training_drawings import write_idx, write_mnist
from tests.support.typed import known
from training.data.formats import fashion_mnist
from training.data.sources import load_data
from training.errors import DataError


def refusal(source: Path | str) -> str:
    with pytest.raises(DataError) as caught:
        load_data(str(source))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_digits_are_those_of_scikit_learn_with_a_fifth_of_every_class_held_out() -> None:
    data, bunch = load_data("digits"), load_digits()
    assert data.training["image"].shape == (1438, 1, 8, 8)
    assert data.test["image"].shape == (359, 1, 8, 8)
    assert data.training["image"].dtype == np.float32
    assert data.training["label"].dtype == np.int64
    everything = np.concatenate([data.training["image"], data.test["image"]]).reshape(-1, 64)
    assert sorted(map(bytes, everything)) == sorted(map(bytes, (bunch.data / 16).astype(np.float32)))
    shares = np.bincount(data.test["label"]) / np.bincount(bunch.target)
    assert shares == pytest.approx(np.full(10, 0.2), abs=0.01)


def test_digits_hold_out_the_same_samples_every_time() -> None:
    first, second = load_data("digits"), load_data("digits")
    assert np.array_equal(first.test["image"], second.test["image"])


def test_fashion_mnist_is_read_from_its_package() -> None:
    data = load_data("fashion-mnist")
    assert data.training["image"].shape == (60000, 1, 28, 28)
    assert data.test["label"].shape == (10000,)
    assert data.training["image"].dtype == np.uint8
    assert np.bincount(data.training["label"]).tolist() == [6000] * 10


def test_missing_fashion_mnist_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fashion_mnist, "FOLDER", tmp_path / "none")
    assert "sudo apt install dataset-fashion-mnist" in refusal("fashion-mnist")


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_idx_folder_with_or_without_gzip_and_test_files(tmp_path: Path, suffix: str) -> None:
    images = np.arange(5 * 4 * 3).reshape(5, 4, 3)
    write_idx(tmp_path / f"train-images-idx3-ubyte{suffix}", images)
    write_idx(tmp_path / f"train-labels-idx1-ubyte{suffix}", np.arange(5))
    data = load_data(str(tmp_path))
    assert data.training["image"].shape == (5, 1, 4, 3)
    assert np.array_equal(data.training["image"][:, 0], images)
    assert data.training["label"].tolist() == [0, 1, 2, 3, 4]
    assert data.test == {}


def test_idx_floats_are_big_endian(tmp_path: Path) -> None:
    values = np.array([[[1.5, -2.0]]], dtype=">f4")
    (tmp_path / "train-images-idx3-ubyte").write_bytes(
        bytes([0, 0, 0x0D, 3]) + b"".join(size.to_bytes(4) for size in values.shape) + values.tobytes()
    )
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.array([0]))
    assert load_data(str(tmp_path)).training["image"].ravel().tolist() == [1.5, -2.0]


def test_npz_fields_and_test_fields(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x_train=np.zeros((6, 3), np.float32), y=np.arange(6), x_test=np.ones((2, 3)), y_test=np.arange(2))
    data = load_data(str(path))
    assert {key: array.shape for key, array in data.training.items()} == {"x": (6, 3), "y": (6,)}
    assert {key: array.shape for key, array in data.test.items()} == {"x": (2, 3), "y": (2,)}


@pytest.mark.parametrize("source", ["", "/no/such/place", "~nobody-of-that-name/x", "a\0b"])
def test_a_source_that_does_not_exist(source: str) -> None:
    assert "does not exist; use digits, fashion-mnist, made:NAME" in refusal(source)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_text("1,2")
    assert "is neither a folder nor a file that can be read" in refusal(tmp_path / "data.bin")


def test_a_name_too_long_for_the_system(tmp_path: Path) -> None:
    assert "cannot be read: file name too long" in refusal(tmp_path / ("x" * 300))


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "holds no training data" in refusal(tmp_path)
    assert "found nothing" in refusal(tmp_path)


def damage(folder: Path, name: str, content: bytes) -> str:
    write_mnist(folder)
    (folder / name).write_bytes(content)
    return refusal(folder)


def test_damaged_idx_files(tmp_path: Path) -> None:
    images = "train-images-idx3-ubyte.gz"
    header = bytes([0, 0, 8, 3]) + (2).to_bytes(4) * 3
    assert "is not a complete gzip file" in damage(tmp_path, images, gzip.compress(header + bytes(8))[:-6])
    assert "is not a complete gzip file" in damage(tmp_path, images, b"\x1f\x8bnonsense that is not a deflate stream")
    assert "2 x 2 x 2 values need 24 bytes, it has 19" in damage(tmp_path, images, header + bytes(3))
    assert "it has 30" in damage(tmp_path, images, header + bytes(14))
    assert "it has 6" in damage(tmp_path, images, header[:6])
    assert "is no IDX file: it starts with 50 4b 03 04" in damage(tmp_path, images, b"PK\3\4 and so on")
    assert "it starts with nothing" in damage(tmp_path, images, b"")
    assert "it starts with 00 00 07 01" in damage(tmp_path, images, bytes([0, 0, 7, 1, 0, 0, 0, 0]))


def test_sizes_beyond_all_memory(tmp_path: Path) -> None:
    header = bytes([0, 0, 8, 3]) + b"\xff\xff\xff\xff" * 3
    assert "is damaged: 4294967295 x 4294967295" in damage(tmp_path, "train-images-idx3-ubyte.gz", header)


def test_axes_beyond_all_sense(tmp_path: Path) -> None:
    for sizes in (b"\xff\xff\xff\xff", b"\0\0\0\1"):
        said = damage(tmp_path, "train-images-idx3-ubyte.gz", bytes([0, 0, 8, 255]) + sizes * 255 + b"\0")
        assert "has 255 axes; at most 4 can be read" in said


def float_labels(label: float) -> bytes:
    return bytes([0, 0, 0x0D, 1]) + (40).to_bytes(4) + np.full(40, label, ">f4").tobytes()


@pytest.mark.parametrize("label", [0.5, np.nan, np.inf])
def test_idx_labels_that_are_no_integers(tmp_path: Path, label: float) -> None:
    assert "holds labels that are not whole numbers, as float32; save the classes" in damage(
        tmp_path, "train-labels-idx1-ubyte.gz", float_labels(label)
    )


def test_idx_labels_of_whole_numbers_lose_nothing_as_floats(tmp_path: Path) -> None:
    (write_mnist(tmp_path) / "train-labels-idx1-ubyte.gz").write_bytes(float_labels(3.0))
    assert load_data(str(tmp_path)).training["label"].tolist() == [3] * 40


def test_idx_files_that_do_not_fit_together(tmp_path: Path) -> None:
    folder = write_mnist(tmp_path)
    write_idx(folder / "train-labels-idx1-ubyte.gz", np.zeros(3))
    assert "has 40 images but 3 labels in its train files" in refusal(folder)
    write_idx(folder / "train-labels-idx1-ubyte.gz", np.zeros((40, 2)))
    assert "has 2 axes; labels have 1" in refusal(folder)
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    assert "has train-images-idx3-ubyte.gz but no train-labels-idx1-ubyte" in refusal(folder)
    write_mnist(folder)
    write_idx(folder / "t10k-images-idx3-ubyte.gz", np.zeros((10, 9, 9)))
    assert "training images of 8 x 8 but test images of 9 x 9" in refusal(folder)
    write_idx(folder / "train-images-idx3-ubyte.gz", np.zeros((0, 8, 8)))
    assert "is empty: it holds no images" in refusal(folder)


def npz_refusal(tmp_path: Path, **arrays: np.ndarray) -> str:
    path = tmp_path / "data.npz"
    np.savez(path, **known(arrays))
    return refusal(path)


def test_npz_files_that_cannot_be_used(tmp_path: Path) -> None:
    x = np.zeros((4, 2))
    assert "'x' holds Python objects, which are never loaded" in npz_refusal(tmp_path, x=np.array([{}, None]))
    assert "'x' holds <U3; only numbers" in npz_refusal(tmp_path, x=np.array(["cat", "dog"]))
    assert "'x' is a single number" in npz_refusal(tmp_path, x=np.array(3.0))
    assert "'x' is empty" in npz_refusal(tmp_path, x=np.zeros((0, 2)))
    assert "it holds no arrays" in npz_refusal(tmp_path)
    assert "has both 'x' and 'x_train' for the field 'x'" in npz_refusal(tmp_path, x=x, x_train=x)


def test_npz_files_with_members_that_numpy_did_not_write(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "Read me.")
    assert "'readme.txt' is not an array" in refusal(path)
    size = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 30 + ",)}"
    for header in ("(" * 5000, "{[]: 1}", "x" * 20_000, size):
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("x.npy", b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header.encode() + bytes(64))
        assert "is damaged, or no .npz file" in refusal(path)


def test_damaged_npz_files(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(b"nothing of the kind")
    assert "is damaged, or no .npz file" in refusal(path)
    np.savez_compressed(path, x=np.random.default_rng(0).random(1000))
    path.write_bytes(path.read_bytes()[:500])
    assert "is damaged, or no .npz file" in refusal(path)
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "one.npy").rename(path)
    assert "holds a single array" in refusal(path)
