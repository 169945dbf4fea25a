"""From the gradients of batches to steps, as the recipe says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from torch import Tensor, nn
from torch.optim import LBFGS, Optimizer

from graph.recipe.schedules import Constant
from graph.recipe.settings import TrainingSettings
from training.checkpoints.checked import check_average, check_gradients
from training.checkpoints.position import Position
from training.computing.computing import PLAIN, Computing, Loss
from training.health.norms import Norms
from training.loop.stepper import Stepper
from training.methods.averaging import make_average
from training.methods.gradients import Own, Penalty, Shaping, make_clipping, make_penalty, weights_of
from training.methods.noise import WeightNoise
from training.shards.whole import Whole


class Update:
    """What comes after each batch's gradients: with the last batch of a group, a step.

    ``batches`` are those of an epoch; ``own`` has what weights cost that are not as the others, by their names;
    ``computing`` is the way in which gradients are computed, ``holding`` what this process has of the module.
    Where nothing of this is asked for, ``after_batch`` is the optimizer's own step and costs nothing more.
    """

    def __init__(
        self,
        module: nn.Module,
        optimizer: Optimizer,
        settings: TrainingSettings,
        at: Position,
        batches: int,
        group: int,
        varies: bool,
        own: Mapping[str, Own] = MappingProxyType({}),
        computing: Computing = PLAIN,
        holding: Whole | None = None,
    ) -> None:
        self.module, self.optimizer, self.at = module, optimizer, at
        self.holding = holding or Whole(module)
        self.computing = computing
        self._settings = settings
        self._parameters = [parameter for part in optimizer.param_groups for parameter in part["params"]]
        self._stepper = Stepper(optimizer, at, varies)
        self.batches, self._group = batches, group
        weights = weights_of(module, self.holding.held)
        self.penalty: Penalty | None = make_penalty(settings.penalty, weights, own)
        clipping = make_clipping(settings.clipping, self._parameters, self.holding.add_up)
        self._shapings: list[Shaping] = [shaping for shaping in (self.penalty, clipping) if shaping]
        noisy, draw = settings.weight_noise, self.holding.random_like
        self.noise = WeightNoise(weights.values(), noisy, draw) if noisy else None
        self._average = self.holding.average or make_average(settings.averaging, module)
        self._known = (-1, 1.0)  # an epoch and its factor
        self._paced = not isinstance(settings.schedule, Constant)
        self._plain = group == 1 and not self._shapings and not self._average and not self._paced
        self.after_batch: Callable[[], object] = self._stepper.step if self._plain else self.end_group
        self.norms: Norms | None = None

    def watch(self, norms: Norms) -> None:
        """Have the steps that are due measured."""
        self.norms = norms
        self.after_batch = self._take_step if self._plain else self.end_group

    @property
    def at_once(self) -> bool:
        """Whether the optimizer looks at all samples several times in a step."""
        return isinstance(self.optimizer, LBFGS)

    @property
    def evaluated(self) -> nn.Module:
        """The module that is validated and kept as the best: with averaged weights, if there are such."""
        return self._average.module if self._average else self.module

    @property
    def loss(self) -> Loss:
        """The module's loss and what its objectives were given, computed as it is here."""
        loss: Any = self.module.loss
        return self.computing.of(loss)

    def weights(self, *, evaluated: bool = False) -> dict[str, Tensor]:
        """The tensors of the module, or of ``evaluated``; where processes have parts, all have to ask."""
        return self._average.weights() if evaluated and self._average else self.holding.state()

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of it: the average, and the gradients of a group that is not whole yet."""
        gradients = [parameter.grad for parameter in self._parameters]
        held = {"gradients": gradients} if any(gradient is not None for gradient in gradients) else {}
        ways = {"computing": msgspec.to_builtins(self.computing)} if self.computing != PLAIN else {}
        return {**ways, **held, **({"average": self._average.state()} if self._average else {})}

    def load(self, state: dict[str, Any]) -> None:
        """Take up what a checkpoint has kept.

        Raises:
            ValueError, KeyError: it is not what ``state`` gave, or of another drawing.
        """
        self.take_pace()
        if self._average:
            self._average.load(check_average(state["average"], self._average.layout()))
        if "gradients" in state:
            for parameter, gradient in zip(
                self._parameters, check_gradients(state["gradients"], self._parameters), strict=True
            ):
                parameter.grad = gradient

    @property
    def group_is_whole(self) -> bool:
        """Whether the last batch was the last of its group."""
        return self.at.batch % self._group == 0 or self.at.batch == self.batches

    def end_group(self) -> None:
        """With the last batch of a group, take a step if anything in it counted."""
        if self.group_is_whole and any(parameter.grad is not None for parameter in self._parameters):
            self._step()

    def take_pace(self) -> None:
        """Use the learning rate that the schedule has for the step of the batch that was last."""
        if self._paced:
            self._stepper.set_rate(self._settings.optimizer.learning_rate * self._factor())

    def rates(self) -> dict[str, float]:
        """The learning rate of the last step, under the name ""."""
        return {"": self._stepper.rate}

    def clear(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def average(self) -> None:
        """Count the weights of now in the average, if there is one."""
        if self._average:
            self._average.update()

    def _step(self) -> None:
        measured = self._begin_measuring()
        for shape in self._shapings:
            shape()
        self.take_pace()
        self._stepper.step()
        if measured:
            measured.end(self.at.epoch + 1, self.at.step)
        self.average()

    def _take_step(self) -> None:
        measured = self._begin_measuring()
        self._stepper.step()
        if measured:
            measured.end(self.at.epoch + 1, self.at.step)

    def _begin_measuring(self) -> Norms | None:
        """Look at the gradients as the loss gave them, if the step is due; who measures it then."""
        norms = self.norms
        if norms is None or not norms.due(-(-self.at.step // self._group)):
            return None
        norms.begin()
        norms.look()
        return norms

    def _factor(self) -> float:
        at, schedule = self.at, self._settings.schedule
        if schedule.by_epoch and self._known[0] == at.epoch:
            return self._known[1]
        per_epoch = -(-self.batches // self._group)
        step = at.epoch * per_epoch + max(0, at.batch - 1) // self._group
        factor = schedule.factor(step, per_epoch, self._settings.epochs, at.costs)
        self._known = (at.epoch, factor)
        return factor
