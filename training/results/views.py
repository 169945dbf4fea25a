"""Samples with what was made of them, as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import torch
from torch import Tensor

from training.data.dataset import Array, Dataset
from training.data.fit.images import Spread, spread
from training.data.held import take
from training.data.preview.pictures import is_picture, mask_of, picture
from training.data.preview.views import Viewer
from training.data.texts.subwords import joined
from training.metrics.answers import Answers
from training.protocol import WRITTEN, Picture, Sample, View, Words
from training.results.boxes import Boxed, boxes_of, grids_of
from training.results.evaluate import class_names
from training.results.judgement import Judged
from training.runs.data_record import Learned

_LISTED, _TOKENS = 4, 60

BOXED = 144


def views_of(judged: Judged, name: str, page: Tensor, classes: list[str]) -> list[Sample]:
    """The samples at some places among those judged, each with its Inputs and what was predicted for it."""
    chosen = judged.part.chosen[page.to(judged.part.chosen.device)].cpu()
    fields = _inputs(judged, chosen)
    viewer = Viewer(Dataset("", fields, {}, learned=judged.record.learned if judged.record else Learned()))
    if grids := grids_of(judged):
        return _with_boxes(judged, fields, chosen, boxes_of(judged, grids, page, _kinds(judged, grids.judges)))
    scores, answers = judged.scores[name], judged.answers[name]
    whole = bool((scores.guess[page] >= 0).all())
    prediction, target = (None, None) if whole else judged.predict(page.to(judged.part.chosen.device), name)
    own = _written(judged, name, page)
    shown = []
    for row, place in enumerate(page.tolist()):
        views = viewer.views(fields, row)
        if prediction is None or target is None:
            caption = _class_caption(scores.true[place], scores.guess[place], scores.sure[place], classes)
        elif answers.kind == "tokens":
            kept = answers.kept(target[row])
            guess, true = prediction[row].argmax(0)[kept], target[row][kept]
            tags = bool(kept.all()) and (judged.writer is None or judged.writer.objective != name)
            views = _in_words(views, guess, true, classes, whole=tags)
            views |= {WRITTEN: Words([_name(each, classes) for each in own[row]])} if own else {}
            right = f"{int(guess.eq(true).sum())} of {len(true)} right"
            caption = _caption(answers, prediction[row], target[row], float(scores.wrong[place]), right)
        else:
            given = [values[row] for values in fields.values()]
            views |= _answers(judged, name, views, given, prediction[row], target[row])
            overlap = _overlap(answers, prediction[row], target[row])
            caption = _caption(answers, prediction[row], target[row], float(scores.wrong[place]), overlap)
        shown.append(Sample(judged.part.name, int(chosen[row]), caption, _read(views, judged)))
    return shown


def inputs_of(judged: Judged, page: Tensor) -> list[dict[str, View]]:
    """What goes in of some of the samples that are judged."""
    fields = _inputs(judged, judged.part.chosen[page.to(judged.part.chosen.device)].cpu())
    viewer = Viewer(Dataset("", fields, {}, learned=judged.record.learned if judged.record else Learned()))
    return [_read(viewer.views(fields, row), judged) for row in range(len(page))]


def _read(views: dict[str, View], judged: Judged) -> dict[str, View]:
    """What is shown, with subwords put together again to words; not where each has a tag."""
    if judged.record is None or judged.record.learned.unit != "subwords":
        return views
    return {name: joined(view) if isinstance(view, Words) and not view.tags else view for name, view in views.items()}


def _with_boxes(judged: Judged, fields: dict[str, Array], chosen: Tensor, found: Sequence[Boxed]) -> list[Sample]:
    """Pictures with the boxes that are there and those that were said to be."""
    images = fields["image"]
    seen = spread(images)
    return [
        Sample(
            judged.part.name,
            int(chosen[row]),
            boxed.caption,
            {"image": msgspec.structs.replace(picture(images[row], seen, largest=BOXED), boxes=boxed.boxes)},
        )
        for row, boxed in enumerate(found)
    ]


def _kinds(judged: Judged, judges: Mapping[str, str]) -> list[str]:
    """What the classes of boxes are called."""
    name = judges.get("classes", "")
    return class_names(judged.document, name, judged.record, judged.answers[name].classes) if name else []


def _in_words(views: dict[str, View], guess: Tensor, true: Tensor, names: list[str], *, whole: bool) -> dict[str, View]:
    """What is right and what was predicted, token by token; as tags where each token of a text has one."""
    wrong = guess.ne(true).nonzero().flatten().tolist()
    rows = {
        "true": ([_name(each, names) for each in true[:_TOKENS]], []),
        "predicted": ([_name(each, names) for each in guess[:_TOKENS]], [place for place in wrong if place < _TOKENS]),
    }
    texts = [view for view in views.values() if isinstance(view, Words)]
    if whole and len(views) == len(texts) == 1 and len(texts[0].tokens) == min(len(true), _TOKENS):
        return {row: Words(texts[0].tokens, tags, places) for row, (tags, places) in rows.items()}
    return {**views, **{row: Words(tokens, [], places) for row, (tokens, places) in rows.items()}}


def _written(judged: Judged, name: str, page: Tensor) -> list[list[Tensor]]:
    """What the model writes by itself for samples, token by token; nothing where its texts have no end."""
    writer = judged.writer
    if writer is None or writer.objective != name or min(writer.first, writer.last) < 0 or writer.context > _TOKENS:
        return []
    texts, _ = writer.go_on(writer.batch(page), torch.full((len(page), 1), writer.first), writer.context)
    return [[*torch.tensor(writer.bare(text), dtype=torch.long)] for text in texts]


def _overlap(answers: Answers, prediction: Tensor, target: Tensor) -> str:
    """The intersection over union of a sample's masks: the mean over the classes that occur in it."""
    if answers.kind == "masks":
        guess, true = prediction > answers.threshold, target > 0.5
        union = int((guess | true).sum())
        return f"IoU {int((guess & true).sum()) / union:.2f}" if union else "IoU 1.00"
    if answers.kind != "pixels":
        return ""
    kept = answers.kept(target)
    guess, true = prediction.argmax(0)[kept], target[kept]
    kinds = sorted({*guess.flatten().tolist(), *true.flatten().tolist()})
    shares = [float(((guess == k) & (true == k)).sum() / ((guess == k) | (true == k)).sum()) for k in kinds]
    return f"IoU {sum(shares) / len(shares):.2f}" if shares else ""


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


def _caption(answers: Answers, prediction: Tensor, target: Tensor, wrong: float, beside: str) -> str:
    if answers.kind == "values" and prediction.numel() <= _LISTED:
        return f"true {_numbers(target)}, predicted {_numbers(prediction)}"
    if np.isnan(wrong):
        return "nothing of it counts"
    likely = answers.likely or answers.kind in ("yes_no", "masks")
    what = "mean squared error" if answers.kind == "values" else "\u2212log p" if likely else "lead"
    return ", ".join(filter(None, (beside, f"{what} {wrong:.3g}")))


def _numbers(values: Tensor) -> str:
    return ", ".join(f"{value:.4g}" for value in values.flatten().tolist())


def _answers(
    judged: Judged, name: str, views: dict[str, View], given: list[Array], prediction: Tensor, target: Tensor
) -> dict[str, View]:
    """What is right and what was predicted, where they can be seen: pictures, or masks over the first picture."""
    answers = judged.answers[name]
    if answers.kind in ("pixels", "masks"):
        pictures = [view for view in views.values() if isinstance(view, Picture)]
        under = max(pictures, key=lambda view: view.width * view.height, default=None)
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
