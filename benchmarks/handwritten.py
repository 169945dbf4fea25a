"""Modules as a person writes them, to hold the compiled drawings against: same names, so weights can be copied."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class MLP(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden1 = nn.Linear(784, 512)
        self.hidden2 = nn.Linear(512, 512)
        self.scores = nn.Linear(512, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = torch.flatten(image, 1)
        x = F.relu(self.hidden1(x))
        x = F.relu(self.hidden2(x))
        return self.scores(x)


class LeNet5(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.scores = nn.Linear(84, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = F.avg_pool2d(torch.tanh(self.c1(image)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = torch.flatten(x, 1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.scores(x)


class BasicBlock(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + x)


class DownBlock(nn.Module):
    def __init__(self, before: int, channels: int, project: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.project = project
        self.more = channels - before
        if project:
            self.conv_skip = nn.Conv2d(before, channels, 1, stride=2, bias=False)
            self.bn_skip = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.project:
            return F.relu(out + self.bn_skip(self.conv_skip(x)))
        return F.relu(out + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.more)))


class ResNet18(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.stage1 = nn.Sequential(BasicBlock(64), BasicBlock(64))
        self.down2 = DownBlock(64, 128)
        self.stage2 = BasicBlock(128)
        self.down3 = DownBlock(128, 256)
        self.stage3 = BasicBlock(256)
        self.down4 = DownBlock(256, 512)
        self.stage4 = BasicBlock(512)
        self.scores = nn.Linear(512, 1000)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(image))), 3, stride=2, padding=1)
        x = self.stage1(x)
        x = self.stage2(self.down2(x))
        x = self.stage3(self.down3(x))
        x = self.stage4(self.down4(x))
        return self.scores(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Bottleneck(nn.Module):
    def __init__(self, before: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        wide = channels * 4
        self.conv1 = nn.Conv2d(before, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, wide, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(wide)
        self.project = before != wide
        if self.project:
            self.conv_skip = nn.Conv2d(before, wide, 1, stride=stride, bias=False)
            self.bn_skip = nn.BatchNorm2d(wide)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return F.relu(out + (self.bn_skip(self.conv_skip(x)) if self.project else x))


class ResNet50(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        before = 64
        for stage, (channels, stride, repeat) in enumerate(((64, 1, 2), (128, 2, 3), (256, 2, 5), (512, 2, 2)), 1):
            self.add_module(f"project{stage}", Bottleneck(before, channels, stride))
            before = channels * 4
            self.add_module(f"stage{stage}", nn.Sequential(*(Bottleneck(before, channels) for _ in range(repeat))))
        self.scores = nn.Linear(2048, 1000)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(image))), 3, stride=2, padding=1)
        for stage in range(1, 5):
            x = self.get_submodule(f"project{stage}")(x)
            x = self.get_submodule(f"stage{stage}")(x)
        return self.scores(F.adaptive_avg_pool2d(x, 1).flatten(1))


class ResNet20(nn.Module):
    """The network for CIFAR with option A: padded identity shortcuts."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.stage1 = nn.Sequential(*(BasicBlock(16) for _ in range(3)))
        self.down2 = DownBlock(16, 32, project=False)
        self.stage2 = nn.Sequential(*(BasicBlock(32) for _ in range(2)))
        self.down3 = DownBlock(32, 64, project=False)
        self.stage3 = nn.Sequential(*(BasicBlock(64) for _ in range(2)))
        self.scores = nn.Linear(64, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = self.stage1(F.relu(self.bn1(self.conv1(image))))
        x = self.stage2(self.down2(x))
        x = self.stage3(self.down3(x))
        return self.scores(F.adaptive_avg_pool2d(x, 1).flatten(1))


class DoubleConv(nn.Module):
    def __init__(self, before: int, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3)
        self.conv2 = nn.Conv2d(channels, channels, 3)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class Up(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(2 * channels, channels, 2, stride=2)
        self.convs = DoubleConv(2 * channels, channels)

    def forward(self, skip: Tensor, x: Tensor) -> Tensor:
        x = self.up(x)
        top, left = (skip.size(2) - x.size(2)) // 2, (skip.size(3) - x.size(3)) // 2
        skip = skip[:, :, top : top + x.size(2), left : left + x.size(3)]
        return self.convs(torch.cat([skip, x], dim=1))


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        widths = (64, 128, 256, 512, 1024)
        for level, (before, channels) in enumerate(zip((1, *widths), widths, strict=False), 1):
            self.add_module(f"down{level}", DoubleConv(before, channels))
        for level in range(1, 5):
            self.add_module(f"up{level}", Up(widths[level - 1]))
        self.scores = nn.Conv2d(64, 2, 1)

    def forward(self, image: Tensor) -> Tensor:
        x, skips = image, []
        for level in range(1, 6):
            x = self.get_submodule(f"down{level}")(x if level == 1 else F.max_pool2d(x, 2))
            skips.append(x)
        for level in range(4, 0, -1):
            x = self.get_submodule(f"up{level}")(skips[level - 1], x)
        return self.scores(x)


class Inception(nn.Module):
    def __init__(self, before: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, proj: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, c1, 1)
        self.reduce3 = nn.Conv2d(before, c3_reduce, 1)
        self.conv3 = nn.Conv2d(c3_reduce, c3, 3, padding=1)
        self.reduce5 = nn.Conv2d(before, c5_reduce, 1)
        self.conv5 = nn.Conv2d(c5_reduce, c5, 5, padding=2)
        self.proj = nn.Conv2d(before, proj, 1)

    def forward(self, x: Tensor) -> Tensor:
        branches = [
            F.relu(self.conv1(x)),
            F.relu(self.conv3(F.relu(self.reduce3(x)))),
            F.relu(self.conv5(F.relu(self.reduce5(x)))),
            F.relu(self.proj(F.max_pool2d(x, 3, stride=1, padding=1))),
        ]
        return torch.cat(branches, dim=1)


class Auxiliary(nn.Module):
    def __init__(self, before: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, 128, 1)
        self.fc1 = nn.Linear(2048, 1024)
        self.fc2 = nn.Linear(1024, 1000)


class GoogLeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.reduce2 = nn.Conv2d(64, 64, 1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128)
        self.auxiliary1 = Auxiliary(512)
        self.auxiliary2 = Auxiliary(528)
        self.fc = nn.Linear(1024, 1000)

    def forward(self, image: Tensor) -> Tensor:
        def pool(x: Tensor) -> Tensor:
            return F.max_pool2d(x, 3, stride=2, ceil_mode=True)

        x = F.local_response_norm(pool(F.relu(self.conv1(image))), 5)
        x = F.relu(self.conv2(F.relu(self.reduce2(x))))
        x = pool(F.local_response_norm(x, 5))
        x = pool(self.inception3b(self.inception3a(x)))
        x = self.inception4c(self.inception4b(self.inception4a(x)))
        x = pool(self.inception4e(self.inception4d(x)))
        x = self.inception5b(self.inception5a(x))
        return self.fc(F.dropout(F.avg_pool2d(x, 7).flatten(1), 0.4, training=self.training))


class LSTMReader(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(28, 128, batch_first=True)
        self.scores = nn.Linear(128, 10)

    def forward(self, image: Tensor) -> Tensor:
        out, _ = self.lstm(image)
        return self.scores(out)
