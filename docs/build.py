"""Writes the reference of layers and augmentations from their classes: ``python -m docs.build``."""

from __future__ import annotations

import inspect
from pathlib import Path

from graph.catalog import CATEGORIES, catalog
from graph.fields import Field, fields_of
from graph.layer import Layer, Port
from graph.manual.facts import default_of, example_of
from graph.recipe.augmentations import SUITS, Augmentation
from graph.recipe.part import choices_of

FOLDER = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/build.py from the layer classes; run `make docs` after changing one. -->"


def pages() -> dict[str, str]:
    """The reference, by file name: an index, and a page for each category."""
    made = {"README.md": _index()}
    for category in CATEGORIES:
        if layers := _layers(category):
            made[_file(category)] = "\n\n".join([NOTE, f"# {category}", *map(_section, layers)]) + "\n"
    made["augmentation.md"] = _augmentations()
    return made


def _augmentations() -> str:
    intro = (
        "What the training setting `augmentation` may list, written `flip, rotate:degrees=20` on the command line. "
        "[Augmentation](../manual/augmentation.md) says how it is done."
    )
    sections = []
    for name, cls in choices_of(Augmentation).items():
        suits = f"- changes: {', '.join(SUITS[kind] for kind in cls.suits)}"
        parts = [f"## {name}", inspect.cleandoc(cls.__doc__ or ""), suits, _table(list(fields_of(cls).values()))]
        sections.append("\n\n".join(parts))
    return "\n\n".join([NOTE, "# Augmentation", intro, *sections]) + "\n"


def _layers(category: str) -> list[type[Layer]]:
    return [cls for cls in catalog().values() if cls.category == category]


def _file(category: str) -> str:
    return category.lower().replace(" ", "-") + ".md"


def _index() -> str:
    rows = []
    for category in CATEGORIES:
        links = [f"[{cls.__name__}]({_file(category)}#{cls.__name__.lower()})" for cls in _layers(category)]
        if links:
            rows.append(f"| [{category}]({_file(category)}) | {', '.join(links)} |")
    intro = (
        "Every layer there is. Names, parameters and defaults are those of `torch.nn` wherever PyTorch has the layer; "
        "sizes that follow from the input, such as `in_channels`, are not asked for."
    )
    table = ["| category | layers |", "| --- | --- |", *rows]
    more = "What training samples may be changed by has [a page of its own](augmentation.md)."
    return "\n".join([NOTE, "", "# Layer reference", "", intro, "", *table, "", more, ""])


def _section(cls: type[Layer]) -> str:
    parts = [f"## {cls.__name__}", inspect.cleandoc(cls.__doc__ or "").replace("``", "`")]
    parts.append("\n".join(_facts(cls)))
    shown = [field for field in fields_of(cls).values() if not field.hidden]
    if shown:
        parts.append(_table(shown))
    return "\n\n".join(parts)


def _table(fields: list[Field]) -> str:
    head = ["| parameter | default | accepts | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *map(_row, fields)])


def _facts(cls: type[Layer]) -> list[str]:
    if cls.role == "block":
        return ["- inputs and outputs: those of the block"]
    notes = [f"  - `{port.name}`: {note}" for port in cls().ports() if (note := cls().port_note(port.name))]
    return [f"- inputs: {_ports(cls().ports())}", *notes, f"- outputs: {_names(cls().output_names())}", *_typical(cls)]


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _ports(ports: tuple[Port, ...]) -> str:
    shown = []
    for port in ports:
        name = f"`{port.name}0`, `{port.name}1`, ..." if port.variadic else f"`{port.name}`"
        shown.append(f"{name} (optional)" if port.optional else name)
    return ", ".join(shown) or "none"


def _typical(cls: type[Layer]) -> list[str]:
    """What usual inputs become, and the parameters that takes."""
    example = example_of(cls)
    if example is None or not example.inputs:
        return []
    line = f"- for example: {_names(example.inputs)}"
    line += f" to {_names(example.outputs)}" if example.outputs else ""
    return [f"{line}; {example.parameters:,} parameters" if example.parameters else line]


def _row(field: Field) -> str:
    default = default_of(field)
    cells = [f"`{field.name}`", f"`{default}`" if default else "empty", field.expected(), field.description]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
