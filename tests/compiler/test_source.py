"""The generated source: what a person would write, the same for equal drawings, and nothing but that."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Sequence
from functools import reduce
from itertools import product

import pytest
import torch
from torch import nn

from compiler.to_python.module import build, filename, node_of
from compiler.to_python.source import Source, compile_source
from graph.document import Document
from graph.errors import DocumentError
from graph.storage.loom import dumps, loads
from tests.support.typed import known


def draw(*nodes: tuple[str, str, dict[str, object]], wires: Sequence[str], name: str = "Model") -> Document:
    """A document from (name, kind, parameters) and wires such as "a -> b.x1"."""
    document = Document(name)
    graph = document.model
    with document.edit("Draw"):
        for node, kind, parameters in nodes:
            graph.add(kind, parameters, name=node)
        for wire in wires:
            source, target = wire.split(" -> ")
            target, _, port = target.partition(".")
            graph.connect(source, target, port or None)
    return document


def method(source: Source, name: str) -> list[str]:
    """The statements of a method, stripped."""
    (cls,) = [node for node in ast.parse(source.text).body if isinstance(node, ast.ClassDef)][-1:]
    (found,) = [node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return [ast.unparse(statement) for statement in found.body]


@pytest.fixture
def skip() -> Document:
    return draw(
        ("image", "Input", {"shape": [4, 8, 8]}),
        ("conv", "Conv2d", {"out_channels": 4, "padding": 1}),
        ("relu", "ReLU", {}),
        ("add", "Add", {}),
        ("out", "Output", {}),
        wires=["image -> conv", "conv -> relu", "relu -> add", "image -> add", "add -> out"],
    )


def test_a_run_of_single_use_values_shares_one_name(skip: Document) -> None:
    assert method(compile_source(skip), "forward") == [
        "x = self.conv(image)",
        "x = F.relu(x)",
        "x = x + image",
        "return x",
    ]


def test_a_value_used_twice_keeps_its_own_name() -> None:
    document = draw(
        ("image", "Input", {"shape": [4]}),
        ("stem", "Linear", {"out_features": 4}),
        ("left", "ReLU", {}),
        ("right", "Tanh", {}),
        ("add", "Add", {}),
        ("out", "Output", {}),
        wires=["image -> stem", "stem -> left", "stem -> right", "left -> add", "right -> add", "add -> out"],
    )
    assert method(compile_source(document), "forward") == [
        "stem = self.stem(image)",
        "left = F.relu(stem)",
        "x = torch.tanh(stem)",
        "x = left + x",
        "return x",
    ]


def test_an_input_called_x_is_not_overwritten() -> None:
    document = draw(
        ("x", "Input", {"shape": [4]}),
        ("relu", "ReLU", {}),
        ("add", "Add", {}),
        ("out", "Output", {}),
        wires=["x -> relu", "relu -> add", "x -> add", "add -> out"],
    )
    module = build(compile_source(document))
    value = torch.tensor([[-1.0, 2.0, -3.0, 4.0]])
    assert torch.equal(module(value), value.relu() + value)


def test_the_source_is_the_same_however_the_drawing_came_about(skip: Document) -> None:
    text = compile_source(skip).text
    assert compile_source(loads(dumps(skip))).text == text
    with skip.edit("Detour"):
        skip.model.remove(["relu"])
    skip.undo()
    assert compile_source(skip).text == text


def test_moving_a_node_does_not_change_the_source(skip: Document) -> None:
    text = compile_source(skip).text
    with skip.edit("Move"):
        skip.model.move({"conv": (500.0, -300.0)})
    assert compile_source(skip).text == text


def test_the_source_imports_torch_alone(skip: Document) -> None:
    tree = ast.parse(compile_source(skip).text)
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules == {"torch", "torch.nn.functional"} or modules <= {"torch", "torch.nn.functional"}


@pytest.mark.parametrize(
    "name",
    ['"""; import os; os.abort() #', "a\nimport os", "\\", "𝓛𝓪𝔂𝓮𝓻", "class", "", "9 lives", "'" * 50, "Model()"],
)
def test_no_document_name_can_inject_code(skip: Document, name: str) -> None:
    with skip.edit("Rename"):
        skip.set_setting("name", name)
    source = compile_source(skip)
    tree = ast.parse(source.text)
    assert [type(node) for node in tree.body][-1] is ast.ClassDef
    assert not any(isinstance(node, ast.Import) and node.names[0].name == "os" for node in ast.walk(tree))
    assert isinstance(build(source), nn.Module)


def test_state_dict_keys_are_the_node_names(skip: Document) -> None:
    assert set(build(compile_source(skip)).state_dict()) == {"conv.weight", "conv.bias"}


def test_every_statement_knows_its_node(skip: Document) -> None:
    source = compile_source(skip)
    lines = source.text.splitlines()
    found = {lines[number - 1].strip(): node for number, node in source.lines.items()}
    assert found["x = F.relu(x)"] == "relu"
    assert found["self.conv = nn.Conv2d(4, 4, 3, padding=1)"] == "conv"


def test_an_error_in_a_module_names_its_node(skip: Document) -> None:
    source = compile_source(skip)
    module = build(source)
    with pytest.raises(RuntimeError) as caught:
        module(torch.zeros(2, 5, 8, 8))
    assert node_of(caught.value, source) == "conv"
    assert linecache.getline(filename(source), min(source.lines)).strip().startswith("self.conv")


def test_several_objectives_make_a_weighted_sum() -> None:
    document = draw(
        ("image", "Input", {"shape": [4]}),
        ("scores", "Linear", {"out_features": 3}),
        ("label", "Target", {}),
        ("wanted", "Target", {"shape": [3], "dtype": "float32"}),
        ("first", "CrossEntropy", {}),
        ("second", "MSE", {"loss_weight": 0.25}),
        ("logits", "Output", {}),
        wires=[
            "image -> scores",
            "scores -> first",
            "label -> first.target",
            "scores -> second",
            "wanted -> second.target",
            "scores -> logits",
        ],
    )
    source = compile_source(document)
    assert source.objectives == ("first", "second")
    assert set(source.targets) == {"label", "wanted"}
    module = build(source)
    named = {"label": torch.tensor([0, 2]), "wanted": torch.rand(2, 3)}
    image = torch.rand(2, 4)
    total, parts = known(module.loss)(image, *(named[name] for name in source.targets))
    scores = module(image)
    assert torch.equal(parts["first"][0], nn.functional.cross_entropy(scores, named["label"]))
    assert torch.equal(total, parts["first"][0] + 0.25 * nn.functional.mse_loss(scores, named["wanted"]))
    assert torch.equal(parts["second"][1], scores)


def test_what_only_objectives_need_is_left_out_of_forward() -> None:
    document = draw(
        ("image", "Input", {"shape": [4]}),
        ("trunk", "Linear", {"out_features": 4}),
        ("scores", "Linear", {"out_features": 3}),
        ("helper", "Linear", {"out_features": 3}),
        ("label", "Target", {}),
        ("main", "CrossEntropy", {}),
        ("auxiliary", "CrossEntropy", {"loss_weight": 0.3}),
        ("logits", "Output", {}),
        wires=[
            "image -> trunk",
            "trunk -> scores",
            "trunk -> helper",
            "scores -> main",
            "label -> main.target",
            "helper -> auxiliary",
            "label -> auxiliary.target",
            "scores -> logits",
        ],
    )
    source = compile_source(document)
    assert not any("helper" in line for line in method(source, "forward"))
    assert any("self.helper" in line for line in method(source, "loss"))


def test_an_autoencoder_is_its_own_target() -> None:
    document = draw(
        ("image", "Input", {"shape": [4]}),
        ("code", "Linear", {"out_features": 2}),
        ("pixels", "Linear", {"out_features": 4}),
        ("mse", "MSE", {}),
        ("out", "Output", {}),
        wires=["image -> code", "code -> pixels", "pixels -> mse", "image -> mse", "pixels -> out"],
    )
    source = compile_source(document)
    assert (source.inputs, source.targets) == (("image",), ())
    image = torch.rand(3, 4)
    module = build(source)
    total, _ = known(module.loss)(image)
    assert torch.equal(total, nn.functional.mse_loss(module(image), image))


def test_a_drawing_without_a_result_is_refused() -> None:
    with pytest.raises(DocumentError, match="has no Output"):
        compile_source(draw(("image", "Input", {}), wires=[]))


def test_a_target_may_not_feed_a_layer() -> None:
    document = draw(
        ("label", "Target", {"shape": [3], "dtype": "float32"}),
        ("relu", "ReLU", {}),
        ("out", "Output", {}),
        wires=["label -> relu", "relu -> out"],
    )
    with pytest.raises(DocumentError, match="targets may reach objectives only"):
        compile_source(document)


def test_a_problem_that_is_not_needed_does_not_matter(skip: Document) -> None:
    with skip.edit("Dangle"):
        skip.model.add("Conv2d", name="loose")
    assert "loose" not in compile_source(skip).text


def test_frozen_weights_do_not_train(skip: Document) -> None:
    with skip.edit("Freeze"):
        skip.model.alter("conv", frozen=True)
    module = build(compile_source(skip))
    assert not any(parameter.requires_grad for parameter in module.parameters())


JOINS = {"Add": torch.add, "Multiply": torch.mul, "Maximum": torch.maximum}


@pytest.mark.parametrize(("kind", "count"), [*product(JOINS, (100, 101, 250)), ("Add", 3_100)])
def test_a_node_that_joins_thousands_is_code_that_python_reads(kind: str, count: int) -> None:
    document = Document("Wide")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [count]}, name="x")
        document.model.add(kind, name="joined")  # the name the statements would take
        for at in range(count):
            document.model.add("Slice", {"dim": 1, "start": at, "end": at + 1}, name=f"part{at}")
            document.model.connect("x", f"part{at}")
            document.model.connect(f"part{at}", "joined")
        document.model.add("Output", name="y")
        document.model.connect("joined", "y")
    x = torch.randn(2, count, generator=torch.Generator().manual_seed(count))
    expected = reduce(known(JOINS[kind]), x.split(1, dim=1))
    assert torch.equal(build(compile_source(document))(x), expected)


@pytest.mark.parametrize("count", [100, 101, 3_100])
def test_thousands_of_objectives_are_summed_in_their_order(count: int) -> None:
    document = Document("Many")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [3]}, name="x")
        document.model.add("Input", {"shape": [3]}, name="total")
        document.model.add("ReLU", name="relu")
        document.model.connect("x", "relu")
        for at in range(count):
            document.model.add("MSE", {"loss_weight": 1.0 + at % 3}, name=f"mse{at}")
            document.model.connect("relu", f"mse{at}", "prediction")
            document.model.connect("total", f"mse{at}", "target")
    source = compile_source(document)
    inputs = [torch.randn(2, 3, generator=torch.Generator().manual_seed(seed)) for seed in (0, 1)]
    total, terms = known(build(source).loss)(*inputs)
    assert list(terms) == list(source.objectives)
    weights = [1.0 + int(name.removeprefix("mse")) % 3 for name in source.objectives]
    expected = reduce(torch.add, [weight * terms[name][0] for weight, name in zip(weights, terms, strict=True)])
    assert torch.equal(total, expected)
