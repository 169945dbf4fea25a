"""Sizes that change: cropping, padding, pooling and upsampling, at fixed and named sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.builder.sheet import Drawing
from graph.document import Document
from tests.support.one_layer import module_of, one_layer, problem_of
from tests.support.typed import known


def shape_of(document: Document) -> str:
    return str(document.types()["layer"][0])


def test_a_crop_to_another_size_keeps_the_middle() -> None:
    """The U-Net's: 64x64 cropped to 56x56 loses four rows and columns on every side."""
    document = one_layer("Crop", "N,2,64,64", "N,3,56,56")
    x = torch.arange(2 * 64 * 64.0).reshape(1, 2, 64, 64)
    assert shape_of(document) == "(N, 2, 56, 56)"
    assert torch.equal(module_of(document)(x, torch.zeros(1, 3, 56, 56)), x[:, :, 4:-4, 4:-4])


@pytest.mark.parametrize(
    ("rank", "shape", "options"),
    [
        (1, ("T",), {"kernel_size": 3, "stride": 2, "padding": 1}),
        (2, ("T", 9), {"kernel_size": 2}),
        (2, (8, "T"), {"kernel_size": 3, "stride": 2, "padding": 1}),
        (3, (4, "T", 6), {"kernel_size": 2}),
    ],
)
def test_what_was_pooled_goes_back_to_its_place(
    rank: int, shape: tuple[int | str, ...], options: dict[str, int], tmp_path: Path
) -> None:
    """Odd sizes and named ones come back as they were, and zeros that tie go where PyTorch takes the first."""
    d = Drawing("SegNet")
    x = d.input(2, *shape, name="x").relu()
    pooled, places = getattr(d, f"maxpool{rank}d")(x, return_indices=True, **options)
    d.output(getattr(d, f"maxunpool{rank}d")(pooled, places, x, **options), name="back")
    document = d.finish()
    assert document.types()["back"] == document.types()["x"]
    module = build(compile_source(document))
    given = torch.randn(2, 2, *(size if isinstance(size, int) else 7 for size in shape))
    kept, where = getattr(F, f"max_pool{rank}d")(given.relu(), return_indices=True, **options)
    back = getattr(F, f"max_unpool{rank}d")(kept, where, output_size=given.shape[2:], **options)
    assert torch.equal(module(given), back)
    assert back.count_nonzero() > 0
    report = export(document, None, tmp_path / "back.onnx")
    assert len({entry["sizes"]["T"] for entry in report.checked}) > 2
    assert report.max_abs_diff == 0.0


def test_ceil_mode_says_the_size_of_every_named_axis() -> None:
    for options in ({"kernel_size": 3, "stride": 2, "padding": 1}, {"kernel_size": 2}, {"kernel_size": 5, "stride": 3}):
        document = one_layer("MaxPool1d", "N,1,T", ceil_mode=True, **options)
        (kind,) = document.types()["layer"]
        for size in range(5, 30):
            expected = F.max_pool1d(torch.zeros(1, 1, size), ceil_mode=True, **known(options)).shape
            assert kind.sized({"N": 1, "T": size}) == tuple(expected)


def test_a_crop_by_margins_and_a_pad_undo_each_other() -> None:
    x = torch.randn(2, 3, 6, 7)
    padded = module_of(one_layer("Pad", "N,3,6,7", padding=[1, 2, 3, 0]))(x)
    cropped = module_of(one_layer("Crop", "N,3,9,10", margins=[1, 2, 3, 0]))(padded)
    assert padded.shape == (2, 3, 9, 10)
    assert torch.equal(cropped, x)


def test_a_skip_of_named_size_is_cropped_to_the_upsampled_path(tmp_path: Path) -> None:
    document = Document("Skip")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [1, "16*h", "16*w"]}, name="image")
        graph.add("Conv2d", {"out_channels": 4}, name="wide")
        graph.add("MaxPool2d", {}, name="pool")
        graph.add("Conv2d", {"out_channels": 4}, name="deep")
        graph.add("Upsample", {"mode": "bilinear"}, name="up")
        graph.add("Crop", {}, name="crop")
        graph.add("Concat", {}, name="join")
        graph.add("Output", name="out")
        chain = [("image", "wide"), ("wide", "pool"), ("pool", "deep"), ("deep", "up")]
        for source, target in chain:
            graph.connect(source, target)
        graph.connect("wide", "crop", "x")
        graph.connect("up", "crop", "like")
        graph.connect("crop", "join")
        graph.connect("up", "join")
        graph.connect("join", "out")
    assert str(document.types()["join"][0]) == "(N, 8, 16*h - 6, 16*w - 6)"
    report = export(document, None, tmp_path / "skip.onnx")
    assert len({entry["sizes"]["h"] for entry in report.checked}) > 2


def test_a_crop_to_something_larger_says_so() -> None:
    problem = problem_of("Crop", "N,2,5,5", "N,2,6,5")
    assert "cannot bring (N, 2, 5, 5) to the size of (N, 2, 6, 5), which is larger" in problem.message


def test_a_crop_needs_to_know_how_much() -> None:
    assert problem_of("Crop", "N,2,5,5").message.endswith(
        "connect a tensor of the wanted size to 'like', or give margins."
    )


@pytest.mark.parametrize("size", [7, 10, [9, 3]])
@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
def test_upsampling_to_a_size_that_does_not_divide(size: int | list[int], mode: str, tmp_path: Path) -> None:
    document = one_layer("Upsample", "N,2,6,5", size=size, mode=mode)
    assert export(document, None, tmp_path / "up.onnx").max_abs_diff < 1e-5


@pytest.mark.parametrize(("typical", "result"), [("N,2,5", "(N, 2, 15)"), ("N,2,5,4,3", "(N, 2, 15, 12, 9)")])
def test_sequences_and_volumes_are_upsampled_too(typical: str, result: str, tmp_path: Path) -> None:
    document = one_layer("Upsample", typical, scale_factor=3)
    assert shape_of(document) == result
    export(document, None, tmp_path / "up.onnx")


def test_blending_is_for_images() -> None:
    problem = problem_of("Upsample", "N,2,5", mode="bilinear")
    assert "Upsample with mode=bilinear expects (N, C, H, W), got (N, 2, 5)" in problem.message


def test_global_pooling_takes_any_size(tmp_path: Path) -> None:
    document = one_layer("AdaptiveAvgPool2d", "N,3,H,W")
    assert shape_of(document) == "(N, 3, 1, 1)"
    report = export(document, None, tmp_path / "pool.onnx")
    assert len({tuple(entry["sizes"].items()) for entry in report.checked}) > 2


def test_other_adaptive_sizes_are_exported_for_named_sizes_too(tmp_path: Path) -> None:
    document = one_layer("AdaptiveAvgPool2d", "N,3,H,W", output_size=7)
    assert module_of(document)(torch.ones(1, 3, 20, 30)).shape == (1, 3, 7, 7)
    assert export(document, None, tmp_path / "pool.onnx").max_abs_diff < 1e-5


def test_a_transposed_convolution_undoes_the_size_of_a_convolution() -> None:
    document = one_layer("ConvTranspose2d", "N,3,8*h,7", kernel_size=3, stride=2, padding=1, output_padding=1)
    assert shape_of(document) == "(N, 32, 16*h, 14)"
    module = module_of(document)
    x = torch.randn(2, 3, 8, 7)
    expected = F.conv_transpose2d(
        x, known(module.layer).weight, known(module.layer).bias, stride=2, padding=1, output_padding=1
    )
    assert torch.equal(module(x), expected)


@pytest.mark.parametrize(("kind", "wired", "parameters", "words"), [
    ("PixelShuffle", "N,6,4,4", {}, "by 2 needs a multiple of 4 channels, got 6"),
    ("Pad", "N,3,4", {"padding": [1, 1, 1, 1, 1, 1]}, "has numbers for 3 axes, but (N, 3, 4) has 2"),
    ("Pad", "N,3,4", {"padding": [4, 0], "mode": "reflect"}, "adds 4 values, more than an axis of 4 has to give"),
    ("AvgPool3d", "N,3,4,4,1", {"padding": 1}, "window of 2 on an axis of 1"),
    ("ConvTranspose1d", "N,3,1", {"padding": 3}, "leaves nothing of its input"),
    ("InstanceNorm2d", "N,3,1,1", {}, "needs more than one value per channel"),
])  # fmt: skip
def test_sizes_that_do_not_fit_are_one_sentence(
    kind: str, wired: str, parameters: dict[str, object], words: str
) -> None:
    assert words in problem_of(kind, wired, **parameters).message
