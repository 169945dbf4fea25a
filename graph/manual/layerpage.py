"""The page on a kind of layer: what its class says, what its text adds, and where else to look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from graph.analysis.documentation import called_by, page_of
from graph.catalog import catalog
from graph.fields import Field, fields_of
from graph.layer import Layer
from graph.manual.addresses import EXAMPLE, LAYER
from graph.manual.entries import Entry, entry_of
from graph.manual.examples import users_in
from graph.manual.facts import default_of, described, example_of, input_names
from graph.manual.markdown import anchor_of, spans
from graph.manual.page import (
    Formula,
    Heading,
    Item,
    Page,
    Paragraph,
    Part,
    Picture,
    Span,
    Table,
    Text,
    words,
)

SCALAR = "()"
MAX_EXAMPLES = 8
_PARAMETER = re.compile(r"\b[a-z]+(?:_[a-z\d]+)+\b(?:=[\w.\"]+)?")
# What each sort of picture shows; without words for one, it is the layer with its shapes.
CAPTIONS = {
    "": "With usual inputs.",
    "attention": "How the values are weighed.",
    "bars": "Five scores, and what becomes of them.",
    "cell": "One step: the same weights at every step.",
    "curve": "At the defaults; the dashed line is the slope, which is what training goes by.",
    "dense": "Each output is a sum over all inputs.",
    "drop": "One batch in training; crossed out is what is zero this time.",
    "flow": "How it is used, or what is inside.",
    "lookup": "Each index picks its row.",
    "mask": "A matrix of 6 by 6.",
    "norm": "Coloured is what one mean and one variance are taken of.",
    "positions": "What is added, from -1, pale, to 1.",
    "unrolled": "Three steps: the same weights at every step, the state handed on.",
    "window": "With numbers: coloured is what comes of what.",
}


def layer_page(kind: str, examples: Path) -> Page:
    """The page on a kind of layer; ``examples`` is the folder of drawings that it is looked for in."""
    cls, entry = catalog()[kind], entry_of(kind)
    parts = (
        *_head(cls, entry),
        *_formula(entry),
        *_when(entry),
        *_parameters(cls),
        *_shapes(cls),
        *_papers(entry),
        *_elsewhere(cls, entry, users_in(examples).get(kind, ())),
    )
    return Page(f"{LAYER}{kind}", kind, parts)


def _head(cls: type[Layer], entry: Entry) -> Iterator[Part]:
    yield Heading(1, words(cls.__name__), anchor_of(cls.__name__))
    called = called_by(cls)
    name = (Span(" · "), Span(called, "code")) if called else ()
    yield Paragraph((Span(cls.category), *name), muted=True)
    first, *others = described(cls)
    yield Paragraph(spans(first))
    yield Picture(entry.picture, cls.__name__, CAPTIONS[entry.picture.partition(" ")[0]])
    for paragraph in others:
        yield Paragraph(spans(paragraph))


def _when(entry: Entry) -> Iterator[Part]:
    if entry.when:
        yield _heading("When to use it")
        yield Paragraph(_told(entry.when))


def _formula(entry: Entry) -> Iterator[Part]:
    if not (entry.formulas or entry.without):
        return
    yield _heading("Formula")
    if entry.without:
        yield Paragraph(words(f"None: {entry.without}"))
    for source in entry.formulas:
        yield Formula(source)
    if entry.meaning:
        yield Paragraph(_told(entry.meaning))


def _parameters(cls: type[Layer]) -> Iterator[Part]:
    shown = [field for field in fields_of(cls).values() if not field.hidden]
    yield _heading("Parameters")
    if not shown:
        yield Paragraph(words("It has none."))
        return
    head = tuple(map(words, ("parameter", "default", "accepts", "meaning")))
    yield Table(head, tuple(map(_row, shown)))


def _row(field: Field) -> tuple[Text, ...]:
    default = default_of(field)
    written = (Span(default, "code"),) if default else words("empty")
    return ((Span(field.name, "code"),), written, words(field.expected()), words(field.description))


def _shapes(cls: type[Layer]) -> Iterator[Part]:
    yield _heading("Shapes")
    if cls.role == "block":
        yield Paragraph(words("Inputs and outputs are those of the block that is used."))
        return
    layer = cls()
    for name, optional in input_names(cls):
        note = layer.port_note(name)
        told = f"{', may stay open' if optional else ''}{f': {note}' if note else ''}"
        yield Item((Span("input "), Span(name, "code"), Span(told)))
    for name in layer.output_names():
        yield Item((Span("output "), Span(name, "code")))
    example = example_of(cls)
    if example and not example.inputs:
        yield Paragraph((Span("With its defaults it gives "), *_types(example.outputs), Span(".")))
    elif example:
        verb = " becomes " if len(example.inputs) == 1 else " become "
        become = (Span(verb), *_types(example.outputs)) if example.outputs else ()
        count = f"; {example.parameters:,} parameters" if example.parameters else ""
        yield Paragraph((Span("For example, "), *_types(example.inputs), *become, Span(f"{count}.")))


def _types(types: tuple[str, ...]) -> Text:
    found: list[Span] = []
    for each in types:
        found += [Span(", " if found else ""), Span("one number") if each == SCALAR else Span(each, "code")]
    return tuple(found[1:])


def _papers(entry: Entry) -> Iterator[Part]:
    if not entry.papers:
        return
    first = entry.papers[0]
    if first.startswith("none; "):
        reason = first.removeprefix("none; ")
        yield _heading("Source")
        yield Paragraph(words(f"{reason[0].upper()}{reason[1:]}"))
        return
    yield _heading("Papers" if len(entry.papers) > 1 else "Paper")
    for paper in entry.papers:
        yield Item(words(paper))


def _elsewhere(cls: type[Layer], entry: Entry, examples: tuple[str, ...]) -> Iterator[Part]:
    page = page_of(cls)
    if not (entry.related or page or examples):
        return
    yield _heading("See also")
    if entry.related:
        yield Item((Span("Layers: "), *_listed([Span(kind, link=f"{LAYER}{kind}") for kind in entry.related])))
    if page:
        yield Item((Span("PyTorch: "), Span(called_by(cls), link=page)))
    if examples:
        shown = [Span(name, link=f"{EXAMPLE}{name}") for name in islice(examples, MAX_EXAMPLES)]
        more = len(examples) - len(shown)
        rest = words(f", and {more} more") if more else ()
        yield Item((Span("Examples: "), *_listed(shown), *rest))


def _listed(spans: list[Span]) -> Text:
    found: list[Span] = []
    for span in spans:
        found += [Span(", "), span] if found else [span]
    return tuple(found)


def _told(text: str) -> Text:
    """A text with the names of parameters as code: they are the words with a line in them."""
    return spans(_PARAMETER.sub(r"`\g<0>`", text))


def _heading(text: str) -> Heading:
    return Heading(2, words(text), anchor_of(text))
