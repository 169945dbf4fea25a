"""Which nodes take images, sounds or numbers, and which take what follows an image: masks, and boxes in a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Literal, NamedTuple

from graph.document import Document
from graph.recipe.augmentations import SUITS, Suits
from graph.recipe.sources import AudioFolder, SeriesFile, Source, TableFile
from training.data.augment.effect import Extent
from training.data.binding import Binding
from training.data.fit.images import CHANNELS, is_image
from training.data.held import Held, parts
from training.runs.data_record import Rule, Scale

Following = Literal["", "nearest", "bilinear", "objects", "boxes", "classes"]
_MOST_CHANNELS, _LEAST_STEPS = 2, 16  # of a sound (C, T)
_GRID: Mapping[str, Following] = {"objects": "objects", "boxes": "boxes", "classes": "classes"}


class Subject(NamedTuple):
    """What the node at ``place`` of a batch takes.

    ``suits`` says what may be done to it; ``view`` is the shape (C, H, W) of an image, whatever the node's own, and
    ``last`` tells that the channels stand last in it. ``following`` says how it follows the images of its sample, with
    ``outside`` as what comes in from there.
    """

    place: int
    node: str
    field: str
    shape: tuple[int, ...]
    is_target: bool
    suits: tuple[Suits, ...] = ()
    view: tuple[int, ...] = ()
    last: bool = False
    extent: Extent = Extent()
    following: Following = ""
    outside: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """The height and width of an image."""
        return (self.view[0], self.view[1]) if self.last else (self.view[-2], self.view[-1])

    @property
    def channels(self) -> int:
        """Those of an image; 1 for a volume or a film, of which each layer is an image."""
        return 1 if len(self.view) != 3 else self.view[2] if self.last else self.view[0]

    def noun(self) -> str:
        """What it is, for a sentence."""
        what = " or ".join(SUITS[kind] for kind in self.suits) or "neither images nor sounds nor rows of numbers"
        return f"{what} ({' x '.join(map(str, self.shape)) or 'one number'})"


def subjects_of(
    document: Document,
    data: Source,
    bindings: Sequence[Binding],
    shapes: Mapping[str, tuple[int, ...]],
    samples: Sequence[Held],
    rule: Rule,
) -> list[Subject]:
    """The nodes of a drawing, in the order of a batch; ``shapes`` are those of a sample in the data, by node."""
    found = [
        _subject(place, binding, shapes[binding.node], held, data, rule)
        for place, (binding, held) in enumerate(zip(bindings, samples, strict=True))
    ]
    found = _with_grid(document, found)
    images = [subject for subject in found if "image" in subject.suits]
    return [_follower(document, subject, images, samples[subject.place]) for subject in found]


def _subject(place: int, binding: Binding, shape: tuple[int, ...], held: Held, data: Source, rule: Rule) -> Subject:
    own = tuple(held.shape[1:])
    made = Subject(place, binding.node, binding.field, own, not binding.is_input)
    if not binding.is_input or binding.type.dtype != "float32":
        return made
    view = next((view for view in (shape, own) if prod(view) == prod(own) and _is_picture(view)), ())
    scale = rule.scales.get(binding.node)
    suits = _suits(own, view, data, _from_bits(scale))
    if "image" not in suits:
        return made._replace(suits=suits, extent=_extent(scale, held) if "spectrogram" in suits else Extent())
    last = len(view) == 3 and view[0] not in CHANNELS and view[2] in CHANNELS
    return made._replace(
        suits=suits, view=(1, *view) if len(view) == 2 else view, last=last, extent=_extent(scale, held)
    )


def _is_picture(shape: tuple[int, ...]) -> bool:
    return len(shape) in (2, 3, 4) and is_image(shape)


def _suits(own: tuple[int, ...], view: tuple[int, ...], data: Source, from_bits: bool) -> tuple[Suits, ...]:
    match data:
        case SeriesFile():
            return ("series",)
        case TableFile():
            return ("numbers",)
        case AudioFolder():
            return ("sound",)
    if view:
        # Numbers that bits never held may as well be the loudness of frequencies over time.
        return ("image",) if from_bits or len(view) == 4 else ("image", "spectrogram")
    match own:
        case [_]:
            return ("numbers",)
        case [channels, steps] if channels <= _MOST_CHANNELS and steps >= _LEAST_STEPS:
            return ("sound",)
        case [_, _]:
            return ("series", "spectrogram")
        case [_, _, _]:
            return ("spectrogram",)
    return ()


def _from_bits(scale: Scale | None) -> bool:
    return scale is not None and (scale.divisor > 1 or (scale.low >= 0 and scale.high <= 1))


def _extent(scale: Scale | None, held: Held) -> Extent:
    """The range of a field: from 0 to 1 where bits or fractions are, else what the training samples hold."""
    if _from_bits(scale):
        return Extent()
    if scale is not None and scale.high > scale.low:
        return Extent(scale.low, scale.high)
    lows, highs = zip(*(part.aminmax() for part in parts(held)), strict=True)
    low, high = float(min(lows)), float(max(highs))
    return Extent(low, high) if high > low else Extent(low, low + 1.0)


def _with_grid(document: Document, found: list[Subject]) -> list[Subject]:
    """The subjects, where the fields objects and boxes lie on one grid marked as these."""
    named = {subject.field: subject for subject in found if subject.field in _GRID}
    if not {"objects", "boxes"} <= named.keys():
        return found
    grid = named["objects"].shape[1:]
    shapes = {"objects": (1, *grid), "boxes": (4, *grid), "classes": grid}
    if len(grid) != 2 or any(subject.shape != shapes[field] for field, subject in named.items()):
        return found
    return [
        subject._replace(suits=(), following=_GRID[subject.field], outside=_ignored(document, subject.node))
        if subject.field in named
        else subject
        for subject in found
    ]


def _follower(document: Document, subject: Subject, images: Sequence[Subject], held: Held) -> Subject:
    """A mask, or an image among the targets: what has the size of an image."""
    sizes, shape = {image.size for image in images}, subject.shape
    if subject.suits or subject.following or len(shape) not in (2, 3):
        return subject
    if shape[-2:] not in sizes:
        return subject
    view = (1, *shape) if len(shape) == 2 else shape
    same = next((image for image in images if image.field == subject.field), None)
    if same is not None:
        return subject._replace(following="bilinear", view=view, extent=same.extent)
    if held.dtype.is_floating_point and not _is_whole(held):
        return subject._replace(following="bilinear", view=view, extent=_extent(None, held))
    return subject._replace(following="nearest", view=view, outside=_ignored(document, subject.node))


def _is_whole(held: Held) -> bool:
    return all(bool(part.eq(part.round()).all()) for part in parts(held))


def _ignored(document: Document, node: str) -> int:
    """The label that all objectives a target goes to ignore; 0 where there is none, or it goes elsewhere too."""
    model = document.model
    wires = model.outgoing(node)
    labels = {
        getattr(model.node(wire.target).layer, "ignore_index", None) if wire.target_port == "target" else None
        for wire in wires
    }
    label = labels.pop() if len(labels) == 1 else None
    return 0 if label is None or document.types()[node][0].dtype != "int64" else int(label)
