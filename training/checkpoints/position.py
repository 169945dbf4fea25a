"""How far training has come: with the weights and the optimizer's state, all that the rest of it depends on."""

from __future__ import annotations

from typing import Any

import msgspec
import torch
from torch import Tensor
from torch.optim import Optimizer

from training.checkpoints.checked import check_optimizer, check_position, check_random


class Position(msgspec.Struct, forbid_unknown_fields=True):
    """``epoch`` epochs and then ``batch`` batches are done, ``step`` steps in all.

    ``sums`` and ``samples`` are those of the epoch begun; ``results`` are those of the best epoch, ``best`` its cost,
    ``costs`` those of all epochs: the figure that is watched, negative where the larger is the better one.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    sums: list[float] = []
    samples: int = 0
    best: float | None = None
    costs: list[float | None] = []
    results: dict[str, int | float | None] = {}


def pack(position: Position, optimizer: dict[str, Any], device: torch.device) -> dict[str, Any]:
    """The state of a checkpoint, beside the weights; that of the optimizer is part of it."""
    random = random_state(device)
    return {"position": msgspec.structs.asdict(position), "optimizer": optimizer, "random": random}


def unpack(state: dict[str, Any], optimizer: Optimizer, device: torch.device, most: int = 1) -> Position:
    """Take up a checkpoint's state: where training goes on; a batch makes at ``most`` so many steps.

    Raises:
        ValueError, KeyError: the state is not what ``pack`` gave, or not of these parameters.
    """
    position = msgspec.convert(state["position"], Position)
    check_position(position)
    random = check_random(state["random"], device)
    optimizer.load_state_dict(check_optimizer(state["optimizer"], optimizer, position.epoch, position.step * most))
    set_random_state(random, device)
    return position


def random_state(device: torch.device) -> dict[str, Tensor]:
    """Where the generators are that training draws from."""
    random = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        random["cuda"] = torch.cuda.get_rng_state(device)
    if device.type == "mps":
        random["mps"] = torch.mps.get_rng_state()
    return random


def set_random_state(random: dict[str, Tensor], device: torch.device) -> None:
    """Have the generators go on from there."""
    torch.set_rng_state(random["cpu"])
    if device.type == "cuda" and "cuda" in random:
        torch.cuda.set_rng_state(random["cuda"], device)
    if device.type == "mps" and "mps" in random:
        torch.mps.set_rng_state(random["mps"])
