"""Whether augmentations suit the data, and the sentence where one does not."""

from __future__ import annotations

from collections.abc import Sequence

from graph.blocks.expansion import input_types
from graph.document import Document
from graph.layers.objectives.base import Objective
from graph.recipe.augmentations import SUITS, Augmentation, Cutmix, Shift, Speed
from training.data.augment.subjects import Subject
from training.data.held import Held, parts
from training.errors import DataError

Chosen = Sequence[tuple[int, Augmentation]]
_SETTING = "the setting augmentation"


def changes(augmentation: Augmentation, subject: Subject) -> bool:
    """Whether an augmentation is done to a subject by itself."""
    return bool({*augmentation.suits} & {*subject.suits})


def check_suits(chosen: Chosen, subjects: Sequence[Subject]) -> None:
    """Refuse what does nothing to any field, and what a target cannot follow.

    Raises:
        DataError: naming the augmentation, the field and its node.
    """
    for _, augmentation in chosen:
        if not any(changes(augmentation, subject) for subject in subjects):
            raise _useless(augmentation, subjects)
        if augmentation.moves:
            _check_follows(augmentation, subjects)
        if isinstance(augmentation, Speed | Shift):
            _check_times(augmentation, subjects)


def _useless(augmentation: Augmentation, subjects: Sequence[Subject]) -> DataError:
    name, inputs = type(augmentation).__name__, [subject for subject in subjects if not subject.is_target]
    found = "; ".join(f"'{subject.node}' takes the field '{subject.field}', {subject.noun()}" for subject in inputs)
    wanted = [SUITS[kind] for kind in augmentation.suits]
    what = " and ".join([", ".join(wanted[:-1]), wanted[-1]] if len(wanted) > 1 else wanted)
    return DataError(
        f"{name} changes {what}, but {found}; take it out of {_SETTING}.", inputs[0].node if inputs else ""
    )


def _check_follows(augmentation: Augmentation, subjects: Sequence[Subject]) -> None:
    """A target with several axes must follow, or it would be that of another image."""
    name = type(augmentation).__name__
    for subject in subjects:
        if subject.following or not subject.is_target or len(subject.shape) < 2:
            continue
        raise DataError(
            f"{name} moves the pixels of images, which the target '{subject.node}' ({subject.field}, "
            f"{' x '.join(map(str, subject.shape))}) cannot follow: it does not have their height and width, and is "
            f"not a grid of objects and boxes. Take {name} out of {_SETTING}, or give the target their size.",
            subject.node,
        )


def _check_times(augmentation: Augmentation, subjects: Sequence[Subject]) -> None:
    name, lengths = type(augmentation).__name__, {s.shape[-1] for s in subjects if changes(augmentation, s)}
    for subject in subjects:
        if subject.is_target and subject.shape and subject.shape[-1] in lengths:
            raise DataError(
                f"{name} moves sounds in time, and the target '{subject.node}' ({subject.field}), which has a value "
                f"for each of their steps, does not follow; take {name} out of {_SETTING}.",
                subject.node,
            )


def check_mixes(
    document: Document, chosen: Chosen, subjects: Sequence[Subject], samples: Sequence[Held]
) -> dict[int, int]:
    """The places of the targets, each with its number of classes; refuse what cannot be mixed.

    Raises:
        DataError: naming the augmentation and the node.
    """
    name = type(chosen[0][1]).__name__
    cuts = any(isinstance(augmentation, Cutmix) for _, augmentation in chosen)
    for subject in subjects:
        mixable = bool(subject.suits) and (not cuts or "image" in subject.suits)
        if not subject.is_target and not mixable:
            what = "has no pixels" if cuts and subject.suits else "is not numbers that can be mixed"
            raise _unmixed(name, f"'{subject.node}' takes the field '{subject.field}', which {what}", subject.node)
    if document.training.class_weights != "none":
        raise _unmixed(name, "the setting class_weights gives classes different weights", "")
    found = {}
    for subject in subjects:
        if subject.is_target:
            found[subject.place] = _classes(document, name, subject, samples[subject.place])
    return found


def _classes(document: Document, name: str, subject: Subject, held: Held) -> int:
    """The number of classes of a target that goes to cross-entropies alone."""
    model, counts = document.model, set()
    for wire in model.outgoing(subject.node):
        layer = model.node(wire.target).layer
        if not (isinstance(layer, Objective) and layer.takes_shares and wire.target_port == "target"):
            raise _unmixed(
                name, f"'{wire.target}', to which '{subject.node}' goes, takes no shares of classes", wire.target
            )
        if getattr(layer, "weight", ()):
            raise _unmixed(name, f"'{wire.target}' has class weights", wire.target)
        kind = next(iter(input_types(model, document.types(), wire.target)), None)
        if kind is None or kind.rank != 2 or not isinstance(kind.shape[1], int):
            raise _unmixed(name, f"'{wire.target}' does not compare one class a sample", wire.target)
        ignored = getattr(layer, "ignore_index", -100)
        if any(bool((part.lt(0) | part.eq(ignored)).any()) for part in parts(held)):
            raise _unmixed(name, f"'{subject.node}' has labels that do not count", subject.node)
        if ignored >= 0:
            raise _unmixed(name, f"'{wire.target}' has an ignore_index", wire.target)
        counts.add(kind.shape[1])
    if len(counts) != 1:
        raise _unmixed(name, f"'{subject.node}' goes to predictions of different numbers of classes", subject.node)
    return counts.pop()


def _unmixed(name: str, why: str, node: str) -> DataError:
    return DataError(
        f"{name} mixes samples and their labels, for a CrossEntropy of one class label a sample; {why}. Take {name} "
        f"out of {_SETTING}, or change that.",
        node,
    )
