"""What the losses of a run warn of, in one sentence; computed from the means over its epochs alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

# Fewer epochs than this say nothing yet.
_ENOUGH = 5
_STILL = 0.01
_RISEN = 1.1


def does_not_move(training: Sequence[float]) -> str:
    """The sentence on a training loss that stays where it was; "" while it moves."""
    if len(training) < _ENOUGH or not all(map(isfinite, training)):
        return ""
    low, high = min(training), max(training)
    if high <= 0 or high - low >= _STILL * high:
        return ""
    return (
        f"The training loss has not moved in {len(training):,} epochs ({training[0]:.4g} to {training[-1]:.4g}): "
        "the learning rate may be far too small, or hardly any gradient reaches the weights."
    )


def overfits(training: Sequence[float], validation: Sequence[float]) -> str:
    """The sentence on a validation loss that rises while the training loss falls; "" where it does not."""
    if len(validation) != len(training) or not all(map(isfinite, [*training, *validation])):
        return ""
    best = min(range(len(validation)), key=validation.__getitem__, default=0)
    since = len(validation) - 1 - best
    # The lowest of all epochs must be well behind, and not by the chance of a single one.
    if since < max(_ENOUGH, len(validation) // 4) or validation[best] <= 0:
        return ""
    if min(validation[-3:]) < _RISEN * validation[best] or training[-1] >= training[best]:
        return ""
    return (
        f"The model overfits: the validation loss has risen from {validation[best]:.4g} to {validation[-1]:.4g} since "
        f"epoch {best + 1:,}, while the training loss fell; end training earlier, or add data, dropout or a penalty."
    )
