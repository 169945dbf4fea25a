"""Advice keeps still where published architectures do what would be a mistake elsewhere."""

from __future__ import annotations

from graph.builder.sheet import Drawing
from graph.problems.advice import advise


def told(d: Drawing) -> list[str]:
    document = d.finish()
    return [problem.message for graph in document.graphs for problem in advise(document, graph)]


def test_a_field_is_not_claimed_behind_what_no_one_can_follow() -> None:
    """Tokens that attend to each other, gates over the whole image and layers on permuted axes see all there is."""
    d = Drawing("ViT")
    tokens = d.input(3, 64, 64).conv2d(16, 8, stride=8).flatten(2).permute([0, 2, 1])
    d.output(tokens.multiheadattention(num_heads=4)[:, 0].linear(10))
    assert told(d) == []
    d = Drawing("Gated")
    with d.block("Gate") as b:
        x = b.input(16, 31, 31, name="x")
        b.output(x * x.adaptiveavgpool2d(1).conv2d(16, 1).sigmoid())
    x = d.use("Gate", d.input(3, 64, 64).conv2d(16, 3, stride=2))
    d.output(x.adaptiveavgpool2d(1).flatten().linear(10))
    assert told(d) == []
    d = Drawing("Plain")
    d.output(d.input(3, 64, 64).conv2d(16, 3, stride=2).adaptiveavgpool2d(1).flatten().linear(10))
    assert "sees 3 x 3 of the 64 x 64 pixels" in told(d)[0]


def test_a_linear_layer_over_channels_that_were_moved_last_is_meant() -> None:
    d = Drawing("ConvNeXt")
    x = d.input(8, 16, 16).conv2d(8, 7, padding=3).permute([0, 2, 3, 1]).layernorm()
    d.output(x.linear(16).gelu().linear(8))
    assert told(d) == []
    d = Drawing("Forgotten")
    d.output(d.input(8, 16, 16).conv2d(8, 7, padding=3).relu().linear(16))
    assert "works on its last axis alone" in told(d)[0]


def test_a_block_that_hands_on_a_residual_and_a_skip_is_no_stack_of_gates() -> None:
    d = Drawing("WaveNet")
    with d.block("Gated") as b:
        x = b.input(4, "T", name="x")
        z = x.conv1d(4, 1).tanh() * x.conv1d(4, 1).sigmoid()
        b.output(x + z, name="residual")
        b.output(z, name="skip")
    x, skips = d.input(4, "T"), []
    for _ in range(7):
        x, skip = d.use("Gated", x)
        skips.append(skip)
    d.output(d.add(*skips))
    assert told(d) == []
