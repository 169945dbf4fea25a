"""How pages of the manual, and what they lead to, are called: ``page/data#tables``, ``layer/ReLU``, ``example/mlp``."""

from __future__ import annotations

PAGE, LAYER, EXAMPLE = "page/", "layer/", "example/"
