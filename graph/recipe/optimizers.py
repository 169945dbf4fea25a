"""The rules that turn gradients into steps, named and described as in ``torch.optim``."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from graph.recipe.part import Part

Decay = Annotated[float, Meta(ge=0.0, lt=1.0)]
Rate = Annotated[float, Meta(gt=0.0, le=1000.0, description="size of a step")]
WeightDecay = Annotated[float, Meta(ge=0.0, le=1000.0, description="L2 penalty on the weights")]
Momentum = Annotated[float, Meta(ge=0.0, lt=1.0, description="share of the last step that is kept")]


class Optimizer(Part, frozen=True, kw_only=True):
    """A rule that turns gradients into steps."""

    learning_rate: Rate = 0.001

    def kept(self) -> int:
        """How many tensors of a weight's size it keeps for each weight."""
        return 2


class SGD(Optimizer, frozen=True, kw_only=True):
    """Step against the gradient, with momentum from the steps before."""

    momentum: Momentum = 0.9
    nesterov: Annotated[bool, Meta(description="look ahead along the momentum first")] = False
    weight_decay: WeightDecay = 0.0

    def __post_init__(self) -> None:
        if self.nesterov and self.momentum == 0.0:
            raise ValueError("nesterov needs a momentum above 0")

    def kept(self) -> int:
        return 1 if self.momentum else 0


class Adam(Optimizer, frozen=True, kw_only=True):
    """Scale each weight's step by running averages of its gradient and of the gradient's square (Kingma 2015)."""

    beta1: Annotated[Decay, Meta(description="decay of the gradient's average")] = 0.9
    beta2: Annotated[Decay, Meta(description="decay of the average of its square")] = 0.999
    weight_decay: WeightDecay = 0.0


class AdamW(Optimizer, frozen=True, kw_only=True):
    """Adam whose weight decay shrinks the weights themselves, not the gradients (Loshchilov 2019)."""

    beta1: Annotated[Decay, Meta(description="decay of the gradient's average")] = 0.9
    beta2: Annotated[Decay, Meta(description="decay of the average of its square")] = 0.999
    weight_decay: Annotated[float, Meta(ge=0.0, le=1000.0, description="share of a weight that a step takes off")] = (
        0.01
    )


class NAdam(Optimizer, frozen=True, kw_only=True):
    """Adam that looks ahead along its momentum (Dozat 2016)."""

    learning_rate: Rate = 0.002
    beta1: Annotated[Decay, Meta(description="decay of the gradient's average")] = 0.9
    beta2: Annotated[Decay, Meta(description="decay of the average of its square")] = 0.999
    weight_decay: WeightDecay = 0.0


class RMSprop(Optimizer, frozen=True, kw_only=True):
    """Divide each weight's step by a running average of its gradient's size (Hinton 2012)."""

    learning_rate: Rate = 0.01
    alpha: Annotated[Decay, Meta(description="decay of the average of the gradient's square")] = 0.99
    momentum: Momentum = 0.0
    weight_decay: WeightDecay = 0.0

    def kept(self) -> int:
        return 2 if self.momentum else 1


class Adagrad(Optimizer, frozen=True, kw_only=True):
    """Divide each weight's step by the size of all its gradients so far (Duchi 2011)."""

    learning_rate: Rate = 0.01
    lr_decay: Annotated[float, Meta(ge=0.0, le=1.0, description="how fast the learning rate falls")] = 0.0
    weight_decay: WeightDecay = 0.0

    def kept(self) -> int:
        return 1


class Muon(Optimizer, frozen=True, kw_only=True):
    """Make the momentum of each 2-D weight orthogonal (Jordan 2024); AdamW steps for all that is not 2-D."""

    momentum: Annotated[float, Meta(ge=0.0, lt=1.0, description="share of the last step that is kept")] = 0.95
    nesterov: Annotated[bool, Meta(description="look ahead along the momentum first")] = True
    beta1: Annotated[Decay, Meta(description="decay of the gradient's average, in AdamW")] = 0.9
    beta2: Annotated[Decay, Meta(description="decay of the average of its square, in AdamW")] = 0.999
    weight_decay: Annotated[float, Meta(ge=0.0, le=1000.0, description="share of a weight that a step takes off")] = 0.1


class LBFGS(Optimizer, frozen=True, kw_only=True):
    """One step an epoch, from all samples at once: follow the curvature that the last steps have met (Liu 1989)."""

    learning_rate: Rate = 1.0
    max_iter: Annotated[int, Meta(ge=1, le=10_000, description="iterations in a step")] = 20
    history_size: Annotated[int, Meta(ge=1, le=1000, description="steps back that are remembered")] = 10
    line_search: Annotated[bool, Meta(description="search for the size of each step (strong Wolfe)")] = True

    def kept(self) -> int:
        return 2 * self.history_size + 2
