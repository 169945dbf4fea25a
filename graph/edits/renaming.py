"""Other names for blocks and their parameters, wherever they are used; each is one undo step."""

from __future__ import annotations

import msgspec

from graph.blocks.uses import uses
from graph.document import Document
from graph.edits.kept import follow_sweep, name_of
from graph.edits.setting.usage import ARGUMENT
from graph.edits.transplant import adapted
from graph.errors import DocumentError
from graph.layers.block import BlockLayer
from graph.storage.loom import block_rows, fill


def rename_block(document: Document, old: str, new: str) -> None:
    """Give a block another name.

    Raises:
        DocumentError: there is no such block, or the name is taken or unusable.
    """
    if old not in document.definitions:
        raise DocumentError(f"There is no block '{old}'.")
    if new == old:
        return
    with document.edit(f"Rename block {old}"):
        fill(document.add_block(new, document.definitions[old].parameters), block_rows(document, old))
        for graph, node in list(uses(document, old)):
            graph.replace(node.name, msgspec.structs.replace(node.layer, definition=new))
        follow_sweep(document, old, new, {name: name for name in document.graphs[old].nodes})
        document.remove_block(old)


def rename_parameter(document: Document, block: str, old: str, new: str) -> None:
    """Give a block's parameter another name, in its expressions and where the block is used.

    Raises:
        LayerloomError: there is no such block or parameter, or the name is taken or unusable.
    """
    parameters = dict(document.definitions[block].parameters)
    if old not in parameters:
        raise DocumentError(f"The block '{block}' has no parameter '{old}'.")
    if new == old:
        return
    if new in parameters:
        raise DocumentError(f"The block '{block}' already has a parameter '{new}'; names are unique.")
    graph = document.graphs[block]
    with document.edit(f"Rename parameter {old} of {block}"):
        document.set_block(block, {**parameters, new: parameters[old]})
        for row in block_rows(document, block).nodes:
            changed = adapted(row, {}, {old: new})
            values = {key: value for key, value in changed.parameters.items() if value != row.parameters[key]}
            if values:
                graph.set(row.name, **values)
            graph.condition(row.name, changed.when)
        for drawing, node in list(uses(document, block)):
            assert isinstance(node.layer, BlockLayer)
            arguments = {new if key == old else key: value for key, value in node.layer.arguments.items()}
            drawing.set(node.name, arguments=arguments)
            _follow_sweep(document, name_of(drawing.key, node.name), old, new)
        document.set_block(block, {new if key == old else key: value for key, value in parameters.items()})


def _follow_sweep(document: Document, user: str, old: str, new: str) -> None:
    """Have the sweep vary what a use of a block gives for a parameter by its new name."""
    names = {f"{user}.{before}{old}": f"{user}.{before}{new}" for before in ("", ARGUMENT)}
    if any(axis.name in names for axis in document.sweep.over):
        document.set_setting("sweep", document.sweep.with_names(names))
