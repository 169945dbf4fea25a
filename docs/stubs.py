"""Writes what editors complete when a drawing is made from Python: ``graph/builder/calls.pyi``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph.builder.calls import methods
from graph.catalog import layer_class
from graph.fields import Field, fields_of
from graph.layer import Layer, ports_of

FILE = Path(__file__).parent.parent / "graph" / "builder" / "calls.pyi"
HEAD = """# Written by docs/stubs.py from the layer classes; run `make docs` after changing one.
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from graph.builder.sheet import Value

def methods() -> Mapping[str, str]: ...
"""
COMMON = (
    "name: str | None = ...",
    "frozen: bool = ...",
    "shares: Value | None = ...",
    "ties: Mapping[str, Value | str] = ...",
    "when: str = ...",
)
TYPES = {
    "int": "int | str",
    "float": "float | str",
    "bool": "bool | str",
    "text": "str",
    "size": "int | str | Sequence[int | str]",
    "sizes": "Sequence[int | str]",
    "shape": "Sequence[int | str]",
    "floats": "Sequence[float | str]",
    "names": "Sequence[str]",
    "mapping": "Mapping[str, Any]",
}


def stubs() -> str:
    """The text of the stub file: a class with methods that take every tensor, and one whose first is itself."""
    lines = [HEAD]
    for cls, own in (("SheetCalls", False), ("ValueCalls", True)):
        lines.append(f"class {cls}:")
        lines.append("    def _call(self, kind: str, *arguments: Any, **options: Any) -> Any: ...")
        lines += [_method(name, layer_class(kind), own) for name, kind in methods().items()]
        lines.append("")
    return "\n".join(lines)


def _method(name: str, cls: type[Layer], own: bool) -> str:
    ports = list(ports_of(cls))
    fields = [field for field in fields_of(cls).values() if not field.hidden]
    variadic = bool(ports) and ports[-1].variadic
    single = [port for port in ports[own:] if not port.variadic]
    wires = [f"{port.name}: Value{' | None = ...' if port.optional else ''}" for port in single]
    parameters = [f"{field.name}: {_type(field)} = ..." for field in fields]
    if variadic:
        parts = ["self", *wires, f"*{ports[-1].name}: Value", *parameters, *COMMON]
    else:
        # Where a tensor may be left out, parameters go by their names.
        named = any(port.optional for port in ports[own:])
        parts = ["self", *wires, *(["*", *parameters] if named else [*parameters, "*"]), *COMMON]
    doc = (cls.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    doc = " ".join(doc.split())
    return f'    def {name}({", ".join(parts)}) -> {_result(cls)}:\n        """{doc}"""'


def _result(cls: type[Layer]) -> str:
    outputs: Any = cls.outputs
    if cls.output_names is not Layer.output_names:
        return "Any" if cls.role == "block" else "Value | Any"
    if len(outputs) == 1:
        return "Value"
    return f"tuple[{', '.join(['Value'] * len(outputs))}]" if outputs else "tuple[()]"


def _type(field: Field) -> str:
    if field.kind == "choice":
        kind = f"Literal[{', '.join(map(repr, field.choices))}]"
    else:
        kind = "float | str | Sequence[float]" if field.fraction else TYPES[field.kind]
        if field.kind == "size" and field.choices:
            kind += f" | Literal[{', '.join(map(repr, field.choices))}]"
    return f"{kind} | None" if field.optional else kind


def write() -> None:
    """Write the file."""
    FILE.write_text(stubs(), encoding="utf-8")


if __name__ == "__main__":
    write()
