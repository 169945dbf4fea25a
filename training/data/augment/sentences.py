"""What is said of augmentation, in the window and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from graph.recipe.augmentations import Augmentation, Cutmix, Mixup
from graph.recipe.settings import TrainingSettings
from training.data.augment.subjects import Subject
from training.data.augment.suited import changes


def told(chosen: Sequence[tuple[int, Augmentation]], subjects: Sequence[Subject], settings: TrainingSettings) -> str:
    """What is done to which field, and to which samples."""
    parts = []
    for subject in subjects:
        done = [found.done for _, found in chosen if changes(found, subject) and not subject.is_target]
        if done:
            parts.append(f"'{subject.field}' is {_joined(done)}")
    moving = any(found.moves for _, found in chosen)
    parts += [_follows(subject) for subject in subjects if subject.following and moving]
    parts += [
        f"the target '{subject.node}' stays as it is"
        for subject in subjects
        if subject.is_target and subject.shape and not subject.following
    ]
    strength = settings.augmentation_strength
    much = "" if strength == 1.0 else f", {strength:g} times as much as set"
    text = f"Training samples are changed anew in every epoch{much}: {'; '.join(parts)}."
    if any(isinstance(found, Mixup | Cutmix) for _, found in chosen):
        text += " Labels are mixed as their samples are, and training accuracy counts the one with the larger share."
    return f"{text} Samples to validate and test on are not changed."


def _follows(subject: Subject) -> str:
    if subject.following == "nearest":
        new = f"{subject.outside}, which does not count" if subject.outside else "0"
        return f"'{subject.field}' follows by the nearest pixel, and what comes in from outside is {new}"
    return f"'{subject.field}' follows"


def _joined(words: Sequence[str]) -> str:
    words = list(dict.fromkeys(words))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
