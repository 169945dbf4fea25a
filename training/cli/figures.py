"""The figures of a drawing as a table of plain text, written line by line however many layers there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.analysis.summary import Summary

_HEADINGS = ("Name", "Layer", "Output shape", "Parameters", "MACs")
_NUMBERS = 3  # columns from here on hold numbers, which end below each other
_GAP = "  "


def table(figures: Summary) -> str:
    """The lines of ``layerloom summary``: the drawing's name, a row a layer, and the sums."""
    total = ("Total", "", "", f"{figures.parameters:,}", "?" if figures.macs is None else f"{figures.macs:,}")
    rows = [(row.name, row.layer, row.shape, _count(row.parameters), _count(row.macs)) for row in figures.layers]
    return "\n".join([figures.name, *_lines(rows, total)]) + "\n"


def rates_table(rates: Sequence[float], losses: Sequence[float | None], suggested: float | None) -> str:
    """The lines of ``layerloom train --lr-test``: the loss at each learning rate, and the rate to take."""
    rows = [
        f"{rate:13.3g}  {'-' if loss is None else f'{loss:.4f}':>10}" for rate, loss in zip(rates, losses, strict=True)
    ]
    end = "The loss never falls." if suggested is None else f"Try --set learning_rate={suggested:g}"
    return "\n".join([f"{'learning_rate':>13}  {'loss':>10}", *rows, end])


def _lines(rows: Sequence[tuple[str, ...]], total: tuple[str, ...]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, total, strict=True)]
    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    yield _line(_HEADINGS, widths)
    yield rule
    for row in rows:
        yield _line(row, widths)
    yield rule
    yield _line(total, widths)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    texts = [text.ljust(width) for text, width in zip(cells[:_NUMBERS], widths, strict=False)]
    texts += [text.rjust(width) for text, width in zip(cells[_NUMBERS:], widths[_NUMBERS:], strict=True)]
    return _GAP.join(texts).rstrip()


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}" if value else ""
