"""What several processes have counted, each over its batches, is what one counts over all of them."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from training.metrics.answers import Answers
from training.metrics.areas import AreaGauge
from training.metrics.confusion import ConfusionGauge
from training.metrics.gauges import ClassGauge, DistanceGauge, Gauge, LikelihoodGauge, RankGauge, SequenceGauge

CLASSES = Answers("classes", 3, likely=True)
TOKENS = Answers("tokens", 3, likely=True)


def numbers(counts: Any) -> list[float]:
    """All that a gauge counted, in a row."""
    if isinstance(counts, int | float | bool):
        return [float(counts)]
    return [] if counts is None else [number for part in counts for number in numbers(part)]


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        (ClassGauge, CLASSES),
        (ConfusionGauge, CLASSES),
        (RankGauge, CLASSES),
        (LikelihoodGauge, TOKENS),
        (SequenceGauge, TOKENS),
        (AreaGauge, CLASSES),
        (AreaGauge, Answers("yes_no", 2)),
        (DistanceGauge, Answers("values")),
    ],
)
def test_what_is_joined_is_what_is_counted_at_once(kind: type[Gauge], answers: Answers) -> None:
    torch.manual_seed(0)
    shapes = {"classes": (20, 3), "tokens": (20, 3, 5), "yes_no": (20, 1), "values": (20, 2)}
    prediction = torch.randn(shapes[answers.kind])
    if answers.kind == "values":
        target = torch.randn(20, 2)
    elif answers.kind == "yes_no":
        target = torch.randint(0, 2, (20, 1)).float()
    else:
        target = torch.randint(0, 3, (20, *prediction.shape[2:]))
        target[3] = -100
    whole, nothing, *parts = (kind(answers) for _ in range(5))
    for start in range(0, 20, 4):
        whole.add(prediction[start : start + 4], target[start : start + 4])
        parts[start // 8].add(prediction[start : start + 4], target[start : start + 4])
    for other in (nothing, *parts[1:]):
        parts[0].join(other.told())
    assert numbers(parts[0].counts()) == pytest.approx(numbers(whole.counts()), rel=1e-12)
    nothing.join(whole.told())
    assert numbers(nothing.counts()) == pytest.approx(numbers(whole.counts()), rel=1e-12)
    assert len(numbers(whole.counts())) > 0


def test_of_more_scores_than_are_kept_those_of_the_first_samples_are() -> None:
    answers, scores = Answers("yes_no", 2), torch.arange(12.0).view(-1, 1)
    labels = (torch.arange(12) % 2).float().view(-1, 1)
    whole, one, other = (AreaGauge(answers, most=8) for _ in range(3))
    whole.add(scores, labels)
    one.add(scores[:6], labels[:6])
    other.add(scores[6:], labels[6:])
    one.join(other.told())
    assert numbers(one.counts()) == numbers(whole.counts())
    assert one.notice == whole.notice == "roc_auc looks at the scores of the first samples: 8 of 12 scores."
