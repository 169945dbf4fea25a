"""The pages of PyTorch's documentation: each is of something that there is."""

from __future__ import annotations

from operator import attrgetter

import pytest
import torch

from graph.analysis.documentation import called_by, page_of
from graph.catalog import catalog


@pytest.mark.parametrize("kind", catalog())
def test_what_a_layer_calls_is_pytorchs_own(kind: str) -> None:
    cls = catalog()[kind]
    name = called_by(cls)
    if hasattr(torch.nn, kind) and kind not in ("Identity", "Parameter"):
        assert name
    if name:
        assert attrgetter(name.removeprefix("torch."))(torch)
        assert page_of(cls) == f"https://docs.pytorch.org/docs/stable/generated/{name}.html"
    else:
        assert page_of(cls) == ""
