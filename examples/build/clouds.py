"""PointNet: a set of points, in any order (Qi, Su, Mo and Guibas 2017)."""

from __future__ import annotations

from examples.build.endings import classified
from graph.builder.sheet import Drawing
from graph.document import Document


def pointnet() -> Document:
    d = Drawing(
        "PointNet",
        "Every point goes through the same small network; the largest value of each feature over all points does not "
        "depend on their order. Two transformation networks turn the points and their features; what they learn is "
        "how far a turn is from the identity, and a penalty keeps the turn of the features near an orthogonal one "
        "(Qi et al. 2017, classification).",
        data="made:clouds",
        epochs=10,
        batch_size=32,
    )
    with d.block("Shared", cin=64, channels=64) as b:
        x = b.input("cin", "P", name="x")
        b.output(x.conv1d("channels", 1, name="conv").batchnorm1d(name="norm").relu(name="relu"), name="y")
    with d.block("Dense", cin=1024, features=512) as b:
        x = b.input("cin", name="x")
        b.output(x.linear("features", name="linear").batchnorm1d(name="norm").relu(name="relu"), name="y")
    with d.block("TransformNet", k=3) as b:
        x = b.input("k", "P", name="x")
        x = b.use("Shared", x, cin="k", channels=64, name="shared1")
        x = b.use("Shared", x, cin=64, channels=128, name="shared2")
        x = b.use("Shared", x, cin=128, channels=1024, name="shared3").max([2], name="largest")
        x = b.use("Dense", x, cin=1024, features=512, name="dense1")
        x = b.use("Dense", x, cin=512, features=256, name="dense2")
        x = x.linear("k * k", weight_init="zeros", bias_init="zeros", name="matrix").reshape(["k", "k"], name="square")
        b.output(b.add(x, b.eye(n="k", name="identity"), name="turn"), name="y")

    x = d.input("P", 3, name="points")
    turn = d.use("TransformNet", x.permute([0, 2, 1]), k=3, name="turn_points")
    x = (x @ turn).permute([0, 2, 1])
    for number, cin in enumerate((3, 64), 1):
        x = d.use("Shared", x, cin=cin, channels=64, name=f"shared{number}")
    turn = d.use("TransformNet", x, k=64, name="turn_features")
    x = (x.permute([0, 2, 1]) @ turn).permute([0, 2, 1])
    for number, (cin, channels) in enumerate(((64, 64), (64, 128), (128, 1024)), 3):
        x = d.use("Shared", x, cin=cin, channels=channels, name=f"shared{number}")
    x = d.use("Dense", x.max([2], name="largest"), cin=1024, features=512, name="dense1")
    x = d.use("Dense", x, cin=512, features=256, name="dense2").dropout(0.3, name="dropout")
    # 0.001 times the sum of the squares in I - T T', of which MSE takes the mean.
    d.mse(turn @ turn.permute([0, 2, 1]), d.eye(turn, n=64), loss_weight=0.001 * 64 * 64, name="orthogonal")
    return classified(d, x.linear(4, name="scores"))


EXAMPLES = {"pointnet": pointnet}
