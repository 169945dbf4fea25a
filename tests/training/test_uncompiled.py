"""Training does not load torch's compiler, and steps to the bit as torch does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from graph.recipe import optimizers as recipe
from graph.storage.loom import save
from tests.support.training_drawings import classifier
from training.loop.optimizers import optimizer_of
from training.methods.uncompiled import take_step

ROOT = Path(__file__).parent.parent.parent
SAYS = """
import sys, layerloom
print(layerloom.main(sys.argv[1:]), *(name in sys.modules for name in ("torch", "torch._dynamo")))
"""
STEPPING = (recipe.SGD, recipe.Adam, recipe.AdamW, recipe.NAdam, recipe.RMSprop, recipe.Adagrad, recipe.Muon)


@pytest.mark.slow
def test_what_no_step_needs_is_not_loaded(tmp_path: Path) -> None:
    drawing, run = tmp_path / "net.loom", tmp_path / "run"
    save(classifier(epochs=1), drawing)
    for arguments in ([drawing, "--run-dir", run], ["--resume", run, "--set", "epochs=2"]):
        command = [sys.executable, "-c", SAYS, "train", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "0 True False"


@pytest.mark.parametrize("kind", STEPPING)
def test_a_step_is_that_of_torch(kind: type[recipe.Optimizer]) -> None:
    taken = []
    for of_ours in (True, False):
        weights = torch.linspace(-1, 1, 12).reshape(3, 4).requires_grad_()
        optimizer = optimizer_of([weights], kind())
        for _ in range(3):
            (weights.sin() * weights).sum().backward()
            take_step(optimizer) if of_ours else optimizer.step()
        taken.append(weights.detach())
    assert torch.equal(*taken)
