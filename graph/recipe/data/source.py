"""What all kinds of data are: a choice with a text that stands for it."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from graph.errors import ParameterError
from graph.fields import shorten
from graph.recipe.data.options import LONGEST
from graph.recipe.part import OWNER, Part, choices_of


class Source(Part, frozen=True, kw_only=True):
    """Where samples come from.

    The text of the setting ``data`` is ``prefix``, ``word``, or a prefix and then the field called ``subject``.
    """

    noun: ClassVar[str] = "data"
    prefix: ClassVar[str] = ""
    word: ClassVar[str] = ""
    subject: ClassVar[str] = ""
    suffixes: ClassVar[tuple[str, ...]] = ()
    folders: ClassVar[bool] = False
    """Whether folders of such files are read too."""
    usage: ClassVar[str] = ""
    """How the text is written, for sentences and help."""

    @property
    def place(self) -> str:
        """The path of the file or folder; "" for data that comes along."""
        return str(getattr(self, "path", ""))

    def text(self) -> str:
        """The text that stands for this kind and place of data."""
        if not self.subject:
            return self.word
        value = str(getattr(self, self.subject))
        text = self.prefix + value
        known = self.subject != "path" or type(read_text(text)) is type(self)
        # A file called like something else is found from the folder it is in.
        return text if known or value.startswith(("/", "\\")) else f"{self.prefix}./{value}"

    def moved(self, path: str) -> Source:
        """The same data at another path."""
        return replace(self, path=path)

    @classmethod
    def of_text(cls, text: str) -> Part:
        """The data a text stands for; see ``read_text``."""
        return read_text(text)

    @classmethod
    def in_text(cls) -> tuple[str, ...]:
        """The fields that the text says, and no form need show again."""
        return (cls.subject,) if cls.subject else ()


def read_text(text: str) -> Source:
    """The data a text stands for: a word, or the place of a file or folder, perhaps with what it holds in front.

    Raises:
        ParameterError: the text is too long.
    """
    if len(text) > LONGEST:
        raise ParameterError(f"{OWNER}: data must be text of at most {LONGEST:,} characters, got {shorten(text)}.")
    classes = list(choices_of(Source).values())
    for cls in classes:
        if cls.word == text and cls.word:
            return cls()
    start = text.partition(":")[0] + ":"
    prefix = start if start in {cls.prefix for cls in classes} else ""
    return _of_prefix(prefix, text.removeprefix(prefix), classes)


def usages() -> list[str]:
    """How the text of each kind of data is written."""
    return [cls.usage for cls in choices_of(Source).values()]


def _of_prefix(prefix: str, rest: str, classes: list[type[Source]]) -> Source:
    fitting = [cls for cls in classes if cls.prefix == prefix and cls.subject]
    ended = [cls for cls in classes if cls.suffixes and rest.lower().endswith(cls.suffixes)]
    by_suffix = [cls for cls in ended if cls in fitting] or ([] if prefix else ended)
    plain = [cls for cls in fitting if not cls.suffixes]
    cls = [*by_suffix, *plain, *fitting][0]
    return cls(**{cls.subject: rest})
