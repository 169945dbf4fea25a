"""A drawing with the weights of a run that may have been of an earlier state of it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from compiler.to_python.module import build
from compiler.to_python.source import Source
from compiler.to_python.state import own_state
from graph.document import Document
from training.checkpoints.checkpoint import read_weights
from training.errors import RunError
from training.runs.choices import Choice
from training.runs.fitting import Fit, fit
from training.runs.runs import read_document
from training.runs.tensors import Stored


class Fitted(NamedTuple):
    """A whole ``state_dict`` of a drawing, and how much of it comes from the run."""

    state: dict[str, Tensor]
    fit: Fit


def fitted_weights(document: Document, source: Source, choice: Choice) -> Fitted:
    """The weights of a run for every tensor of a drawing that they fit, by name, shape and dtype.

    What they do not fit stays as initialized, drawn from torch's generator. ``source`` is the drawing's.

    Raises:
        RunError: the run cannot be read, or none of its weights fit.
    """
    weights = read_weights(choice.path)
    found = fit(document, read_document(choice.run), {name: _kind(value) for name, value in weights.items()})
    if found.fresh and not found.loaded:
        raise RunError(
            f"None of the {found.total} tensors of this drawing are in the run {choice.run}; "
            "choose a run of this drawing, or ask for fresh weights."
        )
    if not found.fresh:
        return Fitted({name: weights[other] for name, other in found.loaded.items()}, found)
    state = own_state(build(source))
    with torch.no_grad():
        for name, other in found.loaded.items():
            state[name].copy_(weights[other])
    return Fitted(state, found)


def _kind(value: Tensor) -> Stored:
    return Stored(tuple(value.shape), str(value.dtype).removeprefix("torch."))
