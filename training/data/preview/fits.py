"""What a drawing would make of data: the field each Input and Target takes, what is done to it, what is refused."""

from __future__ import annotations

from compiler.to_python.source import Source, compile_source
from graph.document import Document
from graph.errors import LayerloomError
from graph.layers.io import Input, Target
from training.data.binding import field_of
from training.data.dataset import Dataset
from training.data.samples import bound, fit_samples
from training.errors import DataError
from training.protocol import Fit

# Data up to this size is tried as a whole; of larger data the first samples are.
_WHOLE = 64 * 2**20
_TRIED = 1000
NOTHING = "Nothing is drawn yet: add an Input and a Target that take these fields."


def fits_of(document: Document, dataset: Dataset) -> tuple[list[Fit], str]:
    """A line for every Input and Target, and what training would say of the data; "" where it would take it."""
    notes: dict[str, list[str]] = {}
    if not document.model.nodes:
        return [], NOTHING
    try:
        source = compile_source(document)
    except LayerloomError as error:
        return [_line(document, name, dataset, notes) for name in _ports(document)], str(error)
    said: list[str] = []
    fault, verdict = "", ""
    try:
        _try(document, source, dataset, said)
    except LayerloomError as error:
        fault, verdict = getattr(error, "node", ""), str(error)
    names = [*source.inputs, *source.targets] or _ports(document)
    for sentence in said:
        node = next((name for name in names if sentence.startswith(f"'{name}'")), "")
        notes.setdefault(node, []).append(sentence)
    if fault in names:
        notes.setdefault(fault, []).append(verdict)
    lines = [_line(document, name, dataset, notes, fault) for name in names]
    return lines, verdict


def _try(document: Document, source: Source, dataset: Dataset, said: list[str]) -> None:
    used, bindings = bound(document, source, dataset, said.append)
    size = sum(array.nbytes for fields in (used.training, used.validation, used.test) for array in fields.values())
    limit = None if size <= _WHOLE else _TRIED
    samples = fit_samples(document, source, document.training.data, used, bindings, said.append, limit)
    for binding in bindings:
        scale = samples.rule.scales.get(binding.node)
        told = any(sentence.startswith(f"'{binding.node}'") and "taken as it is" in sentence for sentence in said)
        if binding.is_input and binding.type.dtype == "float32" and (scale is None or scale.divisor == 1) and not told:
            said.append(f"'{binding.node}': the field '{binding.field}' is not scaled.")
    if limit is not None and len(next(iter(used.training.values()))) > limit:
        said.append(f"Tried on the first {limit:,} samples of each part; training looks at all of them.")


def _ports(document: Document) -> list[str]:
    nodes = document.model.nodes.values()
    return [node.name for kind in (Input, Target) for node in nodes if isinstance(node.layer, kind)]


def _line(document: Document, name: str, dataset: Dataset, notes: dict[str, list[str]], fault: str = "") -> Fit:
    node = document.model.node(name)
    types = document.types().get(name)
    declares = str(types[0]) if types else ""
    is_input, said = isinstance(node.layer, Input), list(notes.get(name, []))
    others = [port for port in _ports(document) if isinstance(document.model.node(port).layer, type(node.layer))]
    try:
        field = field_of(node, dataset, only=len(others) == 1)
    except DataError as error:
        said = said if str(error) in said else [*said, str(error)]
        return Fit(name, is_input, declares, "", said, True)
    return Fit(name, is_input, declares, field, said, name == fault)
