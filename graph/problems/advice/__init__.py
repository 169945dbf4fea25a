"""Amber advice about a drawing: what runs, but is unwise; each with its reason and, where there is one, a fix."""

from __future__ import annotations

from graph.document import Document
from graph.problems.advice.autoencoder import advise_bottleneck
from graph.problems.advice.classaxis import advise_class_axis
from graph.problems.advice.depth import advise_depth
from graph.problems.advice.neighbours import advise_neighbours
from graph.problems.advice.output_units import advise_output_unit
from graph.problems.advice.receptive import advise_receptive_field
from graph.problems.advice.unused import advise_steps, advise_unused
from graph.problems.advice.view import View
from graph.records import Problem


def advise(document: Document, graph: str = "") -> list[Problem]:
    """The advice for a drawing, in the order of its data flow; nodes that have no shape get none."""
    view = View(document, graph)
    found: list[Problem] = []
    for name in view.order:
        found += advise_neighbours(view, name)
        found += advise_steps(view, name)
        found += advise_class_axis(view, name)
        if name not in view.consumers:
            found += advise_output_unit(view, name)
            found += advise_unused(view, name)
    found += advise_bottleneck(view)
    found += advise_depth(view)
    found += advise_receptive_field(view)
    place = {name: at for at, name in enumerate(view.order)}
    return sorted(found, key=lambda problem: place[problem.node])


__all__ = ["advise"]
