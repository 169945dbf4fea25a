"""What arrives at a worker, and what arrives from one."""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from graph.storage.loom import dumps
from tests.campaigns.mutations import Files, as_text, damaged_bytes, damaged_json
from tests.campaigns.target import Target, check_sentence
from tests.support.training_drawings import classifier
from tests.support.typed import known
from training.protocol import (
    EvaluateJob,
    ExportJob,
    Failed,
    Pause,
    Resume,
    SourceJob,
    Stop,
    TrainJob,
    decode_event,
    encode,
)
from training.worker.__main__ import Worker
from training.worker.pipes import lines


class Lines(Target):
    """Messages of the protocol."""

    name = "protocol"
    weight = 2

    def __init__(self, folder: Path) -> None:
        drawn = dumps(classifier())
        self._sound = [
            SourceJob(drawn, 7),
            TrainJob(drawn, "run"),
            EvaluateJob("run", "data"),
            ExportJob(drawn, "a.onnx"),
        ]
        self._sound += [Pause(), Resume(), Stop(), SourceJob(drawn, 8)]

    def case(self, random: Random) -> Files:
        sent = []
        for _ in range(random.choice((1, 2, 5))):
            line = encode(known(random.choice(self._sound))).rstrip()
            match random.randrange(4):
                case 0:
                    line = damaged_bytes(random, line)
                case 1 | 2:
                    line = as_text(random, damaged_json(random, msgspec.json.decode(line)))
            sent.append(line)
        return {"lines": b"\n".join(sent) + random.choice((b"\n", b"", b"\n\n"))}

    def feed(self, folder: Path) -> None:
        content = (folder / "lines").read_bytes()
        worker = _Deaf()
        for line in _through_a_pipe(content):
            worker._take(line)
            if line is not None:
                decode_event(line)
        for event in worker.answers:
            assert decode_event(encode(event)) is not None, f"{event} cannot be read"
            if isinstance(event, Failed):
                check_sentence(event.message)


class _Deaf(Worker):
    """A worker whose answers are kept, and whose jobs are not done."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self._pipe: Any = self
        self._jobs = queue.SimpleQueue()
        self._commands = queue.Queue()
        self._busy = False

    def send(self, event: Any) -> None:
        self.answers.append(event)


def _through_a_pipe(content: bytes) -> list[bytes | None]:
    read, write = os.pipe()

    def send() -> None:
        with os.fdopen(write, "wb") as pipe:
            pipe.write(content)

    sender = threading.Thread(target=send)
    sender.start()
    found = list(lines(read))
    sender.join()
    os.close(read)
    return found
