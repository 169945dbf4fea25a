"""What the editor and a worker say to each other: one JSON object a line, on pipes and in ``events.jsonl``.

The editor writes one job, then commands; the worker answers with events. This module imports no torch.
"""

from __future__ import annotations

import logging
from typing import Any, Union, get_args

import msgspec

from graph.errors import LayerloomError
from graph.fields import printable
from training.shown import (
    WRITTEN as WRITTEN,
    Box as Box,
    ClassFigures as ClassFigures,
    DataDescribed as DataDescribed,
    DataFound as DataFound,
    Fit as Fit,
    Latent as Latent,
    Number as Number,
    Picture as Picture,
    Plane as Plane,
    RegionsSeen as RegionsSeen,
    ResultsJob as ResultsJob,
    ResultsShown as ResultsShown,
    Sample as Sample,
    SamplesJob as SamplesJob,
    SamplesShown as SamplesShown,
    ShownField as ShownField,
    Values as Values,
    View as View,
    Wave as Wave,
    Words as Words,
    Write as Write,
    Writing as Writing,
    Written as Written,
)
from training.swept import Importance as Importance, Trial as Trial

log = logging.getLogger(__name__)

# Jobs


class SourceJob(msgspec.Struct, frozen=True, tag="source"):
    """Write the Python source of a drawing; ``request`` comes back with the answer. The worker stays ready."""

    document: str
    request: int = 0


class TrainJob(msgspec.Struct, frozen=True, tag="train"):
    """Train a drawing into ``run_dir``; with ``resume``, go on with the run that is there.

    ``drawing`` is the file of the drawing, "" for one that has none. A relative path to data starts in ``folder``, that
    of the drawing, "" for the current one. With ``accept_data`` a resumed run takes data that is not what it was.
    ``start_from`` is a run whose best weights a new run begins with, "" for fresh ones. ``together`` says that this is
    one of several processes that train it, as the environment tells; with ``shard`` each holds a part of the model.
    With ``regions``, what it says all over a plane is told on the way, where samples are points of one.
    """

    document: str
    run_dir: str
    resume: bool = False
    drawing: str = ""
    folder: str = ""
    accept_data: bool = False
    start_from: str = ""
    together: bool = False
    shard: bool = False
    regions: bool = False


class EvaluateJob(msgspec.Struct, frozen=True, tag="evaluate"):
    """Measure a run's best weights on the test samples of ``data``; "" means the data it was trained with, of which the
    validation samples are taken where it has no others."""

    run_dir: str
    data: str = ""


class ExportJob(msgspec.Struct, frozen=True, tag="export"):
    """Write verified ONNX to ``path``; weights are the "best" or "last" of a run, or fresh when there is none.

    With ``embed_drawing`` the file carries the drawing, without notes and local paths. A relative path to data starts
    in ``folder``, that of the drawing.
    """

    document: str
    path: str
    run_dir: str = ""
    weights: str = "best"
    embed_drawing: bool = False
    folder: str = ""


class RangeJob(msgspec.Struct, frozen=True, tag="range"):
    """Try rising learning rates on a drawing, from its initial weights or those of a run; nothing of it is kept."""

    document: str
    folder: str = ""
    start_from: str = ""


class DataJob(msgspec.Struct, frozen=True, tag="data"):
    """Read the data of a drawing and say what it holds. A relative path starts in ``folder``, that of the drawing.

    With a ``path``, what lies there is read in its place, of the kind that it looks like; ``DataFound`` says which.
    With ``samples``, at most so many of each part are sent along, and what the drawing would make of the data.
    """

    document: str
    folder: str = ""
    path: str = ""
    samples: int = 0


class SweepJob(msgspec.Struct, frozen=True, tag="sweep"):
    """Train a drawing many times, as its sweep says, each time in a process of its own, into folders in ``sweep_dir``.

    With ``resume``, go on with the sweep that is there, also beside another process that is at it; the document is that
    of the sweep then. ``drawing`` and ``folder`` are as for a training.
    """

    document: str
    sweep_dir: str
    resume: bool = False
    drawing: str = ""
    folder: str = ""


Job = Union[SourceJob, TrainJob, EvaluateJob, ExportJob, RangeJob, DataJob, SamplesJob, ResultsJob, SweepJob]


# Commands to a job that runs


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Hold training after the current step."""


class Resume(msgspec.Struct, frozen=True, tag="resume"):
    """Go on after a pause."""


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End the job; training writes a checkpoint first."""


Command = Union[Pause, Resume, Stop]
Message = Union[Job, Command]


# Events


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker has imported torch and waits for a job."""

    versions: dict[str, str]


class SourceReady(msgspec.Struct, frozen=True, tag="source"):
    """The source of a drawing; ``lines`` maps line numbers to the nodes they come from."""

    request: int
    text: str
    lines: dict[int, str]


class Started(msgspec.Struct, frozen=True, tag="started"):
    """Training begins; ``epoch`` counts those a resumed run has behind it, ``threads`` the cores of a step,
    ``processes`` those that train together, ``sharded`` if each holds a part of the model.

    ``metrics`` are measured on training and validation samples, ``judged`` on validation samples alone. ``turns`` names
    the parts that learn in turns, ``computing`` the ways by which steps are faster. By the figure ``watched`` the best
    epoch is chosen; it ``rises`` if more is better.
    """

    run_dir: str
    device: str
    epochs: int
    epoch: int
    steps_per_epoch: int
    training_samples: int
    validation_samples: int
    parameters: int
    metrics: list[str]
    seed: int
    threads: int = 0
    judged: list[str] = []
    turns: list[str] = []
    watched: str = ""
    rises: bool = False
    processes: int = 1
    sharded: bool = False
    computing: list[str] = []


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """The steps since the last message: ``losses`` has one value a step, the last of them being ``step``.

    ``rates`` has the learning rate of that step, by the name of the turn or "" where all learn at once; ``memory`` the
    bytes that tensors hold on a GPU, else those that the worker's process holds. Older versions told of neither.
    """

    epoch: int
    step: int
    losses: list[Number]
    samples_per_second: float
    rates: dict[str, float] = {}
    memory: int = 0


class EpochEnded(msgspec.Struct, frozen=True, tag="epoch"):
    """Means over an epoch: "loss", each objective, and metrics such as "accuracy"."""

    epoch: int
    step: int
    training: dict[str, Number]
    validation: dict[str, Number]
    seconds: float
    best: bool


class Paused(msgspec.Struct, frozen=True, tag="paused"):
    """Training is held."""

    step: int


class Resumed(msgspec.Struct, frozen=True, tag="resumed"):
    """Training goes on."""

    step: int


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """The job is done; ``reason`` is "completed" or "stopped"."""

    reason: str
    results: dict[str, Number]
    seconds: float


class Weights(msgspec.Struct, frozen=True):
    """Where the weights of a model come from: ``loaded`` of its ``total`` tensors are the ``which`` of a run.

    ``epoch`` and ``figures`` say how good those were. ``fresh`` has the tensors that are as initialized, with the
    reason where there is a run; ``renamed`` those that have another name in the run; ``left_over`` what of the run
    is not used; ``moved`` the layers that were found by name and stand elsewhere than in the run.
    """

    total: int
    loaded: int = 0
    run: str = ""
    which: str = ""
    epoch: Number = None
    figures: dict[str, Number] = {}
    fresh: dict[str, str] = {}
    renamed: dict[str, str] = {}
    left_over: list[str] = []
    moved: list[str] = []


class Evaluated(msgspec.Struct, frozen=True, tag="evaluated"):
    """How good a run's weights are: ``figures`` is the object that ``layerloom evaluate --json`` prints."""

    figures: dict[str, Any]


class Exported(msgspec.Struct, frozen=True, tag="exported"):
    """The ONNX file is written and agrees with PyTorch; ``checked`` has one entry a comparison.

    ``notices`` are sentences on what the user may not expect, such as results that are NaN.
    """

    path: str
    opset: int
    max_abs_diff: float
    checked: list[dict[str, Any]]
    weights: Weights = Weights(0)
    notices: list[str] = []


class RatesTried(msgspec.Struct, frozen=True, tag="rates"):
    """The loss at each of the learning rates that were tried; ``suggested`` is one to train with, if there is one."""

    rates: list[float]
    losses: list[Number]
    suggested: Number


class NodeHealth(msgspec.Struct, frozen=True, array_like=True):
    """The norms of a layer's gradient and weights, and how large its step is as a share of them."""

    gradient: Number
    weight: Number
    update: Number


class GradientHealth(msgspec.Struct, frozen=True, tag="health"):
    """The layers with weights in one step, by their full names, such as ``block.0.conv``."""

    epoch: int
    step: int
    nodes: dict[str, NodeHealth]


class ActivationHealth(msgspec.Struct, frozen=True, tag="activations"):
    """The share of units that gave zero for every sample of a batch, and of values where a function is next to flat.

    Both by the full names of the layers, rectifiers and saturating ones.
    """

    epoch: int
    step: int
    dead: dict[str, float]
    saturated: dict[str, float]


class Alarm(msgspec.Struct, frozen=True, tag="alarm"):
    """What is wrong with a training, in one sentence; ``node`` is the full name of the layer it is seen at, or ""."""

    kind: str
    message: str
    node: str = ""
    epoch: int = 0
    step: int = 0


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """Something the user may want to know, such as an image resized to fit the Input."""

    message: str


class Stage(msgspec.Struct, frozen=True, tag="stage"):
    """What a job is at, from 0 to 1 where that is known."""

    message: str
    fraction: float | None = None


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The job ended with an error: one sentence, the node it came from, and the traceback for a bug report.

    ``code`` is "data_changed" where the same job with ``accept_data`` would go on, "untrusted" where it would once the
    user trusts the Python in the drawing.
    """

    message: str
    node: str = ""
    traceback: str = ""
    code: str = ""


Course = Union[Started, Progress, EpochEnded, Paused, Resumed]
Health = Union[GradientHealth, ActivationHealth, Alarm]
Looks = Union[DataFound, DataDescribed, SamplesShown, ResultsShown, RegionsSeen]
Answer = Union[SourceReady, Finished, Evaluated, Exported, RatesTried, Looks]
Swept = Union[Trial, Importance]
Event = Union[Ready, Course, Health, Answer, Swept, Notice, Stage, Failed]

_encoder = msgspec.json.Encoder()
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_messages: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class _Tagged(msgspec.Struct):
    type: str


class LineError(LayerloomError):
    """A line that cannot be read: it is not JSON in UTF-8, or not what its type says."""


def encode(message: Event | Message) -> bytes:
    """One line, with its newline. NaN and infinite numbers arrive as nothing, in events halves of letters as "?".

    Raises:
        LayerloomError: a job or command has text that cannot be sent.
    """
    try:
        return _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:
        if isinstance(message, get_args(Message)):
            raise LayerloomError("A path or text holds bytes that are not UTF-8; rename the file.") from None
        return _encoder.encode(_scrubbed(msgspec.to_builtins(message))) + b"\n"


def _scrubbed(value: Any) -> Any:
    """A value whose texts can all be written: what is left of an undecodable path becomes "?"."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {_scrubbed(key): _scrubbed(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_scrubbed(entry) for entry in value]
    return value


def decode_event(line: bytes | str) -> Event | None:
    """The event on a line; nothing, and a log line, for one this version cannot read or does not know."""
    try:
        return read_event(line)
    except LineError as error:
        log.info("ignored a line: %s", error)
        return None


def read_event(line: bytes | str) -> Event | None:
    """The event on a line; nothing, and a log line, for one of a kind this version does not know.

    Raises:
        LineError: the line is damaged.
    """
    event: Event | None = _read(_events, line)
    return event


def read_message(line: bytes | str) -> Message | None:
    """The job or command on a line; nothing, and a log line, for one of a kind this version does not know.

    Raises:
        LineError: the line is damaged, and may have been a job somebody waits for.
    """
    message: Message | None = _read(_messages, line)
    return message


def _read(decoder: msgspec.json.Decoder[Any], line: bytes | str) -> Any:
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as error:
        if not _is_known(decoder, line):
            log.info("ignored a message of an unknown kind: %.200r", line)
            return None
        raise _damaged(line, str(error).replace("`", "")) from None
    except msgspec.DecodeError as error:
        raise _damaged(line, str(error)) from None
    except UnicodeError:
        raise _damaged(line, "its text is not UTF-8") from None
    except RecursionError:
        raise _damaged(line, "it is nested too deeply") from None


def _is_known(decoder: msgspec.json.Decoder[Any], line: bytes | str) -> bool:
    """Whether a line that is valid JSON, but no message, says it is of a kind that this version knows."""
    try:
        kind = msgspec.json.decode(line, type=_Tagged).type
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return True  # of no kind at all: damaged
    return any(kind == record.__struct_config__.tag for record in get_args(decoder.type))


def _damaged(line: bytes | str, why: str) -> LineError:
    return LineError(f"a line of {len(line):,} bytes cannot be read: {printable(why)}.")
