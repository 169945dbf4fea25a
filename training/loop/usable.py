"""Which samples can be learned from and measured: labels that count, and company where statistics need it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compiler.to_python.source import Source
from graph.document import Document
from training.data.checks.company import in_need_of_company
from training.data.feed import Split
from training.data.held import Held
from training.errors import DataError
from training.metrics.counting import Counting


def check_usable(
    document: Document,
    source: Source,
    samples: Sequence[Held],
    split: Split,
    batch_size: int,
    notify: Callable[[str], None],
) -> Counting:
    """See that every epoch has what it needs, leaving out what cannot be used; what counts of ``samples``.

    Raises:
        DataError: naming the node, and what to do.
    """
    if learner := in_need_of_company(document, source, samples, training=True):
        _give_company(learner, split, batch_size, notify)
    if len(split.validation) == 1 and (node := in_need_of_company(document, source, samples, training=False)):
        raise DataError(
            f"'{node}' compares the samples of a batch with each other, but there is one to validate on; raise "
            "validation, or set it to 0.",
            node.partition("/")[0],
        )
    counting = Counting(document, source, samples)
    counting.check(split.training, "training")
    if len(split.validation):
        _check_validation(counting, split, source, notify)
    return counting


def _give_company(node: str, split: Split, batch_size: int, notify: Callable[[str], None]) -> None:
    """Leave out a last sample that would be a batch by itself."""
    if batch_size == 1 or split.training_samples == 1:
        batches = batch_size == 1
        why = "batch_size is 1" if batches else "there is one training sample"
        remedy = "take a larger batch_size" if batches else "add samples, or lower validation"
        raise DataError(
            f"'{node}' compares the samples of a batch with each other, but {why}; {remedy}.", node.partition("/")[0]
        )
    if split.training_samples % batch_size == 1:
        split.leave_out(1)
        notify("Each epoch leaves out one sample: by itself, as the last batch, it could not be normalized.")


def _check_validation(counting: Counting, split: Split, source: Source, notify: Callable[[str], None]) -> None:
    """Say where validation samples leave an objective without a figure."""
    without = counting.without(split.validation)
    for found in without:
        notify(
            f"'{found.port.node}' is not measured on the validation samples, of which no label of "
            f"'{found.port.origin}' counts: {found.why()}."
        )
    if len(without) == len(source.objectives):
        split.validate_nothing()
        notify("There is nothing to validate on; the best epoch is the one of the smallest training loss.")
