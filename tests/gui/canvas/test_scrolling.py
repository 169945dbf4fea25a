"""Nodes between pixels: what was painted piece by piece is what painting all anew gives, to the last pixel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import scrolled_canvas

ROOT = Path(__file__).parent.parent.parent.parent


def test_pieces_fit_where_nodes_stand_between_pixels(qapp):
    assert scrolled_canvas.faults(range(2), turns=2) == []


@pytest.mark.parametrize("ratio", ["1.5", "2"])
def test_pieces_fit_on_a_fine_screen(ratio):
    support = ROOT / "tests" / "support"
    path = os.pathsep.join((str(ROOT), str(support)))
    environment = {"PATH": "", "PYTHONPATH": path, "QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(support / "scrolled_canvas.py"), "1", "2"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split("\n")) == (0, [f"ratio {float(ratio)}", ""]), done.stderr
