"""Runs that are stopped on the way, and all that a run has come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from training.job.control import Control
from training.protocol import Stop


def flattened(value: Any) -> list[Any]:
    """The tensors and numbers anywhere in what a checkpoint holds."""
    if isinstance(value, dict):
        return [item for key in sorted(value, key=str) for item in flattened(value[key])]
    return [item for part in value for item in flattened(part)] if isinstance(value, list | tuple) else [value]


def kept(run: Path) -> list[Any]:
    """All that a run has come to: weights, best weights, and the state beside them but for where the time went."""
    state = torch.load(next(run.glob("last.optimizer-*.pt")), weights_only=True)
    files = [load_file(run / name) for name in ("last.safetensors", "best.safetensors")]
    return flattened([*files, state])


def same(first: list[Any], second: list[Any]) -> bool:
    def equal(a: Any, b: Any) -> bool:
        return torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b or (a != a and b != b)

    return len(first) == len(second) > 10 and all(equal(a, b) for a, b in zip(first, second, strict=True))


def stopped_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a command to stop come with the question whether there is one, the so manieth time."""
    pending, asked = Control.pending, [0]

    def counted(control: Control) -> bool:
        asked[0] += 1
        if asked[0] == step:
            control._commands.put(Stop())
        return pending(control)

    monkeypatch.setattr(Control, "pending", counted)
