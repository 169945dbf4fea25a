"""What a layer's class says of it: parameters, ports, and an example of shapes, as text."""

from __future__ import annotations

import inspect
from typing import NamedTuple

from graph.analysis.typical import typical_inputs
from graph.dims import product
from graph.fields import Field
from graph.layer import Layer


class Example(NamedTuple):
    """What usual inputs become, types as text, and how many parameters that takes; without ports, what it gives."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: int


def described(cls: type[Layer]) -> list[str]:
    """The paragraphs of a class's docstring, code between single marks."""
    text = inspect.cleandoc(cls.__doc__ or "").replace("``", "`")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def default_of(field: Field) -> str:
    """A parameter's default, "" where it is empty."""
    return "none" if field.default is None else " ".join(str(field.default).split())


def input_names(cls: type[Layer]) -> list[tuple[str, bool]]:
    """The input ports, and whether each may stay open; one that stands for many as those it stands for."""
    found = []
    for port in cls().ports():
        names = (f"{port.name}0", f"{port.name}1", "...") if port.variadic else (port.name,)
        found += [(name, port.optional) for name in names]
    return found


def example_of(cls: type[Layer]) -> Example | None:
    """What the layer makes of usual inputs with its defaults; none where they are those of its block."""
    if cls.role == "block":
        return None
    layer, ports, inputs = cls(), cls().ports(), typical_inputs(cls)
    if not any(port.variadic for port in ports):
        inputs = inputs[: len(ports)]
    result = layer.infer(*inputs)
    outputs = result if isinstance(result, tuple) else (result,)
    if cls.role == "output":
        outputs = ()
    count = sum(int(str(product(weight.shape))) for weight in layer.weights(*inputs).values() if weight.trainable)
    return Example(tuple(map(str, inputs)), tuple(map(str, outputs)), count)
