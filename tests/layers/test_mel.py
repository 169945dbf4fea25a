"""MelSpectrogram against the Fourier transform of numpy and bands written down from their definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.catalog import make_layer
from graph.errors import ParameterError
from tests.support.one_layer import one_layer, problem_of

RATE, LENGTH = 8000, 2000


def bands(n_fft: int, count: int, low: float, high: float, scale: str, even: bool) -> Any:
    """Triangles by interpolation between three edges each: zero, one, zero."""
    edges: Any
    if scale == "htk":
        start, stop = np.log10(1 + low / 700), np.log10(1 + high / 700)
        edges = 700 * (np.logspace(start, stop, count + 2) - 1)
    else:
        table = [*np.arange(0, 1000, 200 / 3), *(1000 * 6.4 ** (np.arange(0, 60) / 27))]
        edges = [np.interp(m, np.arange(len(table)), table) for m in range(count + 2)]  # whole mels are in the table
    hertz = np.fft.rfftfreq(n_fft, 1 / RATE)
    rows = np.stack([np.interp(hertz, edges[at : at + 3], [0, 1, 0]) for at in range(count)])
    return rows * (2 / (np.array(edges[2:]) - edges[:-2]))[:, None] if even else rows


def by_hand(sound: Any, n_fft: int, win_length: int, hop: int, center: bool) -> Any:
    """The power of the Fourier transform of each frame, in double precision: (frequencies, frames)."""
    window = np.zeros(n_fft)
    start = (n_fft - win_length) // 2
    window[start : start + win_length] = np.sin(np.pi * np.arange(win_length) / win_length) ** 2
    padded = np.pad(sound.astype(np.float64), n_fft // 2, mode="reflect") if center else sound.astype(np.float64)
    starts = range(0, len(padded) - n_fft + 1, hop)
    return np.stack([np.abs(np.fft.rfft(window * padded[at : at + n_fft])) ** 2 for at in starts], axis=1)


def sounds() -> Any:
    """Noise, two tones over faint noise, and silence with a click."""
    generator = np.random.default_rng(0)
    time = np.arange(LENGTH) / RATE
    tones = 0.5 * np.sin(2 * np.pi * 440 * time) + 0.1 * np.sin(2 * np.pi * 2500 * time)
    click = np.where(np.arange(LENGTH) == 700, 1.0, 0.0)
    rows = [generator.standard_normal(LENGTH) * 0.2, tones + generator.standard_normal(LENGTH) * 1e-3, click]
    return np.stack(rows).astype(np.float32)[:, None]


@pytest.mark.parametrize(
    ("options", "scale", "even"),
    [
        ({"n_fft": 256, "hop_length": 100, "n_mels": 20}, "htk", False),
        (
            {"n_fft": 255, "win_length": 200, "hop_length": 80, "n_mels": 20, "norm": "slaney", "center": False},
            "htk",
            True,
        ),
        ({"n_fft": 512, "hop_length": 128, "n_mels": 30, "log": "db", "mel_scale": "slaney"}, "slaney", False),
    ],
)
def test_it_is_what_numpy_makes_of_the_definition_and_onnx_agrees(
    options: dict[str, Any], scale: str, even: bool, tmp_path: Path
) -> None:
    limits = {"f_min": 50.0, "f_max": 3500.0} if scale == "htk" else {"f_max": 1000 * 6.4 ** (16 / 27)}
    document = one_layer("MelSpectrogram", "N,1,T", sample_rate=RATE, **options, **limits)
    given = sounds()
    module = build(compile_source(document))
    ours = module(torch.from_numpy(given)).numpy()
    spectra = [
        by_hand(sound[0], options["n_fft"], options.get("win_length", options["n_fft"]), options["hop_length"],
                options.get("center", True))
        for sound in given
    ]  # fmt: skip
    weights = bands(options["n_fft"], options["n_mels"], limits.get("f_min", 0.0), limits["f_max"], scale, even)
    power = np.stack([weights @ spectrum for spectrum in spectra])[:, None]
    wanted = np.log(np.maximum(power, 1e-6)) * (10 / np.log(10) if options.get("log") == "db" else 1)
    assert ours.shape == wanted.shape
    np.testing.assert_allclose(ours, wanted, atol=1e-5 * abs(wanted).max(), rtol=1e-5)
    assert not module.state_dict()
    with torch.autocast("cpu", torch.bfloat16):
        assert np.array_equal(module(torch.from_numpy(given)).numpy(), ours)

    export(document, None, tmp_path / "mel.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "mel.onnx"), providers=["CPUExecutionProvider"])
    (exported,) = session.run(None, {session.get_inputs()[0].name: given})
    np.testing.assert_allclose(exported, ours, atol=1e-5 * abs(ours).max(), rtol=1e-5)


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"f_max": 8001.0}, "f_max=8001 must be at most half of sample_rate=16000, 8000 Hz"),
        ({"f_min": 8000.0}, "f_min=8000 must be below the highest frequency, 8000 Hz"),
        ({"win_length": 401}, "win_length=401 must be at most n_fft=400"),
        ({"n_mels": 128}, "of n_mels=128 bands would have no frequency inside, as those of n_fft=400 are 40 Hz apart"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(parameters: dict[str, Any], why: str) -> None:
    with pytest.raises(ParameterError, match=why):
        make_layer("MelSpectrogram", parameters)


def test_a_sound_shorter_than_a_frame_is_refused() -> None:
    assert "needs sounds of at least 201 values, got 200" in problem_of("MelSpectrogram", "N,200").message
