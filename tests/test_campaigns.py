"""Short versions of the campaigns: `make kill`, `make fuzz` and `make monkey` are the long ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="campaigns fork and read /proc"),
]


def campaign(name: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"tests.campaigns.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_run_killed_anywhere_goes_on_to_the_last_bit_or_starts_over() -> None:
    assert campaign("kill", "--points", "10", "--times", "2", "--twice", "2").endswith("0 broken\n")


def test_no_damaged_input_ends_in_a_traceback_a_crash_or_a_hang() -> None:
    assert campaign("fuzz", "--cases", "150").endswith("0 failed\n")


def test_whatever_is_done_in_the_window_leaves_it_as_a_new_one_of_the_saved_document() -> None:
    assert campaign("monkey", "--seconds", "0", "--seed", "1", "--actions", "48").endswith("0 failed\n")
