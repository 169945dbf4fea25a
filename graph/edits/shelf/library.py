"""Blocks as files: a drawing of one node, which uses the block; read and checked as any drawing is."""

from __future__ import annotations

from pathlib import Path

import msgspec

from graph.document import Document
from graph.edits.transplant import add_blocks
from graph.errors import DocumentError, FileError
from graph.layers.block import Block, BlockLayer
from graph.storage.loom import block_rows, load, read, save

SUFFIX = ".loom"


class _Notes(msgspec.Struct):
    notes: str = ""


def is_file(definition: str) -> bool:
    """Whether what is to be used is a file of a block, and not the name of one of the document's."""
    return definition.endswith(SUFFIX)


def bring(document: Document, path: str) -> str:
    """Add the block in a file to a document, with those it uses itself; what it is called there.

    One that the document has already, equal in all, is used as it is; another one of that name stays what it is.

    Raises:
        LayerloomError: the file cannot be read, or does not hold a block.
    """
    source = load(path)
    definition = _definition(source, path)
    inner = source.block_index.within({definition})
    names = add_blocks(document, {name: block_rows(source, name) for name in inner})
    return names[definition]


def as_document(document: Document, block: str) -> Document:
    """A block of a document as a drawing of its own."""
    made = Document(block)
    rows = {name: block_rows(document, name) for name in document.block_index.within({block})}
    with made.edit("Keep"):
        add_blocks(made, rows)
        made.model.add(Block.__name__, {"definition": block})
    return made


def keep(document: Document, block: str, path: Path) -> None:
    """Write a block of a document to a file.

    Raises:
        FileError: it cannot be written.
    """
    save(as_document(document, block), path)


def notes_of(path: str) -> str:
    """What a file says of its block; "" where it says nothing that can be read."""
    try:
        return msgspec.json.decode(read(path), type=_Notes).notes
    except (FileError, msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _definition(source: Document, path: str) -> str:
    layers = [node.layer for node in source.model.nodes.values()]
    if len(layers) == 1 and isinstance(layers[0], BlockLayer):
        return layers[0].definition
    raise DocumentError(f"{path} does not hold a block: its drawing must be one node that uses the block.")
