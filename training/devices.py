"""The device a run computes on."""

from __future__ import annotations

import torch

from training.errors import TrainingError


def choose_device(text: str) -> torch.device:
    """The device called ``text``; "auto" is a GPU where there is one.

    Raises:
        TrainingError: there is no such device here.
    """
    if text == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu")
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
    return device


def _has_mps() -> bool:
    return bool(torch.backends.mps.is_available())
