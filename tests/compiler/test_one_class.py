"""One class for every use of a block, as a person would write it: no copies, repeats as comprehensions, short lines."""

from __future__ import annotations

import re

import pytest
import torch

from compiler.to_python.lines import Line
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from compiler.to_python.wrapping import wrapped
from examples.build.__main__ import EXAMPLES
from graph.builder.sheet import Drawing
from tests.support.typed import known


def text_of(d: Drawing) -> str:
    return compile_source(d.finish()).text


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_falls_apart_into_copies(name: str) -> None:
    """A class for each block that is used and one for the model, in lines that fit a screen."""
    document = EXAMPLES[name]()
    text = compile_source(document).text
    found = re.findall(r"^class (\w+)", text, re.MULTILINE)
    assert len(found) == len(document.definitions) + 1
    assert max(map(len, text.splitlines())) <= 120


def test_windows_that_keep_a_size_in_every_use_keep_it_in_the_class() -> None:
    d = Drawing("Net")
    with d.block("Same", kernel=3) as b:
        x = b.input(4, 9, 12, name="x")
        b.output(x + x.conv2d(4, "kernel", padding="kernel // 2", name="conv"))
    x = d.use("Same", d.input(4, 9, 12), name="a")
    d.output(d.use("Same", x, kernel=5, name="b"))
    text = text_of(d)
    assert "self.conv = nn.Conv2d(4, 4, kernel, padding=kernel//2)" in text
    assert "self.b = Same(kernel=5)" in text
    assert text.count("class Same") == 1
    assert build(compile_source(d.finish()))(torch.zeros(2, 4, 9, 12)).shape == (2, 4, 9, 12)


def test_a_row_of_layers_under_one_condition_is_one_if_though_sizes_between_them_are_of_no_use_without_it() -> None:
    """The gate of MobileNetV3: where it is not there, nobody sees how large its parts would be."""
    d = Drawing("Net")
    with d.block("Gated", channels=8, squeeze=2, gated=True) as b:
        x = b.input("channels", 6, 6, name="x")
        gate = x.adaptiveavgpool2d(1, when="gated").conv2d("squeeze", 1, name="reduce", when="gated")
        gate = gate.relu(when="gated").conv2d("channels", 1, name="excite", when="gated")
        b.output(b.multiply(x, gate, when="gated").relu(), name="y")
    x = d.use("Gated", d.input(8, 6, 6, name="image"), gated=False, name="a")
    x = d.use("Gated", x, name="b").conv2d(12, 1)
    d.output(d.use("Gated", x, channels=12, squeeze=3, name="c"))
    text = text_of(d)
    assert text.count("class Gated") == 1
    assert (
        "        if self.gated:\n            h = F.adaptive_avg_pool2d(x, 1)\n            h = self.reduce(h)\n" in text
    )
    module = build(compile_source(d.finish()))
    assert not list(known(module.a).parameters())
    assert known(known(module.c).reduce).weight.shape == (3, 12, 1, 1)
    image = torch.rand(2, 8, 6, 6)
    assert torch.equal(known(module.a)(image), image)


def test_sizes_that_agree_only_sometimes_do_not_agree() -> None:
    """With a kernel of 4 the window loses a row: the two uses have no class in common that adds them up."""
    d = Drawing("Net")
    with d.block("Flat", kernel=3) as b:
        x = b.input(4, 9, 9, name="x").conv2d(4, "kernel", padding="kernel // 2", name="conv")
        b.output(x.flatten().linear(2, name="fc"))
    x = d.input(4, 9, 9)
    d.output(d.use("Flat", x, name="a") + d.use("Flat", x, kernel=4, name="b"))
    module = build(compile_source(d.finish()))
    assert [known(known(part).fc).in_features for part in (module.a, module.b)] == [4 * 9 * 9, 4 * 10 * 10]


def test_two_inputs_whose_sizes_agree_in_every_use() -> None:
    d = Drawing("Net")
    with d.block("Up", channels=4) as b:
        skip, x = b.input("channels", 8, 8, name="skip"), b.input("channels * 2", 4, 4, name="x")
        b.output(b.concat(skip, x.convtranspose2d("channels", 2, stride=2)))
    large, middle, small = d.input(4, 16, 16), d.input(8, 8, 8), d.input(16, 4, 4)
    x = d.use("Up", middle, small, channels=8, name="up2").conv2d(8, 1)
    d.output(d.use("Up", large, x, name="up1"))
    text = text_of(d)
    assert "self.up2 = Up(channels=8)" in text
    assert "self.up1 = Up()" in text


def test_an_input_is_as_large_as_its_block_says() -> None:
    d = Drawing("Net")
    with d.block("Down", channels=8) as b:
        b.output(b.input("channels // 2", 8, 8, name="x").conv2d("channels", name="conv"))
    d.output(d.use("Down", d.use("Down", d.input(4, 8, 8)), channels=16))
    assert "self.conv = nn.Conv2d(channels//2, channels, 3)" in text_of(d)


def test_layers_that_grow_are_a_comprehension() -> None:
    d = Drawing("Net")
    with d.block("Dense", growth=2) as b:
        x = b.input(4, name="x")
        b.output(b.concat(x, x.linear("growth", name="fc")))
    d.output(d.use("Dense", d.input(4), repeat=3, growth=5, name="dense"))
    text = text_of(d)
    assert "self.dense = nn.Sequential(*(Dense(x_channels=4 + 5*i, growth=5) for i in range(3)))" in text
    module = build(compile_source(d.finish()))
    assert [part.fc.in_features for part in known(module).dense] == [4, 9, 14]


def test_growing_by_a_parameter_is_a_comprehension_too() -> None:
    d = Drawing("Net")
    with d.block("Dense", growth=2) as b:
        x = b.input(4, name="x")
        b.output(b.concat(x, x.linear("growth", name="fc")))
    with d.block("Stage", growth=2) as b:
        x = b.input(4, name="x")
        b.output(b.use("Dense", x, repeat=3, growth="growth", name="dense"))
    d.output(d.use("Stage", d.use("Stage", d.input(4), name="a"), growth=3, name="b"))
    assert text_of(d).count("class Stage") == 1
    module = build(compile_source(d.finish()))
    assert [part.fc.in_features for part in (*known(module.a).dense, *known(module.b).dense)] == [4, 6, 8, 10, 13, 16]


def test_a_first_that_differs_stands_before_the_others() -> None:
    d = Drawing("Net")
    with d.block("Unit") as b:
        b.output(b.input(4, name="x").linear(7, name="fc"))
    d.output(d.use("Unit", d.input(4), repeat=3, name="units"))
    assert "nn.Sequential(Unit(x_channels=4), *(Unit(x_channels=7) for _ in range(2)))" in text_of(d)


def test_a_slice_and_a_place_counted_by_a_parameter() -> None:
    d = Drawing("Net")
    with d.block("Cut", count=2) as b:
        x = b.input("T", 6, name="x")
        b.output(x[:, "count":"-count"], name="middle")
        b.output(x.select(1, "count"), name="one")
    x = d.input("T", 6)
    for name, count in (("a", 1), ("b", 3)):
        for value in d.use("Cut", x, count=count, name=name):
            d.output(value)
    text = text_of(d)
    assert text.count("class Cut") == 1
    assert "x[:, self.count:-self.count]" in text
    given = torch.rand(2, 9, 6)
    results = build(compile_source(d.finish()))(given)
    wanted = [given[:, 1:-1], given[:, 1], given[:, 3:-3], given[:, 3]]
    assert all(torch.equal(*pair) for pair in zip(results, wanted, strict=True))


@pytest.mark.parametrize(
    ("long", "count"),
    [
        (f"        self.x = nn.Sequential({', '.join(['First(channels=4)'] * 7)})", 9),
        (f"    def __init__(self, {', '.join(f'parameter{at}=4' for at in range(12))}):", 15),
        (f"        x = {' + '.join(f'value{at}_of(a + b)' for at in range(9))}", 11),
        (f"        x = torch.tensor([{', '.join(['0.25'] * 60)}])", 1),
    ],
)
def test_long_lines_are_broken_where_a_person_would(long: str, count: int) -> None:
    lines = wrapped(Line(long, "node"))
    assert len(lines) == count
    assert {line.node for line in lines} == {"node"}
    squeezed = re.sub(r"[\s()]|,(?=\))", "", "".join(line.text for line in lines)).replace(",:", ":").rstrip(",")
    assert squeezed == re.sub(r"[\s()]", "", long)
