"""Whether values of the data are such as the layers they reach take: labels, indices, probabilities, lengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import torch

from compiler.to_python.source import Source
from graph.accepted import Accepted
from graph.dims import Sym
from graph.document import Document
from training.data.checks.probe import look_into
from training.data.checks.seen import Seen
from training.data.checks.sizes import known_size, named_sizes
from training.data.feed import feed_to_look_at
from training.data.held import Held


def check_labels(
    document: Document, source: Source, samples: Mapping[str, Held], notify: Callable[[str], None] = lambda _: None
) -> None:
    """Refuse values that a layer or an objective does not take; ``samples`` are by node.

    Raises:
        DataError: naming the node, the value, the sample and what to do.
    """
    level = look_into(document, source, lambda layer, types: layer.accepts(*types))
    names, sizes = level.takes, named_sizes(document, samples)
    if not level or not names:
        return
    feed = feed_to_look_at([samples[name] for name in names])
    seen: dict[tuple[str, str], Seen] = {}
    for at, batch in enumerate(feed.batches(torch.arange(len(samples[names[0]])))):
        for ports in level.values(dict(zip(names, batch, strict=True))):
            for name, (port, _) in ports.items():
                if (port.node, name) not in seen:
                    seen[port.node, name] = Seen(port, _known(port.layer.accepts(*port.types)[name], sizes))
                seen[port.node, name].look(ports, at * feed.batch_size, len(batch[0]))
    for found in seen.values():
        found.refuse()
    for found in seen.values():
        if notice := found.refuse_crowded():
            notify(notice)


def _known(accepted: Accepted, sizes: Mapping[str, int]) -> Accepted:
    """The values with their largest as a number; without one where it cannot be known."""
    if not isinstance(accepted.high, Sym):
        return accepted
    return msgspec.structs.replace(accepted, high=known_size(accepted.high, sizes))
