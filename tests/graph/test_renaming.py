"""Other names for blocks and their parameters."""

from __future__ import annotations

import pytest

from graph.document import Document
from graph.edits.renaming import rename_block, rename_parameter
from graph.edits.setting.sweeping import check_sweep, vary
from graph.edits.unpacking import unpack
from graph.errors import DocumentError
from graph.storage.loom import dumps
from tests.support.typed import known


@pytest.fixture
def document() -> Document:
    """A block with two parameters, used in the model and, with an expression, in another block."""
    made = Document()
    with made.edit("Draw"):
        unit = made.add_block("Unit", {"channels": 8, "stride": 1})
        unit.add("Input", {"shape": ["channels", 8, 8]}, name="x")
        unit.add("Conv2d", {"out_channels": "channels * 2", "stride": "stride"}, name="conv")
        unit.add("Output", name="y")
        unit.connect("x", "conv")
        unit.connect("conv", "y")
        outer = made.add_block("Outer", {"width": 4})
        outer.add("Block", {"definition": "Unit", "arguments": {"channels": "width + 1"}}, name="inner")
        made.model.add("Input", {"shape": [16, 8, 8]}, name="image")
        made.model.add("Block", {"definition": "Unit", "arguments": {"channels": 16}}, name="first")
        made.model.connect("image", "first")
        made.model.add("Output", name="out")
        made.model.connect("first", "out")
    made.forget_history()
    return made


def test_a_block_is_renamed_wherever_it_is_used_in_one_step(document: Document) -> None:
    before = dumps(document)
    rename_block(document, "Unit", "Stem")
    assert sorted(document.definitions) == ["Outer", "Stem"]
    assert dumps(document) == before.replace('"Unit"', '"Stem"')
    assert document.history == ["Rename block Unit"]
    assert not document.problems()
    document.undo()
    assert dumps(document) == before


def test_a_parameter_is_renamed_in_expressions_and_arguments(document: Document) -> None:
    before = dumps(document)
    rename_parameter(document, "Unit", "channels", "depth")
    unit = document.graphs["Unit"]
    assert document.definitions["Unit"].parameters == {"depth": 8, "stride": 1}
    assert known(unit.node("x").layer).shape == ("depth", 8, 8)
    assert unit.node("conv").expressions == {"out_channels": "depth * 2", "stride": "stride"}
    assert known(document.graphs["Outer"].node("inner").layer).arguments == {"depth": "width + 1"}
    assert known(document.model.node("first").layer).arguments == {"depth": 16}
    assert document.history == ["Rename parameter channels of Unit"]
    document.undo()
    assert dumps(document) == before


@pytest.mark.parametrize("name", ["Outer", "two words", "class", ""])
def test_a_name_that_will_not_do_changes_nothing(document: Document, name: str) -> None:
    before = dumps(document)
    with pytest.raises(DocumentError):
        rename_block(document, "Unit", name)
    with pytest.raises(DocumentError):
        rename_parameter(document, "Unit", "channels", "stride" if name == "Outer" else name)
    assert (dumps(document), document.history) == (before, [])


def test_a_sweep_varies_what_is_renamed_by_its_new_name(document: Document) -> None:
    for name in ("Unit/conv.kernel_size", "first.channels", "Outer/inner.argument.stride"):
        vary(document, name, "1,3")
    rename_block(document, "Unit", "Stem")
    rename_parameter(document, "Stem", "channels", "depth")
    rename_parameter(document, "Stem", "stride", "step")
    over = [axis.name for axis in document.sweep.over]
    assert over == ["Stem/conv.kernel_size", "first.depth", "Outer/inner.argument.step"]
    check_sweep(document)
    unpack(document, "", "first")
    assert [axis.name for axis in document.sweep.over] == [over[0], over[2]]
