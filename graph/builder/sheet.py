"""A drawing made by calls: each adds a node and gives the value at its output, to be handed to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graph.builder.calls import SheetCalls, ValueCalls
from graph.builder.places import arrange
from graph.catalog import layer_class
from graph.document import Document
from graph.errors import DocumentError
from graph.fields import fields_of
from graph.layer import ports_of
from graph.layers.arithmetic import Add, Divide, MatMul, Multiply, Subtract
from graph.layers.block import Block as BlockUse, Scan
from graph.layers.constants import Constant
from graph.layers.functions import Pow
from graph.layers.io import Input, Output, Target
from graph.layers.slicing import Select, Slice
from graph.modelgraph import ModelGraph
from graph.storage.loom import save

ROW = 100.0


class Value(ValueCalls):
    """What leaves an output port. ``+ - * / @`` with another value or a number, and slices, are nodes too."""

    def __init__(self, sheet: Sheet, node: str, port: str) -> None:
        self.sheet, self.node, self.port = sheet, node, port

    def __repr__(self) -> str:
        return f"<{self.node}.{self.port}>"

    def _call(self, kind: str, *arguments: Any, **options: Any) -> Any:
        return self.sheet._call(kind, self, *arguments, **options)

    def __add__(self, other: Value | float) -> Value:
        return self._with(Add.__name__, self, other)

    def __radd__(self, other: float) -> Value:
        return self._with(Add.__name__, other, self)

    def __sub__(self, other: Value | float) -> Value:
        return self._with(Subtract.__name__, self, other)

    def __rsub__(self, other: float) -> Value:
        return self._with(Subtract.__name__, other, self)

    def __mul__(self, other: Value | float) -> Value:
        return self._with(Multiply.__name__, self, other)

    def __rmul__(self, other: float) -> Value:
        return self._with(Multiply.__name__, other, self)

    def __truediv__(self, other: Value | float) -> Value:
        return self._with(Divide.__name__, self, other)

    def __rtruediv__(self, other: float) -> Value:
        return self._with(Divide.__name__, other, self)

    def __matmul__(self, other: Value) -> Value:
        return self._with(MatMul.__name__, self, other)

    def __pow__(self, exponent: float) -> Value:
        made: Value = self._call(Pow.__name__, exponent)
        return made

    def __getitem__(self, places: Any) -> Value:
        """``x[:, 2:5, 0]``: ranges and places, the first being the batch's and whole."""
        places = places if isinstance(places, tuple) else (places,)
        if places[:1] != (slice(None),):
            raise DocumentError("The first axis is the batch and stays whole; write x[:, ...].")
        value, axis = self, 1
        for place in places[1:]:
            if isinstance(place, int):
                value = value._call(Select.__name__, dim=axis, index=place)
                continue
            if place != slice(None):
                start, step = place.start or 0, place.step or 1
                value = value._call(Slice.__name__, dim=axis, start=start, end=place.stop, step=step)
            axis += 1
        return value

    def _with(self, kind: str, *operands: Value | float) -> Value:
        values = [part if isinstance(part, Value) else self._number(part) for part in operands]
        made: Value = self.sheet._call(kind, *values)
        return made

    def _number(self, value: float) -> Value:
        made: Value = self.sheet._call(Constant.__name__, values=(float(value),))
        return made


class Sheet(SheetCalls):
    """One graph, the model's or a block's. ``sheet.conv2d(x, 6, 5)`` adds a Conv2d fed by ``x``.

    Parameters come as the layer has them, by position or by name; in a block, text is an expression over the block's
    parameters, and with ``when="stride == 1"`` the node is there only where that holds. ``name=`` names the node,
    ``frozen=True`` freezes it, ``shares=value`` takes the weights of the node that a value comes from,
    ``ties={"weight": value}`` one of them, that of the same name; of another name, text says it:
    ``"embedding.weight"``, of layers in blocks their paths: ``ties={"head.weight": "encoder.embedding.weight"}``.
    Inputs and outputs stand in the order of their calls.
    """

    def __init__(self, document: Document, graph: ModelGraph) -> None:
        self.document = document
        self._graph = graph
        self._rows = 0

    def input(self, *shape: int | str, dtype: str = "float32", name: str | None = None) -> Value:
        """Add an Input; its shape is that of one sample."""
        return self._source(Input.__name__, {"shape": shape, "dtype": dtype}, name)

    def target(self, *shape: int | str, dtype: str = "int64", name: str | None = None) -> Value:
        """Add a Target: what predictions are held against."""
        return self._source(Target.__name__, {"shape": shape, "dtype": dtype}, name)

    def output(self, value: Value, name: str | None = None) -> None:
        """Add an Output that shows a value."""
        made = self._add(Output.__name__, {}, name)
        self._connect([value], made)

    def use(
        self,
        block: str,
        *values: Value,
        repeat: int = 1,
        name: str | None = None,
        frozen: bool = False,
        shares: Value | None = None,
        ties: Mapping[str, Value | str] | None = None,
        when: str = "",
        **arguments: float | str | Value,
    ) -> Any:
        """Use a block as a layer, ``repeat`` times in sequence; a value by name goes to the port of that name.

        In a sequence, arguments may depend on the place ``i`` in it, counted from 0: ``channels="64 + 32 * i"``.
        """
        wires, arguments = _parted(arguments)
        given = {"definition": block, "arguments": arguments, "repeat": repeat}
        said: dict[str, Any] = {"frozen": frozen, "shares": shares, "ties": ties, "when": when}
        return self._node(BlockUse.__name__, given, values, name, wires, **said)

    def scan(
        self,
        block: str,
        *values: Value | None,
        carry: Mapping[str, str],
        constant: Sequence[str] = (),
        steps: int | None = None,
        reverse: bool = False,
        name: str | None = None,
        **arguments: float | str | Value,
    ) -> Any:
        """Run a block along time, its state handed on; ``carry`` names for each state its next value."""
        wires, arguments = _parted(arguments)
        given: dict[str, Any] = {"definition": block, "arguments": arguments, "carry": dict(carry)}
        given |= {"constant": list(constant), "steps": steps, "reverse": reverse}
        return self._node(Scan.__name__, given, values, name, wires)

    def _call(
        self,
        kind: str,
        *arguments: Any,
        name: str | None = None,
        frozen: bool = False,
        shares: Value | None = None,
        ties: Mapping[str, Value | str] | None = None,
        when: str = "",
        **options: Any,
    ) -> Any:
        count = next((at for at, part in enumerate(arguments) if not _is_wire(part)), len(arguments))
        cls = layer_class(kind)
        names = [field.name for field in fields_of(cls).values() if not field.hidden]
        if len(arguments) - count > len(names):
            raise DocumentError(f"{kind} takes {', '.join(names) or 'no parameters'}; got {len(arguments) - count}.")
        parameters = dict(zip(names, arguments[count:], strict=False)) | options
        ports = {port.name for port in ports_of(cls)}
        wires = {key: parameters.pop(key) for key in [*parameters] if key in ports and _is_wire(parameters[key])}
        return self._node(
            kind, parameters, arguments[:count], name, wires, frozen=frozen, shares=shares, ties=ties, when=when
        )

    def _node(
        self,
        kind: str,
        parameters: Mapping[str, Any],
        values: Sequence[Value | None],
        name: str | None,
        wires: Mapping[str, Value] | None = None,
        *,
        frozen: bool = False,
        shares: Value | None = None,
        ties: Mapping[str, Value | str] | None = None,
        when: str = "",
    ) -> Any:
        with self.document.edit("Draw"):
            made = self._add(kind, parameters, name)
            self._connect(values, made)
            for port, value in (wires or {}).items():
                self._wire(value, made, port)
            if shares is not None:
                self._graph.share(made, shares.node)
            for weight, source in (ties or {}).items():
                place = f"{source.node}.{weight}" if isinstance(source, Value) else source
                self._graph.tie(made, weight, place)
            if frozen:
                self._graph.alter(made, frozen=True)
            if when:
                self._graph.condition(made, when)
        outputs = [Value(self, made, port) for port in self._graph.node(made).layer.output_names()]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def _source(self, kind: str, parameters: Mapping[str, Any], name: str | None) -> Value:
        made = self._add(kind, parameters, name)
        return Value(self, made, self._graph.node(made).layer.output_names()[0])

    def _add(self, kind: str, parameters: Mapping[str, Any], name: str | None) -> str:
        self._rows += 1
        with self.document.edit("Draw"):
            return self._graph.add(kind, parameters, name=name, at=(0.0, ROW * self._rows))

    def _connect(self, values: Sequence[Value | None], node: str) -> None:
        ports = iter(self._graph.open_ports(node))
        for index, value in enumerate(values):
            # A port for many grows as it is wired.
            port = next(ports, None) or self._graph.open_ports(node)[index]
            if value is not None:
                self._wire(value, node, port)

    def _wire(self, value: Value, node: str, port: str) -> None:
        if value.sheet is not self:
            raise DocumentError(f"'{value.node}' is drawn elsewhere; hand it in through an input of the block.")
        with self.document.edit("Draw"):
            self._graph.connect(value.node, node, port, value.port)


class Block(Sheet):
    """A block being drawn, inside ``with``; laid out at its end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            arrange(self.document, self._graph)


class Drawing(Sheet):
    """A whole document, drawn by calls."""

    def __init__(self, name: str = "Untitled", notes: str = "", **training: Any) -> None:
        document = Document(name)
        super().__init__(document, document.model)
        with document.edit("Settings"):
            document.set_setting("notes", notes)
            document.set_training(**training)

    @contextmanager
    def block(self, name: str, **parameters: float | str) -> Iterator[Block]:
        """Draw a block: ``with drawing.block("Residual", channels=64) as b:``; parameters with their defaults.

        A parameter is an integer, a number, ``True`` or ``False``, or a word, as its default is.
        """
        with self.document.edit("Draw"):
            graph = self.document.add_block(name, parameters)
        with Block(self.document, graph) as made:
            yield made

    def finish(self) -> Document:
        """The document, laid out."""
        arrange(self.document, self.document.model)
        self.document.forget_history()
        return self.document

    def save(self, path: str | Path) -> None:
        """Lay the drawing out and write its file.

        Raises:
            FileError: it cannot be written; what was there before is intact.
        """
        save(self.finish(), path)


def _is_wire(part: object) -> bool:
    return part is None or isinstance(part, Value)


def _parted(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is wired, and what are values of parameters."""
    wires = {key: value for key, value in arguments.items() if isinstance(value, Value)}
    return wires, {key: value for key, value in arguments.items() if key not in wires}
