"""Starts the processes that train together, here or on a cluster."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from graph.errors import LayerloomError
from graph.storage.atomic import write_atomically
from training.children import environment
from training.cli.reporter import interrupted_by
from training.runs.origin import RUNS
from training.runs.runs import new_run_dir

_SAID = 2000  # letters of what a process has said last
_CHECK_SECONDS = 0.2
_ENDS = "LAYERLOOM_STOPS_WITH_STDIN"
_MOST = 4096
ONE_SHARD = "--shard shares a model out over processes, and this is one; add --nproc 2 or more."


def is_one_of_several() -> bool:
    """Whether torchrun, or ``run_together``, has started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1") or 1) > 1 and "RANK" in os.environ


def started_together(arguments: Sequence[str]) -> int | None:
    """See to ``train`` with several processes, or with a script for a cluster; ``None`` for every other command.

    Raises:
        LayerloomError: an option has no number, or a process failed.
    """
    if arguments[0] != "train" or "--help" in arguments or is_one_of_several():
        return None
    rest, asked = _taken(arguments, "--nproc", "--nnodes", "--write-slurm")
    count, nodes, script = _number(asked, "--nproc"), _number(asked, "--nnodes"), asked.get("--write-slurm")
    if script is None and nodes > 1:
        raise LayerloomError(
            f"--nnodes {nodes} starts nothing on other machines by itself; add --write-slurm FILE for a script that "
            "does, and for the line that each machine runs by hand."
        )
    if script is None and count == 1:
        return None
    if "--shard" in rest and count * nodes == 1:
        raise LayerloomError(ONE_SHARD)
    if "--lr-test" in rest:
        raise LayerloomError("--lr-test is done by one process, here and now; leave out --nproc and --write-slurm.")
    made = None
    if not {"--run-dir", "--resume"} & {argument.partition("=")[0] for argument in rest}:
        name = next((Path(argument).stem for argument in rest if argument.endswith(".loom")), "run")
        made = new_run_dir(Path(RUNS), name) if script is None else None
        rest += ["--run-dir", str(made or Path(RUNS) / f"{name}-together")]
    if script is not None:
        write_slurm(Path(script), rest, nodes, count)
        print(f"{script} is written. By hand, each machine runs:\n  {torchrun_line(rest, nodes, count)}")
        return 0
    try:
        return run_together(rest, count)
    finally:
        if made is not None and not any(made.iterdir()):
            made.rmdir()  # the command was refused before there was a run


def _taken(arguments: Sequence[str], *names: str) -> tuple[list[str], dict[str, str]]:
    """Arguments without some options, and the values of these."""
    kept: list[str] = []
    found: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name in names:
            found[name] = value if equals else next(rest, "")
        else:
            kept.append(argument)
    return kept, found


def _number(asked: Mapping[str, str], name: str) -> int:
    text = asked.get(name, "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise LayerloomError(f"{name} must be a number from 1 to {_MOST:,}, got '{text:.40}'.")
    return int(text)


def run_together(arguments: Sequence[str], count: int) -> int:
    """Run the command with these arguments in so many processes on this machine; the exit status.

    The first is the one that is seen; when one ends with an error, the others are ended too.
    """
    packed = getattr(sys, "frozen", False)
    cores = max(1, (os.cpu_count() or 1) // count)
    shared = {"WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port())}
    with tempfile.TemporaryFile() as said, _ending() as (reading, end):
        processes = []
        for rank in range(count):
            told = {**environment(), **shared, "RANK": str(rank), "LOCAL_RANK": str(rank), _ENDS: "1"}
            told.setdefault("OMP_NUM_THREADS", str(cores))
            out, err = (None, None) if rank == 0 else (subprocess.DEVNULL, said)
            command = [sys.executable, *([] if packed else ["-m", "layerloom"]), *arguments]
            processes.append(
                subprocess.Popen(command, env=told, stdin=reading, stdout=out, stderr=err, start_new_session=True)
            )
        try:
            with interrupted_by(end):
                return _wait(processes, said.fileno())
        finally:
            for process in processes:
                process.kill()
                process.wait()


@contextmanager
def _ending() -> Iterator[tuple[int, Callable[[int, FrameType | None], None]]]:
    """The end of a pipe that processes read, and what Ctrl+C calls: it closes the other end, and a second one kills.

    The other end closes by itself when this process is killed.
    """
    reading, writing = os.pipe()
    ends = [reading, writing]

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(ends.pop())

    try:
        yield reading, end
    finally:
        for descriptor in ends:
            os.close(descriptor)


def stop_with_stdin() -> None:
    """In a process that ``run_together`` has started: stop in order when that one asks for it, or is gone."""
    if _ENDS not in os.environ:
        return

    def watch() -> None:
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, name="stdin", daemon=True).start()


def write_slurm(path: Path, arguments: Sequence[str], nodes: int, count: int) -> None:
    """Write a script for Slurm that trains on so many nodes with so many processes each.

    Raises:
        FileError: it cannot be written.
    """
    lines = f"""#!/bin/bash
#SBATCH --job-name=layerloom
#SBATCH --nodes={nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task={4 * count}
#SBATCH --gpus-per-node={count}
# Without GPUs, take the line above out.

# Two jobs that share a machine must not meet: number and port are those of this job.
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
port=$((20000 + SLURM_JOB_ID % 20000))
srun {torchrun_line(arguments, nodes, count, "$head:$port", "$SLURM_JOB_ID")}
"""
    write_atomically(path, lines.encode())


def torchrun_line(
    arguments: Sequence[str], nodes: int, count: int, head: str = "HEAD:29500", job: str = "layerloom"
) -> str:
    """The command that starts the processes of one node; the same on each."""
    meeting = f'--rdzv-backend=c10d --rdzv-endpoint="{head}" --rdzv-id="{job}"'
    where = "--standalone" if nodes == 1 else meeting
    many = f"--nnodes={nodes} --nproc-per-node={count} --max-restarts=0"
    return f"torchrun {many} {where} -m layerloom {shlex.join(arguments)}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(processes: list[subprocess.Popen[bytes]], said: int) -> int:
    """Wait for all, or for the first that fails; what the first process says of that is seen."""
    first, *others = processes
    while first.poll() is None:
        for rank, process in enumerate(others, 1):
            if process.poll():
                try:
                    first.wait(5)  # it notices by itself, and says so
                except subprocess.TimeoutExpired:
                    first.kill()
                    raise LayerloomError(f"Process {rank} of {len(processes)} ended: {_last_line(said)}") from None
        try:
            first.wait(_CHECK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    if first.returncode < 0:
        raise LayerloomError(
            f"The first of the {len(processes)} processes was killed by signal {-first.returncode}; --resume goes on "
            "from the last checkpoint of its run."
        )
    return int(first.returncode)


def _last_line(said: int) -> str:
    size = os.fstat(said).st_size
    text = os.pread(said, _SAID, max(0, size - _SAID)).decode(errors="replace").strip()
    return text.splitlines()[-1] if text else "it said nothing."
