"""How good a run's best weights are on samples that training never saw."""

from __future__ import annotations

from pathlib import Path

import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.recipe.part import chosen
from graph.recipe.sources import Source
from training.checkpoints.checkpoint import best_weights, load_weights
from training.data.binding import Notify
from training.data.checks.company import in_need_of_company
from training.data.feed import Feed
from training.data.places import locate, locate_for
from training.data.samples import load_test_samples
from training.devices import choose_device
from training.errors import DataError, TrainingError
from training.job.failures import blaming
from training.methods.classweights import weighted
from training.metrics.counting import Counting
from training.metrics.measure import measure
from training.metrics.metrics import Metrics
from training.runs.data_record import class_weights_of, read_record, rule_of
from training.runs.runs import read_document


def evaluate(run: str | Path, data: str = "", notify: Notify = lambda _: None) -> dict[str, float | None]:
    """The means of the run's metrics over the test samples, and their number as "samples".

    ``data`` is a source of data, "" for the one the run was trained with.

    Raises:
        LayerloomError: the run, its weights or the data cannot be used.
    """
    run = Path(run)
    document = weighted(read_document(run), class_weights_of(run))
    settings = document.training
    source = compile_source(document)
    if not source.objectives:
        raise TrainingError("The drawing has no objective to measure: add a CrossEntropy or MSE.")
    device = choose_device(settings.device)
    place = locate(chosen(Source, data, settings.data)) if data else locate_for(run, settings.data)
    record = read_record(run)
    learned = record.learned if record else None
    other = bool(data) and (record is None or place.text() != record.source)
    samples = load_test_samples(document, source, place, notify, rule=rule_of(run), learned=learned, whole=other)
    if not samples:
        raise DataError(
            f"The data '{data or settings.data.text()}' has no test samples: an IDX folder needs "
            "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, an .npz file arrays such as image_test and "
            "label_test, a folder of images or texts a subfolder called test, and others a test_share."
        )
    with blaming(source, "use a smaller batch_size or fewer test samples"):
        module = build(source)
        load_weights(best_weights(run), module)
        module.to(device)
        feed = Feed([tensor.to(device) for tensor in samples], settings.batch_size)
        everything = torch.arange(len(samples[0]), device=device)
        metrics = Metrics(document, source, samples)
        Counting(document, source, samples).check(everything, "test")
        node = in_need_of_company(document, source, samples, training=False)
        if node and len(everything) == 1:
            raise DataError(
                f"'{node}' compares the samples of a batch with each other, but there is one test sample; add others.",
                node.partition("/")[0],
            )
        found = measure(module, metrics, feed, everything, company=bool(node))
        return {**found, "samples": float(len(everything))}
