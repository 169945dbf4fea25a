"""The device a run computes on."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from training.errors import TrainingError


def choose_device(text: str) -> torch.device:
    """The device called ``text``; "auto" is a GPU where there is one.

    Raises:
        TrainingError: there is no such device here.
    """
    if text == "auto":
        return _ready(torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu"))
    try:
        device = torch.device(text)
    except RuntimeError:
        raise TrainingError(f"'{text}' is not a device; use auto, cpu, cuda, cuda:1 or mps.") from None
    if device.type not in ("cpu", "cuda", "mps"):
        raise TrainingError(f"Layerloom does not train on '{text}'; use auto, cpu, cuda, cuda:1 or mps.")
    there = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(_has_mps())}[device.type]
    if (device.index or 0) >= there:
        seen = f"{there} of that type" if there else "none of that type"
        raise TrainingError(f"The device '{text}' is not available: PyTorch sees {seen} here; use auto or cpu.")
    return _ready(device)


UNORDERED = "does not have a deterministic implementation"


def multiply_precisely(precisely: bool) -> None:
    """Have GPUs multiply float32 as such, or in TF32: with 10 bits behind the point instead of 23."""
    torch.backends.cudnn.allow_tf32 = not precisely
    torch.backends.cuda.matmul.allow_tf32 = not precisely


@contextmanager
def in_order(device: torch.device, deterministic: bool) -> Iterator[None]:
    """Compute meanwhile, where that is asked for, by algorithms that give the same bits every time, also on a GPU.

    What has none is computed nevertheless; torch's warnings of that, which say ``UNORDERED``, are not shown.
    """
    if device.type != "cuda" or not deterministic:
        yield
        return
    memory: Any = torch.utils.deterministic
    memory.fill_uninitialized_memory = False  # it takes time, and nothing of ours is read before it is written
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.deterministic = True
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=f".*{UNORDERED}")
            yield
    finally:
        torch.use_deterministic_algorithms(False)
        torch.backends.cudnn.deterministic = False


def _ready(device: torch.device) -> torch.device:
    """The device, on which float32 is to be that: torch convolves it in TF32 on GPUs if nothing is said."""
    if device.type == "cuda":
        multiply_precisely(True)
    return device


def _has_mps() -> bool:
    return bool(torch.backends.mps.is_available())
