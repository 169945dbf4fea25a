"""Every kind of layer there is, found in ``graph.layers``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import walk_packages
from types import MappingProxyType
from typing import Any

import graph.layers.parts
from graph.errors import DocumentError
from graph.fields import convert, shorten
from graph.layer import Layer

# The order of the palette, and the hue in degrees that tells a category at a glance: each far from all others.
CATEGORIES: Mapping[str, int] = MappingProxyType(
    {
        "Input and output": 212,
        "Linear": 265,
        "Convolution": 28,
        "Pooling": 190,
        "Resize": 8,
        "Normalization": 165,
        "Activation": 125,
        "Regularization": 48,
        "Recurrent": 285,
        "Attention": 320,
        "Embedding": 85,
        "Merge": 300,
        "Reshape": 232,
        "Reduction": 66,
        "Tensor": 105,
        "Objective": 340,
        "Block": 222,
    }
)


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, type[Layer]]:
    """The layer classes by name, ordered by category, then by file, then as the file declares them."""
    found: list[type[Layer]] = []
    for found_module in walk_packages(graph.layers.__path__, "graph.layers."):
        if found_module.name.startswith(graph.layers.parts.__name__):
            continue
        module = import_module(found_module.name)
        found += [value for value in vars(module).values() if _is_kind(value, module.__name__)]
    order = list(CATEGORIES)
    found.sort(key=lambda cls: order.index(cls.category))
    return MappingProxyType({cls.__name__: cls for cls in found})


def _is_kind(value: object, module: str) -> bool:
    """Whether a name of a module is a kind of layer that is declared there."""
    if not (isinstance(value, type) and issubclass(value, Layer) and value.__module__ == module):
        return False
    return bool(value.category) and not value.__name__.startswith("_")


def layer_class(kind: str) -> type[Layer]:
    """The class of a layer kind.

    Raises:
        DocumentError: there is no such kind.
    """
    known = catalog()
    if kind not in known:
        close = next((name for name in known if name.lower() == kind.lower()), None)
        hint = f"did you mean {close}?" if close else "see the palette for the layers there are."
        raise DocumentError(f"There is no layer {shorten(kind)}; {hint}")
    return known[kind]


def make_layer(kind: str, parameters: dict[str, Any], node: str | None = None) -> Layer:
    """A layer of a kind with parameters as a file holds them.

    Raises:
        DocumentError: there is no such kind.
        ParameterError: a parameter is wrong.
    """
    return convert(layer_class(kind), parameters, f"{kind} '{node}'" if node else kind)
