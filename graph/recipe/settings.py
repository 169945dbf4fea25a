"""How a drawing is trained: values that travel in its file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from graph.recipe.optimizers import Adam, Optimizer


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a training run."""

    data: Annotated[
        str,
        Meta(
            max_length=4096,
            description="digits, fashion-mnist, made:NAME (such as made:sine), a folder of IDX files, or an .npz file",
        ),
    ] = "digits"
    scaling: Annotated[
        Literal["auto", "none", "8-bit", "16-bit"],
        Meta(description="auto: images of 8 or 16 bits, by their training samples; 8-bit: by 255, 16-bit: by 65535"),
    ] = "auto"
    epochs: Annotated[int, Meta(ge=1, le=1_000_000, description="passes over the training samples")] = 10
    batch_size: Annotated[int, Meta(ge=1, le=1_000_000, description="samples per step")] = 64
    validation: Annotated[
        float, Meta(ge=0.0, lt=1.0, description="share of the training samples held back to validate on")
    ] = 0.1
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="start of every random number")] = 0
    device: Annotated[str, Meta(max_length=40, description="auto, cpu, cuda, cuda:1, mps")] = "auto"
    optimizer: Annotated[Optimizer, Meta(description="rule that turns gradients into steps")] = Adam()
