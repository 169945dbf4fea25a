"""Samples with what was made of them, as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import torch
from torch import Tensor

from training.data.dataset import Array, Dataset
from training.data.fit.images import Spread, spread
from training.data.held import take
from training.data.preview.pictures import is_picture, mask_of, picture
from training.data.preview.views import Viewer
from training.protocol import Picture, Sample, View
from training.results.judgement import Judged
from training.runs.data_record import Learned

_LISTED = 4


def views_of(judged: Judged, name: str, page: Tensor, classes: list[str]) -> list[Sample]:
    """The samples at some places among those judged, each with its Inputs and what was predicted for it."""
    chosen = judged.part.chosen[page.to(judged.part.chosen.device)].cpu()
    fields = _inputs(judged, chosen)
    viewer = Viewer(Dataset("", fields, {}, learned=judged.record.learned if judged.record else Learned()))
    scores, kind = judged.scores[name], judged.answers[name].kind
    whole = bool((scores.guess[page] >= 0).all())
    prediction, target = (None, None) if whole else judged.predict(page.to(judged.part.chosen.device), name)
    shown = []
    for row, place in enumerate(page.tolist()):
        views = viewer.views(fields, row)
        if prediction is None or target is None:
            caption = _class_caption(scores.true[place], scores.guess[place], scores.sure[place], classes)
        else:
            given = [values[row] for values in fields.values()]
            views |= _answers(judged, name, views, given, prediction[row], target[row])
            caption = _caption(kind, prediction[row], target[row], float(scores.wrong[place]))
        shown.append(Sample(judged.part.name, int(chosen[row]), caption, views))
    return shown


def _inputs(judged: Judged, chosen: Tensor) -> dict[str, Array]:
    """The values of the Inputs as the model takes them, by field; rows of pixels in the shape the data has them in."""
    prints = judged.record.prints if judged.record else {}
    found = {}
    for name, held in zip(judged.source.inputs, judged.part.held, strict=False):
        values = take(held, chosen).numpy()
        printed = prints.get(name)
        if printed is not None and _is_flat_picture(values, printed.shape):
            values = values.reshape(len(values), *printed.shape)
        found[printed.field if printed else name] = values
    return found


def _is_flat_picture(values: Array, shape: Sequence[int]) -> bool:
    return bool(np.prod(shape) == values[0].size) and is_picture(np.empty((1, *shape)))


def _class_caption(true: Tensor, guess: Tensor, sure: Tensor, classes: list[str]) -> str:
    share = f" ({float(sure):.0%})" if bool(torch.isfinite(sure)) else ""
    if true < 0:
        return f"(does not count) \u2192 {_name(guess, classes)}{share}"
    if true == guess:
        return f"{_name(true, classes)}{share}"
    return f"{_name(true, classes)} \u2192 {_name(guess, classes)}{share}"


def _name(number: Tensor, classes: list[str]) -> str:
    return classes[int(number)] if 0 <= int(number) < len(classes) else str(int(number))


def _caption(kind: str, prediction: Tensor, target: Tensor, wrong: float) -> str:
    if kind == "values" and prediction.numel() <= _LISTED:
        return f"true {_numbers(target)}, predicted {_numbers(prediction)}"
    if kind in ("pixels", "tokens"):
        return "nothing of it counts" if np.isnan(wrong) else f"mean {wrong:.3g}"
    return f"mean squared error {wrong:.3g}" if kind == "values" else f"mean {wrong:.3g}"


def _numbers(values: Tensor) -> str:
    return ", ".join(f"{value:.4g}" for value in values.flatten().tolist())


def _answers(
    judged: Judged, name: str, views: dict[str, View], given: list[Array], prediction: Tensor, target: Tensor
) -> dict[str, View]:
    """What is right and what was predicted, where they can be seen: pictures, or masks over the first picture."""
    answers = judged.answers[name]
    if answers.kind in ("pixels", "masks"):
        under = next((view for view in views.values() if isinstance(view, Picture)), None)
        if answers.kind == "pixels":
            guess, true = prediction.argmax(0), target.where(answers.kept(target), 0)
        else:
            guess, true = _first(prediction > answers.threshold), _first(target > 0.5)
        return {"true": _masked(under, true.numpy()), "predicted": _masked(under, guess.numpy())}
    if answers.kind != "values":
        return {}
    both = _as_input(given, np.stack([target.float().numpy(), prediction.float().numpy()]))
    if is_picture(both):
        seen = spread(both)
        same = any(np.array_equal(values.ravel(), both[0].ravel()) for values in given)  # what went in should come out
        shown: dict[str, View] = {} if same else {"true": picture(both[0], seen)}
        return {**shown, "predicted": picture(both[1], seen)}
    if both[0].size > _LISTED:
        fields = {"true": both[:1], "predicted": both[1:]}
        return Viewer(Dataset("", fields, {})).views(fields, 0)
    return {}


def _as_input(given: list[Array], both: Array) -> Array:
    """Values in the shape of a picture that goes in, where they are as many: those of an autoencoder of rows."""
    shapes = [values.shape for values in given]
    like = next((shape for shape in shapes if _is_flat_picture(both, shape)), None)
    return both if like is None else both.reshape(2, *like)


def _first(channels: Tensor) -> Tensor:
    """The number of the last channel that says yes at each place, from 1 on; 0 where none does."""
    flat = channels if channels.dim() == 3 else channels.unsqueeze(0)
    numbers = torch.arange(1, len(flat) + 1)[:, None, None]
    return (flat * numbers).amax(0)


def _masked(under: Picture | None, mask: Array) -> Picture:
    """The first picture of a sample with a mask over it, or the mask over grey."""
    height, width = mask.shape[-2:]
    if under is None or abs(under.width * height - under.height * width) > max(height, width):  # of another shape
        under = picture(np.full((1, height, width), 0.5, np.float32), Spread(0.0, 1.0, False))
    return msgspec.structs.replace(under, mask=mask_of(mask, (under.width, under.height)))
