"""Output units and the objectives they fit: linear and Gaussian, sigmoid and Bernoulli, softmax and multinoulli.

Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from graph.errors import Fix
from graph.layer import Expects, Unit
from graph.layers.activation import Sigmoid
from graph.layers.objectives.base import Objective
from graph.layers.softmax import LogSoftmax
from graph.problems.advice.view import RESHAPING, View, insert, skip
from graph.records import Problem, Wire


class Finding(NamedTuple):
    """What is said, and the repair if there is one."""

    message: str
    fix: Fix | None


class Fed(NamedTuple):
    """What feeds the prediction: what it is as the last layer, and its kind for the sentence."""

    unit: Unit
    kind: str


Rule = Callable[[str, Fed, Wire], Finding | None]


def advise_output_unit(view: View, name: str) -> Iterator[Problem]:
    """Advice where the unit in front of an objective does not fit it."""
    layer = view.layers[name]
    rule = _RULES.get(layer.expects) if isinstance(layer, Objective) else None
    wire = view.feeding(name, "prediction", RESHAPING) if rule else None
    if rule is None or wire is None or wire.source not in view.kinds:
        return
    found = rule(name, Fed(view.unit(wire.source), view.kinds[wire.source]), wire)
    if found is not None:
        yield view.advice(name, found.message, found.fix, "prediction")


def _cross_entropy(name: str, unit: Fed, wire: Wire) -> Finding | None:
    if unit.unit == "softmax":
        return _twice(name, wire, "a softmax")
    if unit.unit == "log_softmax":
        return Finding(f"'{name}' applies a log-softmax itself, so '{wire.source}' is not needed.", skip(wire))
    if unit.unit == "sigmoid":
        return Finding(
            f"'{name}' expects scores of any size, but '{wire.source}' squeezes them into 0 to 1, so that no class "
            "becomes certain; connect the scores in front of it, or use BCEWithLogits for yes-or-no answers.",
            skip(wire),
        )
    return _scores(name, unit, wire)


def _bce_with_logits(name: str, unit: Fed, wire: Wire) -> Finding | None:
    if unit.unit == "sigmoid":
        return _twice(name, wire, "a sigmoid")
    if unit.unit in ("softmax", "log_softmax"):
        return Finding(
            f"'{name}' expects a score for each yes-or-no answer, but '{wire.source}' makes them one choice among "
            "classes; connect the scores in front of it, or use CrossEntropy.",
            skip(wire),
        )
    return _scores(name, unit, wire)


def _scores(name: str, unit: Fed, wire: Wire) -> Finding | None:
    if unit.unit == "tanh":
        return Finding(f"'{name}' expects scores of any size, but '{wire.source}' keeps them in -1 to 1.", skip(wire))
    if unit.unit == "rectifier":
        return Finding(
            f"'{name}' expects scores of any size, but '{wire.source}' cuts off the negative ones, and their gradient "
            "with them.",
            skip(wire),
        )
    return None


def _twice(name: str, wire: Wire, what: str) -> Finding:
    return Finding(
        f"'{name}' applies {what} itself, so '{wire.source}' is a second one, which flattens the gradient; connect "
        "the scores in front of it.",
        skip(wire),
    )


def _bce(name: str, unit: Fed, wire: Wire) -> Finding | None:
    if unit.unit not in ("tanh", "rectifier", "log_softmax", "linear"):
        return None
    fix = insert(Sigmoid, "prediction") if unit.unit == "linear" else None
    return Finding(
        f"'{name}' expects probabilities from 0 to 1, but '{wire.source}' is a {unit.kind}; put a Sigmoid in front, "
        "or use BCEWithLogits.",
        fix,
    )


def _log_probabilities(name: str, unit: Fed, wire: Wire) -> Finding | None:
    if unit.unit not in ("tanh", "rectifier", "softmax", "sigmoid", "linear"):
        return None
    return Finding(
        f"'{name}' expects logarithms of probabilities, but '{wire.source}' is a {unit.kind}; put a LogSoftmax in its "
        "place or in front.",
        insert(LogSoftmax, "prediction", dim=1) if unit.unit == "linear" else None,
    )


def _mse(name: str, unit: Fed, wire: Wire) -> Finding | None:
    better = {
        "sigmoid": "use BCE for values from 0 to 1, or a linear output",
        "tanh": "use a linear output",
        "softmax": "use CrossEntropy on the scores",
    }
    if unit.unit not in better:
        return None
    return Finding(
        f"'{wire.source}' saturates: where it is most wrong, its gradient under the mean squared error of '{name}' is "
        f"close to zero; {better[unit.unit]}.",
        skip(wire),
    )


def _dice(name: str, unit: Fed, wire: Wire) -> Finding | None:
    if unit.unit not in ("sigmoid", "softmax"):
        return None
    return _twice(name, wire, f"a {unit.unit}")


_RULES: Mapping[Expects, Rule] = {
    "scores": _cross_entropy,
    "logits": _bce_with_logits,
    "probabilities": _bce,
    "log_probabilities": _log_probabilities,
    "values": _mse,
    "masks": _dice,
}
