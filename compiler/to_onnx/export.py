"""ONNX that was checked before it was saved: by the ONNX checker, then in onnxruntime against PyTorch."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import onnx
import onnx_ir as ir
import torch
from torch import nn

from compiler.to_onnx.builder import OPSET
from compiler.to_onnx.errors import ExportError
from compiler.to_onnx.model import emit
from compiler.to_onnx.verify import Arrays, verify
from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_source
from compiler.to_python.state import load_state
from graph.document import Document
from graph.errors import FileError
from graph.storage.atomic import reason, write_atomically

EXTERNAL_BYTES = 1_800_000_000


class Report(msgspec.Struct, frozen=True):
    """What was written, and how far onnxruntime is from PyTorch at most; ``checked`` has an entry a comparison.

    ``notices`` are sentences on what the user may not expect, such as results that are NaN.
    """

    path: str
    opset: int
    max_abs_diff: float
    checked: list[dict[str, Any]]
    notices: list[str] = []


def export(
    document: Document,
    state: Mapping[str, torch.Tensor] | None,
    path: str | Path,
    samples: Arrays | None = None,
    *,
    embed_drawing: bool = False,
) -> Report:
    """Write verified ONNX.

    ``state`` is the ``state_dict`` to export, ``None`` for fresh initial weights; ``samples`` are real inputs by
    Input node, a batch each, to compare on beside random ones. With ``embed_drawing`` the file holds the drawing too,
    without its notes and without paths.

    Raises:
        DocumentError: the drawing has a problem.
        ExportError: the weights do not fit, the checker refuses, or the results differ.
        FileError: the file cannot be written; what was there before is intact.
    """
    if not _is_text(Path(path).name):
        raise FileError(f"{path} cannot be saved: its name is not UTF-8, which ONNX wants; choose another.")
    source = compile_source(document)
    module = _module(source, state)
    arrays = {key: value.detach().cpu().numpy() for key, value in module.state_dict().items()}
    with tempfile.TemporaryDirectory(prefix="layerloom-") as folder:
        draft = Path(folder) / Path(path).name
        _save_draft(emit(document, arrays, embed_drawing=embed_drawing), draft)
        _check(draft)
        comparison = verify(document, source, module, draft, samples)
        _publish(draft, Path(path))
    worst = max((entry["max_abs_diff"] for entry in comparison.checked), default=0.0)
    return Report(str(path), OPSET, worst, comparison.checked, comparison.notices)


def _is_text(name: str) -> bool:
    """Whether a name can be written, which one of other bytes than UTF-8 cannot."""
    return name == name.encode(errors="replace").decode()


def _module(source: Source, state: Mapping[str, torch.Tensor] | None) -> nn.Module:
    module = build(source)
    if state is not None:
        try:
            load_state(module, state)
        except RuntimeError as error:
            detail = str(error).splitlines()[-1].strip()
            raise ExportError(
                f"The weights are not those of this drawing ({detail}); export the run with its own drawing."
            ) from None
    return module.eval()


def _save_draft(model: ir.Model, draft: Path) -> None:
    size = sum(value.const_value.nbytes for value in model.graph.initializers.values() if value.const_value)
    try:
        ir.save(model, draft, external_data=f"{draft.name}.data" if size > EXTERNAL_BYTES else None)
    except OSError as error:
        raise FileError(f"{draft.name} cannot be saved: {reason(error)}.") from None


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
