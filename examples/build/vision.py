"""Two images at once, boxes around things, and words for pictures."""

from __future__ import annotations

from collections.abc import Sequence

from examples.build.endings import tagged
from graph.builder.sheet import Drawing, Value
from graph.document import Document

WORDS = 24


def siamese() -> Document:
    d = Drawing(
        "Siamese network",
        "One encoder looks at both images: the second node shares the weights of the first. The difference of the two "
        "codes says whether they show the same digit (Bromley et al. 1994).",
        data="made:pairs",
        epochs=15,
        learning_rate=0.003,
    )
    with d.block("Encoder", features=32) as b:
        x = b.input(1, 8, 8, name="image").conv2d(16, padding=1).relu().maxpool2d(name="pool")
        x = x.conv2d(32, padding=1).relu().flatten(name="flatten")
        b.output(x.linear("features", name="code"), name="features_out")
    first, second = d.input(1, 8, 8, name="first"), d.input(1, 8, 8, name="second")
    code = d.use("Encoder", first, name="encoder")
    other = d.use("Encoder", second, shares=code, name="encoder_again")
    score = d.subtract(code, other, name="difference").abs(name="distance").linear(1, name="score")
    d.output(score.sigmoid(name="sigmoid"), name="probability")
    d.bcewithlogits(score, d.target(1, dtype="float32", name="same"), name="cross_entropy")
    return d.finish()


def _stages(d: Drawing, widths: Sequence[int]) -> Value:
    """An image whose size is halved by every stage."""
    with d.block("Stage", channels=16) as b:
        x = b.input(3, 64, 64, name="x").conv2d("channels", padding=1, bias=False, name="conv")
        b.output(x.batchnorm2d(name="bn").relu(name="relu").maxpool2d(name="pool"), name="y")
    x = d.input(3, 64, 64, name="image")
    for stage, channels in enumerate(widths, 1):
        x = d.use("Stage", x, channels=channels, name=f"stage{stage}")
    return x


def detector() -> Document:
    d = Drawing(
        "Single-shot detector",
        "Each cell of an 8x8 grid says whether the centre of a shape lies in it, where its box is and what it shows: "
        "one pass, three objectives (after Redmon et al. 2016). Boxes count only where there is an object.",
        data="made:detection",
        epochs=10,
        batch_size=32,
        learning_rate=0.002,
    )
    objects = d.input(1, 8, 8, name="objects")
    x = _stages(d, (16, 32, 64)).conv2d(64, padding=1, name="context").relu(name="relu")
    object_scores, box_values, class_scores = (
        x.conv2d(channels, 1, name=name)
        for name, channels in (("object_scores", 1), ("box_values", 4), ("class_scores", 3))
    )
    d.output(box_values, name="box_outputs")
    d.output(object_scores, name="object_logits")
    d.output(class_scores, name="class_logits")
    classes, boxes = d.target(8, 8, name="classes"), d.target(4, 8, 8, dtype="float32", name="boxes")
    d.bcewithlogits(object_scores, objects, name="objectness")
    masked = d.multiply(box_values, objects, name="masked")
    d.smoothl1(masked, boxes, loss_weight=5.0, name="localization")
    d.crossentropy(class_scores, classes, name="classification")
    return d.finish()


def captioning() -> Document:
    d = Drawing(
        "Image captioning",
        "A convolutional encoder turns the picture into the first state of a recurrent decoder, which then writes the "
        "caption word by word; while training it is shown the right words (after Vinyals et al. 2015).",
        data="made:captions",
        epochs=20,
        learning_rate=0.001,
    )
    read = d.input("T", dtype="int64", name="caption_in")
    x = _stages(d, (16, 32, 64, 64)).flatten(name="flatten").linear(128, name="state").tanh(name="tanh")
    out, _ = read.embedding(WORDS, 32, name="words").gru(x, hidden_size=128, name="decoder")
    return tagged(d, out.linear(WORDS, name="scores"), "caption_out", shown="next_words")


EXAMPLES = {"siamese": siamese, "detector": detector, "captioning": captioning}
