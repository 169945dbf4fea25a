"""Collects the class of one graph: what its nodes construct in ``__init__``, and what they write with."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from compiler.to_python.choices import Statement, conditions_in, written
from compiler.to_python.functions import Functions
from compiler.to_python.lines import Line, attribute, indented, literal
from graph.blocks.expansion import Scope, input_types
from graph.errors import DocumentError
from graph.expressions.formulas import Symbolic
from graph.fields import shorten
from graph.layer import Layer, Types, Value, Weight
from graph.layers.block import BlockLayer
from graph.tensor import TensorType
from graph.tying import Place, givers

_PATH = re.compile(r"\w+(\.\w+)*", re.ASCII)
_KEEP_STATISTICS = '''
def _keep_statistics(module):
    """Have all inside that keeps running statistics use them and leave them as they are."""
    for part in module.modules():
        if getattr(part, "track_running_stats", False):
            part.eval()
'''


class Blocks(Protocol):
    """Where the constructor call of a block comes from, and what it holds."""

    def construct(self, layer: BlockLayer, inputs: Sequence[TensorType | None]) -> str: ...

    def inside(self, layer: BlockLayer, inputs: Sequence[TensorType | None]) -> Mapping[str, TensorType]: ...

    def state(self, layer: Layer, inputs: Sequence[TensorType | None]) -> Mapping[str, Weight]: ...


class NodeCode:
    """What one node's layer writes with; see ``graph.layer.Code``."""

    def __init__(self, writer: ClassWriter, name: str, variables: Mapping[str, str], taken: Collection[str]) -> None:
        self._writer = writer
        self._name = name
        self._owner = writer.scope.graph.nodes[name].shares or name
        self._taken = taken
        self.variables = variables
        self.lines: list[str] = []

    def module(self, kind: str, /, *args: Any, **kwargs: Any) -> str:
        self._writer.construct(self._owner, self._name, _call(kind, args, kwargs))
        return f"self.{self._owner}"

    def block(self, layer: BlockLayer, inputs: Sequence[TensorType | None], /) -> str:
        self._writer.construct(self._owner, self._name, self._writer.blocks.construct(layer, inputs))
        return f"self.{self._owner}"

    def inside(self, layer: BlockLayer, inputs: Sequence[TensorType | None], /) -> Mapping[str, TensorType]:
        return self._writer.blocks.inside(layer, inputs)

    def statement(self, text: str, /) -> None:
        self.lines.append(text)

    def local(self, name: str, /) -> str:
        while name in self._taken:
            name += "_"
        return name

    def initialize(self, function: str, weight: str, /, *args: Any, **kwargs: Any) -> None:
        if weight.partition("[")[0] in self._writer.scope.graph.nodes[self._owner].ties:
            return  # it is another layer's, with the initial values that are set there
        place = Value(attribute(self._owner, weight), TensorType(()))
        self._writer.initialize(self._owner, _call(f"nn.init.{function}", (place, *args), kwargs))

    def helper(self, name: str, text: str, /) -> str:
        self._writer.helpers[name] = text
        return name

    def function(self, name: str, code: str, text: Callable[[str], str], inputs: Types, outputs: Types, /) -> str:
        given = self._writer.functions.named(name, code, text)
        self._writer.functions.note(given, self._name, code, inputs, outputs)
        return given

    def text(self, value: Any, /) -> str:
        return literal(value, "self.")

    def factor(self, value: Any, /) -> str:
        text = self.text(value)
        return f"({text})" if isinstance(value, Symbolic) and not str(value).isidentifier() else text

    def built(self, function: str, /, *args: Any, **kwargs: Any) -> Value:
        return Value(_call(function, args, kwargs), TensorType(()))

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> str:
        return _call(function, args, kwargs, "self.")


def _call(function: str, args: Sequence[Any], kwargs: Mapping[str, Any], owner: str = "") -> str:
    parts = [literal(arg, owner) for arg in args]
    parts += [f"{key}={literal(arg, owner)}" for key, arg in kwargs.items()]
    return f"{function}({', '.join(parts)})"


class ClassWriter:
    """Collects the text of one class; a node constructs its module once, however often it is written."""

    def __init__(self, scope: Scope, blocks: Blocks, helpers: dict[str, str], functions: Functions) -> None:
        self.scope = scope
        self.blocks = blocks
        self.helpers = helpers
        self.functions = functions
        self._constructed: dict[str, Line] = {}
        self._initial: dict[str, dict[str, None]] = {}

    def construct(self, owner: str, node: str, text: str) -> None:
        """Note that ``__init__`` makes ``self.owner``."""
        line = Line(f"self.{owner} = {text}", owner)
        known = self._constructed.setdefault(owner, line)
        if known.text != line.text:
            raise DocumentError(
                f"'{node}' shares the weights of '{owner}', but needs {text} where '{owner}' is "
                f"{known.text.partition(' = ')[2]}; give both the same parameters and inputs."
            )

    def initialize(self, owner: str, text: str) -> None:
        """Note that ``__init__`` gives ``self.owner`` initial weights by the call ``text``."""
        self._initial.setdefault(owner, {})[text] = None

    def constructor(self, order: Sequence[str]) -> list[Line]:
        """The lines of ``__init__`` in the nodes' order; one that shares weights stands for their owner."""
        frozen, keeping = self._frozen(), self._keeping(order)
        made: dict[str, list[Line]] = {}
        for name in self._owners(order):
            lines = made[name] = [self._constructed[name]]
            lines += [Line(text, name) for text in self._initial.get(name, ())]
            lines += self._ties(name)
            if name in frozen:
                lines.append(Line(f"self.{name}.requires_grad_(False)", name))
            if name in keeping:
                lines.append(Line(keeping[name], name))
        return self._under_conditions(made, "")

    def _under_conditions(self, lines: Mapping[str, list[Line]], owner: str) -> list[Line]:
        """The lines of nodes, each under the condition under which it is there."""
        conditions = {name: literal(condition, owner) for name, condition in self.scope.conditions.items()}
        ends = {name: conditions_in(text) for name, text in conditions.items()}
        return written([Statement(own, ends.get(name, ())) for name, own in lines.items()])

    def train_method(self, order: Sequence[str]) -> list[list[Line]]:
        """The method ``train``, where there are frozen layers whose statistics it must not wake."""
        keeping = self._keeping(order)
        if not keeping:
            return []
        body = [
            Line('"""Frozen layers use their statistics and leave them as they are, also in training."""'),
            Line("super().train(mode)"),
            *self._under_conditions({name: [Line(text, name)] for name, text in keeping.items()}, "self."),
            Line("return self"),
        ]
        return [[Line("def train(self, mode=True):"), *indented(body)]]

    def _owners(self, order: Sequence[str]) -> list[str]:
        nodes = self.scope.graph.nodes
        owners = dict.fromkeys(nodes[name].shares or name for name in order)
        # What is tied stands behind what it is tied to, whose weight goes by the name it has there.
        found = dict.fromkeys(each for name in owners for each in (*givers(nodes[name]), name))
        return [name for name in found if name in self._constructed]

    def _ties(self, name: str) -> list[Line]:
        """The statements that have a module use the weights of others."""
        lines = []
        for key, text in self.scope.graph.nodes[name].ties.items():
            place = Place.read(text)
            if not all(_PATH.fullmatch(path) for path in (key, text)):  # it comes from a file, and becomes code
                raise DocumentError(f"'{name}' ties {shorten(key)} to {shorten(text)}, which do not name weights.")
            if place.node not in self._constructed:
                raise DocumentError(
                    f"'{name}' uses the weight '{text}', but nothing that is computed needs '{place.node}'; connect "
                    f"it, or give '{name}' a weight of its own."
                )
            lines.append(Line(f"{attribute(name, key)} = {attribute(*place)}", name))
        return lines

    def _frozen(self) -> set[str]:
        return {node.shares or name for name, node in self.scope.graph.nodes.items() if node.frozen}

    def _keeping(self, order: Sequence[str]) -> dict[str, str]:
        """For each frozen module with running statistics, the statement that has it keep them."""
        frozen, found = self._frozen(), dict[str, str]()
        for name in order:
            owner, layer = self.scope.graph.nodes[name].shares or name, self.scope.layers[name]
            if owner in found or owner not in frozen or owner not in self._constructed:
                continue
            types = input_types(self.scope.graph, self.scope.types, name)
            if all(weight.trainable for weight in self.blocks.state(layer, types).values()):
                continue
            if isinstance(layer, BlockLayer):
                self.helpers["_keep_statistics"] = _KEEP_STATISTICS
                found[owner] = f"_keep_statistics(self.{owner})"
            else:
                found[owner] = f"self.{owner}.eval()"
        return found
