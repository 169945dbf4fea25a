"""What gradients and steps warn of, in one sentence with the layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from training.protocol import GradientHealth

VANISHED = 1e-5
"""A share of the largest gradient, each measured by the layer's own weights, that is as good as none."""
_SPIKE = 1e3
_ENOUGH = 8
_LARGE_STEP, _SMALL_STEP = 0.05, 1e-5


class Finding(NamedTuple):
    """A kind of alarm, its sentence, and the layer it is seen at."""

    kind: str
    message: str
    node: str = ""


def vanishing(records: Sequence[GradientHealth]) -> Finding | None:
    """Gradients that do not reach a layer, in an epoch with these records."""
    shares = _relative(records)
    if len(records) < 2 or len(shares) < 2:
        return None
    largest, smallest = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    if not shares[largest] or shares[smallest] >= VANISHED * shares[largest]:
        return None
    if not shares[smallest]:
        return Finding(
            "vanishing",
            f"No gradient reaches '{smallest}': it is zero there, so the layer learns nothing; look for dead or "
            "saturated layers behind it.",
            smallest,
        )
    share = shares[smallest] / shares[largest]
    return Finding(
        "vanishing",
        f"Gradients vanish: as a share of its weights, that of '{smallest}' is {share:.1g} times that of '{largest}', "
        "so it hardly learns; try ReLU, normalization, skips, or other initial weights.",
        smallest,
    )


def exploding(records: Sequence[GradientHealth], before: Sequence[GradientHealth]) -> Finding | None:
    """Gradients that are not finite, or far larger than they were in the steps ``before``."""
    for record in records:
        for name, node in record.nodes.items():
            if node.gradient is None:
                return Finding(
                    "exploding",
                    f"Gradients explode: that of '{name}' was not finite at step {record.step:,}; try a smaller "
                    "learning_rate or clipping=ClipNorm.",
                    name,
                )
    usual = _medians(before)
    for record in records if len(before) >= _ENOUGH else ():
        for name, node in record.nodes.items():
            known = usual.get(name, 0.0)
            if known and node.gradient is not None and node.gradient > _SPIKE * known:
                return Finding(
                    "exploding",
                    f"Gradients explode: that of '{name}' was {node.gradient:.3g} at step {record.step:,}, where "
                    f"{known:.3g} is usual; try a smaller learning_rate or clipping=ClipNorm.",
                    name,
                )
    return None


def step_sizes(records: Sequence[GradientHealth]) -> Mapping[str, float]:
    """For each layer the middle one of its steps, as shares of its weights."""
    found: dict[str, list[float]] = {}
    for record in records:
        for name, node in record.nodes.items():
            if node.update is not None:
                found.setdefault(name, []).append(node.update)
    return {name: median(values) for name, values in found.items()}


def too_large(
    losses: Sequence[float], first: Sequence[float], last: Sequence[float], records: Sequence[GradientHealth]
) -> Finding | None:
    """Steps so large that the loss does not fall: ``losses`` after each epoch, ``first`` and ``last`` ones of steps."""
    sizes = step_sizes(records)
    large = bool(sizes) and median(sizes.values()) >= _LARGE_STEP
    began, now = (sum(first) / len(first) if first else 0.0), (median(last) if last else 0.0)
    if len(last) < _ENOUGH or not began > 0 or now <= 2.0 * began:
        if len(losses) < 2 or losses[-1] < losses[0] or not large:
            return None
        began, now = losses[0], losses[-1]
    name = max(sizes, key=sizes.__getitem__) if large else ""
    seen = f"; a step changes '{name}' by {sizes[name]:.2g} of its size" if name else ""
    return Finding(
        "too_large",
        f"The learning rate seems too large: the training loss went from {began:.4g} to {now:.4g}{seen}; try a "
        "tenth of it.",
        name,
    )


def too_small(losses: Sequence[float], records: Sequence[GradientHealth]) -> Finding | None:
    """Steps so small that the loss after each epoch has hardly moved."""
    sizes = step_sizes(records)
    if len(losses) < 3 or not sizes or max(sizes.values()) >= _SMALL_STEP or losses[0] <= 0:
        return None
    if min(losses) < 0.98 * losses[0]:
        return None
    name = max(sizes, key=sizes.__getitem__)
    return Finding(
        "too_small",
        f"The learning rate seems too small: no step changes a layer by more than {sizes[name]:.1g} of its size, as in "
        f"'{name}', and the training loss went from {losses[0]:.4g} to {losses[-1]:.4g} in {len(losses):,} epochs; "
        "try ten times as much.",
        name,
    )


def _relative(records: Sequence[GradientHealth]) -> dict[str, float]:
    """For each layer the middle one of its gradients, as shares of its weights; none where one is not finite."""
    found: dict[str, list[float]] = {}
    for record in records:
        for name, node in record.nodes.items():
            if node.weight and node.gradient is not None:
                found.setdefault(name, []).append(node.gradient / node.weight)
    return {name: median(values) for name, values in found.items() if len(values) == len(records)}


def _medians(records: Sequence[GradientHealth]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for record in records:
        for name, node in record.nodes.items():
            if node.gradient is not None:
                found.setdefault(name, []).append(node.gradient)
    return {name: median(values) for name, values in found.items()}
