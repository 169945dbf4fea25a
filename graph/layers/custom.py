"""A layer in the user's own Python."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from msgspec import Meta

from graph.dims import Dim, symbol
from graph.fields import CODE
from graph.layer import Code, Layer, Op, Port, Value
from graph.layers.parts.function import Function, read_function
from graph.layers.parts.signature import Signature, read_signature
from graph.tensor import TensorType

MAX_CODE = 20_000


class Custom(Layer):
    """Compute what a Python function says: it takes tensors, returns tensors, and is run once you trust it."""

    category = "Tensor"
    keywords = ("python", "code", "lambda", "function", "own layer")
    code: Annotated[
        str,
        Meta(
            max_length=MAX_CODE,
            description="a function; its arguments are the inputs",
            extra_json_schema=CODE,
        ),
    ] = "def custom(x):\n    return x * torch.sigmoid(x)"
    signature: Annotated[
        str,
        Meta(
            max_length=400, description="shapes such as N,c,h,w; N,k -> N,2*c,h,w; without it, that of the first input"
        ),
    ] = ""

    def check(self) -> None:
        """Refuse code that is not a function, and a signature that does not fit it."""
        arguments = self._function.arguments
        if self.signature and len(self._signature.inputs) != len(arguments):
            raise ValueError(
                f"signature={self.signature!r} has {len(self._signature.inputs)} inputs, but the function takes "
                f"{len(arguments)}: {', '.join(arguments)}"
            )

    @cached_property
    def _function(self) -> Function:
        return read_function(self.code)

    @cached_property
    def _signature(self) -> Signature:
        return read_signature(self.signature)

    def ports(self) -> tuple[Port, ...]:
        return tuple(Port(name) for name in self._function.arguments)

    def renamed_from(self, before: Layer) -> Mapping[str, str]:
        """As long as there are as many, an argument with a new name is the one that stood in its place."""
        old = [port.name for port in before.ports()]
        new = [port.name for port in self.ports()]
        pairs = zip(old, new, strict=True) if len(old) == len(new) else ()
        return {one: other for one, other in pairs if one not in new and other not in old}

    def output_names(self) -> tuple[str, ...]:
        count = len(self._signature.outputs) if self.signature else 1
        return tuple(f"out{place}" for place in range(count)) if count > 1 else self.outputs

    def infer(self, *x: TensorType) -> TensorType | tuple[TensorType, ...]:
        if not self.signature:
            return x[0]
        found = self._signature.infer(x, self._function.arguments, f"Custom {self._function.name}")
        return found if len(found) > 1 else found[0]

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        """Not known: nobody has read what the function multiplies."""
        return symbol("what Python does")

    def torch(self, code: Code, *x: Value) -> str:
        made, inputs = self._function, [value.type for value in x]
        results = self.infer(*inputs)
        outputs = results if isinstance(results, tuple) else (results,)
        return code.call(code.function(made.name, self.code, made.renamed, inputs, outputs), *x)

    def onnx(self, op: Op, *x: Any) -> tuple[Any, ...]:
        return op.python(self._function.name, self.code, *x)

    def summary(self) -> str:
        return f"{self._function.name}({', '.join(self._function.arguments)})"
