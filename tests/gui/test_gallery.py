"""Samples of results: what is wrong in a text is seen, and boxes lie where they are said to."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gui.desk.data.gallery import Gallery
from gui.theme.colors import Theme
from training.protocol import Box, Picture, Sample, Words


def grabbed(qtbot: QtBot, *samples: Sample, width: int = 500) -> tuple[Gallery, QImage]:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(width, 100)
    gallery.show_samples(samples)
    with qtbot.waitExposed(gallery):
        gallery.show()
    return gallery, gallery.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def rows_of(image: QImage, color: QColor) -> set[int]:
    """The rows of pixels that have a run of ten or more of a colour."""
    found = set()
    for y in range(image.height()):
        run = 0
        for x in range(image.width()):
            run = run + 1 if image.pixelColor(x, y).rgb() == color.rgb() else 0
            if run == 10:
                found.add(y)
    return found


def test_texts_stand_below_one_another_behind_their_names_and_wrong_words_are_underlined(qtbot: QtBot) -> None:
    tokens = ["large", "red", "circle"]
    right = Sample("test", 0, "3 of 3 right", {"true": Words(tokens), "predicted": Words(tokens)})
    wrong = Sample("test", 1, "2 of 3 right", {"true": Words(tokens), "predicted": Words(tokens, [], [1])})
    _, image = grabbed(qtbot, right)
    assert not rows_of(image, Theme.light().error)
    gallery, image = grabbed(qtbot, wrong)
    assert rows_of(image, Theme.light().error)
    lines = gallery.cells[0].height()
    narrow, _ = grabbed(qtbot, Sample("test", 0, "", {"true": Words(40 * tokens), "predicted": Words(tokens)}))
    assert narrow.cells[0].height() > lines
    assert narrow.cells[0].right() <= 500


def test_a_box_lies_where_it_is_said_to_and_its_picture_is_larger(qtbot: QtBot) -> None:
    grey = Picture(10, 10, 300 * b"\x80")
    said = Box(0.2, 0.2, 0.6, 0.6, "", 0, False)
    plain, _ = grabbed(qtbot, Sample("test", 0, "", {"image": grey}))
    boxed, image = grabbed(qtbot, Sample("test", 0, "", {"image": Picture(10, 10, grey.pixels, boxes=[said])}))
    right = replace(said, true=True)
    _, other = grabbed(qtbot, Sample("test", 0, "", {"image": Picture(10, 10, grey.pixels, boxes=[right])}))
    side = boxed.cells[0].width()
    assert side > plain.cells[0].width()
    ratio = image.devicePixelRatio()

    def along(picture: QImage) -> set[int]:
        """The colours on the upper edge of the box, but for its corners."""
        y = round(0.2 * side * ratio)
        return {picture.pixelColor(round(x * ratio), y).rgb() for x in range(int(0.3 * side), int(0.7 * side))}

    middle = QPoint(round(0.5 * side * ratio), round(0.5 * side * ratio))
    assert image.pixelColor(middle) == QColor(128, 128, 128)
    assert len(along(image)) == 1
    assert len(along(other)) > 1


def test_a_sample_has_room_for_what_is_said_of_it(qtbot: QtBot) -> None:
    picture = Picture(8, 8, bytes(3 * 64), b"", [])
    samples = [Sample("test", place, "striped \u2192 light (62%)", {"image": picture}) for place in range(2)]
    gallery, image = grabbed(qtbot, *samples)
    first, second = gallery.cells
    assert first.width() >= gallery.fontMetrics().horizontalAdvance(samples[0].caption)
    assert first.right() < second.left()
    black = [x for x in range(first.width()) if image.pixelColor(x, 40).rgb() == QColor("black").rgb()]
    assert abs(sum(black) / len(black) - first.center().x()) <= 1  # the picture is above the middle of its words
