"""Which of the examples use a layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_USED = re.compile(r'"layer": "(\w+)"')


@cache
def users_in(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The drawings of a folder by the layers in them, those that use few kinds first: there a layer is seen best."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.loom")):
        found[path.stem] = set(_USED.findall(path.read_text(encoding="utf-8")))
    order = sorted(found, key=lambda name: (len(found[name]), name))
    kinds = sorted(set().union(*found.values()))
    return {kind: tuple(name for name in order if kind in found[name]) for kind in kinds}
