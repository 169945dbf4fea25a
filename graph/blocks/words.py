"""Which words a parameter of a block may be: those that every field inside takes that it is used in."""

from __future__ import annotations

from graph.blocks.expansion import Library
from graph.fields import fields_of
from graph.layers.block import BlockLayer


def words_for(library: Library, definition: str, parameter: str) -> tuple[str, ...]:
    """The words that fields of layers set to a parameter have in common, also within inner blocks; none if unknown."""
    found: list[tuple[str, ...]] = []
    for node in library.graphs[definition].nodes.values():
        fields = fields_of(type(node.layer))
        found += [fields[key].choices for key, written in node.expressions.items() if written == parameter]
        if isinstance(node.layer, BlockLayer):
            passed = [key for key, value in node.layer.arguments.items() if value == parameter]
            found += [words_for(library, node.layer.definition, key) for key in passed]
    known = [choices for choices in found if choices]
    first = known[0] if known else ()
    return tuple(word for word in first if isinstance(word, str) and all(word in choices for choices in known))
