"""Whether several processes begin with the same: what differs between them would go apart in silence."""

from __future__ import annotations

from hashlib import sha256

from torch import nn

from training.errors import TrainingError
from training.ranks.ranks import Ranks


def check_alike(ranks: Ranks, told: object, module: nn.Module) -> None:
    """See that all have the same weights, and the same ``told`` of drawing, data and position; all are here then.

    Raises:
        TrainingError: they differ.
    """
    if ranks.count == 1:
        return
    digest = sha256(repr(told).encode(errors="surrogatepass"))
    for name, tensor in module.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    if len(set(ranks.from_all(digest.hexdigest()))) > 1:
        raise TrainingError(
            f"The {ranks.count} processes do not begin alike: the data, the checkpoint or the version of PyTorch "
            "differs between them; see that all machines see the same files."
        )
