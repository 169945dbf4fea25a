"""What of ``torch.nn`` is not a layer here, and why; whatever torch adds has to be looked at."""

from __future__ import annotations

from torch import nn

from graph.catalog import catalog

UNDER_ANOTHER_NAME = {
    "BCELoss": "BCE", "BCEWithLogitsLoss": "BCEWithLogits", "CosineEmbeddingLoss": "CosineEmbedding",
    "CrossEntropyLoss": "CrossEntropy", "CTCLoss": "CTC", "GaussianNLLLoss": "GaussianNLL",
    "HingeEmbeddingLoss": "HingeEmbedding", "HuberLoss": "Huber", "KLDivLoss": "KLDivergence", "L1Loss": "L1",
    "MarginRankingLoss": "MarginRanking", "MSELoss": "MSE", "MultiLabelSoftMarginLoss": "MultiLabelSoftMargin",
    "MultiMarginLoss": "MultiMargin", "NLLLoss": "NLL", "NLLLoss2d": "NLL", "PoissonNLLLoss": "PoissonNLL",
    "SmoothL1Loss": "SmoothL1", "SoftMarginLoss": "SoftMargin", "TripletMarginLoss": "Triplet",
    "Softmax2d": "Softmax", "UpsamplingBilinear2d": "Upsample", "UpsamplingNearest2d": "Upsample",
    "CrossMapLRN2d": "LocalResponseNorm",
}  # fmt: skip
PADS = {
    f"{mode}Pad{rank}d": "Pad"
    for mode in ("Circular", "Constant", "Reflection", "Replication", "Zero")
    for rank in (1, 2, 3)
}

DRAWN = {
    "Sequential": "a row of nodes", "ModuleList": "nodes", "ModuleDict": "nodes", "ParameterList": "Parameter nodes",
    "ParameterDict": "Parameter nodes", "Container": "nodes", "Module": "a drawing is one",
    "TransformerEncoder": "TransformerEncoderLayer in a repeated block",
    "TransformerDecoder": "TransformerDecoderLayer in a repeated block",
}  # fmt: skip

LEFT_OUT = {
    "RNNBase": "a base class", "RNNCellBase": "a base class", "LinearCrossEntropyOptions": "options of another",
    "SyncBatchNorm": "BatchNorm of several processes", "LinearCrossEntropyLoss": "Linear and CrossEntropy in one",
    "FractionalMaxPool2d": "its windows are random", "FractionalMaxPool3d": "its windows are random",
    "AdaptiveLogSoftmaxWithLoss": "an objective with weights of its own",
    "MultiLabelMarginLoss": "its targets end at the first -1 of a row: MultiLabelSoftMargin takes plain ones",
    "TripletMarginWithDistanceLoss": "its distance is a function in Python",
}  # fmt: skip


def test_torch_nn_is_there_but_for_what_is_listed_with_its_reason() -> None:
    known = catalog()
    named = {name for name in nn.modules.__all__ if not name.startswith("Lazy")}  # sizes are always inferred here
    missing = named - known.keys() - PADS.keys() - UNDER_ANOTHER_NAME.keys() - DRAWN.keys() - LEFT_OUT.keys()
    assert not missing, f"look at these: {sorted(missing)}"
    assert set(UNDER_ANOTHER_NAME.values()) <= known.keys()
    assert not (UNDER_ANOTHER_NAME.keys() | DRAWN.keys() | LEFT_OUT.keys()) & known.keys()
