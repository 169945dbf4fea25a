"""Weights in blocks by their full names, followed when what is in a block is renamed, grouped or unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from graph.blocks.index import UseIndex
from graph.errors import Fix, ShapeError
from graph.fields import shorten
from graph.layers.block import BlockLayer
from graph.modelgraph import ModelGraph
from graph.records import Node

Path = tuple[str, ...]
Moved = Mapping[Path, Path]


class Library(Protocol):
    """Where drawings are looked up, and nodes given other ties; a document is one."""

    @property
    def graphs(self) -> Mapping[str, ModelGraph]: ...

    @property
    def block_index(self) -> UseIndex: ...

    def set_ties(self, graph: str, node: str, ties: Mapping[str, str]) -> None: ...


def follow_ties(library: Library, graph: str, moved: Moved) -> None:
    """Have ties of drawings around ``graph`` name what is in it as it will be called.

    ``moved`` gives for paths from ``graph`` on those that take their place.
    """
    for key in sorted(library.block_index.around(graph) - {graph}):
        for node in list(library.graphs[key].nodes.values()):
            if node.ties:
                library.set_ties(key, node.name, _followed(library, key, node, graph, moved))


def moved_along(ties: Mapping[str, str], moved: Moved) -> dict[str, str]:
    """Ties of a graph whose own nodes moved: what they name by its path goes by the new one."""
    return {key: ".".join(moved_path(tuple(text.split(".")), moved)) for key, text in ties.items()}


def moved_path(path: Path, moved: Moved) -> Path:
    """A path with its longest beginning that moved in its new place."""
    for length in range(len(path), 0, -1):
        if path[:length] in moved:
            return (*moved[path[:length]], *path[length:])
    return path


def check_taken(graphs: Mapping[str, ModelGraph], graph: ModelGraph, name: str) -> None:
    """See that weights in a block can be those of others where it is used.

    Raises:
        ShapeError: what is in the block says otherwise.
    """
    node = graph.nodes[name]
    for weight in node.ties if isinstance(node.layer, BlockLayer) else ():
        fix = Fix(f"Give it a {shorten(weight)[1:-1]} of its own", "tie", {"weight": weight, "source": ""})
        for inner, part, rest in _inside(graphs, graph, (name, *weight.split("."))):
            others = [each.name for each in inner.tied_to(part) if f"{part}.{rest}".rstrip(".") in each.ties.values()]
            if others:
                raise ShapeError(
                    f"its {shorten(weight)} is tied to another weight, but in the block '{inner.key}' it is that of "
                    f"'{others[0]}', too; untie it there.",
                    fix=fix,
                )
            if inner.nodes[part].frozen:
                raise ShapeError(
                    f"its {shorten(weight)} is tied to another weight, but '{part}' is frozen in the block "
                    f"'{inner.key}'; freeze what it is tied to instead.",
                    fix=fix,
                )


def _inside(graphs: Mapping[str, ModelGraph], graph: ModelGraph, path: Path) -> Iterator[tuple[ModelGraph, str, str]]:
    """The nodes inside a block on the way to a weight, each behind its drawing, with the rest of the path."""
    node = graph.nodes.get(path[0])
    while node is not None and isinstance(node.layer, BlockLayer) and node.layer.definition in graphs:
        graph, path = graphs[node.layer.definition], path[2:] if path[1:] and path[1].isdigit() else path[1:]
        node = graph.nodes.get(path[0]) if path else None
        if node is not None:
            yield graph, node.name, ".".join(path[1:])


def _followed(library: Library, key: str, node: Node, graph: str, moved: Moved) -> dict[str, str]:
    def follow(path: Path) -> Path:
        return _walked(library, key, path, graph, moved)

    return {
        ".".join(follow((node.name, *weight.split(".")))[1:]): ".".join(follow(tuple(text.split("."))))
        for weight, text in node.ties.items()
    }


def _walked(library: Library, key: str, path: Path, graph: str, moved: Moved) -> Path:
    """The path from the graph ``key`` with what lies in ``graph`` under its new name."""
    done: Path = ()
    while path:
        if key == graph:
            return (*done, *moved_path(path, moved))
        node = library.graphs[key].nodes.get(path[0])
        if node is None or not isinstance(node.layer, BlockLayer) or node.layer.definition not in library.graphs:
            return (*done, *path)
        length = 2 if len(path) > 1 and path[1].isdigit() else 1
        done, path, key = (*done, *path[:length]), path[length:], node.layer.definition
    return done
