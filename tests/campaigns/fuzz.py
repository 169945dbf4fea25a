"""The fuzzer: thousands of damaged inputs, of which none may end in a traceback, a crash, a hang or a full memory.

    make fuzz
    .venv/bin/python -m tests.campaigns.fuzz --cases 200 --seed 7 --target npz
    .venv/bin/python -m tests.campaigns.fuzz --again npz/7/123

A case follows from the target's name, the seed and its number; one that fails is kept in build/fuzz.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import inspect
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import torch

from tests.campaigns.target import Target, is_refused

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
KEPT = ROOT / "build" / "fuzz"
CPU_SECONDS = 5
WALL_SECONDS = 60  # for what waits and does not compute; other processes may keep the cores busy
MEMORY = 2**30
A_CHILD = 100


class Failure(NamedTuple):
    """A case that ended as none may."""

    case: str
    why: str


def targets(folder: Path, only: str | None) -> list[Target]:
    """The classes in the files of ``targets``, ready."""
    names = [f"tests.campaigns.targets.{path.stem}" for path in sorted((HERE / "targets").glob("*.py"))]
    members = [member for name in names for member in vars(importlib.import_module(name)).values()]
    chosen = [cls for cls in members if inspect.isclass(cls) and issubclass(cls, Target) and cls.__module__ in names]
    found = []
    for cls in chosen:
        if only in (None, cls.name):
            (folder / cls.name).mkdir()
            found.append(cls(folder / cls.name))
    return found


def write(target: Target, case: str, folder: Path) -> None:
    """Put the files of a case into a folder of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in target.case(Random(case)).items():
        (folder / name).write_bytes(content)


def run_case(target: Target, case: str, folder: Path) -> str:
    """Feed one case; "refused" or "taken". Any other error is the caller's to report."""
    write(target, case, folder)
    try:
        target.feed(folder)
    except Exception as error:
        if not is_refused(error):
            raise
        return "refused"
    return "taken"


def serve(target: Target, seed: int, numbers: range, folder: Path, pipe: int) -> None:
    """In a child: feed cases, and tell of each before and after."""
    warnings.simplefilter("error")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    limit = _kilobytes("VmSize") * 1024 + 3 * MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in numbers:
        _tell(pipe, {"number": number})
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)  # its signal ends the process
        before = _memory()
        try:
            answer = {"end": run_case(target, f"{target.name}/{seed}/{number}", folder)}
        except BaseException:
            answer = {"why": traceback.format_exc()}
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        grown = _kilobytes("VmHWM") * 1024 - before
        if grown > MEMORY:
            answer = {"why": f"It took {grown / 2**30:.1f} GiB."}
        _tell(pipe, answer)


def _tell(pipe: int, message: dict[str, Any]) -> None:
    os.write(pipe, json.dumps({key: str(value)[-3000:] for key, value in message.items()}).encode() + b"\n")


def _memory() -> int:
    """The memory in use, from which on its peak is measured anew."""
    # Where that is not to be had, the peak is that of all cases, and none may be beyond the limit.
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _kilobytes("VmRSS") * 1024


def _kilobytes(what: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(what)))


def fuzz(target: Target, seed: int, cases: int, folder: Path) -> tuple[Counter[str], list[Failure]]:
    """Feed a target; how the cases ended, and those that failed."""
    ends: Counter[str] = Counter()
    failures: list[Failure] = []
    next_one = 0
    while next_one < cases:
        numbers = range(next_one, min(next_one + A_CHILD, cases))
        next_one = numbers.stop
        for number, end, why in _from_a_child(target, seed, numbers, folder):
            ends[end] += 1
            if why:
                failures.append(_kept(target, f"{target.name}/{seed}/{number}", why))
                next_one = number + 1 if end == "killed" else next_one
    return ends, failures


def _from_a_child(target: Target, seed: int, numbers: range, folder: Path) -> Any:
    """The number, the end and the fault of each case; a child that dies or waits too long is blamed on the last."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        status = 1
        try:
            serve(target, seed, numbers, folder, write)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    number, rest, waiting = numbers.start, b"", False
    while True:
        ready, _, _ = select.select([read], [], [], WALL_SECONDS)
        if not ready:
            os.kill(child, signal.SIGKILL)
        chunk = os.read(read, 65536) if ready else b""
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            message = json.loads(line)
            if "number" in message:
                number, waiting = int(message["number"]), True
                continue
            waiting = False
            yield number, message.get("end", "failed"), message.get("why", "")
        if not chunk:
            break
    os.close(read)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if waiting or code:
        why = {
            -signal.SIGVTALRM: f"It took more than {CPU_SECONDS} s.",
            -signal.SIGKILL: f"It waited for {WALL_SECONDS} s.",
        }
        yield number, "killed", why.get(code, f"The process ended with {code}.")


def _kept(target: Target, case: str, why: str) -> Failure:
    """Put a failed case where it can be looked at."""
    place = KEPT / case.replace("/", "-")
    write(target, case, place)
    (place / "why.txt").write_text(why, encoding="utf-8", errors="replace")
    print(f"{case}: {why.strip().splitlines()[-1][:300]}", flush=True)
    return Failure(case, why)


def main() -> int:
    """Feed the targets; 1 if a case failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", help="this one alone")
    parser.add_argument("--again", metavar="TARGET/SEED/NUMBER", help="one case, in this process, with its traceback")
    chosen = parser.parse_args()
    torch.set_num_threads(1)  # a process that has started threads cannot be forked
    folder = Path(tempfile.mkdtemp(prefix="layerloom-fuzz-"))
    try:
        if chosen.again:
            (target,) = targets(folder, chosen.again.partition("/")[0])
            print(run_case(target, chosen.again, folder / "case"))
            return 0
        return _all(targets(folder, chosen.target), chosen.cases, chosen.seed, folder / "case")
    finally:
        shutil.rmtree(folder)


def _all(chosen: list[Target], cases: int, seed: int, folder: Path) -> int:
    weights = sum(target.weight for target in chosen)
    failures, count = [], 0
    for target in chosen:
        share, began = -(-cases * target.weight // weights), time.perf_counter()
        ends, failed = fuzz(target, seed, share, folder)
        failures += failed
        count += share
        counts = ", ".join(f"{number} {end}" for end, number in ends.most_common())
        print(f"{target.name}: {share} cases, {counts}; {time.perf_counter() - began:.1f} s", flush=True)
    print(f"{count} cases with seed {seed}, {len(failures)} failed" + (f"; they are in {KEPT}" if failures else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
