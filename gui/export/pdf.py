"""A PDF that is the same, byte for byte, whenever and wherever the same drawing is painted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

_CREATOR = "Layerloom"
_POINTS = 72 / 96
_NOBODY = QUuid("6c617965-726c-4f6f-ad00-000000000000")
_DATES = re.compile(rb"(?:/(?:CreationDate|ModDate) \(D:[^)]*\)\n)+")
_ENTRY = re.compile(rb"(\d{10})(?= \d{5} n)")
# Qt's own would hold the time of day.
_METADATA = (
    "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>"
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="{creator}">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
    "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
)


def painted(draw: Callable[[QPainter], None], size: QSizeF, title: str) -> bytes:
    """One page of this size, in pixels of 1/96 inch."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with _settled_hashing():
        writer = QPdfWriter(buffer)
        writer.setTitle(title)
        writer.setCreator(_CREATOR)
        writer.setDocumentId(_NOBODY)
        writer.setDocumentXmpMetadata(QByteArray(_metadata(title)))
        writer.setResolution(96)
        page = QPageSize(size * _POINTS, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
        writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
        painter = QPainter(writer)
        draw(painter)
        painter.end()
    return _named(_without_dates(bytes(content.data())))


@contextmanager
def _settled_hashing() -> Iterator[None]:
    """Qt writes the fonts in the order of a hash table, which differs from one process to the next."""
    QHashSeed.setDeterministicGlobalSeed()
    try:
        yield
    finally:
        QHashSeed.resetRandomGlobalSeed()


def _named(content: bytes) -> bytes:
    """The file with an identity made from what it holds."""
    own = QUuid.fromRfc4122(QByteArray(sha256(content).digest()[:16]))
    before, after = (each.toString(QUuid.StringFormat.WithoutBraces).encode().hex().encode() for each in (_NOBODY, own))
    return content.replace(before, after)


def _metadata(title: str) -> bytes:
    readable = "".join(letter for letter in title if letter.isprintable())
    return _METADATA.format(creator=_CREATOR, title=escape(readable)).encode()


def _without_dates(content: bytes) -> bytes:
    """The file without the times it was made at; the table of its objects tells where they are now."""
    dates = _DATES.search(content)
    if dates is None:
        return content

    def moved(entry: re.Match[bytes]) -> bytes:
        offset = int(entry[0])
        return b"%0*d" % (len(entry[0]), offset - (len(dates[0]) if offset > dates.start() else 0))

    end = content.rindex(b"startxref\n")
    table = content.rindex(b"\nxref\n", 0, end)
    tail = re.sub(rb"(?<=startxref\n)\d+", moved, content[end:], count=1)
    body = content[: dates.start()] + content[dates.end() : table]
    return body + _ENTRY.sub(moved, content[table:end]) + tail
