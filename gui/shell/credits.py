"""What Layerloom is made with: the packages that are installed here, with their versions and licences."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from typing import NamedTuple

PACKAGES = (
    *("PySide6_Essentials", "torch", "networkx", "pyqtgraph", "onnx", "onnx-ir", "onnxruntime", "numpy", "msgspec"),
    *("pillow", "polars", "scikit-learn", "scipy", "safetensors", "typer", "rich", "soundfile", "optuna", "onnxscript"),
    "tokenizers",
)
_LONGEST = 60


class Credit(NamedTuple):
    """A package as it says it is."""

    name: str
    version: str
    licence: str


def own_version() -> str:
    """Layerloom's own version, as it is installed; "" where it runs from a folder."""
    try:
        return str(metadata("layerloom")["Version"])
    except PackageNotFoundError:
        return ""


def packages() -> Iterator[Credit]:
    """The packages that are there; some are optional."""
    for name in PACKAGES:
        try:
            found = metadata(name)
        except PackageNotFoundError:
            continue
        yield Credit(found["Name"], found["Version"], _licence(found))


def _licence(found: PackageMetadata) -> str:
    """Its SPDX expression, else what its classifiers or its own words say in a line."""
    if "License-Expression" in found:
        return str(found["License-Expression"])
    named = [text.rpartition(" :: ")[2] for text in found.get_all("Classifier") or [] if text.startswith("License :: ")]
    if named:
        return ", ".join(named)
    lines = (found.get_all("License") or [""])[0].strip().splitlines()
    return lines[0][:_LONGEST] if lines else "see its files"
