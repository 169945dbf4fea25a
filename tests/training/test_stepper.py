"""The steps of an optimizer, without the bookkeeping of its class."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import nn

from graph.fields import fields_of
from graph.recipe.optimizers import LBFGS, SGD, Adam, Optimizer
from graph.recipe.part import choices_of
from tests.support.training_drawings import classifier
from tests.support.typed import known
from training.checkpoints.position import Position
from training.loop.optimizers import make_optimizer
from training.loop.stepper import TIDIED_EVERY, Stepper


@pytest.mark.parametrize("optimizer", [cls for cls in choices_of(Optimizer).values() if cls is not LBFGS], ids=str)
@pytest.mark.parametrize("set_to", [{}, {"momentum": 0.0}, {"nesterov": True}, {"beta1": 0.5}, {"alpha": 0.9}], ids=str)
def test_steps_are_those_of_the_optimizer_to_the_last_bit(optimizer: type[Any], set_to: dict[str, Any]) -> None:
    if not set_to.keys() <= fields_of(known(optimizer)).keys():
        return
    settings = classifier(optimizer=optimizer(weight_decay=0.1, **set_to)).training
    torch.manual_seed(0)
    ours = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3))
    theirs = copy.deepcopy(ours)
    unused = nn.Linear(2, 2)
    first, second = (make_optimizer(nn.ModuleList([module, unused]), settings) for module in (ours, theirs))
    stepper = Stepper(first, Position())
    for _ in range(5):
        x = torch.randn(8, 5)
        for module in (ours, theirs):
            module(x).square().mean().backward()
        stepper.step()
        second.step()
        second.zero_grad()
    assert all(parameter.grad is None for parameter in ours.parameters())
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))
    states = [optimizer.state_dict()["state"] for optimizer in (first, second)]
    assert states[0].keys() == states[1].keys()
    for place, state in states[0].items():
        for name, value in state.items():
            assert value is states[1][place][name] is None or torch.equal(value, states[1][place][name])


@pytest.mark.parametrize("optimizer", [Adam, SGD], ids=str)
def test_what_a_parameter_without_gradient_leaves_ends_at_nothing_and_no_weight_differs(optimizer: type[Any]) -> None:
    settings, at = classifier(optimizer=optimizer()).training, Position()
    torch.manual_seed(0)
    ours = nn.Linear(3, 2)
    theirs = copy.deepcopy(ours)
    first, second = (make_optimizer(module, settings) for module in (ours, theirs))
    stepper = Stepper(first, at)
    for at.step in range(1, 1 + 16 * TIDIED_EVERY):
        for module in (ours, theirs):
            module.weight.grad, module.bias.grad = torch.full((2, 3), float(at.step == 1)), torch.ones(2)
        stepper.step()
        second.step()
    kept = {"Adam": "exp_avg", "SGD": "momentum_buffer"}[optimizer.__name__]
    here, there_ = (each.state[module.weight][kept] for each, module in ((first, ours), (second, theirs)))
    assert 0 < float(there_.max()) < torch.finfo(torch.float32).tiny
    assert not here.any()
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_what_is_no_number_is_not_tidied_away() -> None:
    layer, at = nn.Linear(2, 1), Position(step=TIDIED_EVERY)
    optimizer = make_optimizer(layer, classifier(optimizer=SGD(momentum=0.9)).training)
    layer.weight.grad = torch.tensor([[float("nan"), float("-inf")]])
    Stepper(optimizer, at).step()
    held = optimizer.state[layer.weight]["momentum_buffer"]
    assert held[0, 0].isnan()
    assert held[0, 1].isneginf()
