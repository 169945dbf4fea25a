"""Which tensors of a run fit a drawing: by name and shape, and by their place where a layer was renamed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import msgspec

from graph.analysis.leaves import Leaf, leaves
from graph.document import Document
from graph.layer import Weight
from graph.tensor import format_shape
from training.runs.counterparts import Leaves, counterparts
from training.runs.surroundings import moved
from training.runs.tensors import Stored


class Fit(msgspec.Struct, frozen=True):
    """What a drawing gets from a run, as names of tensors.

    ``loaded`` gives for each tensor of the drawing that of the run, ``fresh`` for those that stay as they are
    initialized the reason, ``left_over`` what of the run is not used. ``moved`` are layers that were found by name and
    stand elsewhere than in the run.
    """

    loaded: dict[str, str]
    fresh: dict[str, str]
    left_over: list[str] = []
    moved: list[str] = []

    @property
    def total(self) -> int:
        """The tensors the drawing has."""
        return len(self.loaded) + len(self.fresh)

    @property
    def renamed(self) -> dict[str, str]:
        """The tensors that have another name in the run."""
        return {name: other for name, other in self.loaded.items() if name != other}

    def only(self, names: Iterable[str]) -> Fit:
        """What is said of some of the drawing's tensors."""
        kept = set(names)
        loaded = {name: other for name, other in self.loaded.items() if name in kept}
        fresh = {name: why for name, why in self.fresh.items() if name in kept}
        moved = [layer for layer in self.moved if any(name == layer or name.startswith(f"{layer}.") for name in kept)]
        return Fit(loaded, fresh, self.left_over, moved)


def tensors_of(document: Document, *roles: str) -> list[str]:
    """The names of the tensors that a drawing's nodes of some roles need; "output" stands for what is exported."""
    return list(dict.fromkeys(name for leaf in leaves(document, roles).values() for name in leaf.tensors()))


def fit(document: Document, trained: Document, stored: Mapping[str, Stored]) -> Fit:
    """Compare what a drawing needs with what a run has stored, whose drawing is ``trained``.

    A tensor fits if its layer is of the same kind and its name, shape and dtype are the same. A layer that shares
    weights takes those that it used when it was trained.
    """
    drawing, other = leaves(document), leaves(trained)
    pairs = counterparts(drawing, other)
    fitting = _Fitting(other, stored)
    for name, leaf in drawing.items():
        owner = leaf.owner if leaf.owner in drawing else name
        fitting.take(leaf, other.get(pairs.get(owner, "")), other.get(owner))
    return fitting.result(moved(drawing, other, pairs))


class _Fitting:
    def __init__(self, trained: Leaves, stored: Mapping[str, Stored]) -> None:
        self._trained, self._stored = trained, stored
        self._loaded: dict[str, str] = {}
        self._fresh: dict[str, str] = {}
        self._missed: dict[str, Leaf] = {}

    def take(self, leaf: Leaf, partner: Leaf | None, namesake: Leaf | None) -> None:
        """Find the tensors of a layer among those of the layer it was in the run."""
        for key, weight in leaf.weights.items():
            if key in leaf.ties:
                continue  # it is found with the layer that it belongs to
            name = leaf.tensor(key)
            if name in self._loaded or name in self._fresh:
                continue
            source = partner.tensor(key) if partner else ""
            why = self._refusal(weight, source) if partner else _unknown(leaf, namesake)
            self._fresh |= {name: why} if why else {}
            self._loaded |= {} if why else {name: source}
            self._missed |= {} if partner else {name: leaf}

    def result(self, moved: list[str]) -> Fit:
        """What was found; where a layer of the run that is left over could be meant, that is said."""
        used = set(self._loaded.values())
        left = {name: None for name in self._stored if name not in used}
        idle = {
            leaf.owner: leaf for leaf in self._trained.values() if leaf.weights and leaf.tensors().keys() <= left.keys()
        }
        alike: dict[Hashable, list[str]] = {}
        for name, leaf in idle.items():
            alike.setdefault(_looks(leaf), []).append(name)
        fresh = {name: why + _guess(alike, self._missed.get(name)) for name, why in self._fresh.items()}
        return Fit(self._loaded, fresh, list(left), moved)

    def _refusal(self, weight: Weight, source: str) -> str:
        if source not in self._stored:
            return "the run has no such tensor"
        shape, dtype = self._stored[source]
        if shape != weight.shape:
            return f"its shape is {format_shape(weight.shape)}, in the run {format_shape(shape)}"
        return "" if dtype == weight.dtype else f"its dtype is {weight.dtype}, in the run {dtype}"


def _unknown(leaf: Leaf, namesake: Leaf | None) -> str:
    if namesake is None:
        return "new since the run"
    return f"a {type(leaf.layer).__name__}, in the run a {type(namesake.layer).__name__}"


def _looks(leaf: Leaf) -> Hashable:
    return type(leaf.layer), tuple(leaf.weights.items())


def _guess(idle: Mapping[Hashable, list[str]], leaf: Leaf | None) -> str:
    """Which layer of the run may be this one under another name, where there is just one that has such weights."""
    names = idle.get(_looks(leaf), []) if leaf else []
    return f"; the run's '{names[0]}' has such weights, but another place" if len(names) == 1 else ""
