"""How much memory tensors take at most while something runs, to the byte: what torch's allocator reports."""

from __future__ import annotations

from collections.abc import Callable

from torch.profiler import ProfilerActivity, profile


def peak_bytes(run: Callable[[], object]) -> int:
    """Bytes of CPU tensors allocated at the highest point of ``run``, above what was held before."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as recorded:
        run()
    recorder = recorded.profiler
    assert recorder is not None
    assert recorder.kineto_results is not None
    held = highest = 0
    for event in recorder.kineto_results.events():
        if event.name() == "[memory]":
            held += event.nbytes()
            highest = max(highest, held)
    return highest
