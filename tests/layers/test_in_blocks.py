"""Layers inside a block of any width: one class for all of its uses, sizes by the block's parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.block_drawings import chain, module


@pytest.fixture
def document() -> Document:
    """A block used with 8 and with 16 channels."""
    parts: list[tuple[str, str, dict[str, Any]]] = [
        ("conv", "Conv2d", {"out_channels": "channels", "padding": 1, "weight_init": "kaiming_normal"}),
        ("group", "GroupNorm", {}),
        ("response", "LocalResponseNorm", {}),
        ("instance", "InstanceNorm2d", {"affine": True}),
        ("up", "ConvTranspose2d", {"out_channels": "channels", "stride": 2, "bias_init": "zeros"}),
        ("prelu", "PReLU", {"num_parameters": "channels"}),
        ("pool", "AdaptiveAvgPool2d", {"output_size": 4}),
        ("pad", "Pad", {}),
        ("crop", "Crop", {"margins": [1, 1, 1, 1]}),
        ("shuffle", "PixelShuffle", {}),
        ("unflatten", "Unflatten", {"unflattened_size": [2, -1]}),
        ("flatten", "Flatten", {"start_dim": 1, "end_dim": 2}),
        ("noise", "GaussianNoise", {}),
        ("layer", "LayerNorm", {}),
    ]
    document = Document("Stack")
    with document.edit("Draw"):
        chain(document.add_block("Unit", {"channels": 8}), *parts, shape=("channels", 12, 12))
        uses = [
            (f"block{width}", "Block", {"definition": "Unit", "arguments": {"channels": width}}) for width in (8, 16)
        ]
        first, second = (("conv8", "Conv2d", {"out_channels": 8}), ("conv16", "Conv2d", {"out_channels": 16}))
        chain(document.model, first, uses[0], second, uses[1], shape=(3, 12, 12))
    return document


def test_one_class_serves_every_width(document: Document) -> None:
    text = compile_source(document).text
    assert text.count("class Unit") == 1
    assert "self.up = nn.ConvTranspose2d(channels, channels, 2, stride=2)" in text
    assert "nn.init.zeros_(self.up.bias)" in text
    assert "self.prelu = nn.PReLU(num_parameters=channels)" in text


def test_it_runs_and_agrees_with_its_onnx(document: Document, tmp_path: Path) -> None:
    assert module(document)(torch.zeros(2, 3, 12, 12)).shape == (2, 4, 8, 8)
    assert export(document, None, tmp_path / "stack.onnx").max_abs_diff < 1e-4
