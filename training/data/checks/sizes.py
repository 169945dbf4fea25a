"""What the sizes of a drawing that are names, such as T, are in the data."""

from __future__ import annotations

from collections.abc import Mapping

from graph.dims import Dim, Sym, substitute, symbols
from graph.document import Document
from training.data.resized import Held


def named_sizes(document: Document, samples: Mapping[str, Held]) -> dict[str, int]:
    """The named sizes in ``samples``, which are by node."""
    found: dict[str, int] = {}
    for name, held in samples.items():
        declared = document.types()[name][0].shape
        found |= {str(dim): size for dim, size in zip(declared, held.shape, strict=True) if isinstance(dim, Sym)}
    return found


def known_size(dim: Dim, sizes: Mapping[str, int]) -> int | None:
    """A size as a number, nothing where a name in it has none."""
    return substitute(dim, sizes) if symbols([dim]) <= sizes.keys() else None
