"""Autoencoders: the input is its own target."""

from __future__ import annotations

from graph.builder.sheet import Drawing, Value
from graph.document import Document


def autoencoder() -> Document:
    d = Drawing(
        "Autoencoder",
        "Squeezes 64 pixels through 8 numbers and back: the mean squared error is wired to the input itself (Hinton "
        "and Salakhutdinov 2006).",
        epochs=40,
        learning_rate=0.003,
    )
    image = d.input(64, name="image")
    decoded = _through(image, 8)
    d.output(decoded, name="reconstruction")
    d.mse(decoded, image, name="mse")
    return d.finish()


def _through(image: Value, width: int) -> Value:
    """Down to a code of a few numbers and up to the pixels again."""
    code = image.linear(32, name="encode1").relu().linear(width, name="code")
    return code.linear(32, name="decode1").relu().linear(64, name="decode2")


def denoising_autoencoder() -> Document:
    d = Drawing(
        "Denoising autoencoder",
        "Noise is added while training, and the clean image is the target: the network learns what digits look like "
        "(Vincent et al. 2008).",
        epochs=40,
        learning_rate=0.003,
    )
    image = d.input(1, 8, 8, name="image")
    x = image.gaussiannoise(0.25, name="noise").conv2d(16, padding=1).relu().maxpool2d(name="pool")
    x = x.conv2d(32, padding=1).relu().convtranspose2d(16, 2, stride=2, name="up").relu()
    decoded = x.conv2d(1, padding=1)
    d.output(decoded, name="clean")
    d.mse(decoded, image, name="mse")
    return d.finish()


def anomaly_detector() -> Document:
    d = Drawing(
        "Anomaly detector",
        "An autoencoder that has only seen the digits 0 to 7: its reconstruction error, an output of its own, is "
        "large for whatever else comes along, such as an 8 or a 9 (after Hawkins et al. 2002).",
        data="made:anomalies",
        epochs=60,
        learning_rate=0.003,
    )
    image = d.input(64, name="image")
    decoded = _through(image, 10)
    d.mse(decoded, image, name="mse")
    difference = d.subtract(image, decoded, name="difference")
    error = d.multiply(difference, difference, name="square").mean([1], name="error")
    d.output(error, name="reconstruction_error")
    return d.finish()


def vae() -> Document:
    d = Drawing(
        "VAE",
        "Kingma and Welling 2013, in its common form (784-400-20): the code is a Gaussian, drawn from its mean and "
        "log variance; two objectives, reconstruction and divergence from a standard normal. The decoder is used a "
        "second time, with the same weights, on a code from outside: to sample and to interpolate.",
        epochs=20,
        batch_size=128,
    )
    with d.block("Decoder") as b:
        hidden = b.input(20, name="z").linear(400, name="hidden").relu(name="relu")
        b.output(hidden.linear(784, name="pixels"), name="logits")
    code = d.input(20, name="code")
    pixels = d.input(1, 28, 28, name="image").flatten(name="flatten")
    hidden = pixels.linear(400, name="encode").relu(name="relu")
    mu, logvar = hidden.linear(20, name="mu"), hidden.linear(20, name="logvar")
    decoded = d.use("Decoder", d.gaussiansample(mu, logvar, name="sample"), name="decoder")
    d.bcewithlogits(decoded, pixels, reduction="sum", name="bernoulli")
    d.klstandardnormal(mu, logvar, reduction="sum", name="divergence")
    generated = d.use("Decoder", code, shares=decoded, name="generator")
    d.output(generated.sigmoid(name="sigmoid2"), name="generated")
    d.output(decoded.sigmoid(name="sigmoid"), name="reconstruction")
    return d.finish()


EXAMPLES = {
    "autoencoder": autoencoder,
    "denoising_autoencoder": denoising_autoencoder,
    "anomaly_detector": anomaly_detector,
    "vae": vae,
}
