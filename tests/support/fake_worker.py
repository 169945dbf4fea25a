"""A worker that speaks the protocol and computes nothing: what the editor's tests start instead of the real one."""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from pathlib import Path
from queue import Empty, Queue

from msgspec.structs import replace

from training.protocol import (
    DataDescribed,
    DataFound,
    DataJob,
    EpochEnded,
    Event,
    Exported,
    ExportJob,
    Failed,
    Finished,
    Fit,
    Message,
    Notice,
    Pause,
    Paused,
    Picture,
    Plane,
    Progress,
    RangeJob,
    RatesTried,
    Ready,
    RegionsSeen,
    ResultsJob,
    ResultsShown,
    Resume,
    Resumed,
    Sample,
    SamplesJob,
    SamplesShown,
    ShownField,
    SourceJob,
    SourceReady,
    Stage,
    Started,
    Stop,
    SweepJob,
    TrainJob,
    Trial,
    View,
    Weights,
    Write,
    Writing,
    Written,
    encode,
    read_message,
)
from training.runs.sweeps.folder import begin_sweep, read_swept
from training.runs.sweeps.ledger import ENDED, read_trials, write_trial

STEPS, TICK = 20, 0.02
MODES = set(sys.argv[1:])


def emit(event: Event) -> None:
    sys.stdout.buffer.write(encode(event))
    sys.stdout.buffer.flush()


def listen(messages: Queue[Message | None]) -> None:
    for line in sys.stdin.buffer:
        messages.put(read_message(line))
    messages.put(None)


def write_source(job: SourceJob) -> None:
    """One line for each node, after a line for the class."""
    names = [node["name"] for node in json.loads(job.document)["nodes"]]
    text = "\n".join(["class Model(nn.Module):", *(f"    {name} = 1" for name in names)]) + "\n"
    emit(SourceReady(job.request, text, dict(enumerate(names, 2))))


def train(job: TrainJob, messages: Queue[Message | None]) -> None:
    if "fail" in MODES:
        emit(Failed("The loss became NaN in 'fc1'.", "fc1"))
        return
    if "die" in MODES:
        print("RuntimeError: out of memory", file=sys.stderr, flush=True)
        os._exit(9)
    epochs = json.loads(job.document).get("training", {}).get("epochs", 10)
    emit(Notice("Images are resized from 8x8 to 32x32."))
    emit(Started(job.run_dir, "cpu", epochs, 0, STEPS, 1280, 128, 61706, ["loss", "accuracy"], 0))
    if "early" in MODES:
        report(STEPS)
        emit(Notice("Training ended early, after epoch 1."))
        emit(Finished("completed", {}, 1.0))
        return
    step, paused = 0, False
    while step < epochs * STEPS or "endless" in MODES:
        try:
            message = messages.get(timeout=TICK)
        except Empty:
            if not paused:
                step += 1
                report(step)
                if "plane" in MODES and job.regions:
                    emit(RegionsSeen(1, step, plane()))
            continue
        if "deaf" in MODES and step > 2:
            threading.Event().wait()
        if message is None or isinstance(message, Stop):
            emit(Finished("stopped", {}, 1.0))
            return
        if isinstance(message, Pause | Resume):
            paused = isinstance(message, Pause)
            emit(Paused(step) if paused else Resumed(step))
    if "keep" in MODES:
        Path(job.run_dir, "best.safetensors").touch()
    emit(Finished("completed", {"loss": 0.1}, 1.0))


def report(step: int) -> None:
    loss, epoch = 2.3 * math.exp(-step / 60), (step - 1) // STEPS + 1
    emit(Progress(epoch, step, [loss], 900.0))
    if step % STEPS == 0:
        good = 1 - loss / 2.5
        validation: dict[str, float | None] = {"loss": 1.1 * loss, "accuracy": 0.98 * good}
        training: dict[str, float | None] = {"loss": loss, "accuracy": good}
        emit(EpochEnded(epoch, step, training, validation, 0.4, True))


def plane() -> Plane:
    """On the left one class, on the right another that is sure at the top alone; a sample of each, and one of none."""
    points = [[-1.0, -1.0], [1.0, 1.0], [0.0, 0.0]]
    classes, shares = bytes([0, 0, 1, 1] * 4), bytes([255, 255, 128, 128] * 2 + [255] * 8)
    return Plane(4, [-2.0, -2.0], [2.0, 2.0], classes, points, [0, 1, -1], shares, axes=["a", "b"], names=["no", "yes"])


def sweep(job: SweepJob, messages: Queue[Message | None]) -> None:
    """Three trials, each with a value of every axis; trial 1 fails."""
    folder = Path(job.sweep_dir)
    if not job.resume:
        begin_sweep(folder, job.document, job.drawing, job.folder)
    axes = read_swept(folder).sweep.over
    trials = read_trials(folder)
    for number in range(3):
        known = trials.get(number)
        if known is not None and known.state in ENDED:
            emit(known)
            continue
        values = {axis.name: axis.points(3, whole=False)[number] for axis in axes}
        trial = Trial(number, values, "running", f"trial-{number:04d}", figure="loss", epochs=2)
        emit(trial)
        while "endless" in MODES and number == 2:
            if (message := messages.get()) is None or isinstance(message, Stop):
                trial = replace(trial, state="waiting", epoch=1)
                write_trial(folder, trial)
                emit(trial)
                emit(Finished("stopped", {}, 1.0))
                return
        failed = replace(trial, state="failed", message=f"Trial {number} failed: the loss became NaN.", epoch=1)
        done = replace(trial, state="complete", value=0.5 / (1 + number), epoch=2, seconds=1.0)
        trial = failed if number == 1 else done
        write_trial(folder, trial)
        emit(trial)
    emit(Finished("completed", {}, 1.0))


def export(job: ExportJob) -> None:
    emit(Stage("Comparing with PyTorch", 0.5))
    checked = [{"samples": "random", "sizes": {"N": size}, "max_abs_diff": 1e-6} for size in (1, 3)]
    weights = Weights(4, 4, job.run_dir, job.weights) if job.run_dir else Weights(4, fresh=dict.fromkeys("abcd", ""))
    emit(Exported(job.path, 18, 1e-6, checked, weights))


def describe(job: DataJob) -> None:
    """Three red samples of class a, one green one of class b, and an Input that they do not fit."""
    if job.path.endswith("nothing"):
        emit(Failed(f"{job.path} holds neither images nor texts."))
        return
    data = json.loads(job.document).get("training", {}).get("data", "digits")
    if job.path:
        data = f"images:{job.path}"
        emit(DataFound(data))
    emit(Stage(f"Reading {data}"))
    if "slow" in MODES:
        threading.Event().wait()
    colors = {"a": b"\xff\0\0", "b": b"\0\xff\0"}
    red, green = (Picture(2, 2, 4 * color) for color in colors.values())
    samples = [Sample("training", place, "a", {"image": red}) for place in range(3)]
    samples.append(Sample("test", 0, "b", {"image": green}))
    classes = {"training": {"a": 3, "b": 0}, "test": {"a": 0, "b": 1}}
    fields = {
        "image": {"shape": [3, 2, 2], "dtype": "uint8", "low": 0, "high": 255},
        "label": {"shape": [], "dtype": "int64", "low": 0, "high": 1, "classes": classes},
    }
    figures = {
        "name": data,
        "samples": {"training": 3, "validation": 0, "test": 1},
        "held_back": False,
        "fields": fields,
        "refused": ["bad.png is empty"],
        "left_out": {},
        "notices": ["2 classes: a, b."],
    }
    sentence = "'image' expects samples of (1, 8, 8) float32, the field 'image' has (3, 2, 2) uint8."
    fits = [Fit("image", True, "(N, 1, 8, 8)", "image", [sentence], True), Fit("label", False, "(N,)", "label")]
    emit(DataDescribed(figures, samples, fits, sentence))


def judge(job: ResultsJob) -> None:
    """Two classes, four samples, of which one of a was taken for b; the part that was asked for, but for validation."""
    part = job.part or "test"
    if part == "validation":
        return emit(ResultsShown(job.request, job.run_dir, part=part, refused="There are no validation samples."))
    if job.write is not None:
        return emit(write(job))
    table = [[1, 1], [0, 2]]
    red = Picture(2, 2, 4 * b"\xff\0\0")
    pairs = [(0, 1), (0, 0), (1, 1), (1, 1)]
    found = [place for place, pair in enumerate(pairs) if job.true < 0 or pair == (job.true, job.predicted)]
    samples = [Sample(part, place, "ab"[pairs[place][0]], {"image": red}) for place in found]
    emit(
        ResultsShown(
            request=job.request, run=job.run_dir, weights="best", epoch=3, part=part, total=4, kind="classes",
            parts=["test", "validation", "training"], figures={"loss": 0.5, "accuracy": 0.75},
            objectives=["objective"], objective="objective", classes=["a", "b"], table=table, worst="how wrong it is",
            found=len(found), samples=samples[: job.count],
            writing=Writing(8, "text", False, True, ["image", "source"], ["source"]) if "writes" in MODES else None,
        )
    )  # fmt: skip
    return None


def write(job: ResultsJob) -> ResultsShown:
    """What was asked, as a text; nothing where it does not say how to begin."""
    asked = job.write or Write()
    if not asked.start:
        return ResultsShown(job.request, job.run_dir, writes=True, refused="Type how it begins.")
    text = f" {asked.count} {asked.temperature:g} {asked.seed} {asked.sample} {asked.texts}"
    picture: dict[str, View] = {"image": Picture(2, 2, 4 * b"\xff\0\0")}
    written = Written(asked.start, text, asked.count > 50, asked.sample, "as it should be", picture)
    return ResultsShown(job.request, job.run_dir, writes=True, written=written)


def change(job: SamplesJob) -> None:
    """One red pixel of class a, which augmentation makes greener the stronger it is, epoch by epoch."""
    settings = json.loads(job.document)["training"]
    strength = settings.get("augmentation_strength", 1.0) if job.strength is None else job.strength
    after = b"".join(bytes([255, round(50 * strength) + epoch, 0]) for epoch in range(job.epoch, job.epoch + job.draws))
    image = ShownField("image", "image", "image", "uint8", [3, 1, 1], 0.0, 1.0, b"\xff\0\0", [3, 1, 1], after)
    label = ShownField("label", "label", "label", "int32", [], 0.0, 1.0, bytes(4), names=["a", "b"])
    told = f"'image' is changed {strength:g} times."
    emit(SamplesShown(job.request, job.epoch, [job.first], 12, [image, label], told))


def main() -> None:
    messages: Queue[Message | None] = Queue()
    threading.Thread(target=listen, args=(messages,), daemon=True).start()
    emit(Ready({"torch": "0"}))
    if "loud" in MODES:
        sys.stdout.buffer.write(b'{"type": "surprise"}\nno json at all\n')
    while (message := messages.get()) is not None:
        if isinstance(message, SourceJob):
            write_source(message)
        elif isinstance(message, ResultsJob):
            judge(message)
        elif isinstance(message, SamplesJob):
            change(message)
        elif isinstance(message, DataJob):
            return describe(message)
        elif isinstance(message, RangeJob):
            return emit(RatesTried([1e-4, 1e-3, 1e-2, 1e-1], [2.0, 1.5, 1.0, 3.0], None if "flat" in MODES else 0.002))
        elif isinstance(message, TrainJob):
            return train(message, messages)
        elif isinstance(message, SweepJob):
            return sweep(message, messages)
        elif isinstance(message, ExportJob):
            return export(message)
    if "stubborn" in MODES:
        threading.Event().wait()
    return None


main()
