"""What a run's weights say all over a plane, around the samples they are judged on."""

from __future__ import annotations

from training.protocol import Plane
from training.results.judgement import Judged
from training.results.regions import regions_of

SIZE = 80
_POINTS = 1500


def plane_of(judged: Judged, name: str) -> Plane | None:
    """What is said at every point around the samples; ``None`` where samples are not points of a plane."""
    part = judged.part
    shown = part.chosen.cpu()[:_POINTS]
    found = regions_of(judged.document, judged.source, part.held, shown, judged.record, SIZE, name)
    return found.on(judged.feed.device).seen(judged.module) if found else None
