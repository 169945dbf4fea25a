"""What the fuzzer feeds: one class for each kind of input."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

from graph.errors import LayerloomError
from tests.campaigns.mutations import Files


class Target:
    """A kind of input; ``fields`` of a case follow from its random numbers alone.

    A new target is a file in ``targets`` with a class on this one.
    """

    name = ""
    weight = 1
    """How many of the cases it gets, beside others."""

    def __init__(self, folder: Path) -> None:
        """Make what is sound, once, with whatever it needs under ``folder``."""

    def case(self, random: Random) -> Files:
        """The files of one case, most of them damaged."""
        raise NotImplementedError

    def feed(self, folder: Path) -> None:
        """Give Layerloom the files in ``folder``.

        Raises:
            LayerloomError: they are refused in a sentence.
            Exception: that is a bug.
        """
        raise NotImplementedError


def check_sentence(text: str) -> None:
    """Refuse what is not a sentence for a user."""
    assert text.strip(), "it says nothing"
    assert "\n" not in text, f"it has several lines: {text!r}"
    assert len(text) < 1500, f"it has {len(text)} letters: {text[:300]!r}"
    assert text.rstrip().endswith((".", "?", ")")), f"it does not end: {text!r}"
    assert "please report" not in text, text
    assert not re.search(r"failed( at '.*')?: \w+(Error|Exception)\b", text), text
    text.encode()


def is_refused(error: Exception) -> bool:
    """Whether an error is a sentence; all others are bugs."""
    if not isinstance(error, LayerloomError):
        return False
    check_sentence(str(error))
    return True


def at_random(random: Random, *choices: tuple[int, Any]) -> Any:
    """One of the choices, by their weights."""
    return random.choices([choice for _, choice in choices], [weight for weight, _ in choices])[0]
