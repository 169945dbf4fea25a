"""Inception v3 as a person writes it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.support.handwritten_models import Kernel, unit


def conv(before: int, channels: int, kernel: Kernel = 1, **window: Any) -> nn.Sequential:
    return unit(before, channels, kernel, eps=0.001, **window)


def row(before: int, channels: int, size: int = 7) -> nn.Sequential:
    return conv(before, channels, (1, size), padding=(0, size // 2))


def column(before: int, channels: int, size: int = 7) -> nn.Sequential:
    return conv(before, channels, (size, 1), padding=(size // 2, 0))


class Side(nn.Module):
    """Branches side by side, joined in an order of their own: weights stand in the order of the drawing."""

    def __init__(self, order: str, **branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleDict({f"branch_{name}": branch for name, branch in branches.items()})
        self.order = [f"branch_{name}" for name in order.split()]

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branches[name](x) for name in self.order], dim=1)


def pooled(before: int, channels: int) -> nn.Module:
    return nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), conv(before, channels))


def block_a(before: int, pool: int) -> nn.Module:
    return Side(
        "one five three pool",
        pool=pooled(before, pool),
        one=conv(before, 64),
        three=nn.Sequential(conv(before, 64), conv(64, 96, 3, padding=1), conv(96, 96, 3, padding=1)),
        five=nn.Sequential(conv(before, 48), conv(48, 64, 5, padding=2)),
    )


def reduction_a() -> nn.Module:
    return Side(
        "three double pool",
        three=conv(288, 384, 3, stride=2),
        double=nn.Sequential(conv(288, 64), conv(64, 96, 3, padding=1), conv(96, 96, 3, stride=2)),
        pool=nn.MaxPool2d(3, stride=2),
    )


def block_b(narrow: int) -> nn.Module:
    double = [conv(768, narrow), column(narrow, narrow), row(narrow, narrow), column(narrow, narrow), row(narrow, 192)]
    return Side(
        "one seven double pool",
        pool=pooled(768, 192),
        one=conv(768, 192),
        seven=nn.Sequential(conv(768, narrow), row(narrow, narrow), column(narrow, 192)),
        double=nn.Sequential(*double),
    )


def reduction_b() -> nn.Module:
    seven = [conv(768, 192), row(192, 192), column(192, 192), conv(192, 192, 3, stride=2)]
    return Side(
        "three seven pool",
        three=nn.Sequential(conv(768, 192), conv(192, 320, 3, stride=2)),
        seven=nn.Sequential(*seven),
        pool=nn.MaxPool2d(3, stride=2),
    )


def both_ways() -> nn.Module:
    return Side("row column", row=row(384, 384, 3), column=column(384, 384, 3))


def block_c(before: int) -> nn.Module:
    return Side(
        "one three double pool",
        pool=pooled(before, 192),
        one=conv(before, 320),
        three=nn.Sequential(conv(before, 384), both_ways()),
        double=nn.Sequential(conv(before, 448), conv(448, 384, 3, padding=1), both_ways()),
    )


class InceptionV3(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            conv(3, 32, 3, stride=2), conv(32, 32, 3), conv(32, 64, 3, padding=1), nn.MaxPool2d(3, stride=2),
            conv(64, 80), conv(80, 192, 3), nn.MaxPool2d(3, stride=2),
        )  # fmt: skip
        self.middle = nn.Sequential(
            block_a(192, 32), block_a(256, 64), block_a(288, 64), reduction_a(),
            block_b(128), block_b(160), block_b(160), block_b(192),
        )  # fmt: skip
        self.auxiliary = nn.Sequential(conv(768, 128), conv(128, 768, 5), nn.Linear(768, 1000))
        self.last = nn.Sequential(reduction_b(), block_c(1280), block_c(2048))
        self.scores = nn.Linear(2048, 1000)

    def forward(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.last(self.middle(self.stem(image))), 1)
        return self.scores(F.dropout(x, 0.5, training=self.training).flatten(1))
