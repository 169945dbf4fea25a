"""Categories that are perhaps not meant as such: dates, numbers stored as text, one word in several spellings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from training.data.dataset import listed
from training.data.splits import names_parts
from training.data.tables.features import UNKNOWN

_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?([ T].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?|\d{1,2}:\d{2}(:.*)?"
)
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,14})(\.\d+)?")  # with as many digits as a number keeps
_TRUTH = {"yes": True, "y": True, "true": True, "t": True, "on": True, "1": True}
_TRUTH |= {"no": False, "n": False, "false": False, "f": False, "off": False, "0": False}


def doubts(categories: Mapping[str, Sequence[str]], typed: Collection[str]) -> list[str]:
    """A sentence for each doubt about columns with these ``categories``; ``typed`` ones are text in their file."""
    known = {name: [kind for kind in kinds if kind != UNKNOWN] for name, kinds in categories.items()}
    said = []
    if parts := [name for name, kinds in known.items() if names_parts(kinds)]:
        said.append(
            f"{listed(parts)} says which rows train, validate and test, but is learned from; name it in the option part"
        )
    if dates := [name for name, kinds in known.items() if _all(_DATE, kinds)]:
        kind = known[dates[0]][0]
        said.append(
            f"{listed(dates)} holds dates or times, such as {kind:.60}, each of which is a category of its own; write "
            "numbers, such as the day of the week, or name the column in the option ignore"
        )
    if numbers := [name for name in typed if _all(_NUMBER, known.get(name, []))]:
        said.append(f"{listed(numbers)} holds numbers, but stored as text, which are categories; store them as numbers")
    for name, kinds in known.items():
        if alike := _alike(kinds):
            said.append(
                f"'{name}' holds {listed(alike)}, each a category of its own; write in one way what means the same"
            )
    return said


def _all(pattern: re.Pattern[str], kinds: Sequence[str]) -> bool:
    return bool(kinds) and all(pattern.fullmatch(kind) for kind in kinds)


def _alike(kinds: Sequence[str]) -> list[str]:
    """Names that differ in capitals or spaces alone, or say in several words whether something is so."""
    of: dict[object, list[str]] = {}
    truth = all(kind.casefold() in _TRUTH for kind in kinds)
    for kind in kinds:
        plain = " ".join(kind.casefold().split())
        of.setdefault(_TRUTH[plain] if truth else plain, []).append(kind)
    return next((same for same in of.values() if len(same) > 1), [])
