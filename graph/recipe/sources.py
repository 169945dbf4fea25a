"""Where samples come from: one class for each kind of data, read by the file of its name in training/data/formats."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta
from msgspec.structs import replace

from graph.errors import ParameterError
from graph.fields import shorten
from graph.recipe.part import OWNER, Part, choices_of

_LONGEST = 4096
Path = Annotated[str, Meta(max_length=_LONGEST, description="where the data is")]
Column = Annotated[str, Meta(max_length=400)]
Columns = tuple[Column, ...]
Share = Annotated[float, Meta(ge=0.0, lt=1.0, description="share of the samples held out to test on")]
Bad = Annotated[
    Literal["refuse", "skip"],
    Meta(description="refuse: a bad item ends the reading; skip: it is left out and counted"),
]
Held = Annotated[
    Literal["random", "stratified"],
    Meta(description="how samples to validate on are chosen; stratified: the same share of every class"),
]
Pixels = Annotated[int, Meta(ge=1, le=16384)]
ImageSize = Annotated[
    tuple[Pixels, ...], Meta(max_length=2, description="height and width to bring images to; empty: all must be alike")
]
Colour = Annotated[
    Literal["auto", "grey", "rgb"], Meta(description="auto: grey where every image is grey, else red, green and blue")
]
Labels = Annotated[
    Column, Meta(description="a .csv file in the folder with the columns file and label; empty: a subfolder is a class")
]
Separator = Annotated[
    Literal["auto", ",", ";", "tab", "|", "space"], Meta(description="what stands between the columns of a text file")
]
Decimal = Annotated[Literal["auto", ".", ","], Meta(description="what stands before the fraction of a number")]


class Source(Part, frozen=True, kw_only=True):
    """Where samples come from.

    The text of the setting ``data`` is ``prefix``, ``word``, or a prefix and then the field called ``subject``.
    """

    noun: ClassVar[str] = "data"
    prefix: ClassVar[str] = ""
    word: ClassVar[str] = ""
    subject: ClassVar[str] = ""
    suffixes: ClassVar[tuple[str, ...]] = ()
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


class Digits(Source, frozen=True, kw_only=True):
    """1,797 handwritten digits of 8 x 8 pixels, which come along."""

    word = "digits"
    usage = "digits"
    split: Held = "random"


class FashionMnist(Source, frozen=True, kw_only=True):
    """70,000 pieces of clothing of 28 x 28 pixels, as Debian and Ubuntu package them."""

    word = "fashion-mnist"
    usage = "fashion-mnist"
    split: Held = "random"


class Made(Source, frozen=True, kw_only=True):
    """Samples made by code, the same every time."""

    prefix = "made:"
    subject = "name"
    usage = "made:NAME (made:sine)"
    name: Annotated[str, Meta(max_length=_LONGEST, description="which of them")]
    split: Held = "random"


class IdxFolder(Source, frozen=True, kw_only=True):
    """A folder with the four IDX files MNIST was published as."""

    subject = "path"
    usage = "a folder of IDX files"
    path: Path
    split: Held = "random"


class NpzFile(Source, frozen=True, kw_only=True):
    """NumPy arrays, each a field; x_val and x_test hold other samples of x."""

    subject = "path"
    suffixes = (".npz",)
    usage = "an .npz file"
    path: Path
    split: Held = "random"


class TableFile(Source, frozen=True, kw_only=True):
    """A table: the field x holds a row's features, y what is to be found from them."""

    subject = "path"
    suffixes = (".csv", ".tsv", ".parquet")
    usage = "a table (.csv, .tsv, .parquet)"
    path: Path
    target: Annotated[
        Column, Meta(description="column to be found; empty: the one called target, label, class or y, else the last")
    ] = ""
    fields: Annotated[
        Literal["vector", "each"],
        Meta(description="vector: features as x, target as y; each: a field a column"),
    ] = "vector"
    ignore: Annotated[Columns, Meta(description="columns to leave aside")] = ()
    categories: Annotated[Columns, Meta(description="columns whose numbers name categories")] = ()
    encoding: Annotated[
        Literal["one-hot", "index"], Meta(description="how features that are categories become numbers")
    ] = "one-hot"
    missing: Annotated[
        Literal["refuse", "drop", "mean", "category"],
        Meta(description="what becomes of empty cells; mean: of the training rows; category: one of its own"),
    ] = "refuse"
    split: Held = "stratified"
    standardize: Annotated[
        bool, Meta(description="bring number features to mean 0 and deviation 1, by the training rows alone")
    ] = True
    group: Annotated[Column, Meta(description="column whose equal values stay in one part")] = ""
    time: Annotated[Column, Meta(description="column by which the latest rows are validated and tested on")] = ""
    part: Annotated[Column, Meta(description="column that says train, val or test")] = ""
    test_share: Share = 0.0
    separator: Separator = "auto"
    decimal: Decimal = "auto"


class ImageFolder(Source, frozen=True, kw_only=True):
    """Images in a folder a class, perhaps in train, val and test above these, or with their labels in a table."""

    prefix = "images:"
    subject = "path"
    usage = "images:FOLDER (a subfolder a class)"
    path: Path
    labels: Labels = ""
    split: Held = "stratified"
    size: ImageSize = ()
    colour: Colour = "auto"
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class AudioFolder(Source, frozen=True, kw_only=True):
    """Recordings in a folder a class, perhaps in train, val and test above these; all at one rate and of one length."""

    prefix = "audio:"
    subject = "path"
    usage = "audio:FOLDER (a subfolder a class)"
    path: Path
    labels: Labels = ""
    rate: Annotated[int, Meta(ge=100, le=768_000, description="values a second that recordings are brought to")] = (
        16_000
    )
    seconds: Annotated[
        float, Meta(gt=0.0, le=86_400.0, description="how much of a recording is kept; shorter ones end in silence")
    ] = 1.0
    split: Held = "stratified"
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class MaskFolder(Source, frozen=True, kw_only=True):
    """Images beside the masks of their names, in the folders images and masks."""

    prefix = "masks:"
    subject = "path"
    usage = "masks:FOLDER (with images and masks)"
    path: Path
    size: ImageSize = ()
    colour: Colour = "auto"
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


Unit = Annotated[Literal["words", "characters"], Meta(description="what a token is")]
Vocabulary = Annotated[
    int, Meta(ge=1, le=10_000_000, description="how many tokens to tell apart: the most frequent in the training texts")
]
Longest = Annotated[int, Meta(ge=1, le=1_000_000, description="tokens of a text that are kept")]
Lowercase = Annotated[bool, Meta(description="do not tell small and capital letters apart")]


class TextFolder(Source, frozen=True, kw_only=True):
    """Texts in .txt files, in a folder a class, perhaps in train, val and test above these."""

    prefix = "text:"
    subject = "path"
    usage = "text:FOLDER (a subfolder a class)"
    path: Path
    split: Held = "stratified"
    unit: Unit = "words"
    vocabulary: Vocabulary = 10_000
    max_length: Longest = 256
    lowercase: Lowercase = True
    bad_items: Bad = "refuse"
    test_share: Share = 0.0


class TextTable(Source, frozen=True, kw_only=True):
    """Texts in one column of a table, what they are labelled with in another."""

    prefix = "text:"
    subject = "path"
    suffixes = (".csv", ".tsv", ".parquet")
    usage = "text:TABLE"
    path: Path
    split: Held = "stratified"
    column: Annotated[Column, Meta(description="column of the texts; empty: the one called text")] = ""
    target: Annotated[Column, Meta(description="column of the labels; empty: the one called label")] = ""
    unit: Unit = "words"
    vocabulary: Vocabulary = 10_000
    max_length: Longest = 256
    lowercase: Lowercase = True
    bad_items: Bad = "refuse"
    part: Annotated[Column, Meta(description="column that says train, val or test")] = ""
    test_share: Share = 0.0
    separator: Separator = "auto"


class SeriesFile(Source, frozen=True, kw_only=True):
    """Windows over the rows of a table in their order: x holds the rows seen, y those that follow."""

    prefix = "series:"
    subject = "path"
    suffixes = (".csv", ".tsv", ".parquet")
    usage = "series:TABLE"
    path: Path
    targets: Annotated[Columns, Meta(description="columns to foretell; empty: the last")] = ()
    ignore: Annotated[Columns, Meta(description="columns to leave aside, such as dates")] = ()
    window: Annotated[int, Meta(ge=1, le=1_000_000, description="rows that are seen")] = 24
    stride: Annotated[int, Meta(ge=1, le=1_000_000, description="rows from one window to the next")] = 1
    horizon: Annotated[int, Meta(ge=1, le=1_000_000, description="rows that are foretold")] = 1
    time: Annotated[Column, Meta(description="column to sort the rows by; empty: they are in order")] = ""
    standardize: Annotated[
        bool, Meta(description="bring the columns seen to mean 0 and deviation 1, by the training rows alone")
    ] = True
    test_share: Share = 0.0
    separator: Separator = "auto"
    decimal: Decimal = "auto"


def read_text(text: str) -> Source:
    """The data a text stands for: a word, or the place of a file or folder, perhaps with what it holds in front.

    Raises:
        ParameterError: the text is too long.
    """
    if len(text) > _LONGEST:
        raise ParameterError(f"{OWNER}: data must be text of at most {_LONGEST:,} characters, got {shorten(text)}.")
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
    by_suffix = [cls for cls in fitting if cls.suffixes and rest.lower().endswith(cls.suffixes)]
    plain = [cls for cls in fitting if not cls.suffixes]
    cls = [*by_suffix, *plain, *fitting][0]
    return cls(**{cls.subject: rest})
