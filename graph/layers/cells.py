"""One step of a recurrent network, for loops that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from graph.dims import Dim
from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank
from graph.layers.parts.gates import cell_of, run_layer
from graph.layers.parts.initialize import Biased
from graph.tensor import TensorType


class _Cell(Biased):
    category = "Recurrent"
    features = -1
    typical: ClassVar[tuple[str, ...]] = ("N,6", "N,128")
    gates: ClassVar[int] = 1
    hidden_size: Annotated[Positive, Meta(description="values in the state")] = 128
    bias: Annotated[bool, Meta(description="add learned offsets")] = True

    def _infer(self, x: TensorType, **states: TensorType | None) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, 2, kind, "one step (N, features)")
        expect_float(x, kind)
        expect_fixed(x.shape[1], kind, "the feature axis")
        state = TensorType((x.shape[0], self.hidden_size))
        for port, given in states.items():
            if given is not None and given != state:
                raise ShapeError(
                    f"{kind} expects {port} to be {state}, as hidden_size={self.hidden_size} says, got {given}.", port
                )
        return state

    def weights(self, x: TensorType, *states: TensorType | None) -> dict[str, Weight]:  # type: ignore[override]
        rows = self.gates * self.hidden_size
        found = {"weight_ih": Weight((rows, x.shape[1])), "weight_hh": Weight((rows, self.hidden_size))}
        return {**found, "bias_ih": Weight((rows,)), "bias_hh": Weight((rows,))} if self.bias else found

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        assert inputs[0] is not None
        batch, features = inputs[0].shape
        return batch * self.gates * self.hidden_size * (features + self.hidden_size)

    def _module(self, code: Code, x: Value) -> str:
        options = self.options("hidden_size")
        kind = f"nn.{type(self).__name__}"
        return self.construct(code, (x.type,), kind, x.type.shape[1], self.hidden_size, **options)

    def _emit(self, op: Op, x: Any, states: Sequence[Any]) -> list[Any]:
        """A sequence of one step."""
        front = op.constant([0])
        cell = cell_of(type(self).__name__.removesuffix("Cell"), getattr(self, "nonlinearity", "tanh"))
        given = [None if state is None else op.Unsqueeze(state, front) for state in states]
        _, *finals = run_layer(op, cell, op.Unsqueeze(x, front), ("",), self.hidden_size, self.bias, given)
        return [op.Squeeze(final, front) for final in finals]

    def summary(self) -> str:
        return f"{self.hidden_size}"


class _OneState(_Cell):
    def infer(self, x: TensorType, h: TensorType | None = None) -> TensorType:
        return self._infer(x, h=h)

    def torch(self, code: Code, x: Value, h: Value | None = None) -> str:
        return f"{self._module(code, x)}({x})" if h is None else f"{self._module(code, x)}({x}, {h})"

    def onnx(self, op: Op, x: Any, h: Any = None) -> Any:
        return self._emit(op, x, [h])[0]


class RNNCell(_OneState):
    """Take one step of an RNN: the next state, from an element (N, features) and the state (N, H) before."""

    keywords = ("recurrent", "step", "scan")
    nonlinearity: Annotated[Literal["tanh", "relu"], Meta(description="activation of the state")] = "tanh"


class GRUCell(_OneState):
    """Take one step of a GRU: the next state, from an element (N, features) and the state (N, H) before."""

    keywords = ("gated recurrent unit", "step", "scan")
    gates = 3


class LSTMCell(_Cell):
    """Take one step of an LSTM: the next state and memory, from an element (N, features) and those before, (N, H)."""

    keywords = ("long short-term memory", "step", "scan")
    outputs = ("hidden", "cell")
    typical = ("N,6", "N,128", "N,128")
    gates = 4

    def infer(
        self, x: TensorType, h: TensorType | None = None, c: TensorType | None = None
    ) -> tuple[TensorType, TensorType]:
        state = self._infer(x, h=h, c=c)
        return state, state

    def torch(self, code: Code, x: Value, h: Value | None = None, c: Value | None = None) -> str:
        module, given = self._module(code, x), h or c
        if given is None:
            return f"{module}({x})"
        states = [state or f"torch.zeros_like({given})" for state in (h, c)]
        return f"{module}({x}, ({', '.join(states)}))"

    def onnx(self, op: Op, x: Any, h: Any = None, c: Any = None) -> Any:
        return self._emit(op, x, [h, c])
