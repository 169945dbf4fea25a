"""A drawing as a picture: SVG, PDF and TikZ with real text, or PNG."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Literal, Protocol, get_args

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from graph.document import Document
from graph.errors import LayerloomError
from graph.fields import shorten
from graph.storage.atomic import write_atomically
from gui.canvas.look.fonts import metrics
from gui.export import pdf, tikz
from gui.export.picture import Picture
from gui.export.volumes import Volumes
from gui.theme.colors import PRINT, Theme

PNG_SCALE = 2.0
MAX_PIXELS = 12_000

Draw = Callable[[QPainter], None]
# As on the canvas; clean for paper; the tensors as boxes by their sizes.
Look = Literal["screen", "print", "boxes"]


class Painted(Protocol):
    """What can be painted into a file."""

    theme: Theme
    title: str
    bounds: QRectF
    outlined: bool

    def paint(self, painter: QPainter) -> None:
        """Paint it with the upper left corner at the origin."""


def render(
    document: Document,
    path: str | Path,
    graph: str = "",
    theme: Theme | None = None,
    look: str = "screen",
    names: Collection[str] = (),
) -> None:
    """Draw a graph, or those of its nodes in ``names``, into a ``.svg``, ``.pdf``, ``.png`` or ``.tex`` file.

    Raises:
        LayerloomError: another suffix or look, no such block, nothing to draw, no fonts, or it cannot be written.
    """
    path = Path(path)
    kinds: dict[str, Callable[[Painted], bytes]] = {".svg": _outlined, ".pdf": _pdf, ".png": _png, ".tex": _tex}
    if path.suffix.lower() not in kinds:
        raise LayerloomError(
            f"A drawing can be rendered as .svg, .pdf, .png or .tex, not as '{path.suffix or path.name}'."
        )
    if look not in get_args(Look):
        raise LayerloomError(f"A figure is drawn as {', '.join(get_args(Look))}, not as {shorten(look)}.")
    if graph not in document.graphs:
        known = ", ".join(document.definitions) or "no blocks"
        raise LayerloomError(f"There is no block {shorten(graph)} in this drawing; it has {known}.")
    if not document.graphs[graph].nodes:
        raise LayerloomError("The drawing is empty: there is nothing to render.")
    _application()
    if not metrics("title").inFontUcs4(ord("a")):
        raise LayerloomError(
            "This machine has no fonts, so a figure would come without its words; install some, such as DejaVu."
        )
    write_atomically(path, kinds[path.suffix.lower()](_painted(document, graph, theme, look, names)))


def _painted(document: Document, graph: str, theme: Theme | None, look: str, names: Collection[str]) -> Painted:
    if look == "boxes":
        return Volumes(document, graph, names)
    return Picture(document, graph, Theme.paper() if look == "print" else theme or Theme.light(), names)


def _svg(picture: Painted) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setTitle(picture.title)
    generator.setResolution(96)
    generator.setViewBox(QRectF(QPointF(), picture.bounds.size()))
    generator.setSize(_pixels(picture.bounds.size()).toSize())
    _paint(generator, picture.paint)
    return bytes(content.data())


def _pdf(picture: Painted) -> bytes:
    return pdf.painted(picture.paint, picture.bounds.size(), picture.title)


def _outlined(picture: Painted) -> bytes:
    """An SVG that needs no font where it is shown, if it is one for print; one with real text else."""
    picture.outlined = picture.theme.name == PRINT
    return _svg(picture)


def _tex(picture: Painted) -> bytes:
    return tikz.written(_svg(picture).decode(), picture.title)


def _png(picture: Painted) -> bytes:
    size = picture.bounds.size()
    # A picture no screen shows at once would not fit in memory either.
    scale = min(PNG_SCALE, MAX_PIXELS / max(size.width(), size.height()))
    image = QImage(_pixels(size * scale).toSize(), QImage.Format.Format_RGB32)
    if image.isNull():
        raise LayerloomError("The drawing is too large for a PNG; render it as .svg or .pdf.")
    image.fill(picture.theme.canvas)

    def draw(painter: QPainter) -> None:
        painter.scale(scale, scale)
        picture.paint(painter)

    _paint(image, draw)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def _paint(device: QImage | QSvgGenerator, draw: Draw) -> None:
    painter = QPainter(device)
    draw(painter)
    painter.end()


def _pixels(size: QSizeF) -> QSizeF:
    return QSizeF(ceil(size.width()), ceil(size.height()))


@lru_cache(maxsize=1)
def _application() -> QCoreApplication:
    """Fonts need an application; outside of the editor one is made for good, in need of no display."""
    return QCoreApplication.instance() or QApplication([sys.argv[0], "-platform", "offscreen"])
