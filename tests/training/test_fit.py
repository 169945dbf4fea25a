"""Training from Python is training: the same data and seed give the same bits, whatever form the data comes in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch.utils.data import Dataset, TensorDataset

import layerloom
from graph.errors import LayerloomError
from graph.storage.loom import load
from layerloom import main
from training.protocol import EpochEnded
from training.runs.runs import read_run

DIGITS = load_digits()
IMAGES = DIGITS.images[:600, None].astype(np.float32) / 16
LABELS = DIGITS.target[:600]


def small(name: str = "Small") -> Any:
    d = layerloom.Drawing(name, epochs=2, batch_size=64, seed=3, learning_rate=0.01)
    image = d.input(1, 8, 8, name="image")
    scores = image.flatten().linear(16).relu().linear(10)
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"))
    return d


def curve(run: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    events = read_run(run).events
    return [(event.training, event.validation) for event in events if isinstance(event, EpochEnded)]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Items(Dataset[Any]):
    """A map-style dataset with mappings for items."""

    def __len__(self) -> int:
        return len(LABELS)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return {"image": torch.from_numpy(IMAGES[place]), "label": int(LABELS[place])}


def test_it_is_what_the_command_does_with_the_same_arrays_and_every_form_of_them() -> None:
    d = small()
    np.savez("digits.npz", image=IMAGES, label=LABELS)
    d.save("small.loom")
    assert main(["train", "small.loom", "--data", "digits.npz", "--run-dir", "command", "--json"]) == 0
    wanted = curve(Path("command"))
    tensors = TensorDataset(torch.from_numpy(IMAGES), torch.from_numpy(LABELS))
    for data in ({"image": IMAGES, "label": LABELS}, (IMAGES, LABELS), Items(), tensors):
        assert curve(d.fit(data, quiet=True).run) == wanted
    found = layerloom.fit("small.loom", (IMAGES, LABELS), quiet=True)
    assert curve(found.run) == wanted
    assert len(list(Path("runs/data").iterdir())) == 1
    assert found.reason == "completed"
    assert found.results["loss"] in [training["loss"] for training, _ in wanted]


def test_the_module_has_the_weights_of_the_best_epoch_and_the_run_can_be_gone_on_with() -> None:
    found = small().fit((IMAGES, LABELS), quiet=True)
    module = found.module()
    assert not module.training
    with torch.no_grad():
        right = (module(torch.from_numpy(IMAGES)).argmax(1).numpy() == LABELS).mean()
    assert right > 0.5
    document = load(found.run / "document.loom")
    assert document.training.epochs == 2
    assert main(["train", "--resume", str(found.run), "--epochs", "3", "--json"]) == 0
    assert len(curve(found.run)) == 3


def test_samples_of_their_own_are_validated_on() -> None:
    found = small().fit((IMAGES[:400], LABELS[:400]), validation=(IMAGES[400:], LABELS[400:]), quiet=True, epochs=1)
    module = found.module()
    with torch.no_grad():
        right = (module(torch.from_numpy(IMAGES[400:])).argmax(1).numpy() == LABELS[400:]).mean()
    assert found.results["validation_accuracy"] == pytest.approx(right)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (42, "The data is of type int; give a mapping"),
        ((IMAGES,), "The data has 1 arrays, but the drawing takes 2, Inputs first: image, label"),
        ((IMAGES, LABELS[:5]), "different numbers of samples: 'image' 600, 'label' 5"),
        ({"image": IMAGES, "label": ["a"] * 600}, "which are not numbers"),
        ((IMAGES, np.ma.masked_equal(LABELS, 3)), "A part of the data masks values, which are none to train on"),
        ([(IMAGES[0], 1), (IMAGES[0][:, :4], 2)], "Item 1 of part 0 of the data is 1 x 4 x 8, the first is 1 x 8 x 8"),
        ([], "The data has no samples"),
        ([(IMAGES[0], 1), (IMAGES[0],)], "Item 1 of the data has 1 parts, the first has 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence(data: Any, words: str) -> None:
    with pytest.raises(LayerloomError, match=words):
        small().fit(data, quiet=True)
    assert not Path("runs").exists()


def test_settings_are_those_of_training_and_a_wrong_one_is_told() -> None:
    found = small().fit((IMAGES, LABELS), validation=0.25, quiet=True, epochs=1, optimizer="AdamW", learning_rate=0.01)
    assert load(found.run / "document.loom").training.validation == 0.25
    with pytest.raises(LayerloomError, match="learning"):
        small().fit((IMAGES, LABELS), quiet=True, learning="fast")


def test_another_thread_may_train() -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(small().fit((IMAGES, LABELS), quiet=True, epochs=1)))
    thread.start()
    thread.join()
    assert found[0].reason == "completed"
