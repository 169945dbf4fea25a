"""What people call a run, and what they note of it: in a file of its own, which training never reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from graph.storage.atomic import reason, write_atomically
from training.errors import RunError

ABOUT = "about.json"
MAX_TITLE, MAX_TAG, MAX_TAGS, MAX_NOTE = 120, 40, 20, 20_000
_LARGEST = 2**18


class About(msgspec.Struct, frozen=True):
    """A name beside that of the folder, tags to find runs by, and a note; all may be empty."""

    title: Annotated[str, Meta(max_length=MAX_TITLE)] = ""
    tags: Annotated[list[Annotated[str, Meta(max_length=MAX_TAG)]], Meta(max_length=MAX_TAGS)] = []
    note: Annotated[str, Meta(max_length=MAX_NOTE)] = ""


_decoder = msgspec.json.Decoder(About)


def read_about(run: Path) -> About:
    """What is noted of a run; a file that cannot be read notes nothing."""
    try:
        with (run / ABOUT).open("rb") as file:
            return _decoder.decode(file.read(_LARGEST))
    except (OSError, msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
        return About()


def write_about(run: Path, about: About) -> None:
    """Note something of a run, in place of what was noted.

    Raises:
        RunError: it is too long, or cannot be written.
    """
    try:
        content = msgspec.json.encode(msgspec.convert(msgspec.to_builtins(about), About))
        write_atomically(run / ABOUT, content + b"\n")
    except msgspec.ValidationError:
        raise RunError(
            f"A name has at most {MAX_TITLE} characters, a tag {MAX_TAG}, of which there are at most {MAX_TAGS}, and a "
            f"note {MAX_NOTE:,}."
        ) from None
    except OSError as error:
        raise RunError(f"{run / ABOUT} cannot be written: {reason(error)}.") from None


def tags_in(text: str) -> list[str]:
    """The tags that a text with commas names, each once."""
    return list(dict.fromkeys(tag for part in text.split(",") if (tag := " ".join(part.split()))))
