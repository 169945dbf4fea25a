"""ONNX that was checked before it was saved: by the ONNX checker, then in onnxruntime against PyTorch."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime
import torch
from torch import nn

from compiler.to_onnx.model import OPSET, emit
from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_source
from graph.dims import symbols
from graph.document import Document
from graph.errors import FileError, LayerloomError
from graph.storage.atomic import reason, write_atomically
from graph.tensor import TensorType

Arrays = Mapping[str, np.ndarray[Any, Any]]

TOLERANCE = 1e-4
BATCHES = (1, 3)
AXES = ((5, 7), (16, 24), (32, 48), (64, 96), (224, 256))
INDICES = ((0, 2), (1, 3), (0, 1))  # of integers: words, then lengths, which are never 0
EXTERNAL_BYTES = 1_800_000_000


class ExportError(LayerloomError):
    """The ONNX model is invalid or does not agree with PyTorch; nothing was saved."""


class Report(msgspec.Struct, frozen=True):
    """What was written, and how far onnxruntime is from PyTorch at most; ``checked`` has an entry a comparison."""

    path: str
    opset: int
    max_abs_diff: float
    checked: list[dict[str, Any]]


def export(
    document: Document,
    state: Mapping[str, torch.Tensor] | None,
    path: str | Path,
    samples: Arrays | None = None,
) -> Report:
    """Write verified ONNX.

    ``state`` is the ``state_dict`` to export, ``None`` for fresh initial weights; ``samples`` are real inputs by
    Input node, a batch each, to compare on beside random ones.

    Raises:
        DocumentError: the drawing has a problem.
        ExportError: the weights do not fit, the checker refuses, or the results differ.
        FileError: the file cannot be written; what was there before is intact.
    """
    source = compile_source(document)
    module = _module(source, state)
    arrays = {key: value.detach().cpu().numpy() for key, value in module.state_dict().items()}
    with tempfile.TemporaryDirectory(prefix="layerloom-") as folder:
        draft = Path(folder) / Path(path).name
        _save_draft(emit(document, arrays), draft)
        _check(draft)
        checked = verify(document, source, module, draft, samples)
        _publish(draft, Path(path))
    worst = max((entry["max_abs_diff"] for entry in checked), default=0.0)
    return Report(str(path), OPSET, worst, checked)


def _module(source: Source, state: Mapping[str, torch.Tensor] | None) -> nn.Module:
    module = build(source)
    if state is not None:
        try:
            module.load_state_dict(state)
        except RuntimeError as error:
            detail = str(error).splitlines()[-1].strip()
            raise ExportError(
                f"The weights are not those of this drawing ({detail}); export the run with its own drawing."
            ) from None
    return module.eval()


def _save_draft(model: ir.Model, draft: Path) -> None:
    size = sum(value.const_value.nbytes for value in model.graph.initializers.values() if value.const_value)
    ir.save(model, draft, external_data=f"{draft.name}.data" if size > EXTERNAL_BYTES else None)


def _check(draft: Path) -> None:
    try:
        onnx.checker.check_model(str(draft), full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(f"The ONNX checker refuses the model: {str(error).splitlines()[0]}") from error


def _publish(draft: Path, path: Path) -> None:
    try:
        external = draft.with_name(f"{draft.name}.data")
        if external.exists():
            write_atomically(path.with_name(external.name), external.read_bytes())
        write_atomically(path, draft.read_bytes())
    except OSError as error:
        raise FileError(f"{path} cannot be saved: {reason(error)}.") from None


def verify(
    document: Document, source: Source, module: nn.Module, path: Path, samples: Arrays | None
) -> list[dict[str, Any]]:
    """Run PyTorch and onnxruntime on the same inputs, at two batch sizes and two sizes of every named axis.

    Raises:
        ExportError: onnxruntime fails, or differs by more than ``TOLERANCE`` of the largest value.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ExportError(f"onnxruntime cannot load the model: {str(error).splitlines()[0]}") from error
    inputs = {name: document.types()[name][0] for name in source.forward_inputs}
    checked = []
    for attempt, batch in enumerate(BATCHES):
        sizes, feeds = _random_inputs(module, inputs, batch, attempt)
        checked.append(_compare(source, module, session, feeds, {"samples": "random", "sizes": sizes}))
    if samples and set(inputs) <= set(samples):
        feeds = {name: samples[name] for name in inputs}
        count = len(next(iter(feeds.values())))
        checked.append(_compare(source, module, session, feeds, {"samples": "data", "sizes": {"N": count}}))
    return checked


def _random_inputs(
    module: nn.Module,
    inputs: Mapping[str, TensorType],
    batch: int,
    attempt: int,
) -> tuple[dict[str, int], dict[str, np.ndarray[Any, Any]]]:
    """Inputs of a size the model takes: named sizes are tried from small to large, then a larger batch.

    Raises:
        ExportError: it takes none.
    """
    named = sorted(symbols(dim for kind in inputs.values() for dim in kind.shape) - {"N"})
    generator = np.random.default_rng(attempt)
    indices = INDICES if any(kind.dtype == "int64" for kind in inputs.values()) else INDICES[:1]
    reason = ""
    for count, candidates, (low, high) in product((batch, batch + 1), AXES if named else AXES[:1], indices):
        sizes = {"N": count, **{name: candidates[attempt] + place for place, name in enumerate(named)}}
        feeds = {name: _random(kind, sizes, generator, low, high) for name, kind in inputs.items()}
        try:
            _torch(module, feeds)
        except (RuntimeError, IndexError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            continue
        return sizes, feeds
    raise ExportError(f"No size was found at which the model runs; give the Input fixed sizes. PyTorch says: {reason}")


def _random(
    kind: TensorType, sizes: Mapping[str, int], generator: np.random.Generator, low: int, high: int
) -> np.ndarray[Any, Any]:
    shape = kind.sized(sizes)
    if kind.dtype == "int64":
        return generator.integers(low, high, shape, dtype=np.int64)
    if kind.dtype == "float32":
        return generator.standard_normal(shape, dtype=np.float32)
    mask = generator.integers(0, 2, shape).astype(bool)
    if mask.ndim > 1:
        mask[..., :1] = False  # a mask that hides a whole row leaves attention nothing to look at
    return mask


def _torch(module: nn.Module, feeds: Arrays) -> list[np.ndarray[Any, Any]]:
    with torch.no_grad():
        result = module(*(torch.from_numpy(array) for array in feeds.values()))
    results = result if isinstance(result, tuple) else (result,)
    return [value.detach().numpy() for value in results]


def _compare(source: Source, module: nn.Module, session: Any, feeds: Arrays, entry: dict[str, Any]) -> dict[str, Any]:
    expected = _torch(module, feeds)
    try:
        actual = session.run(list(source.outputs), dict(feeds))
    except Exception as error:
        raise ExportError(f"onnxruntime fails on {entry['sizes']}: {str(error).splitlines()[0]}") from error
    worst = 0.0
    for name, ours, theirs in zip(source.outputs, expected, actual, strict=True):
        if ours.shape != theirs.shape:
            raise ExportError(f"Output '{name}' has shape {theirs.shape} in ONNX, {ours.shape} in PyTorch.")
        difference = float(np.abs(ours.astype(np.float64) - theirs.astype(np.float64)).max(initial=0.0))
        scale = max(1.0, float(np.abs(ours).max(initial=0.0)))
        if not difference <= TOLERANCE * scale:
            raise ExportError(
                f"Output '{name}' differs by {difference:.3g} between ONNX and PyTorch at {entry['sizes']}; "
                f"at most {TOLERANCE * scale:.3g} is accepted. Nothing was saved."
            )
        worst = max(worst, difference)
    return {**entry, "max_abs_diff": worst}
