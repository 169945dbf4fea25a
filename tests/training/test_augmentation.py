"""Augmentation: the same whatever is in the batch, and for each way the numbers that NumPy and SciPy give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from graph.recipe import augmentations as recipe
from graph.recipe.augmentations import Augmentation
from graph.recipe.part import choices_of
from tests.support.augmented_samples import (
    COUNT,
    KINDS,
    Fixed,
    become,
    drawing,
    nearly,
    npz,
    of_kind,
    planned,
    samples_of,
)
from training.data.augment.draws import Draws
from training.data.augment.effect import Extent
from training.data.augment.looks import BlurChange, ColourChange, CutoutChange, NoiseChange
from training.data.augment.moves import Moves
from training.data.augment.signals import GainChange, MaskChange, PitchChange, ShiftChange, SpeedChange
from training.data.augment.warp import grid_of, warp
from training.errors import DataError

ALL = [(cls.__name__, kind) for cls in choices_of(Augmentation).values() for kind in cls.suits]
UNIT = Extent()


@pytest.mark.parametrize(("name", "kind"), ALL)
def test_what_a_sample_becomes_does_not_depend_on_its_batch(tmp_path: Path, name: str, kind: str) -> None:
    document = of_kind(tmp_path, kind, augmentation=name, seed=3)
    samples, _ = planned(document, 64)
    whole = become(document, epoch=1, batch_size=64)
    order = torch.arange(COUNT).flip(0)
    for size, start in ((1, 0), (7, 0), (16, 2)):
        feed = planned(document, size)[1].feed
        batches = [[tensor.clone() for tensor in batch] for batch in feed.in_epoch(order, start, 1)]
        parts = [torch.cat(tensors) for tensors in zip(*batches, strict=True)]
        assert all(torch.equal(part, all_[order[start * size :]]) for part, all_ in zip(parts, whole, strict=True))
    plain = samples.training[0]
    assert isinstance(plain, Tensor)
    assert whole[0].shape == plain.shape
    assert whole[0].dtype == torch.float32
    assert not torch.equal(whole[0], plain)
    assert not torch.equal(whole[0], become(document, epoch=2)[0]), "every epoch has its own"
    if kind == "image":
        assert 0.0 <= float(whole[0].min()) <= float(whole[0].max()) <= 1.0


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kind in ALL if name not in ("Mixup", "Cutmix")])
def test_at_no_strength_nothing_is_changed(tmp_path: Path, name: str, kind: str) -> None:
    weak = choices_of(Augmentation)[name]().at(0.0)
    document = of_kind(tmp_path, kind, augmentation=[weak])
    plain = planned(document)[0].training[0]
    assert isinstance(plain, Tensor)
    torch.testing.assert_close(become(document)[0], plain, atol=1e-5, rtol=0)


def test_numbers_are_even_normal_and_of_their_own() -> None:
    draws = Draws.of(7, 2, torch.arange(40_000))
    shares = draws.shares(5).double()
    assert abs(float(shares.mean()) - 0.5) < 0.005
    assert abs(float(shares.var()) - 1 / 12) < 0.002
    others = [Draws.of(8, 2, torch.arange(40_000)).shares(5), Draws.of(7, 3, torch.arange(40_000)).shares(5)]
    for other in (*others, draws.shares(6), shares.roll(1)):
        assert abs(float(torch.corrcoef(torch.stack([shares, other.double()]))[0, 1])) < 0.02
    normal = Draws.of(0, 0, torch.arange(2000)).normal(3, 50).double()
    assert abs(float(normal.mean())) < 0.01
    assert abs(float(normal.std()) - 1.0) < 0.01
    assert abs(float(normal.abs().gt(1.959964).double().mean()) - 0.05) < 0.003


def moved(x: Tensor, step: int, *chosen: Augmentation) -> Tensor:
    moves = Moves(list(enumerate(chosen)), (x.shape[2], x.shape[3]))
    matrix = moves(Fixed(step, len(x)))
    return warp(x, grid_of(matrix, x.shape[2], x.shape[3]), 0.0, moves.whole)


def test_pixels_go_where_numpy_puts_them() -> None:
    x = torch.rand(1, 2, 9, 9, generator=torch.Generator().manual_seed(0))
    assert torch.equal(moved(x, 0, recipe.Flip(chance=1.0)), x.flip(3))
    assert torch.equal(moved(x, 0, recipe.Flip(direction="vertical", chance=1.0)), x.flip(2))
    assert torch.equal(moved(x, 0, recipe.Flip(direction="both", chance=1.0)), x.flip(2, 3))
    shifted = moved(x, nearly(1.0), recipe.Translate(share=2 / 9))
    assert torch.equal(shifted[..., :7, :7], x[..., 2:, 2:])
    assert not shifted[..., 7:, :].any()
    turned = moved(x, nearly(1.0), recipe.Rotate(degrees=90.0))
    torch.testing.assert_close(turned, torch.rot90(x, -1, (2, 3)), atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    "chosen",
    [
        [recipe.Rotate(degrees=40.0)],
        [recipe.Scale(smallest=0.5, largest=1.8)],
        [recipe.Shear(degrees=30.0)],
        [recipe.Crop(smallest=0.5)],
        [recipe.Flip(chance=1.0), recipe.Rotate(degrees=30.0), recipe.Translate(share=0.2), recipe.Shear()],
    ],
    ids=lambda chosen: recipe.listed(chosen),
)
def test_several_moves_are_one_resampling_as_scipy_does_it(chosen: list[Augmentation]) -> None:
    height, width, share = 11, 16, 0.8
    x = torch.rand(1, 1, height, width, generator=torch.Generator().manual_seed(1))
    matrix = np.eye(3)
    for one in chosen:
        matrix = matrix @ by_hand(one, share, height, width)
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    linear, offset = matrix[:2, :2], matrix[:2, 2] + middle - matrix[:2, :2] @ middle
    wanted = ndimage.affine_transform(x[0, 0].numpy(), linear, offset, order=1, mode="grid-constant")
    np.testing.assert_allclose(moved(x, nearly(share), *chosen)[0, 0].numpy(), wanted, atol=2e-4)


def by_hand(one: Augmentation, share: float, height: int, width: int) -> np.ndarray:
    """Where (row, column, 1), in pixels from the middle, comes from."""
    made, even = np.eye(3), 2.0 * share - 1.0
    match one:
        case recipe.Rotate(degrees=degrees):
            angle = np.deg2rad(degrees * even)
            made[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        case recipe.Scale(smallest=smallest, largest=largest):
            made[:2, :2] /= smallest + (largest - smallest) * share
        case recipe.Shear(degrees=degrees):
            made[1, 0] = np.tan(np.deg2rad(degrees * even))
        case recipe.Crop(smallest=smallest):
            side = smallest + (1.0 - smallest) * share
            made[:2, :2] *= side
            made[:2, 2] = (1.0 - side) * (share - 0.5) * np.array([height, width])
        case recipe.Translate(share=most):
            made[:2, 2] = np.round(most * even * np.array([height, width]))
        case recipe.Flip():
            made[1, 1] = -1.0
    return made


def test_colours_change_as_they_say() -> None:
    x = torch.rand(1, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    plain = {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0, "hue": 0.0}

    def made(step: int, picture: Tensor = x, extent: Extent = UNIT, **fields: float) -> Tensor:
        effect = ColourChange(0, extent, recipe.Colour(**{**plain, **fields}), channels=3)
        return effect(picture, effect.drawn(Fixed(step)), Fixed(step))

    torch.testing.assert_close(made(nearly(1.0), brightness=0.5), (x * 1.5).clamp(max=1.0), atol=1e-4, rtol=0)
    torch.testing.assert_close(made(0, contrast=0.5), (x - 0.5) * 0.5 + 0.5, atol=1e-4, rtol=0)
    grey = 0.299 * x[:, :1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:]
    torch.testing.assert_close(made(0, saturation=1.0), grey.expand_as(x), atol=1e-3, rtol=0)
    torch.testing.assert_close(made(0, grey.expand_as(x), hue=0.4), grey.expand_as(x), atol=1e-4, rtol=0)
    red = torch.tensor([0.4, 0.2, 0.2]).view(1, 3, 1, 1)
    turned = made(nearly(5 / 6), red, hue=0.5)  # by a third of the circle
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    torch.testing.assert_close((turned * weights).sum(), (red * weights).sum(), atol=1e-4, rtol=0)
    assert int(turned.argmax()) != int(red.argmax())
    low = Extent(-1.0, 3.0)
    torch.testing.assert_close(made(0, 4.0 * x - 1.0, low, brightness=0.5), 2.0 * x - 1.0, atol=1e-3, rtol=0)


def test_blur_is_a_gaussian_filter() -> None:
    x = torch.rand(1, 2, 12, 9, generator=torch.Generator().manual_seed(0))
    effect, draws = BlurChange(0, Extent(), recipe.Blur(sigma=1.5)), Fixed(nearly(0.999))
    wanted = ndimage.gaussian_filter(x[0].numpy(), 1.5 * 255.5 / 256, mode="nearest", radius=5, axes=(1, 2))
    np.testing.assert_allclose(effect(x, effect.drawn(draws), draws)[0].numpy(), wanted, atol=1e-5)


def test_noise_and_holes_are_as_large_as_they_say() -> None:
    x, draws = torch.full((300, 1, 8, 8), 0.5), Draws.of(0, 0, torch.arange(300))
    noise = NoiseChange(0, Extent(0.0, 2.0), recipe.Noise(deviation=0.05), clipped=True)
    assert abs(float((noise(x, (), draws) - x).std()) - 0.1) < 0.003
    cutout = CutoutChange(0, Extent(), recipe.Cutout(share=0.5, chance=0.5))
    holes = cutout(x, cutout.drawn(draws), draws).eq(0.0).flatten(1).sum(1)
    assert set(holes.tolist()) == {0, 16}
    assert 0.4 < float(holes.gt(0).float().mean()) < 0.6


def test_sounds_are_read_as_numpy_reads_them() -> None:
    x, times = torch.rand(1, 1, 100, generator=torch.Generator().manual_seed(0)), np.arange(100)
    speed, draws = SpeedChange(0, Extent(), recipe.Speed(slowest=0.5, fastest=1.5)), Fixed(nearly(0.2))
    factor = float(speed.drawn(draws)[0])
    assert abs(factor - 0.7) < 1e-4
    wanted = np.interp(times * factor, times, x[0, 0].numpy())
    np.testing.assert_allclose(speed(x, speed.drawn(draws), draws)[0, 0].numpy(), wanted, atol=1e-6)
    fast = speed(x, speed.drawn(Fixed(nearly(1.0))), draws)
    assert not fast[..., 68:].any(), "what is missing at the end is silence"
    shift = ShiftChange(0, Extent(), recipe.Shift(share=0.1))
    later = shift(x, shift.drawn(Fixed(nearly(1.0))), draws)
    assert torch.equal(later[..., 10:], x[..., :90])
    assert not later[..., :10].any()
    gain = GainChange(0, Extent(), recipe.Gain(decibels=6.0))
    torch.testing.assert_close(gain(x, gain.drawn(Fixed(0)), draws), x * 10 ** (-6 / 20), atol=1e-4, rtol=0)
    many = Draws.of(0, 0, torch.arange(200))
    mask = MaskChange(0, Extent(), 0.2, -1)
    silent = mask(x.expand(200, 1, 100) + 0.1, mask.drawn(many), many).eq(0.0).sum((1, 2))
    assert 0 <= int(silent.min()) < 3
    assert 17 < int(silent.max()) <= 20


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_tone_is_heard_at_its_new_pitch(share: float) -> None:
    length, tone = 8192, 512.0
    wave = torch.sin(2.0 * torch.pi * tone * torch.arange(length, dtype=torch.float64) / length).float().view(1, 1, -1)
    pitch, draws = PitchChange(0, Extent(), recipe.PitchShift(semitones=12.0, grain=1024)), Fixed(nearly(share))
    heard = pitch(wave, pitch.drawn(draws), draws)
    loudest = int(torch.fft.rfft(heard.flatten()).abs().argmax())
    wanted = tone * 2.0 ** (2.0 * share - 1.0)
    assert abs(loudest - wanted) < wanted * 0.03
    assert 0.5 < float(heard.std() / wave.std()) < 1.1


def test_columns_are_jittered_by_their_own_spread_and_categories_stay(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(0, 1, (4000, 3)).astype(np.float32) * [1.0, 100.0, 1.0]
    x[:, 2] = generator.integers(0, 3, 4000)
    data = npz(tmp_path, x=x.astype(np.float32), label=np.arange(4000) % 4)
    document = drawing((3,), data=data, augmentation="jitter:deviation=0.1")
    change = (become(document)[0] - torch.from_numpy(x).float()).std(0)
    np.testing.assert_allclose(change.numpy(), [0.1, 10.0, 0.0], rtol=0.05)


def test_the_loss_of_mixed_samples_is_that_of_both_labels_by_their_shares(tmp_path: Path) -> None:
    for text in ("mixup:alpha=1", "cutmix:chance=1", "mixup:chance=0.5, cutmix:chance=1"):
        document = of_kind(tmp_path, "image", augmentation=text)
        samples, _ = planned(document)
        plain, labels = (held for held in samples.training if isinstance(held, Tensor))
        x, shares = become(document)
        assert shares.shape == (COUNT, 4)
        torch.testing.assert_close(shares.sum(1), torch.ones(COUNT))
        scores = torch.randn(COUNT, 4, generator=torch.Generator().manual_seed(0))
        each = F.cross_entropy(scores, shares, reduction="none", label_smoothing=0.1)
        for row in range(COUNT):
            own, kept = int(labels[row]), float(shares[row, int(labels[row])])
            other = next((k for k in range(4) if k != own and shares[row, k] > 0), own)
            both = torch.stack(
                [F.cross_entropy(scores[row], torch.tensor(k), label_smoothing=0.1) for k in (own, other)]
            )
            torch.testing.assert_close(each[row], kept * both[0] + (1.0 - kept) * both[1], atol=1e-5, rtol=1e-5)
            # The sample is made of itself and of one with the other label, by the very same shares.
            candidates = plain[labels == other]
            if text.startswith("mixup:alpha"):
                made = kept * plain[row] + (1.0 - kept) * candidates
            else:
                made = torch.where(x[row] == plain[row], plain[row], candidates)
            if other != own and not text.startswith("mixup:chance"):
                assert float((made - x[row]).abs().flatten(1).amax(1).min()) < 1e-5
            if other != own and text.startswith("cutmix"):
                covered = int(x[row].ne(plain[row]).any(0).sum())
                assert abs(covered - (1.0 - kept) * 120) <= 2, "pixels of both may be alike"


@pytest.mark.parametrize(
    ("kind", "augmentation", "sentence"),
    [
        (
            "numbers",
            "flip",
            "Flip changes images, but 'x' takes the field 'x', rows of numbers (5); take it out of the setting "
            "augmentation.",
        ),
        (
            "image",
            "gain",
            "Gain changes sounds, but 'x' takes the field 'x', images (3 x 10 x 12); take it out of the setting "
            "augmentation.",
        ),
        (
            "sound",
            "frequencymask",
            "FrequencyMask changes spectrograms, but 'x' takes the field 'x', sounds (1 x 200); take it out of the "
            "setting augmentation.",
        ),
    ],
)
def test_what_does_not_suit_the_data_is_refused(tmp_path: Path, kind: str, augmentation: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        planned(of_kind(tmp_path, kind, augmentation=augmentation))
    assert str(caught.value) == sentence
    assert caught.value.node == "x"


def test_an_image_is_changed_in_its_own_shape_whatever_the_node_takes(tmp_path: Path) -> None:
    x = samples_of("image")
    data = npz(tmp_path, x=x, label=np.arange(len(x)) % 4)
    flat = drawing((360,), data=data, augmentation="flip:chance=1, cutout, colour")
    own = drawing(KINDS["image"], data=data, augmentation="flip:chance=1, cutout, colour")
    wanted = become(own)[0]
    assert torch.equal(become(flat)[0], wanted.flatten(1))
    last = npz(tmp_path, x=np.moveaxis(x, 1, -1), label=np.arange(len(x)) % 4)
    moved_last = drawing((10, 12, 3), data=last, augmentation="flip:chance=1, cutout, colour")
    assert torch.equal(become(moved_last)[0], wanted.permute(0, 2, 3, 1))
