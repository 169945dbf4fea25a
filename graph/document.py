"""The document: what is drawn, how it is trained, and the history of its edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from graph.blocks.index import UseIndex
from graph.blocks.memory import Memory
from graph.blocks.paths import follow_ties
from graph.blocks.uses import check_index, complete, drop_arguments, instances, make_definition, update_instances
from graph.errors import DocumentError
from graph.fields import shorten
from graph.history import History, reversed_changes
from graph.inference import Inference
from graph.layer import Layer
from graph.modelgraph import ModelGraph
from graph.names import check_name
from graph.recipe.flat import override
from graph.recipe.settings import TrainingSettings
from graph.recipe.sweep.sweep import Sweep
from graph.records import (
    Change,
    Definition,
    DefinitionChange,
    FramesChange,
    NodeChange,
    ParameterValue,
    Problem,
    RenameChange,
    SettingChange,
    Step,
    WireChange,
)
from graph.tensor import TensorType

Observer = Callable[[Sequence[Change]], None]


class Document:
    """A model being drawn. All writes happen inside ``with document.edit("Delete 3 nodes"):``.

    Leaving the block makes one undo step; an exception inside it takes back every change. Observers are
    told the changes of an edit, an undo or a redo, once it is complete.
    """

    def __init__(self, name: str = "Untitled") -> None:
        self._settings: dict[str, Any] = {"name": name, "notes": "", "training": TrainingSettings(), "sweep": Sweep()}
        self._definitions: dict[str, Definition] = {}
        self._graphs: dict[str, ModelGraph] = {"": ModelGraph("", self)}
        self._inferences: dict[str, Inference] = {"": Inference(self._graphs[""], self)}
        self._block_version = 0
        self._block_index, self._block_memory = UseIndex(), Memory()
        self._observers: list[Observer] = []
        self._open: Step | None = None
        self._history = History()

    # Reading

    @property
    def name(self) -> str:
        """What the model is called; its class in the generated code is named after it."""
        return str(self._settings["name"])

    @property
    def notes(self) -> str:
        """Free text about the model."""
        return str(self._settings["notes"])

    @property
    def training(self) -> TrainingSettings:
        """How the model is trained."""
        settings: TrainingSettings = self._settings["training"]
        return settings

    @property
    def sweep(self) -> Sweep:
        """What a sweep over trainings of the model varies, and how it searches."""
        sweep: Sweep = self._settings["sweep"]
        return sweep

    @property
    def model(self) -> ModelGraph:
        """The drawing itself."""
        return self._graphs[""]

    @property
    def graphs(self) -> Mapping[str, ModelGraph]:
        """The drawing under "" and every block definition under its name."""
        return MappingProxyType(self._graphs)

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """The block definitions by name."""
        return MappingProxyType(self._definitions)

    @property
    def block_version(self) -> int:
        """A number that grows whenever a block definition changes."""
        return self._block_version

    @property
    def block_index(self) -> UseIndex:
        """Which nodes use which block."""
        return self._block_index

    @property
    def block_memory(self) -> Memory:
        """What has been worked out about the blocks as they are."""
        return self._block_memory

    def values(self, graph: str) -> Mapping[str, ParameterValue]:
        """The parameters of the block a graph defines, at their defaults."""
        return self._definitions[graph].parameters if graph else {}

    def types(self, graph: str = "") -> Mapping[str, tuple[TensorType, ...]]:
        """The output types of every node that has them, brought up to date."""
        return self._inferences[graph].types()

    def problems(self, graph: str = "") -> Mapping[str, Problem]:
        """What keeps nodes from having a type, by node name, brought up to date.

        In a block it is advice where every use of the block fits: there the sizes are known.
        """
        inference = self._inferences[graph]
        found = inference.problems()
        return inference.left_to_uses() if graph and found and self._serves(graph, {}) else found

    def _serves(self, graph: str, known: dict[str, bool]) -> bool:
        """Whether a block is used, and fits wherever it is."""
        if graph not in known:
            users = self._block_index.users(graph)
            open_in = dict.fromkeys(key for key, name in users if name not in self.types(key))
            known[graph] = bool(users) and all(key and self._serves(key, known) for key in open_in)
        return known[graph]

    # Writing

    @contextmanager
    def edit(self, label: str, merge: str | None = None) -> Iterator[None]:
        """Open an edit. Edits inside it join it; one with the same ``merge`` key as the last step extends that.

        A step extended until all is as it was before leaves the history.
        """
        if self._open is not None:
            yield
            return
        self._open = Step(label, [], merge)
        try:
            yield
            update_instances(self, self._open.changes)
        except BaseException:
            changes, self._open = self._open.changes, None
            for change in reversed(changes):
                self._apply(change.inverse())
            raise
        step, self._open = self._open, None
        if step.changes:
            self._history.push(step)
            self._tell(step.changes)

    def set_setting(self, key: str, value: Any) -> None:
        """Set ``name``, ``notes``, ``training`` or ``sweep``."""
        if self._settings[key] != value:
            self.record(SettingChange(key, self._settings[key], value))

    def set_training(self, **values: Any) -> None:
        """Set some of the training settings, those of the optimizer by their own names as well.

        Raises:
            ParameterError: a value is wrong.
        """
        self.set_setting("training", override(self.training, values))

    def follow(self, graph: str, gone: Collection[str], made: Sequence[str]) -> None:
        """Have turns and the sweep name the nodes ``made`` in place of those that are ``gone``."""
        self.follow_turns(graph, gone, made)
        self.follow_sweep(graph, gone, made)

    def follow_sweep(self, graph: str, gone: Collection[str], made: Sequence[str]) -> None:
        """Have the sweep name the nodes ``made`` in place of those that are ``gone``, whose fields they have."""
        if self.sweep.over:
            self.set_setting("sweep", self.sweep.following(graph, gone, made))

    def follow_turns(self, graph: str, gone: Collection[str], made: Sequence[str]) -> None:
        """Have turns name the nodes ``made`` in place of those that are ``gone``."""
        if not graph and self.training.turns:
            self.set_training(turns=[turn.following(gone, made) for turn in self.training.turns])

    def follow_ties(self, graph: str, moved: Mapping[tuple[str, ...], tuple[str, ...]]) -> None:
        """Have ties of drawings around a graph name what is in it as it will be called."""
        follow_ties(self, graph, moved)

    def set_ties(self, graph: str, node: str, ties: Mapping[str, str]) -> None:
        """Have a node use other weights of others."""
        self._graphs[graph].alter(node, ties=dict(ties))

    def add_block(self, name: str, parameters: Mapping[str, Any] | None = None) -> ModelGraph:
        """Add an empty block definition.

        Raises:
            DocumentError: the name is taken or unusable.
            ParameterError: a parameter is neither a number nor yes or no nor a word.
        """
        check_name(name, "block")
        if name in self._definitions:
            raise DocumentError(f"There is already a block '{name}'; names are unique.")
        self.record(DefinitionChange(name, None, make_definition(name, parameters or {})))
        return self._graphs[name]

    def set_block(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Give a block other parameters or defaults; its nodes take the new values, its uses lose what is gone.

        Raises:
            ParameterError: a parameter is of no such kind or not what its layers take, or one that is used is missing.
        """
        definition = self._definition(name)
        check_index(self._graphs[name], definition.parameters, parameters)
        self.record(DefinitionChange(name, definition, make_definition(name, parameters)))
        drop_arguments(self, name)
        graph = self._graphs[name]
        for node in list(graph.nodes.values()):
            if node.expressions:
                graph.set(node.name, **node.expressions)
            if node.when:
                graph.condition(node.name, node.when)

    def remove_block(self, name: str) -> None:
        """Remove a block definition that is not used.

        Raises:
            DocumentError: there is no such block, or it is used.
        """
        definition = self._definition(name)
        users = [f"'{node.name}'" for node in instances(self, name)]
        if users:
            raise DocumentError(f"The block '{name}' is used by {', '.join(users[:3])}; remove or unpack these first.")
        self._graphs[name].remove(self._graphs[name].nodes)
        self._graphs[name].set_frames(())
        self.record(DefinitionChange(name, definition, None))

    def complete(self, graph: str, layer: Layer) -> Layer:
        """A layer as it is in this document: a block with the ports of its definition.

        Raises:
            DocumentError: there is no such block, or a block would contain itself.
            ParameterError: the block has no such parameter.
        """
        return complete(self, graph, layer)

    def _definition(self, name: str) -> Definition:
        if name not in self._definitions:
            raise DocumentError(f"There is no block {shorten(name)}.")
        return self._definitions[name]

    # History

    @property
    def history(self) -> list[str]:
        """The labels of the steps that can be undone, oldest first."""
        return self._history.done

    @property
    def future(self) -> list[str]:
        """The labels of the steps that can be redone, the next one first."""
        return self._history.undone

    @property
    def undoes(self) -> Sequence[Change]:
        """The changes that undo would take back."""
        return self._history.next_back

    @property
    def redoes(self) -> Sequence[Change]:
        """The changes that redo would repeat."""
        return self._history.next_forth

    @property
    def depth(self) -> int:
        """How many steps lead from the document as it was opened to how it is."""
        return self._history.depth

    @property
    def modified(self) -> bool:
        """Whether the document differs from what was last saved."""
        return self._history.modified

    def mark_saved(self) -> None:
        """Take the document as it is for what the file holds."""
        self._history.mark_saved()

    def mark_unsaved(self) -> None:
        """Take the document for one that no file holds: neither as it is nor as undo or redo would make it."""
        self._history.mark_unsaved()

    def undo(self) -> str | None:
        """Take back the last step; its label, or nothing if there is none."""
        self._expect_no_edit()
        step = self._history.back()
        return None if step is None else self._carry_out(step.label, reversed_changes(step))

    def redo(self) -> str | None:
        """Repeat the step last taken back; its label, or nothing if there is none."""
        self._expect_no_edit()
        step = self._history.forth()
        return None if step is None else self._carry_out(step.label, step.changes)

    def travel(self, steps: int) -> bool:
        """Take back the last steps at once, or where the number is negative repeat those taken back; whether any."""
        self._expect_no_edit()
        back = steps > 0
        changes: list[Change] = []
        for _ in range(abs(steps)):
            step = self._history.back() if back else self._history.forth()
            if step is None:
                break
            changes += reversed_changes(step) if back else step.changes
        if changes:
            self._carry_out("", changes)
        return bool(changes)

    def continues(self, merge: str) -> bool:
        """Whether the last step has this ``merge`` key."""
        return self._history.continues(merge)

    def take_back(self, merge: str) -> bool:
        """Undo the last steps with this ``merge`` key for good, as if they had not been; whether there were any."""
        self._expect_no_edit()
        found = False
        while self._history.continues(merge):
            step = self._history.back(for_good=True)
            assert step is not None
            self._carry_out(step.label, reversed_changes(step))
            found = True
        return found

    def forget_history(self) -> None:
        """Drop all steps: what is drawn now cannot be undone."""
        self._history.forget()

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Have ``observer`` told of changes; call the result to end it."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def _expect_no_edit(self) -> None:
        if self._open is not None:
            raise DocumentError("Undo has to wait until the current edit is complete.")

    def _carry_out(self, label: str, changes: Sequence[Change]) -> str:
        for change in changes:
            self._apply(change)
        self._tell(changes)
        return label

    def _tell(self, changes: Sequence[Change]) -> None:
        for observer in list(self._observers):
            observer(changes)

    def record(self, change: Change) -> None:
        """Carry out a change as part of the current edit; graphs write through here.

        Raises:
            DocumentError: there is no edit.
        """
        if self._open is None:
            raise DocumentError("The document was changed outside an edit.")
        self._apply(change)
        self._open.changes.append(change)

    def _apply(self, change: Change) -> None:
        match change:
            case SettingChange():
                self._settings[change.key] = change.after
            case DefinitionChange():
                self._apply_definition(change)
            case FramesChange():
                self._graphs[change.graph].apply_frames(change)
            case NodeChange() | WireChange() | RenameChange():
                self._graphs[change.graph].apply(change)
                if not isinstance(change, WireChange):
                    self._block_index.note(change)
                if change.graph:
                    self._change_blocks()

    def _change_blocks(self) -> None:
        self._block_version += 1
        self._block_memory.forget()

    def _apply_definition(self, change: DefinitionChange) -> None:
        self._change_blocks()
        name = change.name
        if change.after is None:
            del self._definitions[name], self._graphs[name], self._inferences[name]
            return
        self._definitions[name] = change.after
        if change.before is None:
            self._graphs[name] = ModelGraph(name, self)
            self._inferences[name] = Inference(self._graphs[name], self)
