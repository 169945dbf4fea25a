"""All that a training needs, made from its settings and, where there is one, its checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_source
from compiler.to_python.state import load_state
from graph.analysis.penalties import own_penalties
from graph.document import Document
from graph.problems.checks import obstacles
from graph.recipe.optimizers import LBFGS
from graph.recipe.regularization import NoClipping
from graph.recipe.settings import TrainingSettings
from graph.recipe.turns import round_of
from training.checkpoints.checkpoint import damaged, load_last, save_last, undamaged
from training.checkpoints.fitted import fitted_weights
from training.checkpoints.position import Position, pack, unpack
from training.checkpoints.resume import surroundings
from training.computing.computing import PLAIN, Computing, recorded
from training.computing.probing import Asked, probe, unsteady, works
from training.data.augment.feed import Augmented
from training.data.augment.plan import Augmentations, plan as augmentations
from training.data.checks.company import in_need_of_company
from training.data.feed import Feed, Split
from training.errors import TrainingError
from training.job.control import Control, Emit
from training.loop.epochs import Kinds, Loop
from training.loop.optimizers import apply_settings, make_optimizer
from training.loop.rundata import RunData
from training.loop.turns import UpdateInTurns, make_turns
from training.loop.update import Update
from training.loop.usable import check_usable
from training.loop.watching import Watching
from training.methods.accumulation import Groups
from training.methods.classweights import ClassWeights, balanced, weighted
from training.methods.together import Together
from training.methods.watch import Watch, watch
from training.metrics.counting import Counting
from training.metrics.metrics import Metrics, may_be_sums
from training.protocol import Notice, Stage, Started
from training.ranks.alike import check_alike
from training.results.live import POINTS, SIZE, LiveRegions
from training.results.regions import regions_of
from training.runs.choices import choose
from training.runs.data_record import DataRecord
from training.runs.runs import Run
from training.runs.versions import versions
from training.runs.wording import origin, remarks, weights_used
from training.shards.whole import Whole


class Plan(NamedTuple):
    """What is trained on what, where; ``before`` is the run so far where it is gone on with.

    ``given`` is another run whose best weights a new one begins with, ``None`` for fresh ones. ``kinds`` tells of
    several processes that train together. ``computing`` is the way in which steps are computed, ``None`` for the one
    the run has, or a new one finds by its settings. ``show`` is told what is only for the eye, if there is one.
    """

    document: Document
    source: Source
    run: Path
    data: RunData
    before: Run | None
    device: torch.device
    given: Path | None = None
    kinds: Kinds = Kinds()
    computing: Computing | None = PLAIN
    show: Emit | None = None


class _Learner(NamedTuple):
    module: nn.Module
    optimizer: Optimizer
    at: Position
    state: dict[str, Any]
    holding: Whole


class Ready(NamedTuple):
    """What a training is made of; ``weights`` are those of classes, ``state`` is that of the checkpoint, if any."""

    split: Split
    feed: Feed
    learns_from: Feed | Augmented
    counting: Counting
    metrics: Metrics
    groups: Groups | None
    update: Update
    weights: ClassWeights
    state: dict[str, Any]


def trainable(document: Document) -> Source:
    """The source of a drawing that has something to train for.

    Raises:
        TrainingError: it has no objective, or its turns are not those of its weights and objectives.
        DocumentError: it has a problem.
    """
    source = compile_source(document)
    for problem in obstacles(document, training=True):
        raise TrainingError(problem.message, problem.node)
    return source


def prepare(job: Plan, tell: Emit, control: Control) -> tuple[Loop, Position]:
    """The loop, ready to train, and the position it moves.

    Raises:
        LayerloomError: the data, the settings or the checkpoint do not allow it.
    """
    ready = assemble(job, tell, job.document.training)
    watched = watch(job.document.training.monitor, ready.metrics, validates=bool(len(ready.split.validation)))
    at = ready.update.at
    if not may_be_sums(at.sums, ready.metrics):
        raise damaged(job.run, ValueError("its sums are not those of this drawing's measures"))
    # Before anything is written: what the others of several processes read is as the first has found it.
    told = (job.source.text, job.data.samples.prints, job.data.changed, at, len(ready.split.validation))
    check_alike(job.kinds.ranks, told, nn.Module() if job.kinds.share_out else ready.update.module)
    _take_up(job, ready.update, ready.state)
    if job.kinds.ranks.first:
        job.data.keep(job.run, ready.weights)
    steps, holding = ready.update.batches * job.document.training.epochs, ready.update.holding
    watching = Watching(job.document, job.source, ready.update.module, steps, tell, _looking_on(job, ready), holding)
    watching.remember(job.before)
    if watching.norms:
        ready.update.watch(watching.norms)
    _tell_start(job, ready, watched, watching.tell)
    samples = job.data.samples.training
    company = bool(in_need_of_company(job.document, job.source, samples, training=False))
    parts = (ready.update, ready.metrics, ready.counting, ready.groups, ready.feed, ready.learns_from)
    where = (ready.split, at, job.run, control)
    return Loop(*parts, *where, watch=watched, watching=watching, company=company, kinds=job.kinds), at


def _looking_on(job: Plan, ready: Ready) -> Callable[[bool], None]:
    """What shows what the weights say of a plane, where somebody looks and samples are points of one."""
    samples, update = job.data.samples, ready.update
    if job.show is None or job.kinds.ranks.count > 1:
        return lambda _last: None
    shown = ready.split.training[:POINTS].sort().values
    record = DataRecord("", samples.rule, samples.prints, {}, samples.learned)
    regions = regions_of(job.document, job.source, samples.training, shown, record, SIZE)
    if regions is None:
        return lambda _last: None
    live = LiveRegions(regions.on(job.device), job.show)
    return lambda last: live.look(update.evaluated, update.at.epoch, update.at.step, last=last)


def assemble(job: Plan, tell: Emit, settings: TrainingSettings) -> Ready:
    """What a training is made of, with these settings for its steps.

    Raises:
        LayerloomError: the data, the settings or the checkpoint do not allow it.
    """
    samples, device = job.data.samples.training, job.device
    split = Split(len(samples[0]), settings.validation, settings.seed, device, job.data.samples.validation)
    job, weights = _balanced(job, split, tell)
    module, optimizer, at, state, holding = _learner(job, tell)
    together = job.kinds.ranks.count
    feed = Feed([tensor.to(device) for tensor in samples], _part_of_batch(settings, together))
    counting = check_usable(job.document, job.source, samples, split, feed.batch_size, lambda text: tell(Notice(text)))
    # A step is what all batches of a round make, where parts learn in turns.
    steps = -(-split.epoch_samples // (feed.batch_size * together * len(round_of(settings.turns))))
    group = steps if _at_once(settings) else min(steps, settings.accumulation)
    changing = _changing(job, feed, split, group * together, tell)
    groups = _groups(job, counting, group)
    learns_from = changing.feed if changing else feed
    if device.type == "cuda" and settings.deterministic and not job.kinds.share_out:
        _tell_unsteady(job, module, _first_batch(learns_from, split), tell)
    own = own_penalties(job.document, (name for name, _ in module.named_parameters()))
    computing = _computing(job, module, lambda: _first_batch(learns_from, split), steps * settings.epochs, state, tell)
    how = (settings, at, steps, group, counting.varies, own, computing, holding)
    if isinstance(optimizer, Together) and settings.turns:
        update: Update = UpdateInTurns(module, optimizer, *how)
    else:
        update = Update(module, optimizer, *how)
    metrics = Metrics(job.document, job.source, samples, voids=changing.voids if changing else frozenset())
    return Ready(split, feed, learns_from, counting, metrics, groups, update, weights, state)


def _part_of_batch(settings: TrainingSettings, together: int) -> int:
    """How many samples of a batch one of the processes that train together has.

    Raises:
        TrainingError: what is asked for is not done together.
    """
    if together == 1:
        return settings.batch_size
    if isinstance(settings.optimizer, LBFGS) and not settings.turns:
        raise TrainingError("Several processes do not train with LBFGS together; leave out --nproc, or LBFGS.")
    if settings.batch_size % together:
        raise TrainingError(
            f"A batch of {settings.batch_size} samples cannot be shared by {together} processes alike; take a "
            f"batch_size that {together} divides, such as {-(-settings.batch_size // together) * together}."
        )
    return settings.batch_size // together


def _groups(job: Plan, counting: Counting, group: int) -> Groups | None:
    """Which batches make one step: those of a group, or the parts of one that several processes have."""
    together = job.kinds.ranks.count
    if job.kinds.learning:
        remedy = "Leave out --nproc, or take another objective."
        return Groups(job.document, job.source, counting, together * group, remedy)
    return Groups(job.document, job.source, counting, group) if group > 1 else None


def _changing(job: Plan, feed: Feed, split: Split, group: int, tell: Emit) -> Augmentations | None:
    """How training samples are changed, which is told."""
    found = augmentations(job.document, job.data.samples, feed, split.training)
    if found is None:
        return None
    if found.voids and group > 1:
        node = min(found.voids)
        raise TrainingError(
            f"Augmentation changes how many labels of '{node}' count, by which the batches of one step are weighed. "
            "Set accumulation to 1, take another optimizer than LBFGS and one process, or take what moves pixels, but "
            "for flips, out of the setting augmentation."
        )
    tell(Notice(found.told))
    return found


def _tell_start(job: Plan, ready: Ready, watched: Watch, tell: Emit) -> None:
    settings = job.document.training
    started = Started(
        run_dir=str(job.run),
        device=str(job.device),
        epochs=settings.epochs,
        epoch=ready.update.at.epoch,
        steps_per_epoch=ready.update.batches,
        training_samples=ready.split.training_samples,
        validation_samples=len(ready.split.validation),
        parameters=sum(parameter.numel() for parameter in ready.update.module.parameters()),
        metrics=ready.metrics.names,
        seed=settings.seed,
        threads=torch.get_num_threads(),
        judged=[judged.figure for judged in ready.metrics.judged] if len(ready.split.validation) else [],
        turns=[turn.name for turn in settings.turns],
        processes=job.kinds.ranks.count,
        sharded=job.kinds.share_out is not None,
        computing=ready.update.computing.words,
        watched=watched.name,
        rises=watched.rises,
    )
    for sentence in surroundings(job.before, versions(), started) if job.before else ():
        tell(Notice(sentence))
    tell(started)


def _at_once(settings: TrainingSettings) -> bool:
    """Whether all samples of an epoch make one step."""
    if settings.turns and settings.accumulation > 1:
        raise TrainingError("Parts that learn in turns take a step with each batch; set accumulation to 1.")
    if settings.turns or not isinstance(settings.optimizer, LBFGS):
        return False
    if not isinstance(settings.clipping, NoClipping):
        raise TrainingError(
            "LBFGS needs the gradients as they are, but clipping would cut them; set clipping to NoClipping, or take "
            "another optimizer."
        )
    return True


def _computing(
    job: Plan, module: nn.Module, batch: Callable[[], list[Tensor]], steps: int, state: dict[str, Any], tell: Emit
) -> Computing:
    """The way in which steps are computed, by which the module is laid out; the first of several processes finds it."""
    if job.computing is not None:
        job.computing.arrange(module)
        return job.computing
    if job.kinds.share_out:
        return PLAIN
    ranks = job.kinds.ranks
    computing = recorded(state) if state else ranks.from_first(lambda: _tried(job, module, batch, steps, tell))
    computing.arrange(module)
    return ranks.from_first(lambda: _that_works(module, _losses(job), batch, computing, tell))


def _tried(job: Plan, module: nn.Module, batch: Callable[[], list[Tensor]], steps: int, tell: Emit) -> Computing:
    """The fastest of the ways that the settings ask for."""
    settings = job.document.training
    tried = settings.speedups == "tried"
    # LBFGS looks at weights as one row of memory.
    images = tried and not isinstance(settings.optimizer, LBFGS)
    few = settings.precision
    asked = Asked(channels_last=images, tf32=few == "tf32", bfloat16=few == "bfloat16", compiled=tried)
    if not any(asked):
        return PLAIN
    tell(Stage("Trying ways to compute steps faster"))
    found = probe(module, _losses(job), batch(), asked, steps)
    tell(Notice(found.told))
    return found.computing


def _that_works(
    module: nn.Module, losses: list[str], batch: Callable[[], list[Tensor]], computing: Computing, tell: Emit
) -> Computing:
    """The way in which steps are to be computed, without torch.compile where that does not work here, or not any more:
    it depends on the compiler and the kernels of a machine."""
    if not computing.compiled:
        return computing
    tell(Stage("Compiling the drawing"))
    why = works(module, losses, batch(), computing)
    if not why:
        return computing
    tell(
        Notice(
            f"What torch.compile has made of the drawing does not work here ({why}): steps are computed without it. A "
            "run that has used it so far differs in its last digits from one in one piece."
        )
    )
    return msgspec.structs.replace(computing, compiled=())


def _tell_unsteady(job: Plan, module: nn.Module, batch: list[Tensor], tell: Emit) -> None:
    found = unsteady(module, _losses(job), batch)
    if found:
        tell(
            Notice(
                f"On a GPU PyTorch has no way to compute {', '.join(found)} in the same order every time: trained "
                "again, or stopped and gone on with, this run differs in its last digits."
            )
        )


def _losses(job: Plan) -> list[str]:
    """The methods of the module that are learned from."""
    turns = job.document.training.turns
    return [f"loss_{turn.name}" for turn in turns] or ["loss"]


def _first_batch(feed: Feed | Augmented, split: Split) -> list[Tensor]:
    """The first samples that will be learned from, in tensors of their own."""
    return [tensor.clone() for tensor in next(iter(feed.in_epoch(split.order(0), 0, 0)))]


def _balanced(job: Plan, split: Split, tell: Emit) -> tuple[Plan, ClassWeights]:
    """The job with the class weights that are asked for in its objectives, and these weights."""
    if job.document.training.class_weights == "none":
        return job, {}
    samples = job.data.samples.training
    weights = balanced(job.document, job.source, samples, split.training, lambda text: tell(Notice(text)))
    document = weighted(job.document, weights)
    return job._replace(document=document, source=trainable(document)), weights


def _learner(job: Plan, tell: Emit) -> _Learner:
    """The module on its device, and all that goes with it: new, or as the run's checkpoint has it."""
    settings = job.document.training
    torch.manual_seed(settings.seed)
    module = build(job.source)
    state = load_last(job.run, module) if job.before else None
    if state is None and job.given is not None:
        _start_from(job, job.given, module, tell)
    if not job.kinds.share_out:
        module.to(job.device)
    turns = settings.turns
    optimizer = make_turns(module, job.document) if turns else make_optimizer(module, settings)
    at = Position()
    if state is not None:
        with undamaged(job.run):
            recorded(state).arrange(module)
            most = max((turn.steps for turn in turns), default=1)
            at = unpack(state, optimizer, job.device, most)
        apply_settings(optimizer, settings)
    if job.kinds.share_out is None:
        return _Learner(module, optimizer, at, state or {}, Whole(module))
    check_alike(job.kinds.ranks, "weights", module)
    holding = job.kinds.share_out(module, job.source, job.device, optimizer, settings.averaging)
    tell(Notice(holding.told))
    return _Learner(module, optimizer, at, state or {}, holding)


def _start_from(job: Plan, run: Path, module: nn.Module, tell: Emit) -> None:
    """Begin with the best weights of another run, wherever they fit, and say which do."""
    choice = choose(run)
    state, found = fitted_weights(job.document, job.source, choice)
    load_state(module, state)
    used = weights_used(choice, found)
    tell(Notice(" ".join([f"Training begins with the weights of another run: {origin(used)}.", *remarks(used)])))


def _take_up(job: Plan, update: Update, state: dict[str, Any]) -> None:
    """Have what comes after the gradients go on as the checkpoint says; other data begins its epoch anew."""
    if not state:
        return
    if job.data.changed:
        _begin_epoch(update.at)
        state.pop("gradients", None)
    with undamaged(job.run):
        update.load(state)
    if job.data.changed and (job.kinds.ranks.first or job.kinds.share_out):
        # Before the run's record speaks of the new data: killed in between, it is asked about once more.
        optimizer = update.holding.optimizer_state(update.optimizer)
        weights, kept = update.weights(), {**pack(update.at, optimizer, job.device), **update.state()}
        if job.kinds.ranks.first:
            save_last(job.run, weights, kept, update.at.step)


def _begin_epoch(at: Position) -> None:
    """Other data makes the epoch begun another one, and losses of before no measure of what is best."""
    at.batch, at.sums, at.samples, at.best, at.costs = 0, [], 0, None, []
