"""Sounds as spectra over time."""

from __future__ import annotations

from functools import cached_property
from math import log
from typing import Annotated, Any, Literal, Union

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import Positive, parameters_of
from graph.layer import Code, Layer, Op, Value, expect_float, known
from graph.layers.parts.mel import edges, empty_bands, hann, triangles, waves
from graph.layers.parts.windows import Axis, slide
from graph.tensor import TensorType, format_shape

_MEL = '''
class _MelSpectrogram(nn.Module):
    """The power of a sound in bands of the mel scale, frame by frame: (..., T) to (..., n_mels, frames)."""

    def __init__(
        self, sample_rate, n_fft, hop_length, n_mels,
        win_length=None, f_min=0.0, f_max=None, mel_scale="htk", norm="none", center=True,
    ):
        super().__init__()
        self.options = {"n_fft": n_fft, "hop_length": hop_length, "center": center}
        self.options["win_length"] = win_length or n_fft
        window = torch.hann_window(self.options["win_length"], dtype=torch.float64)
        self.window = nn.Buffer(window.float(), persistent=False)
        hertz = torch.arange(n_fft // 2 + 1, dtype=torch.float64) * sample_rate / n_fft
        ends = torch.tensor([f_min, f_max or sample_rate / 2], dtype=torch.float64)
        even = torch.linspace(0, 1, n_mels + 2, dtype=torch.float64)
        if mel_scale == "htk":
            mels = 2595 * torch.log10(1 + ends / 700)
            edges = 700 * (10 ** (torch.lerp(mels[0], mels[1], even) / 2595) - 1)
        else:  # Slaney's: linear below 1000 Hz, which are 15 mels; from there a factor of 6.4 every 27
            above = 15 + 27 * torch.log(ends.clamp(min=1000) / 1000) / 1.8562979903656263
            mels = torch.where(ends < 1000, ends * 3 / 200, above)
            mels = torch.lerp(mels[0], mels[1], even)
            edges = torch.where(mels < 15, mels * 200 / 3, 1000 * 6.4 ** ((mels - 15) / 27))
        low, peak, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
        bands = torch.minimum((hertz - low) / (peak - low), (high - hertz) / (high - peak)).clamp(min=0)
        if norm == "slaney":
            bands = bands * 2 / (high - low)
        self.bands = nn.Buffer(bands.float(), persistent=False)

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):  # half precision has too few digits for powers
            sound = x.float().reshape(-1, x.shape[-1])
            spectrum = torch.stft(sound, window=self.window, return_complex=True, **self.options)
            power = self.bands @ (spectrum.real.square() + spectrum.imag.square())
            return power.reshape(*x.shape[:-1], *power.shape[1:])
'''
_PLACED = ("sample_rate", "n_fft", "hop_length", "n_mels")


class MelSpectrogram(Layer):
    """Turn a sound (..., T) into the loudness of bands over time (..., n_mels, frames): a picture for a network.

    Each frame is ``n_fft`` values under a Hann window, and frames are ``hop_length`` values apart. The power of their
    Fourier transform is added up in triangular bands, even on the mel scale: 2595 log10(1 + f / 700) for ``htk``
    (the HTK book), linear below 1000 Hz and logarithmic above for ``slaney`` (the Auditory Toolbox).
    """

    category = "Convolution"
    keywords = ("log-mel", "stft", "fourier", "audio", "sound", "filterbank", "spectrum")
    typical = ("N,1,1000",)
    sample_rate: Annotated[Positive, Meta(description="values a second, as the data has them")] = 16000
    n_fft: Annotated[int, Meta(ge=2, le=4096, description="values of a frame")] = 400
    win_length: Annotated[
        Union[Positive, None], Meta(description="values under the window, in the middle of a frame; nothing: all")
    ] = None
    hop_length: Annotated[Positive, Meta(description="values from one frame to the next")] = 160
    n_mels: Annotated[int, Meta(ge=1, le=1024, description="how many bands there are")] = 64
    f_min: Annotated[float, Meta(ge=0.0, le=1e9, description="lowest frequency, in Hz")] = 0.0
    f_max: Annotated[
        Union[Annotated[float, Meta(gt=0.0, le=1e9)], None],
        Meta(description="highest frequency, in Hz; nothing: half the sample_rate"),
    ] = None
    mel_scale: Annotated[Literal["htk", "slaney"], Meta(description="formula of the mel scale")] = "htk"
    norm: Annotated[
        Literal["none", "slaney"], Meta(description="slaney divides each band by its width, so that all weigh the same")
    ] = "none"
    center: Annotated[
        bool, Meta(description="frame t is around value t * hop_length, the sound mirrored at its ends")
    ] = True
    log: Annotated[
        Literal["log", "db", "none"], Meta(description="natural logarithm of the power, decibels, or the power")
    ] = "log"
    amin: Annotated[
        float, Meta(gt=0.0, le=1e6, description="smallest power told apart; the logarithm takes what is below as this")
    ] = 1e-6

    def check(self) -> None:
        highest, half = self.f_max, self.sample_rate / 2
        if highest is not None and highest > half:
            raise ValueError(f"f_max={highest:g} must be at most half of sample_rate={self.sample_rate}, {half:g} Hz")
        if self.f_min >= self._highest:
            raise ValueError(f"f_min={self.f_min:g} must be below the highest frequency, {self._highest:g} Hz")
        if self.win_length is not None and self.win_length > self.n_fft:
            raise ValueError(f"win_length={self.win_length} must be at most n_fft={self.n_fft}")
        if empty := empty_bands(self._edges, self.sample_rate / self.n_fft):
            raise ValueError(
                f"{empty} of n_mels={self.n_mels} bands would have no frequency inside, as those of n_fft={self.n_fft} "
                f"are {self.sample_rate / self.n_fft:g} Hz apart; use fewer bands or a larger n_fft"
            )

    @property
    def _highest(self) -> float:
        return self.sample_rate / 2 if self.f_max is None else self.f_max

    @cached_property
    def _edges(self) -> list[float]:
        return edges(self.n_mels, self.f_min, self._highest, self.mel_scale)

    @property
    def _around(self) -> int:
        return self.n_fft // 2 if self.center else 0

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "MelSpectrogram")
        if x.rank < 2:
            raise ShapeError(f"MelSpectrogram expects sounds (N, ..., T), got {format_shape(x.shape)}.", "x")
        length = x.shape[-1]
        if known(length, self.n_fft) and length < (least := self.n_fft // 2 + 1 if self.center else self.n_fft):
            raise ShapeError(
                f"MelSpectrogram with n_fft={self.n_fft} needs sounds of at least {least} values, got {length}; "
                "use a smaller n_fft or longer sounds.",
                "x",
            )
        frames = slide("MelSpectrogram", (length,), (Axis(self.n_fft, self.hop_length, 2 * self._around),))
        return TensorType((*x.shape[:-1], self.n_mels, *frames))

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        return product(outputs[0].shape) * (self.n_fft // 2 + 1)

    def torch(self, code: Code, x: Value) -> str:
        skipped = {*_PLACED, "log", "amin"}
        options = {name: value for name, value in parameters_of(self).items() if name not in skipped}
        placed = (getattr(self, name) for name in _PLACED)
        power = f"{code.module(code.helper('_MelSpectrogram', _MEL), *placed, **options)}({x})"
        if self.log == "none":
            return power
        text = f"{power}.clamp(min={code.text(self.amin)})"
        return f"{text}.log()" if self.log == "log" else f"10 * {text}.log10()"

    def onnx(self, op: Op, x: Any) -> Any:
        shape, length = op.Shape(x, end=-1), op.Shape(x, start=-1)
        sound = op.Reshape(x, op.Concat(op.constant([-1, 1]), length, axis=0))
        if self._around:
            sound = op.Pad(sound, op.constant([0, 0, self._around] * 2), mode="reflect")
        kernel = [[row] for row in waves(self.n_fft, hann(self.win_length or self.n_fft, self.n_fft))]
        spectrum = op.Conv(sound, op.constant(kernel, "float32"), strides=[self.hop_length])
        step = self.sample_rate / self.n_fft
        bands = triangles(self._edges, step, self.n_fft // 2 + 1, self.norm == "slaney")
        both = op.constant([row + row for row in bands], "float32")  # of the cosines and of the sines
        power = op.MatMul(both, op.Mul(spectrum, spectrum))
        power = op.Reshape(power, op.Concat(shape, op.constant([self.n_mels, -1]), axis=0))
        if self.log == "none":
            return power
        loudness = op.Log(op.Max(power, op.constant(self.amin, "float32")))
        return loudness if self.log == "log" else op.Mul(loudness, op.constant(10 / log(10), "float32"))

    def summary(self) -> str:
        return f"{self.n_mels} bands, {self.n_fft}, hop {self.hop_length}"
