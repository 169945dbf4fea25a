"""What is there under conditions is written as a person would: neighbours in one ``if``, opposites as its ``else``."""

from __future__ import annotations

import re

import pytest
import torch
from hypothesis import given, settings, strategies as st

from compiler.to_python.choices import conditions_in
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.edits.grouping import unpack
from graph.problems.checks import errors
from tests.support.typed import known

CONDITIONS = (
    "",
    "",
    "a",
    "not a",
    "b",
    "a and b",
    "a and not b",
    "not a and b",
    "a or b",
    "n == 1",
    "n != 1",
    "a and n == 1",
)
Drawn = list[tuple[str, str, int]]  # a layer, its condition, and how far back its first input is


def drawn(nodes: Drawn, uses: list[tuple[bool, bool, int]]) -> Document:
    d = Drawing("Choices")
    with d.block("Unit", a=True, b=True, n=1) as b:
        found = [b.input(4, name="x")]
        for number, (kind, when, back) in enumerate(nodes):
            came = found[max(0, len(found) - back)]
            inputs = [came, found[-1]] if kind == "add" else [came]
            given = {"out_features": 4} if kind == "linear" else {}
            found.append(getattr(b, kind)(*inputs, name=f"n{number}", when=when, **given))
        b.output(found[-1], name="y")
    x = d.input(4, name="x")
    for place, (first, second, n) in enumerate(uses):
        x = d.use("Unit", x, name=f"use{place}", a=first, b=second, n=n)
    d.output(x, name="result")
    return d.finish()


def text_of(*nodes: tuple[str, str, int]) -> str:
    """What the block's forward says, for uses of all kinds."""
    source = compile_source(
        drawn(list(nodes), [(a, b, n) for a in (True, False) for b in (True, False) for n in (1, 2)])
    )
    build(source)
    (found,) = re.findall(r"class Unit.*?forward\(self, x\):\n(.*?)\n\n", source.text, re.DOTALL)
    return "\n".join(line.removeprefix("        ") for line in found.split("\n"))


def test_opposite_conditions_are_one_choice_and_a_common_part_of_conditions_holds_for_both() -> None:
    assert (
        text_of(("linear", "a", 1), ("tanh", "a and b", 1), ("relu", "a and not b", 1), ("sigmoid", "", 1))
        == """h = x
if self.a:
    h = self.n0(x)
    if self.b:
        h = torch.tanh(h)
    else:
        h = F.relu(h)
h = torch.sigmoid(h)
return h"""
    )


def test_what_is_kept_for_later_gets_its_name_in_both_branches() -> None:
    assert (
        text_of(("tanh", "n == 1", 1), ("relu", "n != 1", 1), ("linear", "a", 1), ("add", "a", 2))
        == """if self.n == 1:
    n1 = torch.tanh(x)
else:
    n1 = F.relu(x)
h = n1
if self.a:
    h = self.n2(n1)
    h = n1 + h
return h"""
    )


def test_a_layer_that_says_nothing_leaves_no_empty_branch() -> None:
    assert "if" not in text_of(("identity", "a", 1), ("relu", "", 1))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("self.a", ("self.a",)),
        ("self.a and (not self.b)", ("self.a", "not self.b")),
        ("self.a or self.b", ("self.a or self.b",)),
        ("self.a and (self.b or self.c)", ("self.a", "(self.b or self.c)")),
        ("4*self.a == 1 and self.b", ("4*self.a == 1", "self.b")),
    ],
)
def test_conditions_are_taken_apart(text: str, parts: tuple[str, ...]) -> None:
    assert conditions_in(text) == parts


node = st.tuples(
    st.sampled_from(["linear", "relu", "tanh", "add", "identity"]), st.sampled_from(CONDITIONS), st.integers(1, 3)
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(node, min_size=1, max_size=8), st.tuples(st.booleans(), st.booleans(), st.integers(1, 2)))
def test_it_computes_what_the_drawing_without_the_block_does(nodes: Drawn, values: tuple[bool, bool, int]) -> None:
    several = drawn(nodes, [values, (True, False, 2), (False, True, 1)])
    assert not errors(several)
    block, document = known(build(compile_source(several)).use0), drawn(nodes, [values])
    unpack(document, "", "use0")
    flat = build(compile_source(document))
    flat.load_state_dict({key: block.state_dict()[key] for key in flat.state_dict()})
    x = torch.linspace(-2, 2, 12).reshape(3, 4)
    assert torch.equal(block(x), flat(x))
