"""A text that a model writes as it is asked to, beside what else goes in."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.errors import DataError
from training.protocol import Sample, Write, Writing, Written
from training.results.judgement import Judged
from training.results.views import inputs_of
from training.results.writing import Writer

LONGEST, HOTTEST = 2000, 100.0


def writing_of(writer: Writer) -> Writing:
    """What can be asked of a model that writes."""
    sampled = [node for place, node in enumerate(writer.inputs) if place not in (writer.read, writer.lengths)]
    return Writing(
        writer.context,
        writer.inputs[writer.read],
        writer.first >= 0,
        writer.answers.likely,
        sampled,
        [node for node in sampled if node in writer.beside],
    )


def written(judged: Judged, writer: Writer, asked: Write) -> Written:
    """What a model writes as it is asked.

    Raises:
        DataError: a text has tokens that the model does not know, or too many of them; or there is no such sample.
    """
    count, heat = min(max(1, asked.count), LONGEST), min(max(0.0, asked.temperature), HOTTEST)
    if heat and not writer.answers.likely:
        raise DataError("The model's scores are not probabilities, so no token can be drawn; set the temperature to 0.")
    total = len(judged.part.chosen)
    if not 0 <= asked.sample < total:
        raise DataError(f"There is no sample {asked.sample} among these: they are numbered from 0 to {total - 1:,}.")
    start = _start(writer, asked.start)
    place = torch.tensor([asked.sample])
    batch = writer.batch(place)
    right = writer.right_text(batch)
    typed = {node: text for node, text in asked.texts.items() if text.strip() and node in writer.beside}
    _put_beside(writer, batch, typed)
    text, ended = writer.go_on(batch, torch.tensor([start]), count, heat, asked.seed)
    begun = writer.bare(torch.tensor(start))
    first, whole = writer.spelling.text(begun), writer.spelling.text(writer.bare(text[0]))
    found = Written(first, whole[len(first) :], ended)
    sample = _sample(judged, writer, place, typed)
    if sample is None:
        return found
    return Written(found.start, found.text, ended, sample.index, "" if typed else right, sample.views)


def _start(writer: Writer, text: str) -> list[int]:
    """The tokens that a text begins with."""
    start = writer.spelling.numbers(text)
    if writer.first < 0 and not start:
        raise DataError("The model goes on with a text; type how it begins.")
    if writer.first >= 0 and len(start) >= writer.context:
        raise DataError(f"The start has {len(start):,} tokens, and the model's texts have {writer.context:,} at most.")
    return [writer.first, *start] if writer.first >= 0 else start


def _put_beside(writer: Writer, batch: list[Tensor], texts: Mapping[str, str]) -> None:
    """Have texts that were typed go in, in the place of a sample's own."""
    for node, text in texts.items():
        place, spelling, free = writer.beside[node]
        numbers, most = torch.tensor([spelling.numbers(text)]), batch[place].shape[1]
        count = numbers.shape[1]
        if count > most and not free:
            raise DataError(f"The text for '{node}' has {count:,} tokens, and the model reads {most:,} at most.")
        if count < most and not free and spelling.padding < 0:
            raise DataError(f"The text for '{node}' has {count:,} tokens, and the model reads {most:,}; type as many.")
        if count <= most and spelling.padding >= 0:
            numbers = torch.nn.functional.pad(numbers, (0, most - count), value=spelling.padding)
        batch[place] = numbers.to(batch[place])
        if writer.lengths >= 0:
            batch[writer.lengths] = torch.full_like(batch[writer.lengths], count)


def _sample(judged: Judged, writer: Writer, place: Tensor, typed: Mapping[str, str]) -> Sample | None:
    """What goes in of a sample beside the text that is read and those that were typed; nothing where that is all."""
    fields = judged.record.prints if judged.record else {}
    left_out = {writer.inputs[at] for at in (writer.read, writer.lengths) if at >= 0} | typed.keys()
    if left_out >= set(writer.inputs):
        return None
    names = {fields[node].field if node in fields else node for node in left_out}
    (views,) = inputs_of(judged, place)
    index = int(judged.part.chosen.cpu()[place[0]])
    return Sample(judged.part.name, index, "", {name: view for name, view in views.items() if name not in names})
