"""Which parts of a module have their weights put together by themselves: blocks, and layers outside of blocks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from torch import nn

from compiler.to_python.source import Source

_DRAWN = "layerloom_"  # the module in which generated code says that it is


def units_of(module: nn.Module, source: Source) -> list[nn.Module]:
    """Blocks within which there is no other, and layers that are in no such block.

    A weight is whole only while its unit is being called: a layer whose weights are used from elsewhere, as tied ones
    are, is not a unit and in none, but in one that has both. Those of layers outside of all units are whole during all
    of a step.
    """
    looked = _looked_into(module, source)
    owners: dict[int, set[nn.Module]] = {}
    for part in module.modules():
        for weight in part.parameters(recurse=False):
            owners.setdefault(id(weight), set()).add(part)

    def holds_all(part: nn.Module) -> bool:
        inside = set(part.modules())
        own = all(owners[id(weight)] <= inside for weight in part.parameters())
        return own and all(looked.get(each, set()) <= inside for each in inside)

    def within(part: nn.Module) -> Iterator[nn.Module]:
        for child in part.children():
            if not _is_around_others(child) and holds_all(child):
                yield child
            elif _is_drawn(child):
                yield from within(child)

    found = dict.fromkeys(within(module))
    return [part for part in found if any(True for _ in part.parameters())]


def _is_drawn(part: nn.Module) -> bool:
    return type(part) is nn.Sequential or type(part).__module__.startswith(_DRAWN)


def _is_around_others(part: nn.Module) -> bool:
    """Whether it is a row of layers, or a block with blocks in it."""
    inside = (type(each).__module__ for each in part.modules() if each is not part)
    return type(part) is nn.Sequential or any(name.startswith(_DRAWN) for name in inside)


def _looked_into(module: nn.Module, source: Source) -> dict[nn.Module, set[nn.Module]]:
    """The layers of which generated code uses more than the call, and which modules do so."""
    classes = {node.name: node for node in ast.parse(source.text).body if isinstance(node, ast.ClassDef)}
    found: dict[nn.Module, set[nn.Module]] = {}
    for part in module.modules():
        written = classes.get(type(part).__name__) if _is_drawn(part) else None
        for method in written.body if written else ():
            if isinstance(method, ast.FunctionDef) and method.name != "__init__":
                for layer in _Looks(part, method).found:
                    found.setdefault(layer, set()).add(part)
    return found


class _Looks(ast.NodeVisitor):
    """Finds what the code of a method uses of layers, but for calling them."""

    def __init__(self, owner: nn.Module, method: ast.FunctionDef) -> None:
        self._owner = owner
        self.found: set[nn.Module] = set()
        self.visit(method)

    def visit_Call(self, node: ast.Call) -> None:
        called = self._named(node.func)
        if not called:
            self.visit(node.func)
        elif isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            self.found |= set(called)  # past the layer that holds it
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.visit(argument)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        for layer in self._named(node):  # handed on whole, to whoever may look into it
            self.found |= set(layer.modules())
        for layer in self._named(node.value):
            if layer is not self._owner and not isinstance(getattr(layer, node.attr, None), nn.Module):
                self.found.add(layer)
        self.generic_visit(node.value)

    def _named(self, node: ast.AST) -> list[nn.Module]:
        """The layers that an expression such as ``self.block.layers[0]`` may be."""
        match node:
            case ast.Name(id="self"):
                return [self._owner]
            case ast.Attribute(value=value, attr=name):
                parts: Mapping[nn.Module, object] = {layer: getattr(layer, name, None) for layer in self._named(value)}
                return [part for part in parts.values() if isinstance(part, nn.Module)]
            case ast.Subscript(value=value):
                return [child for layer in self._named(value) for child in layer.children()]
        return []
