"""The contract of a layer type: one frozen class from which everything else is derived."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

from graph.accepted import Accepted
from graph.dims import Dim, Sym, is_fixed
from graph.errors import Fix, ShapeError
from graph.expressions.formulas import is_symbolic
from graph.fields import parameters_of
from graph.tensor import DType, TensorType, format_shape

Role = Literal["layer", "input", "target", "output", "objective", "block"]
Trait = Literal[
    "linear",  # a matrix product or a convolution
    "reshapes",  # the same values in another shape
    "averages",  # means of values: linear, nothing learned
    "centres",  # subtracts a mean that it takes itself
    "batch_statistics",  # its mean and variance are those of a batch
    "elementwise",  # each value by itself
    "saturates",  # its gradient goes to zero at both ends
    "pools",  # one value for each window
    "drops",  # sets random values to zero while training
    "noisy",  # adds or draws something random while training
    "skips",  # where a way round other layers comes back
    "gathers",  # makes an image a vector
    "enlarges",  # makes an image larger
    "rearranges",  # behind it a place is no longer a place of the image
]
"""What rules may ask of a layer without knowing its name."""

Unit = Literal["", "linear", "sigmoid", "tanh", "softmax", "log_softmax", "rectifier"]
Expects = Literal["", "scores", "logits", "probabilities", "log_probabilities", "values", "masks"]


class Window(NamedTuple):
    """What slides over an image: for each axis its extent, its steps and the gaps between its values."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def reach(self) -> tuple[int, ...]:
        """From its first value to its last, axis by axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))


class Weight(NamedTuple):
    """One entry of a layer's ``state_dict``: a learned parameter, or a buffer when not ``trainable``."""

    shape: tuple[Dim, ...]
    trainable: bool = True
    dtype: DType = "float32"


class Port(NamedTuple):
    """An input port: its name, whether it may stay unconnected, whether it stands for many."""

    name: str
    optional: bool = False
    variadic: bool = False

    def takes(self, name: str) -> bool:
        """Whether a wire's end is called so: by the port's name, with an index where it stands for many."""
        return numbered(name, self.name) if self.variadic else name == self.name


def numbered(name: str, stem: str) -> bool:
    """Whether a name is ``stem`` with an index behind it."""
    tail = name[len(stem) :]
    return name.startswith(stem) and tail.isascii() and tail.isdigit() and len(tail) < 5 and str(int(tail)) == tail


class Value(str):
    """The Python expression of a tensor in generated code, and the tensor's type."""

    type: TensorType

    def __new__(cls, text: str, type: TensorType) -> Value:
        value = super().__new__(cls, text)
        value.type = type
        return value


Types: TypeAlias = Sequence[TensorType]


class Code(Protocol):
    """What a layer is handed to write its PyTorch with.

    ``variables`` are the names of the node's outputs; one that is not used is called ``_``.
    """

    variables: Mapping[str, str]

    def module(self, kind: str, /, *args: Any, **kwargs: Any) -> str:
        """Construct ``kind(*args, **kwargs)`` once, in ``__init__``; the expression that refers to it."""

    def initialize(self, function: str, weight: str, /, *args: Any, **kwargs: Any) -> None:
        """Call ``nn.init.function`` on the module's ``weight``, behind its construction."""

    def helper(self, name: str, text: str, /) -> str:
        """Define a function or class once in front of the model's class; its name, which starts with ``_``."""

    def function(self, name: str, code: str, text: Callable[[str], str], inputs: Types, outputs: Types, /) -> str:
        """Define a function of the user's ``code`` once, as ``text`` writes it under a name; the name it got.

        It is run only where the user trusts it, and must make ``outputs`` of ``inputs``.
        """

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> str:
        """The text of a call; ``Value`` arguments stand for themselves, others by ``repr``."""

    def text(self, value: Any, /) -> str:
        """A value as ``forward`` writes it."""

    def factor(self, value: Any, /) -> str:
        """A value as an operand in ``forward``: in parentheses where it is a formula."""

    def built(self, function: str, /, *args: Any, **kwargs: Any) -> Value:
        """The text of a call as ``__init__`` writes it, to be an argument of ``module``."""

    def statement(self, text: str, /) -> None:
        """Write a statement in front of the node's own."""

    def local(self, name: str, /) -> str:
        """A variable name like ``name`` that no other value has."""

    def block(self, layer: Any, inputs: Sequence[TensorType | None], /) -> str:
        """Construct a block's class once, in ``__init__``; the expression that refers to it."""

    def inside(self, layer: Any, inputs: Sequence[TensorType | None], /) -> Mapping[str, TensorType]:
        """What a block's own inputs are for these inputs: for a Scan, those of one step."""


class Op(Protocol):
    """What a layer is handed to write its ONNX with: ``op.Conv(x, w, kernel_shape=[3, 3])``."""

    inputs: tuple[Any, ...]  # a TensorType each, None where nothing is connected
    outputs: tuple[TensorType, ...]

    def weight(self, name: str, /) -> Any:
        """The trained tensor ``name`` of this layer, as an initializer."""

    def array(self, name: str, /) -> Any:
        """The trained tensor ``name`` of this layer as an array, where the ONNX form orders its values otherwise."""

    def constant(self, value: Any, /, dtype: DType = "int64") -> Any:
        """A constant tensor."""

    def python(self, name: str, code: str, /, *inputs: Any) -> tuple[Any, ...]:
        """The operators that PyTorch makes of a function of the user's; all of its results."""

    def scan(
        self,
        step: Callable[[Any, Sequence[Any], Sequence[Any]], tuple[Sequence[Any], Any]],
        states: Mapping[str, tuple[Any, TensorType]],
        elements: Mapping[str, tuple[Any, TensorType]],
        result: TensorType,
        /,
        reverse: bool = False,
    ) -> tuple[Any, ...]:
        """Run ``step(op, states, elements)`` along the first axis of the elements, given with the types of a step.

        It gives the next states and a result; what comes back are the last states and all results.
        """

    def __getattr__(self, operator: str, /) -> Callable[..., Any]: ...


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True, cache_hash=True):
    """A kind of node. Its fields are its parameters; ``infer``'s signature is its input ports.

    A parameter ``*x`` of ``infer`` makes any number of ports ``x0, x1, ...``; one with a default is optional.
    ``typical`` holds the types of usual inputs as text (``N,3,8,8``, ``N int64``): what the reference shows and the
    contract test starts from; equal numbers are sizes that belong together.
    What ``infer`` needs of the parameters alone may be a ``cached_property``.
    """

    category: ClassVar[str] = ""
    outputs: ClassVar[tuple[str, ...]] = ("out",)
    role: ClassVar[Role] = "layer"
    keywords: ClassVar[tuple[str, ...]] = ()
    usual: ClassVar[bool] = False  # whether most drawings have it: searches show these first
    typical: ClassVar[tuple[str, ...]] = ("N,6",)
    traits: ClassVar[frozenset[Trait]] = frozenset()
    unit: ClassVar[Unit] = ""  # what it is as the last layer
    features: ClassVar[int | None] = None  # the axis of its result that has a place for each of its units
    port_notes: ClassVar[Mapping[str, str]] = {}  # what an input port takes, where its name does not say it

    def __post_init__(self) -> None:
        if type(self).check is not Layer.check and not any(map(is_symbolic, msgspec.structs.astuple(self))):
            self.check()

    def check(self) -> None:
        """Refuse parameters that do not fit together, with a ``ValueError``; asked where all of them are known."""

    infer: ClassVar[Callable[..., TensorType | tuple[TensorType, ...]]]
    torch: ClassVar[Callable[..., str]]
    onnx: ClassVar[Callable[..., Any]]

    def ports(self) -> tuple[Port, ...]:
        """The input ports."""
        return ports_of(type(self))

    def output_names(self) -> tuple[str, ...]:
        """The output ports."""
        return self.outputs

    def port_note(self, port: str, kind: TensorType | None = None) -> str:
        """What an input port takes, and what that means for a tensor that arrives there; "" if its name says it."""
        return self.port_notes.get(port, "")

    def renamed_from(self, before: Layer) -> Mapping[str, str]:
        """Which input ports are those of the same layer with other parameters under another name: old to new."""
        return {}

    def input_port(self, name: str) -> Port | None:
        """The input port that a wire's end names, if there is such."""
        return next((port for port in self.ports() if port.takes(name)), None)

    def has_output(self, name: str) -> bool:
        """Whether there is an output port of that name."""
        return name in self.output_names()

    def output_index(self, name: str) -> int:
        """Where among the outputs one stands, counted from 0."""
        outputs = self.output_names()
        return outputs.index(name) if len(outputs) > 1 else 0

    def weights(self, *inputs: TensorType | None) -> dict[str, Weight]:
        """Names and shapes of the layer's ``state_dict`` for these inputs."""
        return {}

    def accepts(self, *inputs: TensorType | None) -> dict[str, Accepted]:
        """The values that ports take, by port, where not all that their types hold; checked before training."""
        return {}

    def values_compared(self, training: bool, *inputs: TensorType | None) -> Dim | None:
        """How many values each statistic over a batch is of, where the layer takes such; of one, PyTorch refuses it."""
        return None

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        """Multiply-adds of one forward pass, for a batch of the inputs' own size."""
        return 0

    def window(self) -> Window | None:
        """What the layer slides over an image, if it does that."""
        return None

    def mixes(self) -> bool:
        """Whether each feature it makes is a sum over all that it is given."""
        return "linear" in self.traits

    def summary(self) -> str:
        """The main parameters in one line, as a node shows them."""
        return ", ".join(f"{name}={_short(value)}" for name, value in parameters_of(self).items())


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return "x".join(_short(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@cache
def ports_of(cls: type[Layer]) -> tuple[Port, ...]:
    """The input ports of a layer class, read from the signature of its ``infer``."""
    parameters = list(inspect.signature(cls.infer).parameters.values())[1:]
    return tuple(Port(p.name, p.default is not p.empty, p.kind is p.VAR_POSITIONAL) for p in parameters)


def expect_rank(x: TensorType, rank: int, layer: str, layout: str, port: str = "x") -> None:
    """Refuse a tensor that has not ``rank`` axes.

    Raises:
        ShapeError: naming the layer, what it got and the ``layout`` it expects.
    """
    if len(x.shape) != rank:
        raise ShapeError(f"{layer} expects {layout}, got {format_shape(x.shape)}.", port)


def expect_float(x: TensorType, layer: str, port: str = "x") -> None:
    """Refuse a tensor that is not of floating point numbers."""
    if x.dtype != "float32":
        raise ShapeError(f"{layer} expects float32 values, got {x.dtype}.", port)


def expect_fixed(dim: Dim, layer: str, what: str, port: str = "x") -> Dim:
    """Refuse a size that is only known at run time where a weight's size depends on it."""
    if not (isinstance(dim, int) or is_fixed(dim)):
        raise ShapeError(
            f"{layer} needs {what} to be a fixed number, got {dim}; give the Input a fixed size on that axis.", port
        )
    return dim


def known(*sizes: object) -> bool:
    """Whether sizes are numbers, not what each use of a block makes of its parameters."""
    return all(isinstance(size, int) for size in sizes)


def remains(dim: Dim) -> bool:
    """Whether something is left of a difference that should be 0; a block's parameters are seen in each use."""
    return dim != 0 and not (isinstance(dim, Sym) and is_fixed(dim))


def check_axis(dim: int, rank: int, layer: str, port: str = "x") -> int:
    """The axis ``dim`` of a tensor with ``rank`` axes, counted from the front.

    Raises:
        ShapeError: there is no such axis.
    """
    if not -rank <= dim < rank:
        raise ShapeError(f"{layer} has dim={dim}, but its input has {rank} axes: use {-rank} to {rank - 1}.", port)
    return dim % rank


def expect_several(x: Sequence[TensorType], layer: str, ports: Sequence[str] = ()) -> None:
    """Refuse fewer than two tensors, and tensors of different dtypes; ``ports`` are ``x0, x1, ...`` if not given."""
    if len(x) < 2:
        raise ShapeError(f"{layer} joins at least two tensors, got {len(x)}; connect another wire.", f"x{len(x)}")
    for index, other in enumerate(x):
        if other.dtype != x[0].dtype:
            port = ports[index] if ports else f"x{index}"
            raise ShapeError(f"{layer} expects one dtype, got {x[0].dtype} and {other.dtype}.", port)


def broadcast(shapes: Sequence[tuple[Dim, ...]], layer: str, ports: Sequence[str] = ()) -> tuple[Dim, ...]:
    """The shape of an elementwise operation, by PyTorch's rules; ``ports`` are ``x0, x1, ...`` if not given.

    Raises:
        ShapeError: two sizes differ and neither is 1; at the port of the second.
    """
    result = shapes[0]
    for index, shape in enumerate(shapes):
        if shape == result:
            continue
        rank = max(len(result), len(shape))
        left = (1,) * (rank - len(result)) + result
        right = (1,) * (rank - len(shape)) + shape
        if any(a != b and a != 1 and b != 1 for a, b in zip(left, right, strict=True)):
            port = ports[index] if ports else f"x{index}"
            raise ShapeError(
                f"{layer} cannot combine {format_shape(result)} and {format_shape(shape)}: "
                "sizes must be equal or 1 on every axis.",
                port,
                _match_channels(result, shape, port),
            )
        result = tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))
    return result


def _match_channels(wanted: tuple[Dim, ...], shape: tuple[Dim, ...], port: str) -> Fix | None:
    """A 1x1 convolution, where only the channels differ."""
    rank = len(shape)
    if len(wanted) != rank or rank not in (3, 4, 5) or not isinstance(wanted[1], int):
        return None
    if (shape[0], *shape[2:]) != (wanted[0], *wanted[2:]):
        return None
    parameters = {"out_channels": wanted[1], "kernel_size": 1}
    label = f"Insert a convolution to {wanted[1]} channels"
    return Fix(label, "insert", {"kind": f"Conv{rank - 2}d", "port": port, "parameters": parameters})
