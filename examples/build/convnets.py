"""Convolutional networks from LeNet to GoogLeNet."""

from __future__ import annotations

from typing import Any

from examples.build.endings import classified
from graph.builder.sheet import Drawing, Sheet, Value
from graph.document import Document


def lenet5() -> Document:
    d = Drawing(
        "LeNet-5",
        "LeCun, Bottou, Bengio and Haffner 1998, in its common form: C3 sees every map of S2, the pooling has no "
        "trainable coefficients and the output is a linear layer.",
        epochs=20,
        learning_rate=0.002,
    )
    x = d.input(1, 32, 32, name="image")
    x = x.conv2d(6, 5, name="c1").tanh().avgpool2d(name="s2")
    x = x.conv2d(16, 5, name="c3").tanh().avgpool2d(name="s4").flatten(name="flatten")
    x = x.linear(120, name="c5").tanh().linear(84, name="f6").tanh()
    return classified(d, x.linear(10, name="scores"))


def few_samples() -> Document:
    d = Drawing(
        "Few samples",
        "A convolutional network that sees 100 handwritten digits and is validated on 1,338. It would soon know them "
        "by heart; moved, rotated, scaled and sheared anew in every epoch, they teach it more. Train it without "
        "augmentation as well, and compare the two runs.",
        validation=0.9305,
        batch_size=25,
        epochs=100,
        augmentation="translate, rotate, scale, shear",
    )
    x = d.input(1, 8, 8, name="image").conv2d(16, padding=1).relu().conv2d(32, padding=1).relu().maxpool2d(name="pool")
    x = x.conv2d(64, padding=1).relu().flatten(name="flatten")
    return classified(d, x.linear(10, name="scores"))


def batchnorm_cnn() -> Document:
    d = Drawing(
        "Batch-norm CNN",
        "A small convolutional network as drawn since Ioffe and Szegedy 2015: each convolution is normalized over the "
        "batch before its ReLU, and needs no bias of its own. Trained on Fashion-MNIST it passes 0.91.",
        epochs=10,
    )
    with d.block("ConvBNReLU", channels=32) as b:
        x = b.input(1, 28, 28, name="x").conv2d("channels", padding=1, bias=False, name="conv")
        b.output(x.batchnorm2d(name="norm").relu(name="relu"), name="y")
    x = d.input(1, 28, 28, name="image")
    for stage, channels in enumerate((32, 64, 128), 1):
        x = d.use("ConvBNReLU", x, channels=channels, name=f"stage{stage}").maxpool2d(name=f"pool{stage}")
    x = x.flatten(name="flatten").dropout(0.3, name="dropout")
    return classified(d, x.linear(10, name="scores"))


def _dense(x: Value, first: int, dropout_first: bool) -> Value:
    """Two layers of 4096 units, each with dropout in front of it or behind it, and the scores."""
    for number in (first, first + 1):
        x = x.dropout(name=f"dropout{number}") if dropout_first else x
        x = x.linear(4096, name=f"fc{number}").relu(name=f"relu{number}")
        x = x if dropout_first else x.dropout(name=f"dropout{number}")
    return x.linear(1000, name=f"fc{first + 2}")


def alexnet() -> Document:
    d = Drawing(
        "AlexNet",
        "Krizhevsky, Sutskever and Hinton 2012: two groups of channels, as on its two GPUs, local response "
        "normalization, overlapping pooling and dropout in front of the fully connected layers.",
        data="made:pictures",
        batch_size=16,
        learning_rate=0.0001,
    )
    norm: dict[str, Any] = {"size": 5, "alpha": 0.0001, "beta": 0.75, "k": 2.0}
    x = d.input(3, 227, 227, name="image").conv2d(96, 11, stride=4).relu()
    x = x.localresponsenorm(name="norm1", **norm).maxpool2d(3, stride=2, name="pool1")
    x = x.conv2d(256, 5, padding=2, groups=2).relu()
    x = x.localresponsenorm(name="norm2", **norm).maxpool2d(3, stride=2, name="pool2")
    x = x.conv2d(384, padding=1).relu().conv2d(384, padding=1, groups=2).relu()
    x = x.conv2d(256, padding=1, groups=2).relu().maxpool2d(3, stride=2, name="pool5")
    return classified(d, _dense(x.flatten(name="flatten"), 6, dropout_first=True))


def vgg16() -> Document:
    d = Drawing(
        "VGG-16",
        "Simonyan and Zisserman 2014: nothing but 3x3 convolutions, in stages of two or three, each followed by "
        "pooling; most of its weights are in the first fully connected layer.",
        data="made:pictures",
        batch_size=8,
        learning_rate=0.0001,
    )
    with d.block("ConvReLU", channels=64) as b:
        x = b.input("channels", 56, 56, name="x")
        b.output(x.conv2d("channels", padding=1, name="conv").relu(name="relu"), name="y")
    x = d.input(3, 224, 224, name="image")
    for stage, (channels, repeat) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        x = d.use("ConvReLU", x, repeat=repeat, channels=channels, name=f"stage{stage}")
        x = x.maxpool2d(name=f"pool{stage}")
    return classified(d, _dense(x.flatten(name="flatten"), 6, dropout_first=False))


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


def _inception(b: Sheet, x: Value) -> Value:
    """Windows of three sizes and a pooling side by side, the larger ones behind a reduction."""
    branches = [x.conv2d("c1", 1, name="conv1").relu(name="relu1")]
    for size in (3, 5):
        reduced = x.conv2d(f"c{size}_reduce", 1, name=f"reduce{size}").relu(name=f"relu{size}_reduce")
        wide = reduced.conv2d(f"c{size}", size, padding=size // 2, name=f"conv{size}")
        branches.append(wide.relu(name=f"relu{size}"))
    pooled = x.maxpool2d(3, stride=1, padding=1, name="pool")
    branches.append(pooled.conv2d("pool_proj", 1, name="proj").relu(name="relu_proj"))
    made: Value = b.concat(*branches, name="concat")
    return made


def googlenet() -> Document:
    d = Drawing(
        "GoogLeNet",
        "Szegedy et al. 2014: nine Inception blocks, and two auxiliary classifiers that bring gradients to the middle "
        "while training. Inference and ONNX leave them out.",
        data="made:pictures",
        batch_size=16,
        learning_rate=0.0003,
    )
    with d.block("Inception", **dict(zip(BRANCHES, INCEPTIONS["3a"], strict=True))) as b:
        b.output(_inception(b, b.input(192, 28, 28, name="x")), name="y")
    with d.block("Auxiliary") as b:
        x = b.input(512, 14, 14, name="x").avgpool2d(5, stride=3, name="pool").conv2d(128, 1, name="conv").relu()
        x = x.flatten(name="flatten").linear(1024, name="fc1").relu().dropout(0.7, name="dropout")
        b.output(x.linear(1000, name="fc2"), name="y")
    pool: dict[str, Any] = {"kernel_size": 3, "stride": 2, "ceil_mode": True}
    x = d.input(3, 224, 224, name="image").conv2d(64, 7, stride=2, padding=3).relu()
    x = x.maxpool2d(name="pool1", **pool).localresponsenorm(5, name="norm1")
    x = x.conv2d(64, 1, name="reduce2").relu(name="relu2_reduce").conv2d(192, padding=1).relu()
    x = x.localresponsenorm(5, name="norm2").maxpool2d(name="pool2", **pool)
    middle = {}
    for name, widths in INCEPTIONS.items():
        if name in ("4a", "5a"):
            x = x.maxpool2d(name=f"pool{int(name[0]) - 1}", **pool)
        sizes: dict[str, Any] = dict(zip(BRANCHES, widths, strict=True))
        x = middle[name] = d.use("Inception", x, name=f"inception{name}", **sizes)
    scores = x.avgpool2d(7, name="pool5").flatten(name="flatten").dropout(0.4, name="dropout").linear(1000, name="fc")
    d.output(scores, name="logits")
    label = d.target(name="label")
    d.crossentropy(scores, label, name="cross_entropy")
    for number, name in enumerate(("4a", "4d"), 1):
        auxiliary = d.use("Auxiliary", middle[name], name=f"auxiliary{number}")
        d.crossentropy(auxiliary, label, loss_weight=0.3, name=f"loss{number}")
    return d.finish()


def cnn_1d_audio() -> Document:
    d = Drawing(
        "1-D CNN for audio",
        "Tells a sine, a square, a sawtooth and noise apart from the raw wave: convolutions along time, with strides "
        "that shorten it, and the mean over what is left (after LeCun and Bengio 1995).",
        data="made:audio",
        epochs=12,
    )
    x = d.input(1, 1024, name="wave")
    for channels, kernel, stride, padding in ((16, 16, 4, 6), (32, 8, 4, 2), (64, 4, 2, 1)):
        x = x.conv1d(channels, kernel, stride=stride, padding=padding).relu()
    x = x.adaptiveavgpool1d(1, name="mean").flatten(name="flatten")
    return classified(d, x.linear(4, name="scores"))


def cnn_3d() -> Document:
    d = Drawing(
        "3-D CNN",
        "Recognizes solids in a volume of voxels, such as a scan: filters slide along three axes (after Maturana and "
        "Scherer 2015).",
        data="made:volumes",
        epochs=8,
        batch_size=32,
    )
    x = d.input(1, 16, 16, 16, name="volume")
    for number, channels in enumerate((8, 16), 1):
        x = x.conv3d(channels, padding=1).relu().maxpool3d(name=f"pool{number}")
    x = x.flatten(name="flatten").linear(64, name="hidden").relu()
    return classified(d, x.linear(4, name="scores"))


EXAMPLES = {
    "lenet5": lenet5,
    "few_samples": few_samples,
    "batchnorm_cnn": batchnorm_cnn,
    "alexnet": alexnet,
    "vgg16": vgg16,
    "googlenet": googlenet,
    "cnn_1d_audio": cnn_1d_audio,
    "cnn_3d": cnn_3d,
}
