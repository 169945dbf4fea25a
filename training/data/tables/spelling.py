"""Numbers as they are typeset: with the signs and the spaces that keyboards lack, brought to plain ones."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

_MINUS = "\u2212\u2013\ufe63\uff0d"  # minus, dash, and two more that are written for them
_SPACES = "\u00a0\u2007\u2009\u202f'\u2019"  # spaces that keep a number on one line, and apostrophes
_SIGNED = rf"^[{_MINUS}]\s?([\d.,])"
_RAISED = rf"([eE])[{_MINUS}](\d+)$"
_GROUPED = rf"^[+-]?[1-9]\d{{0,2}}([{_SPACES}]\d{{3}})+([.,]\d*)?$"


class Spelled(NamedTuple):
    """A column with plain signs, and what was changed for that, each with a cell that shows it."""

    column: pl.Series
    changes: dict[str, str]


def plain(column: pl.Series) -> Spelled:
    """A column of texts, with numbers in plain signs and without spaces between thousands."""
    letters = column.str.len_chars().sum()
    if column.str.len_bytes().sum() == letters and not column.str.contains("'", literal=True).any():
        return Spelled(column, {})  # as most are: plain letters, which is seen faster than searched for
    signed = column.str.replace(_SIGNED, "-${1}").str.replace(_RAISED, "${1}-${2}")
    joined = signed.str.replace_all(f"[{_SPACES}]", "")
    grouped = signed.str.contains(_GROUPED)
    found = signed.zip_with(~grouped.fill_null(False), joined)
    changes = {"signs": _first(column, signed), "spaces": _first(signed, found)}
    return Spelled(found, {what: cell for what, cell in changes.items() if cell})


def plain_cell(cell: str) -> str:
    """The same for one cell."""
    return str(plain(pl.Series([cell])).column[0])


def _first(before: pl.Series, after: pl.Series) -> str:
    changed = (before != after).fill_null(False).arg_true()
    return str(before[int(changed[0])]) if len(changed) else ""
