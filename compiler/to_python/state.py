"""The tensors of a built module: what tied layers use together has one name, that of the layer it belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn


def own_state(module: nn.Module) -> dict[str, Tensor]:
    """The module's ``state_dict``, each tensor once."""
    second = second_names(module)
    return {name: value for name, value in module.state_dict().items() if name not in second}


def load_state(module: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Put tensors into a module that ``own_state`` gave, or a whole ``state_dict``.

    Raises:
        RuntimeError: they are of another module.
    """
    second = {name: state[first] for name, first in second_names(module).items() if first in state}
    module.load_state_dict({**second, **state})


def second_names(module: nn.Module) -> dict[str, str]:
    """The names of tensors that have another, by which they go; generated code constructs what a tensor is of first."""
    first: dict[int, str] = {}
    second: dict[str, str] = {}
    for name, parameter in module.named_parameters(remove_duplicate=False):
        known = first.setdefault(id(parameter), name)
        if known != name:
            second[name] = known
    return second
