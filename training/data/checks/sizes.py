"""What the sizes of a drawing that are names, such as T, are in the data."""

from __future__ import annotations

from collections.abc import Mapping

from graph.dims import Dim, substitute, symbols
from graph.document import Document
from training.data.fit.sizes import Axis, solve
from training.data.held import Held


def named_sizes(document: Document, samples: Mapping[str, Held]) -> dict[str, int]:
    """The named sizes in ``samples``, which are by node and suit the drawing."""
    axes = [
        Axis(name, dim, size)
        for name, held in samples.items()
        for dim, size in zip(document.types()[name][0].shape, held.shape, strict=True)
    ]
    return solve(axes)


def known_size(dim: Dim, sizes: Mapping[str, int]) -> int | None:
    """A size as a number, nothing where a name in it has none."""
    return substitute(dim, sizes) if symbols([dim]) <= sizes.keys() else None
