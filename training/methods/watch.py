"""Which epoch is the best, by the figure that the settings name, and when there is no better one to be hoped for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from training.errors import TrainingError
from training.metrics.metrics import Metrics

EPOCH = "epoch"  # watched, it makes the last epoch the best
Costs = Sequence[float | None]


class Watch(NamedTuple):
    """The figure ``name``; ``rises`` if the larger is the better one. A cost is smaller for a better figure."""

    name: str
    rises: bool

    def cost(
        self, training: Mapping[str, float | None], validation: Mapping[str, float | None], epoch: int = 0
    ) -> float | None:
        """What an epoch costs by its figures, on validation samples if there are any."""
        value = {EPOCH: float(epoch), **(validation or training)}.get(self.name)
        return value if value is None or not self.rises else -value


def watch(name: str, metrics: Metrics, *, validates: bool) -> Watch:
    """Watch one of what is measured, on validation samples where ``validates``.

    Raises:
        TrainingError: it is not measured.
    """
    judged = metrics.judging.figures()
    if name in judged and not validates:
        raise TrainingError(
            f"The setting monitor names '{name}', which is measured on validation samples alone, and there are none; "
            f"raise validation, or set monitor to one of {', '.join(metrics.names)}."
        )
    known = [*metrics.names, *(judged if validates else ())]
    if name == EPOCH and name not in known:
        return Watch(name, True)
    if name not in known:
        raise TrainingError(
            f"The setting monitor names '{name}', which is not measured here; set it to one of {', '.join(known)}, "
            f"or to {EPOCH} for the last."
        )
    return Watch(name, name in metrics.rising | metrics.judging.rising)


def best_epoch(costs: Costs) -> int:
    """The first epoch that no other is better than, counted from 1; 0 if none has a figure."""
    known = [(cost, epoch) for epoch, cost in enumerate(costs, 1) if cost is not None]
    return min(known)[1] if known else 0
