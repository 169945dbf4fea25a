"""Attention, transformer layers, embeddings and samples against their formulas."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from compiler.to_onnx.export import export
from graph.document import Document
from tests.support.single_layer import module_of, refusal, single, text_of

Array = np.ndarray[Any, Any]
HEADS = {"num_heads": 2}
SMALL = {"nhead": 2, "dim_feedforward": 12}


def softmax(x: Array) -> Array:
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def attention(q: Array, k: Array, v: Array, w: dict[str, Array], heads: int, hidden: Array | None = None) -> Array:
    """The formulas of Vaswani 2017; ``hidden`` (..., T, S) is true where nothing may be seen."""
    if "in_proj_weight" in w:
        matrices = np.split(w["in_proj_weight"], 3)
    else:
        matrices = [w[f"{name}_proj_weight"] for name in "qkv"]
    q, k, v = (x @ m.T + b for x, m, b in zip((q, k, v), matrices, np.split(w["in_proj_bias"], 3), strict=True))
    parts = []
    for queries, keys, values in zip(*(np.split(x, heads, -1) for x in (q, k, v)), strict=True):
        scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
        scores = scores if hidden is None else np.where(hidden, -np.inf, scores)
        parts.append(softmax(scores) @ values)
    return np.concatenate(parts, -1) @ w["out_proj.weight"].T + w["out_proj.bias"]


def norm(x: Array, w: dict[str, Array], name: str) -> Array:
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return x * w[f"{name}.weight"] + w[f"{name}.bias"]


def feed_forward(x: Array, w: dict[str, Array]) -> Array:
    inner = np.maximum(x @ w["linear1.weight"].T + w["linear1.bias"], 0)
    return inner @ w["linear2.weight"].T + w["linear2.bias"]


def part(w: dict[str, Array], name: str) -> dict[str, Array]:
    return {key.removeprefix(f"{name}."): value for key, value in w.items() if key.startswith(f"{name}.")}


def encode(x: Array, w: dict[str, Array], norm_first: bool, hidden: Array | None) -> Array:
    own = part(w, "self_attn")
    if norm_first:
        y = norm(x, w, "norm1")
        x = x + attention(y, y, y, own, 2, hidden)
        return x + feed_forward(norm(x, w, "norm2"), w)
    x = norm(x + attention(x, x, x, own, 2, hidden), w, "norm1")
    return norm(x + feed_forward(x, w), w, "norm2")


def decode(x: Array, memory: Array, w: dict[str, Array], hidden: Array) -> Array:
    x = norm(x + attention(x, x, x, part(w, "self_attn"), 2, hidden), w, "norm1")
    x = norm(x + attention(x, memory, memory, part(w, "multihead_attn"), 2), w, "norm2")
    return norm(x + feed_forward(x, w), w, "norm3")


def weights_of(module: torch.nn.Module) -> dict[str, Array]:
    """The weights, with offsets and scales that are not zero and one."""
    generator = torch.Generator().manual_seed(2)
    for value in module.parameters():
        value.data += 0.1 * torch.randn(value.shape, generator=generator, dtype=value.dtype)
    return {name.removeprefix("layer."): value.numpy() for name, value in module.state_dict().items()}


def vectors(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def later(time: int, others: int) -> Array:
    return np.triu(np.ones((time, others), bool), 1)


def close(ours: torch.Tensor, theirs: Array) -> None:
    np.testing.assert_allclose(ours.detach().numpy(), theirs, atol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_self_attention_equals_its_formula(causal: bool, training: bool) -> None:
    module = module_of(single("MultiheadAttention", {**HEADS, "causal": causal}, query="T,8")).train(training)
    x, w = vectors(3, 5, 8), weights_of(module)
    close(module(x), attention(x.numpy(), x.numpy(), x.numpy(), w, 2, later(5, 5) if causal else None))


def test_attention_to_another_sequence() -> None:
    module = module_of(single("MultiheadAttention", HEADS, query="T,8", key="S,6", value="S,7"))
    q, k, v, w = vectors(3, 5, 8), vectors(3, 4, 6), vectors(3, 4, 7), weights_of(module)
    close(module(q, k, v), attention(q.numpy(), k.numpy(), v.numpy(), w, 2))
    module = module_of(single("MultiheadAttention", HEADS, query="T,8", key="S,8"))
    k, w = vectors(3, 4, 8), weights_of(module)
    close(module(q, k), attention(q.numpy(), k.numpy(), k.numpy(), w, 2))


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("causal", [False, True])
def test_an_encoder_layer_equals_its_formulas(norm_first: bool, causal: bool) -> None:
    parameters = {**SMALL, "norm_first": norm_first, "causal": causal}
    module = module_of(single("TransformerEncoderLayer", parameters, x="T,8"))
    x, w = vectors(3, 5, 8), weights_of(module)
    close(module(x), encode(x.numpy(), w, norm_first, later(5, 5) if causal else None))


def test_a_decoder_layer_equals_its_formulas() -> None:
    module = module_of(single("TransformerDecoderLayer", SMALL, x="T,8", memory="S,8"))
    x, memory, w = vectors(3, 5, 8), vectors(3, 4, 8), weights_of(module)
    close(module(x, memory), decode(x.numpy(), memory.numpy(), w, later(5, 5)))


@pytest.mark.parametrize("kind", ["MultiheadAttention", "TransformerEncoderLayer"])
@pytest.mark.parametrize("causal", [False, True])
def test_a_padded_batch_equals_each_sequence_alone(kind: str, causal: bool) -> None:
    port = "query" if kind == "MultiheadAttention" else "x"
    parameters = {**(HEADS if kind == "MultiheadAttention" else SMALL), "causal": causal}
    alone = module_of(single(kind, parameters, **{port: "T,8"}))
    by_length = module_of(single(kind, parameters, **{port: "T,8", "key_padding_mask": " int64"}))
    by_mask = module_of(single(kind, parameters, **{port: "T,8", "key_padding_mask": "T bool"}))
    for other in (by_length, by_mask):
        other.load_state_dict(alone.state_dict())
    x, lengths = vectors(4, 6, 8), torch.tensor([3, 6, 1, 4])
    for padded in (by_length(x, lengths), by_mask(x, torch.arange(6) >= lengths[:, None])):
        for at, length in enumerate(lengths):
            theirs = alone(x[at : at + 1, :length])[0]
            torch.testing.assert_close(padded[at, :length], theirs, atol=1e-12, rtol=0)


def test_a_decoder_sees_no_padding() -> None:
    ports = {"x": "T,8", "memory": "S,8"}
    alone = module_of(single("TransformerDecoderLayer", SMALL, **ports))
    masked = {"key_padding_mask": " int64", "memory_key_padding_mask": " int64"}
    module = module_of(single("TransformerDecoderLayer", SMALL, **ports, **masked))
    module.load_state_dict(alone.state_dict())
    x, memory = vectors(2, 5, 8), vectors(2, 4, 8)
    ours = module(x, memory, torch.tensor([3, 5]), torch.tensor([2, 4]))
    torch.testing.assert_close(ours[:1, :3], alone(x[:1, :3], memory[:1, :2]), atol=1e-12, rtol=0)


@pytest.mark.parametrize("kind", ["MultiheadAttention", "TransformerEncoderLayer"])
def test_a_sequence_of_padding_alone_is_a_number(kind: str, tmp_path: Path) -> None:
    port = "query" if kind == "MultiheadAttention" else "x"
    document = single(
        kind, HEADS if kind == "MultiheadAttention" else SMALL, **{port: "T,8", "key_padding_mask": "T bool"}
    )
    module = module_of(document)
    x, mask = vectors(2, 3, 8), torch.tensor([[True, True, True], [False, False, True]])
    assert module.train()(x, mask).isfinite().all()
    with torch.no_grad():
        assert module.eval()(x, mask).isfinite().all()
    export(document, None, tmp_path / "net.onnx", {"in0": x.float().numpy(), "in1": mask.numpy()})


def test_padding_in_front_of_a_causal_sequence(tmp_path: Path) -> None:
    """What is padding sees itself alone, so that it is a number; what is not sees as if there were none."""
    alone = module_of(single("TransformerEncoderLayer", {**SMALL, "causal": True}, x="T,8"))
    document = single("TransformerEncoderLayer", {**SMALL, "causal": True}, x="T,8", key_padding_mask="T int64")
    module = module_of(document)
    module.load_state_dict(alone.state_dict())
    x, mask = vectors(2, 5, 8), torch.tensor([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0]])
    for training in (False, True):
        with torch.set_grad_enabled(training):
            ours = module(x, mask)
        assert ours.isfinite().all()
        torch.testing.assert_close(ours[:1, 2:], alone(x[:1, 2:]), atol=1e-12, rtol=0)
    export(document, None, tmp_path / "net.onnx", {"in0": x.float().numpy(), "in1": mask.numpy()})


@pytest.mark.parametrize("causal", [False, True])
def test_onnx_agrees_on_masks_and_lengths(causal: bool, tmp_path: Path) -> None:
    ports = {"x": "T,8", "memory": "S,8", "key_padding_mask": "T int64", "memory_key_padding_mask": " int64"}
    document = single("TransformerDecoderLayer", {**SMALL, "causal": causal, "activation": "gelu"}, **ports)
    x, memory = vectors(3, 5, 8).float().numpy(), vectors(3, 4, 8).float().numpy()
    mask = np.array([[0, 0, 0, 0, 1], [0, 1, 1, 1, 1], [0, 0, 0, 0, 0]])
    samples = {"in0": x, "in1": memory, "in2": mask, "in3": np.array([1, 4, 2])}
    report = export(document, None, tmp_path / "net.onnx", samples)
    assert report.checked[-1]["samples"] == "data"
    assert report.max_abs_diff < 1e-5
    session = onnxruntime.InferenceSession(str(tmp_path / "net.onnx"), providers=["CPUExecutionProvider"])
    feeds = {"in0": x[:1, :1], "in1": memory[:1], "in2": mask[:1, :1], "in3": np.array([4])}
    assert session.run(None, feeds)[0].shape == (1, 1, 8)


def test_the_code_of_attention() -> None:
    text = text_of(single("MultiheadAttention", {"num_heads": 2, "causal": True}, query="T,8"))
    assert "self.layer = nn.MultiheadAttention(8, 2, batch_first=True)" in text
    assert "self.layer(in0, in0, in0, attn_mask=_causal_mask(in0, in0), is_causal=True, need_weights=False)[0]" in text
    text = text_of(single("TransformerEncoderLayer", {}, x="T,16"))
    assert "self.layer = nn.TransformerEncoderLayer(16, 8, batch_first=True)" in text
    assert "self.layer(in0)" in text


def test_sizes_of_a_block_become_its_parameters() -> None:
    document = Document("Blocks")
    with document.edit("Draw"):
        block = document.add_block("Reader", {"size": 8, "heads": 2, "vocabulary": 30})
        block.add("Input", {"shape": ["T"], "dtype": "int64"}, name="words")
        block.add(
            "Embedding", {"num_embeddings": "vocabulary", "embedding_dim": "size", "padding_idx": 0}, name="embed"
        )
        block.add("PositionalEncoding", {"max_length": 9}, name="place")
        block.add("TransformerEncoderLayer", {"nhead": "heads", "dim_feedforward": "4*size"}, name="encoder")
        block.add("MultiheadAttention", {"num_heads": "heads"}, name="attention")
        block.add("Output", name="result")
        parts = ["words", "embed", "place", "encoder", "attention", "result"]
        for before, behind in pairwise(parts):
            block.connect(before, behind)
        model = document.model
        model.add("Input", {"shape": ["T"], "dtype": "int64"}, name="x")
        for size in (8, 16):
            arguments = {"size": size, "heads": size // 4}
            model.add("Block", {"definition": "Reader", "arguments": arguments}, name=f"reader{size}")
            model.add("Output", name=f"result{size}")
            model.connect("x", f"reader{size}")
            model.connect(f"reader{size}", f"result{size}")
    text = text_of(document)
    assert text.count("class Reader") == 1
    assert "nn.TransformerEncoderLayer(size, heads, dim_feedforward=4*size, batch_first=True)" in text
    large, small = module_of(document)(torch.zeros(2, 5, dtype=torch.int64))
    assert (large.shape, small.shape) == ((2, 5, 16), (2, 5, 8))


def test_an_embedding_looks_up_its_rows() -> None:
    parameters = {"num_embeddings": 5, "embedding_dim": 3, "padding_idx": 0, "weight_init": "normal"}
    module = module_of(single("Embedding", parameters, x="T int64"))
    table = module.state_dict()["layer.weight"]
    index = torch.tensor([[4, 0, 1]])
    assert torch.equal(module(index), table[index])
    assert not table[0].any()
    assert table[1:].all()


def test_sines_and_cosines_of_places() -> None:
    module = module_of(single("PositionalEncoding", {}, x="T,7"))
    place, at = np.arange(9)[:, None], np.arange(7)
    angle = place / 10000 ** ((at - at % 2) / 7)
    expected = np.where(at % 2 == 0, np.sin(angle), np.cos(angle))
    x = vectors(2, 9, 7)
    close(module(x), x.numpy() + expected)
    assert not module.state_dict()


def test_learned_places() -> None:
    module = module_of(single("PositionalEncoding", {"kind": "learned", "max_length": 9}, x="T,7"))
    x = vectors(2, 4, 7)
    close(module(x), x.numpy() + module.state_dict()["layer.weight"].numpy()[:4])


def test_a_sample_of_a_normal_distribution() -> None:
    module = module_of(single("GaussianSample", {}, mu="50", logvar="50"))
    mu, logvar = torch.full((4000, 50), 2.0), torch.full((4000, 50), np.log(9.0).item())
    assert torch.equal(module.eval()(mu, logvar), mu)
    drawn = module.train()(mu, logvar)
    assert drawn.mean().item() == pytest.approx(2.0, abs=0.05)
    assert drawn.std().item() == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "parameters", "ports", "words"),
    [
        ("MultiheadAttention", {}, {"query": "8"}, "(N, T, D), got (N, 8)"),
        ("MultiheadAttention", {}, {"query": "T,12"}, "num_heads=8, which must divide the 12 values"),
        ("MultiheadAttention", {}, {"query": "T,D"}, "the size of each vector to be a fixed number"),
        ("MultiheadAttention", {}, {"query": "T,8", "key": "S,8", "value": "T,8"}, "value to be (N, S, ...)"),
        ("MultiheadAttention", {}, {"query": "T,8", "key_padding_mask": "S bool"}, "key_padding_mask to be (N, T)"),
        ("TransformerEncoderLayer", {}, {"x": "T,8", "key_padding_mask": "T"}, "true or nonzero at padding"),
        ("TransformerEncoderLayer", {}, {"x": "T,9"}, "nhead=8, which must divide the 9 values"),
        ("TransformerDecoderLayer", {}, {"x": "T,8", "memory": "S,16"}, "put a Linear with out_features=8 in front"),
        ("Embedding", {}, {"x": "T"}, "int64"),
        ("PositionalEncoding", {"max_length": 8}, {"x": "9,8"}, "max_length"),
        ("GaussianSample", {}, {"mu": "5", "logvar": "6"}, "(N, 5) and (N, 6)"),
    ],
)
def test_refusals(kind: str, parameters: dict[str, Any], ports: dict[str, str], words: str) -> None:
    assert words in refusal(kind, parameters, **ports)
