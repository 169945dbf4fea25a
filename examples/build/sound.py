"""WaveNet: a wave written sample by sample (van den Oord et al. 2016)."""

from __future__ import annotations

from typing import Any

from graph.builder.sheet import Drawing
from graph.document import Document

LEVELS = 64


def wavenet() -> Document:
    d = Drawing(
        "WaveNet",
        "Causal convolutions whose dilation doubles from layer to layer see far back with few weights; each gated "
        "layer hands on a residual and adds to the scores by a skip connection (van den Oord et al. 2016). Each "
        "sample is one of 64 levels; the next is predicted at every place.",
        data="made:sounds",
        epochs=10,
        batch_size=16,
        learning_rate=0.002,
    )
    with d.block("Gated", channels=32, dilation=1) as b:
        x = b.input("channels", "T", name="x")
        options: dict[str, Any] = {"padding": "dilation", "dilation": "dilation"}
        # Padded on both sides; what sees later samples is cut off.
        filtered = x.conv1d("channels", 2, name="filter", **options)[:, :, :"-dilation"].tanh()
        gate = x.conv1d("channels", 2, name="gate", **options)[:, :, :"-dilation"].sigmoid()
        z = filtered * gate
        b.output(x + z.conv1d("channels", 1, name="mix"), name="residual")
        b.output(z.conv1d("channels * 2", 1, name="skipped"), name="skip")
    x = d.input("T", dtype="int64", name="levels_in").embedding(LEVELS, 32, name="levels").permute([0, 2, 1])
    skips = []
    for number in range(8):
        x, skip = d.use("Gated", x, dilation=2**number, name=f"gated{number + 1}")
        skips.append(skip)
    y = d.add(*skips, name="skips").relu().conv1d(64, 1, name="hidden").relu().conv1d(LEVELS, 1, name="scores")
    d.output(y, name="next_levels")
    d.crossentropy(y, d.target("T", name="levels_out"), name="cross_entropy")
    return d.finish()


EXAMPLES = {"wavenet": wavenet}
