"""Run directories as they are read: the log, the settings and the drawing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec

from graph.storage.loom import dumps
from tests.campaigns.mutations import Files, as_text, damaged_bytes, damaged_json
from tests.campaigns.target import Target, check_sentence
from tests.support.training_drawings import classifier
from training.errors import RunError
from training.protocol import EpochEnded, Failed, Finished, Notice, Progress, Stage, Started, encode
from training.runs.choices import choices
from training.runs.data_record import DataRecord, Print, Rule, Scale, read_record
from training.runs.events import EventLog
from training.runs.origin import drawing_of, name_of
from training.runs.runs import read_run

HEADER = {"__metadata__": {"state": "x"}, "fc.weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
EVENTS = (
    Stage("Reading digits"),
    Notice("Images are resized."),
    Started("run", "cpu", 9, 0, 10, 90, 10, 5, ["loss"], 0, 1),
    Progress(1, 3, [0.5, None, 0.25], 10.0),
    EpochEnded(1, 10, {"loss": 1.0}, {"loss": None}, 0.1, True),
    Finished("stopped", {"loss": 1.0}, 2.0),
    Failed("No luck.", "fc", "Traceback"),
)


class Logs(Target):
    """``events.jsonl``, and what else the editor reads of a run."""

    name = "events"
    weight = 2

    def __init__(self, folder: Path) -> None:
        self._document = dumps(classifier()).encode()
        record = DataRecord("digits", Rule({"x": Scale(255, 0, 9)}), {"x": Print("x", [4], "float32", 9, 0, "ab")})
        self._record = msgspec.to_builtins(record)
        self._settings = {"name": "Classifier", "settings": {"epochs": 9}, "versions": {"torch": "2.0"}}

    def case(self, random: Random) -> Files:
        lines = [encode(random.choice(EVENTS)) for _ in range(random.randrange(12))]
        for place, line in enumerate(lines):
            if random.random() < 0.3:
                lines[place] = as_text(random, damaged_json(random, msgspec.json.decode(line))) + b"\n"
        log = b"".join(lines)
        settings = msgspec.json.encode(self._settings)
        if random.random() < 0.2:
            settings = as_text(random, damaged_json(random, self._settings))
        files = {
            "events.jsonl": damaged_bytes(random, log) if random.random() < 0.3 else log,
            "settings.json": damaged_bytes(random, settings) if random.random() < 0.1 else settings,
            "document.loom": damaged_bytes(random, self._document) if random.random() < 0.1 else self._document,
        }
        if random.random() < 0.3:
            files["data.json"] = as_text(random, damaged_json(random, self._record))
        if random.random() < 0.3:
            header = as_text(random, damaged_json(random, HEADER))
            files["best.safetensors"] = len(header).to_bytes(8, "little") + header + bytes(4)
        if random.random() < 0.1:
            files.pop(random.choice(list(files)))
        return files

    def feed(self, folder: Path) -> None:
        run = read_run(folder)
        check_sentence(run.notice or "Nothing.")
        run.message.encode()
        for event in run.events:
            encode(event)
        log = EventLog(folder)
        log.write(Notice("more"))
        log.close()
        again = read_run(folder)
        if again.events != [*run.events, Notice("more")] and str(again.events) != str([*run.events, Notice("more")]):
            raise AssertionError("appending changed what was there")
        drawing_of(folder)
        name_of(folder)
        for read in (lambda: run.document, lambda: choices(folder), lambda: read_record(folder)):
            try:
                read()
            except RunError as error:
                check_sentence(str(error))
