"""The formulas of the manual, reckoned with numbers, are the functions that its graphs show and PyTorch computes."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest

from graph.catalog import catalog
from graph.fields import fields_of
from graph.manual.curves import CURVES, PRELU_SLOPE, RRELU_SLOPE, SELU_ALPHA, SELU_SCALE
from graph.manual.entries import entries
from graph.manual.formulas import parse
from tests.support.reckoned import reckon

DRAWN = {kind: entry.picture.removeprefix("curve ") for kind, entry in entries().items() if "curve " in entry.picture}
# Of sums over many, one value; of classes, the probability of the right one: these are told in other words.
IN_OTHER_WORDS = {"MSE", "L1", "CrossEntropy", "Focal"}
NUMBERS = {"SELU": {"scale": SELU_SCALE, "α": SELU_ALPHA}, "PReLU": {"a": PRELU_SLOPE}, "RReLU": {"a": RRELU_SLOPE}}
GREEK = {"alpha": "α", "beta": "β", "delta": "δ", "lambd": "λ"}


def names_of(kind: str, x: float) -> dict[str, Any]:
    """What the signs of a layer's formula stand for: its defaults, and a target that is zero, or yes."""
    fields = {name: field.default for name, field in fields_of(catalog()[kind]).items()}
    limits = {"min": -inf, "max": inf}
    known = {name: limits.get(name) if value is None else value for name, value in fields.items()}
    signs = {GREEK[name]: value for name, value in known.items() if name in GREEK}
    return {
        **known,
        **signs,
        "y": 0.0 if "target" in CURVES[DRAWN[kind]].across else 1.0,
        **NUMBERS.get(kind, {}),
        "x": x,
    }


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind not in IN_OTHER_WORDS])
def test_a_formula_is_the_function_that_the_graph_shows(kind: str) -> None:
    curve, formula = CURVES[DRAWN[kind]], parse(entries()[kind].formulas[0])
    for step in range(41):
        x = curve.low + (curve.high - curve.low) * step / 40
        assert reckon(formula, names_of(kind, x)) == pytest.approx(curve.function(x), abs=1e-9), x
