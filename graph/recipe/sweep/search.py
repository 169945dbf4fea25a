"""The ways to search among the values of a sweep."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from graph.recipe.part import Part

Trials = Annotated[int, Meta(ge=1, le=100_000, description="how many trainings there are")]


class Search(Part, frozen=True, kw_only=True):
    """A way to choose what is tried next."""


class Grid(Search, frozen=True, kw_only=True):
    """Try every combination; of a range, so many points from end to end."""

    points: Annotated[int, Meta(ge=2, le=1000, description="values that are taken of each range")] = 5


class Random(Search, frozen=True, kw_only=True):
    """Try combinations at random, none of them twice."""

    trials: Trials = 20


class TPE(Search, frozen=True, kw_only=True):
    """Try what is like the better trials so far rather than the worse (Bergstra 2011), by Optuna's TPESampler."""

    trials: Trials = 20
    startup: Annotated[int, Meta(ge=1, le=10_000, description="trials at random before the first that is chosen")] = 10
    pruning: Annotated[
        Literal["none", "median", "halving"],
        Meta(description="which trials end early: those worse than the median at an epoch, or all but the best third"),
    ] = "median"
