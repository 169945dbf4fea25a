"""PointNet: a set of points, in any order (Qi, Su, Mo and Guibas 2017)."""

from __future__ import annotations

from examples.build.endings import classified
from graph.builder.sheet import Drawing
from graph.document import Document


def pointnet() -> Document:
    d = Drawing(
        "PointNet",
        "Every point goes through the same small network; the largest value of each feature over all points does not "
        "depend on their order. Two transformation networks turn the points and their features; as their result is "
        "added to the identity, x (I + T) is drawn as x + x T (Qi et al. 2017, classification, without the penalty "
        "on T).",
        data="made:clouds",
        epochs=10,
        batch_size=32,
    )
    with d.block("Shared", channels=64) as b:
        x = b.input(3, "P", name="x")
        b.output(x.conv1d("channels", 1, bias=False).batchnorm1d().relu(), name="y")
    with d.block("Dense", before=1024, features=512) as b:
        x = b.input("before", name="x")
        b.output(x.linear("features", bias=False).batchnorm1d().relu(), name="y")
    with d.block("TransformNet", values=9) as b:
        x = b.input(3, "P", name="x")
        for number, channels in enumerate((64, 128, 1024), 1):
            x = b.use("Shared", x, channels=channels, name=f"shared{number}")
        x = x.max([2])
        x = b.use("Dense", x, name="dense1")
        x = b.use("Dense", x, before=512, features=256, name="dense2")
        b.output(x.linear("values", weight_init="zeros", bias_init="zeros", name="matrix"), name="y")

    points = d.input("P", 3, name="points")
    matrix = d.use("TransformNet", points.permute([0, 2, 1]), values=9, name="turn_points").reshape([3, 3])
    x = (points + points @ matrix).permute([0, 2, 1])
    x = d.use("Shared", x, channels=64, name="shared1")
    matrix = d.use("TransformNet", x, values=64 * 64, name="turn_features").reshape([64, 64])
    features = x.permute([0, 2, 1])
    x = (features + features @ matrix).permute([0, 2, 1])
    x = d.use("Shared", x, channels=128, name="shared2")
    x = x.conv1d(1024, 1, bias=False, name="widen").batchnorm1d().max([2], name="largest")
    x = d.use("Dense", x, name="dense1")
    x = d.use("Dense", x, before=512, features=256, name="dense2").dropout(0.3)
    return classified(d, x.linear(4, name="scores"))


EXAMPLES = {"pointnet": pointnet}
