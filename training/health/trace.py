"""Which layer computes what, while a module runs: told by the line of its source that calls PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from compiler.to_python.module import filename
from compiler.to_python.source import Source

_PUTS_TOGETHER = str(Path("torch", "distributed", "fsdp"))


class Call:
    """A call of PyTorch by the layer ``node``, a full name such as ``block.0.relu``; ``result`` is what it gave."""

    def __init__(self, node: str, function: Callable[..., Any], arguments: Sequence[Any], result: Tensor) -> None:
        self.node, self.function, self.arguments, self.result = node, function, arguments, result


class Trace(TorchFunctionMode):
    """Tells ``look`` of every call that gives numbers, in the order they are made."""

    def __init__(self, module: nn.Module, source: Source, look: Callable[[Call], None]) -> None:
        super().__init__()
        self._look = look
        self._file, self._lines = filename(source), source.lines
        self._names = {id(part): f"{name}." if name else "" for name, part in module.named_modules()}

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        given_back = result if isinstance(result, tuple | list) else [result]
        numbers = [each for each in given_back if isinstance(each, Tensor) and each.is_floating_point()]
        if numbers and (node := self._node(sys._getframe(1))):
            given = kwargs or {}
            for tensor in numbers:
                self._look(Call(node, lambda *inputs: func(*inputs, **given), args, tensor))
        return result

    def _node(self, frame: FrameType | None) -> str:
        """The layer whose line is being run: the innermost one of the generated source."""
        while frame is not None:
            if _PUTS_TOGETHER in frame.f_code.co_filename:
                return ""  # not of the layer: its weights are brought from other processes
            if frame.f_code.co_filename == self._file and (name := self._lines.get(frame.f_lineno)):
                owner = self._names.get(id(frame.f_locals.get("self")), "")
                return owner + name.rpartition("/")[2]
            frame = frame.f_back
        return ""
