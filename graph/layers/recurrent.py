"""Recurrent networks over a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from graph.accepted import Accepted, Lengths
from graph.dims import Dim
from graph.errors import ShapeError
from graph.fields import NonNegative, Positive, Probability
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank, known
from graph.layers.parts.gates import Cell, cell_of, lengths_of, run_layer
from graph.layers.parts.initialize import Biased
from graph.layers.parts.projected import run_projected
from graph.tensor import TensorType, format_shape

_RUN_PADDED = '''
def _run_padded(network, x, lengths, state=None):
    """Run a recurrent network on padded sequences, each to its own length; an empty one counts as one step."""
    lengths = lengths.clamp(min=1).cpu()
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    out, state = network(packed, state)
    out, _ = nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.size(1))
    return out, state
'''


class _Recurrent(Biased):
    category = "Recurrent"
    features = -1
    outputs: ClassVar[tuple[str, ...]] = ("out", "hidden")
    typical: ClassVar[tuple[str, ...]] = ("N,T,6", "N,128", "N int64")
    gates: ClassVar[int] = 1
    hidden_size: Annotated[Positive, Meta(description="values in the state, and in each output step")] = 128
    num_layers: Annotated[int, Meta(ge=1, le=100, description="networks on top of each other")] = 1
    bias: Annotated[bool, Meta(description="add learned offsets")] = True
    dropout: Annotated[Probability, Meta(description="dropout between one layer and the next")] = 0.0
    bidirectional: Annotated[bool, Meta(description="run from both ends; outputs lie side by side")] = False

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _width(self) -> int:
        """The values of one state, and of an output step in one direction."""
        return self.hidden_size

    @property
    def _states(self) -> Dim:
        """How many states there are in one port: one for each layer and direction."""
        return self.num_layers * self._directions

    def _infer(
        self, x: TensorType, states: dict[str, TensorType | None], lengths: TensorType | None
    ) -> tuple[TensorType, ...]:
        kind = type(self).__name__
        expect_rank(x, 3, kind, "sequences (N, T, features)")
        expect_float(x, kind)
        expect_fixed(x.shape[2], kind, "the feature axis")
        batch, time, _ = x.shape
        widths = {port: self.hidden_size if port == "c0" else self._width for port in states}
        kinds = {port: TensorType((batch, self._states * width)) for port, width in widths.items()}
        for port, given in states.items():
            if given is not None and given != kinds[port]:
                size = self._sizes(widths[port])
                raise ShapeError(f"{kind} expects {port} to be {kinds[port]}, {size}, got {given}.", port)
        if lengths is not None and lengths != TensorType((batch,), "int64"):
            raise ShapeError(f"{kind} expects lengths {format_shape((batch,))} int64, got {lengths}.", "lengths")
        return (TensorType((batch, time, self._directions * self._width)), *kinds.values())

    def accepts(self, *inputs: TensorType | None) -> dict[str, Accepted]:
        x, *_, lengths = inputs
        return {"lengths": Lengths(high=x.shape[1])} if x and lengths else {}

    def _sizes(self, width: int) -> str:
        """Where the width of a state comes from."""
        parts = [f"hidden_size={width}" if width == self.hidden_size else f"proj_size={width}"]
        parts += [f"{self.num_layers} layers"] if self.num_layers != 1 else []
        return " times ".join([*parts, "2 directions"] if self.bidirectional else parts)

    def _suffixes(self, layer: int) -> tuple[str, ...]:
        return (f"_l{layer}", f"_l{layer}_reverse")[: self._directions]

    def weights(self, x: TensorType, *rest: TensorType | None) -> dict[str, Weight]:  # type: ignore[override]
        rows, found = self.gates * self.hidden_size, dict[str, Weight]()
        for layer in range(self.num_layers):
            features = self._directions * self._width if layer else x.shape[2]
            for suffix in self._suffixes(layer):
                found[f"weight_ih{suffix}"] = Weight((rows, features))
                found[f"weight_hh{suffix}"] = Weight((rows, self._width))
                if self._width != self.hidden_size:
                    found[f"weight_hr{suffix}"] = Weight((self._width, self.hidden_size))
                if self.bias:
                    found |= {f"bias_ih{suffix}": Weight((rows,)), f"bias_hh{suffix}": Weight((rows,))}
        return found

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        x = inputs[0]
        assert x is not None
        batch, steps, features = x.shape
        hidden, width = self.hidden_size, self._width
        above = (self.num_layers - 1) * (self._directions * width + width)
        projected = 0 if width == hidden else self.num_layers * width * hidden
        return batch * steps * self._directions * (self.gates * hidden * (features + width + above) + projected)

    def _write(self, code: Code, x: Value, states: Sequence[Value | None], lengths: Value | None) -> str:
        """Write the call and bring the final states into shape; their variables."""
        kind = f"nn.{type(self).__name__}"
        options = self.options("hidden_size", *(["dropout"] if self.num_layers == 1 else []))
        module = self.construct(code, (x.type,), kind, x.type.shape[2], self.hidden_size, **options, batch_first=True)
        start = self._initial(states)
        if lengths is None:
            call = f"{module}({', '.join([x, *start])})"
        else:
            call = f"{code.helper('_run_padded', _RUN_PADDED)}({', '.join([module, x, lengths, *start])})"
        out, *finals = code.variables.values()
        used = [name for name in finals if name != "_"]
        target = f"({', '.join(finals)})" if used and len(finals) > 1 else finals[0]
        code.statement(f"{out}, {target} = {call}")
        for name in used:
            flat = "squeeze(0)" if self._states == 1 else "transpose(0, 1).flatten(1)"
            code.statement(f"{name} = {name}.{flat}")
        return ", ".join(code.variables.values())

    def _initial(self, states: Sequence[Value | None]) -> list[str]:
        """The argument for the initial states as PyTorch has them: (layers * directions, N, H), contiguous."""
        given = next((state for state in states if state is not None), None)
        if given is None:
            return []
        split = "unsqueeze(0)" if self._states == 1 else f"unflatten(1, ({self._states}, -1)).transpose(0, 1)"
        parts = [f"{state or self._missing(given, at)}.{split}.contiguous()" for at, state in enumerate(states)]
        return [f"({', '.join(parts)})" if len(parts) > 1 else parts[0]]

    def _missing(self, given: Value, at: int) -> str:
        """Zeros for the state at a place, beside one that is given."""
        if self._width == self.hidden_size:
            return f"torch.zeros_like({given})"
        width = self._states * (self.hidden_size if at else self._width)
        return f"{given}.new_zeros({given}.shape[0], {width})"

    def _emit(self, op: Op, x: Any, states: Sequence[Any], lengths: Any) -> list[Any]:
        cell = cell_of(type(self).__name__, getattr(self, "nonlinearity", "tanh"))
        lengths = None if lengths is None else lengths_of(op, lengths)
        starts = [self._by_layer(op, state) for state in states]
        x = op.Transpose(x, perm=[1, 0, 2])
        finals = []
        for layer in range(self.num_layers):
            given = [start[layer] for start in starts]
            y, *last = self._run(op, cell, x, self._suffixes(layer), given, lengths)
            x = op.Reshape(op.Transpose(y, perm=[0, 2, 1, 3]), op.constant([0, 0, -1]))
            finals.append(last)
        return [op.Transpose(x, perm=[1, 0, 2]), *(self._joined(op, parts) for parts in zip(*finals, strict=True))]

    def _run(
        self, op: Op, cell: Cell, x: Any, suffixes: Sequence[str], given: Sequence[Any], lengths: Any
    ) -> list[Any]:
        return run_layer(op, cell, x, suffixes, self.hidden_size, self.bias, given, lengths)

    def _by_layer(self, op: Op, state: Any) -> Sequence[Any]:
        """An initial state (N, layers * directions * H) as one (directions, N, H) for each layer."""
        if state is None:
            return [None] * self.num_layers
        split = op.Reshape(state, op.constant([0, int(self._states), -1]))
        split = op.Transpose(split, perm=[1, 0, 2])
        if self.num_layers == 1:
            return [split]
        sizes = op.constant([self._directions] * self.num_layers)
        found: Sequence[Any] = op.Split(split, sizes, axis=0, num_outputs=self.num_layers)
        return found

    def _joined(self, op: Op, parts: Sequence[Any]) -> Any:
        """The final states of all layers side by side: (N, layers * directions * H)."""
        state = op.Concat(*parts, axis=0) if len(parts) > 1 else parts[0]
        return op.Reshape(op.Transpose(state, perm=[1, 0, 2]), op.constant([0, -1]))

    def summary(self) -> str:
        text = f"{self.hidden_size}" + (f", {self.num_layers} layers" if self.num_layers != 1 else "")
        return text + (", both directions" if self.bidirectional else "")


class _OneState(_Recurrent):
    def infer(
        self, x: TensorType, h0: TensorType | None = None, lengths: TensorType | None = None
    ) -> tuple[TensorType, ...]:
        return self._infer(x, {"h0": h0}, lengths)

    def torch(self, code: Code, x: Value, h0: Value | None = None, lengths: Value | None = None) -> str:
        return self._write(code, x, [h0], lengths)

    def onnx(self, op: Op, x: Any, h0: Any = None, lengths: Any = None) -> Any:
        return self._emit(op, x, [h0], lengths)


class RNN(_OneState):
    """Read a sequence (N, T, features) step by step, mixing each step with a state from the step before.

    States go in and out as (N, layers * directions * H), those of all layers side by side, so that ``hidden`` may
    feed a Linear or another network's ``h0``. With ``lengths``, padding behind a sequence has no effect.
    """

    keywords = ("recurrent", "elman", "sequence", "time")
    nonlinearity: Annotated[Literal["tanh", "relu"], Meta(description="activation of the state")] = "tanh"


class GRU(_OneState):
    """Read a sequence (N, T, features) step by step, with gates that choose what its state forgets and takes in.

    States go in and out as (N, layers * directions * H), those of all layers side by side, so that ``hidden`` may
    feed a Linear or another network's ``h0``. With ``lengths``, padding behind a sequence has no effect.
    Source: Cho et al. 2014.
    """

    keywords = ("gated recurrent unit", "sequence", "time")
    gates = 3


class LSTM(_Recurrent):
    """Read a sequence (N, T, features) step by step, with gates around a memory that lasts over many steps.

    States go in and out as (N, layers * directions * H), those of all layers side by side, so that ``hidden`` may
    feed a Linear or another network's ``h0``. With ``lengths``, padding behind a sequence has no effect.
    Source: Hochreiter and Schmidhuber 1997.
    """

    usual = True
    keywords = ("long short-term memory", "sequence", "time")
    outputs = ("out", "hidden", "cell")
    typical = ("N,T,6", "N,128", "N,128", "N int64")
    gates = 4
    proj_size: Annotated[
        NonNegative, Meta(description="values the state is projected to, fewer than hidden_size; 0: it is not")
    ] = 0

    def check(self) -> None:
        if known(self.proj_size, self.hidden_size) and self.proj_size >= self.hidden_size:
            raise ValueError(f"proj_size={self.proj_size} must be smaller than hidden_size={self.hidden_size}")

    @property
    def _width(self) -> int:
        return self.hidden_size if self.proj_size == 0 else self.proj_size

    def _run(
        self, op: Op, cell: Cell, x: Any, suffixes: Sequence[str], given: Sequence[Any], lengths: Any
    ) -> list[Any]:
        if self.proj_size == 0:
            return super()._run(op, cell, x, suffixes, given, lengths)
        return run_projected(op, x, suffixes, (self.hidden_size, self.proj_size), self.bias, given, lengths)

    def infer(
        self,
        x: TensorType,
        h0: TensorType | None = None,
        c0: TensorType | None = None,
        lengths: TensorType | None = None,
    ) -> tuple[TensorType, ...]:
        return self._infer(x, {"h0": h0, "c0": c0}, lengths)

    def torch(
        self, code: Code, x: Value, h0: Value | None = None, c0: Value | None = None, lengths: Value | None = None
    ) -> str:
        return self._write(code, x, [h0, c0], lengths)

    def onnx(self, op: Op, x: Any, h0: Any = None, c0: Any = None, lengths: Any = None) -> Any:
        return self._emit(op, x, [h0, c0], lengths)
