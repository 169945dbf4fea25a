"""Trains a drawing with data from Python: the same loop as everywhere, and a run like any other."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from torch import nn

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.atomic import reason
from graph.storage.loom import dumps, loads
from training.checkpoints.checkpoint import load_run_module
from training.cli.reporter import Reporter, run_reported
from training.data.dataset import Fields
from training.errors import DataError
from training.protocol import TrainJob
from training.python.arrays import fields_from
from training.runs.origin import RUNS
from training.runs.runs import new_run_dir

DATA = "data"


class Trained(NamedTuple):
    """What a training came to.

    ``run`` is its folder, ``reason`` why it ended, ``results`` the figures of the best epoch on the samples that were
    held back, by name, ``seconds`` how long it took.
    """

    run: Path
    reason: str
    results: dict[str, Any]
    seconds: float

    def module(self) -> nn.Module:
        """The module with the best weights, in evaluation mode."""
        return load_run_module(self.run).eval()


def fit(
    document: Document,
    data: Any = None,
    *,
    validation: Any = None,
    test: Any = None,
    folder: str = "",
    drawing: Path | None = None,
    run_dir: str | Path | None = None,
    quiet: bool = False,
    **settings: Any,
) -> Trained:
    """Train a drawing; the document itself stays as it is.

    ``data`` is a mapping of fields to arrays, a tuple of arrays (Inputs, then Targets, as they are drawn), a map-style
    dataset, the text of the setting ``data``, or ``None`` for what the drawing says. ``validation`` a share to hold
    back, or samples of their own like ``data``; ``test`` such samples, too. Other names are training settings.
    Arrays are written into ``runs/data``, so that the run can be gone on with from anywhere.

    Raises:
        LayerloomError: a setting, the data or the drawing cannot be used, or training failed.
    """
    made = loads(dumps(document))
    if isinstance(validation, float | int):
        settings["validation"] = float(validation)
        validation = None
    root = Path(run_dir).parent if run_dir is not None else Path(RUNS)
    if data is None or isinstance(data, str):
        if validation is not None or test is not None:
            raise DataError("Samples of their own to validate or test on go with arrays; give data as arrays, too.")
        settings |= {} if data is None else {"data": data}
    else:
        settings["data"] = str(_write(made, data, {"val": validation, "test": test}, root / DATA))
    with made.edit("Settings"):
        made.set_training(**settings)
    run = Path(run_dir) if run_dir is not None else new_run_dir(root, made.name)
    home = folder if "data" not in settings else ""
    job = TrainJob(dumps(made), str(run), drawing=str(drawing or ""), folder=home)
    outcome = run_reported(job, Reporter(quiet))
    return Trained(run, str(outcome.get("reason", "")), outcome.get("results", {}), outcome.get("seconds", 0.0))


def _write(document: Document, data: Any, others: dict[str, Any], folder: Path) -> Path:
    """The file with the arrays; the same arrays make the same file, which is written once."""
    source = compile_source(document)
    nodes = document.model.nodes
    names = [str(getattr(nodes[name].layer, "field", "")) or name for name in (*source.inputs, *source.targets)]
    training = fields_from(data, names, "data")
    arrays = {f"{name}_train": array for name, array in training.items()}
    for part, given in others.items():
        if given is not None:
            found = fields_from(given, names, {"val": "validation data", "test": "test data"}[part])
            if found.keys() != training.keys():
                raise DataError(f"The {part} data has the fields {', '.join(found)}, the data {', '.join(training)}.")
            arrays |= {f"{name}_{part}": array for name, array in found.items()}
    return _written_once(arrays, folder)


def _written_once(arrays: Fields, folder: Path) -> Path:
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(msgspec.json.encode([name, array.dtype.str, list(array.shape)]))
        digest.update(np.ascontiguousarray(array).data)
    path = (folder / f"{digest.hexdigest()[:16]}.npz").resolve()
    draft = path.with_name(f"{path.stem}.{os.getpid()}.draft.npz")
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            np.savez(draft, allow_pickle=False, **arrays)
            draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise DataError(f"The arrays cannot be written to {path}: {reason(error)}.") from None
    return path
