"""Figures for papers: clean for print, as boxes by size, as TikZ, of a block or a selection."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QColor, QImage

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage import loom as files
from graph.storage.loom import load
from gui.export.figure import render
from tests.support.canvas_tools import small_network

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
SVG = "{http://www.w3.org/2000/svg}"
pytestmark = pytest.mark.slow
KINDS = ("svg", "pdf", "png", "tex")


@pytest.fixture(autouse=True)
def application(qapp: object) -> object:
    return qapp


def texts(path: Path) -> set[str]:
    root = ElementTree.parse(path).getroot()
    return {"".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")}


def test_print_is_white_and_shows_no_problems_and_no_notes(tmp_path: Path) -> None:
    document = small_network()
    with document.edit("Notes"):
        document.set_setting("notes", "Not for the paper.")
        document.model.set("linear", out_features=0 + 7)
    render(document, tmp_path / "figure.png", look="print")
    image = QImage(str(tmp_path / "figure.png"))
    assert image.pixelColor(2, 2) == QColor("white")
    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert QColor("#c9252b").rgb() not in colors
    render(document, tmp_path / "figure.tex", look="print")
    assert "Not for the paper" not in (tmp_path / "figure.tex").read_text()
    assert "out\\_features" not in (tmp_path / "figure.tex").read_text()


def test_a_printed_svg_needs_no_font(tmp_path: Path) -> None:
    render(small_network(), tmp_path / "print.svg", look="print")
    render(small_network(), tmp_path / "screen.svg")
    assert not texts(tmp_path / "print.svg")
    assert {"conv", "Conv2d"} <= texts(tmp_path / "screen.svg")


def test_a_printed_pdf_embeds_its_fonts_and_no_pixels(tmp_path: Path) -> None:
    render(small_network(), tmp_path / "figure.pdf", look="print")
    content = (tmp_path / "figure.pdf").read_bytes()
    assert b"/FontFile" in content
    assert b"/Subtype /Image" not in content


def test_tikz_is_a_whole_document_of_balanced_braces_with_every_text(tmp_path: Path) -> None:
    document = small_network()
    with document.edit("Rename"):
        document.model.rename("conv", "conv_1")
    render(document, tmp_path / "figure.tex", look="print")
    text = (tmp_path / "figure.tex").read_text()
    for begin, end in (("\\begin{document}", "\\end{document}"), ("\\begin{tikzpicture}[", "\\end{tikzpicture}")):
        assert text.count(begin) == text.count(end) == 1
    assert "\\documentclass[tikz,border=0pt]{standalone}" in text
    assert "\\usepackage{lmodern}" in text  # without it, letters come in other sizes than they are given
    assert "{conv\\_1};" in text
    assert "{Conv2d};" in text
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    body = text[text.index("\\begin{tikzpicture}") : text.index("\\end{tikzpicture}")].splitlines()[1:]
    assert body
    assert all(re.fullmatch(r"\\(path|node)\[.*\] .*;", line) for line in body)
    assert not re.search(r"(?<!\\)[&%$#_^~]", re.sub(r"\$\\\w+\$", "", "".join(body)))


def test_boxes_show_sizes_and_share_those_of_layers_that_keep_them(tmp_path: Path) -> None:
    render(load(EXAMPLES / "lenet5.loom"), tmp_path / "figure.tex", look="boxes")
    text = (tmp_path / "figure.tex").read_text()
    assert "{6$\\times$28$\\times$28};" in text
    assert "{Conv2d};" in text
    assert "{Tanh};" not in text
    assert "CrossEntropy" not in text


def test_boxes_of_a_sequence_say_how_often(tmp_path: Path) -> None:
    render(load(EXAMPLES / "vgg16.loom"), tmp_path / "figure.tex", look="boxes")
    assert "{ConvReLU $\\times$3};" in (tmp_path / "figure.tex").read_text()


def test_boxes_of_a_drawing_without_shapes_are_refused(tmp_path: Path) -> None:
    document = Document()
    with document.edit("Draw"):
        document.model.add("ReLU")
    with pytest.raises(LayerloomError, match="nothing to draw as boxes"):
        render(document, tmp_path / "figure.svg", look="boxes")


@pytest.mark.parametrize("look", ["screen", "print", "boxes"])
def test_every_kind_of_every_look_is_the_same_in_another_process(tmp_path: Path, look: str) -> None:
    document = load(EXAMPLES / "unet_small.loom")
    script = (
        "import sys; from graph.storage import loom as files; from gui.export.figure import render;"
        "d = files.load(sys.argv[1]); [render(d, path, look=sys.argv[2]) for path in sys.argv[3:]]"
    )
    files.save(document, tmp_path / "drawing.loom")
    found = []
    for seed in ("1", "2"):
        paths = [tmp_path / f"figure{seed}.{kind}" for kind in KINDS]
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "drawing.loom"), look, *map(str, paths)],
            cwd=ROOT,
            env={"PATH": "", "PYTHONHASHSEED": seed},
            check=True,
        )
        found.append([path.read_bytes() for path in paths])
    assert found[0] == found[1]


def test_a_block_is_rendered_by_its_name_and_an_unknown_one_refused(tmp_path: Path) -> None:
    document = load(EXAMPLES / "resnet18.loom")
    render(document, tmp_path / "block.svg", "BasicBlock")
    assert {"conv1", "bn1", "add"} <= texts(tmp_path / "block.svg")
    with pytest.raises(LayerloomError, match=r"no block 'Nothing' in this drawing; it has BasicBlock"):
        render(document, tmp_path / "none.svg", "Nothing")
    with pytest.raises(LayerloomError, match="not as 'oil'"):
        render(document, tmp_path / "none.svg", look="oil")


def test_a_selection_is_rendered_with_the_wires_within_it(tmp_path: Path) -> None:
    render(small_network(), tmp_path / "part.svg", names=["conv", "relu"])
    shown = texts(tmp_path / "part.svg")
    assert {"conv", "relu"} <= shown
    assert not {"image", "flatten", "linear", "tanh"} & shown


def test_without_fonts_a_figure_is_refused_with_a_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
    files.save(small_network(), tmp_path / "drawing.loom")
    done = subprocess.run(
        [sys.executable, "-m", "layerloom", "render", str(tmp_path / "drawing.loom"), "-o", str(tmp_path / "a.svg")],
        cwd=ROOT,
        env={"PATH": "", "FONTCONFIG_FILE": str(empty), "QT_QPA_FONTDIR": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "This machine has no fonts" in done.stderr
    assert not (tmp_path / "a.svg").exists()


def test_many_skips_into_one_add_are_a_picture_that_can_be_read(tmp_path: Path) -> None:
    from graph.layout.placement import lay_out
    from graph.layout.sizes import size_of

    document = Document()
    with document.edit("Draw"):
        last = document.model.add("Input", {"shape": [8]})
        skips = []
        for _ in range(30):
            for kind, parameters in (("Linear", {"out_features": 8}), ("Tanh", {})):
                name = document.model.add(kind, parameters)
                document.model.connect(last, name)
                last = name
            skips.append(last)
        total = document.model.add("Add")
        for skip in skips:
            document.model.connect(skip, total)
    sizes = {name: size_of(document.model, name) for name in document.model.nodes}
    with document.edit("Lay out"):
        document.model.move(lay_out(document.model, sizes))
    render(document, tmp_path / "figure.svg")
    _, _, width, height = map(float, ElementTree.parse(tmp_path / "figure.svg").getroot().get("viewBox", "").split())
    assert max(width, height) < 3000
    assert len({node.y for node in document.model.nodes.values()}) <= 30
