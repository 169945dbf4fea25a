"""The commands that need no editor; ``layerloom.py`` is their front door."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from compiler.to_python.source import compile_source
from graph.analysis.customcode import untrusted
from graph.analysis.summary import summarize
from graph.document import Document
from graph.errors import LayerloomError
from graph.fields import printable, shorten
from graph.problems.checks import check_all
from graph.recipe.augmentations import Augmentation
from graph.recipe.flat import all_names, kind_of, override
from graph.recipe.part import choices_of, own_fields
from graph.recipe.settings import TrainingSettings
from graph.recipe.sources import usages
from graph.recipe.sweep.sweep import searches
from graph.storage.atomic import write_atomically
from graph.storage.loom import dumps, load
from graph.storage.trust import trust as trust_code
from training.cli.evaluation import as_lines as evaluation_lines
from training.cli.figures import rates_table, table
from training.cli.reporter import Reporter, run_reported
from training.cli.runs import comparison_data, comparison_text, listed, runs_data, runs_table
from training.cli.sweeps import run_sweep, set_sweep
from training.cli.together import ONE_SHARD, is_one_of_several, started_together, stop_with_stdin
from training.cli.weights import as_data, as_lines, document_of, is_folder, run_of, without_run
from training.errors import RunError
from training.protocol import EvaluateJob, ExportJob, RangeJob, SweepJob, TrainJob
from training.runs.curves import write_csv, write_tensorboard
from training.runs.origin import RUNS
from training.runs.runs import new_run_dir
from training.runs.sweeps.folder import new_sweep_dir, read_swept
from training.runs.table.comparison import compare as compare_runs

Render = Callable[[Document, Path, str, str], None]
File = Annotated[Path, typer.Argument(help="a .loom drawing")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object instead of text")]

app = typer.Typer(
    name="layerloom",
    help="Draw neural networks. With a FILE or nothing, open the editor.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def run(arguments: list[str], version: str, render: Render) -> int:
    """Run one command; its exit status. ``render`` writes a drawing as a picture."""
    if arguments[0] == "--version":
        print(f"layerloom {version}")
        return 0
    if (status := started_together(arguments)) is not None:
        return status
    try:
        result = app(arguments, standalone_mode=False, prog_name="layerloom", obj=render)
    except Exception as error:
        _refuse_usage(error)
    return int(result or 0)


def _refuse_usage(error: Exception) -> NoReturn:
    """Turn an error in how the command was called into the sentence the user reads."""
    message = getattr(error, "format_message", None)
    if message is None:
        raise error
    raise LayerloomError(f"{str(message()).rstrip('.')}; see layerloom --help.") from None


@app.command()
def check(file: File, as_json: AsJson = False) -> int:
    """List a drawing's problems; exit 1 if there is an error, 2 if the file cannot be read."""
    problems = check_all(load(file))
    if as_json:
        rows = [{key: getattr(p, key) for key in ("severity", "node", "port", "message", "graph")} for p in problems]
        print(json.dumps({"problems": rows}))
    else:
        for problem in problems:
            where = f"{problem.graph}: " if problem.graph else ""
            print(f"{problem.severity}: {where}{problem.message}")
        if not problems:
            print("No problems.")
    return 1 if any(problem.severity == "error" for problem in problems) else 0


@app.command()
def summary(
    file: File,
    size: Annotated[
        list[str] | None, typer.Option("--size", metavar="NAME=NUMBER", help="how large a named size is taken to be")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print every layer's output shape, parameters and multiply-adds."""
    figures = summarize(load(file), sizes=_sizes(size or []))
    if as_json:
        print(json.dumps(msgspec.to_builtins(figures)))
        return
    sys.stdout.write(table(figures))


def _sizes(texts: list[str]) -> dict[str, int]:
    """The sizes that the texts of ``--size`` give."""
    found: dict[str, int] = {}
    for text in texts:
        name, _, number = text.partition("=")
        if not (number.isascii() and number.isdigit() and 0 < int(number[:10]) < 2**31):
            raise LayerloomError(f"--size {shorten(text)} is not understood; write NAME=NUMBER, such as h=16.")
        found[name] = int(number)
    return found


@app.command()
def code(
    file: File, output: Annotated[Path | None, typer.Option("-o", "--output", help="write here, not to stdout")] = None
) -> None:
    """Print the PyTorch source of a drawing."""
    text = compile_source(load(file)).text
    if output is None:
        _say_what_is_lost(text)
        sys.stdout.write(text)
        return
    write_atomically(output, text.encode())


def _say_what_is_lost(text: str) -> None:
    """Source in which letters are replaced may not run."""
    encoding = sys.stdout.encoding or "utf-8"
    if text != text.encode(encoding, errors="replace").decode(encoding):
        print(f"Letters that {encoding} does not have are replaced; -o FILE writes them all.", file=sys.stderr)


@app.command()
def train(
    file: Annotated[Path | None, typer.Argument(help="a .loom drawing")] = None,
    data: Annotated[str | None, typer.Option(help=", ".join(usages()))] = None,
    epochs: Annotated[int | None, typer.Option(help="passes over the training samples")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda, cuda:1, mps")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="any training setting, each given once")
    ] = None,
    augment: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME:FIELD=VALUE",
            help="what training samples are changed by: "
            + ", ".join(name.lower() for name in choices_of(Augmentation)),
        ),
    ] = None,
    patience: Annotated[int | None, typer.Option(help="epochs without a better one before training ends early")] = None,
    start_from: Annotated[
        Path | None, typer.Option("--from", metavar="RUN", help="begin with this run's best weights wherever they fit")
    ] = None,
    run_dir: Annotated[Path | None, typer.Option(help="where the run is kept")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="go on with this run")] = None,
    accept_data: Annotated[
        bool, typer.Option("--accept-data", help="with --resume: also where the data is not what it was")
    ] = False,
    lr_test: Annotated[
        bool, typer.Option("--lr-test", help="only try rising learning rates, and print the loss at each")
    ] = False,
    nproc: Annotated[int, typer.Option(metavar="N", min=1, help="processes that train together on a machine")] = 1,
    shard: Annotated[
        bool, typer.Option("--shard", help="with --nproc: each process holds a part of the model, not all of it")
    ] = False,
    nnodes: Annotated[
        int, typer.Option(metavar="N", min=1, help="with --write-slurm: machines that train together")
    ] = 1,
    slurm: Annotated[
        Path | None, typer.Option("--write-slurm", metavar="FILE", help="only write a script that trains on a cluster")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a drawing; the run keeps its weights, settings and every event."""
    del nproc, nnodes, slurm  # seen to before
    if (file is None) == (resume is None):
        raise LayerloomError("Give a FILE to train, or --resume RUN to go on with a run.")
    if resume is not None and run_dir is not None:
        raise LayerloomError(f"--resume continues {resume} itself; leave out --run-dir.")
    if resume is not None and start_from is not None:
        raise LayerloomError(f"--resume continues with the weights of {resume} itself; leave out --from.")
    document = load(_file_of(file, resume))
    options = {"data": data, "epochs": epochs, "device": device, "augmentation": augment, "patience": patience}
    changes = _changes(options, settings or [])
    with document.edit("Settings"):
        document.set_training(**changes)
    _check_used(document.training, changes)
    # What is typed here starts in the current folder, what the drawing says in the drawing's.
    home = "" if file is None or "data" in changes else _home(file)
    together = is_one_of_several()
    if shard and not together:
        raise LayerloomError(ONE_SHARD)
    if lr_test:
        _try_rates(document, home, start_from, resume or run_dir, as_json)
        return
    if together and resume is None and run_dir is None:
        raise LayerloomError("Processes that train together need to know one folder: name it with --run-dir.")
    stop_with_stdin()
    folder = resume or run_dir or new_run_dir(Path(RUNS), document.name)
    job = TrainJob(
        dumps(document),
        str(folder),
        resume is not None,
        drawing=str(file.resolve()) if file else "",
        folder=home,
        accept_data=accept_data,
        start_from=str(start_from or ""),
        together=together,
        shard=shard,
    )
    outcome = run_reported(job, Reporter(as_json))
    if not outcome:  # of several processes, the first tells
        return
    if as_json:
        print(json.dumps({"run": str(folder), **outcome}))
    else:
        print(f"The run is in {folder}")


def _try_rates(document: Document, home: str, start_from: Path | None, run: Path | None, as_json: bool) -> None:
    if run is not None:
        raise LayerloomError("--lr-test keeps nothing and goes on with nothing; leave out --run-dir and --resume.")
    found = run_reported(RangeJob(dumps(document), home, str(start_from or "")), Reporter(as_json))
    print(json.dumps(found) if as_json else rates_table(found["rates"], found["losses"], found["suggested"]))


def _file_of(file: Path | None, run: Path | None) -> Path:
    """The drawing to train: the one given, or that of the run to go on with."""
    if file is not None:
        return file
    assert run is not None
    return document_of(run)


def _home(file: Path) -> str:
    """The folder a drawing is in."""
    return str(file.resolve().parent)


def _changes(options: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    """The training settings that options of their own and the texts of ``--set`` give."""
    changes = {key: value for key, value in options.items() if value is not None}
    for text in texts:
        key, value = _parse_setting(text)
        if key in changes:
            raise LayerloomError(f"The setting {key} is given twice; give it once.")
        changes[key] = value
    for key, value in changes.items():
        _check_text(key, value)
    return changes


def _check_used(settings: TrainingSettings, changes: Iterable[str]) -> None:
    """Refuse a setting of the one optimizer where turns have optimizers of their own."""
    for key in changes if settings.turns else ():
        if key == "optimizer" or key in own_fields(type(settings.optimizer)):
            raise LayerloomError(f"--set {key} has no effect: each turn has an optimizer of its own; set turns.")


def _check_text(key: str, value: Any) -> None:
    """A run writes down its settings as text, which not every path is."""
    if isinstance(value, str) and value != value.encode(errors="replace").decode():
        raise LayerloomError(f"The setting {key} is {shorten(value)}, which is not text; give the file another name.")


def _parse_setting(text: str) -> tuple[str, Any]:
    known = all_names()
    key, equals, value = text.partition("=")
    if not equals or key not in known:
        raise LayerloomError(
            f"--set {shorten(text)} is not understood; write KEY=VALUE with one of {', '.join(known)}."
        )
    return key, _value(key, value)


def _value(key: str, value: str) -> Any:
    match kind_of(key):
        case "text" | "choice":
            return value
        case "names" | "sizes":
            items = [item.strip() for item in value.split(",") if item.strip()]
            return items if kind_of(key) == "names" else [_number(key, item) for item in items]
        case _:
            return _number(key, value)


def _number(key: str, value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise LayerloomError(f"--set {key} is not understood; {shorten(value)} is not a number.") from None


@app.command()
def sweep(
    file: Annotated[Path | None, typer.Argument(help="a .loom drawing")] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES",
            help="what is varied, a setting or NODE.FIELD: over values, as in conv1.out_channels=8,16,32, or a range, "
            "as in learning_rate=1e-4..1e-1, which is logarithmic from a factor of ten on; :log or :linear behind it "
            "says so. Without it, what the drawing says",
        ),
    ] = None,
    trials: Annotated[int | None, typer.Option(help="how many trainings there are")] = None,
    search: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(searches()).lower()}; without it, grid for lists alone, else random"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="start of the random numbers of the search")] = None,
    parallel: Annotated[int | None, typer.Option(help="trials that are trained at a time")] = None,
    pruning: Annotated[
        str | None, typer.Option(help="with tpe, which trials end early: none, median (as without it), halving")
    ] = None,
    points: Annotated[int | None, typer.Option(help="with grid, values that are taken of each range")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="any training setting, each given once")
    ] = None,
    sweep_dir: Annotated[Path | None, typer.Option(help="where the sweep is kept")] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="SWEEP", help="go on with this sweep, also beside others that are at it on any machine"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a drawing many times with other values, and say which are best; each trial is a run of its own."""
    if (file is None) == (resume is None):
        raise LayerloomError("Give a FILE to sweep, or --resume SWEEP to go on with a sweep.")
    asked = {"trials": trials, "search": search, "search_seed": seed, "parallel": parallel, "pruning": pruning}
    values = {name: value for name, value in {**asked, "points": points}.items() if value is not None}
    if resume is not None:
        if over or values or settings or sweep_dir:
            raise LayerloomError(f"--resume goes on with {resume} as it was begun; leave out the other options.")
        read_swept(resume)
        run_sweep(SweepJob("", str(resume), resume=True), as_json=as_json)
        return
    assert file is not None
    document = load(file)
    changes = _changes({}, settings or [])
    with document.edit("Settings"):
        document.set_training(**changes)
    _check_used(document.training, changes)
    set_sweep(document, over or [], values)
    folder = sweep_dir or new_sweep_dir(Path(RUNS), document.name)
    home = "" if "data" in changes else _home(file)
    job = SweepJob(dumps(document), str(folder), drawing=str(file.resolve()), folder=home)
    run_sweep(job, as_json=as_json)


@app.command()
def data(
    source: Annotated[str, typer.Argument(help=", ".join(usages()))],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="any option of the data, each given once")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read data and say what it holds: fields, ranges, classes, the split, and what was left out."""
    from training.data.described import as_lines, describe

    figures = describe(override(TrainingSettings(), _changes({"data": source}, settings or [])))
    print(json.dumps(figures) if as_json else "\n".join(as_lines(figures)))


@app.command()
def evaluate(
    run_dir: Annotated[Path, typer.Argument(metavar="RUN", help="a run's folder")],
    data: Annotated[str, typer.Option(help="other data than the run was trained with")] = "",
    as_json: AsJson = False,
) -> None:
    """Measure a run's best weights by every metric that suits, on test samples or else its own validation samples."""
    document_of(run_dir)
    found = run_reported(EvaluateJob(str(run_dir), data), Reporter(as_json))["evaluated"]
    # The figures by themselves come first: scripts of before there was more read them there.
    print(json.dumps({**found["figures"], **found}) if as_json else "\n".join(evaluation_lines(found)))


@app.command()
def runs(
    folder: Annotated[Path | None, typer.Argument(help="the folder that holds them, or one with a folder runs")] = None,
    as_json: AsJson = False,
) -> None:
    """List runs, the latest first: how they ended, their best figures, and the settings in which they differ."""
    found = listed(folder)
    sys.stdout.write(f"{runs_data(found)}\n" if as_json else runs_table(found))


@app.command()
def compare(
    run_dirs: Annotated[list[Path], typer.Argument(metavar="RUN RUN...", help="the folders of two runs or more")],
    as_json: AsJson = False,
) -> None:
    """Show how runs differ: in their settings, their figures and, node by node, their drawings."""
    found = compare_runs(run_dirs)
    sys.stdout.write(f"{comparison_data(found)}\n" if as_json else comparison_text(found))


@app.command()
def curves(
    run_dir: Annotated[Path, typer.Argument(metavar="RUN", help="a run's folder")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="a .csv file to write")] = None,
    tensorboard: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="a folder to write what TensorBoard reads")
    ] = None,
) -> None:
    """Write a run's curves for other programs: every figure after every step and epoch."""
    if output is None and tensorboard is None:
        raise RunError("Say where: -o FILE.csv, --tensorboard FOLDER, or both.")
    if output is not None:
        write_csv(run_dir, output)
    if tensorboard is not None:
        write_tensorboard(run_dir, tensorboard)


@app.command()
def export(
    origin: Annotated[Path, typer.Argument(metavar="FILE|RUN", help="a drawing, or a run with its best weights")],
    output: Annotated[Path, typer.Option("-o", "--output", help="the ONNX file to write")],
    weights: Annotated[
        str,
        typer.Option(
            metavar="RUN|fresh",
            help="take the weights of this run wherever they fit, or fresh random ones; else those of the drawing's "
            "latest run, or fresh ones where it has none",
        ),
    ] = "",
    last: Annotated[bool, typer.Option("--last", help="take the run's last weights, not its best")] = False,
    embed_drawing: Annotated[
        bool, typer.Option("--embed-drawing", help="keep the drawing in the file, without its notes and paths")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write ONNX that was checked against PyTorch in onnxruntime first."""
    document = load(document_of(origin) if is_folder(origin) else origin)
    run_dir = run_of(origin, weights)
    if last and run_dir is None:
        raise LayerloomError("--last takes the last weights of a run, and there is none; name it with --weights RUN.")
    notice = "" if run_dir or weights else without_run(origin, document)
    chosen = "last" if last else "best"
    home = "" if origin.is_dir() else _home(origin)
    job = ExportJob(dumps(document), str(output), str(run_dir or ""), chosen, embed_drawing, home)
    report = run_reported(job, Reporter(as_json))["exported"]
    if as_json:
        print(json.dumps(as_data(report, notice)))
        return
    print("\n".join(as_lines(report, notice)))


@app.command()
def trust(
    origin: Annotated[Path, typer.Argument(metavar="FILE|RUN", help="a drawing, or a run")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> int:
    """Show the Python that stands in a drawing, and let it run here from now on."""
    codes = untrusted(load(document_of(origin) if is_folder(origin) else origin))
    for name, text in codes.items():
        print(f"# {printable(name)}", *(printable(line, len(line)) for line in text.strip().splitlines()), "", sep="\n")
    if not codes:
        print("It holds no Python that is not trusted here.")
        return 0
    if not yes and not (sys.stdin.isatty() and typer.confirm("Let this run here from now on?")):
        print("Nothing was trusted; with --yes it is not asked.", file=sys.stderr)
        return 1
    trust_code(codes.values())
    print(f"Trusted the Python of {len(codes):,} node{'s' if len(codes) > 1 else ''}.")
    return 0


@app.command()
def render(
    context: typer.Context,
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="an .svg, .pdf, .png or .tex file")],
    block: Annotated[str, typer.Option(help="draw what is inside this block")] = "",
    style: Annotated[
        str, typer.Option(help="screen, as on the canvas; print, for papers; boxes, the tensors by their sizes")
    ] = "screen",
) -> None:
    """Write a drawing as a picture."""
    draw: Render = context.obj
    draw(load(file), output, block, style)
