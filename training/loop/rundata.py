"""The data of a run: read as it was decided when the run began, and compared with what it was then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compiler.to_python.source import Source
from graph.document import Document
from training.checkpoints.checkpoint import has_weights
from training.data.fingerprint import differences
from training.data.places import locate, locate_for
from training.data.samples import Samples, load_samples
from training.errors import DataChangedError
from training.job.control import Emit
from training.protocol import Notice, Stage, TrainJob
from training.runs.data_record import DataRecord, Rule, read_record, write_record


class RunData:
    """What a run trains on; ``changed`` tells that it is not what the run was trained on before."""

    def __init__(self, source: str, samples: Samples, changed: bool) -> None:
        self.samples = samples
        self.changed = changed
        self._source = source

    def keep(self, run: Path, class_weights: Mapping[str, list[float]]) -> None:
        """Write down with the run where the data is, what it is like, how it is scaled, and what its classes weigh.

        Raises:
            FileError: it cannot be written.
        """
        samples = self.samples
        record = DataRecord(self._source, samples.rule, samples.prints, dict(class_weights), samples.learned)
        write_record(run, record)


def read_run_data(job: TrainJob, document: Document, source: Source, tell: Emit) -> RunData:
    """The samples a job trains on. A resumed run scales them as before, and refuses others unless told to take them.

    Raises:
        DataError: the data cannot be read, or does not fit the drawing.
        DataChangedError: it is not what the run was trained on.
    """
    run, data = Path(job.run_dir), document.training.data
    tell(Stage(f"Reading {data.text()}"))
    resumed = job.resume and has_weights(run)
    before = read_record(run) if resumed else None
    place = locate_for(run, data, job.folder) if resumed else locate(data, job.folder)
    rule = before.rule if before else Rule(by_dtype=True) if resumed else None
    learned = before.learned if before else None
    samples = load_samples(
        document,
        source,
        place,
        lambda text: tell(Notice(text)),
        rule=rule,
        learned=learned,
        stage=lambda what, done: tell(Stage(what, done)),
    )
    if resumed and before is None:
        tell(Notice(f"Whether the data is still what {run} was trained on is not known: an older version trained it."))
    if samples.validation and document.training.validation and not samples.held:
        tell(
            Notice(
                f"The data brings {samples.validation:,} samples to validate on; none of the others are held back, "
                "whatever the setting validation says."
            )
        )
    found = differences(before.prints, samples.prints) if before else []
    if found and not job.accept_data:
        raise DataChangedError(
            f"The data is not what {run} was trained on: {', '.join(found)}; bring the old data back, start a new run, "
            "or accept the data as it is (--accept-data)."
        )
    if found:
        tell(
            Notice(
                f"The data is not what the run was trained on: {', '.join(found)}. The epoch begun starts over, "
                "samples to validate on are chosen anew and may have been trained on, and the best epoch is found anew."
            )
        )
    return RunData(place.text(), samples, bool(found))
