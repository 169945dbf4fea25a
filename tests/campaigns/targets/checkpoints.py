"""Checkpoints: a run that is resumed from damaged weights or a damaged state."""

from __future__ import annotations

import copy
import io
import json
import queue
import shutil
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import torch

from graph.recipe.optimizers import SGD, Adam, NAdam, RMSprop
from graph.storage.loom import dumps
from tests.campaigns.mutations import Files, as_text, damaged_bytes, damaged_json, strange
from tests.campaigns.target import Target, at_random, check_sentence
from tests.support.training_drawings import classifier
from training.protocol import Failed, TrainJob
from training.worker.jobs import run_job

OPTIMIZERS = {"adam": Adam(), "sgd": SGD(), "rmsprop": RMSprop(momentum=0.5), "nadam": NAdam()}


class Checkpoints(Target):
    """``last.safetensors`` and the state beside it."""

    name = "checkpoint"
    weight = 2

    def __init__(self, folder: Path) -> None:
        self._runs: dict[str, Files] = {}
        for name, optimizer in OPTIMIZERS.items():
            run = folder / name
            run_job(TrainJob(_drawn(name, 1), str(run)), lambda _: None, queue.Queue())
            self._runs[name] = {path.name: path.read_bytes() for path in run.iterdir()}
            assert optimizer
            shutil.rmtree(run)

    def case(self, random: Random) -> Files:
        name = random.choice(list(self._runs))
        files = dict(self._runs[name])
        state = next(file for file in files if file.endswith(".pt"))
        make = at_random(random, (4, _with_other_values), (2, _with_other_code), (1, damaged_bytes))
        files[state] = make(random, files[state]) if random.random() < 0.75 else files[state]
        if files[state] == self._runs[name][state] or random.random() < 0.1:
            make = at_random(random, (2, _with_other_header), (1, damaged_bytes))
            files["last.safetensors"] = make(random, files["last.safetensors"])
        if random.random() < 0.05:
            files.pop(random.choice(list(files)))
        return {**files, "optimizer": name.encode()}

    def feed(self, folder: Path) -> None:
        name = (folder / "optimizer").read_text()
        (folder / "optimizer").unlink()
        events: list[Any] = []
        run_job(TrainJob(_drawn(name, 2), str(folder), True), events.append, queue.Queue())
        if isinstance(events[-1], Failed):
            check_sentence(events[-1].message)


def _drawn(name: str, epochs: int) -> str:
    return dumps(classifier(epochs=epochs, batch_size=512, optimizer=OPTIMIZERS[name], device="cpu"))


def _saved(value: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def _with_other_values(random: Random, content: bytes) -> bytes:
    """A state that torch reads, of other tensors, numbers and names."""
    state = torch.load(io.BytesIO(content), weights_only=True)
    for _ in range(random.choice((1, 1, 2, 4))):
        holder, key = random.choice(_places({"": state}))
        _change(random, state, holder, key)
    return _saved(state)


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]


def _change(random: Random, state: Any, holder: Any, key: Any) -> None:
    old = holder[key]
    match random.randrange(6):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[random.choice((7, -1, "0", (1, 2), 0.5, None, "x"))] = old
        case 2 if isinstance(holder, dict):
            other, name = random.choice(_places({"": state}))
            holder[key] = copy.deepcopy(other[name])
        case _:
            holder[key] = _other_tensor(random, old) if isinstance(old, torch.Tensor) else strange(random)


def _other_tensor(random: Random, value: torch.Tensor) -> Any:
    flat = value.flatten()
    return random.choice(
        (
            lambda: flat[: flat.numel() // 2].clone(),
            lambda: flat[::2],
            lambda: torch.cat([flat, flat]),
            lambda: value.double(),
            lambda: value.half(),
            lambda: value.to(torch.int8),
            lambda: value.bool(),
            lambda: value.to(torch.complex64),
            lambda: value.mT if value.dim() > 1 else flat.flip(0),
            lambda: torch.zeros([1] * value.dim(), dtype=value.dtype).expand(value.shape),
            lambda: torch.as_strided(torch.zeros(100_000, dtype=value.dtype), value.shape, [3] * value.dim()),
            lambda: value.to("meta"),
            lambda: torch.zeros(0, dtype=value.dtype),
            lambda: torch.full_like(value, 255),
            lambda: value * float("nan") if value.is_floating_point() else value,
            lambda: -value if value.dtype != torch.uint8 else value,
            lambda: torch.nn.Parameter(value.double()),
            lambda: value.tolist(),
            lambda: None,
        )
    )()


def _with_other_code(random: Random, content: bytes) -> bytes:
    """A file whose checksums are right and whose pickle is not."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(file, "w") as archive:
        for record in sound.infolist():
            part = sound.read(record)
            changed = record.filename.endswith("data.pkl") or random.random() < 0.05
            archive.writestr(record.filename, damaged_bytes(random, part) if changed else part)
    return file.getvalue()


def _with_other_header(random: Random, content: bytes) -> bytes:
    length = int.from_bytes(content[:8], "little")
    header = as_text(random, damaged_json(random, json.loads(content[8 : 8 + length])))
    size = random.choice((len(header), len(header), len(header), length, 2**63, 0))
    return size.to_bytes(8, "little") + header + content[8 + length :]
