"""What is shown of a run's predictions is what its weights say, sample by sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix, jaccard_score, recall_score

import layerloom
from training.data.made.detection import detection
from training.protocol import Box, Picture, ResultsJob, ResultsShown, Words, decode_event, encode
from training.results.boxes import overlap
from training.results.evaluate import evaluation
from training.results.judged import forget, results

DIGITS = load_digits()
IMAGES = DIGITS.images[:500, None].astype(np.float32) / 16
LABELS = DIGITS.target[:500]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget()


def drawn(build: Any, **settings: Any) -> Any:
    d = layerloom.Drawing("Test", **{"epochs": 1, "batch_size": 32, "learning_rate": 0.01, **settings})
    build(d)
    return d


def classifier(d: Any, **objective: Any) -> None:
    scores = d.input(1, 8, 8, name="image").flatten().linear(10)
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"), **objective)


def trained(d: Any, training: Any, test: Any) -> Path:
    path: Path = d.fit(training, test=test, quiet=True).run
    return path


def shown(run: Path, **asked: Any) -> ResultsShown:
    found = results(ResultsJob(str(run), **asked))
    assert found.refused == ""
    assert decode_event(encode(found)) == found
    return found


def test_the_table_is_that_of_sklearn_and_the_worst_come_first_whatever_the_batches() -> None:
    run = trained(drawn(classifier), (IMAGES[:300], LABELS[:300]), (IMAGES[300:], LABELS[300:]))
    with torch.no_grad():
        scores = layerloom.load(run).eval()(torch.from_numpy(IMAGES[300:]))
    wrong = F.cross_entropy(scores, torch.from_numpy(LABELS[300:]), reduction="none")
    guess = scores.argmax(1).numpy()
    found = shown(run, count=200)
    assert found.table == confusion_matrix(LABELS[300:], guess, labels=range(10)).tolist()
    assert found.part == "test"
    assert [sample.index for sample in found.samples] == wrong.argsort(descending=True, stable=True).tolist()
    evaluated = evaluation(run)
    (entry,) = evaluated["objectives"].values()
    assert found.table == entry["confusion_matrix"]
    assert [(each.precision, each.recall, each.samples) for each in found.per_class] == [
        (row["precision"], row["recall"], row["samples"]) for row in entry["per_class"]
    ]
    recalls = recall_score(LABELS[300:], guess, labels=range(10), average=None)
    assert np.allclose([each.recall or 0.0 for each in found.per_class], recalls)
    first = found.samples[0]
    share = f"{float(scores[first.index].softmax(0).max()):.0%}"
    assert first.caption == f"{LABELS[300 + first.index]} \u2192 {guess[first.index]} ({share})"
    for sample in found.samples:  # each with its own picture, not that of another batch
        view = sample.views["image"]
        assert isinstance(view, Picture)
        grey = np.frombuffer(view.pixels, np.uint8).reshape(8, 8, 3)[..., 0] / 255
        assert np.allclose(grey, IMAGES[300 + sample.index, 0], atol=1 / 255)


def test_a_square_of_the_table_has_its_samples_and_other_orders_are_told() -> None:
    run = trained(drawn(classifier), (IMAGES[:300], LABELS[:300]), (IMAGES[300:], LABELS[300:]))
    found = shown(run)
    true, predicted = max(
        ((row, column) for row in range(10) for column in range(10) if row != column),
        key=lambda pair: found.table[pair[0]][pair[1]],
    )
    part = shown(run, true=true, predicted=predicted)
    assert part.found == len(part.samples) == found.table[true][predicted]
    assert all(sample.caption.startswith(f"{true} \u2192 {predicted} ") for sample in part.samples)
    best = shown(run, order="best", count=200)
    assert [s.index for s in best.samples] == [s.index for s in shown(run, count=200).samples][::-1]
    assert [s.index for s in shown(run, order="data", first=5, count=3).samples] == [5, 6, 7]


def test_each_part_is_shown_with_its_own_samples_and_figures() -> None:
    run = trained(drawn(classifier, validation=0.2), (IMAGES[:300], LABELS[:300]), (IMAGES[300:], LABELS[300:]))
    with torch.no_grad():
        scores = layerloom.load(run).eval()(torch.from_numpy(IMAGES))
    losses = F.cross_entropy(scores, torch.from_numpy(LABELS), reduction="none")
    right = scores.argmax(1).numpy() == LABELS
    seen: list[int] = []
    for part, count in (("test", 200), ("validation", 60), ("training", 240)):
        pages = [shown(run, part=part, order="data", first=first, count=200) for first in (0, 200)]
        found = pages[0]
        assert (found.part, found.total, found.parts) == (part, count, ["test", "validation", "training"])
        places = [300 * (part == "test") + sample.index for page in pages for sample in page.samples]
        assert len(places) == count
        assert found.figures["loss"] == pytest.approx(losses[places].mean().item(), rel=1e-5)
        assert found.figures["accuracy"] == pytest.approx(right[places].mean())
        seen += places
    assert sorted(seen) == list(range(500))
    assert shown(run).figures == evaluation(run)["figures"]
    assert shown(run).part == "test"


def test_a_part_that_is_not_there_is_refused_and_no_other_is_shown_for_it() -> None:
    run = drawn(classifier, validation=0.0).fit((IMAGES[:300], LABELS[:300]), quiet=True).run
    assert shown(run, part="training").parts == ["training"]
    for part in ("test", "validation"):
        found = results(ResultsJob(str(run), part=part))
        assert f"has no {part} samples for this run" in found.refused
        assert not found.samples


def test_labels_that_do_not_count_are_in_no_square_and_come_last() -> None:
    labels = LABELS.copy()
    labels[310:320] = -100
    run = trained(drawn(classifier), (IMAGES[:300], LABELS[:300]), (IMAGES[300:], labels[300:]))
    found = shown(run, count=200)
    assert sum(map(sum, found.table)) == 190
    assert {sample.index for sample in found.samples[-10:]} == set(range(10, 20))
    assert all(sample.caption.startswith("(does not count)") for sample in found.samples[-10:])


def test_numbers_are_paired_and_worst_is_the_squared_error() -> None:
    def build(d: Any) -> None:
        y = d.input(3, name="x").linear(1)
        d.output(y, name="out")
        d.mse(y, d.target(1, dtype="float32", name="y"))

    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 3)).astype(np.float32)
    y = (x @ np.array([[1.0], [-2.0], [0.5]])).astype(np.float32)
    run = trained(drawn(build, batch_size=7), {"x": x[:150], "y": y[:150]}, {"x": x[150:], "y": y[150:]})
    with torch.no_grad():
        predicted = layerloom.load(run).eval()(torch.from_numpy(x[150:])).numpy()
    found = shown(run, count=50)
    assert np.allclose(found.pairs, np.concatenate([y[150:], predicted], axis=1), atol=1e-6)
    errors = ((predicted - y[150:]) ** 2)[:, 0]
    assert [sample.index for sample in found.samples] == np.argsort(-errors, kind="stable").tolist()
    place = found.samples[0].index
    assert found.samples[0].caption == f"true {y[150 + place, 0]:.4g}, predicted {predicted[place, 0]:.4g}"


def test_what_comes_out_of_an_autoencoder_of_rows_is_shown_as_the_picture_it_is() -> None:
    def build(d: Any) -> None:
        image = d.input(64, name="image")
        out = image.linear(8).relu().linear(64)
        d.output(out, name="out")
        d.mse(out, image)

    run = trained(drawn(build, batch_size=7), {"image": IMAGES[:300]}, {"image": IMAGES[300:340]})
    with torch.no_grad():
        out = layerloom.load(run).eval()(torch.from_numpy(IMAGES[300:340].reshape(40, 64))).numpy()
    for sample in shown(run, count=40).samples:
        assert list(sample.views) == ["image", "predicted"]
        view = sample.views["predicted"]
        assert isinstance(view, Picture)
        grey = np.frombuffer(view.pixels, np.uint8).reshape(8, 8, 3)[..., 0] / 255
        low, high = (
            min(0.0, IMAGES[300 + sample.index].min(), out[sample.index].min()),
            max(1.0, out[sample.index].max()),
        )
        assert np.allclose(grey, (out[sample.index].reshape(8, 8) - low) / (high - low), atol=1.5 / 255)


def test_a_plane_has_the_class_that_the_model_says_at_each_point() -> None:
    def build(d: Any) -> None:
        scores = d.input(2, name="point").linear(8).tanh().linear(3)
        d.output(scores, name="logits")
        d.crossentropy(scores, d.target(name="label"))

    generator = np.random.default_rng(0)
    points = generator.normal(size=(300, 2)).astype(np.float32)
    labels = (points[:, 0] > 0).astype(np.int64) + (points[:, 1] > 0)
    data: dict[str, Any] = {"point": points, "label": labels}
    run = trained(drawn(build, epochs=3), data, {key: values[:60] for key, values in data.items()})
    plane = shown(run).plane
    assert plane is not None
    xs, ys = (np.linspace(plane.low[axis], plane.high[axis], plane.size, dtype=np.float32) for axis in (0, 1))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    with torch.no_grad():
        says = layerloom.load(run).eval()(torch.from_numpy(grid)).argmax(1).numpy()
    assert (np.frombuffer(plane.classes, np.uint8) == says).mean() > 0.999  # points on a border may be either's
    assert np.allclose(plane.points, points[:60], rtol=1e-4)
    assert plane.true == labels[:60].tolist()


def test_masks_are_of_the_sample_they_stand_beside() -> None:
    def build(d: Any) -> None:
        scores = d.input(1, 8, 8, name="image").conv2d(2, 3, padding=1)
        d.output(scores, name="logits")
        d.crossentropy(scores, d.target(8, 8, name="mask"))

    masks = (IMAGES[:, 0] > 0.5).astype(np.int64)
    run = trained(
        drawn(build, batch_size=16),
        {"image": IMAGES[:200], "mask": masks[:200]},
        {"image": IMAGES[200:240], "mask": masks[200:240]},
    )
    with torch.no_grad():
        guess = layerloom.load(run).eval()(torch.from_numpy(IMAGES[200:240])).argmax(1).numpy()
    for sample in shown(run, count=40).samples:
        true, predicted = sample.views["true"], sample.views["predicted"]
        assert isinstance(true, Picture)
        assert isinstance(predicted, Picture)
        assert np.array_equal(np.frombuffer(true.mask, np.uint8).reshape(8, 8), masks[200 + sample.index])
        assert np.array_equal(np.frombuffer(predicted.mask, np.uint8).reshape(8, 8), guess[sample.index])


def test_a_run_without_weights_or_answers_says_so(tmp_path: Path) -> None:
    assert str(tmp_path) in results(ResultsJob(str(tmp_path))).refused

    def build(d: Any) -> None:
        mu = d.input(4, name="x").linear(2)
        d.output(mu, name="out")
        d.klstandardnormal(mu, mu.linear(2))

    x = np.ones((20, 4), np.float32)
    run = trained(drawn(build), {"x": x}, {"x": x})
    assert results(ResultsJob(str(run))).refused.startswith("None of the drawing's objectives compares predictions")


def vae(d: Any, *, around: bool = False) -> None:
    image = d.input(64, name="image")
    hidden = image.linear(16).relu()
    mu, logvar = hidden.linear(3, name="mu"), hidden.linear(3, name="logvar")
    z = d.gaussiansample(mu, logvar, name="z")
    scores = z.linear(64, name="decoder")
    scores = d.add(scores, image) if around else scores
    d.output(scores.sigmoid(), name="out")
    d.bcewithlogits(scores, image, reduction="sum")
    d.klstandardnormal(mu, logvar, reduction="sum")


def greys(pictures: Any) -> Any:
    return np.stack([np.frombuffer(each.pixels, np.uint8).reshape(8, 8, 3)[..., 0] / 255 for each in pictures])


def test_the_latent_plane_and_the_prior_are_what_the_decoder_makes_of_them() -> None:
    run = trained(drawn(vae, epochs=3), {"image": IMAGES[:300]}, {"image": IMAGES[300:340]})
    module = layerloom.load(run).eval()
    images = torch.from_numpy(IMAGES[300:340].reshape(40, 64))
    layers = dict(module.named_modules())
    found = shown(run, first=5, count=20)
    latent = found.latent
    assert latent is not None
    assert (latent.size, latent.side, found.found) == (3, 8, 40)
    with torch.no_grad():
        first = next(layer for name, layer in layers.items() if name not in ("", "mu", "logvar", "decoder"))
        means = layers["mu"](first(images).relu())
        assert [latent.across, latent.up] == sorted(means.var(0).argsort(descending=True)[:2].tolist())
        z = torch.zeros(64, 3)
        steps = torch.linspace(0.02, 0.98, 8).mul(2).sub(1).erfinv().mul(2**0.5)
        for place in range(64):
            z[place, latent.across], z[place, latent.up] = steps[place % 8], steps[7 - place // 8]
        made = layers["decoder"](z).sigmoid().reshape(64, 8, 8).numpy()
        prior = layers["decoder"](torch.randn(64, 3, generator=torch.Generator().manual_seed(0)))
        out = module(images).reshape(40, 8, 8).numpy()
    assert np.allclose(greys(latent.grid), made, atol=1 / 255)
    assert np.allclose(greys(latent.prior), prior.sigmoid().reshape(64, 8, 8).numpy(), atol=1 / 255)
    assert [sample.index for sample in found.samples] == list(range(5, 25))
    assert np.allclose(greys(each.views["reconstructed"] for each in found.samples), out[5:25], atol=1 / 255)
    assert np.allclose(greys(each.views["image"] for each in found.samples), IMAGES[305:325, 0], atol=1 / 255)
    error = float(((out[5] - IMAGES[305, 0]) ** 2).mean())
    assert found.samples[0].caption == f"mean squared error {error:.3g}"


def test_nothing_is_claimed_of_a_decoder_that_sees_the_sample_itself() -> None:
    run = trained(drawn(lambda d: vae(d, around=True)), {"image": IMAGES[:300]}, {"image": IMAGES[300:340]})
    assert results(ResultsJob(str(run))).latent is None


def test_each_token_stands_beside_the_right_one_and_what_does_not_count_is_left_out() -> None:
    def build(d: Any) -> None:
        scores = d.input(6, dtype="int64", name="tokens").embedding(5, 8).linear(4)
        d.output(scores, name="out")
        d.crossentropy(scores.permute(dims=(0, 2, 1)), d.target(6, name="tags"))

    generator = np.random.default_rng(0)
    tokens = generator.integers(0, 5, (120, 6))
    tags = np.where(tokens == 0, -100, tokens - 1 + (generator.random(tokens.shape) < 0.3)) % 4
    tags[tokens == 0] = -100
    run = trained(drawn(build, epochs=3), {"tokens": tokens, "tags": tags}, {"tokens": tokens[:30], "tags": tags[:30]})
    with torch.no_grad():
        guess = layerloom.load(run).eval()(torch.from_numpy(tokens[:30])).argmax(2).numpy()
    found = shown(run, order="data", count=30)
    assert found.kind == "tokens"
    for sample, said, right in zip(found.samples, guess, tags, strict=False):
        true, predicted = sample.views["true"], sample.views["predicted"]
        assert isinstance(true, Words)
        assert isinstance(predicted, Words)
        kept = right != -100
        # Where each token of a text has one, they stand below it as tags.
        assert bool(true.tags) == bool(predicted.tags) == bool(kept.all())
        rows = [words.tags or words.tokens for words in (true, predicted)]
        assert rows == [[str(each) for each in row[kept]] for row in (right, said)]
        assert predicted.wrong == np.flatnonzero((said != right)[kept]).tolist()
        assert sample.caption.startswith(f"{(said == right)[kept].sum()} of {kept.sum()} right, \u2212log p ")


def test_the_overlap_of_a_sample_is_that_of_sklearn() -> None:
    def build(d: Any) -> None:
        scores = d.input(1, 8, 8, name="image").conv2d(3, 3, padding=1)
        d.output(scores, name="logits")
        d.crossentropy(scores, d.target(8, 8, name="mask"))

    masks = (IMAGES[:60, 0] > 0.3).astype(np.int64) + (IMAGES[:60, 0] > 0.8)
    run = trained(drawn(build), {"image": IMAGES[:60], "mask": masks}, {"image": IMAGES[:9], "mask": masks[:9]})
    with torch.no_grad():
        guess = layerloom.load(run).eval()(torch.from_numpy(IMAGES[:9])).argmax(1).numpy()
    for sample, said, right in zip(shown(run, order="data").samples, guess, masks, strict=False):
        kinds = np.union1d(said, right)
        shares = jaccard_score(right.ravel(), said.ravel(), labels=kinds, average=None)
        assert sample.caption.startswith(f"IoU {shares.mean():.2f}, ")


def test_boxes_are_where_the_model_says_and_count_as_found_where_they_overlap_by_half() -> None:
    def build(d: Any) -> None:
        image, objects = d.input(3, 64, 64, name="image"), d.input(1, 8, 8, name="objects")
        x = image.conv2d(8, 8, stride=8).relu()
        where, there, kind = x.conv2d(4, 1), x.conv2d(1, 1, name="objectness"), x.conv2d(3, 1)
        for name, value in (("box", where), ("there", there), ("kind", kind)):
            d.output(value, name=name)
        d.bcewithlogits(there, objects)
        d.mse(d.multiply(where, objects), d.target(4, 8, 8, dtype="float32", name="boxes"))
        d.crossentropy(kind, d.target(8, 8, name="classes"))

    data = detection()
    parts = [{name: values[:60] for name, values in part.items()} for part in (data.training, data.test)]
    run = trained(drawn(build), *parts)
    weights = load_file(run / "best.safetensors")
    save_file({**weights, "objectness.bias": weights["objectness.bias"] + 1.0}, run / "best.safetensors")
    with torch.no_grad():
        model = layerloom.load(run).eval()
        given = {name: torch.from_numpy(parts[1][name]) for name in ("image", "objects")}
        where, there, kind = model(given["image"])
    found = shown(run, order="data", count=60)
    any_said = 0
    for row, sample in enumerate(found.samples):
        view = sample.views["image"]
        assert isinstance(view, Picture)
        right, said = ([box for box in view.boxes if box.true is true] for true in (True, False))
        cells = parts[1]["objects"][row, 0].nonzero()
        centres = [[box.left + box.width / 2, box.top + box.height / 2] for box in right]
        places = parts[1]["boxes"][row][:2, cells[0], cells[1]]
        assert np.allclose(sorted(centres), sorted(((np.array(cells[::-1]) + places) / 8).T.tolist()), atol=1e-3)
        sure = there[row, 0].sigmoid()
        assert len(said) == min(30, int((sure > 0.5).sum()))
        any_said += len(said)
        if said:
            y, x = divmod(int(sure.argmax()), 8)
            share = sure[y, x] * kind[row, :, y, x].softmax(0).max()
            assert said[0].label == f"{kind[row, :, y, x].argmax()} {float(share):.0%}"
            assert said[0].width == pytest.approx(float(where[row, 2, y, x]), abs=1e-3)
        assert sample.caption.startswith("found ")
    assert any_said
    boxes = [Box(0.0, 0.0, 0.4, 0.4, "", 0, True), Box(0.1, 0.0, 0.4, 0.4, "", 0, False)]
    assert overlap(*boxes) == pytest.approx(0.3 / 0.5)
