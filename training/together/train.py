"""The job of one of several processes that train together."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from queue import Queue

from graph.document import Document
from graph.storage.loom import loads
from training.devices import choose_device, in_order
from training.job.control import Commands, Control, Emit
from training.job.failures import blaming
from training.loop.epochs import Kinds
from training.loop.prepare import Plan, prepare, trainable
from training.loop.rundata import read_run_data
from training.loop.threads import threads_for
from training.loop.train import given_to, train
from training.protocol import Event, TrainJob
from training.ranks.ranks import Ranks, joined
from training.runs.runs import read_document, read_run
from training.shards.allowed import check_sharding
from training.together.learning import JointControl, JointRecorder, LearningTogether, Team
from training.together.turns import TurnsTogether


def train_together(job: TrainJob, emit: Emit, commands: Commands) -> None:
    """Train with the processes that the environment tells of; the first is told of in ``emit`` and in the run's log.

    Raises:
        Exception: what ended it.
    """
    if job.shard:
        check_sharding(_document(job))
    with joined() as ranks:
        if ranks.first:
            train(job, emit, commands, lambda document, tell: _team(ranks, document, commands, tell, job.shard))
        else:
            _follow(job, ranks)


def _team(ranks: Ranks, document: Document, commands: Commands, tell: Emit, shard: bool) -> tuple[Control, Kinds]:
    control = JointControl(commands, tell, ranks)
    team = Team(ranks, control, document.training.seed)
    turns, share_out = bool(document.training.turns), None
    kind: type[LearningTogether] = TurnsTogether if turns else LearningTogether
    if shard:
        from training.together import sharded  # what torch has for it takes long to load

        kind = sharded.ShardedTurns if turns else sharded.ShardedLearning
        share_out = partial(sharded.share_out, ranks)
    return control, Kinds(JointRecorder, lambda *parts: kind(team, *parts), ranks, share_out)


def _document(job: TrainJob) -> Document:
    return loads(job.document) if job.document else read_document(Path(job.run_dir))


def _follow(job: TrainJob, ranks: Ranks) -> None:
    """Take part in what the first process trains; nothing is written, and nothing told."""
    run = Path(job.run_dir)
    resumed = ranks.from_first(lambda: False)  # the first has prepared the run by then
    document = _document(job)
    before = read_run(run) if resumed else None
    control, kinds = _team(ranks, document, Queue(), _untold, job.shard)
    source, settings = trainable(document), document.training
    device = ranks.device(choose_device(settings.device))
    steady = in_order(device, settings.deterministic)
    with blaming(source, ""), threads_for(document, settings.batch_size // ranks.count), steady:
        data = read_run_data(job, document, source, _untold)
        plan = Plan(document, source, run, data, before, device, given_to(job, run), kinds, None)
        prepare(plan, _untold, control)[0].train(settings.epochs, settings.patience)


def _untold(_event: Event) -> None:
    """What the first process tells."""
