"""Two images at once, boxes around things, and words for pictures."""

from __future__ import annotations

from examples.build.drawing import Drawing
from graph.document import Document

WORDS = 24


def siamese() -> Document:
    drawing = Drawing(
        "Siamese network",
        "One encoder looks at both images: the second node shares the weights of the first. The difference of the two "
        "codes says whether they show the same digit (Bromley et al. 1994).",
        data="made:pairs",
        epochs=15,
        learning_rate=0.003,
    )
    block = drawing.block("Encoder", features=32)
    block.add("image", "Input", shape=[1, 8, 8])
    block.chain(
        "image",
        ("conv1", "Conv2d", {"out_channels": 16, "padding": 1}),
        ("relu1", "ReLU"),
        ("pool", "MaxPool2d"),
        ("conv2", "Conv2d", {"out_channels": 32, "padding": 1}),
        ("relu2", "ReLU"),
        ("flatten", "Flatten"),
        ("code", "Linear", {"out_features": "features"}),
        ("features_out", "Output"),
    )
    drawing.add("first", "Input", shape=[1, 8, 8])
    drawing.add("second", "Input", shape=[1, 8, 8])
    drawing.add("encoder", "Block", "first", definition="Encoder")
    drawing.add("encoder_again", "Block", "second", definition="Encoder")
    drawing.alter("encoder_again", shares="encoder")
    drawing.add("difference", "Subtract", "encoder", "encoder_again")
    drawing.chain("difference", ("distance", "Abs"), ("score", "Linear", {"out_features": 1}))
    drawing.chain("score", ("sigmoid", "Sigmoid"), ("probability", "Output"))
    drawing.add("same", "Target", shape=[1], dtype="float32")
    drawing.add("cross_entropy", "BCEWithLogits", "score", "same")
    return drawing.finish()


def detector() -> Document:
    drawing = Drawing(
        "Single-shot detector",
        "Each cell of an 8x8 grid says whether the centre of a shape lies in it, where its box is and what it shows: "
        "one pass, three objectives (after Redmon et al. 2016). Boxes count only where there is an object.",
        data="made:detection",
        epochs=10,
        batch_size=32,
        learning_rate=0.002,
    )
    block = drawing.block("Stage", channels=16)
    block.add("x", "Input", shape=[3, 64, 64])
    block.chain(
        "x",
        ("conv", "Conv2d", {"out_channels": "channels", "padding": 1, "bias": False}),
        ("bn", "BatchNorm2d"),
        ("relu", "ReLU"),
        ("pool", "MaxPool2d"),
        ("y", "Output"),
    )
    source = drawing.add("image", "Input", shape=[3, 64, 64])
    for stage, channels in enumerate((16, 32, 64), 1):
        source = drawing.add(f"stage{stage}", "Block", source, definition="Stage", arguments={"channels": channels})
    source = drawing.chain(source, ("context", "Conv2d", {"out_channels": 64, "padding": 1}), ("relu", "ReLU"))
    drawing.add("object_scores", "Conv2d", source, out_channels=1, kernel_size=1)
    drawing.add("box_values", "Conv2d", source, out_channels=4, kernel_size=1)
    drawing.add("class_scores", "Conv2d", source, out_channels=3, kernel_size=1)
    drawing.add("object_logits", "Output", "object_scores")
    drawing.add("box_outputs", "Output", "box_values")
    drawing.add("class_logits", "Output", "class_scores")
    drawing.add("objects", "Input", shape=[1, 8, 8])
    drawing.add("boxes", "Target", shape=[4, 8, 8], dtype="float32")
    drawing.add("classes", "Target", shape=[8, 8])
    drawing.add("objectness", "BCEWithLogits", "object_scores", "objects")
    drawing.add("masked", "Multiply", "box_values", "objects")
    drawing.add("localization", "SmoothL1", "masked", "boxes", loss_weight=5.0)
    drawing.add("classification", "CrossEntropy", "class_scores", "classes")
    return drawing.finish()


def captioning() -> Document:
    drawing = Drawing(
        "Image captioning",
        "A convolutional encoder turns the picture into the first state of a recurrent decoder, which then writes the "
        "caption word by word; while training it is shown the right words (after Vinyals et al. 2015).",
        data="made:captions",
        epochs=20,
        learning_rate=0.001,
    )
    block = drawing.block("Stage", channels=16)
    block.add("x", "Input", shape=[3, 64, 64])
    block.chain(
        "x",
        ("conv", "Conv2d", {"out_channels": "channels", "padding": 1, "bias": False}),
        ("bn", "BatchNorm2d"),
        ("relu", "ReLU"),
        ("pool", "MaxPool2d"),
        ("y", "Output"),
    )
    source = drawing.add("image", "Input", shape=[3, 64, 64])
    for stage, channels in enumerate((16, 32, 64, 64), 1):
        source = drawing.add(f"stage{stage}", "Block", source, definition="Stage", arguments={"channels": channels})
    drawing.chain(
        source,
        ("flatten", "Flatten"),
        ("state", "Linear", {"out_features": 128}),
        ("tanh", "Tanh"),
    )
    drawing.add("caption_in", "Input", shape=["T"], dtype="int64")
    drawing.add("words", "Embedding", "caption_in", num_embeddings=WORDS, embedding_dim=32)
    drawing.add("decoder", "GRU", ports={"x": "words", "h0": "tanh"}, hidden_size=128)
    drawing.add("scores", "Linear", "decoder", out_features=WORDS)
    drawing.add("next_words", "Output", "scores")
    drawing.add("classes_first", "Permute", "scores", dims=[0, 2, 1])
    drawing.add("caption_out", "Target", shape=["T"])
    drawing.add("cross_entropy", "CrossEntropy", "classes_first", "caption_out")
    return drawing.finish()


EXAMPLES = {"siamese": siamese, "detector": detector, "captioning": captioning}
