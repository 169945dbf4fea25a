"""Parts of a drawing that learn in turns: each from its own objectives by its own optimizer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import Parameter

from graph.document import Document
from graph.problems.turns import owners
from graph.recipe.settings import TrainingSettings
from graph.recipe.turns import Round, Turn, round_of, shortened
from training.checkpoints.position import Position
from training.computing.computing import PLAIN, Computing
from training.errors import TrainingError
from training.loop.learning import Learning, LearningAtOnce
from training.loop.optimizers import optimizer_of
from training.loop.stepper import Stepper
from training.loop.update import Update
from training.methods.gradients import Own, Shaping, make_clipping
from training.methods.together import Together
from training.metrics.counting import Live
from training.shards.whole import Whole


def make_turns(module: nn.Module, document: Document) -> Together:
    """An optimizer for each turn of the settings, of the weights that learn in it.

    Raises:
        TrainingError: nothing learns in a turn.
    """
    return Together([_optimizer(module, owners(document, turn), turn) for turn in document.training.turns])


def _optimizer(module: nn.Module, nodes: set[str], turn: Turn) -> Any:
    chosen = [
        parameter
        for name, parameter in module.named_parameters()
        if parameter.requires_grad and name.partition(".")[0] in nodes
    ]
    if not chosen:
        raise TrainingError(f"The turn '{turn.name}' has nothing to learn: its nodes have no free weights.")
    return optimizer_of(chosen, turn.optimizer)


class Part(NamedTuple):
    """What takes the steps of one turn: ``loss`` gives what its ``parameters`` make smaller."""

    turn: Turn
    loss: Any
    parameters: list[Parameter]
    stepper: Stepper
    clip: Shaping | None

    def look_back(self, total: Tensor) -> None:
        """Give the weights of the turn their gradients, and those of others none, also where the loss depends on them.

        Raises:
            TrainingError: the loss depends on no weight.
        """
        if not total.requires_grad:
            raise TrainingError(f"The turn '{self.turn.name}' has nothing to learn: its objectives are constant.")
        torch.autograd.backward(total, inputs=self.parameters)


class UpdateInTurns(Update):
    """Steps of one part after the other; penalty, schedule, noise and average are those of all.

    Gradients are clipped among those of a part. The average counts the weights after the last turn of each batch.
    """

    optimizer: Together

    def __init__(
        self,
        module: nn.Module,
        optimizer: Together,
        settings: TrainingSettings,
        at: Position,
        batches: int,
        group: int,
        varies: bool,
        own: Mapping[str, Own] = MappingProxyType({}),
        computing: Computing = PLAIN,
        holding: Whole | None = None,
    ) -> None:
        super().__init__(module, optimizer, settings, at, batches, group, varies, own, computing, holding)
        self.parts = [
            self._part(turn, part, varies) for turn, part in zip(settings.turns, optimizer.parts, strict=True)
        ]

    def _part(self, turn: Turn, optimizer: Any, varies: bool) -> Part:
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        clip = make_clipping(self._settings.clipping, parameters, self.holding.add_up)
        loss = self.computing.of(getattr(self.module, f"loss_{turn.name}"))
        return Part(turn, loss, parameters, Stepper(optimizer, self.at, varies), clip)

    @property
    def at_once(self) -> bool:
        return False

    def rates(self) -> dict[str, float]:
        """The learning rate of each turn's last step, by the name of the turn."""
        return {part.turn.name: part.stepper.rate for part in self.parts}

    def take_pace(self) -> None:
        if self._paced:
            factor = self._factor()
            for part in self.parts:
                part.stepper.set_rate(part.turn.optimizer.learning_rate * factor)

    def step_of(self, part: Part, measured: bool = True) -> None:
        """Turn the gradients of a part into a step, which is ``measured`` if it is due.

        Raises:
            TrainingError: there are none.
        """
        if all(parameter.grad is None for parameter in part.parameters):
            raise TrainingError(
                f"The turn '{part.turn.name}' has nothing to learn: its objectives do not depend on the weights of its "
                "nodes, or a Detach lies between them."
            )
        norms = self.norms if measured and self.norms is not None and self.norms.due(self.at.step) else None
        if norms:
            norms.begin()
            norms.look()
        if self.penalty:
            self.penalty()
        if part.clip:
            part.clip()
        part.stepper.step()
        if norms:
            norms.end(self.at.epoch + 1, self.at.step)


class LearningInTurns(Learning):
    """Takes the steps of all turns in their order, round by round; training ends between two rounds.

    The figures of a step are those of the last step of each turn in the round.
    """

    _update: UpdateInTurns

    def epoch(self, order: Tensor) -> bool:
        live, _ = self._counted(order)
        whole = round_of([part.turn for part in self._update.parts])
        begin = self._at.batch * len(whole)
        batches = self._feed.in_epoch(order, begin, self._at.epoch)
        for first in range(begin, len(live), len(whole)):
            if self._take(shortened(whole, len(live) - first), batches, live[first : first + len(whole)]):
                self._recorder.report(self._at.epoch + 1)
            if self._interrupted():
                return False
        return True

    def _take(self, taken: Round, batches: Iterator[list[Tensor]], live: list[Live]) -> bool:
        """Take the steps of a round; whether it is time to report."""
        self._at.batch += 1
        self._at.step += 1
        if all(each == () for each in live):
            for _ in live:
                next(batches)
            return self._recorder.skip()
        self._update.take_pace()
        parts = {part.turn.name: part for part in self._update.parts}
        left = Counter(turn.name for each in taken for turn, steps in each for _ in range(steps))
        measured = dict[str, Any]()
        for place, (each, counts) in enumerate(zip(taken, live, strict=True)):
            batch = next(batches)
            for turn in (turn for turn, steps in each for _ in range(steps)):
                left[turn.name] -= 1
                found = self._taken(parts[turn.name], batch, counts, not left[turn.name])
                measured |= {} if left[turn.name] else found
            if place + 1 < len(taken):  # the next batch comes in the same tensors
                measured = {
                    name: tuple(tensor.detach().clone() for tensor in given) for name, given in measured.items()
                }
                self._recorder.pass_by(len(batch[0]))
        self._update.average()
        return self._recorder.add(self._metrics.measure((batch[0], measured)), len(batch[0]))

    def _taken(self, part: Part, batch: list[Tensor], live: Live, last: bool) -> dict[str, Any]:
        """Take a step of a part, perhaps the last in this round; its objectives as they were before it."""
        counting = [name for name in part.turn.objectives if live is None or name in live]
        if self._noise:
            self._noise.add()
        total, measured = part.loss(*batch)
        if len(counting) < len(part.turn.objectives):
            total = self._metrics.total(measured, counting) if counting else None
        if total is not None:
            part.look_back(total)
        if self._noise:
            self._noise.remove()
        if total is not None:
            if self._watching is not None and total.device.type in self.checked:
                self._check(float(total.detach()), batch, self._watching)
            self._update.step_of(part, last)
        found: dict[str, Any] = measured
        return found


def learning_of(update: Update) -> type[Learning]:
    """What takes the steps of an update."""
    if isinstance(update, UpdateInTurns):
        return LearningInTurns
    return LearningAtOnce if update.at_once else Learning
