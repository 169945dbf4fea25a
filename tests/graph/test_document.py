"""Edits, undo and redo as data, and what observers are told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.document import Document
from graph.errors import DocumentError, ParameterError
from graph.history import MAX_STEPS
from graph.recipe.optimizers import SGD
from graph.records import Change, NodeChange, RenameChange, SettingChange, WireChange
from graph.storage.loom import dumps
from tests.support.typed import known


@pytest.fixture
def document() -> Document:
    document = Document("Small")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [4]}, name="image")
        document.model.add("Linear", {"out_features": 3}, name="fc")
        document.model.connect("image", "fc")
    return document


def test_an_edit_is_one_step(document: Document) -> None:
    before = dumps(document)
    with document.edit("Two nodes"):
        document.model.add("ReLU")
        document.model.add("ReLU")
    after = dumps(document)
    assert document.history == ["Draw", "Two nodes"]
    assert document.undo() == "Two nodes"
    assert dumps(document) == before
    assert document.future == ["Two nodes"]
    assert document.redo() == "Two nodes"
    assert dumps(document) == after


def test_an_edit_inside_an_edit_joins_it(document: Document) -> None:
    with document.edit("Outer"):
        document.model.add("ReLU")
        with document.edit("Inner"):
            document.model.add("ReLU")
    assert document.history == ["Draw", "Outer"]


def test_an_empty_edit_is_no_step(document: Document) -> None:
    with document.edit("Nothing"):
        document.model.move({"fc": (0.0, 0.0)})
    assert document.history == ["Draw"]


class Mishap(Exception):
    pass


def test_an_exception_takes_everything_back(document: Document) -> None:
    before, types = dumps(document), dict(document.types())
    told: list[object] = []
    document.subscribe(told.append)
    with pytest.raises(Mishap), document.edit("Fails"):
        document.model.add("ReLU", name="relu")
        document.model.connect("fc", "relu")
        document.model.rename("fc", "dense")
        document.model.set("dense", out_features=7)
        document.model.remove(["image"], heal=True)
        document.set_training(epochs=99)
        document.set_setting("name", "Other")
        raise Mishap
    assert dumps(document) == before
    assert document.types() == types
    assert (document.history, document.future, told) == (["Draw"], [], [])
    with document.edit("Works again"):
        document.model.add("ReLU")


def test_an_exception_in_an_inner_edit_that_is_caught_keeps_the_outer(document: Document) -> None:
    with document.edit("Outer"):
        document.model.add("ReLU", name="relu")
        with pytest.raises(DocumentError), document.edit("Inner"):
            document.model.connect("fc", "image")
    assert "relu" in document.model.nodes


def test_a_failed_edit_keeps_what_could_be_redone(document: Document) -> None:
    document.undo()
    with pytest.raises(Mishap), document.edit("Fails"):
        document.model.add("ReLU")
        raise Mishap
    assert document.future == ["Draw"]


def test_a_new_step_ends_redo(document: Document) -> None:
    document.undo()
    with document.edit("Other"):
        document.model.add("ReLU")
    assert document.future == []
    assert document.redo() is None


def test_undo_with_nothing_done() -> None:
    document = Document()
    assert document.undo() is None
    assert document.redo() is None


def test_undo_inside_an_edit_is_refused(document: Document) -> None:
    with pytest.raises(DocumentError, match="wait until the current edit"), document.edit("Open"):
        document.undo()


def test_steps_of_one_spin_merge(document: Document) -> None:
    for features in (4, 5, 6):
        with document.edit("Set out_features", merge="fc.out_features"):
            document.model.set("fc", out_features=features)
    with document.edit("Set bias", merge="fc.bias"):
        document.model.set("fc", bias=False)
    assert document.history == ["Draw", "Set out_features", "Set bias"]
    document.undo()
    document.undo()
    assert known(document.model.node("fc").layer).out_features == 3


def test_a_spin_that_comes_back_leaves_no_step(document: Document) -> None:
    document.mark_saved()
    for features in (4, 5, 3):
        with document.edit("Set out_features", merge="fc.out_features"):
            document.model.set("fc", out_features=features)
    assert document.history == ["Draw"]
    assert not document.modified
    with document.edit("Set out_features", merge="fc.out_features"):
        document.model.set("fc", out_features=7)
    assert document.history == ["Draw", "Set out_features"]


def test_a_name_typed_and_taken_back_leaves_no_step(document: Document) -> None:
    def rename(old: str, new: str) -> None:
        with document.edit("Rename", merge="rename"):
            document.model.rename(old, new)

    rename("fc", "f")
    rename("f", "fe")
    assert document.history == ["Draw", "Rename"]
    rename("fe", "fc")
    assert document.history == ["Draw"]


def test_steps_of_one_key_are_taken_back_for_good() -> None:
    document = Document()
    with document.edit("Name"):
        document.set_setting("name", "a")
    before = document.history
    for name in ("ab", "abc"):
        with document.edit("Name", merge="typing"):
            document.set_setting("name", name)
    assert document.take_back("typing")
    assert (document.name, document.history, document.future) == ("a", before, [])
    assert not document.take_back("typing")


def test_a_step_in_which_nodes_swap_names_stays(document: Document) -> None:
    with document.edit("Add"):
        document.model.add("Linear", {"out_features": 3}, name="other")
    for old, new in (("fc", "free"), ("other", "fc"), ("free", "other")):
        with document.edit("Swap", merge="swap"):
            document.model.rename(old, new)
    assert document.history == ["Draw", "Add", "Swap"]


def test_steps_do_not_merge_across_an_undo_or_a_save(document: Document) -> None:
    def spin(features: int) -> None:
        with document.edit("Set", merge="spin"):
            document.model.set("fc", out_features=features)

    spin(4)
    document.mark_saved()
    spin(5)
    assert document.history == ["Draw", "Set", "Set"]
    document.undo()
    assert not document.modified
    spin(6)
    assert document.modified


def test_modified_follows_the_history(document: Document) -> None:
    assert document.modified
    document.mark_saved()
    assert not document.modified
    with document.edit("Move"):
        document.model.move({"fc": (5, 5)})
    assert document.modified
    document.undo()
    assert not document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified


def test_another_way_to_the_same_depth_is_modified(document: Document) -> None:
    document.mark_saved()
    document.undo()
    with document.edit("Other"):
        document.model.add("ReLU")
    assert document.modified


def test_the_history_has_an_end(document: Document) -> None:
    for place in range(MAX_STEPS + 5):
        with document.edit("Move"):
            document.model.move({"fc": (place + 1, 0)})
    assert len(document.history) == MAX_STEPS
    while document.undo():
        pass
    assert document.model.node("fc").x == 5


def test_modified_holds_when_the_saved_state_has_left_the_history(document: Document) -> None:
    document.mark_saved()
    for place in range(MAX_STEPS + 5):
        with document.edit("Move"):
            document.model.move({"fc": (place + 1, 0)})
    while document.undo():
        assert document.modified
    assert document.modified
    document.mark_saved()
    while document.redo():
        assert document.modified
    while document.undo():
        assert document.modified == bool(document.history)
    assert not document.modified


def test_a_document_that_no_file_holds_stays_modified(document: Document) -> None:
    document.mark_unsaved()
    document.undo()
    assert document.modified
    document.redo()
    assert document.modified
    document.mark_saved()
    assert not document.modified


def test_observers_are_told_the_changes_in_order(document: Document) -> None:
    told: list[list[Change]] = []
    end = document.subscribe(lambda changes: told.append(list(changes)))
    with document.edit("Grow"):
        document.model.add("ReLU", name="relu")
        document.model.connect("fc", "relu")
        document.model.rename("relu", "act")
        document.set_setting("notes", "hello")
        assert told == []
    assert [type(change) for change in told[0]] == [NodeChange, WireChange, RenameChange, SettingChange]
    document.undo()
    assert told[1] == [change.inverse() for change in reversed(told[0])]
    document.redo()
    assert told[2] == told[0]
    end()
    document.undo()
    assert len(told) == 3


def test_an_observer_may_leave_while_it_is_told(document: Document) -> None:
    told: list[str] = []

    def once(changes: Sequence[Change]) -> None:
        told.append("once")
        end()

    end = document.subscribe(once)
    document.subscribe(lambda changes: told.append("always"))
    for _ in range(2):
        document.undo()
        document.redo()
    assert told.count("once") == 1
    assert told.count("always") == 4


def test_what_is_read_cannot_be_written(document: Document) -> None:
    with pytest.raises(TypeError):
        document.model.nodes["fc"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        document.types()["fc"] = ()  # type: ignore[index]
    with pytest.raises(AttributeError):
        document.model.node("fc").x = 5.0  # type: ignore[misc]
    with pytest.raises(AttributeError):
        known(document.model.node("fc").layer).bias = False


def test_training_settings(document: Document) -> None:
    with document.edit("Settings"):
        document.set_training(epochs=3, optimizer="SGD")
    assert (document.training.epochs, document.training.optimizer) == (3, SGD())
    with pytest.raises(ParameterError, match="optimizer must be one of .*, got 'Guess'"), document.edit("Bad"):
        document.set_training(optimizer="Guess")
    assert document.training.optimizer == SGD()
    document.undo()
    assert document.training.epochs == 10


def test_a_long_drag_is_one_change_for_each_node(document: Document) -> None:
    told: list[Sequence[Change]] = []
    document.subscribe(told.append)
    before = dumps(document)
    for step in range(1, 51):
        with document.edit("Move", merge="drag"):
            document.model.move(dict.fromkeys(document.model.nodes, (step, 2 * step)))
    assert len(told) == 50
    document.undo()
    assert dumps(document) == before
    assert len(told[-1]) == len(document.model.nodes)
    document.redo()
    assert {(node.x, node.y) for node in document.model.nodes.values()} == {(50, 100)}
