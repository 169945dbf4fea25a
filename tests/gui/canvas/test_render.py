"""Drawings as pictures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from canvas_tools import small_network
from PySide6.QtGui import QImage

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage import loom as files
from gui.export.figure import render
from gui.theme.colors import Theme


@pytest.fixture(autouse=True)
def application(qapp):
    return qapp


def test_svg_holds_every_text_as_text(tmp_path):
    render(small_network(), tmp_path / "figure.svg")
    root = ElementTree.parse(tmp_path / "figure.svg").getroot()
    texts = {"".join(element.itertext()).strip() for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"image", "Conv2d", "4, 3x3", "(N, 4, 6, 6)", "linear"} <= texts
    assert not list(root.iter("{http://www.w3.org/2000/svg}image"))
    _, _, width, height = map(float, root.get("viewBox").split())
    assert width > 1000
    assert height > 300


def test_pdf_is_one_page_with_fonts_and_no_pixels(tmp_path):
    render(small_network(), tmp_path / "figure.pdf")
    content = (tmp_path / "figure.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Font" in content
    assert b"/Subtype /Image" not in content
    assert content.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=lambda theme: theme.name)
def test_png_shows_the_whole_drawing(tmp_path, theme):
    render(small_network(), tmp_path / "figure.PNG", theme=theme)
    image = QImage(str(tmp_path / "figure.PNG"))
    assert image.width() > 2000
    assert image.pixelColor(2, 2) == theme.canvas
    hue = theme.category_color("Convolution")
    assert any(image.pixel(x, y) == hue.rgb() for x in range(0, image.width(), 20) for y in range(70, 130))


def test_a_huge_drawing_is_scaled_down(tmp_path):
    document = small_network()
    with document.edit("Apart"):
        document.model.move({"tanh": (1e7, 0)})
    render(document, tmp_path / "figure.png")
    assert QImage(str(tmp_path / "figure.png")).width() <= 12_000


@pytest.mark.parametrize(("name", "sentence"), [("figure.gif", "not as '.gif'"), ("figure", "not as 'figure'")])
def test_other_suffixes_are_refused(tmp_path, name, sentence):
    with pytest.raises(LayerloomError, match=sentence):
        render(small_network(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_drawing_and_a_missing_folder_are_refused(tmp_path):
    with pytest.raises(LayerloomError, match="nothing to render"):
        render(Document(), tmp_path / "figure.svg")
    with pytest.raises(LayerloomError, match="cannot be saved"):
        render(small_network(), tmp_path / "nowhere" / "figure.svg")


def test_no_editor_and_no_display_are_needed(tmp_path):
    files.save(small_network(), tmp_path / "small.loom")
    script = (
        "import sys; from graph.storage import loom as files; from gui.export.figure import render;"
        "d = files.load(sys.argv[1]); render(d, sys.argv[2]); render(d, sys.argv[3])"
    )
    arguments = [str(tmp_path / name) for name in ("small.loom", "a.svg", "b.png")]
    root = Path(__file__).parent.parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=root,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.svg").stat().st_size > 1000
    assert (tmp_path / "b.png").stat().st_size > 1000
