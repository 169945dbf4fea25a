"""Checkpoints: weights as safetensors, what it takes to go on beside them; always a matching pair.

``last.safetensors`` names in its metadata the file with the optimizer's state that belongs to it, and is
replaced last: whenever a run is killed, one whole checkpoint is there.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load, load_file, save as to_bytes
from torch import Tensor, nn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from compiler.to_python.state import load_state
from graph.fields import printable
from graph.storage.atomic import reason, write_atomically
from training.checkpoints.checked import check_weights
from training.errors import RunError
from training.runs.choices import BEST, LAST
from training.runs.runs import read_document

_STATE = "last.optimizer-{}.pt"


def save_best(run: Path, weights: Mapping[str, Tensor]) -> None:
    """Keep weights, as ``own_state`` gives them, as the best so far.

    Raises:
        FileError: they cannot be written; the earlier ones are intact.
    """
    write_atomically(run / BEST, to_bytes(_plain(weights)), follow=False)


def save_last(run: Path, weights: Mapping[str, Tensor], state: Mapping[str, Any], step: int) -> None:
    """Keep the weights, as ``own_state`` gives them, and ``state``, all that training after ``step`` depends on.

    Raises:
        FileError: they cannot be written; the earlier checkpoint is intact.
    """
    name = _STATE.format(step)
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    write_atomically(run / name, buffer.getvalue(), follow=False)
    write_atomically(run / LAST, to_bytes(_plain(weights), {"state": name}), follow=False)
    _clear_states(run, name)


def _clear_states(run: Path, kept: str) -> None:
    """Remove states of earlier checkpoints, and one that a kill has kept from its weights."""
    for path in run.glob(_STATE.format("*")):
        if path.name != kept and (path.is_symlink() or path.is_file()):
            path.unlink(missing_ok=True)


def load_last(run: Path, module: nn.Module) -> dict[str, Any]:
    """Put the last checkpoint's weights into ``module`` and give its state.

    Raises:
        RunError: the checkpoint is damaged or lost, or is not of this module.
    """
    path = run / LAST
    load_weights(path, module)
    try:
        name = _metadata(path)["state"]
        state = _read_state(run / Path(name).name)
    except MemoryError:
        raise
    except Exception as error:  # there is no end of what torch.load raises for bytes it did not write
        raise damaged(run, error) from error
    if not isinstance(state, dict):
        raise damaged(run, TypeError(f"its state is of the type {type(state).__name__}"))
    _clear_states(run, Path(name).name)
    return state


def _read_state(path: Path) -> Any:
    """What ``save_last`` wrote with torch, which itself looks neither at checksums nor at what a file unpacks to."""
    if not path.is_file():
        raise ValueError(f"its {path.name} is missing")
    with zipfile.ZipFile(path) as archive:
        if any(record.compress_type != zipfile.ZIP_STORED for record in archive.infolist()):
            raise ValueError("it is compressed")
        if archive.testzip() is not None:
            raise ValueError("its checksum is wrong")
    with path.open("rb") as file:
        return torch.load(file, map_location="cpu", weights_only=True)


def _metadata(path: Path) -> dict[str, str]:
    """The notes in a file of weights, which ``read_weights`` has found to be sound."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = msgspec.json.decode(file.read(length), type=_Header)
    return header.notes


class _Header(msgspec.Struct):
    notes: dict[str, str] = msgspec.field(name="__metadata__", default_factory=dict)


def damaged(run: Path, error: Exception) -> RunError:
    """What to say of a checkpoint that reading or using it failed with ``error``."""
    why = f"it has no {error}" if isinstance(error, KeyError) else _first_line(error)
    return RunError(f"The checkpoint of {run} is damaged ({why}); start a new run.")


@contextmanager
def undamaged(run: Path) -> Iterator[None]:
    """Say of a checkpoint that cannot be used, whatever goes wrong with it, that it is damaged."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError):
        raise
    except Exception as error:
        raise damaged(run, error) from error


def load_weights(path: Path, module: nn.Module) -> None:
    """Put the weights of a file into ``module``.

    Raises:
        RunError: the file is damaged, or holds the weights of another drawing.
    """
    weights = read_weights(path)
    try:
        check_weights(weights, module)
        load_state(module, weights)
    except (RuntimeError, ValueError) as error:
        raise RunError(f"The weights {path} are of another drawing: {_last_line(error)}") from None


def read_weights(path: Path) -> dict[str, Tensor]:
    """The ``state_dict`` in a file.

    Raises:
        RunError: the file cannot be read, or is damaged.
    """
    if path.exists() and not path.is_file():
        raise RunError(f"The weights {path} cannot be read: that is not a file.")
    try:
        return load_file(path) if _is_text(str(path)) else load(path.read_bytes())
    except OSError as error:
        raise RunError(f"The weights {path} cannot be read: {reason(error)}.") from None
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, RuntimeError) as error:
        raise RunError(f"The weights {path} are damaged ({_first_line(error)}).") from None


def _is_text(path: str) -> bool:
    """Whether a path is UTF-8: safetensors opens no other."""
    return path == path.encode(errors="replace").decode()


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


def has_last(run: Path) -> bool:
    """Whether a run has a checkpoint to go on from."""
    return (run / LAST).exists()


def best_weights(run: Path) -> Path:
    """The file with the best weights of a run.

    Raises:
        RunError: it has none yet.
    """
    path = next((run / name for name in (BEST, LAST) if (run / name).exists()), None)
    if path is None:
        raise RunError(f"{run} has no weights yet: its training ended before the first checkpoint.")
    return path


def _plain(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: value.detach().cpu().contiguous() for key, value in weights.items()}


def _first_line(error: BaseException) -> str:
    return printable((str(error).strip().splitlines() or [type(error).__name__])[0].rstrip("."))


def _last_line(error: BaseException) -> str:
    return printable(str(error).strip().splitlines()[-1].strip())
