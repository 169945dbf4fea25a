"""PyTorch and onnxruntime side by side, on the same inputs."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
import torch
from torch import nn

from compiler.to_onnx.errors import ExportError
from compiler.to_onnx.sizes import Sizes
from compiler.to_python.source import Source
from graph.document import Document
from graph.tensor import TensorType

Arrays = Mapping[str, np.ndarray[Any, Any]]

TOLERANCE = 1e-4
BATCHES = (1, 3)
INDICES = ((0, 2), (1, 3), (0, 1))  # of integers: words, then lengths, which are never 0
_REFUSALS = (RuntimeError, IndexError, ValueError)  # of PyTorch, for inputs that do not fit


class Comparison(NamedTuple):
    """An entry for each time the two were run, and sentences on what the user may not expect."""

    checked: list[dict[str, Any]]
    notices: list[str]


class _Run(NamedTuple):
    """Inputs of some sizes, and what PyTorch makes of them."""

    sizes: dict[str, int]
    feeds: Arrays
    results: list[np.ndarray[Any, Any]]


def verify(document: Document, source: Source, module: nn.Module, path: Path, samples: Arrays | None) -> Comparison:
    """Run PyTorch and onnxruntime on the same inputs: at two batch sizes, and at several sizes of every named axis.

    ``samples`` are real inputs by Input node, a batch each.

    Raises:
        ExportError: onnxruntime fails, or differs by more than ``TOLERANCE`` of the largest value.
    """
    session = _session(path)
    inputs = {name: document.types()[name][0] for name in source.forward_inputs}
    sizes = Sizes(document, inputs, source.outputs)
    result = Comparison([], [])
    for run in _random_runs(module, inputs, sizes):
        _compare(source, session, run, "random", result)
    if samples and set(inputs) <= set(samples):
        feeds = {name: samples[name] for name in inputs}
        count = len(next(iter(feeds.values())))
        _compare(source, session, _Run({"N": count}, feeds, _torch(module, feeds)), "data", result)
    return result


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ExportError(f"onnxruntime cannot load the model: {str(error).splitlines()[0]}") from error


def _random_runs(module: nn.Module, inputs: Mapping[str, TensorType], sizes: Sizes) -> Iterator[_Run]:
    """Runs at the smallest sizes the model takes and at some larger ones, with each of ``BATCHES``.

    Raises:
        ExportError: it takes none.
    """
    trial = _Trial(module, inputs)
    first = next(trial.runs((named, BATCHES[0]) for named in sizes.candidates()), None)
    if first is None:
        why = f" PyTorch says: {trial.refusal}" if trial.refusal else ""
        raise ExportError(f"No size was found at which the model runs; give the Input fixed sizes.{why}")
    yield first
    more = ((named, BATCHES[at % len(BATCHES)]) for at, named in enumerate(sizes.larger(first.sizes), 1))
    larger = list(trial.runs(more))
    yield from larger or trial.runs([(first.sizes, BATCHES[1])])


class _Trial:
    """Runs a model on random inputs; ``refusal`` is what PyTorch said of the last that did not fit."""

    def __init__(self, module: nn.Module, inputs: Mapping[str, TensorType]) -> None:
        self._module, self._inputs = module, inputs
        words = any(kind.dtype == "int64" for kind in inputs.values())
        self._indices = INDICES if words else INDICES[:1]
        self._generator = np.random.default_rng(0)
        self.refusal = ""

    def runs(self, wanted: Iterable[tuple[Mapping[str, int], int]]) -> Iterator[_Run]:
        """The runs that work, of those at some named sizes and batch sizes; a larger batch is tried too."""
        for named, batch in wanted:
            run = next(filter(None, (self._run(named, count) for count in (batch, batch + 1))), None)
            if run is not None:
                yield run

    def _run(self, named: Mapping[str, int], count: int) -> _Run | None:
        sizes = {"N": count} | dict(named) | {"N": count}
        for low, high in self._indices:
            feeds = {name: _random(kind, sizes, self._generator, low, high) for name, kind in self._inputs.items()}
            try:
                return _Run(sizes, feeds, _torch(self._module, feeds))
            except _REFUSALS as error:
                self.refusal = str(error).partition("\n")[0]
        return None


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
    # What torch warns of, such as the deviation of a single value, is about sizes that nobody asked for.
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = module(*(torch.from_numpy(array) for array in feeds.values()))
    results = result if isinstance(result, tuple) else (result,)
    return [value.detach().numpy() for value in results]


def _compare(source: Source, session: Any, run: _Run, samples: str, result: Comparison) -> None:
    try:
        actual = session.run(list(source.outputs), dict(run.feeds))
    except Exception as error:
        raise ExportError(f"onnxruntime fails on {run.sizes}: {str(error).splitlines()[0]}") from error
    worst = 0.0
    for name, ours, theirs in zip(source.outputs, run.results, actual, strict=True):
        if ours.shape != theirs.shape:
            raise ExportError(
                f"Output '{name}' has shape {theirs.shape} in ONNX, {ours.shape} in PyTorch, at {run.sizes}; "
                "nothing was saved."
            )
        worst = max(worst, _difference(name, ours, theirs, run.sizes))
        _note_nan(result, name, ours, run.sizes)
    result.checked.append({"samples": samples, "sizes": run.sizes, "max_abs_diff": worst})


def _difference(name: str, ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any], sizes: object) -> float:
    """The largest difference of two results; what is NaN, or infinite alike, at one place in both agrees.

    Raises:
        ExportError: it is too large.
    """
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    agree = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    scale = max(1.0, float(np.abs(ours, where=np.isfinite(ours), out=np.zeros_like(ours)).max(initial=0.0)))
    ours, theirs = ours[~agree], theirs[~agree]
    if not (np.isfinite(ours) & np.isfinite(theirs)).all():
        raise ExportError(
            f"Output '{name}' is NaN or infinite in only one of ONNX and PyTorch at {sizes}; nothing was saved."
        )
    difference = float(np.abs(ours - theirs).max(initial=0.0))
    if difference > TOLERANCE * scale:
        raise ExportError(
            f"Output '{name}' differs by {difference:.3g} between ONNX and PyTorch at {sizes}; "
            f"at most {TOLERANCE * scale:.3g} is accepted. Nothing was saved."
        )
    return difference


def _note_nan(result: Comparison, name: str, ours: np.ndarray[Any, Any], sizes: Mapping[str, int]) -> None:
    count = int(np.isnan(ours).sum())
    about = f"Output '{name}' is NaN"
    if not count or any(notice.startswith(about) for notice in result.notices):
        return
    where = ", ".join(f"{key}={value}" for key, value in sizes.items())
    result.notices.append(
        f"{about} at {count:,} of {ours.size:,} places for {where}, in PyTorch and ONNX alike; "
        "these were taken as equal."
    )
