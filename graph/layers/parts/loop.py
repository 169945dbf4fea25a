"""The loop of a Scan as PyTorch: an element of every sequence goes in, the state comes out and goes in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from graph.layer import Code, Value
from graph.tensor import TensorType


class ScanLayer(Protocol):
    """What the loop needs to know of a Scan."""

    inputs: tuple[str, ...]
    results: tuple[str, ...]
    carry: dict[str, str]
    steps: int | None
    reverse: bool

    @property
    def sequences(self) -> tuple[str, ...]: ...


def write_loop(
    scan: ScanLayer, code: Code, types: Sequence[TensorType | None], values: Mapping[str, Value | None]
) -> str:
    """Write the loop's statements; the expression of the Scan's outputs, which is their variables."""
    step = code.block(scan, types)
    states = {name: code.local(name) for name in scan.carry}
    _start(scan, code, types, values, states)
    lists = {name: code.local(f"{name}_steps") for name in scan.results if code.variables[name] != "_"}
    for name in lists.values():
        code.statement(f"{name} = []")
    elements = {name: code.local(f"{name}_t") for name in scan.sequences}
    code.statement(f"for {_header(scan, code, values, elements)}:")
    arguments = [states.get(name) or elements.get(name) or str(values[name]) for name in scan.inputs]
    targets = _targets(scan, states, lists, code)
    code.statement(f"    {', '.join(targets.values())} = {step}({', '.join(arguments)})")
    for state, output in scan.carry.items():
        if states[state] != targets[output]:
            code.statement(f"    {states[state]} = {targets[output]}")
    for name, listed in lists.items():
        code.statement(f"    {listed}.append({targets[name]})")
    backwards = "[::-1]" if scan.reverse and elements else ""
    for name, listed in lists.items():
        code.statement(f"{code.variables[name]} = torch.stack({listed}{backwards}, dim=1)")
    ends = {output: states[state] for state, output in scan.carry.items()}
    for output, state in ends.items():
        last = code.variables.get(f"last_{output}", "_")
        if last != "_":
            code.statement(f"{last} = {state}")
    return ", ".join(code.variables.values())


def _start(
    scan: ScanLayer,
    code: Code,
    types: Sequence[TensorType | None],
    values: Mapping[str, Value | None],
    states: Mapping[str, str],
) -> None:
    """Give every state its first value: what is wired to it, else zeros."""
    inner = code.inside(scan, types)
    known = next(value for value in values.values() if value is not None)
    for name, variable in states.items():
        value = values[name]
        if value is not None:
            code.statement(f"{variable} = {value}")
            continue
        size = (Value(f"{known}.size(0)", known.type), *inner[name].shape[1:])
        options: dict[str, Any] = {}
        if inner[name].dtype != known.type.dtype:
            options = {"dtype": Value(f"torch.{inner[name].dtype}", known.type)}
        code.statement(f"{variable} = {code.call(f'{known}.new_zeros', size, **options)}")


def _header(scan: ScanLayer, code: Code, values: Mapping[str, Value | None], elements: Mapping[str, str]) -> str:
    if not elements:
        return f"_ in {code.call('range', scan.steps)}"
    turns = [f"{values[name]}.unbind(1)" for name in elements]
    turns = [f"reversed({turn})" for turn in turns] if scan.reverse else turns
    if len(turns) == 1:
        return f"{next(iter(elements.values()))} in {turns[0]}"
    return f"{', '.join(elements.values())} in zip({', '.join(turns)})"


def _targets(scan: ScanLayer, states: Mapping[str, str], lists: Mapping[str, str], code: Code) -> dict[str, str]:
    """The variable each of the block's outputs goes into: its state, one of its own, or none."""
    owners: dict[str, str] = {}
    for state, output in scan.carry.items():
        owners.setdefault(output, states[state])
    return {name: owners.get(name) or (code.local(f"{name}_t") if name in lists else "_") for name in scan.results}
