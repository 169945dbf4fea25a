"""Several optimizers that step as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.optim import Optimizer

from training.methods.uncompiled import take_step


class Together(Optimizer):
    """Each of ``parts`` steps for its own parameters; what they keep is kept here, as if it were one's."""

    def __init__(self, parts: list[Optimizer]) -> None:
        self.parts = parts
        super().__init__([group for part in parts for group in part.param_groups], {})
        self._hand_out()

    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take a step with each."""
        for part in self.parts:
            take_step(part)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._hand_out()

    def _hand_out(self) -> None:
        """Have the parts work on the groups and states that are here."""
        groups = iter(self.param_groups)
        for part in self.parts:
            part.state = self.state
            part.param_groups = [next(groups) for _ in part.param_groups]
            if isinstance(part, Together):
                part._hand_out()

    @property
    def leaves(self) -> list[Optimizer]:
        """The optimizers that step by themselves."""
        return [leaf for part in self.parts for leaf in (part.leaves if isinstance(part, Together) else [part])]
