"""From source to a running ``nn.Module``."""

from __future__ import annotations

import hashlib
import linecache
from typing import Any

from torch import nn

from compiler.to_python.source import Source


def build(source: Source) -> nn.Module:
    """Execute a drawing's source and construct its module, with PyTorch's own initial weights.

    The text is registered with ``linecache``, so tracebacks and debuggers show it.
    """
    name = filename(source)
    linecache.cache[name] = (len(source.text), None, source.text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": f"layerloom_{source.class_name}"}
    exec(compile(source.text, name, "exec"), namespace)
    module = namespace[source.class_name]()
    assert isinstance(module, nn.Module)
    return module


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
