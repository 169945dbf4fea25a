"""Watches over the health of a training: tells of it, and warns of what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan

from torch import Tensor, nn

from compiler.to_python.source import Source
from graph.document import Document
from training.data.feed import Feed, Split
from training.errors import TrainingError
from training.health.activations import FEWEST_SAMPLES, Activations
from training.health.norms import Norms, nodes_of, rhythm_of
from training.health.origin import first_not_finite
from training.job.control import Emit
from training.protocol import Event
from training.runs.health.alarms import Alarms
from training.runs.runs import Run
from training.shards.whole import Whole

_MOST_SAMPLES = 256


class Watching:
    """What is told of passes through ``tell``, which tells of alarms that follow from it as well.

    ``steps`` are those of the whole training. With the setting ``health`` off, only losses are judged. ``look_on`` is
    called between steps, to look at the weights as they are, and told whether it is for the last time. ``holding`` is
    what this process has of the module.
    """

    def __init__(
        self,
        document: Document,
        source: Source,
        module: nn.Module,
        steps: int,
        tell: Emit,
        look_on: Callable[[bool], None] = lambda _last: None,
        holding: Whole | None = None,
    ) -> None:
        self._source, self._module, self._emit = source, module, tell
        self._look_on = look_on
        self._alarms = Alarms()
        holding = holding or Whole(module)
        self._nodes = nodes_of(document, module, holding.held)
        on = document.training.health
        rhythm = rhythm_of(steps, len(self._nodes))
        self.norms = Norms(self._nodes, rhythm, holding.add_up) if on and self._nodes else None
        self._activations = Activations(document, source) if on else None

    def remember(self, before: Run | None) -> None:
        """Go on where a run stopped: what it warned of is not told again."""
        for event in before.events if before else ():
            self._alarms.take(event)

    def tell(self, event: Event) -> None:
        """Tell of an event, and of what it gives alarm for."""
        self._emit(event)
        for alarm in self._alarms.take(event):
            self._emit(alarm)

    def drain(self) -> None:
        """Tell of the steps that were measured."""
        for event in self.norms.drain() if self.norms else ():
            self.tell(event)
        self._look_on(False)

    def finish(self) -> None:
        """Have the weights looked at as training leaves them."""
        self._look_on(True)

    def look(self, feed: Feed, split: Split, epoch: int, step: int) -> None:
        """After epochs 1, 2, 4, 8 and so on, look at what some batches do in each layer."""
        if self._activations is None or not self._activations.watches or epoch & (epoch - 1):
            return
        chosen = split.validation if len(split.validation) >= FEWEST_SAMPLES else split.training
        chosen = chosen[:_MOST_SAMPLES].to(split.validation.device)
        if len(chosen) >= FEWEST_SAMPLES:
            batches = feed.batches(chosen, company=feed.batch_size > 1)
            self.tell(self._activations.look(self._module, batches, epoch, step))

    def not_finite(self, loss: float, step: int, batch: Sequence[Tensor]) -> TrainingError:
        """What to say of a batch whose loss was not a finite number, with the weights as they were."""
        what = "NaN (not a number)" if isnan(loss) else "infinite"
        found = first_not_finite(self._module, self._source, batch, self._nodes)
        where = f": {found.clause}" if found else ""
        return TrainingError(
            f"The loss became {what} at step {step}{where}; try a smaller learning_rate, or less extreme values in the "
            "data.",
            found.node if found else "",
        )
