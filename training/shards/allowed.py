"""What is not trained where each process holds a part of every weight."""

from __future__ import annotations

from graph.document import Document
from graph.recipe.optimizers import Muon
from training.errors import TrainingError


def check_sharding(document: Document) -> None:
    """Refuse settings that need weights to be whole.

    Raises:
        TrainingError: naming the setting.
    """
    settings = document.training
    chosen = [turn.optimizer for turn in settings.turns] or [settings.optimizer]
    if any(isinstance(optimizer, Muon) for optimizer in chosen):
        raise TrainingError(
            "Muon looks at each weight as a whole matrix, of which with --shard a process has some rows; take AdamW, "
            "or leave out --shard."
        )
    if settings.speedups != "none" or settings.precision != "float32":
        asked = "speedups" if settings.speedups != "none" else "precision"
        usual = "none" if asked == "speedups" else "float32"
        raise TrainingError(
            f"The setting {asked} is {getattr(settings, asked)}: ways to compute faster are tried on the whole model, "
            f"which with --shard no process has; set {asked} to {usual}, or leave out --shard."
        )
