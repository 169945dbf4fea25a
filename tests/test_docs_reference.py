"""The layer reference says what the layer classes say."""

from __future__ import annotations

from docs.build import FOLDER, pages
from graph.catalog import catalog


def test_the_committed_reference_is_up_to_date() -> None:
    """Run ``make docs`` after changing a layer."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert committed == pages()


def test_every_layer_has_its_section_and_its_place_in_the_index() -> None:
    found = pages()
    text = "\n".join(found.values())
    for name, cls in catalog().items():
        assert f"\n## {name}\n" in text
        assert f"[{name}]({cls.category.lower().replace(' ', '-')}.md#{name.lower()})" in found["README.md"]
