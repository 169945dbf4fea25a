"""Training samples as the nodes of a drawing take them, before and after augmentation, to be looked at.

What was read last is kept, so that another strength or epoch is shown at once; ``forget`` gives the memory back.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import torch
import torch.nn.functional as F
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.errors import LayerloomError
from graph.recipe.part import Part
from graph.storage.loom import dumps, loads
from training.data.augment.chain import viewed
from training.data.augment.feed import changed
from training.data.augment.plan import Augmentations, plan
from training.data.augment.subjects import Subject, subjects_of
from training.data.described import names_of
from training.data.feed import Feed, Split
from training.data.places import locate
from training.data.samples import Samples, load_samples
from training.errors import DataError
from training.protocol import SamplesJob, SamplesShown, ShownField

_MOST = 256


class _Read(NamedTuple):
    key: tuple[str, str, str]
    samples: Samples
    subjects: list[Subject]
    notices: list[str]


_last: list[_Read] = []


def forget() -> None:
    """Keep nothing of what was read."""
    _last.clear()


def preview(job: SamplesJob) -> SamplesShown:
    """The samples a job asks for, or why there are none to be shown."""
    try:
        return _shown(job)
    except LayerloomError as error:
        return SamplesShown(job.request, job.epoch, refused=str(error), node=getattr(error, "node", ""))


def _shown(job: SamplesJob) -> SamplesShown:
    document = loads(job.document)
    read = _read(document, job.folder)
    if job.strength is not None:
        with document.edit("Strength"):
            document.set_training(augmentation_strength=job.strength)
    settings, samples = document.training, read.samples
    whole = len(samples.training[0])
    split = Split(whole, settings.validation, settings.seed, torch.device("cpu"), samples.validation)
    training = split.training.sort().values
    count = min(max(0, job.count), _MOST)
    step = max(1, len(training) // max(1, count)) if job.spread else 1
    chosen = training[max(0, job.first) :: step][:count]
    feed = Feed(samples.training, max(1, len(chosen)))
    found, refused = _augmentation(document, samples, feed, split) if job.augmented and len(chosen) else (None, None)
    plain = feed.fresh(chosen)
    after = _drawn(found, chosen, job) if found else [None] * len(plain)
    fields = [
        _field(subject, before, later, job.longest, names_of(subject.field, samples.learned))
        for subject, before, later in zip(read.subjects, plain, after, strict=True)
    ]
    told = found.told if found else ""
    shown = SamplesShown(job.request, job.epoch, chosen.tolist(), len(training), fields, told, read.notices)
    return shown if refused is None else msgspec.structs.replace(shown, refused=str(refused), node=refused.node)


def _drawn(found: Augmentations, chosen: Tensor, job: SamplesJob) -> list[Tensor]:
    """The samples as they are in each of the epochs, one epoch behind the other."""
    epochs = range(job.epoch, job.epoch + min(max(1, job.draws), _MOST))
    draws = [changed(found.feed, chosen, epoch) for epoch in epochs]
    return [torch.cat(tensors) for tensors in zip(*draws, strict=True)]


def _augmentation(
    document: Document, samples: Samples, feed: Feed, split: Split
) -> tuple[Augmentations | None, DataError | None]:
    try:
        return plan(document, samples, feed, split.training), None
    except DataError as error:
        return None, error


def _read(document: Document, folder: str) -> _Read:
    """The samples of a drawing; those that were read last if it is the same data, read in the same way."""
    place = locate(document.training.data, folder)
    key = (_without_augmentation(document), place.text(), _stamp(place))
    if not _last or _last[0].key != key:
        forget()
        notices: list[str] = []
        source = compile_source(document)
        samples = load_samples(document, source, place, notices.append)
        subjects = subjects_of(
            document, document.training.data, samples.bindings, samples.shapes, samples.training, samples.rule
        )
        _last.append(_Read(key, samples, subjects, notices))
    return _last[0]


def _without_augmentation(document: Document) -> str:
    plain = loads(dumps(document))
    with plain.edit("Without"):
        plain.set_training(augmentation=[], augmentation_strength=1.0)
    return dumps(plain)


def _stamp(place: Part) -> str:
    """When the data was written; a folder's own time says of files that came and went, not of others."""
    path = Path(getattr(place, "place", "") or ".")
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"


def _field(subject: Subject, before: Tensor, after: Tensor | None, longest: int, names: list[str]) -> ShownField:
    kind = _kind(subject)
    first = _prepared(subject, before, kind, longest)
    later = None if after is None else _prepared(subject, after, kind, longest)
    return ShownField(
        subject.node,
        subject.field,
        kind,
        str(first.dtype).removeprefix("torch."),
        list(first.shape[1:]),
        subject.extent.low,
        subject.extent.high,
        _bytes(first),
        [] if later is None else list(later.shape[1:]),
        b"" if later is None else _bytes(later),
        names if kind == "label" else [],
    )


def _kind(subject: Subject) -> str:
    if subject.following in ("objects", "boxes", "classes"):
        return subject.following
    if subject.following:
        return "mask" if subject.following == "nearest" else "image"
    if subject.suits:
        return subject.suits[0]
    return "label" if not subject.shape else "values"


def _prepared(subject: Subject, x: Tensor, kind: str, longest: int) -> Tensor:
    """Bytes of images, whole numbers of masks and labels, floats of all else; no larger than asked."""
    if kind == "sound":
        x = _extremes(x, longest)
    if kind in ("image", "mask"):
        x = _reduced(viewed(x, subject), longest, kind)
    if kind == "image":
        low, high = subject.extent
        return ((x - low) / (high - low) * 255.0).round().clamp(0, 255).to(torch.uint8)
    return x.to(torch.float32 if x.is_floating_point() else torch.int32)


def _reduced(x: Tensor, longest: int, kind: str) -> Tensor:
    side = max(x.shape[2:])
    if side <= longest:
        return x
    size = [max(1, round(axis * longest / side)) for axis in x.shape[2:]]
    if kind == "mask":
        return F.interpolate(x.float(), size, mode="nearest-exact").to(x.dtype)
    return F.interpolate(x.float(), size, mode="area")


def _extremes(x: Tensor, stretches: int) -> Tensor:
    """Of sounds (N, C, T) that are longer the lowest and the highest value of each stretch, by turns."""
    if x.shape[-1] <= 2 * stretches:
        return x
    each = -(-x.shape[-1] // stretches)
    missing = -x.shape[-1] % each
    parts = torch.cat([x, x[..., -1:].expand(*x.shape[:-1], missing)], dim=-1)
    parts = parts.reshape(*x.shape[:-1], -1, each)
    return torch.stack([parts.amin(-1), parts.amax(-1)], dim=-1).flatten(-2)


def _bytes(x: Tensor) -> bytes:
    return x.contiguous().numpy().tobytes()
