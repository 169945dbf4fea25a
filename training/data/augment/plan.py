"""What is done to the training samples of a drawing: decided and checked before training, and said in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

from graph.document import Document
from graph.recipe.augmentations import Augmentation, Cutmix, Flip, Mixup
from graph.recipe.settings import TrainingSettings
from training.data.augment.chain import Chain
from training.data.augment.effects import effect_of
from training.data.augment.feed import Augmented, Mixed
from training.data.augment.mixing import Mixing
from training.data.augment.moves import Moves
from training.data.augment.sentences import told
from training.data.augment.signals import deviations_of
from training.data.augment.subjects import Subject, subjects_of
from training.data.augment.suited import changes, check_mixes, check_suits
from training.data.feed import Feed
from training.data.held import Held
from training.data.samples import Samples


class Augmentations(NamedTuple):
    """How batches of training samples are made; ``told`` says what is done to them.

    ``voids`` are the targets some of whose labels may come not to count: what comes in from outside does not.
    """

    feed: Augmented
    told: str
    voids: frozenset[str]


def asked(settings: TrainingSettings) -> list[tuple[int, Augmentation]]:
    """The augmentations of some settings at their strength, each with its place in the list."""
    strength = settings.augmentation_strength
    return [(place, found.at(strength)) for place, found in enumerate(settings.augmentation) if strength]


def plan(document: Document, samples: Samples, feed: Feed, training: Tensor) -> Augmentations | None:
    """What is asked for, of the samples that ``feed`` cuts into batches; the indices ``training`` are to train on.

    Raises:
        DataError: an augmentation does not suit the data, or a target cannot follow it.
    """
    settings, chosen = document.training, asked(document.training)
    if not chosen:
        return None
    held = samples.training
    subjects = subjects_of(document, settings.data, samples.bindings, samples.shapes, held, samples.rule)
    check_suits(chosen, subjects)
    mixing = [(place, found) for place, found in chosen if isinstance(found, Mixup | Cutmix)]
    mixed = None
    if mixing:
        inputs = [subject for subject in subjects if not subject.is_target]
        targets = check_mixes(document, mixing, subjects, held)
        mixed = Mixed(Mixing(mixing, training.to(feed.device)), inputs, targets)
    feed_of = Augmented(feed, _chain(chosen, subjects, samples, training), settings.seed, mixed)
    return Augmentations(feed_of, told(chosen, subjects, settings), _voids(chosen, subjects))


def _chain(
    chosen: Sequence[tuple[int, Augmentation]], subjects: Sequence[Subject], samples: Samples, training: Tensor
) -> Chain:
    moving = [(place, found) for place, found in chosen if found.moves]
    images = [subject for subject in subjects if "image" in subject.suits]
    moves = Moves(moving, images[0].size) if moving else None
    effects = []
    for place, found in chosen:
        if found.moves or isinstance(found, Mixup | Cutmix):
            continue
        fitting = [subject for subject in subjects if changes(found, subject)]
        for subject in fitting:
            # Two fields are changed by numbers of their own, 65,536 streams apart.
            stream = 16 * place + 65_536 * subject.place
            held = samples.training[subject.place]

            def deviations(held: Held = held) -> Tensor:
                return deviations_of(held, training)

            effects.append((subject, effect_of(found, stream, subject, deviations)))
    return Chain(subjects, moves, effects)


def _voids(chosen: Sequence[tuple[int, Augmentation]], subjects: Sequence[Subject]) -> frozenset[str]:
    if all(isinstance(found, Flip) or not found.moves for _, found in chosen):
        return frozenset()
    return frozenset(subject.node for subject in subjects if subject.following and subject.outside)
