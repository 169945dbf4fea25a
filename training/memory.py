"""How much memory training holds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch

_STATM = Path("/proc/self/statm")


def memory_held(device: torch.device) -> int:
    """The bytes that tensors hold on a GPU, else those that this process has in memory; 0 where nothing tells."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.current_allocated_memory()
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return _most_held()


def _most_held() -> int:
    """What the process has held at most, which every Unix tells; macOS counts bytes, others KiB."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
