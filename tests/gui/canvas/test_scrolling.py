"""Nodes between pixels: what was painted piece by piece is what painting all anew gives, to the last pixel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.support import scrolled_canvas

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.mark.slow
def test_pieces_fit_where_nodes_stand_between_pixels(qapp: QApplication) -> None:
    assert scrolled_canvas.faults(range(2), turns=2) == []


@pytest.mark.slow
@pytest.mark.parametrize("ratio", ["1.5", "2"])
def test_pieces_fit_on_a_fine_screen(ratio: str) -> None:
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), "QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.support.scrolled_canvas", "1", "2"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split("\n")) == (0, [f"ratio {float(ratio)}", ""]), done.stderr
