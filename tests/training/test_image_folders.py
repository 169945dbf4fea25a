"""Folders of images: what is read from them, what is done to the pictures, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from graph.recipe.sources import ImageFolder, MaskFolder
from tests.support.training_drawings import classifier, train
from tests.support.typed import known
from training.data.dataset import Dataset, Reading
from training.data.pictures import looks
from training.data.sources import load_data
from training.errors import DataError
from training.protocol import Finished
from training.results.evaluate import evaluate


def picture(path: Path, value: int = 0, size: tuple[int, int] = (6, 8), mode: str = "L") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (size[1], size[0]), value).save(path)
    return path


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    """Ten cats, dark, and ten dogs, bright, of 6 x 8 pixels."""
    for number in range(10):
        picture(tmp_path / "animals" / "cat" / f"{number}.png", number)
        picture(tmp_path / "animals" / "dog" / f"{number}.png", 200 + number)
    return tmp_path / "animals"


def read(folder: Path, notices: list[str] | None = None, validation: float = 0.0, **options: Any) -> Dataset:
    reading = Reading(validation, 0, None, (notices if notices is not None else []).append)
    return load_data(ImageFolder(path=str(folder), **options), reading=reading)


def refusal(folder: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(folder, **options)
    return str(caught.value)


def only(folder: Path, notices: list[str] | None = None, **options: Any) -> np.ndarray:
    """The one picture there is."""
    return read(folder, notices, **options).training["image"][0]


def test_a_folder_is_a_class(animals: Path) -> None:
    notices: list[str] = []
    data = read(animals, notices)
    assert data.training["image"].shape == (20, 1, 6, 8)
    assert data.training["image"].dtype == np.uint8
    assert data.training["image"][:, 0, 0, 0].tolist() == [*range(10), *range(200, 210)]
    assert data.training["label"].tolist() == [0] * 10 + [1] * 10
    assert notices == ["animals: the labels are the classes in the order of their names: 0 is cat, 1 is dog."]


def test_the_samples_held_back_are_of_every_class_alike(animals: Path) -> None:
    data = read(animals, validation=0.2, test_share=0.1)
    assert [len(part["label"]) for part in (data.training, data.validation, data.test)] == [14, 4, 2]
    assert np.bincount(data.validation["label"]).tolist() == [2, 2]
    assert np.bincount(data.test["label"]).tolist() == [1, 1]
    shown = np.concatenate([part["image"][:, 0, 0, 0] for part in (data.training, data.validation, data.test)])
    assert sorted(shown) == [*range(10), *range(200, 210)]
    again = read(animals, validation=0.2, test_share=0.1)
    assert np.array_equal(again.validation["image"], data.validation["image"])


def test_folders_for_the_parts_are_kept_to(tmp_path: Path) -> None:
    for part, count in (("train", 4), ("val", 2), ("test", 3)):
        for number in range(count):
            picture(tmp_path / part / "a" / f"{number}.png", 10)
            picture(tmp_path / part / "b" / f"{number}.png", 20)
    data = read(tmp_path, validation=0.5)
    assert [len(part["label"]) for part in (data.training, data.validation, data.test)] == [8, 4, 6]
    assert not data.held


def test_a_camera_that_was_held_upright_is_heeded(tmp_path: Path) -> None:
    pixels = np.zeros((4, 6), dtype=np.uint8)
    pixels[0, 0] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "x.png", exif=exif)
    image = only(tmp_path)
    assert image.shape == (1, 6, 4)
    assert np.argwhere(image[0] == 255).tolist() == [[0, 3]]


def test_a_colour_profile_that_is_not_applied_is_said(tmp_path: Path) -> None:
    notices: list[str] = []
    (tmp_path / "a").mkdir()
    profiles = {"none": None, "srgb": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    profiles["lab"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for name, profile in profiles.items():
        Image.new("RGB", (2, 1), (200, 100, 50)).save(tmp_path / "a" / f"{name}.png", icc_profile=profile)
    data = read(tmp_path, notices=notices)
    assert (data.training["image"] == np.array([200, 100, 50])[:, np.newaxis, np.newaxis]).all()
    assert [notice for notice in notices if "colour profile" in notice] == [
        "1 of 3 images with a colour profile other than sRGB, which is not applied: the numbers are those in the file."
    ]


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    image = Image.new("P", (3, 2), 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    (tmp_path / "a").mkdir()
    image.save(tmp_path / "a" / "x.png")
    assert only(tmp_path)[:, 0, 0].tolist() == [10, 20, 30]


def test_what_is_transparent_lies_over_white(tmp_path: Path) -> None:
    notices: list[str] = []
    image = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    image.putpixel((1, 0), (255, 0, 0, 0))
    (tmp_path / "a").mkdir()
    image.save(tmp_path / "a" / "x.png")
    assert only(tmp_path, notices).tolist() == [[[255, 255]], [[0, 255]], [[0, 255]]]
    assert notices[0] == "Of 1 image, 1 laid over white where transparent."


def test_sixteen_bits_stay_sixteen_bits(tmp_path: Path) -> None:
    notices: list[str] = []
    (tmp_path / "a").mkdir()
    Image.fromarray(np.array([[0, 1000], [40000, 65535]], dtype=np.uint16)).save(tmp_path / "a" / "x.png")
    picture(tmp_path / "a" / "y.png", 100, (2, 2))
    images = read(tmp_path, notices).training["image"]
    assert images.dtype == np.uint16
    assert images[0, 0].tolist() == [[0, 1000], [40000, 65535]]
    assert images[1, 0, 0, 0] == 25700
    assert notices[0] == "Of 2 images, 1 brought from 8 bits to 16."


def test_other_images_are_brought_to_the_form_of_those_trained_on(tmp_path: Path) -> None:
    (tmp_path / "a" / "x").mkdir(parents=True)
    Image.fromarray(np.full((2, 2), 40000, dtype=np.uint16)).save(tmp_path / "a" / "x" / "x.png")
    learned = read(tmp_path / "a").learned
    picture(tmp_path / "b" / "x" / "y.png", known((255, 255, 255)), (4, 4), "RGB")
    notices: list[str] = []
    other = load_data(ImageFolder(path=str(tmp_path / "b")), reading=Reading(learned=learned, tell=notices.append))
    assert other.training["image"].tolist() == [[[[65535] * 2] * 2]]
    assert notices[0] == "Of 1 image, 1 resized to 2 x 2, 1 brought from colour to grey, 1 brought from 8 bits to 16."


def test_inks_become_colours(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("CMYK", (8, 8), (255, 0, 0, 0)).save(tmp_path / "a" / "x.jpg", quality=100)
    assert np.abs(only(tmp_path)[:, 4, 4].astype(int) - [0, 255, 255]).max() <= 3


@pytest.mark.parametrize(("colour", "channels"), [("auto", 3), ("grey", 1), ("rgb", 3)])
def test_grey_and_colour_become_what_is_asked(tmp_path: Path, colour: str, channels: int) -> None:
    picture(tmp_path / "a" / "x.png", 100)
    picture(tmp_path / "a" / "y.png", known((50, 50, 50)), mode="RGB")
    images = read(tmp_path, colour=colour).training["image"]
    assert images.shape == (2, channels, 6, 8)
    assert [int(image[0, 0, 0]) for image in images] == [100, 50]


def test_images_of_several_sizes_need_one_to_be_named(tmp_path: Path) -> None:
    picture(tmp_path / "a" / "x.png", 100, (6, 8))
    picture(tmp_path / "a" / "y.png", 50, (10, 10))
    assert refusal(tmp_path) == (
        f"{tmp_path / 'a' / 'y.png'} has 10 x 10 pixels, but x.png has 6 x 8; set the option size to bring all images "
        "to one, such as 6, 8."
    )
    notices: list[str] = []
    assert read(tmp_path, notices, size=(5, 7)).training["image"].shape == (2, 1, 5, 7)
    assert notices[0] == "Of 2 images, 2 resized to 5 x 7."
    assert read(tmp_path, size=(4,)).training["image"].shape == (2, 1, 4, 4)


def test_a_smaller_image_is_the_mean_of_what_it_shows(tmp_path: Path) -> None:
    pixels = np.tile(np.array([[0, 255]], dtype=np.uint8), (32, 16))
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "x.png")
    middle = only(tmp_path, size=(4, 4))[0, 1:3, 1:3]
    assert np.abs(middle.astype(int) - 127).max() <= 2


def broken(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "cat" / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"no picture at all", "is not an image that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "is"),
    ],
)
def test_a_bad_image_is_named(animals: Path, content: bytes, why: str) -> None:
    path = broken(animals, "bad.png", content)
    assert refusal(animals).startswith(f"{path} {why}")
    assert refusal(animals).endswith("Correct or remove it, or set the option bad_items to skip.")


def test_an_image_cut_short_is_named(animals: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    Image.fromarray(noise).save(animals.parent / "noise.png")
    path = broken(animals, "cut.png", (animals.parent / "noise.png").read_bytes()[:2000])
    assert f"{path} is damaged" in refusal(animals, size=(6, 8))


def test_bad_images_are_left_out_and_counted(animals: Path) -> None:
    broken(animals, "bad.png", b"")
    broken(animals, "worse.png", b"no picture")
    notices: list[str] = []
    data = read(animals, notices, bad_items="skip")
    assert len(data.training["image"]) == len(data.training["label"]) == 20
    assert notices[0] == ("2 items of 22 left out: bad.png is empty, worse.png is not an image that can be read.")
    assert [text.rpartition("/")[2] for text in data.refused] == [
        "bad.png is empty",
        "worse.png is not an image that can be read",
    ]


def test_a_decompression_bomb_is_refused(animals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "MOST_PIXELS", 40)
    assert "holds 48 pixels, more than 40" in refusal(animals)


def test_thirty_two_bits_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("F", (4, 4), 0.5).save(tmp_path / "a" / "x.tiff")
    assert "holds numbers of 32 bits or below zero; save it with 8 or 16 bits" in refusal(tmp_path)


def test_folders_laid_out_otherwise_say_how(tmp_path: Path) -> None:
    picture(tmp_path / "flat" / "x.png")
    assert "put the images of each class into" in refusal(tmp_path / "flat")
    picture(tmp_path / "mixed" / "a" / "x.png")
    picture(tmp_path / "mixed" / "y.png")
    assert "holds images beside its folders, such as y.png" in refusal(tmp_path / "mixed")
    picture(tmp_path / "empty" / "a" / "x.png")
    (tmp_path / "empty" / "b").mkdir()
    assert f"{tmp_path / 'empty' / 'b'} holds no images" in refusal(tmp_path / "empty")
    picture(tmp_path / "new" / "train" / "a" / "x.png")
    picture(tmp_path / "new" / "test" / "b" / "x.png")
    assert "has the class 'b' among others but not to train on" in refusal(tmp_path / "new")
    picture(tmp_path / "odd" / "train" / "a" / "x.png")
    picture(tmp_path / "odd" / "extra" / "a" / "x.png")
    assert "beside it 'extra'" in refusal(tmp_path / "odd")


def test_a_plain_folder_of_images_says_how_it_is_written(animals: Path) -> None:
    with pytest.raises(DataError, match=f"Write images:{animals} for a folder of images"):
        load_data(str(animals))


def test_a_drawing_trains_on_images_and_is_measured_on_those_held_out(animals: Path, tmp_path: Path) -> None:
    document = classifier(
        shape=(1, 6, 8), classes=2, data=f"images:{animals}", test_share=0.2, validation=0.25, epochs=20, batch_size=4
    )
    events = train(document, tmp_path / "run")
    finished = next(event for event in events if isinstance(event, Finished))
    assert finished.reason == "completed"
    assert evaluate(tmp_path / "run")["accuracy"] == 1.0
    assert evaluate(tmp_path / "run")["samples"] == 4


def test_a_table_can_say_the_labels(tmp_path: Path) -> None:
    for number in range(4):
        picture(tmp_path / "all" / f"{number}.png", number)
    lines = "file,label,split\nall/3.png,b,train\nall/0,a,train\nall/1.png,a,val\nall/2.png,b,test\n"
    (tmp_path / "labels.csv").write_text(lines)
    data = read(tmp_path, labels="labels.csv", validation=0.5)
    assert data.training["image"][:, 0, 0, 0].tolist() == [3, 0]
    assert data.training["label"].tolist() == [1, 0]
    assert data.validation["image"][:, 0, 0, 0].tolist() == [1]
    assert data.test["label"].tolist() == [1]
    assert not data.held


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("file,label\nnone.png,a\n", "names 'none.png' in row 1, which is not in"),
        ("file,label\n../x.png,a\n", "names '../x.png' in row 1, which is not in"),
        ("file,label\n0.png,\n", "names no label in row 1"),
        ("file,label\n0.png,a\n0.png,b\n", "names 0.png in the rows 1 and 2; keep one."),
        ("name,label\n0.png,a\n", "has no column called file or filename"),
        ("file,label,split\n0.png,a,other\n", "holds 'other' in row 1 of its column 'split'"),
    ],
)
def test_a_table_of_labels_that_is_wrong_says_where(tmp_path: Path, lines: str, sentence: str) -> None:
    picture(tmp_path / "p" / "0.png")
    picture(tmp_path / "x.png")
    (tmp_path / "p" / "labels.csv").write_text(lines)
    assert sentence in refusal(tmp_path / "p", labels="labels.csv")
    assert "which the option labels names, is not a file" in refusal(tmp_path / "p", labels="other.csv")


def masked(folder: Path, values: list[int], size: tuple[int, int] = (6, 8)) -> Path:
    for number, value in enumerate(values):
        picture(folder / "images" / f"{number}.png", number, (6, 8))
        picture(folder / "masks" / f"{number}.png", value, size)
    return folder


def masks_of(folder: Path, notices: list[str] | None = None, **options: Any) -> Dataset:
    reading = Reading(tell=(notices if notices is not None else []).append)
    return load_data(MaskFolder(path=str(folder), **options), reading=reading)


def test_masks_belong_to_the_images_of_their_names(tmp_path: Path) -> None:
    data = masks_of(masked(tmp_path, [2, 0, 1]))
    assert data.training["mask"].shape == (3, 6, 8)
    assert data.dtype_of("mask") == np.int64
    assert data.training["mask"][:, 0, 0].tolist() == [2, 0, 1]
    assert data.training["image"][:, 0, 0, 0].tolist() == [0, 1, 2]


def test_black_and_white_masks_are_zero_and_one(tmp_path: Path) -> None:
    notices: list[str] = []
    data = masks_of(masked(tmp_path, [255, 0]), notices)
    assert data.training["mask"][:, 0, 0].tolist() == [1, 0]
    assert "The masks are black and white: 0 stays 0, 255 becomes 1." in notices


def test_a_palette_of_a_mask_names_classes(tmp_path: Path) -> None:
    masked(tmp_path, [0])
    image = Image.new("P", (8, 6), 3)
    image.putpalette([0, 0, 0, 10, 20, 30, 40, 50, 60, 200, 100, 50])
    image.save(tmp_path / "masks" / "0.png")
    assert masks_of(tmp_path).training["mask"].max() == 3


def test_masks_are_resized_to_the_nearest_pixel(tmp_path: Path) -> None:
    masked(tmp_path, [0])
    pixels = np.repeat(np.array([[0, 0, 0, 0, 7, 7, 7, 7]], dtype=np.uint8), 6, axis=0)
    Image.fromarray(pixels).save(tmp_path / "masks" / "0.png")
    notices: list[str] = []
    data = masks_of(tmp_path, notices, size=(3, 4))
    assert data.training["mask"][0].tolist() == [[0, 0, 7, 7]] * 3
    assert "Masks are resized with their images, 1 of them: each pixel is the nearest of the old." in notices


def test_what_is_wrong_with_masks_is_named(tmp_path: Path) -> None:
    masked(tmp_path / "size", [0, 1], size=(5, 5))
    with pytest.raises(DataError, match="has a mask that is 5 x 5 pixels large, where the image is 6 x 8"):
        masks_of(tmp_path / "size")
    masked(tmp_path / "alone", [0, 1])
    (tmp_path / "alone" / "masks" / "1.png").unlink()
    with pytest.raises(DataError, match=r"1\.png has no mask of its name in the folder masks"):
        masks_of(tmp_path / "alone")
    assert len(masks_of(tmp_path / "alone", bad_items="skip").training["mask"]) == 1
    masked(tmp_path / "colour", [0])
    picture(tmp_path / "colour" / "masks" / "0.png", known((9, 1, 1)), mode="RGB")
    with pytest.raises(DataError, match="has a mask that is in colour"):
        masks_of(tmp_path / "colour")
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="has no folder 'images'"):
        masks_of(tmp_path / "none")
