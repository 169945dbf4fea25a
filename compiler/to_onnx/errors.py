"""Why no ONNX was written."""

from __future__ import annotations

from graph.errors import LayerloomError


class ExportError(LayerloomError):
    """The ONNX model is invalid or does not agree with PyTorch; nothing was saved."""
