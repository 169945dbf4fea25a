"""Output units and the objectives they fit: linear and Gaussian, sigmoid and Bernoulli, softmax and multinoulli.

Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from graph.errors import Fix
from graph.problems.advice.view import RESHAPING, View, skip
from graph.records import Problem, Wire

_SOFTMAX = ("Softmax", "LogSoftmax")


class Finding(NamedTuple):
    """What is said, and the repair if there is one."""

    message: str
    fix: Fix | None


Rule = Callable[[str, str, Wire], Finding | None]


def advise_output_unit(view: View, name: str) -> Iterator[Problem]:
    """Advice where the unit in front of an objective does not fit it."""
    rule = _RULES.get(view.kinds[name])
    wire = view.feeding(name, "prediction", RESHAPING) if rule else None
    if rule is None or wire is None or wire.source not in view.kinds:
        return
    found = rule(name, view.kinds[wire.source], wire)
    if found is not None:
        yield view.advice(name, found.message, found.fix, "prediction")


def _cross_entropy(name: str, unit: str, wire: Wire) -> Finding | None:
    if unit == "Softmax":
        return _twice(name, wire, "a softmax")
    if unit == "LogSoftmax":
        return Finding(f"'{name}' applies a log-softmax itself, so '{wire.source}' is not needed.", skip(wire))
    if unit == "Sigmoid":
        return Finding(
            f"'{name}' expects scores of any size, but '{wire.source}' squeezes them into 0 to 1, so that no class "
            "becomes certain; connect the scores in front of it, or use BCEWithLogits for yes-or-no answers.",
            skip(wire),
        )
    return _scores(name, unit, wire)


def _bce_with_logits(name: str, unit: str, wire: Wire) -> Finding | None:
    if unit == "Sigmoid":
        return _twice(name, wire, "a sigmoid")
    if unit in _SOFTMAX:
        return Finding(
            f"'{name}' expects a score for each yes-or-no answer, but '{wire.source}' makes them one choice among "
            "classes; connect the scores in front of it, or use CrossEntropy.",
            skip(wire),
        )
    return _scores(name, unit, wire)


def _scores(name: str, unit: str, wire: Wire) -> Finding | None:
    if unit == "Tanh":
        return Finding(f"'{name}' expects scores of any size, but '{wire.source}' keeps them in -1 to 1.", skip(wire))
    if unit == "ReLU":
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


def _bce(name: str, unit: str, wire: Wire) -> Finding | None:
    if unit not in ("Tanh", "ReLU", "LogSoftmax") and not _is_linear(unit):
        return None
    fix = Fix("Insert Sigmoid", "insert", {"kind": "Sigmoid", "port": "prediction"}) if _is_linear(unit) else None
    return Finding(
        f"'{name}' expects probabilities from 0 to 1, but '{wire.source}' is a {unit}; put a Sigmoid in front, or use "
        "BCEWithLogits.",
        fix,
    )


def _log_probabilities(name: str, unit: str, wire: Wire) -> Finding | None:
    if unit not in ("Tanh", "ReLU", "Softmax", "Sigmoid") and not _is_linear(unit):
        return None
    insert = {"kind": "LogSoftmax", "port": "prediction", "parameters": {"dim": 1}}
    return Finding(
        f"'{name}' expects logarithms of probabilities, but '{wire.source}' is a {unit}; put a LogSoftmax in its place "
        "or in front.",
        Fix("Insert LogSoftmax", "insert", insert) if _is_linear(unit) else None,
    )


def _mse(name: str, unit: str, wire: Wire) -> Finding | None:
    better = {
        "Sigmoid": "use BCE for values from 0 to 1, or a linear output",
        "Tanh": "use a linear output",
        "Softmax": "use CrossEntropy on the scores",
    }
    if unit not in better:
        return None
    return Finding(
        f"'{wire.source}' saturates: where it is most wrong, its gradient under the mean squared error of '{name}' is "
        f"close to zero; {better[unit]}.",
        skip(wire),
    )


def _dice(name: str, unit: str, wire: Wire) -> Finding | None:
    if unit not in ("Sigmoid", "Softmax"):
        return None
    return _twice(name, wire, f"a {unit.lower()}")


def _is_linear(unit: str) -> bool:
    return unit.startswith(("Linear", "Conv"))


_RULES: Mapping[str, Rule] = {
    "CrossEntropy": _cross_entropy,
    "BCEWithLogits": _bce_with_logits,
    "BCE": _bce,
    "NLL": _log_probabilities,
    "KLDivergence": _log_probabilities,
    "MSE": _mse,
    "Dice": _dice,
}
