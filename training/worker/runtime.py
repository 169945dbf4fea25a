"""Settings of the process that make training fast; of use only before torch is imported."""

from __future__ import annotations

import ctypes
import os
import sys

_SPINS = "1000"
# Parameters of glibc's mallopt.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MIB = 2**20


def prepare_process() -> None:
    """Get the process ready for training."""
    _share_cores()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it no product on a GPU can be repeated
    if sys.platform == "linux":
        _keep_memory()


def _share_cores() -> None:
    """Have torch's threads sleep soon when they wait.

    By default GNU OpenMP spins for milliseconds at the end of every parallel part. Beside any other busy process, an
    editor drawing its curves say, the spinning thread holds the core the other one needs: training LeNet-5 on two
    cores took ten times as long. A spin of some 50 microseconds bridges the gaps within a step and no more: on a
    machine with eight other jobs it trained LeNet-5 2.4 to 5 times as fast as one of 500, and the MLP twice as fast.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)


def _keep_memory() -> None:
    """Have freed memory stay with the process for the next step.

    By default glibc gives it back, and every step of a convolutional network gets its pages anew: 600 page faults and
    an eighth of the time for LeNet-5. The second threshold is the one glibc comes to by itself.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 512 * _MIB)
        mallopt(_MMAP_THRESHOLD, 32 * _MIB)
