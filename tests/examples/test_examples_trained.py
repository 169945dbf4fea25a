"""What examples are there to show, seen to hold after training them for real."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from examples.build.measure import FILE, measured
from graph.document import Document
from graph.storage.loom import load
from tests.support.training_drawings import train
from tests.support.typed import there
from training.checkpoints.checkpoint import load_run_module
from training.data.made.sentences import CHARACTERS
from training.data.samples import load_samples
from training.data.sources import load_data
from training.protocol import EpochEnded
from training.python.fit import fit

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parent.parent.parent / "examples"


def trained(name: str, run: Path, **settings: Any) -> tuple[nn.Module, list[EpochEnded], list[Any]]:
    """An example's module with the best weights of a run, the run's epochs, and the test samples."""
    document: Document = load(FOLDER / f"{name}.loom")
    with document.edit("Settings"):
        document.set_training(**settings)
    epochs = [event for event in train(document, run) if isinstance(event, EpochEnded)]
    samples = load_samples(document, compile_source(document), document.training.data, lambda _: None)
    return load_run_module(run).eval(), epochs, samples.test


def test_the_vae_trains_samples_and_interpolates(tmp_path: Path) -> None:
    module, epochs, (image,) = trained("vae", tmp_path / "run", epochs=15)
    losses = [epoch.validation["loss"] for epoch in epochs]
    assert there(losses[-1]) < 0.8 * there(losses[0])
    torch.manual_seed(0)
    with torch.no_grad():
        sampled, rebuilt = module(torch.randn(64, 20), image[:64])
        assert sampled.min() >= 0
        assert sampled.max() <= 1
        assert sampled.std(0).max() > 0.1  # codes differ, and so do the pictures
        error = (rebuilt - image[:64].flatten(1)).square().mean()
        assert error < 0.6 * (image.flatten(1) - image.flatten(1).mean(0)).square().mean()
        first, second = torch.randn(2, 20)
        way = torch.lerp(first, second, torch.linspace(0, 1, 33).unsqueeze(1))
        pictures, _ = module(way, image[:33])
    steps = (pictures[1:] - pictures[:-1]).abs().mean(1)
    assert (pictures[0] - pictures[-1]).abs().mean() > 4 * steps.max()  # there in many small steps


def test_the_anomaly_detector_tells_what_it_has_not_seen_by_its_error(tmp_path: Path) -> None:
    module, _, (image,) = trained("anomaly_detector", tmp_path / "run")
    strange = torch.from_numpy(load_data("made:anomalies").test["anomaly"][:, 0]) > 0
    with torch.no_grad():
        error = module(image)
    larger = (error[strange].unsqueeze(1) > error[~strange]).float().mean()  # the area under the ROC curve
    assert larger > 0.85


def test_the_denoising_autoencoder_takes_noise_away(tmp_path: Path) -> None:
    module, _, (image,) = trained("denoising_autoencoder", tmp_path / "run", epochs=8)
    noisy = image + 0.25 * torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        cleaned = module(noisy)
    assert (cleaned - image).square().mean() < 0.5 * (noisy - image).square().mean()


@pytest.mark.long
def test_the_small_gpt_learns_to_write_sentences(tmp_path: Path) -> None:
    """Trained on the corpus, it goes on with words of it, and only with those."""
    module, epochs, _ = trained("gpt_small", tmp_path / "run", epochs=3)
    assert there(epochs[-1].validation["loss"]) < 0.8
    text = [CHARACTERS.index(character) for character in "the old "]
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for _ in range(200):
            scores = module(torch.tensor([text[-64:]]))[0, -1]
            text.append(int(torch.multinomial((2 * scores).softmax(0), 1, generator=generator)))
    written = "".join(CHARACTERS[number] for number in text)
    corpus = load_data("made:sentences").training["text_in"]
    known = set(re.findall(r"[a-z]+", " ".join("".join(CHARACTERS[number] for number in row) for row in corpus[::4])))
    words = re.findall(r"[a-z]+", written)[:-1]
    assert len(words) > 25
    assert sum(word in known for word in words) > 0.9 * len(words), written


@pytest.mark.long
def test_the_dcgan_draws_what_is_closer_to_digits_than_before(tmp_path: Path) -> None:
    fresh = build(compile_source(load(FOLDER / "dcgan.loom"))).eval()
    module, epochs, (image,) = trained("dcgan", tmp_path / "run", epochs=10)
    assert all(0.0 < (epochs[-1].training[name] or 0.0) < 3.0 for name in ("real", "fake", "fooling"))
    digits = image.flatten(1) * 2 - 1
    torch.manual_seed(0)
    code = torch.randn(64, 64)
    with torch.no_grad():
        before, after = (torch.cdist(each(code).flatten(1), digits).min(1).values for each in (fresh, module))
        assert after.mean() < 0.75 * before.mean()
        assert module(code).std(0).mean() > 0.1  # not one and the same digit


@pytest.mark.parametrize("name", ["logistic_regression", "mlp_regression"])
def test_what_a_card_says_is_what_training_comes_to(name: str, tmp_path: Path) -> None:
    document = load(FOLDER / f"{name}.loom")
    results = fit(document, run_dir=tmp_path / "run", quiet=True).results
    found, known = there(measured(results, document.training.epochs)), json.loads(FILE.read_text(encoding="utf-8"))
    assert {**found, "value": 0} == {**known[name], "value": 0}
    assert found["value"] == pytest.approx(known[name]["value"], abs=0.02)


def test_no_figure_is_kept_where_several_objectives_have_one() -> None:
    both = {"validation_accuracy_left": 1.0, "validation_accuracy_right": 0.5, "validation_accuracy": 1.0}
    assert measured(both, 3) is None
    assert measured({"validation_loss": 1.0}, 3) is None
    tokens = measured({"validation_accuracy": 0.5, "validation_perplexity": 2.0}, 3)
    assert tokens == {"measure": "token accuracy", "value": 0.5, "epochs": 3}
    assert there(measured({"validation_accuracy": 0.98, "validation_iou": 0.7}, 3))["measure"] == "IoU"
