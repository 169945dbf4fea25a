"""Named sizes flow through layers that move values; what cannot fit is one sentence, with a fix where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch

from compiler.to_onnx.export import export
from graph.catalog import make_layer
from graph.document import Document
from graph.errors import ParameterError
from graph.problems import fixes
from tests.support.one_layer import module_of, one_layer, problem_of
from tests.support.typed import known, there


@pytest.mark.parametrize(("kind", "wired", "parameters", "results"), [
    ("Reshape", "N,T,6", {"shape": [-1, 3]}, ["(N, 2*T, 3)"]),
    ("Reshape", "N,16*h,4", {"shape": [8, -1]}, ["(N, 8, 8*h)"]),
    ("Unflatten", "N,12*T", {"unflattened_size": [4, -1]}, ["(N, 4, 3*T)"]),
    ("Flatten", "N,T,6,5", {"start_dim": 2}, ["(N, T, 30)"]),
    ("Flatten", "N,T,6", {}, ["(N, 6*T)"]),
    ("Permute", "N,T,6", {"dims": [1, 0, 2]}, ["(T, N, 6)"]),
    ("Unsqueeze", "N,T", {"dim": -1}, ["(N, T, 1)"]),
    ("Slice", "N,T,6", {"start": 1}, ["(N, T - 1, 6)"]),
    ("Slice", "N,T,6", {"step": 2}, ["(N, (T + 1)//2, 6)"]),
    ("Slice", "N,T,6", {"start": -3}, ["(N, 3, 6)"]),
    ("Slice", "N,T,6", {"end": -1}, ["(N, T - 1, 6)"]),
    ("Select", "N,T,6", {}, ["(N, 6)"]),
    ("Split", "N,2*T,6", {}, ["(N, T, 6)", "(N, T, 6)"]),
    ("Split", "N,T,6", {"dim": 2, "sizes": [1, 2, 3]}, ["(N, T, 1)", "(N, T, 2)", "(N, T, 3)"]),
    ("Mean", "N,T,6", {"dim": [1]}, ["(N, 6)"]),
    ("Max", "N,T,6", {"dim": [1], "keepdim": True}, ["(N, 1, 6)"]),
    ("PixelShuffle", "N,8,H,W", {}, ["(N, 2, 2*H, 2*W)"]),
    ("Pad", "N,8,T", {"padding": [2, 1]}, ["(N, 8, T + 3)"]),
])  # fmt: skip
def test_named_sizes_flow_through(
    kind: str, wired: str, parameters: dict[str, Any], results: list[str], tmp_path: Path
) -> None:
    document = one_layer(kind, wired, **parameters)
    assert [str(kind) for kind in document.types()["layer"]] == results
    report = export(document, None, tmp_path / "layer.onnx")
    assert report.max_abs_diff < 1e-5


@pytest.mark.parametrize(("kind", "wired", "parameters", "words"), [
    ("Reshape", "N,6", {"shape": [4, -1]}, "cannot read 6 values of (N, 6) as 4 x -1"),
    ("Reshape", "N,T,6", {"shape": [5, -1]}, "cannot read 6*T values of (N, T, 6) as 5 x -1"),
    ("Unflatten", "N,6", {"dim": 3}, "has dim=3, but its input has 2 axes: use -2 to 1"),
    ("Permute", "N,6", {"dims": [0, 0]}, "name each of them once"),
    ("Squeeze", "N,6", {}, "use Select to keep one of its values"),
    ("Slice", "N,6", {"start": 6}, "keeps nothing of axis 1 of (N, 6)"),
    ("Slice", "N,T", {"start": -3, "end": 4}, "needs a fixed size on its axis, got T"),
    ("Select", "N,6", {"index": 6}, "takes index 6 of axis 1 of (N, 6): use -6 to 5"),
    ("Select", "N,6", {"dim": 0, "index": 1}, "takes index 1 of the batch, which may be smaller"),
    ("Split", "N,5", {}, "cannot cut axis 1 of (N, 5), 5, into 2 equal parts"),
    ("Sum", "N,5", {"dim": [1, -1]}, "names an axis twice"),
    ("Expand", "N,5", {}, "connect a tensor that has it to 'like', or give sizes"),
    ("Expand", "N,5", {"sizes": [-1, 4]}, "only axes of size 1 are repeated"),
    ("Expand", "N,5", {"sizes": [-1, -1, -1]}, "only axes of size 1 are repeated"),
    ("Roll", "N,6", {"dims": [0]}, "Roll moves values within each sample, and axis 0 of (N, 6) is the batch"),
    ("Flip", "N,6", {"dims": [0]}, "Flip moves values within each sample, and axis 0 of (N, 6) is the batch"),
    ("Flip", "N,6", {"dims": [1, -1]}, "has dims=(1, -1), which name an axis of (N, 6) twice"),
])  # fmt: skip
def test_what_cannot_fit_is_one_sentence(kind: str, wired: str, parameters: dict[str, Any], words: str) -> None:
    problem = problem_of(kind, wired, **parameters)
    assert words in problem.message
    assert problem.message.startswith("'layer': ")
    assert problem.message.endswith(".")


@pytest.mark.parametrize(("kind", "parameters", "words"), [
    ("Reshape", {"shape": [-1, -1]}, "has -1 more than once"),
    ("Unflatten", {"unflattened_size": [0, 2]}, "has a size of 0"),
    ("Split", {"sizes": [4]}, "sizes needs at least two parts"),
    ("Constant", {"shape": [3], "values": [1.0, 2.0]}, "values has 2 numbers; give one, or 3 for the shape"),
    ("Roll", {"shifts": [1, 2]}, "shifts has 2 numbers and dims 1; give one for each axis"),
    ("Hardtanh", {"min_val": 2.0}, "min_val=2 must be smaller than max_val=1"),
    ("Embedding", {"num_embeddings": 3, "padding_idx": 3}, "padding_idx=3 must be an index"),
    ("ConvTranspose2d", {"output_padding": 1}, "output_padding=1 must be smaller than stride=1"),
])  # fmt: skip
def test_parameters_that_contradict_each_other_are_refused(kind: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError) as refused:
        make_layer(kind, parameters)
    assert words in str(refused.value)


def test_branches_of_different_width_get_a_convolution() -> None:
    document = Document("Skip")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [8, 6, 6]}, name="wide")
        graph.add("Input", {"shape": [3, 6, 6]}, name="narrow")
        graph.add("Add", name="join")
        graph.add("Output", name="out")
        for source, target in (("wide", "join"), ("narrow", "join"), ("join", "out")):
            graph.connect(source, target)
    fixes.apply(document, document.problems()["join"])
    assert str(document.types()["join"][0]) == "(N, 8, 6, 6)"
    assert not document.problems()


def test_a_constant_and_a_parameter_are_repeated_for_each_sample() -> None:
    x = torch.zeros(4, 6)
    constant = module_of(one_layer("Constant", "N,6", shape=[2, 2], values=[1.0, 2.0, 3.0, 4.0]))(x)
    assert torch.equal(constant, torch.tensor([[1.0, 2.0], [3.0, 4.0]]).expand(4, 2, 2))
    module = module_of(one_layer("Parameter", "N,6", shape=[3]))
    assert [name for name, _ in module.named_parameters()] == ["layer"]
    module(x).sum().backward()
    assert torch.equal(known(there(module.layer.grad)), torch.full((3,), 4.0))


def test_a_constant_needs_no_input() -> None:
    module = module_of(one_layer("Constant", shape=[2], values=[7.0], dtype="int64"))
    assert torch.equal(module(), torch.tensor([7, 7]))
    assert not module.state_dict()


def test_parts_that_are_not_used_have_no_name() -> None:
    document = one_layer("Split", "N,6", sections=3)
    with document.edit("Remove"):
        document.model.remove(["out1"])
    first, last = module_of(document)(torch.arange(6.0)[None])
    assert (first.tolist(), last.tolist()) == ([[0.0, 1.0]], [[4.0, 5.0]])


@pytest.mark.parametrize(("count", "sizes"), [(2, 3), (3, 9)])
def test_values_go_round_by_more_than_their_axis_has(count: int, sizes: int, tmp_path: Path) -> None:
    document = one_layer("Roll", "N,T,5", shifts=[7, -11, 2], dims=[1, 2, -2])
    x = torch.randn(count, sizes, 5)
    rolled = torch.roll(x, (7, -11, 2), (1, 2, 1))
    assert torch.equal(module_of(document)(x), rolled)
    export(document, None, tmp_path / "roll.onnx")
    (found,) = onnxruntime.InferenceSession(tmp_path / "roll.onnx").run(None, {"in0": x.numpy()})
    assert torch.equal(torch.from_numpy(found), rolled)
