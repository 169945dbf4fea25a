"""Checkpoints: weights as safetensors, what it takes to go on beside them; always a matching pair.

``last.safetensors`` names in its metadata the file with the optimizer's state that belongs to it, and is
replaced last: whenever a run is killed, one whole checkpoint is there.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.storage.atomic import reason, write_atomically
from training.errors import RunError
from training.runs.choices import BEST, LAST
from training.runs.runs import read_document, read_run

_STATE = "last.optimizer-{}.pt"


def save_best(run: Path, module: nn.Module) -> None:
    """Keep the weights as the best so far.

    Raises:
        FileError: they cannot be written; the earlier ones are intact.
    """
    write_atomically(run / BEST, to_bytes(_tensors(module)))


def save_last(run: Path, module: nn.Module, state: Mapping[str, Any], step: int) -> None:
    """Keep the weights and ``state``, all that training after ``step`` depends on.

    Raises:
        FileError: they cannot be written; the earlier checkpoint is intact.
    """
    name = _STATE.format(step)
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    write_atomically(run / name, buffer.getvalue())
    write_atomically(run / LAST, to_bytes(_tensors(module), {"state": name}))
    for path in run.glob(_STATE.format("*")):
        if path.name != name:
            path.unlink(missing_ok=True)


def load_last(run: Path, module: nn.Module) -> dict[str, Any] | None:
    """Put the last checkpoint's weights into ``module`` and give its state; nothing if the run never came to one.

    Raises:
        RunError: the checkpoint is damaged or lost, or is not of this module.
    """
    path = run / LAST
    if not path.exists():
        _check_without_epochs(run)
        return None
    load_weights(path, module)
    try:
        with safe_open(path, "pt") as file:
            name = (file.metadata() or {})["state"]
        state = torch.load(run / Path(name).name, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:  # there is no end of what torch.load raises for bytes it did not write
        raise damaged(run, error) from error
    if not isinstance(state, dict):
        raise damaged(run, TypeError(f"its state is of the type {type(state).__name__}"))
    return state


def damaged(run: Path, error: Exception) -> RunError:
    """What to say of a checkpoint that reading or using it failed with ``error``."""
    why = f"it has no {error}" if isinstance(error, KeyError) else _first_line(error)
    return RunError(f"The checkpoint of {run} is damaged ({why}); start a new run.")


def _check_without_epochs(run: Path) -> None:
    """Refuse to begin anew where that would write over what a run has learnt."""
    if (run / BEST).exists() or read_run(run).epochs:
        raise RunError(
            f"{run} cannot be resumed: it has finished epochs, but its checkpoint {LAST} is missing; put that file "
            "back, or start a new run."
        )


def load_weights(path: Path, module: nn.Module) -> None:
    """Put the weights of a file into ``module``.

    Raises:
        RunError: the file is damaged, or holds the weights of another drawing.
    """
    weights = read_weights(path)
    try:
        module.load_state_dict(weights)
    except RuntimeError as error:
        raise RunError(f"The weights {path} are of another drawing: {_last_line(error)}") from None


def read_weights(path: Path) -> dict[str, Tensor]:
    """The ``state_dict`` in a file.

    Raises:
        RunError: the file cannot be read, or is damaged.
    """
    try:
        return load_file(path)
    except OSError as error:
        raise RunError(f"The weights {path} cannot be read: {reason(error)}.") from None
    except SafetensorError as error:
        raise RunError(f"The weights {path} are damaged ({error}).") from None


def load_run_module(run: str | Path) -> nn.Module:
    """A run's drawing as a module with the best weights it has, ready for inference.

    Raises:
        RunError: there is no such run, or it has no weights yet.
        DocumentError: the drawing has a problem.
    """
    run = Path(run)
    module = build(compile_source(read_document(run)))
    load_weights(best_weights(run), module)
    return module.eval()


def has_weights(run: Path) -> bool:
    """Whether a run has come to a checkpoint, or to a best epoch."""
    return any((run / name).exists() for name in (BEST, LAST))


def best_weights(run: Path) -> Path:
    """The file with the best weights of a run.

    Raises:
        RunError: it has none yet.
    """
    path = next((run / name for name in (BEST, LAST) if (run / name).exists()), None)
    if path is None:
        raise RunError(f"{run} has no weights yet: its training ended before the first checkpoint.")
    return path


def _tensors(module: nn.Module) -> dict[str, Tensor]:
    return {key: value.detach().cpu().contiguous() for key, value in module.state_dict().items()}


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _last_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[-1].strip()
