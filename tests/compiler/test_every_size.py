"""ONNX equals PyTorch at every size of a named axis: 1, odd ones, primes, multiples."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx_ir as ir
import onnxruntime
import pytest
import torch

from compiler.to_onnx import export as onnx_export
from compiler.to_onnx.errors import ExportError
from compiler.to_onnx.export import export
from compiler.to_onnx.model import emit
from graph.catalog import catalog
from graph.document import Document
from graph.layer import Layer
from tests.support.layer_contract import SIZES, UNDECIDED
from tests.support.one_layer import module_of, one_layer
from tests.support.typed import known

pytestmark = pytest.mark.slow


EVERY = (*range(1, 65), 67, 73, 83, 97, 101, 127, 128, 131, 151, 173, 199, 224, 227, 251, 256, 281, 299, 300)


MOST_VALUES = 20_000  # of the inputs: above 64, what takes long adds little


def wrong_sizes(document: Document, sizes: tuple[int, ...] = EVERY, tolerance: float = 1e-4) -> list[str]:
    """The sizes of the axis T at which the two differ, of those that PyTorch takes; at most five are told."""
    module = module_of(document).eval()
    state = {key: value.detach().numpy() for key, value in module.state_dict().items()}
    session = onnxruntime.InferenceSession(ir.to_proto(emit(document, state)).SerializeToString(), _quiet())
    random, found, ran = np.random.default_rng(0), [], 0
    for size in sizes:
        feeds = _feeds(document, {**SIZES, "N": 2, "T": size, "S": 7}, random)
        if size > 64 and sum(array.size for array in feeds.values()) > MOST_VALUES:
            break
        try:
            with torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # such as of the deviation of a single value
                result = module(*(torch.from_numpy(array) for array in feeds.values()))
        except (RuntimeError, IndexError, ValueError):
            continue
        ran += 1
        results = result if isinstance(result, tuple) else (result,)
        for ours, theirs in zip(results, session.run(None, feeds), strict=True):
            if ours.shape != theirs.shape:
                found.append(f"T={size}: {tuple(ours.shape)} is {theirs.shape}")
            elif not np.allclose(ours.detach().numpy(), theirs, tolerance, tolerance, equal_nan=True):
                found.append(f"T={size}: {np.abs(ours.detach().numpy() - theirs).max()}")
    assert ran > 3
    return found[:5]


def _quiet() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return options


def _feeds(document: Document, sizes: dict[str, int], random: np.random.Generator) -> dict[str, Any]:
    feeds: dict[str, Any] = {}
    for name in sorted(document.model.nodes):
        if document.model.node(name).layer.role != "input":
            continue
        kind = document.types()[name][0]
        shape = kind.sized(sizes)
        if kind.dtype == "float32":
            feeds[name] = random.standard_normal(shape, dtype=np.float32)
        else:
            feeds[name] = random.integers(0, 2, shape).astype(kind.dtype)
    return feeds


def plans(cls: type[Layer]) -> list[tuple[str, ...]]:
    """The typical inputs of a layer with T in the place of one of their sizes, wherever the layer takes that."""
    numbers = {dim for text in cls.typical for dim in text.partition(" ")[0].split(",") if dim.isdigit()}
    found = [tuple(_renamed(text, number) for text in cls.typical) for number in ["T", *sorted(numbers - {"1"})]]
    fitting = cls.typical if any(port.variadic for port in cls().ports()) else cls.typical[: len(cls().ports())]
    return [plan[: len(fitting)] for plan in found if _holds(cls.__name__, plan[: len(fitting)])]


def _renamed(text: str, number: str) -> str:
    dims, space, dtype = text.partition(" ")
    return ",".join("T" if dim == number else dim for dim in dims.split(",")) + space + dtype


def _holds(kind: str, plan: tuple[str, ...]) -> bool:
    return "T" in "".join(plan) and "layer" not in one_layer(kind, *plan).problems()


DEFAULTS = [
    pytest.param(cls.__name__, plan, id=f"{cls.__name__}-{'-'.join(plan)}")
    for cls in catalog().values()
    if cls.role == "layer" and hasattr(cls, "onnx") and cls.__name__ not in UNDECIDED
    for plan in plans(cls)
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "plan"), DEFAULTS)
def test_a_layer_agrees_at_every_size(kind: str, plan: tuple[str, ...]) -> None:
    assert wrong_sizes(one_layer(kind, *plan)) == []


VARIANTS: list[tuple[str, str, dict[str, Any]]] = [
    *(("Upsample", "N,2,T", {"size": size}) for size in (1, 2, 3, 7, 14, 32, 41, 250)),
    *(("Upsample", "N,2,T", {"scale_factor": factor}) for factor in (1, 2, 3, 7, 8, 41, 47, 55, 61)),
    *(("Upsample", "N,2,5,T", {"size": [7, size]}) for size in (3, 47)),
    *(("Upsample", plan, {"mode": mode, "scale_factor": factor, "align_corners": corners})
      for mode, plan in (("linear", "N,2,T"), ("bicubic", "N,2,5,T"), ("trilinear", "N,2,T,3,4"), ("nearest", "N,2,T"))
      for factor in (0.5, 1.5, 2, 2.75) for corners in (False, True) if mode != "nearest" or not corners),
    *(("Upsample", "N,2,T,5", {"mode": "bicubic", "size": size}) for size in (1, 7, 41)),
    *(("Upsample", "N,2,T,3,4", {"size": size}) for size in (2, 9)),
    *(("Upsample", "N,2,T,5", {"mode": "bilinear", "size": size, "align_corners": corners})
      for size in (1, 2, 7, 41) for corners in (False, True)),
    *(("Upsample", "N,2,5,T", {"mode": "bilinear", "scale_factor": factor, "align_corners": corners})
      for factor in (1, 2, 3, 7) for corners in (False, True)),
    *((f"{kind}1d", "N,2,T", {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil})
      for kind in ("MaxPool", "AvgPool")
      for kernel, stride, padding in ((1, 1, 0), (2, 2, 0), (3, 2, 1), (5, 3, 2), (4, 3, 1), (7, 1, 3))
      for ceil in (False, True)),
    *(("AvgPool2d", "N,2,5,T", {"kernel_size": 3, "stride": 2, "padding": padding, "ceil_mode": ceil,
                                "count_include_pad": count})
      for padding in (0, 1) for ceil in (False, True) for count in (False, True)),
    *(("MaxPool2d", "N,2,T,T", {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": dilation, "ceil_mode": ceil})
      for dilation in (1, 2, 3) for ceil in (False, True)),
    *(("MaxPool2d", "N,2,T,5", {"kernel_size": 3, "stride": stride, "padding": 1, "dilation": dilation,
                                "ceil_mode": ceil, "return_indices": True})
      for stride in (1, 2, 4) for dilation in (1, 2) for ceil in (False, True)),
    *(("AvgPool1d", "N,2,T", {"kernel_size": 3, "stride": stride, "padding": 1, "ceil_mode": True})
      for stride in (1, 4, 5)),
    *(("Pad", "N,2,T", {"padding": [2, 3], "mode": mode}) for mode in ("constant", "reflect", "replicate", "circular")),
    *(("Conv1d", "N,2,T", {"kernel_size": 5, "padding": 2, "padding_mode": mode, "stride": stride,
                           "dilation": dilation})
      for mode in ("zeros", "reflect", "replicate", "circular") for stride in (1, 3) for dilation in (1, 2)),
    ("Conv1d", "N,2,T", {"kernel_size": 5, "padding": "same"}),
    ("Conv1d", "N,2,T", {"kernel_size": 250}),
    *(("ConvTranspose1d", "N,2,T", {"kernel_size": 4, "stride": stride, "padding": padding, "output_padding": extra})
      for stride, padding, extra in ((1, 0, 0), (2, 1, 1), (3, 2, 2), (3, 0, 1))),
    *(("ConvTranspose1d", "N,2,T", {"kernel_size": 2, "dilation": 3, "padding": padding, "output_padding": extra})
      for padding, extra in ((0, 1), (0, 2), (1, 2), (2, 2))),
    *(("Slice", "N,T,2", {"start": start, "end": end, "step": step})
      for start, end, step in ((0, 10, 1), (-5, None, 1), (2, -3, 2), (3, None, 5), (-7, -2, 1))),
    *(("Select", "N,T,2", {"index": index}) for index in (0, -1, 3, -4)),
    ("Split", "N,3*T,2", {"sections": 3}),
    ("Flatten", "N,3,T,2", {"start_dim": 0, "end_dim": 1}),
    ("Flatten", "N,3,T,2", {"start_dim": 1, "end_dim": 2}),
    ("Flatten", "N,3,T,2", {"start_dim": 2}),
    ("Flatten", "N,3,T,2", {}),
    ("Unflatten", "N,6,T,2", {"dim": 1, "unflattened_size": [2, -1]}),
    ("Unflatten", "N,2,6*T", {"dim": -1, "unflattened_size": [-1, 3]}),
    ("Reshape", "N,T,6", {"shape": [-1, 3]}),
    ("Reshape", "N,2,T,6", {"shape": [2, -1, 2]}),
    ("PixelShuffle", "N,9,T,2", {"upscale_factor": 3}),
    ("LocalResponseNorm", "N,6,T", {"size": 4}),
    ("LocalResponseNorm", "N,6,T,3", {"size": 3}),
    ("GroupNorm", "N,6,T", {"num_groups": 3}),
    ("InstanceNorm1d", "N,6,T", {"affine": True}),
    ("BatchNorm1d", "N,6,T", {"track_running_stats": False}),
    ("PositionalEncoding", "N,T,6", {"kind": "learned"}),
    ("MultiheadAttention", "N,T,16", {"causal": True}),
    ("TransformerEncoderLayer", "N,T,16", {"causal": True, "dim_feedforward": 8}),
    *((kind, "N,T,5", {"bidirectional": True, "num_layers": 2, "hidden_size": 4}) for kind in ("RNN", "GRU", "LSTM")),
    *((kind, "N,6,T", {"dim": [2], "keepdim": True}) for kind in ("Mean", "Sum", "Max")),
    *((kind, "N,6,T", {"dim": dim}) for kind in ("Softmax", "LogSoftmax") for dim in (1, 2)),
    *((f"Adaptive{kind}Pool1d", "N,2,T", {"output_size": size}) for kind in ("Avg", "Max") for size in (2, 3, 7, 41)),
    *((f"Adaptive{kind}Pool2d", "N,2,T,5", {"output_size": [3, 2]}) for kind in ("Avg", "Max")),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "plan", "parameters"), VARIANTS, ids=lambda value: str(value).replace(" ", ""))
def test_parameters_change_nothing_in_that(kind: str, plan: str, parameters: dict[str, Any]) -> None:
    assert wrong_sizes(one_layer(kind, plan, **parameters)) == []


def test_a_named_size_beside_a_fixed_one_that_onnxruntime_divides_alike() -> None:
    assert wrong_sizes(one_layer("Upsample", "N,2,T,6", size=[9, 9], mode="bilinear")) == []


@pytest.mark.parametrize("kernel", [200, 250, 300, 5000])
def test_a_model_that_needs_many_steps_is_exported(kernel: int, tmp_path: Path) -> None:
    document = one_layer("Conv1d", "N,1,T", out_channels=2, kernel_size=kernel)
    report = export(document, None, tmp_path / "sound.onnx")
    lengths = [entry["sizes"]["T"] for entry in report.checked]
    assert min(lengths) >= kernel
    assert len(set(lengths)) > 1


def test_sizes_far_apart_are_found(tmp_path: Path) -> None:
    document = Document("Far apart")
    graph = document.model
    with document.edit("Draw"):
        for name, size, kind, parameters in (
            ("sound", "L", "Conv1d", {"out_channels": 6, "kernel_size": 1000}),
            ("words", "T", "PositionalEncoding", {"max_length": 8}),
        ):
            shape = [1, size] if name == "sound" else [size, 6]
            graph.add("Input", {"shape": shape}, name=name)
            graph.add(kind, parameters, name=f"{name}_features")
            graph.connect(name, f"{name}_features")
            graph.add("Mean", {"dim": [2 if name == "sound" else 1]}, name=f"{name}_mean")
            graph.connect(f"{name}_features", f"{name}_mean")
        graph.add("Add", name="sum")
        graph.connect("sound_mean", "sum")
        graph.connect("words_mean", "sum")
        graph.connect("sum", graph.add("Output", name="out"))
    sizes = [entry["sizes"] for entry in export(document, None, tmp_path / "far.onnx").checked]
    assert all(entry["L"] >= 1000 and entry["T"] <= 8 for entry in sizes)


def test_sizes_that_the_drawing_does_not_hold_for_are_not_tried(tmp_path: Path) -> None:
    """A Slice up to 10 of a named axis takes for granted that there are 10."""
    document = one_layer("Slice", "N,T,2", end=10)
    assert min(entry["sizes"]["T"] for entry in export(document, None, tmp_path / "slice.onnx").checked) >= 10


def test_what_is_nan_in_both_is_equal_and_said(tmp_path: Path) -> None:
    document = Document("Undefined")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [3]}, name="x")
        graph.add("Constant", {}, name="zero")
        graph.add("Multiply", name="nothing")
        graph.add("Divide", name="ratio")
        graph.connect("x", "nothing")
        graph.connect("zero", "nothing")
        graph.connect("nothing", "ratio", "x")
        graph.connect("nothing", "ratio", "other")
        graph.connect("ratio", graph.add("Output", name="out"))
    report = export(document, None, tmp_path / "nan.onnx")
    assert report.notices == [
        "Output 'out' is NaN at 3 of 3 places for N=1, in PyTorch and ONNX alike; these were taken as equal."
    ]


def test_what_is_nan_in_one_of_them_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = one_layer("Linear", "N,3", out_features=2)
    honest = known(onnx_export).emit

    def broken(document: Document, state: dict[str, Any], **options: Any) -> Any:
        return honest(document, {key: value * np.float32("nan") for key, value in state.items()}, **options)

    monkeypatch.setattr(onnx_export, "emit", broken)
    with pytest.raises(ExportError, match="'out0' is NaN or infinite in only one of ONNX and PyTorch"):
        export(document, None, tmp_path / "nan.onnx")
    assert not (tmp_path / "nan.onnx").exists()


@pytest.mark.parametrize("size", ["T-3", "T//2", "16*T", "12//T", "(T+1)//(T-1)"])
def test_sizes_that_follow_from_a_name_are_compared_where_there_are_any(size: str, tmp_path: Path) -> None:
    assert len(export(one_layer("ReLU", f"N,2,{size}"), None, tmp_path / "model.onnx").checked) > 2
