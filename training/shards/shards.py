"""A module of which each of several processes holds a part, put together layer by layer while a batch is computed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Shard
from torch.nn import Parameter
from torch.optim import Optimizer

from compiler.to_python.source import Source
from compiler.to_python.state import own_state, second_names
from training.errors import TrainingError
from training.ranks.ranks import Ranks, noticing
from training.shards.units import units_of
from training.shards.whole import Whole

State = dict[str, Any]


class Shards(Whole):
    """The rows that this process has of each weight of ``module``, as tensors of their own.

    ``held`` has them by the weights' names, in the order of the module: they share memory with what the module
    computes with, so that an optimizer that changes each number by itself works on them as on whole weights. Losses,
    ``module.loss`` and its like, have to be computed by all processes at the same time.
    """

    def __init__(self, ranks: Ranks, module: nn.Module, source: Source, device: torch.device) -> None:
        """Share out a whole module that is in the memory of the CPU; unit by unit it goes to the device.

        Raises:
            TrainingError: a weight has no rows to share out, or another process has ended.
        """
        for name, parameter in module.named_parameters():
            if parameter.ndim == 0:
                raise TrainingError(
                    f"'{name}' is a single number without an axis, which cannot be shared out; give it the shape (1,), "
                    "or leave out --shard.",
                    name,
                )
        super().__init__(module)
        self.ranks, self.device = ranks, device
        self._units = units_of(module, source)
        # torch warns of what is computed in place with what a layer gives: generated code does no such thing.
        warnings.filterwarnings("ignore", message="FSDP2-wrapped module .* returned a view tensor")
        for unit in self._units if source.functions else ():
            unit.register_forward_hook(_by_itself)  # but functions of the user's may
        losses = [name for name in dir(type(module)) if name == "loss" or name.startswith("loss_")]
        whole = _Whole({name: getattr(module, name) for name in losses}, module)
        with noticing(ranks.count):
            mesh = init_device_mesh(device.type, (ranks.count,))
            for part in (*self._units, whole):
                _share_out(part, mesh)
        for name in losses:
            setattr(module, name, _loss_of(whole, name, ranks.count))
        found: dict[str, Any] = dict(module.named_parameters())
        self._whole: dict[str, DTensor] = found
        with torch.no_grad():
            self.held: dict[str, Parameter] = {
                name: Parameter(parameter.to_local().detach(), requires_grad=parameter.requires_grad)
                for name, parameter in self._whole.items()
            }
        self.told = self._telling()
        self._names = {id(tensor): name for name, tensor in self.held.items()}

    @property
    def add_up(self) -> Callable[[Tensor], None]:
        return self.ranks.add_up

    def _telling(self) -> str:
        """How much of the model each process holds, as a sentence."""
        whole = sum(parameter.numel() for parameter in self._whole.values())
        most = max(self.ranks.from_all(sum(tensor.numel() for tensor in self.held.values())))
        return (
            f"The model is shared out over {self.ranks.count} processes: each holds at most {most:,} of {whole:,} "
            "weights, and as much of gradients and of what the optimizer keeps; it is put together in "
            f"{len(self._units) + 1} parts, one after the other."
        )

    def collect(self, wanted: Iterable[Tensor]) -> None:
        """Give the gradients that all processes have added up to the ``wanted`` of ``held``; forget those of others."""
        names = {self._names[id(tensor)] for tensor in wanted}
        for name, parameter in self._whole.items():
            gradient: Any = parameter.grad
            parameter.grad = None
            if name in names:
                self.held[name].grad = None if gradient is None else gradient.to_local()

    def random_like(self, weight: Tensor) -> Tensor:
        name = self._names[id(weight)]
        like = self._whole[name]
        return self.part(name, torch.randn(like.shape, dtype=like.dtype, device=self.device))

    def part(self, name: str, whole: Tensor) -> Tensor:
        """The rows that this process has of a tensor laid out as a weight."""
        held, rows = self.held[name], -(-len(whole) // self.ranks.count)
        return whole[min(len(whole), rows * self.ranks.rank) :][: len(held)]

    def put_together(self, name: str, part: Tensor) -> Tensor:
        """A whole tensor, laid out as a weight, of which each process has its ``part``; in memory of the CPU.

        All processes have to ask; what is of use to the first alone is empty for the others.

        Raises:
            TrainingError: another process has ended.
        """
        like = self._whole[name]
        with noticing(self.ranks.count), torch.no_grad():
            mesh, shape, stride = like.device_mesh, like.shape, like.stride()
            whole = DTensor.from_local(part.detach(), mesh, [Shard(0)], shape=shape, stride=stride).full_tensor()
        return whole.cpu() if self.ranks.first else whole.new_empty(0, device="cpu")

    def state(self) -> dict[str, Tensor]:
        return {
            name: self.put_together(name, self.held[name]) if name in self.held else value
            for name, value in own_state(self.module).items()
        }

    def whole_state(self) -> dict[str, Tensor]:
        """The module's whole ``state_dict``, as ``put_together`` gives it."""
        state, second = self.state(), second_names(self.module)
        return {name: state[second.get(name, name)] for name in self.module.state_dict()}

    @torch.no_grad()
    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take the parts of a whole ``state_dict``."""
        buffers = dict(self.module.named_buffers())
        for name, value in state.items():
            if name in self.held:
                self.held[name].copy_(self.part(name, value))
            elif name in buffers:
                buffers[name].copy_(value)

    def optimizer_state(self, optimizer: Optimizer) -> State:
        names = [self._names[id(tensor)] for group in optimizer.param_groups for tensor in group["params"]]
        found = optimizer.state_dict()
        state = {
            place: {
                key: self.put_together(names[place], value) if _is_of_rows(value) else value
                for key, value in entry.items()
            }
            for place, entry in found["state"].items()
        }
        return {**found, "state": state}


def shared_out(ranks: Ranks, module: nn.Module, source: Source, device: torch.device, optimizer: Optimizer) -> Shards:
    """Share out a whole module, and with it the optimizer of its weights, which is then one of the parts."""
    known = {id(parameter): name for name, parameter in module.named_parameters()}
    groups = [[known[id(parameter)] for parameter in group["params"]] for group in optimizer.param_groups]
    states = {known[id(parameter)]: dict(entry) for parameter, entry in optimizer.state.items()}
    for group in optimizer.param_groups:  # nothing is to keep the whole weights
        group["params"].clear()
    optimizer.state.clear()
    shards = Shards(ranks, module, source, device)
    for group, names in zip(optimizer.param_groups, groups, strict=True):
        group["params"] += [shards.held[name] for name in names]
        for name in names:
            if name in states:
                optimizer.state[shards.held[name]] = _parts_of(shards, name, states.pop(name), group)
    return shards


def _parts_of(shards: Shards, name: str, entry: State, group: Mapping[str, Any]) -> State:
    """The parts of what an optimizer keeps of a weight; where it counts steps in a kernel, that is on the device."""
    on_device = group.get("fused") or group.get("capturable")
    return {
        key: shards.part(name, value).to(shards.device, copy=True)
        if _is_of_rows(value)
        else value.to(shards.device)
        if on_device and isinstance(value, Tensor)
        else value
        for key, value in entry.items()
    }


def _is_of_rows(value: object) -> bool:
    return isinstance(value, Tensor) and value.ndim > 0


class _Whole(nn.Module):
    """The losses of a module as ways to call it, which is when its weights are put together."""

    def __init__(self, losses: Mapping[str, Callable[..., Any]], module: nn.Module) -> None:
        super().__init__()
        self.module, self._losses = module, losses

    def forward(self, name: str, *batch: Tensor) -> Any:
        return self._losses[name](*batch)


def _share_out(part: nn.Module, mesh: DeviceMesh) -> None:
    # Also what is outermost is taken apart again after use: else it would be computed with as it was before a step.
    shared: Any = fully_shard(part, mesh=mesh, reshard_after_forward=True)
    shared.set_gradient_divide_factor(1.0)  # parts of a loss add up to it
    shared.set_force_sum_reduction_for_comms(True)


def _by_itself(_unit: nn.Module, _arguments: Any, given: Any) -> Any:
    """What a layer gives, in memory of its own."""
    if isinstance(given, tuple):
        return tuple(_by_itself(_unit, _arguments, each) for each in given)
    return given.clone() if isinstance(given, Tensor) and given._is_view() else given


def _loss_of(whole: _Whole, name: str, count: int) -> Callable[..., Any]:
    def loss(*batch: Tensor) -> Any:
        with noticing(count, certainly=False):
            return whole(name, *batch)

    return loss
