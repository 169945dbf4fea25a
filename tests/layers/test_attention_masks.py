"""Drawn masks, attention weights, grouped queries, rotary positions and nn.Transformer, against plain PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx_ir as ir
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from compiler.to_onnx.export import export
from compiler.to_onnx.model import emit
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.builder.sheet import Drawing
from graph.document import Document
from tests.support.one_layer import module_of, one_layer, problem_of
from tests.support.typed import known

N, T, S, HEADS = 3, 5, 4, 2
FEW = {"nhead": HEADS, "dim_feedforward": 12, "num_encoder_layers": 2, "num_decoder_layers": 2}


def in_onnx(document: Document, module: nn.Module, *inputs: Tensor) -> list[Tensor]:
    """What onnxruntime makes of these inputs, with the module's weights."""
    state = {key: value.detach().numpy() for key, value in module.state_dict().items()}
    session = onnxruntime.InferenceSession(ir.to_proto(emit(document, state)).SerializeToString())
    results = session.run(None, {f"in{at}": value.numpy() for at, value in enumerate(inputs)})
    return [torch.from_numpy(np.asarray(result)) for result in results]


def drawn(dtype: str, rank: int, queries: int = T, keys: int = S) -> Tensor:
    """A mask of (N, T, S) or (N, heads, T, S) in which every place sees the first key."""
    shape = (N, HEADS, queries, keys)[:1] + (N, HEADS, queries, keys)[4 - (rank - 1) :]
    if dtype == "float32":
        return torch.randn(shape)
    mask = torch.rand(shape) > 0.5
    mask[..., 0] = False
    return mask


@pytest.mark.parametrize("dtype", ["bool", "float32"])
@pytest.mark.parametrize("rank", [3, 4])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("padding", [False, True])
def test_a_drawn_mask_of_multihead_attention(dtype: str, rank: int, causal: bool, padding: bool) -> None:
    """Beside padding and later places, with and without weights as an output, as in PyTorch and in ONNX."""
    mask = drawn(dtype, rank)
    plan = ["N,T,6", "N,S,6", "N,S,6", "attn_mask=N,T,S" if rank == 3 else f"attn_mask=N,{HEADS},T,S"]
    plan[3] += "" if dtype == "float32" else " bool"
    hidden = torch.zeros(N, S, dtype=torch.bool)
    hidden[1, 2:] = True
    inputs = [torch.randn(N, T, 6), torch.randn(N, S, 6), torch.randn(N, S, 6), mask]
    if padding:
        plan.append("key_padding_mask=N,S bool")
        inputs.append(hidden)
    for options in ({}, {"need_weights": True}, {"need_weights": True, "average_attn_weights": False}):
        document = one_layer("MultiheadAttention", *plan, num_heads=HEADS, causal=causal, **options)
        module = module_of(document).eval()
        scores = torch.zeros(N, HEADS, T, S)
        whole = mask if rank == 4 else mask[:, None]
        scores = scores + whole if dtype == "float32" else scores.masked_fill(whole, -torch.inf)
        scores = scores.masked_fill(hidden[:, None, None], -torch.inf) if padding else scores
        later = torch.ones(T, S).triu(1).bool()
        scores = scores.masked_fill(later, -torch.inf) if causal else scores
        plain = nn.MultiheadAttention(6, HEADS, batch_first=True).eval()
        plain.load_state_dict({key.removeprefix("layer."): value for key, value in module.state_dict().items()})
        average = options.get("average_attn_weights", True)
        expected = plain(*inputs[:3], attn_mask=scores.flatten(0, 1), average_attn_weights=average)
        results = module(**{f"in{at}": value for at, value in enumerate(inputs)})
        results = results if isinstance(results, tuple) else (results,)
        for ours, theirs in zip(results, expected, strict=False):
            torch.testing.assert_close(ours, theirs)
        for ours, theirs in zip(in_onnx(document, module, *inputs), results, strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


def test_a_mask_of_places_alone_and_places_that_see_nothing() -> None:
    """A constant (T, S) serves all samples; a row of nothing is 0, or with weights not a number, in ONNX as well."""
    for options in ({}, {"need_weights": True}):
        d = Drawing("Masked")
        x = d.input(3, 4, name="in0")
        mask = d.constant(values=[0.0, 0.0, -1.0, 2.0, 0.5, 0.0, 0.0, 1.0, 0.0], shape=[3, 3])
        result = d.multiheadattention(x, attn_mask=mask, num_heads=2, name="layer", **known(options))
        for value in result if isinstance(result, tuple) else (result,):
            d.output(value)
        document = d.finish()
        module = build(compile_source(document)).eval()
        given = torch.randn(2, 3, 4)
        first = module(given)
        first = first if isinstance(first, tuple) else (first,)
        for ours, theirs in zip(in_onnx(document, module, given), first, strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
        everything = one_layer("MultiheadAttention", "N,3,4", "attn_mask=N,3,3 bool", num_heads=2, **options)
        module = module_of(everything).eval()
        rows = torch.zeros(2, 3, 3, dtype=torch.bool)
        rows[0, 1] = True
        results = module(given, rows)
        results = results if isinstance(results, tuple) else (results,)
        for ours, theirs in zip(in_onnx(everything, module, given, rows), results, strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5, equal_nan=True)


def test_scaled_dot_products_with_grouped_queries(tmp_path: Path) -> None:
    plan = ("N,4,T,6", "N,2,S,6", "N,2,S,5")
    refused = problem_of("ScaledDotProductAttention", *plan)
    assert "4 heads of the query and 2 of the key; set enable_gqa" in refused.message
    assert refused.fix.label == "Set enable_gqa"
    query, key, value = torch.randn(N, 4, T, 6), torch.randn(N, 2, S, 6), torch.randn(N, 2, S, 5)
    twice = [each.repeat_interleave(2, dim=1) for each in (key, value)]
    shown = torch.rand(N, 4, T, S) > 0.5
    shown[0, 0, 0] = False  # a place that sees nothing gets nothing
    for mask, text in ((None, ""), (shown, "N,4,T,S bool"), (torch.randn(N, 1, T, S), "N,1,T,S")):
        for options in ({}, {"scale": 0.5}, {"is_causal": True}) if mask is None else ({},):
            given = (query, key, value, *([mask] if mask is not None else []))
            document = one_layer(
                "ScaledDotProductAttention", *plan, *([text] if text else []), enable_gqa=True, **options
            )
            module = module_of(document)
            scale = options.get("scale", 6**-0.5)
            scores = query @ twice[0].transpose(2, 3) * scale
            if mask is not None:
                scores = scores + mask if mask.dtype == torch.float32 else scores.masked_fill(~mask, -torch.inf)
            if options.get("is_causal"):
                scores = scores.masked_fill(torch.ones(T, S).triu(1).bool(), -torch.inf)
            expected = scores.softmax(-1).nan_to_num() @ twice[1]
            torch.testing.assert_close(module(*given), expected)
            (ours,) = in_onnx(document, module, *given)
            torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-5)
            assert export(document, None, tmp_path / "sdpa.onnx").max_abs_diff < 1e-5
    dropped = one_layer("ScaledDotProductAttention", *plan, enable_gqa=True, dropout_p=0.5)
    module = module_of(dropped)
    assert not torch.equal(module(query, key, value), module(query, key, value))
    assert torch.equal(module.eval()(query, key, value), module(query, key, value))


@pytest.mark.parametrize("interleaved", [False, True])
def test_rotary_positions_are_products_of_complex_numbers(interleaved: bool, tmp_path: Path) -> None:
    document = one_layer("RotaryEmbedding", "N,2,T,6", base=100.0, interleaved=interleaved)
    x = torch.randn(N, 2, 40, 6)
    parts = x.unflatten(-1, (3, 2)) if interleaved else x.unflatten(-1, (2, 3)).transpose(-1, -2)
    angles = torch.arange(40.0, dtype=torch.float64)[:, None] * 100.0 ** -(torch.arange(3, dtype=torch.float64) / 3)
    turned = torch.view_as_real(
        torch.view_as_complex(parts.double().contiguous()) * torch.polar(angles * 0 + 1, angles)
    )
    expected = (turned if interleaved else turned.transpose(-1, -2)).flatten(-2).float()
    module = module_of(document)
    torch.testing.assert_close(module(x), expected, atol=1e-5, rtol=1e-5)
    assert export(document, None, tmp_path / "rotary.onnx").max_abs_diff < 1e-5
    query, key = torch.randn(1, 1, 1, 6), torch.randn(1, 1, 1, 6)
    turned_query, turned_key = module(query.expand(1, 1, 9, 6)), module(key.expand(1, 1, 9, 6))
    products = turned_query[0, 0] @ turned_key[0, 0].T
    torch.testing.assert_close(products[2, 0], products[7, 5])  # they tell distances, not places
    assert "an even number of values, got 5" in problem_of("RotaryEmbedding", "N,T,5").message


@pytest.mark.parametrize("options", [{}, {"norm_first": True}, {"bias": False}], ids=str)
def test_the_whole_transformer(options: dict[str, Any], tmp_path: Path) -> None:
    document = one_layer("Transformer", "N,S,8", "N,T,8", dropout=0.0, **FEW, **options)
    text = compile_source(document).text
    assert ("self.layer = nn.Transformer(" in text) == (not options)
    module = module_of(document).eval()
    layers = {"norm_first": False, "bias": True, **options}
    plain = nn.Transformer(
        8, HEADS, 2, 2, 12, 0.0, batch_first=True,
        custom_encoder=nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, HEADS, 12, 0.0, batch_first=True, **layers), 2,
            nn.LayerNorm(8, bias=layers["bias"]), enable_nested_tensor=False,
        ), **layers,
    ).eval()  # fmt: skip
    plain.load_state_dict({key.removeprefix("layer."): value for key, value in module.state_dict().items()})
    source, target = torch.randn(N, S, 8), torch.randn(N, T, 8)
    expected = plain(source, target, tgt_mask=nn.Transformer.generate_square_subsequent_mask(T))
    torch.testing.assert_close(module(source, target), expected)
    assert summarize(document).parameters == sum(value.numel() for value in plain.parameters())
    assert export(document, None, tmp_path / "whole.onnx").max_abs_diff < 1e-4


def test_padding_of_the_source_is_not_looked_at(tmp_path: Path) -> None:
    document = one_layer("Transformer", "N,S,8", "N,T,8", "N int64", **FEW)
    module = module_of(document).eval()
    source, target, lengths = torch.randn(2, S, 8), torch.randn(2, T, 8), torch.tensor([2, S])
    with torch.no_grad():
        result = module(source, target, lengths)
        source[0, 2:] = 7.0
        torch.testing.assert_close(module(source, target, lengths)[0], result[0])
    assert export(document, None, tmp_path / "padded.onnx").max_abs_diff < 1e-4


def test_the_initial_weights_of_a_whole_transformer_are_chosen() -> None:
    module = module_of(one_layer("Transformer", "N,S,8", "N,T,8", weight_init="zeros", **FEW))
    state = module.state_dict()
    assert not state["layer.encoder.layers.1.self_attn.in_proj_weight"].any()
    assert state["layer.decoder.layers.0.norm3.weight"].all()


def test_what_is_refused() -> None:
    mask = problem_of("MultiheadAttention", "N,T,8", "attn_mask=N,T,S")
    assert "attn_mask to be (T, T) or (N, T, T) or (N, 8, T, T), true where nothing is looked at" in mask.message
    both = problem_of("ScaledDotProductAttention", "N,T,6", "N,S,6", "N,S,6", "N,T,S", is_causal=True)
    assert "takes is_causal or a mask, not both" in both.message
    assert "expects tgt (N, T, 8) with vectors like src" in problem_of("Transformer", "N,S,8", "N,T,16").message


def test_attention_drawn_with_a_window_of_its_own(tmp_path: Path) -> None:
    """Scores, a mask of places, masked fill and softmax, by hand and as the layers that do it all, of any length."""
    d = Drawing("Window")
    x = d.input("T", 6, name="in0")
    hidden = d.causalmask(x, window_size=3)
    keys = x.permute([0, 2, 1])
    weights = d.maskedfill((x @ keys) * 6**-0.5, hidden).softmax(-1)
    d.output(weights @ x, name="drawn")
    seen = d.causalmask(x, window_size=3, visible=True)
    d.output(d.scaleddotproductattention(x, x, x, attn_mask=seen), name="whole")
    d.output(d.multiheadattention(x, attn_mask=hidden, num_heads=2), name="heads")
    d.output(d.triu((x @ keys), diagonal=1), name="upper")
    document = d.finish()
    module = build(compile_source(document)).eval()
    given = torch.randn(2, 9, 6)
    ours, whole, _, upper = module(given)
    ahead = torch.arange(9) - torch.arange(9)[:, None]
    mask = (ahead > 0) | (ahead <= -3)
    scores = (given @ given.transpose(1, 2) * 6**-0.5).masked_fill(mask, -torch.inf)
    torch.testing.assert_close(ours, scores.softmax(-1) @ given)
    torch.testing.assert_close(whole, ours)
    torch.testing.assert_close(upper, (given @ given.transpose(1, 2)).triu(1))
    report = export(document, None, tmp_path / "window.onnx")
    assert len({entry["sizes"]["T"] for entry in report.checked}) > 2
