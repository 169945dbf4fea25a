"""What a decoder makes of points that no encoder gave: of the prior, and over a plane of what lies between."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from compiler.to_python.source import Source
from graph.document import Document
from graph.layers.noise import GaussianSample
from graph.layers.objectives.elementwise import BCEWithLogits
from training.data.dataset import Array, Dataset
from training.data.feed import Feed
from training.data.fit.images import spread
from training.data.held import take
from training.data.preview.pictures import is_picture, picture
from training.data.preview.views import Viewer
from training.protocol import Latent, Sample, View
from training.results.evaluate import Part
from training.runs.data_record import DataRecord

SIDE = 8
_EDGE, _LOOKED_AT = 0.02, 1000


class Decoding(NamedTuple):
    """A module whose predictions hang on a sample drawn from a normal distribution, and on nothing else.

    ``mean`` is the part that gives the mean, which is what is drawn outside training; ``shape`` is a mean's.
    """

    module: nn.Module
    mean: nn.Module
    objective: str
    logits: bool
    feed: Feed
    part: Part
    shape: tuple[int, ...]

    def through(self, chosen: Tensor, z: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Predictions, on the CPU, of some of the part's samples, or of ``z`` in place of their means; their means."""
        means: list[Tensor] = []

        def put(_module: nn.Module, _args: object, mean: Tensor) -> Tensor:
            means.append(mean.detach().cpu())
            return mean if z is None else z.to(mean).view_as(mean)

        batch = self.feed.fresh(self.part.chosen[chosen.to(self.part.chosen.device)])
        handle = self.mean.register_forward_hook(put)
        try:
            with torch.no_grad(), torch.random.fork_rng(devices=[]):
                made = self.module.loss(*batch)[1][self.objective][1]  # type: ignore[operator]
        finally:
            handle.remove()
        return (made.sigmoid() if self.logits else made).cpu(), means[0]


def decoding_of(document: Document, source: Source, module: nn.Module, feed: Feed, part: Part) -> Decoding | None:
    """That of a drawing with one GaussianSample; ``None`` for others, and where the data reaches the decoder too."""
    model = document.model
    drawn = [name for name in model.nodes if isinstance(model.node(name).layer, GaussianSample)]
    if len(drawn) != 1 or len(part.chosen) < 2:
        return None
    modules, behind = dict(module.named_modules()), model.downstream(drawn)
    mean = modules.get(model.inputs(drawn[0])["mu"].source.replace("/", "."))
    judged = [
        name for name in source.objectives
        if {"prediction", "target"} <= set(model.inputs(name)) and model.inputs(name)["prediction"].source in behind
    ]  # fmt: skip
    if mean is None or len(judged) != 1:
        return None
    logits = isinstance(model.node(judged[0]).layer, BCEWithLogits)
    found = Decoding(module, mean, judged[0], logits, feed, part, ())
    _, means = found.through(torch.arange(2))
    found = found._replace(shape=tuple(means.shape[1:]))
    same, _ = found.through(torch.arange(2), torch.zeros_like(means))
    return found if torch.allclose(same[0], same[1], rtol=1e-4, atol=1e-5) else None


def latent_of(decoding: Decoding, seed: int, like: tuple[int, ...]) -> Latent | None:
    """Pictures of a grid through the two axes on which the samples' means differ most, and of draws from the prior.

    The grid is by equal shares of a standard normal distribution; all other axes are zero. ``like`` is the shape of a
    picture, for a decoder that gives its pixels in a row.
    """
    count = SIDE * SIDE
    _, means = decoding.through(torch.arange(min(_LOOKED_AT, len(decoding.part.chosen))))
    flat = means.flatten(1)
    if flat.shape[1] < 2:
        return None
    across, up = flat.var(0).topk(2).indices.sort().values.tolist()
    steps = torch.special.ndtri(torch.linspace(_EDGE, 1 - _EDGE, SIDE))
    z = torch.zeros(count, flat.shape[1])
    z[:, across], z[:, up] = steps.repeat(SIDE), steps.flip(0).repeat_interleave(SIDE)
    drawn = torch.randn(count, flat.shape[1], generator=torch.Generator().manual_seed(seed))
    same = torch.zeros(count, dtype=torch.long)
    both = [pictured(decoding.through(same, each)[0], like) for each in (z, drawn)]
    if not all(is_picture(images) for images in both):
        return None
    grid, prior = ([picture(image, spread(images)) for image in images] for images in both)
    return Latent(SIDE, float(steps[-1]), flat.shape[1], across, up, grid, prior)


def pictured(made: Tensor, like: tuple[int, ...]) -> Array:
    """Predictions in the shape of a picture, where they have as many values."""
    values: Array = made.float().numpy()
    fits = not is_picture(values) and like and values[0].size == np.prod(like)
    return values.reshape(len(values), *like) if fits else values


def like_of(source: Source, record: DataRecord | None, part: Part) -> tuple[int, ...]:
    """The shape of the first Input's samples; that which the data has them in, where the Input takes them as rows."""
    taken = tuple(take(part.held[0], torch.zeros(1, dtype=torch.long)).shape[1:])
    printed = record.prints.get(source.inputs[0]) if record else None
    if printed is None or is_picture(np.empty((1, *taken))) or np.prod(printed.shape) != np.prod(taken):
        return taken
    return tuple(printed.shape)


def through_of(decoding: Decoding, first: int, count: int, like: tuple[int, ...], name: str) -> list[Sample]:
    """Samples as they go in, beside what comes out of their means, in the order of the data."""
    places = torch.arange(len(decoding.part.chosen))[first : first + count]
    if not len(places):
        return []
    chosen = decoding.part.chosen.cpu()[places]
    given = pictured(take(decoding.part.held[0], chosen), like)
    fields = {name: given, "reconstructed": pictured(decoding.through(places)[0], like)}
    viewer = Viewer(Dataset("", fields, {}))
    shown: list[Sample] = []
    for row, index in enumerate(chosen.tolist()):
        views: dict[str, View] = viewer.views(fields, row)
        made = fields["reconstructed"][row]
        alike = made.shape == given[row].shape
        caption = f"mean squared error {float(((made - given[row]) ** 2).mean()):.3g}" if alike else ""
        shown.append(Sample(decoding.part.name, index, caption, views))
    return shown
