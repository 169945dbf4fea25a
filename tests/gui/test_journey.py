"""A user's way with data of their own, by X's own keyboard and mouse: from a folder of pictures to the worst cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from graph.storage.loom import load, save
from tests.support.hands_on import Editor, editor
from tests.support.training_drawings import classifier
from tests.support.xdesktop import NEEDED, screen
from training.runs.runs import read_run
from training.runs.table.listing import runs_in_folders

pytestmark = [pytest.mark.slow, pytest.mark.long, NEEDED]
CLASSES, EACH, SIDE = ("dark", "light", "striped"), 16, 8
DRAWING = "mine.loom"


def test_from_a_folder_of_pictures_to_the_worst_cases(tmp_path: Path) -> None:
    make_pictures(tmp_path / "shapes")
    # More epochs than anybody waits for: what is trained is stopped.
    save(classifier((1, SIDE, SIDE), len(CLASSES), epochs=1_000_000), tmp_path / DRAWING)
    with screen() as display:
        with editor(display, tmp_path, str(tmp_path / DRAWING)) as shown:
            shown.hands.press("l")  # in rows
            choose(shown, tmp_path / "shapes")
            augment(shown)
            train(shown)
            shown.hands.press("ctrl+s")
            shown.until(lambda: load(tmp_path / DRAWING).training.augmentation, "the drawing is not saved")
            shown.quit()
        (first,) = runs(tmp_path)
        with editor(display, tmp_path, str(tmp_path / DRAWING)) as shown:
            go_on(shown, first)
            train_otherwise(shown)
            compare(shown, tmp_path)
            look_at_the_worst(shown, runs(tmp_path)[0])
            shown.hands.press("ctrl+s")
            shown.quit()
    check(tmp_path, first)


def choose(shown: Editor, folder: Path) -> None:
    """Choose a folder as data, and look at what is in it."""
    shown.press("Data workspace")
    shown.press("Folder…")
    shown.name_file(folder)
    shown.told("The drawing can be trained on this data.")
    shown.told("Samples: 43 training, 5 validation.")
    for name in CLASSES:
        shown.told(name)
    shown.picture("samples")


def augment(shown: Editor) -> None:
    """Have training samples turned, and look at what becomes of them."""
    shown.press("Add to augmentation")
    shown.hands.click(shown.row("Translate", "QMenu"))
    shown.until(
        lambda: shown.ask("find", "Training samples, and what augmentation makes of them"), "nothing is previewed"
    )
    shown.picture("augmentation")


def train(shown: Editor) -> None:
    """Train for a few epochs, and stop."""
    shown.press("Start Training", "QToolButton")
    shown.until(lambda: shown.ask("training")[1] > 2, "no epoch is trained")
    shown.picture("training")
    shown.press("Stop", "QToolButton")
    shown.until(lambda: not shown.ask("training")[0], "it does not stop")
    shown.picture("stopped")


def go_on(shown: Editor, run: Path) -> None:
    """Find the run of before, and continue it."""
    epochs = len(read_run(run).epochs)
    shown.press("Draw workspace")
    shown.picture("drawn")
    shown.press("Runs workspace")
    shown.hands.click(shown.row(run.name, "QTreeView"))
    shown.picture("runs")
    shown.press("Continue")
    shown.until(lambda: shown.ask("training")[1] > epochs + 1, "it does not go on")
    shown.press("Stop", "QToolButton")
    shown.until(lambda: not shown.ask("training")[0], "it does not stop")
    shown.picture("continued")


def train_otherwise(shown: Editor) -> None:
    """Train with another learning rate."""
    shown.hands.click(shown.scroll_to("learning_rate", "QLineEdit", over=shown.find("Training", "Label")), times=3)
    shown.hands.type("0.1")
    shown.hands.press("Return")
    shown.until(lambda: shown.drawing().training.optimizer.learning_rate == 0.1, "the learning rate is as it was")
    train(shown)


def compare(shown: Editor, home: Path) -> None:
    """Hold both runs against each other."""
    shown.press("Runs workspace")
    second, first = runs(home)
    shown.hands.click(shown.row(second.name, "QTreeView"))
    shown.hands.click_adding(shown.row(first.name, "QTreeView"))
    shown.press("Compare")
    shown.told("2 runs; the others are held against")
    shown.picture("compared")
    shown.press("Back to the Runs")


def look_at_the_worst(shown: Editor, run: Path) -> None:
    """Look at the samples that a run is worst at."""
    shown.hands.click(shown.row(run.name, "QTreeView"))
    shown.press("Show Curves")
    shown.press("Results")
    shown.told("validation samples")
    shown.picture("worst")


def check(home: Path, first: Path) -> None:
    """Look at what lies on the disk in the end."""
    assert len(runs(home)) == 2
    run = read_run(first)
    assert run.outcome == "stopped"
    assert run.epochs[-1].epoch == len(run.epochs) > 3


def runs(home: Path) -> list[Path]:
    """The runs of the drawing, the latest first."""
    return [each.path for each in runs_in_folders([home / "runs"], home / DRAWING)]


def make_pictures(folder: Path) -> None:
    """Pictures in a folder a class, one in eight of them in the wrong one."""
    generator = np.random.default_rng(0)
    bases = {"dark": np.full((SIDE, SIDE), 60), "light": np.full((SIDE, SIDE), 190)}
    bases["striped"] = np.where(np.arange(SIDE) % 2, 190, 60) * np.ones((SIDE, 1), int)
    for place, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for number in range(EACH):
            base = bases[CLASSES[(place + (number % 8 == 0)) % len(CLASSES)]]
            pixels = (base + generator.integers(-50, 50, base.shape)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number:02}.png")
