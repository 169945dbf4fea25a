"""What is told of a sweep: its trials, and what their outcome goes with."""

from __future__ import annotations

from typing import Any

import msgspec

from training.shown import Number


class Trial(msgspec.Struct, frozen=True, tag="trial"):
    """One training of a sweep, with these ``values`` by the names of what is varied; ``run`` is the name of its folder.

    ``state`` is "running", "complete", "pruned", "failed" or "waiting", for one that was begun and is to be gone on
    with. ``value`` is what the best epoch has of ``figure``, of which more is better if that ``rises``. ``owner`` is
    who trains it, ``asked`` the number that Optuna knows it by, and ``message`` says why it failed or ended early.
    """

    number: int
    values: dict[str, Any]
    state: str
    run: str
    owner: str = ""
    figure: str = ""
    rises: bool = False
    value: Number = None
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    message: str = ""
    asked: int | None = None


class Importance(msgspec.Struct, frozen=True, tag="importance"):
    """How much of what the trials came to goes with each thing that is varied: shares that add up to 1, by name.

    They come from a random forest over ``trials`` that ended; ``explained`` is the share of the variation that it
    foretells for trials it was not shown, 0 or less where it foretells nothing.
    """

    shares: dict[str, float]
    explained: float
    trials: int
