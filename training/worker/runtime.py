"""Settings of the process that make training fast; of use only before torch is imported."""

from __future__ import annotations

import ctypes
import os
import sys

_SPINS = "10000"
# Parameters of glibc's mallopt.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MIB = 2**20


def prepare_process() -> None:
    """Get the process ready for training."""
    _share_cores()
    if sys.platform == "linux":
        _keep_memory()


def _share_cores() -> None:
    """Have torch's threads sleep soon when they wait.

    By default GNU OpenMP spins for milliseconds at the end of every parallel part. Beside any other busy process, an
    editor drawing its plots say, the spinning thread holds the core the other one needs: training LeNet-5 on two
    cores took ten times as long. With a short spin it is as fast as ever alone, and slows down by what it must.
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
