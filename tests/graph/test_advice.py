"""Amber advice: given where there is reason, silent where there is none, and its fixes help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.to_python.source import compile_source
from graph.catalog import catalog
from graph.document import Document
from graph.problems import fixes
from graph.problems.advice import advise
from graph.problems.checks import check, errors
from graph.records import Problem
from graph.storage.loom import load
from tests.support.typed import known
from training.cli.app import check as print_problems

Spec = tuple[str, str, dict[str, Any]]
SMALL_FIELDS = {"residual_block": "7 x 7 of the 32 x 32"}
EXAMPLES = sorted(Path("examples").glob("*.loom"))


def chain(*layers: Spec, shape: tuple[int, ...] = (20,)) -> Document:
    """An Input, the layers behind each other, and an Output."""
    document = Document("Chain")
    with document.edit("Draw"):
        source = document.model.add("Input", {"shape": list(shape)}, name="image")
        for name, kind, parameters in layers:
            document.model.add(kind, parameters, name=name)
            document.model.connect(source, name)
            source = name
        document.model.add("Output", name="result")
        document.model.connect(source, "result")
    return document


def objective(document: Document, source: str, kind: str, target: dict[str, Any]) -> Document:
    with document.edit("Objective"):
        document.model.add(kind, name="loss1")
        document.model.connect(source, "loss1", "prediction")
        document.model.add("Target", target, name="wanted")
        document.model.connect("wanted", "loss1", "target")
    return document


def ends_with(kind: str, unit: str, parameters: dict[str, Any] | None = None) -> Document:
    """An MLP with a unit behind its last layer and in front of an objective."""
    indices = kind in ("CrossEntropy", "NLL")
    document = chain(
        ("fc1", "Linear", {"out_features": 32}),
        ("relu", "ReLU", {}),
        ("fc2", "Linear", {"out_features": 4}),
        *([("unit", unit, parameters or {})] if unit else []),
    )
    target = {} if indices else {"shape": [4], "dtype": "float32"}
    return objective(document, "unit" if unit else "fc2", kind, target)


def only(document: Document, graph: str = "") -> Problem:
    (advice,) = advise(document, graph)
    assert advice.severity == "advice"
    assert advice.message.endswith(".")
    assert advice.message.count(". ") == 0
    assert not errors(document, graph)
    return advice


def fixed(document: Document) -> None:
    """Apply the only fix; the drawing is sound and the advice gone."""
    advice = only(document)
    steps = len(document.history)
    fixes.apply(document, advice)
    assert len(document.history) == steps + 1
    assert [*errors(document), *advise(document)] == []
    compile_source(document)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_give_little_reason(path: Path) -> None:
    document = load(path)
    told = [problem for graph in document.graphs for problem in check(document, graph)]
    if path.stem in SMALL_FIELDS:
        (problem,) = told
        assert f"sees {SMALL_FIELDS[path.stem]} pixels" in problem.message
        return
    if path.stem == "pointnet":  # drawn as its authors wrote it, with biases before batch normalization
        assert {problem.message.partition(" of ")[0] for problem in told} == {"The bias"}
        return
    assert told == []


@pytest.mark.parametrize(
    ("kind", "unit", "message"),
    [
        ("CrossEntropy", "Softmax", "applies a softmax itself, so 'unit' is a second one"),
        ("CrossEntropy", "LogSoftmax", "'unit' is not needed"),
        ("CrossEntropy", "Sigmoid", "'unit' squeezes them into 0 to 1"),
        ("CrossEntropy", "Tanh", "keeps them in -1 to 1"),
        ("CrossEntropy", "ReLU", "cuts off the negative ones"),
        ("MSE", "Sigmoid", "'unit' saturates: where it is most wrong"),
        ("MSE", "Tanh", "use a linear output"),
        ("MSE", "Softmax", "use CrossEntropy on the scores"),
        ("BCEWithLogits", "Sigmoid", "applies a sigmoid itself"),
        ("BCEWithLogits", "Softmax", "one choice among classes"),
        ("BCE", "", "expects probabilities from 0 to 1, but 'fc2' is a Linear"),
        ("NLL", "", "expects logarithms of probabilities, but 'fc2' is a Linear"),
        ("Dice", "Sigmoid", "applies a sigmoid itself"),
    ],
)
def test_output_units_that_do_not_fit(kind: str, unit: str, message: str) -> None:
    document = ends_with(kind, unit)
    advice = only(document)
    assert (advice.node, advice.port) == ("loss1", "prediction")
    assert message in advice.message
    fixed(document)


@pytest.mark.parametrize(
    ("kind", "unit", "message"), [("BCE", "ReLU", "'unit' is a ReLU"), ("NLL", "Softmax", "'unit' is a Softmax")]
)
def test_output_units_without_a_fix(kind: str, unit: str, message: str) -> None:
    advice = only(ends_with(kind, unit))
    assert message in advice.message
    assert advice.fix is None


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("CrossEntropy", ""),
        ("MSE", ""),
        ("MSE", "ReLU"),
        ("BCEWithLogits", ""),
        ("BCE", "Sigmoid"),
        ("BCE", "Softmax"),
        ("NLL", "LogSoftmax"),
        ("L1", "Sigmoid"),
    ],
)
def test_output_units_that_fit(kind: str, unit: str) -> None:
    assert advise(ends_with(kind, unit)) == []


def test_a_unit_is_found_behind_a_reshaping() -> None:
    document = chain(("fc", "Linear", {"out_features": 4}), ("unit", "Softmax", {}), ("same", "Flatten", {}))
    fixed(objective(document, "same", "CrossEntropy", {}))
    assert "unit" not in document.model.nodes
    assert [wire.source for wire in document.model.inputs("same").values()] == ["fc"]


def test_a_unit_others_use_stays() -> None:
    document = ends_with("CrossEntropy", "Softmax")
    fixed(document)
    assert document.model.inputs("result")["x"].source == "unit"
    assert document.model.inputs("loss1")["prediction"].source == "fc2"


def test_a_fix_that_no_longer_applies_is_refused() -> None:
    document = ends_with("CrossEntropy", "Softmax")
    advice = only(document)
    with document.edit("Cut"):
        document.model.disconnect("unit", "x")
    with pytest.raises(Exception, match="does not stand in front of 'loss1' any more"):
        fixes.apply(document, advice)


def test_a_bias_before_batch_norm() -> None:
    shape = (3, 8, 8)
    document = chain(("conv", "Conv2d", {"out_channels": 8}), ("norm", "BatchNorm2d", {}), shape=shape)
    assert only(document).node == "conv"
    assert "The bias of 'conv' has no effect: 'norm' subtracts the mean" in only(document).message
    fixed(document)
    assert not known(document.model.node("conv").layer).bias
    document.undo()
    with document.edit("Use it elsewhere"):
        document.model.add("Output", name="raw")
        document.model.connect("conv", "raw")
    assert advise(document) == []


@pytest.mark.parametrize("between", [[], [("relu", "ReLU", {})], [("conv", "Conv2d", {"bias": False})]])
def test_dropout_before_batch_norm(between: list[Spec]) -> None:
    document = chain(("drop", "Dropout", {}), *between, ("norm", "BatchNorm2d", {}), shape=(3, 8, 8))
    assert only(document).node == "drop"
    assert "put dropout after the last batch normalization" in only(document).message


def test_dropout_behind_batch_norm_is_fine() -> None:
    assert advise(chain(("norm", "BatchNorm2d", {}), ("drop", "Dropout", {}), shape=(3, 8, 8))) == []


@pytest.mark.parametrize("init", ["zeros", "constant"])
def test_a_hidden_layer_whose_weights_start_equal(init: str) -> None:
    hidden = ("fc1", "Linear", {"out_features": 32, "weight_init": init})
    document = chain(hidden, ("relu", "ReLU", {}), ("fc2", "Linear", {"out_features": 4}))
    assert "All weights of 'fc1' start equal" in only(document).message
    fixed(document)
    with document.edit("Zero output"):
        document.model.set("fc2", weight_init=init)
    assert advise(document) == []


def test_zeros_at_the_end_of_a_residual_branch_are_fine() -> None:
    document = chain(
        ("fc1", "Linear", {"out_features": 20, "weight_init": "zeros"}),
        ("add", "Add", {}),
        ("relu", "ReLU", {}),
        ("fc2", "Linear", {"out_features": 4}),
    )
    with document.edit("Skip"):
        document.model.connect("image", "add")
    assert advise(document) == []


def saturating(count: int, extra: dict[int, str] | None = None) -> Document:
    layers: list[Spec] = []
    for at in range(1, count + 1):
        layers += [(f"fc{at}", "Linear", {"out_features": 20}), (f"tanh{at}", "Tanh", {})]
        if extra and at in extra:
            layers.append((f"extra{at}", extra[at], {}))
    return chain(*layers)


def test_deep_stacks_of_saturating_units() -> None:
    assert advise(saturating(5)) == []
    advice = only(saturating(9))
    assert advice.node == "tanh6"
    assert "'tanh6' is where 6 sigmoid or tanh units follow one another" in advice.message


@pytest.mark.parametrize("kind", ["BatchNorm1d", "LayerNorm", "Add"])
def test_a_skip_or_a_normalization_lets_the_gradient_through(kind: str) -> None:
    if kind not in catalog():
        kind = "Add"
    document = saturating(9, {4: kind})
    if kind == "Add":
        with document.edit("Skip"):
            document.model.connect("tanh2", "extra4")
    assert [advice for advice in advise(document) if advice.node.startswith("tanh")] == []


def test_deep_stacks_made_of_blocks() -> None:
    document = Document("Deep")
    with document.edit("Draw"):
        block = document.add_block("Layer")
        block.add("Input", {"shape": [20]}, name="x")
        block.add("Linear", {"out_features": 20}, name="fc")
        block.add("Sigmoid", name="sigmoid")
        block.add("Output", name="y")
        for source, target in [("x", "fc"), ("fc", "sigmoid"), ("sigmoid", "y")]:
            block.connect(source, target)
        document.model.add("Input", {"shape": [20]}, name="image")
        document.model.add("Block", {"definition": "Layer", "repeat": 5}, name="layers")
        document.model.add("Output", name="result")
        document.model.connect("image", "layers")
        document.model.connect("layers", "result")
    assert advise(document) == []
    with document.edit("More"):
        document.model.set("layers", repeat=100)
    assert only(document).node == "layers"


def test_an_activation_is_missing() -> None:
    document = chain(("fc1", "Linear", {"out_features": 10}), ("fc2", "Linear", {"out_features": 4}))
    advice = only(document)
    assert (advice.node, advice.port) == ("fc2", "x")
    assert "Nothing between 'fc1' and 'fc2' is nonlinear" in advice.message
    fixed(document)
    assert document.model.inputs("fc2")["x"].source == "relu1"


@pytest.mark.parametrize(
    "layers",
    [
        [("fc1", "Linear", {"out_features": 5}), ("fc2", "Linear", {"out_features": 20})],  # a linear code
        [("fc1", "Linear", {"out_features": 30}), ("mish", "Mish", {}), ("fc2", "Linear", {"out_features": 4})],
    ],
)
def test_no_activation_is_missing(layers: list[Spec]) -> None:
    assert advise(chain(*layers)) == []


def test_a_depthwise_separable_convolution_is_fine() -> None:
    depthwise = ("depthwise", "Conv2d", {"out_channels": 8, "groups": 8, "padding": 1})
    pointwise = ("pointwise", "Conv2d", {"out_channels": 16, "kernel_size": 1})
    assert advise(chain(depthwise, pointwise, shape=(8, 8, 8))) == []


def test_linear_layers_on_images() -> None:
    conv = ("conv", "Conv2d", {"out_channels": 8, "kernel_size": 5})
    document = chain(conv, ("relu", "ReLU", {}), ("fc", "Linear", {"out_features": 4}), shape=(3, 8, 8))
    advice = only(document)
    assert (advice.node, advice.port) == ("fc", "x")
    assert "'fc' sees (N, 8, 4, 4) and works on its last axis alone" in advice.message
    fixed(document)
    assert document.types()["fc"][0].rank == 2


def test_linear_layers_on_sequences_are_fine() -> None:
    assert advise(chain(("fc", "Linear", {"out_features": 4}), shape=(12, 6))) == []


@pytest.mark.parametrize(
    ("kind", "parameters", "skips"),
    [
        ("Conv2d", {"kernel_size": 3, "stride": 4}, True),
        ("Conv2d", {"kernel_size": [3, 5], "stride": [3, 6]}, True),
        ("MaxPool2d", {"kernel_size": 2, "stride": 3}, True),
        ("Conv2d", {"kernel_size": 3, "stride": 3}, False),
        ("Conv2d", {"kernel_size": 1, "stride": 2}, False),
        ("Conv2d", {"kernel_size": 3, "stride": 4, "dilation": 2}, False),
        ("MaxPool2d", {"kernel_size": 3}, False),
    ],
)
def test_strides_that_skip_pixels(kind: str, parameters: dict[str, Any], skips: bool) -> None:
    document = chain(("layer", kind, parameters), shape=(3, 16, 16))
    assert bool(advise(document)) is skips
    if skips:
        assert "'layer' skips pixels" in only(document).message
        fixed(document)


def small_cnn(size: int) -> Document:
    return chain(
        ("conv1", "Conv2d", {"out_channels": 8, "padding": 1}),
        ("relu1", "ReLU", {}),
        ("pool1", "MaxPool2d", {}),
        ("conv2", "Conv2d", {"out_channels": 8, "padding": 1}),
        ("relu2", "ReLU", {}),
        ("flatten", "Flatten", {}),
        ("fc", "Linear", {}),
        shape=(1, size, size),
    )


def test_a_small_receptive_field() -> None:
    assert advise(small_cnn(16)) == []
    advice = only(small_cnn(28))
    assert advice.node == "conv2"
    assert "A unit of 'conv2' sees 8 x 8 of the 28 x 28 pixels of 'image'" in advice.message


def test_images_that_stay_images_have_no_field_to_fill() -> None:
    conv = {"out_channels": 8, "padding": 1}
    assert advise(chain(("a", "Conv2d", conv), ("relu", "ReLU", {}), ("b", "Conv2d", conv), shape=(1, 64, 64))) == []


def autoencoder(code: int, noise: bool = False) -> Document:
    document = chain(
        *([("noise", "Dropout", {})] if noise else []),
        ("encoder", "Linear", {"out_features": code}),
        ("relu", "ReLU", {}),
        ("decoder", "Linear", {"out_features": 20}),
    )
    with document.edit("Objective"):
        document.model.add("MSE", name="mse")
        document.model.connect("decoder", "mse", "prediction")
        document.model.connect("image", "mse", "target")
    return document


def test_a_code_that_is_no_narrower_than_its_input() -> None:
    advice = only(autoencoder(24))
    assert advice.node == "mse"
    assert "'mse' rebuilds 'image' (20 values), but nothing in between is narrower" in advice.message
    assert advise(autoencoder(20))
    assert advise(autoencoder(19)) == []
    assert advise(autoencoder(24, noise=True)) == []


def test_results_that_nothing_uses() -> None:
    document = chain(("fc", "Linear", {}))
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [2]}, name="spare")
        document.model.add("ReLU", name="stray")
        document.model.connect("fc", "stray")
        document.model.add("Target", name="label")
    told = {advice.node: advice for advice in advise(document)}
    assert set(told) == {"spare", "stray", "label"}
    assert "Nothing uses the Input 'spare'" in told["spare"].message
    assert "Nothing uses the result of 'stray'" in told["stray"].message
    for advice in told.values():
        fixes.apply(document, advice)
    assert [*errors(document), *advise(document)] == []


def test_a_drawing_without_an_end_is_still_being_drawn() -> None:
    document = Document("Begun")
    with document.edit("Draw"):
        document.model.add("Input", name="image")
        document.model.add("Flatten", name="flatten")
        document.model.connect("image", "flatten")
    assert advise(document) == []


def test_errors_come_first_and_do_not_hide_advice() -> None:
    document = ends_with("CrossEntropy", "Softmax")
    with document.edit("Break"):
        document.model.add("Add", name="alone")
    assert [problem.severity for problem in check(document)] == ["error", "advice"]
    assert [problem.severity for problem in errors(document)] == ["error"]


def test_advice_does_not_keep_a_drawing_from_compiling() -> None:
    document = ends_with("CrossEntropy", "Softmax")
    before = compile_source(document).text
    assert advise(document)
    assert compile_source(document).text == before


def test_advice_inside_a_block() -> None:
    document = Document("Blocks")
    with document.edit("Draw"):
        block = document.add_block("Unit", {"channels": 8})
        block.add("Input", {"shape": [3, 8, 8]}, name="x")
        block.add("Conv2d", {"out_channels": "channels"}, name="conv")
        block.add("BatchNorm2d", name="norm")
        block.add("Output", name="y")
        for source, target in [("x", "conv"), ("conv", "norm"), ("norm", "y")]:
            block.connect(source, target)
    advice = only(document, "Unit")
    assert (advice.graph, advice.node) == ("Unit", "conv")
    fixes.apply(document, advice)
    assert document.graphs["Unit"].node("conv").expressions == {"out_channels": "channels"}
    assert check(document, "Unit") == []


def test_the_order_is_that_of_the_data() -> None:
    document = chain(
        ("z", "Conv2d", {"out_channels": 4, "stride": 4}),
        ("y", "BatchNorm2d", {}),
        ("x", "Conv2d", {"out_channels": 4}),
        shape=(3, 32, 32),
    )
    assert [advice.node for advice in advise(document)] == ["z", "z", "x"]


def test_the_command_line_prints_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from graph.storage.loom import save

    document = ends_with("CrossEntropy", "Softmax")
    save(document, tmp_path / "net.loom")
    assert print_problems(tmp_path / "net.loom") == 0
    assert capsys.readouterr().out.startswith("advice: 'loss1' applies a softmax itself")
    with document.edit("Break"):
        document.model.add("Add", name="alone")
    save(document, tmp_path / "net.loom")
    assert print_problems(tmp_path / "net.loom") == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "advice"]


def test_steps_of_a_scan_that_follows_a_sequence_have_no_effect() -> None:
    document = load(Path("examples/drawn_rnn.loom"))
    with document.edit("Set"):
        document.model.set("scan", steps=5)
    (problem,) = advise(document)
    assert problem.message == "'scan' follows its sequence to the end; steps=5 has no effect."
    fixes.apply(document, problem)
    assert advise(document) == []
    document = load(Path("examples/rnn_one_to_many.loom"))
    with document.edit("Set"):
        document.model.set("scan", reverse=True)
    (problem,) = advise(document)
    assert "no sequence that it could go through from the end" in problem.message
    fixes.apply(document, problem)
    assert advise(document) == []
