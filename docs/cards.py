"""Writes what the start page shows of the examples, in words and in pictures: ``python -m docs.cards``."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import msgspec
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtWidgets import QApplication

from examples.build import course
from examples.build.__main__ import EXAMPLES, FOLDER
from graph.analysis.summary import summarize
from graph.document import Document
from graph.storage.atomic import write_atomically
from graph.storage.loom import load
from gui.export.thumbnail import thumbnail
from gui.start.cards import PICTURE, PICTURE_RATIO, PICTURES, TEXTS, ExampleCard, Measured, picture_of
from gui.theme.colors import Theme

MEASURED = FOLDER / "measured.json"
_END = re.compile(r"(?<!\bal)\. (?=[A-Z])")
_COLORS = 48


def cards() -> list[ExampleCard]:
    """Every example in words and figures, as its drawing and what was measured of it say."""
    measured = msgspec.json.decode(MEASURED.read_bytes(), type=dict[str, Measured])
    names = [*EXAMPLES, *course.EXAMPLES]
    return [_card(name, load(FOLDER / f"{name}.loom"), measured.get(name)) for name in names]


def written(cards: list[ExampleCard]) -> bytes:
    """The cards as their file holds them, one a line."""
    lines = b",\n".join(msgspec.json.encode(card) for card in cards)
    return b"[\n" + lines + b"\n]\n"


def _card(name: str, document: Document, measured: Measured | None) -> ExampleCard:
    sentence = _END.split(document.notes)[0].strip().rstrip(".")
    data = document.training.data.text()
    return ExampleCard(name, document.name, sentence, summarize(document).parameters, data, measured)


def _picture(document: Document, theme: Theme) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    thumbnail(document, theme, PICTURE, PICTURE_RATIO).save(buffer, "PNG")  # type: ignore[call-overload]
    small = io.BytesIO()
    few = Image.open(io.BytesIO(bytes(content.data()))).quantize(_COLORS, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    """Write the texts, and two pictures of each example."""
    app = QApplication.instance() or QApplication([sys.argv[0], "-platform", "offscreen"])
    made = cards()
    write_atomically(FOLDER / TEXTS, written(made))
    (FOLDER / PICTURES).mkdir(exist_ok=True)
    for card in made:
        document = load(FOLDER / f"{card.name}.loom")
        for theme in (Theme.light(), Theme.dark()):
            write_atomically(picture_of(FOLDER, card.name, theme.name), _picture(document, theme))
    known = {picture_of(FOLDER, card.name, theme) for card in made for theme in ("light", "dark")}
    for path in set((FOLDER / PICTURES).glob("*.png")) - known:
        Path(path).unlink()
    app.processEvents()


if __name__ == "__main__":
    main()
