"""From source to a running ``nn.Module``."""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from compiler.to_python.functions import Function
from compiler.to_python.source import Source
from compiler.to_python.trial import try_out
from graph.errors import UntrustedError
from graph.layers.custom import Custom
from graph.storage.trust import digest, trusted as trusted_here


def build(source: Source, *, trusted: bool = False) -> nn.Module:
    """Execute a drawing's source and construct its module, with PyTorch's own initial weights.

    The text is registered with ``linecache``, so tracebacks and debuggers show it. Functions of the user's are tried,
    whether they make what their signatures say. ``trusted`` says that the drawing was made by the program that asks.

    Raises:
        UntrustedError: it holds Python that the user has not agreed to run.
        DocumentError: a function of the user's fails, or makes something else than it says.
    """
    if not trusted:
        _check_trust(source.functions)
    name = filename(source)
    linecache.cache[name] = (len(source.text), None, source.text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": f"layerloom_{source.class_name}"}
    exec(compile(source.text, name, "exec"), namespace)
    for call in source.functions:
        try_out(namespace[call.name], call)
    module = namespace[source.class_name]()
    assert isinstance(module, nn.Module)
    return module


def run_function(name: str, code: str) -> Callable[..., Any]:
    """Execute the text of a function of the user's, which a module was built with before; the function."""
    namespace: dict[str, Any] = {"torch": torch, "nn": nn, "F": functional}
    exec(compile(code, f"<layerloom {name}>", "exec"), namespace)
    found: Callable[..., Any] = namespace[name]
    return found


def _check_trust(functions: Sequence[Function]) -> None:
    known = {digest(Custom().code)} | (trusted_here() if functions else frozenset())
    for call in functions:
        if digest(call.code) not in known:
            raise UntrustedError(call.node)


def filename(source: Source) -> str:
    """What tracebacks call the source."""
    return f"<layerloom {source.class_name} {hashlib.sha256(source.text.encode()).hexdigest()[:12]}>"


def node_of(error: BaseException, source: Source) -> str:
    """The node whose line an error passed last, or ""."""
    name, found = filename(source), ""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            found = source.lines.get(trace.tb_lineno, "") or found
        trace = trace.tb_next
    return found
