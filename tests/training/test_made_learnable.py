"""Data made by code can be learned, and not by something simpler than what it is there to show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.data.sources import load_data

pytestmark = pytest.mark.slow


def parts(name: str, *fields: str) -> tuple[list[np.ndarray[Any, Any]], list[np.ndarray[Any, Any]]]:
    made = load_data(f"made:{name}")
    return [made.training[field] for field in fields], [made.test[field] for field in fields]


def linear(x: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
    """What the least-squares fit of y to x and a bias says of the test samples."""
    x, test = (np.column_stack([part, np.ones(len(part))]).astype(np.float64) for part in (x, test))
    # A little ridge keeps columns that depend on each other apart.
    weights = np.linalg.solve(x.T @ x + 1e-3 * np.eye(x.shape[1]), x.T @ y)
    return test @ weights


def linear_accuracy(x: np.ndarray, label: np.ndarray, test: np.ndarray, right: np.ndarray) -> float:
    scores = linear(x.reshape(len(x), -1), np.eye(label.max() + 1)[label], test.reshape(len(test), -1))
    return float((scores.argmax(1) == right).mean())


def nearest(x: np.ndarray, test: np.ndarray) -> np.ndarray:
    """For each test sample the training sample nearest to it."""
    return np.array([np.square(x - one).sum(1).argmin() for one in test])


def fit(module: nn.Module, loss: Any, *fields: np.ndarray, epochs: int = 5, rate: float = 3e-3) -> None:
    """Train with Adam on ``loss(module(first), *others)``."""
    tensors = [torch.from_numpy(np.ascontiguousarray(field)) for field in fields]
    optimizer = torch.optim.Adam(module.parameters(), lr=rate)
    for _ in range(epochs):
        for chosen in torch.randperm(len(tensors[0])).split(50):
            first, *others = (tensor[chosen] for tensor in tensors)
            optimizer.zero_grad()
            loss(module(first), *others).backward()
            optimizer.step()


def answer(module: nn.Module, field: np.ndarray) -> Tensor:
    with torch.no_grad():
        return module.eval()(torch.from_numpy(np.ascontiguousarray(field)))


def pyramid(channels: int) -> nn.Sequential:
    """From a 64 x 64 image to 32 channels of 8 x 8."""
    layers: list[nn.Module] = [nn.AvgPool2d(2)]
    for inside, outside, stride in ((channels, 16, 2), (16, 32, 2), (32, 32, 1)):
        layers += [nn.Conv2d(inside, outside, 3, stride, 1), nn.BatchNorm2d(outside), nn.ReLU()]
    return nn.Sequential(*layers)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other beside other busy processes would take many times as long."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(threads)


def test_sine() -> None:
    (x, y), (test, right) = parts("sine", "x", "y")
    curve = linear(
        np.column_stack([x**power for power in range(1, 8)]), y, np.column_stack([test**p for p in range(1, 8)])
    )
    assert np.square(curve - right).mean() < 0.02
    assert np.square(linear(x, y, test) - right).mean() > 0.1


def test_blobs() -> None:
    (x, y), (test, right) = parts("blobs", "point", "label")
    assert 0.9 < ((linear(x, y, test) > 0.5) == right).mean() < 1


def test_spirals() -> None:
    (x, y), (test, right) = parts("spirals", "point", "label")
    assert (y[nearest(x, test)] == right).mean() > 0.95
    assert linear_accuracy(x, y, test, right) < 0.6


def test_pictures() -> None:
    (x, y), (test, right) = parts("pictures", "image", "label")
    network = nn.Sequential(pyramid(3), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    fit(network, F.cross_entropy, x, y)
    accuracy = float((answer(network, test).argmax(1).numpy() == right).mean())
    assert accuracy > 0.6
    assert linear_accuracy(x[:, :, ::4, ::4], y, test[:, :, ::4, ::4], right) < accuracy


def test_segments() -> None:
    (x, y), (test, right) = parts("segments", "image", "mask")
    up = nn.Upsample(scale_factor=8, mode="bilinear")
    network = nn.Sequential(pyramid(1), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 4, 1), up)
    fit(network, F.cross_entropy, x, y)
    chosen = answer(network, test).argmax(1).numpy()
    recalls = [(chosen == kind)[right == kind].mean() for kind in range(4)]
    assert min(recalls) > 0.4, recalls
    assert recalls[0] > 0.9


def test_cells() -> None:
    (x, y), (test, right) = parts("cells", "image", "mask")

    def around(image: np.ndarray) -> np.ndarray:
        """How much brighter than the picture the surroundings of each pixel in the middle are, near and far."""
        pictures = torch.from_numpy(image - np.median(image, axis=(2, 3), keepdims=True))
        seen = []
        for far in (2, 7, 20):
            middle = pictures[:, 0, 92 - far : 480 + far, 92 - far : 480 + far]
            seen.append(F.avg_pool2d(middle, 2 * far + 1, 4).flatten())
        return torch.stack(seen, dim=1).numpy()

    label = right[:, ::4, ::4].ravel()
    accuracy = linear_accuracy(around(x), y[:, ::4, ::4].ravel(), around(test), label)
    assert accuracy > (label == 0).mean() + 0.15


def test_detection() -> None:
    (x, there, box, kind), (test, test_there, test_box, test_kind) = parts(
        "detection", "image", "objects", "boxes", "classes"
    )

    def loss(output: Tensor, there: Tensor, box: Tensor, kind: Tensor) -> Tensor:
        objects = F.binary_cross_entropy_with_logits(output[:, :1], there, pos_weight=torch.tensor(5.0))
        apart = ((output[:, 1:5] - box) * there).square().sum() / there.sum()
        return objects + apart + F.cross_entropy(output[:, 5:], kind, ignore_index=-100)

    network = nn.Sequential(pyramid(3), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 8, 3, padding=1))
    fit(network, loss, x, there, box, kind)
    output = answer(network, test).numpy()
    found, real = output[:, :1] > 0, test_there == 1
    assert (found & real).sum() / real.sum() > 0.7
    assert (found & real).sum() / found.sum() > 0.4
    cells = real[:, 0]
    assert (output[:, 5:].argmax(1)[cells] == test_kind[cells]).mean() > 0.6
    where = np.broadcast_to(real, test_box.shape)
    spread = np.abs(test_box[where] - test_box[where].mean()).mean()
    assert np.abs(output[:, 1:5] - test_box)[where].mean() < 0.7 * spread


def test_captions() -> None:
    (x, said), (test, right) = parts("captions", "image", "caption_out")
    network = nn.Sequential(pyramid(3), nn.Flatten(), nn.Linear(2048, 14 * 8), nn.Unflatten(1, (14, 8)))
    fit(network, F.cross_entropy, x, said)
    kept = right >= 0
    share = (answer(network, test).argmax(1).numpy() == right)[kept].mean()
    usual = np.array([np.bincount(column[column >= 0]).argmax() for column in said.T])
    assert share > (usual == right)[kept].mean() + 0.2


class Reader(nn.Module):
    """A GRU over words; scores from where it ends."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(64, 16, padding_idx=0)
        self.gru = nn.GRU(16, 32, batch_first=True)
        self.scores = nn.Linear(32, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden, _ = self.gru(self.embedding(tokens))
        last = (tokens > 0).sum(1) - 1
        return self.scores(hidden[torch.arange(len(tokens)), last])


def test_sentiment_is_in_the_order_of_words() -> None:
    (x, y), (test, right) = parts("sentiment", "tokens", "label")
    bags = [np.array([np.bincount(row, minlength=64)[1:] for row in part]) for part in (x, test)]
    assert linear_accuracy(bags[0], y, bags[1], right) < 0.65
    network = Reader(2)
    fit(network, F.cross_entropy, x, y, epochs=12, rate=0.01)
    assert (answer(network, test).argmax(1).numpy() == right).mean() > 0.9


def test_entities_are_in_the_words_around_them() -> None:
    (x, y), (test, right) = parts("entities", "tokens", "tags")

    def seen(tokens: np.ndarray, *shifts: int) -> np.ndarray:
        padded = np.pad(tokens, ((0, 0), (1, 1)))
        return np.concatenate([np.eye(64)[padded[:, 1 + s : 13 + s].ravel()] for s in shifts], axis=1)

    names = right.ravel() > 0
    accuracies = []
    for shifts in ((0,), (-1, 0), (-1, 0, 1)):
        scores = linear(seen(x, *shifts), np.eye(4)[y.ravel()], seen(test, *shifts))
        accuracies.append(float((scores.argmax(1) == right.ravel())[names].mean()))
    alone, before, around = accuracies
    assert alone < 0.45 < before < 0.8 < around, accuracies


def test_waves() -> None:
    (x, y), (test, right) = parts("waves", "params", "wave")
    assert np.square(y[nearest(x, test)] - right).mean() < 0.1 * right.var()


def test_music() -> None:
    (heard, comes), (test, right) = parts("music", "notes_in", "notes_out")
    accuracies = []
    for memory in (1, 4):
        known: dict[Any, Counter[int]] = defaultdict(Counter)
        for melody, following in zip(heard, comes, strict=True):
            for end in range(memory, 25):
                known[tuple(melody[end - memory : end])][following[end - 1]] += 1
        guesses = [
            known[tuple(melody[end - memory : end])].most_common(1)[0][0] == following[end - 1]
            for melody, following in zip(test, right, strict=True)
            for end in range(memory, 25)
            if tuple(melody[end - memory : end]) in known
        ]
        accuracies.append(float(np.mean(guesses)))
    assert accuracies[0] < accuracies[1] - 0.2, accuracies
    assert accuracies[1] > 0.5


def test_audio() -> None:
    (x, y), (test, right) = parts("audio", "wave", "label")

    def loudness(wave: np.ndarray) -> np.ndarray:
        """How often which loudness comes, and how jagged the wave is."""
        wave = wave[:, 0] / wave.std(axis=2)
        return np.column_stack(
            [np.quantile(np.abs(wave), np.linspace(0, 1, 20), axis=1).T, np.abs(np.diff(wave)).mean(1)]
        )

    assert linear_accuracy(loudness(x), y, loudness(test), right) > 0.9
    assert linear_accuracy(x, y, test, right) < 0.5


def test_volumes() -> None:
    (x, y), (test, right) = parts("volumes", "volume", "label")
    network = nn.Sequential(
        *(nn.Conv3d(1, 16, 5, 2, 2), nn.BatchNorm3d(16), nn.ReLU(), nn.Conv3d(16, 32, 3, 2, 1), nn.ReLU()),
        *(nn.AdaptiveMaxPool3d(1), nn.Flatten(), nn.Linear(32, 4)),
    )
    fit(network, F.cross_entropy, x, y)
    assert (answer(network, test).argmax(1).numpy() == right).mean() > 0.7


def test_pairs() -> None:
    (first, second, same), (test_first, test_second, right) = parts("pairs", "first", "second", "same")
    apart, test_apart = (np.abs(a - b).reshape(len(a), -1) for a, b in ((first, second), (test_first, test_second)))
    assert ((linear(apart, same, test_apart) > 0.5) == right).mean() > 0.75


def test_triplets() -> None:
    _, (anchor, positive, negative) = parts("triplets", "anchor", "positive", "negative")
    near, far = (np.square(anchor - other).sum((1, 2, 3)) for other in (positive, negative))
    assert 0.85 < (near < far).mean() < 1


def test_noise_can_be_taken_from_digits() -> None:
    (x, y), (test, right) = parts("noisy-digits", "noisy", "clean")
    rid = linear(x.reshape(-1, 64), y.reshape(-1, 64), test.reshape(-1, 64)).reshape(right.shape)
    assert np.square(rid - right).mean() < 0.6 * np.square(test - right).mean()


def test_strangers_are_harder_to_rebuild() -> None:
    (x, _), (test, strange) = parts("anomalies", "image", "anomaly")
    mean = x.mean(axis=0)
    axes = np.linalg.svd((x - mean).reshape(-1, 64), full_matrices=False)[2][:16]
    away = (test - mean).reshape(-1, 64)
    error = np.square(away - away @ axes.T @ axes).sum(1)
    strangers, known = (error[strange[:, 0] == value] for value in (1, 0))
    assert (strangers[:, None] > known).mean() > 0.7
