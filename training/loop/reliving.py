"""Goes through the steps since the last checkpoint once more, to see where a number arose that is not finite.

Where each loss cannot be looked at before the weights change by it, it is too late by the time it is known.
"""

from __future__ import annotations

from copy import copy

from training.checkpoints.checkpoint import has_last
from training.errors import TrainingError
from training.loop.prepare import Plan, assemble
from training.loop.recorder import Recorder
from training.loop.turns import learning_of
from training.loop.watching import Watching
from training.metrics.metrics import Means
from training.runs.runs import read_run

_ALL_DEVICES = ("cpu", "cuda", "mps")


def relived(job: Plan) -> TrainingError | None:
    """What is found in the epoch in which training of ``job`` ended; the steps are the same as they were then.

    Nothing is told or kept.

    Raises:
        LayerloomError: the checkpoint cannot be read again.
    """
    data = copy(job.data)
    data.changed = False  # that was settled, and the checkpoint is of this data
    job = job._replace(before=read_run(job.run) if has_last(job.run) else None, data=data)
    settings = job.document.training
    ready = assemble(job, lambda _: None, settings)
    if ready.update.at_once:
        return None
    if ready.state:
        ready.update.load(ready.state)
    at = ready.update.at
    watching = Watching(job.document, job.source, ready.update.module, 1, lambda _: None)
    recorder = Recorder(lambda _: None, Means(ready.metrics), at.step)
    parts = (ready.update, ready.metrics, ready.counting, ready.groups, ready.learns_from, at, recorder)
    learning = learning_of(ready.update)(*parts, lambda: False, watching)
    learning.checked = _ALL_DEVICES
    ready.update.module.train()
    try:
        with ready.update.computing.during():
            learning.epoch(ready.split.order(at.epoch))
    except TrainingError as found:
        return found
    return None
