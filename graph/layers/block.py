"""Layers that are drawings themselves: a block used once or in sequence, and a block run along time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Self, Union

from msgspec import Meta
from msgspec.structs import replace

from graph.fields import HIDDEN
from graph.layer import Code, Layer, Port, Role, Value
from graph.layers.parts.loop import write_loop

Arguments = Annotated[
    dict[str, Union[bool, int, float, str]], Meta(description="values of the block's parameters; text is an expression")
]
Steps = Annotated[int, Meta(ge=1, le=10_000)]
Ports = Annotated[tuple[str, ...], HIDDEN]


class BlockLayer(Layer):
    """Base of the layers with a drawing inside.

    ``inputs`` and ``results`` are the ports of the definition; the document keeps them up to date.
    """

    role: ClassVar[Role] = "block"
    definition: Annotated[str, Meta(max_length=60, description="the block that is used")] = ""
    arguments: Arguments = {}
    inputs: Ports = ()
    results: Ports = ()

    def ports(self) -> tuple[Port, ...]:
        return tuple(Port(name) for name in self.inputs)

    def output_names(self) -> tuple[str, ...]:
        return self.results

    @cached_property
    def _input_ports(self) -> dict[str, Port]:
        return {port.name: port for port in self.ports()}

    @cached_property
    def _output_places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.output_names())}

    def input_port(self, name: str) -> Port | None:
        return self._input_ports.get(name)

    def has_output(self, name: str) -> bool:
        return name in self._output_places

    def output_index(self, name: str) -> int:
        return self._output_places[name]

    def renamed(self, ports: Mapping[str, str]) -> Self:
        """The layer when some of its block's ports have other names."""
        return self

    def _arguments_text(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.arguments.items())


class Block(BlockLayer):
    """Use a drawing as one layer, once or several times in sequence, each time with weights of its own."""

    category = "Block"
    keywords = ("group", "module", "sub-graph", "sequential")
    repeat: Annotated[int, Meta(ge=1, le=10_000, description="how many of it in sequence")] = 1

    def torch(self, code: Code, *inputs: Value) -> str:
        return f"{code.block(self, [value.type for value in inputs])}({', '.join(inputs)})"

    def summary(self) -> str:
        times = f" x{self.repeat}" if self.repeat > 1 else ""
        return f"{self.definition}{times} {self._arguments_text()}".strip()


class Scan(BlockLayer):
    """Run a block along time, step by step, handing its state from one step to the next.

    Inputs are sequences (N, T, ...) of which each step sees one element, but for the carried states and the
    ``constant`` inputs. Outputs are stacked along time; ``last_...`` are the final states. With ``steps`` and no
    sequence the block runs freely, on its own output.
    """

    category = "Block"
    keywords = ("recurrent", "rnn", "loop", "time", "unroll")
    carry: Annotated[
        dict[str, str], Meta(description="state input of the block: the output that is its next value")
    ] = {}
    constant: Annotated[tuple[str, ...], Meta(description="inputs that every step sees whole")] = ()
    steps: Annotated[Union[Steps, None], Meta(description="number of steps where there is no sequence")] = None
    reverse: Annotated[bool, Meta(description="run from the end of the sequence to its beginning")] = False

    def ports(self) -> tuple[Port, ...]:
        return tuple(Port(name, name in self.carry) for name in self.inputs)

    def output_names(self) -> tuple[str, ...]:
        return self._outputs

    @cached_property
    def _outputs(self) -> tuple[str, ...]:
        results = set(self.results)
        carried = dict.fromkeys(output for output in self.carry.values() if output in results)
        return (*self.results, *(f"last_{output}" for output in carried))

    def renamed(self, ports: Mapping[str, str]) -> Self:
        carry = {ports.get(state, state): ports.get(output, output) for state, output in self.carry.items()}
        return replace(self, carry=carry, constant=tuple(ports.get(name, name) for name in self.constant))

    @cached_property
    def sequences(self) -> tuple[str, ...]:
        """The inputs of which each step sees one element."""
        whole = {*self.carry, *self.constant}
        return tuple(name for name in self.inputs if name not in whole)

    def torch(self, code: Code, *inputs: Value | None) -> str:
        """A plain loop: the block's class is called once a step."""
        types = [None if value is None else value.type for value in inputs]
        return write_loop(self, code, types, dict(zip(self.inputs, inputs, strict=True)))

    def summary(self) -> str:
        return f"{self.definition} {self._arguments_text()}".strip()
