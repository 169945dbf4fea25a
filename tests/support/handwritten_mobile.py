"""MobileNetV3-Small and ShuffleNetV2 as one would write them, their weights in the order of the drawings."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tests.support.handwritten_models import unit

ROWS = (
    (16, 3, 16, 16, 8, nn.ReLU, 2), (16, 3, 72, 24, 0, nn.ReLU, 2), (24, 3, 88, 24, 0, nn.ReLU, 1),
    (24, 5, 96, 40, 24, nn.Hardswish, 2), (40, 5, 240, 40, 64, nn.Hardswish, 1), (40, 5, 240, 40, 64, nn.Hardswish, 1),
    (40, 5, 120, 48, 32, nn.Hardswish, 1), (48, 5, 144, 48, 40, nn.Hardswish, 1), (48, 5, 288, 96, 72, nn.Hardswish, 2),
    (96, 5, 576, 96, 144, nn.Hardswish, 1), (96, 5, 576, 96, 144, nn.Hardswish, 1),
)  # fmt: skip


def _slow(before: int, channels: int, kernel: int, act: type[nn.Module], **options: Any) -> list[nn.Module]:
    conv = nn.Conv2d(before, channels, kernel, padding=kernel // 2, bias=False, **options)
    return [conv, nn.BatchNorm2d(channels, eps=0.001, momentum=0.01), act()]


class Gate(nn.Module):
    def __init__(self, wide: int, narrow: int) -> None:
        super().__init__()
        parts = (nn.Conv2d(wide, narrow, 1), nn.ReLU(), nn.Conv2d(narrow, wide, 1), nn.Hardsigmoid())
        self.parts = nn.Sequential(nn.AdaptiveAvgPool2d(1), *parts)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.parts(x)


class Bneck(nn.Module):
    def __init__(
        self, before: int, kernel: int, wide: int, channels: int, squeeze: int, act: type[nn.Module], stride: int
    ) -> None:
        super().__init__()
        parts = _slow(before, wide, 1, act) if wide != before else []
        parts += _slow(wide, wide, kernel, act, stride=stride, groups=wide)
        parts += [Gate(wide, squeeze)] if squeeze else []
        self.parts = nn.Sequential(*parts, *_slow(wide, channels, 1, nn.Identity))
        self.skip = stride == 1 and before == channels

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.parts(x)
        return y + x if self.skip else y


def mobilenet_v3_small() -> nn.Module:
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(576, 1024), nn.Hardswish(), nn.Dropout(0.2))
    first, last = _slow(3, 16, 3, nn.Hardswish, stride=2), _slow(96, 576, 1, nn.Hardswish)
    return nn.Sequential(*first, *(Bneck(*row) for row in ROWS), *last, *head, nn.Linear(1024, 1000))


class Shuffled(nn.Module):
    """Two ways whose channels are mixed: with a stride both of the whole input, else each of a half."""

    def __init__(self, before: int, channels: int, stride: int) -> None:
        super().__init__()
        half, self.halves = channels // 2, stride == 1
        spread: dict[str, Any] = {"stride": stride, "padding": 1}
        own = [unit(before, before, 3, nn.Identity, groups=before, **spread), unit(before, half)]
        deep = unit(half, half, 3, nn.Identity, groups=half, **spread)
        self.two = nn.Sequential(unit(half if self.halves else before, half), deep, unit(half, half))
        self.one = nn.Identity() if self.halves else nn.Sequential(*own)

    def forward(self, x: Tensor) -> Tensor:
        first, second = x.chunk(2, 1) if self.halves else (x, x)
        y = torch.cat((self.one(first), self.two(second)), 1)
        return y.unflatten(1, (2, -1)).transpose(1, 2).flatten(1, 2)


class Mean(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


def shufflenet_v2() -> nn.Module:
    layers: list[nn.Module] = [unit(3, 24, 3, stride=2, padding=1), nn.MaxPool2d(3, 2, 1)]
    before = 24
    for channels, repeat in ((116, 3), (232, 7), (464, 3)):
        layers += [Shuffled(before, channels, 2), *(Shuffled(channels, channels, 1) for _ in range(repeat))]
        before = channels
    return nn.Sequential(*layers, unit(464, 1024), Mean(), nn.Linear(1024, 1000))
