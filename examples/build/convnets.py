"""Convolutional networks from LeNet to GoogLeNet."""

from __future__ import annotations

from typing import Any

from examples.build.drawing import Drawing
from graph.document import Document


def lenet5() -> Document:
    drawing = Drawing(
        "LeNet-5",
        "LeCun, Bottou, Bengio and Haffner 1998, in its common form: C3 sees every map of S2, the pooling has no "
        "trainable coefficients and the output is a linear layer.",
        epochs=20,
        learning_rate=0.002,
    )
    drawing.add("image", "Input", shape=[1, 32, 32])
    scores = drawing.chain(
        "image",
        ("c1", "Conv2d", {"out_channels": 6, "kernel_size": 5}),
        ("tanh1", "Tanh"),
        ("s2", "AvgPool2d"),
        ("c3", "Conv2d", {"out_channels": 16, "kernel_size": 5}),
        ("tanh2", "Tanh"),
        ("s4", "AvgPool2d"),
        ("flatten", "Flatten"),
        ("c5", "Linear", {"out_features": 120}),
        ("tanh3", "Tanh"),
        ("f6", "Linear", {"out_features": 84}),
        ("tanh4", "Tanh"),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(scores)
    return drawing.finish()


def batchnorm_cnn() -> Document:
    drawing = Drawing(
        "Batch-norm CNN",
        "A small convolutional network as drawn since Ioffe and Szegedy 2015: each convolution is normalized over the "
        "batch before its ReLU, and needs no bias of its own. Trained on Fashion-MNIST it passes 0.91.",
        epochs=10,
    )
    block = drawing.block("ConvBNReLU", channels=32)
    block.add("x", "Input", shape=[1, 28, 28])
    block.chain(
        "x",
        ("conv", "Conv2d", {"out_channels": "channels", "padding": 1, "bias": False}),
        ("norm", "BatchNorm2d"),
        ("relu", "ReLU"),
        ("y", "Output"),
    )
    drawing.add("image", "Input", shape=[1, 28, 28])
    scores = drawing.chain(
        "image",
        ("stage1", "Block", {"definition": "ConvBNReLU", "arguments": {"channels": 32}}),
        ("pool1", "MaxPool2d"),
        ("stage2", "Block", {"definition": "ConvBNReLU", "arguments": {"channels": 64}}),
        ("pool2", "MaxPool2d"),
        ("stage3", "Block", {"definition": "ConvBNReLU", "arguments": {"channels": 128}}),
        ("pool3", "MaxPool2d"),
        ("flatten", "Flatten"),
        ("dropout", "Dropout", {"p": 0.3}),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(scores)
    return drawing.finish()


def alexnet() -> Document:
    drawing = Drawing(
        "AlexNet",
        "Krizhevsky, Sutskever and Hinton 2012: two groups of channels, as on its two GPUs, local response "
        "normalization, overlapping pooling and dropout in front of the fully connected layers.",
        data="made:pictures",
        batch_size=16,
        learning_rate=0.0001,
    )
    pool: dict[str, Any] = {"kernel_size": 3, "stride": 2}
    norm: dict[str, Any] = {"size": 5, "alpha": 0.0001, "beta": 0.75, "k": 2.0}
    drawing.add("image", "Input", shape=[3, 227, 227])
    scores = drawing.chain(
        "image",
        ("conv1", "Conv2d", {"out_channels": 96, "kernel_size": 11, "stride": 4}),
        ("relu1", "ReLU"),
        ("norm1", "LocalResponseNorm", norm),
        ("pool1", "MaxPool2d", pool),
        ("conv2", "Conv2d", {"out_channels": 256, "kernel_size": 5, "padding": 2, "groups": 2}),
        ("relu2", "ReLU"),
        ("norm2", "LocalResponseNorm", norm),
        ("pool2", "MaxPool2d", pool),
        ("conv3", "Conv2d", {"out_channels": 384, "padding": 1}),
        ("relu3", "ReLU"),
        ("conv4", "Conv2d", {"out_channels": 384, "padding": 1, "groups": 2}),
        ("relu4", "ReLU"),
        ("conv5", "Conv2d", {"out_channels": 256, "padding": 1, "groups": 2}),
        ("relu5", "ReLU"),
        ("pool5", "MaxPool2d", pool),
        ("flatten", "Flatten"),
        ("dropout6", "Dropout"),
        ("fc6", "Linear", {"out_features": 4096}),
        ("relu6", "ReLU"),
        ("dropout7", "Dropout"),
        ("fc7", "Linear", {"out_features": 4096}),
        ("relu7", "ReLU"),
        ("fc8", "Linear", {"out_features": 1000}),
    )
    drawing.classify(scores)
    return drawing.finish()


def vgg16() -> Document:
    drawing = Drawing(
        "VGG-16",
        "Simonyan and Zisserman 2014: nothing but 3x3 convolutions, in stages of two or three, each followed by "
        "pooling; most of its weights are in the first fully connected layer.",
        data="made:pictures",
        batch_size=8,
        learning_rate=0.0001,
    )
    block = drawing.block("ConvReLU", channels=64)
    block.add("x", "Input", shape=["channels", 56, 56])
    block.chain("x", ("conv", "Conv2d", {"out_channels": "channels", "padding": 1}), ("relu", "ReLU"), ("y", "Output"))
    source = drawing.add("image", "Input", shape=[3, 224, 224])
    for stage, (channels, repeat) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        stage_name = f"stage{stage}"
        source = drawing.add(
            stage_name, "Block", source, definition="ConvReLU", arguments={"channels": channels}, repeat=repeat
        )
        source = drawing.add(f"pool{stage}", "MaxPool2d", source)
    scores = drawing.chain(
        source,
        ("flatten", "Flatten"),
        ("fc6", "Linear", {"out_features": 4096}),
        ("relu6", "ReLU"),
        ("dropout6", "Dropout"),
        ("fc7", "Linear", {"out_features": 4096}),
        ("relu7", "ReLU"),
        ("dropout7", "Dropout"),
        ("fc8", "Linear", {"out_features": 1000}),
    )
    drawing.classify(scores)
    return drawing.finish()


INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
BRANCHES = ("c1", "c3_reduce", "c3", "c5_reduce", "c5", "pool_proj")


def _inception(drawing: Drawing) -> None:
    block = drawing.block("Inception", **dict(zip(BRANCHES, INCEPTIONS["3a"], strict=True)))
    block.add("x", "Input", shape=[192, 28, 28])
    block.chain("x", ("conv1", "Conv2d", {"out_channels": "c1", "kernel_size": 1}), ("relu1", "ReLU"))
    for size in (3, 5):
        block.chain(
            "x",
            (f"reduce{size}", "Conv2d", {"out_channels": f"c{size}_reduce", "kernel_size": 1}),
            (f"relu{size}_reduce", "ReLU"),
            (f"conv{size}", "Conv2d", {"out_channels": f"c{size}", "kernel_size": size, "padding": size // 2}),
            (f"relu{size}", "ReLU"),
        )
    block.chain(
        "x",
        ("pool", "MaxPool2d", {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("proj", "Conv2d", {"out_channels": "pool_proj", "kernel_size": 1}),
        ("relu_proj", "ReLU"),
    )
    block.add("concat", "Concat", "relu1", "relu3", "relu5", "relu_proj")
    block.add("y", "Output", "concat")


def _auxiliary(drawing: Drawing) -> None:
    block = drawing.block("Auxiliary")
    block.add("x", "Input", shape=[512, 14, 14])
    block.chain(
        "x",
        ("pool", "AvgPool2d", {"kernel_size": 5, "stride": 3}),
        ("conv", "Conv2d", {"out_channels": 128, "kernel_size": 1}),
        ("relu1", "ReLU"),
        ("flatten", "Flatten"),
        ("fc1", "Linear", {"out_features": 1024}),
        ("relu2", "ReLU"),
        ("dropout", "Dropout", {"p": 0.7}),
        ("fc2", "Linear", {"out_features": 1000}),
        ("y", "Output"),
    )


def googlenet() -> Document:
    drawing = Drawing(
        "GoogLeNet",
        "Szegedy et al. 2014: nine Inception blocks, and two auxiliary classifiers that bring gradients to the middle "
        "while training. Inference and ONNX leave them out.",
        data="made:pictures",
        batch_size=16,
        learning_rate=0.0003,
    )
    _inception(drawing)
    _auxiliary(drawing)
    pool: dict[str, Any] = {"kernel_size": 3, "stride": 2, "ceil_mode": True}
    drawing.add("image", "Input", shape=[3, 224, 224])
    source = drawing.chain(
        "image",
        ("conv1", "Conv2d", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3}),
        ("relu1", "ReLU"),
        ("pool1", "MaxPool2d", pool),
        ("norm1", "LocalResponseNorm", {"size": 5}),
        ("reduce2", "Conv2d", {"out_channels": 64, "kernel_size": 1}),
        ("relu2_reduce", "ReLU"),
        ("conv2", "Conv2d", {"out_channels": 192, "padding": 1}),
        ("relu2", "ReLU"),
        ("norm2", "LocalResponseNorm", {"size": 5}),
        ("pool2", "MaxPool2d", pool),
    )
    for name, widths in INCEPTIONS.items():
        if name in ("4a", "5a"):
            source = drawing.add(f"pool{int(name[0]) - 1}", "MaxPool2d", source, **pool)
        arguments = dict(zip(BRANCHES, widths, strict=True))
        source = drawing.add(f"inception{name}", "Block", source, definition="Inception", arguments=arguments)
    scores = drawing.chain(
        source,
        ("pool5", "AvgPool2d", {"kernel_size": 7}),
        ("flatten", "Flatten"),
        ("dropout", "Dropout", {"p": 0.4}),
        ("fc", "Linear", {"out_features": 1000}),
    )
    drawing.classify(scores)
    for number, name in enumerate(("inception4a", "inception4d"), 1):
        drawing.add(f"auxiliary{number}", "Block", name, definition="Auxiliary")
        drawing.add(f"loss{number}", "CrossEntropy", f"auxiliary{number}", "label", loss_weight=0.3)
    return drawing.finish()


def cnn_1d_audio() -> Document:
    drawing = Drawing(
        "1-D CNN for audio",
        "Tells a sine, a square, a sawtooth and noise apart from the raw wave: convolutions along time, with strides "
        "that shorten it, and the mean over what is left (after LeCun and Bengio 1995).",
        data="made:audio",
        epochs=12,
    )
    drawing.add("wave", "Input", shape=[1, 1024])
    scores = drawing.chain(
        "wave",
        ("conv1", "Conv1d", {"out_channels": 16, "kernel_size": 16, "stride": 4, "padding": 6}),
        ("relu1", "ReLU"),
        ("conv2", "Conv1d", {"out_channels": 32, "kernel_size": 8, "stride": 4, "padding": 2}),
        ("relu2", "ReLU"),
        ("conv3", "Conv1d", {"out_channels": 64, "kernel_size": 4, "stride": 2, "padding": 1}),
        ("relu3", "ReLU"),
        ("mean", "AdaptiveAvgPool1d", {"output_size": 1}),
        ("flatten", "Flatten"),
        ("scores", "Linear", {"out_features": 4}),
    )
    drawing.classify(scores)
    return drawing.finish()


def cnn_3d() -> Document:
    drawing = Drawing(
        "3-D CNN",
        "Recognizes solids in a volume of voxels, such as a scan: filters slide along three axes (after Maturana and "
        "Scherer 2015).",
        data="made:volumes",
        epochs=8,
        batch_size=32,
    )
    drawing.add("volume", "Input", shape=[1, 16, 16, 16])
    scores = drawing.chain(
        "volume",
        ("conv1", "Conv3d", {"out_channels": 8, "padding": 1}),
        ("relu1", "ReLU"),
        ("pool1", "MaxPool3d"),
        ("conv2", "Conv3d", {"out_channels": 16, "padding": 1}),
        ("relu2", "ReLU"),
        ("pool2", "MaxPool3d"),
        ("flatten", "Flatten"),
        ("hidden", "Linear", {"out_features": 64}),
        ("relu3", "ReLU"),
        ("scores", "Linear", {"out_features": 4}),
    )
    drawing.classify(scores)
    return drawing.finish()


EXAMPLES = {
    "lenet5": lenet5,
    "batchnorm_cnn": batchnorm_cnn,
    "alexnet": alexnet,
    "vgg16": vgg16,
    "googlenet": googlenet,
    "cnn_1d_audio": cnn_1d_audio,
    "cnn_3d": cnn_3d,
}
