"""Networks that learn against each other, in turns."""

from __future__ import annotations

from typing import Any

from graph.builder.sheet import Drawing
from graph.document import Document

INIT: dict[str, Any] = {"weight_init": "normal", "weight_scale": 0.02}
ADAM = {"type": "Adam", "learning_rate": 0.0002, "beta1": 0.5}


def dcgan() -> Document:
    d = Drawing(
        "DCGAN",
        "Radford, Metz and Chintala 2015, for digits of 8 x 8 pixels: a generator makes pictures of noise, a critic "
        "tells them from those of the data. They learn in turns, each with the weights of the other as they are: the "
        "critic from what is real and what is fake, the generator from how little the critic was fooled. The "
        "generator is used a second time on a code from outside, to draw digits with.",
        epochs=150,
        validation=0.0,
        monitor="epoch",
        turns=[
            {"name": "critic", "nodes": ["critic"], "objectives": ["real", "fake"], "optimizer": ADAM},
            {"name": "generator", "nodes": ["generator"], "objectives": ["fooling"], "optimizer": ADAM},
        ],
    )
    with d.block("Generator") as b:
        x = b.input(64, name="code").unflatten(1, [64, 1, 1], name="pixel")
        for place, (channels, stride) in enumerate(((128, 1), (64, 2)), 1):
            size: dict[str, Any] = {"kernel_size": 2 * stride, "stride": stride, "padding": stride - 1}
            x = x.convtranspose2d(channels, bias=False, name=f"up{place}", **size, **INIT)
            x = x.batchnorm2d(name=f"norm{place}").relu(name=f"relu{place}")
        x = x.convtranspose2d(1, 4, stride=2, padding=1, bias=False, name="up3", **INIT)
        b.output(x.tanh(name="tanh"), name="picture")
    with d.block("Critic") as b:
        x = b.input(1, 8, 8, name="picture")
        x = x.conv2d(64, 4, stride=2, padding=1, bias=False, name="down1", **INIT).leakyrelu(0.2, name="relu1")
        x = x.conv2d(128, 4, stride=2, padding=1, bias=False, name="down2", **INIT)
        x = x.batchnorm2d(name="norm2").leakyrelu(0.2, name="relu2")
        x = x.conv2d(1, 2, bias=False, name="judge", **INIT)
        b.output(x.flatten(name="flatten"), name="score")
    code = d.input(64, name="code")
    image = d.input(1, 8, 8, name="image")
    zeros = d.constant(image, shape=[64], name="zeros")
    made = d.use("Generator", d.gaussiansample(zeros, zeros, name="noise"), name="generator")
    shown = d.multiply(image, d.constant(values=[2.0], name="two"), name="twice")
    shown = d.subtract(shown, d.constant(values=[1.0], name="one"), name="from_minus_1_to_1")
    judged = d.use("Critic", shown, name="critic")
    suspected = d.use("Critic", made, name="critic_again", shares=judged)
    yes, no = (d.constant(image, shape=[1], values=[value], name=name) for name, value in (("yes", 1.0), ("no", 0.0)))
    d.output(d.use("Generator", code, name="artist", shares=made), name="digit")
    d.bcewithlogits(judged, yes, name="real")
    d.bcewithlogits(suspected, no, name="fake")
    d.bcewithlogits(suspected, yes, name="fooling")
    return d.finish()


EXAMPLES = {"dcgan": dcgan}
