"""ONNX files: checked, compared, complete, and never half written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from compiler.to_onnx import export as onnx_export
from compiler.to_onnx.errors import ExportError
from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.edits.sketching import frames
from graph.errors import FileError
from graph.storage.loom import dumps, load, loads
from tests.support.typed import known

LENET = Path(__file__).parent.parent.parent / "examples" / "lenet5.loom"


@pytest.fixture
def lenet() -> Document:
    return load(LENET)


def test_the_report_states_two_sizes_and_the_largest_difference(lenet: Document, tmp_path: Path) -> None:
    report = export(lenet, None, tmp_path / "model.onnx")
    assert [entry["sizes"]["N"] for entry in report.checked] == [1, 3]
    assert report.max_abs_diff == max(entry["max_abs_diff"] for entry in report.checked) < 1e-4
    assert report.opset == 20


def test_real_samples_are_compared_too(lenet: Document, tmp_path: Path) -> None:
    samples = {"image": np.random.default_rng(0).random((4, 1, 32, 32), dtype=np.float32)}
    report = export(lenet, None, tmp_path / "model.onnx", samples)
    assert report.checked[-1]["samples"] == "data"


def test_onnxruntime_agrees_with_the_given_weights(lenet: Document, tmp_path: Path) -> None:
    torch.manual_seed(3)
    module = build(compile_source(lenet)).eval()
    export(lenet, module.state_dict(), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    image = torch.randn(7, 1, 32, 32)
    (result,) = session.run(None, {"image": image.numpy()})
    np.testing.assert_allclose(result, module(image).detach().numpy(), atol=1e-5)


def test_names_and_sizes_travel_in_the_file(lenet: Document, tmp_path: Path) -> None:
    export(lenet, None, tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    (entry,) = model.graph.input
    dims = entry.type.tensor_type.shape.dim
    assert (entry.name, dims[0].dim_param, [dim.dim_value for dim in dims[1:]]) == ("image", "N", [1, 32, 32])
    assert [value.name for value in model.graph.output] == ["logits"]
    assert {"c1", "s2", "c3", "f6"} <= {node.name for node in model.graph.node}
    assert {"c1.weight", "f6.bias"} <= {tensor.name for tensor in model.graph.initializer}
    assert not model.metadata_props


@pytest.mark.parametrize(("data", "kept"), [
    ("digits", "digits"), ("fashion-mnist", "fashion-mnist"), ("made:sine", "made:sine"),
    ("/clinic/someone/patients.npz", "digits"), ("patients", "digits"), ("~/clinic", "digits"),
    ("digits/patients.npz", "digits"),
])  # fmt: skip
def test_the_drawing_travels_where_it_is_asked_for_without_notes_and_paths(
    lenet: Document, data: str, kept: str, tmp_path: Path
) -> None:
    with lenet.edit("Private"):
        lenet.set_setting("notes", "internal: not for the customer")
        lenet.set_training(data=data)
        frames.retitle(lenet, "", frames.add(lenet, "", None, (0, 0)), "internal as well")
    export(lenet, None, tmp_path / "model.onnx", embed_drawing=True)
    (entry,) = onnx.load(tmp_path / "model.onnx").metadata_props
    drawing = loads(entry.value)
    assert (entry.key, drawing.notes, drawing.training.data.text()) == ("layerloom", "", kept)
    content = (tmp_path / "model.onnx").read_bytes()
    assert not any(word in content for word in (b"internal", b"patients", b"clinic", b"someone"))
    with lenet.edit("Public"):
        lenet.set_setting("notes", "")
        lenet.set_training(data=kept)
        lenet.model.set_frames(())
    assert dumps(drawing) == dumps(lenet)


def test_a_model_that_differs_is_not_saved(lenet: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    path.write_text("before")
    honest = known(onnx_export).emit

    def wrong(document: Document, state: dict[str, Any], **options: Any) -> Any:
        return honest(document, {key: value * 1.01 for key, value in state.items()}, **options)

    monkeypatch.setattr(onnx_export, "emit", wrong)
    with pytest.raises(ExportError, match=r"'logits' differs by"):
        export(lenet, None, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_weights_of_another_drawing_are_refused(lenet: Document, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not those of this drawing"):
        export(lenet, {"other.weight": torch.zeros(1)}, tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def test_a_folder_that_is_missing_is_one_sentence(lenet: Document, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be saved"):
        export(lenet, None, tmp_path / "nowhere" / "model.onnx")


def test_training_only_parts_are_left_out(tmp_path: Path) -> None:
    document = Document("Two heads")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [6]}, name="image")
        for name in ("kept", "dropped"):
            graph.add("Linear", {"out_features": 3}, name=name)
            graph.connect("image", name)
            graph.add("CrossEntropy", name=f"{name}_loss")
            graph.connect(name, f"{name}_loss")
        graph.add("Target", name="label")
        graph.connect("label", "kept_loss", "target")
        graph.connect("label", "dropped_loss", "target")
        graph.connect("kept", graph.add("Output", name="out"))
    export(document, None, tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    assert {tensor.name for tensor in model.graph.initializer} == {"kept.weight", "kept.bias"}


def test_one_tensor_shown_by_two_outputs(tmp_path: Path) -> None:
    document = Document("Twice")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [6]}, name="image")
        graph.add("ReLU", name="relu")
        graph.connect("image", "relu")
        for name in ("first", "second"):
            graph.connect("relu", graph.add("Output", name=name))
        graph.connect("image", graph.add("Output", name="echo"))
    assert export(document, None, tmp_path / "model.onnx").max_abs_diff == 0.0


def test_large_models_keep_their_tensors_beside_them(
    lenet: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_export, "EXTERNAL_BYTES", 1000)
    export(lenet, None, tmp_path / "model.onnx")
    assert {path.name for path in tmp_path.iterdir()} == {"model.onnx", "model.onnx.data"}
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {"image": np.zeros((1, 1, 32, 32), np.float32)})
    assert result.shape == (1, 10)
