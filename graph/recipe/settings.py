"""How a drawing is trained: values that travel in its file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from graph.recipe.augmentations import Augmentation
from graph.recipe.optimizers import Adam, Optimizer
from graph.recipe.regularization import Averaging, Clipping, NoAveraging, NoClipping, NoPenalty, Penalty
from graph.recipe.schedules import Constant, Schedule
from graph.recipe.sources import Digits, Source, usages
from graph.recipe.turns import Turn


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a training run."""

    data: Annotated[Source, Meta(description="where samples come from: " + ", ".join(usages()))] = Digits()
    scaling: Annotated[
        Literal["auto", "none", "8-bit", "16-bit"],
        Meta(description="auto: images of 8 or 16 bits, by their training samples; 8-bit: by 255, 16-bit: by 65535"),
    ] = "auto"
    augmentation: Annotated[
        tuple[Augmentation, ...],
        Meta(description="what training samples are changed by, anew in every epoch"),
    ] = ()
    augmentation_strength: Annotated[
        float, Meta(ge=0.0, le=3.0, description="how many times as much as the augmentations say; 0: not at all")
    ] = 1.0
    epochs: Annotated[int, Meta(ge=1, le=1_000_000, description="passes over the training samples")] = 10
    batch_size: Annotated[int, Meta(ge=1, le=1_000_000, description="samples per step")] = 64
    validation: Annotated[
        float, Meta(ge=0.0, lt=1.0, description="share of the training samples held back to validate on")
    ] = 0.1
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="start of every random number")] = 0
    device: Annotated[str, Meta(max_length=40, description="auto, cpu, cuda, cuda:1, mps")] = "auto"
    optimizer: Annotated[Optimizer, Meta(description="rule that turns gradients into steps")] = Adam()
    turns: Annotated[
        tuple[Turn, ...],
        Meta(description="parts that learn in turns, each from objectives and by an optimizer of its own, as in a GAN"),
    ] = ()
    schedule: Annotated[Schedule, Meta(description="how the learning rate changes over the training")] = Constant()
    accumulation: Annotated[
        int, Meta(ge=1, le=1_000_000, description="batches whose gradients make one step together")
    ] = 1
    penalty: Annotated[Penalty, Meta(description="what large weights cost, beyond the loss shown")] = NoPenalty()
    clipping: Annotated[Clipping, Meta(description="what is done to gradients that are too large")] = NoClipping()
    weight_noise: Annotated[
        float, Meta(ge=0.0, le=1000.0, description="standard deviation of noise on the weights while they learn")
    ] = 0.0
    averaging: Annotated[Averaging, Meta(description="which weights are validated and kept as the best")] = (
        NoAveraging()
    )
    class_weights: Annotated[
        Literal["none", "balanced"],
        Meta(description="balanced: rare classes count more, by their share of the training samples"),
    ] = "none"
    metrics: Annotated[
        Literal["few", "usual", "all"],
        Meta(description="measured on validation samples beside loss and accuracy: nothing, what costs little, all"),
    ] = "usual"
    health: Annotated[
        bool,
        Meta(description="tell how large each layer's gradients, weights and steps are, and warn by them"),
    ] = True
    monitor: Annotated[
        str,
        Meta(
            max_length=200,
            description="the figure that says which epoch is best, such as loss, accuracy or f1; epoch: the last",
        ),
    ] = "loss"
    patience: Annotated[
        int, Meta(ge=0, le=1_000_000, description="epochs without a better one before training ends early; 0: never")
    ] = 0
    precision: Annotated[
        Literal["float32", "tf32", "bfloat16"],
        Meta(
            description="tf32 (on NVIDIA GPUs) and bfloat16 (mixed precision): multiply with fewer digits where that "
            "makes a step faster; weights, objectives and validation stay float32"
        ),
    ] = "float32"
    speedups: Annotated[
        Literal["none", "tried"],
        Meta(description="tried: channels_last and torch.compile, each kept only where it makes a step faster"),
    ] = "none"
    deterministic: Annotated[
        bool,
        Meta(description="on a GPU: compute in the same order every time; otherwise steps may be faster"),
    ] = True
