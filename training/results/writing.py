"""What a model writes by itself: each token is its own, given those before it, and goes in again for the next.

It is read as it was trained: as many tokens at once as its samples have, with those that are not written yet filled up.
What comes later must not matter for what is said before, which is tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from compiler.to_python.source import Source
from graph.dims import symbols
from graph.document import Document
from training.data.described import names_of
from training.data.feed import Feed
from training.errors import TrainingError
from training.metrics.accuracy import target_of
from training.metrics.answers import Answers
from training.results.evaluate import Part
from training.results.spelling import Spelling
from training.runs.data_record import DataRecord, Learned

_LOOKED_AT, _FEWEST = 256, 2


class Beside(NamedTuple):
    """An Input with another text: which argument it is, how it is spelt, and whether it takes texts of any length."""

    place: int
    spelling: Spelling
    free: bool


class Writer(NamedTuple):
    """A module that says which token comes next at every place of a text.

    ``objective`` judges that by its ``answers``; ``read`` is the argument with the tokens before, ``context`` of them
    at once, and ``right`` the one with those to come. Texts begin with the token ``first`` and end with ``last``, -1
    where the data has no such. ``spelling`` has the tokens' names, ``beside`` are the other Inputs that are texts, by
    node; ``lengths`` is the argument that says how long these are, -1 where none does.
    """

    module: nn.Module
    feed: Feed
    part: Part
    objective: str
    answers: Answers
    inputs: Sequence[str]
    read: int
    right: int
    context: int
    first: int
    last: int
    spelling: Spelling
    beside: Mapping[str, Beside]
    lengths: int

    def scores(self, batch: list[Tensor]) -> Tensor:
        """Of each sample, for each token, at each place: how much speaks for it."""
        loss: Callable[..., Any] = self.module.loss  # type: ignore[assignment]
        devices = [batch[0].device] if batch[0].is_cuda else []
        with torch.no_grad(), torch.random.fork_rng(devices=devices):
            found: Tensor = loss(*batch)[1][self.objective][1]
        return found

    def batch(self, places: Tensor) -> list[Tensor]:
        """The arguments of some of the part's samples."""
        return self.feed.fresh(self.part.chosen[places.to(self.part.chosen.device)])

    def go_on(
        self, batch: list[Tensor], begun: Tensor, count: int, temperature: float = 0.0, seed: int = 0
    ) -> tuple[Tensor, bool]:
        """Texts that go on from ``begun``, one of each sample, by at most so many tokens; whether all came to an end.

        The most probable token is taken or, at a temperature above 0, one is drawn.
        """
        generator, texts = torch.Generator().manual_seed(seed), begun
        done, end = torch.zeros(len(begun), 1, dtype=torch.bool), torch.tensor(max(self.last, 0))
        room = self.context - begun.shape[1] + 1 if self.first >= 0 else count
        for _ in range(min(count, room)):
            seen = texts[:, -self.context :]
            batch[self.read] = _filled(seen, batch[self.read])
            scores = self.scores(batch)[:, :, seen.shape[1] - 1].double().cpu()
            if not bool(scores.isfinite().all()):
                raise TrainingError("The model gives scores that are NaN or infinite, so it writes nothing.")
            if temperature > 0.0:
                chosen = torch.multinomial(torch.softmax(scores / temperature, 1), 1, generator=generator)
            else:
                chosen = scores.argmax(1, keepdim=True)
            texts = torch.cat([texts, chosen.where(~done, end)], 1)
            done |= chosen.eq(self.last)
            if bool(done.all()):
                break
        return texts, bool(done.all())

    def bare(self, text: Tensor) -> list[int]:
        """The tokens of a text without the marks at its ends."""
        tokens: list[int] = text.tolist()
        tokens = tokens[1:] if self.first >= 0 and tokens[:1] == [self.first] else tokens
        return tokens[: tokens.index(self.last)] if self.last in tokens else tokens

    def right_text(self, batch: list[Tensor]) -> str:
        """The text that the first sample of a batch should have."""
        right = batch[self.right][0]
        return self.spelling.text(self.bare(right[self.answers.kept(right)]))


def writer_of(
    document: Document,
    source: Source,
    module: nn.Module,
    feed: Feed,
    part: Part,
    record: DataRecord | None,
    answers: Mapping[str, Answers],
) -> Writer | None:
    """That of a drawing whose Target has the tokens of an Input one place on; ``None`` for others."""
    tokens = {name: target_of(document, name) for name, each in answers.items() if each.kind == "tokens"}
    tokens = {name: target for name, target in tokens.items() if target in source.targets}
    if not tokens or len(part.chosen) < _FEWEST:
        return None
    arguments, batch = [*source.inputs, *source.targets], feed.fresh(part.chosen[:_LOOKED_AT])
    for name, target in tokens.items():
        place = arguments.index(target)
        right, kept = batch[place], answers[name].kept(batch[place])
        read = next((at for at in range(len(source.inputs)) if _is_one_on(batch[at], right, kept)), None)
        if read is None:
            continue
        spellings = _texts(document, source, record, batch)
        found = Writer(
            module, feed, part, name, answers[name], source.inputs, read, place, batch[read].shape[1],
            _mark_before(batch[read]), _mark_behind(right, kept), spellings.pop(source.inputs[read]).spelling,
            spellings, _lengths(source, record),
        )  # fmt: skip
        return found if _looks_back_alone(found, batch) else None
    return None


def _filled(texts: Tensor, like: Tensor) -> Tensor:
    """Texts with zeros behind, as long as what the model was trained with."""
    made = torch.zeros_like(like)
    made[:, : texts.shape[1]] = texts.to(like)
    return made


def _is_one_on(read: Tensor, right: Tensor, kept: Tensor) -> bool:
    """Whether what is right at each place is read at the next one."""
    if read.dtype != torch.int64 or read.dim() != 2 or read.shape != right.shape or read.shape[1] < _FEWEST:
        return False
    both = kept[:, 1:] & kept[:, :-1]
    return bool(both.any()) and bool(read[:, 1:][both].eq(right[:, :-1][both]).all()) and not bool(read.eq(right).all())


def _mark_before(read: Tensor) -> int:
    """The token that each text begins with, and none has elsewhere."""
    first = read[0, 0]
    return int(first) if bool(read[:, 0].eq(first).all()) and not bool(read[:, 1:].eq(first).any()) else -1


def _mark_behind(right: Tensor, kept: Tensor) -> int:
    """The token that each text ends with, and none has elsewhere."""
    if not bool(kept.any(1).all()):
        return -1
    ends = kept.shape[1] - 1 - kept.flip(1).int().argmax(1)
    last = right.gather(1, ends[:, None])[:, 0]
    once = right.eq(last[0]).logical_and(kept).sum(1)
    return int(last[0]) if bool(last.eq(last[0]).all()) and bool(once.eq(1).all()) else -1


def _looks_back_alone(writer: Writer, batch: list[Tensor]) -> bool:
    """Whether what is said at a place stays the same when each token that comes later is another."""
    half, known = max(1, writer.context // 2), torch.unique(batch[writer.read])
    batch = [tensor[:_FEWEST] for tensor in batch]
    before = writer.scores(batch)[:, :, :half].clone()
    read = batch[writer.read].clone()
    read[:, half:] = known[(torch.searchsorted(known, read[:, half:].contiguous()) + 1) % len(known)]
    batch[writer.read] = read
    return torch.allclose(before, writer.scores(batch)[:, :, :half], rtol=1e-4, atol=1e-5)


def _texts(document: Document, source: Source, record: DataRecord | None, batch: list[Tensor]) -> dict[str, Beside]:
    """The Inputs that are texts."""
    types = document.types()
    used = Counter(name for node in [*source.inputs, *source.targets] for name in symbols(types[node][0].shape[1:]))
    found = {}
    for place, node in enumerate(source.inputs):
        printed = record.prints.get(node) if record else None
        if batch[place].dtype == torch.int64 and batch[place].dim() == 2:
            field, learned = (printed.field, record.learned) if record and printed else ("", Learned())
            spelling = Spelling(names_of(field, learned), learned, field, int(batch[place].max()))
            own = symbols(types[node][0].shape[1:])
            found[node] = Beside(place, spelling, bool(own) and all(used[name] == 1 for name in own))
    return found


def _lengths(source: Source, record: DataRecord | None) -> int:
    """Which argument has the lengths of texts; -1 where none has."""
    prints = record.prints if record else {}
    places = [place for place, node in enumerate(source.inputs) if node in prints and prints[node].field == "lengths"]
    return places[0] if places else -1
