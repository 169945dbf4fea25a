"""Drawings as pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from graph.document import Document
from graph.edits.sketching import bends, frames
from graph.errors import LayerloomError
from graph.records import Wire
from graph.storage import loom as files
from gui.export.figure import render
from gui.theme.colors import Theme
from tests.support.canvas_tools import small_network
from tests.support.typed import there


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    return qapp


def test_svg_holds_every_text_as_text(tmp_path: Path) -> None:
    render(small_network(), tmp_path / "figure.svg")
    root = ElementTree.parse(tmp_path / "figure.svg").getroot()
    texts = {"".join(element.itertext()).strip() for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"image", "Conv2d", "4, 3x3", "(N, 4, 6, 6)", "linear"} <= texts
    assert not list(root.iter("{http://www.w3.org/2000/svg}image"))
    _, _, width, height = map(float, there(root.get("viewBox")).split())
    assert width > 1000
    assert height > 300


def test_pdf_is_one_page_with_fonts_and_no_pixels(tmp_path: Path) -> None:
    render(small_network(), tmp_path / "figure.pdf")
    content = (tmp_path / "figure.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Font" in content
    assert b"/Subtype /Image" not in content
    assert content.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=lambda theme: theme.name)
def test_png_shows_the_whole_drawing(tmp_path: Path, theme: Theme) -> None:
    render(small_network(), tmp_path / "figure.PNG", theme=theme)
    image = QImage(str(tmp_path / "figure.PNG"))
    assert image.width() > 2000
    assert image.pixelColor(2, 2) == theme.canvas
    hue = theme.category_color("Convolution")
    assert any(image.pixel(x, y) == hue.rgb() for x in range(0, image.width(), 20) for y in range(70, 130))


def test_a_huge_drawing_is_scaled_down(tmp_path: Path) -> None:
    document = small_network()
    with document.edit("Apart"):
        document.model.move({"tanh": (1e7, 0)})
    render(document, tmp_path / "figure.png")
    assert QImage(str(tmp_path / "figure.png")).width() <= 12_000


@pytest.mark.parametrize(("name", "sentence"), [("figure.gif", "not as '.gif'"), ("figure", "not as 'figure'")])
def test_other_suffixes_are_refused(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(LayerloomError, match=sentence):
        render(small_network(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_drawing_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerloomError, match="nothing to render"):
        render(Document(), tmp_path / "figure.svg")
    with pytest.raises(LayerloomError, match="cannot be saved"):
        render(small_network(), tmp_path / "nowhere" / "figure.svg")


SCRIPT = (
    "import sys; from graph.storage import loom as files; from gui.export.figure import render;"
    "d = files.load(sys.argv[1]); [render(d, path) for path in sys.argv[2:]]"
)


def rendered_elsewhere(document: Document, folder: Path, **environment: str) -> list[bytes]:
    """The figures of a drawing as another process makes them, one of each kind."""
    folder.mkdir()
    files.save(document, folder / "drawing.loom")
    paths = [folder / f"figure.{kind}" for kind in ("svg", "pdf", "png")]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, (folder / "drawing.loom", *paths))],
        cwd=Path(__file__).parent.parent.parent.parent,
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [path.read_bytes() for path in paths]


@pytest.mark.slow
def test_no_editor_and_no_display_are_needed(tmp_path: Path) -> None:
    assert all(len(content) > 1000 for content in rendered_elsewhere(small_network(), tmp_path / "elsewhere"))


def crossing() -> Document:
    """Wires that cross and nodes that overlap, with a title and notes: all whose order could show."""
    document = Document("Über (x) \u2f43 & <y>")
    with document.edit("Draw"):
        document.set_setting("notes", "First\nsecond")
        for index in range(6):
            document.model.add("Input", name=f"i{index}", at=(index * 20, index * 30))
            document.model.add("ReLU", name=f"r{5 - index}", at=(600 - index * 15, index * 25))
        for index in range(6):
            document.model.connect(f"i{index}", f"r{index}")
    return document


@pytest.mark.slow
def test_the_same_drawing_gives_the_same_bytes_at_any_time_anywhere(tmp_path: Path) -> None:
    first = rendered_elsewhere(crossing(), tmp_path / "first", PYTHONHASHSEED="1", TZ="UTC")
    for seed in range(2, 5):
        again = rendered_elsewhere(crossing(), tmp_path / str(seed), PYTHONHASHSEED=str(seed), TZ="Asia/Kolkata")
        assert [a == b for a, b in zip(first, again, strict=True)] == [True, True, True]


def test_what_a_drawing_went_through_does_not_show_in_its_figure(tmp_path: Path) -> None:
    document = crossing()
    render(document, tmp_path / "before.svg")
    with document.edit("Delete"):
        document.model.remove(["i0", "r2", "i4"])
    document.undo()
    with document.edit("Rename"):
        document.model.rename("i1", "other")
    document.undo()
    render(document, tmp_path / "after.svg")
    assert (tmp_path / "before.svg").read_bytes() == (tmp_path / "after.svg").read_bytes()


def test_a_pdf_tells_no_time_and_its_table_leads_to_its_objects(tmp_path: Path) -> None:
    render(crossing(), tmp_path / "figure.pdf")
    content = (tmp_path / "figure.pdf").read_bytes()
    assert b"Date" not in content
    start = int(there(re.search(rb"startxref\n(\d+)", content))[1])
    assert content[start : start + 5] == b"xref\n"
    offsets = [int(offset) for offset in re.findall(rb"(\d{10}) \d{5} n", content[start:])]
    assert len(offsets) > 10
    for number, offset in enumerate(offsets, 1):
        assert content[offset:].startswith(b"%d 0 obj" % number)


def test_pdfs_of_different_drawings_have_different_identities(tmp_path: Path) -> None:
    found = set()
    for name, document in (("a", crossing()), ("b", small_network())):
        render(document, tmp_path / f"{name}.pdf")
        found.add(there(re.search(rb"/ID \[.*\]", (tmp_path / f"{name}.pdf").read_bytes()))[0])
    assert len(found) == 2


def test_frames_are_drawn_and_wires_go_through_their_dots(tmp_path: Path) -> None:
    document = small_network()
    render(document, tmp_path / "plain.svg")
    frames.add(document, "", (100, -100, 600, 400), (0, 0))
    frames.retitle(document, "", 1, "Stem")
    bends.add(document, "", Wire("conv", "out", "relu", "x"), (360, 700), 0)
    render(document, tmp_path / "framed.svg")
    plain, framed = (ElementTree.parse(tmp_path / f"{name}.svg").getroot() for name in ("plain", "framed"))
    texts = {"".join(element.itertext()).strip() for element in framed.iter("{http://www.w3.org/2000/svg}text")}
    assert "Stem" in texts
    heights = [float(there(root.get("viewBox")).split()[3]) for root in (plain, framed)]
    assert heights[1] > heights[0] + 300
    render(files.loads(files.dumps(document)), tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "framed.svg").read_bytes()
