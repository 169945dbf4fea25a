# Written by docs/stubs.py from the layer classes; run `make docs` after changing one.
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from graph.builder.sheet import Value

def methods() -> Mapping[str, str]: ...

class SheetCalls:
    def _call(self, kind: str, *arguments: Any, **options: Any) -> Any: ...
    def linear(self, x: Value, out_features: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply the last axis by a learned matrix and add a bias: a fully connected (dense) layer."""
    def bilinear(self, input1: Value, input2: Value, out_features: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply two vectors by a learned tensor: every output weighs all products of their values."""
    def conv1d(self, x: Value, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] | Literal['same', 'valid'] = ..., dilation: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., padding_mode: Literal['circular', 'reflect', 'replicate', 'zeros'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Slide learned filters along a sequence: each output channel is one filter's answer at every place."""
    def conv2d(self, x: Value, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] | Literal['same', 'valid'] = ..., dilation: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., padding_mode: Literal['circular', 'reflect', 'replicate', 'zeros'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Slide learned filters over an image: each output channel is one filter's answer at every place."""
    def conv3d(self, x: Value, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] | Literal['same', 'valid'] = ..., dilation: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., padding_mode: Literal['circular', 'reflect', 'replicate', 'zeros'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Slide learned filters through a volume or a video: each output channel is one filter's answer at every place."""
    def melspectrogram(self, x: Value, sample_rate: int | str = ..., n_fft: int | str = ..., win_length: int | str | None = ..., hop_length: int | str = ..., n_mels: int | str = ..., f_min: float | str = ..., f_max: float | str | None = ..., mel_scale: Literal['htk', 'slaney'] = ..., norm: Literal['none', 'slaney'] = ..., center: bool | str = ..., log: Literal['db', 'log', 'none'] = ..., amin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn a sound (..., T) into the loudness of bands over time (..., n_mels, frames): a picture for a network."""
    def convtranspose1d(self, x: Value, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., output_padding: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., dilation: int | str | Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Spread every value of a sequence over its neighbours by learned filters: a convolution backwards."""
    def convtranspose2d(self, x: Value, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., output_padding: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., dilation: int | str | Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Spread every value of an image over its neighbours by learned filters: a convolution backwards."""
    def convtranspose3d(self, x: Value, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., output_padding: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., dilation: int | str | Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Spread every value of a volume over its neighbours by learned filters: a convolution backwards."""
    def maxpool1d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., return_indices: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Keep the largest value of each window of a sequence."""
    def maxpool2d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., return_indices: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Keep the largest value of each window of an image."""
    def maxpool3d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., return_indices: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Keep the largest value of each window of a volume."""
    def avgpool1d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., count_include_pad: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean of each window of a sequence."""
    def avgpool2d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., count_include_pad: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean of each window of an image."""
    def avgpool3d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., count_include_pad: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean of each window of a volume."""
    def lppool1d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., norm_type: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the p-norm of each window of a sequence: the p-th root of the sum of p-th powers."""
    def lppool2d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., norm_type: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the p-norm of each window of an image: the p-th root of the sum of p-th powers."""
    def lppool3d(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., norm_type: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the p-norm of each window of a volume: the p-th root of the sum of p-th powers."""
    def adaptiveavgpool1d(self, x: Value, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take means of a sequence, over windows that give the wanted length."""
    def adaptiveavgpool2d(self, x: Value, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take means of an image, over windows that give the wanted size; 1 is global average pooling."""
    def adaptiveavgpool3d(self, x: Value, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take means of a volume, over windows that give the wanted size."""
    def adaptivemaxpool1d(self, x: Value, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest values of a sequence, over windows that give the wanted length."""
    def adaptivemaxpool2d(self, x: Value, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest values of an image, over windows that give the wanted size; 1 is global max pooling."""
    def adaptivemaxpool3d(self, x: Value, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest values of a volume, over windows that give the wanted size."""
    def maxunpool1d(self, x: Value, indices: Value, like: Value | None = ..., *, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the values that MaxPool1d kept back to where they were in the sequence; all others are zero."""
    def maxunpool2d(self, x: Value, indices: Value, like: Value | None = ..., *, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the values that MaxPool2d kept back to where they were in the image; all others are zero."""
    def maxunpool3d(self, x: Value, indices: Value, like: Value | None = ..., *, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the values that MaxPool3d kept back to where they were in the volume; all others are zero."""
    def pad(self, x: Value, padding: Sequence[int | str] = ..., mode: Literal['circular', 'constant', 'reflect', 'replicate'] = ..., value: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add values around feature maps."""
    def crop(self, x: Value, like: Value | None = ..., *, margins: Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut off the borders of feature maps: to the size of another tensor's, from the middle, or by given margins."""
    def upsample(self, x: Value, scale_factor: float | str | Sequence[float] | None = ..., size: int | str | Sequence[int | str] | None = ..., mode: Literal['bicubic', 'bilinear', 'linear', 'nearest', 'trilinear'] = ..., align_corners: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Make feature maps larger, or smaller, by repeating values, by blending neighbours, or by cubic curves."""
    def pixelshuffle(self, x: Value, upscale_factor: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Lay the values of several channels out side by side: fewer channels, a larger image."""
    def pixelunshuffle(self, x: Value, downscale_factor: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Lay neighbouring values of an image in channels of their own: a smaller image, more channels."""
    def gridsample(self, x: Value, grid: Value, mode: Literal['bicubic', 'bilinear', 'nearest'] = ..., padding_mode: Literal['border', 'reflection', 'zeros'] = ..., align_corners: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Look values of an image up at places between its pixels: a grid (N, H, W, 2) of x and y from -1 to 1."""
    def layernorm(self, x: Value, normalized_dims: int | str = ..., eps: float | str = ..., elementwise_affine: bool | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring the last axes of each sample to mean 0 and variance 1, then scale and shift every value."""
    def layernorm2d(self, x: Value, eps: float | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring the channels at each place of an image to mean 0 and variance 1, then scale and shift each channel."""
    def rmsnorm(self, x: Value, normalized_dims: int | str = ..., eps: float | str | None = ..., elementwise_affine: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Divide the last axes of each sample by their root mean square, then scale every value."""
    def groupnorm(self, x: Value, num_groups: int | str = ..., eps: float | str = ..., affine: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each group of channels of each sample to mean 0 and variance 1, then scale and shift each channel."""
    def localresponsenorm(self, x: Value, size: int | str = ..., alpha: float | str = ..., beta: float | str = ..., k: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Divide every value by the strength of its neighbours in nearby channels."""
    def batchnorm1d(self, x: Value, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each feature of a batch to mean 0 and variance 1, then scale and shift it."""
    def batchnorm2d(self, x: Value, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of an image batch to mean 0 and variance 1, then scale and shift it."""
    def batchnorm3d(self, x: Value, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of a batch of volumes to mean 0 and variance 1, then scale and shift it."""
    def instancenorm1d(self, x: Value, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of each sequence to mean 0 and variance 1."""
    def instancenorm2d(self, x: Value, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of each image to mean 0 and variance 1."""
    def instancenorm3d(self, x: Value, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of each volume to mean 0 and variance 1."""
    def relu(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, set negative ones to zero."""
    def leakyrelu(self, x: Value, negative_slope: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, scale negative ones down."""
    def abs(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop the sign of every value: absolute-value rectification."""
    def elu(self, x: Value, alpha: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, let negative ones run smoothly towards -alpha."""
    def selu(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Scale an ELU so that activations keep mean 0 and variance 1 from layer to layer."""
    def gelu(self, x: Value, approximate: Literal['none', 'tanh'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Weigh every value by the normal distribution's share below it."""
    def silu(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply every value by its own sigmoid."""
    def mish(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply every value by the tanh of its softplus."""
    def hardswish(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Approximate SiLU by straight and square pieces."""
    def hardtanh(self, x: Value, min_val: float | str = ..., max_val: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut values off below and above two limits."""
    def softplus(self, x: Value, beta: float | str = ..., threshold: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Smooth the ReLU: log(1 + exp(beta * x)) / beta."""
    def sigmoid(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Squash every value into 0 to 1."""
    def tanh(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Squash every value into -1 to 1."""
    def relu6(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep values from 0 to 6, cut off what is below and above."""
    def rrelu(self, x: Value, lower: float | str = ..., upper: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, scale negative ones by a random slope while training and by the middle one after."""
    def celu(self, x: Value, alpha: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, let negative ones run towards -alpha without a kink."""
    def hardsigmoid(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Approximate the sigmoid by straight pieces."""
    def logsigmoid(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the logarithm of the sigmoid."""
    def softsign(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Squash every value into -1 to 1, more slowly than tanh: x / (1 + |x|)."""
    def tanhshrink(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Subtract the tanh of every value from it."""
    def softshrink(self, x: Value, lambd: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Move every value towards zero by lambd, and set to zero what would pass it."""
    def hardshrink(self, x: Value, lambd: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set to zero what lies within lambd of it."""
    def threshold(self, x: Value, threshold: float | str = ..., value: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Replace every value that is not above a threshold."""
    def glu(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply one half of an axis by the sigmoid of the other (Dauphin 2017)."""
    def swiglu(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply one half of an axis by the SiLU of the other, its gate (Shazeer 2020)."""
    def prelu(self, x: Value, num_parameters: int | str = ..., init: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, scale negative ones by a learned factor."""
    def softmax(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn scores into probabilities that sum to 1 along an axis."""
    def softmin(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn costs into probabilities that sum to 1 along an axis: the smallest cost gets the largest."""
    def logsoftmax(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn scores into the logarithms of probabilities that sum to 1 along an axis."""
    def dropout(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random values to zero while training, and scale the rest up to keep the mean."""
    def dropout2d(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random whole channels to zero while training, and scale the rest up to keep the mean."""
    def dropout1d(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random whole channels of a sequence to zero while training, and scale the rest up to keep the mean."""
    def dropout3d(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random whole channels of a volume to zero while training, and scale the rest up to keep the mean."""
    def featurealphadropout(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop random whole channels while training so that mean and variance stay."""
    def stochasticdepth(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set whole samples to zero while training, and scale the rest up: a skip is all that is left of a branch."""
    def alphadropout(self, x: Value, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop random values while training so that mean and variance stay: the dropout that goes with SELU."""
    def gaussiannoise(self, x: Value, std: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add normal noise while training."""
    def gaussiansample(self, mu: Value, logvar: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Draw from a normal distribution given by its mean and the logarithm of its variance; outside training, the mean."""
    def rnncell(self, x: Value, h: Value | None = ..., *, hidden_size: int | str = ..., bias: bool | str = ..., nonlinearity: Literal['relu', 'tanh'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take one step of an RNN: the next state, from an element (N, features) and the state (N, H) before."""
    def grucell(self, x: Value, h: Value | None = ..., *, hidden_size: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take one step of a GRU: the next state, from an element (N, features) and the state (N, H) before."""
    def lstmcell(self, x: Value, h: Value | None = ..., c: Value | None = ..., *, hidden_size: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Take one step of an LSTM: the next state and memory, from an element (N, features) and those before, (N, H)."""
    def rnn(self, x: Value, h0: Value | None = ..., lengths: Value | None = ..., *, hidden_size: int | str = ..., num_layers: int | str = ..., bias: bool | str = ..., dropout: float | str = ..., bidirectional: bool | str = ..., nonlinearity: Literal['relu', 'tanh'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Read a sequence (N, T, features) step by step, mixing each step with a state from the step before."""
    def gru(self, x: Value, h0: Value | None = ..., lengths: Value | None = ..., *, hidden_size: int | str = ..., num_layers: int | str = ..., bias: bool | str = ..., dropout: float | str = ..., bidirectional: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Read a sequence (N, T, features) step by step, with gates that choose what its state forgets and takes in."""
    def lstm(self, x: Value, h0: Value | None = ..., c0: Value | None = ..., lengths: Value | None = ..., *, hidden_size: int | str = ..., num_layers: int | str = ..., bias: bool | str = ..., dropout: float | str = ..., bidirectional: bool | str = ..., proj_size: int | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value, Value]:
        """Read a sequence (N, T, features) step by step, with gates around a memory that lasts over many steps."""
    def multiheadattention(self, query: Value, key: Value | None = ..., value: Value | None = ..., key_padding_mask: Value | None = ..., attn_mask: Value | None = ..., *, num_heads: int | str = ..., dropout: float | str = ..., bias: bool | str = ..., causal: bool | str = ..., need_weights: bool | str = ..., average_attn_weights: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Answer each query with a mean of the values, weighed by how well their keys fit the query, in several heads."""
    def scaleddotproductattention(self, query: Value, key: Value, value: Value, attn_mask: Value | None = ..., *, dropout_p: float | str = ..., is_causal: bool | str = ..., scale: float | str | None = ..., enable_gqa: bool | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Answer each query with a mean of the values, weighed by the dot products of query and keys."""
    def causalmask(self, query: Value, key: Value | None = ..., *, diagonal: int | str = ..., window_size: int | str | None = ..., visible: bool | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Tell for each place of a sequence which places of another, or of itself, come after it: a mask (T, S)."""
    def transformerencoderlayer(self, x: Value, key_padding_mask: Value | None = ..., *, nhead: int | str = ..., dim_feedforward: int | str = ..., dropout: float | str = ..., activation: Literal['gelu', 'relu'] = ..., layer_norm_eps: float | str = ..., norm_first: bool | str = ..., bias: bool | str = ..., causal: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Let each place of a sequence (N, T, D) look at all others, then transform each by itself."""
    def transformerdecoderlayer(self, x: Value, memory: Value, key_padding_mask: Value | None = ..., memory_key_padding_mask: Value | None = ..., *, nhead: int | str = ..., dim_feedforward: int | str = ..., dropout: float | str = ..., activation: Literal['gelu', 'relu'] = ..., layer_norm_eps: float | str = ..., norm_first: bool | str = ..., bias: bool | str = ..., causal: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Let each place of a sequence (N, T, D) look at those before it and at a memory (N, S, D), then transform it."""
    def transformer(self, src: Value, tgt: Value, src_key_padding_mask: Value | None = ..., tgt_key_padding_mask: Value | None = ..., *, nhead: int | str = ..., dim_feedforward: int | str = ..., dropout: float | str = ..., activation: Literal['gelu', 'relu'] = ..., layer_norm_eps: float | str = ..., norm_first: bool | str = ..., bias: bool | str = ..., num_encoder_layers: int | str = ..., num_decoder_layers: int | str = ..., causal: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Read a sequence (N, S, D) by encoder layers, and write another (N, T, D) by decoder layers that look at it."""
    def rotaryembedding(self, x: Value, base: float | str = ..., interleaved: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn the values of each place by angles that tell the place, so that dot products tell the distance of places."""
    def embedding(self, x: Value, num_embeddings: int | str = ..., embedding_dim: int | str = ..., padding_idx: int | str | None = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Look up a learned vector for each index: a word, a class, a player."""
    def embeddingbag(self, x: Value, num_embeddings: int | str = ..., embedding_dim: int | str = ..., mode: Literal['max', 'mean', 'sum'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Look up a learned vector for each index of a bag (N, L), and take their mean, sum or largest values."""
    def positionalencoding(self, x: Value, kind: Literal['learned', 'sinusoidal'] = ..., max_length: int | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add to each element of a sequence what tells its place: learned vectors, or sines and cosines."""
    def add(self, *x: Value, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add tensors elementwise: how a skip connection joins the main path."""
    def multiply(self, *x: Value, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply tensors elementwise: how a gate lets values through."""
    def maximum(self, *x: Value, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest of several tensors, value by value."""
    def subtract(self, x: Value, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Subtract the second tensor from the first, value by value."""
    def divide(self, x: Value, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Divide the first tensor by the second, value by value."""
    def matmul(self, x: Value, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply matrices: the last axis of the first tensor with the axis before the last of the second."""
    def maskedfill(self, x: Value, mask: Value, value: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put one value wherever a mask is true: into scores, what softmax makes 0."""
    def concat(self, *x: Value, dim: int | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Join tensors end to end along an axis; all other sizes must agree."""
    def stack(self, *x: Value, dim: int | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put tensors of one shape side by side along a new axis."""
    def where(self, condition: Value, x: Value, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take a value of the first tensor where the condition is true, else one of the second."""
    def gather(self, x: Value, index: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Pick values along an axis by their index; all other axes are those of the index."""
    def scatter(self, x: Value, index: Value, src: Value, dim: int | str = ..., reduce: Literal['amax', 'amin', 'none', 'prod', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Write values into a tensor at places along an axis, or have them added to, or compared with, what is there."""
    def einsum(self, *x: Value, equation: str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply tensors and add up along axes, as an equation of one letter an axis says: bij,bjk->bik."""
    def cosinesimilarity(self, x1: Value, x2: Value, dim: int | str = ..., eps: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the cosine of the angle between two vectors along an axis."""
    def pairwisedistance(self, x1: Value, x2: Value, p: float | str = ..., eps: float | str = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Measure how far apart two vectors are, along the last axis."""
    def permute(self, x: Value, dims: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the axes into another order."""
    def roll(self, x: Value, shifts: Sequence[int | str] = ..., dims: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Move all values along axes; those that leave at one end come in at the other."""
    def flip(self, x: Value, dims: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn axes round: what was last comes first."""
    def squeeze(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop an axis of size 1."""
    def unsqueeze(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add an axis of size 1."""
    def expand(self, x: Value, like: Value | None = ..., *, sizes: Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Repeat a tensor along its axes of size 1, to the shape of another tensor or to given sizes."""
    def flatten(self, x: Value, start_dim: int | str = ..., end_dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Merge a range of axes into one: from feature maps to a vector."""
    def unflatten(self, x: Value, dim: int | str = ..., unflattened_size: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Split one axis into several: from a vector to feature maps."""
    def reshape(self, x: Value, shape: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Read the values of every sample in another shape; the batch stays."""
    def channelshuffle(self, x: Value, groups: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Mix the channels of groups, so that the next grouped convolution sees all of them (ShuffleNet)."""
    def unfold(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut an image into patches: (N, C, H, W) becomes (N, C * patch values, number of patches)."""
    def fold(self, x: Value, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add patches up to an image, each at its place: the way back from Unfold."""
    def slice(self, x: Value, dim: int | str = ..., start: int | str = ..., end: int | str | None = ..., step: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep a range of an axis, as Python's ``start:end:step``."""
    def select(self, x: Value, dim: int | str = ..., index: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep one index of an axis and drop the axis: the last time step, say."""
    def split(self, x: Value, dim: int | str = ..., sections: int | str = ..., sizes: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Cut a tensor along an axis into several, each an output of its own."""
    def mean(self, x: Value, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean along axes."""
    def sum(self, x: Value, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add up the values along axes."""
    def max(self, x: Value, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest value along axes."""
    def min(self, x: Value, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the smallest value along axes."""
    def var(self, x: Value, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., correction: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the variance along axes: the mean square of the distances to the mean."""
    def std(self, x: Value, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., correction: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the standard deviation along axes: the square root of the variance."""
    def argmax(self, x: Value, dim: int | str = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Give the place of the largest value along an axis (int64)."""
    def topk(self, x: Value, k: int | str = ..., dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Keep the k largest values along an axis, the largest first, and say where they were."""
    def cumsum(self, x: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add up the values along an axis, from the first to each."""
    def constant(self, batch: Value | None = ..., *, shape: Sequence[int | str] = ..., values: Sequence[float | str] = ..., dtype: Literal['float32', 'int64'] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """A tensor of given values."""
    def eye(self, batch: Value | None = ..., *, n: int | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """The identity matrix: ones on the diagonal, zeros elsewhere."""
    def parameter(self, batch: Value | None = ..., *, shape: Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """A tensor that is learned by itself: queries, a class token, a scale."""
    def identity(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Pass values on unchanged: a place to name them."""
    def detach(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Pass values on unchanged, and no gradient back: nothing before it learns from what follows."""
    def custom(self, *x: Value, code: str = ..., signature: str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Compute what a Python function says: it takes tensors, returns tensors, and is run once you trust it."""
    def exp(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Raise e to the power of every value."""
    def log(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the natural logarithm of every value; of 0 it is minus infinity, of less it is not a number."""
    def sqrt(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the square root of every value; of less than 0 it is not a number."""
    def sin(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the sine of every value, which is an angle in radians."""
    def cos(self, x: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the cosine of every value, which is an angle in radians."""
    def pow(self, x: Value, exponent: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Raise every value to a power."""
    def clamp(self, x: Value, min: float | str | None = ..., max: float | str | None = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut values off below and above; a limit left open does not cut."""
    def cast(self, x: Value, dtype: Literal['bool', 'float32', 'int64'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Read values as another dtype; a float becomes the integer next to it towards 0, and true what is not 0."""
    def onehot(self, x: Value, num_classes: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Make of each index a vector of zeros with a one at its place (int64, as torch has it)."""
    def tril(self, x: Value, diagonal: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the lower triangle of matrices, up to a diagonal; all above is zero, or false."""
    def triu(self, x: Value, diagonal: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the upper triangle of matrices, from a diagonal on; all below is zero, or false."""
    def crossentropy(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., weight: Sequence[float | str] = ..., ignore_index: int | str = ..., label_smoothing: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare class scores (logits, before any softmax) with the right class."""
    def nll(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., weight: Sequence[float | str] = ..., ignore_index: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare log probabilities (after LogSoftmax) with the right class."""
    def klstandardnormal(self, mu: Value, logvar: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Keep a Gaussian given by mean and log variance near the standard normal: the second term of a VAE."""
    def kldivergence(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['batchmean', 'sum'] = ..., log_target: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare log probabilities with target probabilities, element by element."""
    def dice(self, prediction: Value, target: Value, loss_weight: float | str = ..., smooth: float | str = ..., ignore_index: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Make predicted and true regions overlap: scores per pixel against class indices, or against 0 and 1."""
    def mse(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Mean squared error: the mean of the squared differences."""
    def l1(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Mean absolute error: the mean of the absolute differences."""
    def huber(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., delta: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Squared differences near zero, absolute ones beyond ``delta``: outliers count less."""
    def smoothl1(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., beta: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Absolute differences, smoothed to squares below ``beta``."""
    def bcewithlogits(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare scores (logits, before any sigmoid) with probabilities or 0 and 1: binary cross-entropy."""
    def bce(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare probabilities (after Sigmoid) with probabilities or 0 and 1: binary cross-entropy."""
    def poissonnll(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., log_input: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare a rate, or its logarithm, with a count: the negative log likelihood of a Poisson distribution."""
    def hingeembedding(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Make distances of pairs marked 1 small, and those of pairs marked -1 larger than a margin."""
    def softmargin(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare scores with marks of 1 or -1: the logistic loss."""
    def gaussiannll(self, prediction: Value, target: Value, variance: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., eps: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare a mean and a variance with a value: the negative log likelihood of a normal distribution."""
    def marginranking(self, prediction: Value, other: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Have the first of two scores larger where the mark is 1, and the second where it is -1."""
    def multilabelsoftmargin(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare scores (N, C) with several yes-or-no labels a sample: the mean of their binary cross-entropies."""
    def multimargin(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Have the score of the right class larger than all others by a margin: the hinge loss of several classes."""
    def focal(self, prediction: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., gamma: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare class scores with the right class, counting less what is right already."""
    def ctc(self, prediction: Value, target: Value, input_lengths: Value, target_lengths: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., blank: int | str = ..., zero_infinity: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare log probabilities at every time step with a shorter label sequence, whatever their alignment."""
    def cosineembedding(self, prediction: Value, other: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Turn pairs marked 1 into one direction and pairs marked -1 away from each other."""
    def triplet(self, prediction: Value, positive: Value, negative: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Bring an anchor nearer to its positive than to its negative, by a margin (Schroff et al. 2015)."""

class ValueCalls:
    def _call(self, kind: str, *arguments: Any, **options: Any) -> Any: ...
    def linear(self, out_features: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply the last axis by a learned matrix and add a bias: a fully connected (dense) layer."""
    def bilinear(self, input2: Value, out_features: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply two vectors by a learned tensor: every output weighs all products of their values."""
    def conv1d(self, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] | Literal['same', 'valid'] = ..., dilation: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., padding_mode: Literal['circular', 'reflect', 'replicate', 'zeros'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Slide learned filters along a sequence: each output channel is one filter's answer at every place."""
    def conv2d(self, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] | Literal['same', 'valid'] = ..., dilation: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., padding_mode: Literal['circular', 'reflect', 'replicate', 'zeros'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Slide learned filters over an image: each output channel is one filter's answer at every place."""
    def conv3d(self, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] | Literal['same', 'valid'] = ..., dilation: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., padding_mode: Literal['circular', 'reflect', 'replicate', 'zeros'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Slide learned filters through a volume or a video: each output channel is one filter's answer at every place."""
    def melspectrogram(self, sample_rate: int | str = ..., n_fft: int | str = ..., win_length: int | str | None = ..., hop_length: int | str = ..., n_mels: int | str = ..., f_min: float | str = ..., f_max: float | str | None = ..., mel_scale: Literal['htk', 'slaney'] = ..., norm: Literal['none', 'slaney'] = ..., center: bool | str = ..., log: Literal['db', 'log', 'none'] = ..., amin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn a sound (..., T) into the loudness of bands over time (..., n_mels, frames): a picture for a network."""
    def convtranspose1d(self, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., output_padding: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., dilation: int | str | Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Spread every value of a sequence over its neighbours by learned filters: a convolution backwards."""
    def convtranspose2d(self, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., output_padding: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., dilation: int | str | Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Spread every value of an image over its neighbours by learned filters: a convolution backwards."""
    def convtranspose3d(self, out_channels: int | str = ..., kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., output_padding: int | str | Sequence[int | str] = ..., groups: int | str = ..., bias: bool | str = ..., dilation: int | str | Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Spread every value of a volume over its neighbours by learned filters: a convolution backwards."""
    def maxpool1d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., return_indices: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Keep the largest value of each window of a sequence."""
    def maxpool2d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., return_indices: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Keep the largest value of each window of an image."""
    def maxpool3d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., return_indices: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Keep the largest value of each window of a volume."""
    def avgpool1d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., count_include_pad: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean of each window of a sequence."""
    def avgpool2d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., count_include_pad: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean of each window of an image."""
    def avgpool3d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., ceil_mode: bool | str = ..., count_include_pad: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean of each window of a volume."""
    def lppool1d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., norm_type: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the p-norm of each window of a sequence: the p-th root of the sum of p-th powers."""
    def lppool2d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., norm_type: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the p-norm of each window of an image: the p-th root of the sum of p-th powers."""
    def lppool3d(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., norm_type: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the p-norm of each window of a volume: the p-th root of the sum of p-th powers."""
    def adaptiveavgpool1d(self, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take means of a sequence, over windows that give the wanted length."""
    def adaptiveavgpool2d(self, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take means of an image, over windows that give the wanted size; 1 is global average pooling."""
    def adaptiveavgpool3d(self, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take means of a volume, over windows that give the wanted size."""
    def adaptivemaxpool1d(self, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest values of a sequence, over windows that give the wanted length."""
    def adaptivemaxpool2d(self, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest values of an image, over windows that give the wanted size; 1 is global max pooling."""
    def adaptivemaxpool3d(self, output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest values of a volume, over windows that give the wanted size."""
    def maxunpool1d(self, indices: Value, like: Value | None = ..., *, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the values that MaxPool1d kept back to where they were in the sequence; all others are zero."""
    def maxunpool2d(self, indices: Value, like: Value | None = ..., *, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the values that MaxPool2d kept back to where they were in the image; all others are zero."""
    def maxunpool3d(self, indices: Value, like: Value | None = ..., *, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] | None = ..., padding: int | str | Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the values that MaxPool3d kept back to where they were in the volume; all others are zero."""
    def pad(self, padding: Sequence[int | str] = ..., mode: Literal['circular', 'constant', 'reflect', 'replicate'] = ..., value: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add values around feature maps."""
    def crop(self, like: Value | None = ..., *, margins: Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut off the borders of feature maps: to the size of another tensor's, from the middle, or by given margins."""
    def upsample(self, scale_factor: float | str | Sequence[float] | None = ..., size: int | str | Sequence[int | str] | None = ..., mode: Literal['bicubic', 'bilinear', 'linear', 'nearest', 'trilinear'] = ..., align_corners: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Make feature maps larger, or smaller, by repeating values, by blending neighbours, or by cubic curves."""
    def pixelshuffle(self, upscale_factor: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Lay the values of several channels out side by side: fewer channels, a larger image."""
    def pixelunshuffle(self, downscale_factor: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Lay neighbouring values of an image in channels of their own: a smaller image, more channels."""
    def gridsample(self, grid: Value, mode: Literal['bicubic', 'bilinear', 'nearest'] = ..., padding_mode: Literal['border', 'reflection', 'zeros'] = ..., align_corners: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Look values of an image up at places between its pixels: a grid (N, H, W, 2) of x and y from -1 to 1."""
    def layernorm(self, normalized_dims: int | str = ..., eps: float | str = ..., elementwise_affine: bool | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring the last axes of each sample to mean 0 and variance 1, then scale and shift every value."""
    def layernorm2d(self, eps: float | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring the channels at each place of an image to mean 0 and variance 1, then scale and shift each channel."""
    def rmsnorm(self, normalized_dims: int | str = ..., eps: float | str | None = ..., elementwise_affine: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Divide the last axes of each sample by their root mean square, then scale every value."""
    def groupnorm(self, num_groups: int | str = ..., eps: float | str = ..., affine: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each group of channels of each sample to mean 0 and variance 1, then scale and shift each channel."""
    def localresponsenorm(self, size: int | str = ..., alpha: float | str = ..., beta: float | str = ..., k: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Divide every value by the strength of its neighbours in nearby channels."""
    def batchnorm1d(self, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each feature of a batch to mean 0 and variance 1, then scale and shift it."""
    def batchnorm2d(self, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of an image batch to mean 0 and variance 1, then scale and shift it."""
    def batchnorm3d(self, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of a batch of volumes to mean 0 and variance 1, then scale and shift it."""
    def instancenorm1d(self, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of each sequence to mean 0 and variance 1."""
    def instancenorm2d(self, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of each image to mean 0 and variance 1."""
    def instancenorm3d(self, eps: float | str = ..., momentum: float | str | None = ..., affine: bool | str = ..., track_running_stats: bool | str = ..., weight_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Bring each channel of each volume to mean 0 and variance 1."""
    def relu(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, set negative ones to zero."""
    def leakyrelu(self, negative_slope: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, scale negative ones down."""
    def abs(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop the sign of every value: absolute-value rectification."""
    def elu(self, alpha: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, let negative ones run smoothly towards -alpha."""
    def selu(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Scale an ELU so that activations keep mean 0 and variance 1 from layer to layer."""
    def gelu(self, approximate: Literal['none', 'tanh'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Weigh every value by the normal distribution's share below it."""
    def silu(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply every value by its own sigmoid."""
    def mish(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply every value by the tanh of its softplus."""
    def hardswish(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Approximate SiLU by straight and square pieces."""
    def hardtanh(self, min_val: float | str = ..., max_val: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut values off below and above two limits."""
    def softplus(self, beta: float | str = ..., threshold: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Smooth the ReLU: log(1 + exp(beta * x)) / beta."""
    def sigmoid(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Squash every value into 0 to 1."""
    def tanh(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Squash every value into -1 to 1."""
    def relu6(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep values from 0 to 6, cut off what is below and above."""
    def rrelu(self, lower: float | str = ..., upper: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, scale negative ones by a random slope while training and by the middle one after."""
    def celu(self, alpha: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, let negative ones run towards -alpha without a kink."""
    def hardsigmoid(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Approximate the sigmoid by straight pieces."""
    def logsigmoid(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the logarithm of the sigmoid."""
    def softsign(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Squash every value into -1 to 1, more slowly than tanh: x / (1 + |x|)."""
    def tanhshrink(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Subtract the tanh of every value from it."""
    def softshrink(self, lambd: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Move every value towards zero by lambd, and set to zero what would pass it."""
    def hardshrink(self, lambd: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set to zero what lies within lambd of it."""
    def threshold(self, threshold: float | str = ..., value: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Replace every value that is not above a threshold."""
    def glu(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply one half of an axis by the sigmoid of the other (Dauphin 2017)."""
    def swiglu(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply one half of an axis by the SiLU of the other, its gate (Shazeer 2020)."""
    def prelu(self, num_parameters: int | str = ..., init: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep positive values, scale negative ones by a learned factor."""
    def softmax(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn scores into probabilities that sum to 1 along an axis."""
    def softmin(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn costs into probabilities that sum to 1 along an axis: the smallest cost gets the largest."""
    def logsoftmax(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn scores into the logarithms of probabilities that sum to 1 along an axis."""
    def dropout(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random values to zero while training, and scale the rest up to keep the mean."""
    def dropout2d(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random whole channels to zero while training, and scale the rest up to keep the mean."""
    def dropout1d(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random whole channels of a sequence to zero while training, and scale the rest up to keep the mean."""
    def dropout3d(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set random whole channels of a volume to zero while training, and scale the rest up to keep the mean."""
    def featurealphadropout(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop random whole channels while training so that mean and variance stay."""
    def stochasticdepth(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Set whole samples to zero while training, and scale the rest up: a skip is all that is left of a branch."""
    def alphadropout(self, p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop random values while training so that mean and variance stay: the dropout that goes with SELU."""
    def gaussiannoise(self, std: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add normal noise while training."""
    def gaussiansample(self, logvar: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Draw from a normal distribution given by its mean and the logarithm of its variance; outside training, the mean."""
    def rnncell(self, h: Value | None = ..., *, hidden_size: int | str = ..., bias: bool | str = ..., nonlinearity: Literal['relu', 'tanh'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take one step of an RNN: the next state, from an element (N, features) and the state (N, H) before."""
    def grucell(self, h: Value | None = ..., *, hidden_size: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take one step of a GRU: the next state, from an element (N, features) and the state (N, H) before."""
    def lstmcell(self, h: Value | None = ..., c: Value | None = ..., *, hidden_size: int | str = ..., bias: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Take one step of an LSTM: the next state and memory, from an element (N, features) and those before, (N, H)."""
    def rnn(self, h0: Value | None = ..., lengths: Value | None = ..., *, hidden_size: int | str = ..., num_layers: int | str = ..., bias: bool | str = ..., dropout: float | str = ..., bidirectional: bool | str = ..., nonlinearity: Literal['relu', 'tanh'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Read a sequence (N, T, features) step by step, mixing each step with a state from the step before."""
    def gru(self, h0: Value | None = ..., lengths: Value | None = ..., *, hidden_size: int | str = ..., num_layers: int | str = ..., bias: bool | str = ..., dropout: float | str = ..., bidirectional: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Read a sequence (N, T, features) step by step, with gates that choose what its state forgets and takes in."""
    def lstm(self, h0: Value | None = ..., c0: Value | None = ..., lengths: Value | None = ..., *, hidden_size: int | str = ..., num_layers: int | str = ..., bias: bool | str = ..., dropout: float | str = ..., bidirectional: bool | str = ..., proj_size: int | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value, Value]:
        """Read a sequence (N, T, features) step by step, with gates around a memory that lasts over many steps."""
    def multiheadattention(self, key: Value | None = ..., value: Value | None = ..., key_padding_mask: Value | None = ..., attn_mask: Value | None = ..., *, num_heads: int | str = ..., dropout: float | str = ..., bias: bool | str = ..., causal: bool | str = ..., need_weights: bool | str = ..., average_attn_weights: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Answer each query with a mean of the values, weighed by how well their keys fit the query, in several heads."""
    def scaleddotproductattention(self, key: Value, value: Value, attn_mask: Value | None = ..., *, dropout_p: float | str = ..., is_causal: bool | str = ..., scale: float | str | None = ..., enable_gqa: bool | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Answer each query with a mean of the values, weighed by the dot products of query and keys."""
    def causalmask(self, key: Value | None = ..., *, diagonal: int | str = ..., window_size: int | str | None = ..., visible: bool | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Tell for each place of a sequence which places of another, or of itself, come after it: a mask (T, S)."""
    def transformerencoderlayer(self, key_padding_mask: Value | None = ..., *, nhead: int | str = ..., dim_feedforward: int | str = ..., dropout: float | str = ..., activation: Literal['gelu', 'relu'] = ..., layer_norm_eps: float | str = ..., norm_first: bool | str = ..., bias: bool | str = ..., causal: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Let each place of a sequence (N, T, D) look at all others, then transform each by itself."""
    def transformerdecoderlayer(self, memory: Value, key_padding_mask: Value | None = ..., memory_key_padding_mask: Value | None = ..., *, nhead: int | str = ..., dim_feedforward: int | str = ..., dropout: float | str = ..., activation: Literal['gelu', 'relu'] = ..., layer_norm_eps: float | str = ..., norm_first: bool | str = ..., bias: bool | str = ..., causal: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Let each place of a sequence (N, T, D) look at those before it and at a memory (N, S, D), then transform it."""
    def transformer(self, tgt: Value, src_key_padding_mask: Value | None = ..., tgt_key_padding_mask: Value | None = ..., *, nhead: int | str = ..., dim_feedforward: int | str = ..., dropout: float | str = ..., activation: Literal['gelu', 'relu'] = ..., layer_norm_eps: float | str = ..., norm_first: bool | str = ..., bias: bool | str = ..., num_encoder_layers: int | str = ..., num_decoder_layers: int | str = ..., causal: bool | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., bias_init: Literal['constant', 'default', 'normal', 'uniform', 'zeros'] = ..., bias_scale: float | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Read a sequence (N, S, D) by encoder layers, and write another (N, T, D) by decoder layers that look at it."""
    def rotaryembedding(self, base: float | str = ..., interleaved: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn the values of each place by angles that tell the place, so that dot products tell the distance of places."""
    def embedding(self, num_embeddings: int | str = ..., embedding_dim: int | str = ..., padding_idx: int | str | None = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Look up a learned vector for each index: a word, a class, a player."""
    def embeddingbag(self, num_embeddings: int | str = ..., embedding_dim: int | str = ..., mode: Literal['max', 'mean', 'sum'] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Look up a learned vector for each index of a bag (N, L), and take their mean, sum or largest values."""
    def positionalencoding(self, kind: Literal['learned', 'sinusoidal'] = ..., max_length: int | str = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add to each element of a sequence what tells its place: learned vectors, or sines and cosines."""
    def add(self, *x: Value, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add tensors elementwise: how a skip connection joins the main path."""
    def multiply(self, *x: Value, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply tensors elementwise: how a gate lets values through."""
    def maximum(self, *x: Value, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest of several tensors, value by value."""
    def subtract(self, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Subtract the second tensor from the first, value by value."""
    def divide(self, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Divide the first tensor by the second, value by value."""
    def matmul(self, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply matrices: the last axis of the first tensor with the axis before the last of the second."""
    def maskedfill(self, mask: Value, value: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put one value wherever a mask is true: into scores, what softmax makes 0."""
    def concat(self, *x: Value, dim: int | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Join tensors end to end along an axis; all other sizes must agree."""
    def stack(self, *x: Value, dim: int | str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put tensors of one shape side by side along a new axis."""
    def where(self, x: Value, other: Value, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take a value of the first tensor where the condition is true, else one of the second."""
    def gather(self, index: Value, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Pick values along an axis by their index; all other axes are those of the index."""
    def scatter(self, index: Value, src: Value, dim: int | str = ..., reduce: Literal['amax', 'amin', 'none', 'prod', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Write values into a tensor at places along an axis, or have them added to, or compared with, what is there."""
    def einsum(self, *x: Value, equation: str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Multiply tensors and add up along axes, as an equation of one letter an axis says: bij,bjk->bik."""
    def cosinesimilarity(self, x2: Value, dim: int | str = ..., eps: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the cosine of the angle between two vectors along an axis."""
    def pairwisedistance(self, x2: Value, p: float | str = ..., eps: float | str = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Measure how far apart two vectors are, along the last axis."""
    def permute(self, dims: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Put the axes into another order."""
    def roll(self, shifts: Sequence[int | str] = ..., dims: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Move all values along axes; those that leave at one end come in at the other."""
    def flip(self, dims: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Turn axes round: what was last comes first."""
    def squeeze(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Drop an axis of size 1."""
    def unsqueeze(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add an axis of size 1."""
    def expand(self, like: Value | None = ..., *, sizes: Sequence[int | str] = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Repeat a tensor along its axes of size 1, to the shape of another tensor or to given sizes."""
    def flatten(self, start_dim: int | str = ..., end_dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Merge a range of axes into one: from feature maps to a vector."""
    def unflatten(self, dim: int | str = ..., unflattened_size: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Split one axis into several: from a vector to feature maps."""
    def reshape(self, shape: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Read the values of every sample in another shape; the batch stays."""
    def channelshuffle(self, groups: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Mix the channels of groups, so that the next grouped convolution sees all of them (ShuffleNet)."""
    def unfold(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut an image into patches: (N, C, H, W) becomes (N, C * patch values, number of patches)."""
    def fold(self, kernel_size: int | str | Sequence[int | str] = ..., stride: int | str | Sequence[int | str] = ..., padding: int | str | Sequence[int | str] = ..., dilation: int | str | Sequence[int | str] = ..., output_size: int | str | Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add patches up to an image, each at its place: the way back from Unfold."""
    def slice(self, dim: int | str = ..., start: int | str = ..., end: int | str | None = ..., step: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep a range of an axis, as Python's ``start:end:step``."""
    def select(self, dim: int | str = ..., index: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep one index of an axis and drop the axis: the last time step, say."""
    def split(self, dim: int | str = ..., sections: int | str = ..., sizes: Sequence[int | str] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Cut a tensor along an axis into several, each an output of its own."""
    def mean(self, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the mean along axes."""
    def sum(self, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add up the values along axes."""
    def max(self, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the largest value along axes."""
    def min(self, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the smallest value along axes."""
    def var(self, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., correction: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the variance along axes: the mean square of the distances to the mean."""
    def std(self, dim: Sequence[int | str] = ..., keepdim: bool | str = ..., correction: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the standard deviation along axes: the square root of the variance."""
    def argmax(self, dim: int | str = ..., keepdim: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Give the place of the largest value along an axis (int64)."""
    def topk(self, k: int | str = ..., dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[Value, Value]:
        """Keep the k largest values along an axis, the largest first, and say where they were."""
    def cumsum(self, dim: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Add up the values along an axis, from the first to each."""
    def constant(self, shape: Sequence[int | str] = ..., values: Sequence[float | str] = ..., dtype: Literal['float32', 'int64'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """A tensor of given values."""
    def eye(self, n: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """The identity matrix: ones on the diagonal, zeros elsewhere."""
    def parameter(self, shape: Sequence[int | str] = ..., weight_init: Literal['constant', 'default', 'kaiming_normal', 'kaiming_uniform', 'normal', 'orthogonal', 'uniform', 'xavier_normal', 'xavier_uniform', 'zeros'] = ..., weight_scale: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """A tensor that is learned by itself: queries, a class token, a scale."""
    def identity(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Pass values on unchanged: a place to name them."""
    def detach(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Pass values on unchanged, and no gradient back: nothing before it learns from what follows."""
    def custom(self, *x: Value, code: str = ..., signature: str = ..., name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value | Any:
        """Compute what a Python function says: it takes tensors, returns tensors, and is run once you trust it."""
    def exp(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Raise e to the power of every value."""
    def log(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the natural logarithm of every value; of 0 it is minus infinity, of less it is not a number."""
    def sqrt(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the square root of every value; of less than 0 it is not a number."""
    def sin(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the sine of every value, which is an angle in radians."""
    def cos(self, *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Take the cosine of every value, which is an angle in radians."""
    def pow(self, exponent: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Raise every value to a power."""
    def clamp(self, min: float | str | None = ..., max: float | str | None = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Cut values off below and above; a limit left open does not cut."""
    def cast(self, dtype: Literal['bool', 'float32', 'int64'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Read values as another dtype; a float becomes the integer next to it towards 0, and true what is not 0."""
    def onehot(self, num_classes: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Make of each index a vector of zeros with a one at its place (int64, as torch has it)."""
    def tril(self, diagonal: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the lower triangle of matrices, up to a diagonal; all above is zero, or false."""
    def triu(self, diagonal: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> Value:
        """Keep the upper triangle of matrices, from a diagonal on; all below is zero, or false."""
    def crossentropy(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., weight: Sequence[float | str] = ..., ignore_index: int | str = ..., label_smoothing: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare class scores (logits, before any softmax) with the right class."""
    def nll(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., weight: Sequence[float | str] = ..., ignore_index: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare log probabilities (after LogSoftmax) with the right class."""
    def klstandardnormal(self, logvar: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Keep a Gaussian given by mean and log variance near the standard normal: the second term of a VAE."""
    def kldivergence(self, target: Value, loss_weight: float | str = ..., reduction: Literal['batchmean', 'sum'] = ..., log_target: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare log probabilities with target probabilities, element by element."""
    def dice(self, target: Value, loss_weight: float | str = ..., smooth: float | str = ..., ignore_index: int | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Make predicted and true regions overlap: scores per pixel against class indices, or against 0 and 1."""
    def mse(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Mean squared error: the mean of the squared differences."""
    def l1(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Mean absolute error: the mean of the absolute differences."""
    def huber(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., delta: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Squared differences near zero, absolute ones beyond ``delta``: outliers count less."""
    def smoothl1(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., beta: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Absolute differences, smoothed to squares below ``beta``."""
    def bcewithlogits(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare scores (logits, before any sigmoid) with probabilities or 0 and 1: binary cross-entropy."""
    def bce(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare probabilities (after Sigmoid) with probabilities or 0 and 1: binary cross-entropy."""
    def poissonnll(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., log_input: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare a rate, or its logarithm, with a count: the negative log likelihood of a Poisson distribution."""
    def hingeembedding(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Make distances of pairs marked 1 small, and those of pairs marked -1 larger than a margin."""
    def softmargin(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare scores with marks of 1 or -1: the logistic loss."""
    def gaussiannll(self, target: Value, variance: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., eps: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare a mean and a variance with a value: the negative log likelihood of a normal distribution."""
    def marginranking(self, other: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Have the first of two scores larger where the mark is 1, and the second where it is -1."""
    def multilabelsoftmargin(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare scores (N, C) with several yes-or-no labels a sample: the mean of their binary cross-entropies."""
    def multimargin(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Have the score of the right class larger than all others by a margin: the hinge loss of several classes."""
    def focal(self, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., gamma: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare class scores with the right class, counting less what is right already."""
    def ctc(self, target: Value, input_lengths: Value, target_lengths: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., blank: int | str = ..., zero_infinity: bool | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Compare log probabilities at every time step with a shorter label sequence, whatever their alignment."""
    def cosineembedding(self, other: Value, target: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Turn pairs marked 1 into one direction and pairs marked -1 away from each other."""
    def triplet(self, positive: Value, negative: Value, loss_weight: float | str = ..., reduction: Literal['mean', 'sum'] = ..., margin: float | str = ..., p: float | str = ..., *, name: str | None = ..., frozen: bool = ..., shares: Value | None = ..., ties: Mapping[str, Value | str] = ..., when: str = ...) -> tuple[()]:
        """Bring an anchor nearer to its positive than to its negative, by a margin (Schroff et al. 2015)."""
