"""Autoencoders: the input is its own target."""

from __future__ import annotations

from examples.build.drawing import Drawing
from graph.document import Document


def autoencoder() -> Document:
    drawing = Drawing(
        "Autoencoder",
        "Squeezes 64 pixels through 8 numbers and back: the mean squared error is wired to the input itself (Hinton "
        "and Salakhutdinov 2006).",
        epochs=40,
        learning_rate=0.003,
    )
    drawing.add("image", "Input", shape=[64])
    code = drawing.chain(
        "image",
        ("encode1", "Linear", {"out_features": 32}),
        ("relu1", "ReLU"),
        ("code", "Linear", {"out_features": 8}),
    )
    decoded = drawing.chain(
        code,
        ("decode1", "Linear", {"out_features": 32}),
        ("relu2", "ReLU"),
        ("decode2", "Linear", {"out_features": 64}),
    )
    drawing.add("reconstruction", "Output", decoded)
    drawing.add("mse", "MSE", decoded, "image")
    return drawing.finish()


def denoising_autoencoder() -> Document:
    drawing = Drawing(
        "Denoising autoencoder",
        "Noise is added while training, and the clean image is the target: the network learns what digits look like "
        "(Vincent et al. 2008).",
        epochs=40,
        learning_rate=0.003,
    )
    drawing.add("image", "Input", shape=[1, 8, 8])
    decoded = drawing.chain(
        "image",
        ("noise", "GaussianNoise", {"std": 0.25}),
        ("conv1", "Conv2d", {"out_channels": 16, "padding": 1}),
        ("relu1", "ReLU"),
        ("pool", "MaxPool2d"),
        ("conv2", "Conv2d", {"out_channels": 32, "padding": 1}),
        ("relu2", "ReLU"),
        ("up", "ConvTranspose2d", {"out_channels": 16, "kernel_size": 2, "stride": 2}),
        ("relu3", "ReLU"),
        ("conv3", "Conv2d", {"out_channels": 1, "padding": 1}),
    )
    drawing.add("clean", "Output", decoded)
    drawing.add("mse", "MSE", decoded, "image")
    return drawing.finish()


def anomaly_detector() -> Document:
    drawing = Drawing(
        "Anomaly detector",
        "An autoencoder that has only seen the digits 0 to 7: its reconstruction error, an output of its own, is "
        "large for whatever else comes along, such as an 8 or a 9 (after Hawkins et al. 2002).",
        data="made:anomalies",
        epochs=60,
        learning_rate=0.003,
    )
    drawing.add("image", "Input", shape=[64])
    decoded = drawing.chain(
        "image",
        ("encode1", "Linear", {"out_features": 32}),
        ("relu1", "ReLU"),
        ("code", "Linear", {"out_features": 10}),
        ("decode1", "Linear", {"out_features": 32}),
        ("relu2", "ReLU"),
        ("decode2", "Linear", {"out_features": 64}),
    )
    drawing.add("mse", "MSE", decoded, "image")
    drawing.add("difference", "Subtract", "image", decoded)
    drawing.add("square", "Multiply", "difference", "difference")
    drawing.add("error", "Mean", "square", dim=[1])
    drawing.add("reconstruction_error", "Output", "error")
    return drawing.finish()


def vae() -> Document:
    drawing = Drawing(
        "VAE",
        "Kingma and Welling 2013, in its common form (784-400-20): the code is a Gaussian, drawn from its mean and "
        "log variance; two objectives, reconstruction and divergence from a standard normal. The decoder is used a "
        "second time, with the same weights, on a code from outside: to sample and to interpolate.",
        epochs=20,
        batch_size=128,
    )
    block = drawing.block("Decoder")
    block.add("z", "Input", shape=[20])
    block.chain(
        "z",
        ("hidden", "Linear", {"out_features": 400}),
        ("relu", "ReLU"),
        ("pixels", "Linear", {"out_features": 784}),
        ("logits", "Output"),
    )
    drawing.add("image", "Input", shape=[1, 28, 28])
    drawing.add("flatten", "Flatten", "image")
    hidden = drawing.chain("flatten", ("encode", "Linear", {"out_features": 400}), ("relu", "ReLU"))
    drawing.add("mu", "Linear", hidden, out_features=20)
    drawing.add("logvar", "Linear", hidden, out_features=20)
    drawing.add("sample", "GaussianSample", "mu", "logvar")
    drawing.add("decoder", "Block", "sample", definition="Decoder")
    drawing.add("bernoulli", "BCEWithLogits", "decoder", "flatten", reduction="sum")
    drawing.add("divergence", "KLStandardNormal", "mu", "logvar", reduction="sum")
    drawing.chain("decoder", ("sigmoid", "Sigmoid"), ("reconstruction", "Output"))
    drawing.add("code", "Input", shape=[20])
    drawing.add("generator", "Block", "code", definition="Decoder")
    drawing.alter("generator", shares="decoder")
    drawing.chain("generator", ("sigmoid2", "Sigmoid"), ("generated", "Output"))
    return drawing.finish()


EXAMPLES = {
    "autoencoder": autoencoder,
    "denoising_autoencoder": denoising_autoencoder,
    "anomaly_detector": anomaly_detector,
    "vae": vae,
}
