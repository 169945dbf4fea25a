"""The health of a run as it was told, in the shape that a painter or a table needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from training.protocol import ActivationHealth, Alarm, Event, GradientHealth, Number, Started


class NodeCurve(NamedTuple):
    """What was measured of one layer, step by step."""

    steps: list[int]
    gradients: list[Number]
    weights: list[Number]
    updates: list[Number]


class Health:
    """Takes the events of a run as they come: curves by full name, the latest activations, and the alarms."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeCurve] = {}
        self.activations: ActivationHealth | None = None
        self.alarms: list[Alarm] = []
        self._steps_per_epoch = 0

    @staticmethod
    def of(events: Iterable[Event]) -> Health:
        """The health of a run whose events were kept."""
        health = Health()
        for event in events:
            health.add(event)
        return health

    def add(self, event: Event) -> bool:
        """Take up an event; whether it told of the run's health."""
        match event:
            case Started():
                self._go_back(event.epoch * event.steps_per_epoch)
                return False
            case GradientHealth():
                self._go_back(event.step - 1)
                self._add(event)
            case ActivationHealth():
                self.activations = event
            case Alarm():
                self.alarms.append(event)
            case _:
                return False
        return True

    def latest(self) -> dict[str, tuple[Number, Number, Number]]:
        """For each layer the norms of its gradient and weights and the size of its step, as they were last."""
        return {
            name: (curve.gradients[-1], curve.weights[-1], curve.updates[-1])
            for name, curve in self.nodes.items()
            if curve.steps
        }

    def _add(self, event: GradientHealth) -> None:
        for name, node in event.nodes.items():
            curve = self.nodes.setdefault(name, NodeCurve([], [], [], []))
            curve.steps.append(event.step)
            curve.gradients.append(node.gradient)
            curve.weights.append(node.weight)
            curve.updates.append(node.update)

    def _go_back(self, step: int) -> None:
        """Forget what a resumed run does once more."""
        for curve in self.nodes.values():
            while curve.steps and curve.steps[-1] > step:
                place = len(curve.steps) - 1
                del curve.steps[place], curve.gradients[place], curve.weights[place], curve.updates[place]
