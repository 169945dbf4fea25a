"""What is done against weights and gradients that grow, and against noise in the weights: one class a way."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from graph.recipe.part import Part

Coefficient = Annotated[float, Meta(ge=0.0, le=1000.0)]
L1Factor = Annotated[Coefficient, Meta(description="times the sum of the weights' sizes, added to what is minimized")]
L2Factor = Annotated[Coefficient, Meta(description="times the sum of the weights' squares, added to what is minimized")]


class Penalty(Part, frozen=True, kw_only=True):
    """What large weights cost; biases and the scales of normalization cost nothing."""


class NoPenalty(Penalty, frozen=True, kw_only=True):
    """Large weights cost nothing."""


class L1(Penalty, frozen=True, kw_only=True):
    """Every weight costs its size: many become zero (Tibshirani 1996)."""

    l1: L1Factor = 1e-4


class L2(Penalty, frozen=True, kw_only=True):
    """Every weight costs its square: all become smaller (ridge regression)."""

    l2: L2Factor = 1e-4


class ElasticNet(Penalty, frozen=True, kw_only=True):
    """Every weight costs its size and its square (Zou and Hastie 2005)."""

    l1: L1Factor = 1e-4
    l2: L2Factor = 1e-4


class Clipping(Part, frozen=True, kw_only=True):
    """What is done to gradients that are too large."""


class NoClipping(Clipping, frozen=True, kw_only=True):
    """Leave the gradients as they are."""


class ClipNorm(Clipping, frozen=True, kw_only=True):
    """Shorten all gradients together where their norm is larger (Pascanu 2013)."""

    max_norm: Annotated[float, Meta(gt=0.0, le=1e9, description="the largest norm of all gradients together")] = 1.0


class ClipValue(Clipping, frozen=True, kw_only=True):
    """Cut every gradient off at a value and its negative."""

    max_value: Annotated[float, Meta(gt=0.0, le=1e9, description="the largest size of a gradient's number")] = 1.0


class Averaging(Part, frozen=True, kw_only=True):
    """Which weights are validated and kept as the best."""


class NoAveraging(Averaging, frozen=True, kw_only=True):
    """Those of the last step."""


class EMA(Averaging, frozen=True, kw_only=True):
    """A running average of the weights and statistics of all steps (Polyak 1992)."""

    ema_decay: Annotated[float, Meta(gt=0.0, lt=1.0, description="share of the average that a step keeps")] = 0.999
