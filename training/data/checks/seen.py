"""What a port gets of the data, batch by batch, and whether it takes all of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import torch
from torch import Tensor

from graph.accepted import Accepted, Found, LabelCounts
from graph.dims import Sym
from training.data.checks.probe import Port
from training.errors import DataError

_MOST = 1000  # different wrong numbers that are remembered, to tell what to do; of fractions, one is enough

Ports = Mapping[str, tuple[Port, Tensor]]


class Seen:
    """What the port ``port`` has got so far, held against what it takes."""

    def __init__(self, port: Port, accepted: Accepted) -> None:
        self._port, self._accepted = port, accepted
        self._wrong: dict[float, int] = {}
        self._low: float = float("inf")
        self._high: float = -float("inf")
        self._without_room = self._with_room = 0
        self._crowded: tuple[int, int, int, int] | None = None

    def look(self, ports: Ports, start: int, samples: int) -> None:
        """Look at a batch of so many samples, the first being ``start``; ``ports`` are those of the node."""
        values = ports[self._port.name][1]
        counted = self._counted(values, ports)
        kept = values if counted is None else values[counted]
        if not kept.numel():
            return
        low, high = (value.item() for value in kept.aminmax())
        self._low, self._high = min(self._low, low), max(self._high, high)
        special = self._accepted.never is not None or self._accepted.only
        if special or not self._is_taken(low, high):
            self._note(values, counted, start, max(1, len(values) // samples))
        if isinstance(self._accepted, LabelCounts):
            self._measure(self._accepted, ports, start)

    def _is_taken(self, low: float, high: float) -> bool:
        """Whether the port takes all values from ``low`` to ``high``."""
        least, most = self._accepted.low, self._most()
        return (least is None or least <= low) and (most is None or high <= most)

    def _most(self) -> float | None:
        most = self._accepted.high
        assert not isinstance(most, Sym)
        return most

    def _counted(self, values: Tensor, ports: Ports) -> Tensor | None:
        """Which values count; none where all do."""
        if self._accepted.ignored is not None:
            return values.ne(self._accepted.ignored)
        if self._accepted.within in ports:
            return _first(values, ports[self._accepted.within][1])
        return None

    def _note(self, values: Tensor, counted: Tensor | None, start: int, share: int) -> None:
        """Remember what is wrong; a sample has so many rows of ``values``."""
        accepted = self._accepted
        wrong = values.isnan()
        if accepted.low is not None:
            wrong |= values.lt(accepted.low)
        if (most := self._most()) is not None:
            wrong |= values.gt(most)
        if accepted.never is not None:
            wrong |= values.eq(accepted.never)
        for one in accepted.only[:1]:
            wrong |= torch.stack([values.ne(value) for value in (one, *accepted.only[1:])]).all(0)
        wrong = wrong if counted is None else wrong & counted
        rows, found = wrong.nonzero()[:, 0], values[wrong]
        for value in torch.unique(found).tolist():
            if len(self._wrong) >= (1 if values.is_floating_point() else _MOST):
                return
            same = found.isnan() if isnan(value) else found.eq(value)
            self._wrong.setdefault(value, start + int(rows[same][0]) // share)

    def _measure(self, accepted: LabelCounts, ports: Ports, start: int) -> None:
        """Hold the labels against the steps there are for them."""
        if not {accepted.labels, accepted.steps} <= ports.keys():
            return
        counts, labels, steps = (ports[name][1] for name in (self._port.name, accepted.labels, accepted.steps))
        again = labels[:, 1:].eq(labels[:, :-1]) & _first(labels, counts)[:, 1:]
        needed = counts + again.sum(1)
        crowded = needed.gt(steps).nonzero()[:, 0].tolist()
        self._without_room += len(crowded)
        self._with_room += len(needed) - len(crowded)
        if crowded and self._crowded is None:
            row = crowded[0]
            self._crowded = (start + row, int(counts[row]), int(needed[row]), int(steps[row]))

    def refuse(self) -> None:
        """Refuse what was wrong.

        Raises:
            DataError: naming the node, the value, the sample and what to do.
        """
        if not self._wrong:
            return
        found = Found(self._wrong, self._low, self._high)
        value, text = self._accepted.refusal(self._port.node, found)
        shown = f"{value:.6g}" if isinstance(value, float) else value
        raise DataError(
            f"'{self._port.origin}' has the {self._accepted.noun} {shown} in sample {self._wrong[value]}{text}.",
            self._port.origin.partition("/")[0],
        )

    def refuse_crowded(self) -> str:
        """Refuse labels that do not fit into their steps, or tell how many samples count nothing.

        Raises:
            DataError: naming the node, the sample and what to do.
        """
        accepted = self._accepted
        if self._crowded is None or not isinstance(accepted, LabelCounts):
            return ""
        if not accepted.tolerant or not self._with_room:
            node = self._port.node
            raise DataError(accepted.no_room(node, *self._crowded), node)
        return (
            f"'{self._port.node}' takes the loss of {self._without_room} of {self._without_room + self._with_room} "
            "samples as 0: their labels do not fit into their steps."
        )


def _first(values: Tensor, counts: Tensor) -> Tensor:
    """Which values (N, S) are among the first of their sample, as many as ``counts`` (N,) says."""
    return torch.arange(values.shape[1], device=values.device) < counts[:, None]
