"""A chart as a picture, and its curves as numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from graph.errors import LayerloomError
from graph.storage.atomic import write_atomically
from gui.desk.charts.axis import Axis
from gui.desk.charts.curve import Curve

# A picture for a document is looked at closer than a window.
_FINENESS = 2.0


def save_picture(chart: QWidget, path: Path) -> None:
    """Write what a chart shows: vectors into an SVG file, else pixels, twice as fine as on the screen.

    Raises:
        LayerloomError: the file cannot be written, or its suffix is not that of a kind of picture.
    """
    write_atomically(path, _vectors(chart) if path.suffix.lower() == ".svg" else _pixels(chart, path.suffix[1:]))


def save_values(curves: Iterable[Curve], axis: Axis, path: Path) -> None:
    """Write every point as a line of CSV: its curve, step, epoch and value; "" where there is no number.

    Raises:
        FileError: the file cannot be written.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("curve", "step", "epoch", "value"))
    for curve in curves:
        epochs = axis.epochs(curve.track.x).tolist()
        for step, epoch, value in zip(curve.track.x.tolist(), epochs, curve.track.y.tolist(), strict=True):
            lines.writerow((curve.name, f"{step:g}", f"{epoch:.6g}", repr(value) if value == value else ""))
    write_atomically(path, text.getvalue().encode())


def _pixels(chart: QWidget, kind: str) -> bytes:
    picture = QPixmap(chart.size() * _FINENESS)
    picture.setDevicePixelRatio(_FINENESS)
    chart.render(picture)
    return _written(picture.toImage(), kind)


def _written(image: QImage, kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, kind.upper()):  # type: ignore[call-overload]
        raise LayerloomError(f"A picture cannot be written as .{kind}; use .svg or .png.")
    return bytes(buffer.data().data())


def _vectors(chart: QWidget) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(chart.size())
    generator.setViewBox(QRect(QPoint(), chart.size()))
    generator.setTitle(chart.accessibleName())
    with QPainter(generator) as painter:
        chart.render(painter, QPoint())
    return bytes(buffer.data().data())
