"""What a device is held to: examples train on it as they do on the CPU, go on to the last bit, and become ONNX.

make device
.venv/bin/python -m tests.campaigns.device --device cuda --seconds 300
"""

from __future__ import annotations

import argparse
import queue
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import dumps, loads
from tests.support.stopped_runs import kept, same, stopped_at
from training.checkpoints.checkpoint import load_run_module
from training.protocol import (
    EpochEnded,
    EvaluateJob,
    Event,
    Failed,
    Job,
    Notice,
    Progress,
    RangeJob,
    ResultsJob,
    Started,
    TrainJob,
)
from training.worker.jobs import run_job

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TRAINED = (
    "mlp_regression lenet5 batchnorm_cnn residual_block resnet20_cifar unet_small autoencoder vae dcgan gru_rows "
    "bilstm_tagger drawn_lstm rnn_many_to_many seq2seq_attention transformer_encoder gpt_small captioning detector "
    "siamese wavenet cnn_3d"
).split()
LARGE = ("resnet18", "unet", "mobilenet_v2")
WAYS: list[dict[str, Any]] = [
    {},
    {"augmentation": "flip, translate, noise, mixup"},
    {"accumulation": 2, "averaging": "EMA", "clipping": "ClipNorm", "weight_noise": 0.01},
    {"optimizer": "Muon", "schedule": "Cosine"},
    {"precision": "bfloat16", "speedups": "tried"},
]


def example(name: str, **settings: Any) -> Document:
    document = loads((EXAMPLES / f"{name}.loom").read_text())
    with document.edit("Settings"):
        document.set_training(**{"epochs": 1, "metrics": "few", **settings})
    return document


def trained(document: Document, run: Path, resume: bool = False) -> list[Event]:
    return done(TrainJob(dumps(document), str(run), resume, folder=str(EXAMPLES)))


def stopped(document: Document, run: Path, steps: int) -> list[Event]:
    """Train so many steps."""
    with pytest.MonkeyPatch.context() as patch:
        stopped_at(steps, patch)
        return trained(document, run)


def losses(events: list[Event]) -> list[float]:
    found = [loss for event in events if isinstance(event, Progress) for loss in event.losses]
    return [loss for loss in found if loss is not None]


def like_the_cpu(name: str, device: str, folder: Path) -> str:
    """The first losses of a training, beside those of the CPU; the first is that of the very same weights."""
    rows = [losses(stopped(example(name, device=kind), folder / str(at), 6)) for at, kind in enumerate(("cpu", device))]
    off = [abs(a - b) / max(abs(a), 1e-3) for a, b in zip(*rows, strict=False)]
    random = any(word in compile_source(example(name)).text for word in ("ropout", "randn", "Transformer"))
    if not off or (off[0] > 2e-3 and not random):
        raise AssertionError(f"its losses are {rows[1]}, those of the CPU {rows[0]}")
    return f"losses off by {max(off):.1e} ({len(off)} steps)"


def goes_on(name: str, device: str, way: dict[str, Any], folder: Path) -> str:
    """A training that is stopped and gone on with, beside one in one piece."""
    document = example(name, device=device, **way)
    events = trained(document, folder / "whole")
    told = any("in the same order every time" in event.message for event in events if isinstance(event, Notice))
    stopped(document, folder / "parts", 5)
    trained(document, folder / "parts", resume=True)
    if same(kept(folder / "whole"), kept(folder / "parts")):
        return "the same bits"
    if not told:
        raise AssertionError("it goes on to other bits")
    return "other bits, as was told"


def used(name: str, device: str, folder: Path) -> str:
    """The weights of a run on the device are those of any other: evaluated there, and computed with on the CPU."""
    events = trained(example(name, device=device), folder / "run")
    told = next(event for event in events if isinstance(event, Started))
    ended = next(event for event in events if isinstance(event, EpochEnded))
    done(EvaluateJob(str(folder / "run")))
    done(ResultsJob(str(folder / "run")))
    done(RangeJob(dumps(example(name, device=device)), str(EXAMPLES)))
    load_run_module(folder / "run")
    memory = max((event.memory or 0 for event in events if isinstance(event, Progress)), default=0)
    said = [event.message for event in events if isinstance(event, Notice)]
    return f"on {told.device}, {ended.validation}, {said}, {memory / 2**20:.0f} MiB"


def done(job: Job) -> list[Event]:
    """Do a job that is to succeed."""
    events: list[Event] = []
    run_job(job, events.append, queue.Queue())
    for event in events:
        if isinstance(event, Failed):
            raise AssertionError(f"{event.message}\n{event.traceback[-1500:]}")
    return events


def grown(name: str, device: str, folder: Path) -> str:
    """A training whose numbers grow beyond all bounds ends with the place where that began."""
    document = example(name, device=device, optimizer="SGD", learning_rate=1000.0, epochs=20)
    events: list[Event] = []
    run_job(TrainJob(dumps(document), str(folder / "run"), folder=str(EXAMPLES)), events.append, queue.Queue())
    failed = [event for event in events if isinstance(event, Failed)]
    if not failed or failed[0].node is None:
        raise AssertionError(f"nothing was said of it: {failed}")
    return failed[0].message


def faster(name: str, device: str, folder: Path) -> str:
    """What of the ways to compute faster is kept."""
    document = example(name, device=device, precision="bfloat16", speedups="tried")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.computing.probing.COMPILED_FROM", 0.0)
        events = stopped(document, folder / "run", 6)
    return " ".join(event.message for event in events if isinstance(event, Notice) and "of a batch" in event.message)


def checks(device: str) -> Iterator[tuple[str, Callable[[Path], str]]]:
    for name in TRAINED:
        yield f"{name} as on the CPU", partial(like_the_cpu, name, device)
    for name in ("lenet5", "gru_rows", "vae", "unet_small", "captioning"):
        for way in WAYS if name == "lenet5" else WAYS[:1]:
            yield f"{name} goes on {way}", partial(goes_on, name, device, way)
    yield "mlp_classification grown", partial(grown, "mlp_classification", device)
    yield "a run is used", partial(used, "lenet5", device)
    for name in LARGE:
        yield f"{name} faster", partial(faster, name, device)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seconds", type=float, default=600.0, help="begin no check after so many")
    parser.add_argument("--only", default="", help="checks with this in their name")
    chosen = parser.parse_args()
    began, broken = time.perf_counter(), 0
    for name, check in checks(chosen.device):
        if chosen.only not in name or time.perf_counter() - began > chosen.seconds:
            continue
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = check(Path(folder))
            except Exception as error:
                broken += 1
                said = f"BROKEN: {type(error).__name__}: {error}"
        print(f"{time.perf_counter() - started:6.1f} s  {name}: {said}", flush=True)
    print(f"{broken} broken on {chosen.device}, {time.perf_counter() - began:.0f} s")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
