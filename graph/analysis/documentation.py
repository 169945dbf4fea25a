"""Where PyTorch documents what a layer calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from inspect import Parameter, signature
from itertools import zip_longest
from typing import Any

from graph.analysis.typical import typical_inputs
from graph.layer import Layer, Value
from graph.layers.block import BlockLayer
from graph.tensor import TensorType

SITE = "https://docs.pytorch.org/docs/stable/generated/"
_PLACES = {"nn": "torch.nn", "F": "torch.nn.functional", "torch": "torch"}
# What holds a tensor says nothing of what is done with it.
_HOLDERS = {"nn.Parameter", "nn.Buffer"}


@cache
def called_by(cls: type[Layer]) -> str:
    """The first of PyTorch's own that a layer's code uses, by its full name; "" where it writes operators alone."""
    if issubclass(cls, BlockLayer) or not hasattr(cls, "torch"):
        return ""
    layer = cls()
    inputs = _usual_inputs(layer) if layer.ports() else []
    asked = [
        parameter for parameter in signature(layer.torch).parameters.values() if parameter.default is Parameter.empty
    ]
    if len(asked) > 1 + len(inputs):
        return ""  # a loss that is made of the sums over a whole batch
    code, found, names = _Listener(), layer.infer(*inputs), layer.output_names()
    code.variables = dict.fromkeys(names if isinstance(found, tuple) else names[:1], "")
    layer.torch(code, *(kind and Value("x", kind) for kind in inputs))
    return "" if _HOLDERS & set(code.heard) else next(filter(None, map(_full_name, code.heard)), "")


def page_of(cls: type[Layer]) -> str:
    """The address of the page that documents what a layer calls, or ""."""
    name = called_by(cls)
    return f"{SITE}{name}.html" if name else ""


def _usual_inputs(layer: Layer) -> list[TensorType | None]:
    """Without masks: to take one, a layer may go another way than the one that is documented."""
    typical, ports = typical_inputs(type(layer)), layer.ports()
    masks = [port is not None and port.optional and kind.dtype == "bool" for port, kind in zip_longest(ports, typical)]
    return [None if mask else kind for kind, mask in zip(typical, masks, strict=True)]


def _full_name(called: str) -> str:
    place, _, leaf = called.partition(".")
    return f"{_PLACES[place]}.{leaf}" if place in _PLACES and leaf.isidentifier() else ""


class _Listener:
    """Stands in for what a layer writes its code with, and remembers what was called."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.variables: Mapping[str, str] = {}

    def module(self, kind: str, /, *args: Any, **kwargs: Any) -> str:
        return self._hear(kind)

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> str:
        return self._hear(function)

    def initialize(self, function: str, weight: str, /, *args: Any, **kwargs: Any) -> None:
        pass

    def helper(self, name: str, text: str, /) -> str:
        return name

    def function(self, name: str, *about: Any) -> str:
        return name

    def text(self, value: Any, /) -> str:
        return str(value)

    def factor(self, value: Any, /) -> str:
        return str(value)

    def built(self, function: str, /, *args: Any, **kwargs: Any) -> Value:
        return Value(self._hear(function), TensorType(()))

    def statement(self, text: str, /) -> None:
        pass

    def local(self, name: str, /) -> str:
        return name

    def block(self, layer: Any, inputs: Any, /) -> str:
        return "block"

    def inside(self, layer: Any, inputs: Any, /) -> Mapping[str, Any]:
        return {}

    def _hear(self, name: str) -> str:
        self.heard.append(name)
        return name
