"""What the worker is asked to show and tells: fields of data, samples, and what a model makes of them."""

from __future__ import annotations

from typing import Any, Literal, Union

import msgspec

Number = Union[float, None]
# What a sample's view is called that has the text which a model wrote for it.
WRITTEN = "written by itself"


class SamplesJob(msgspec.Struct, frozen=True, tag="samples"):
    """Show training samples as the nodes of a drawing take them; with ``augmented`` also what they become in an epoch.

    They are ``count`` of those to train on, from the ``first`` of these on, in the order of the data; where they are
    ``spread``, not one beside the other but at even distances. They are changed by the settings of the drawing, at
    their strength or, where there is one, at this ``strength``, as they are in ``draws`` epochs from ``epoch`` on.
    Pixels are brought down to ``longest`` on the longer side, sounds to the extremes of so many stretches. A relative
    path to data starts in ``folder``, that of the drawing. ``request`` comes back with the answer, a ``SamplesShown``.
    The worker stays ready and keeps what it has read; of several requests that wait, it answers the last.
    """

    document: str
    request: int = 0
    folder: str = ""
    first: int = 0
    count: int = 16
    spread: bool = False
    epoch: int = 0
    draws: int = 1
    augmented: bool = False
    strength: Union[float, None] = None
    longest: int = 128


class Write(msgspec.Struct, frozen=True):
    """Have a model go on from ``start`` by at most ``count`` tokens: the most probable or, at a ``temperature`` above
    0, drawn ones, which follow from ``seed``. Other Inputs are those of the ``sample``, counted among those of the
    part, or ``texts`` that were typed, by their nodes."""

    start: str = ""
    count: int = 200
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0
    texts: dict[str, str] = {}


class ResultsJob(msgspec.Struct, frozen=True, tag="results"):
    """Show what a run's best weights make of a ``part`` of its data, "" for its test, or else its validation samples.

    They are judged by ``objective``, "" for the first that can be; ``count`` of them are sent from the ``first`` on, of
    those with the class ``true`` that were taken for ``predicted``, -1 for any, in ``order``. With ``write``, what the
    model writes is sent instead. ``request`` comes back with the answer, a ``ResultsShown``.
    """

    run_dir: str
    request: int = 0
    objective: str = ""
    part: Literal["", "test", "validation", "training"] = ""
    order: Literal["worst", "best", "data"] = "worst"
    true: int = -1
    predicted: int = -1
    first: int = 0
    count: int = 40
    write: Union[Write, None] = None


class DataFound(msgspec.Struct, frozen=True, tag="data_found"):
    """The setting ``data`` for what lies at the path that was asked about; reading goes on."""

    data: str


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A box in a picture, whose width and height are 1, with what is said of it; ``true`` tells that it is right."""

    left: float
    top: float
    width: float
    height: float
    label: str
    kind: int
    true: bool


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A small picture: red, green and blue of each pixel, and perhaps the class of each in a mask over it, or boxes."""

    width: int
    height: int
    pixels: bytes
    mask: bytes = b""
    boxes: list[Box] = []


class Wave(msgspec.Struct, frozen=True, tag="wave"):
    """A line for each channel: the smallest and the largest value in each of as many stretches."""

    low: list[list[Number]]
    high: list[list[Number]]
    names: list[str] = []


class Words(msgspec.Struct, frozen=True, tag="words"):
    """A text cut into tokens, and for each of them its tag where there are such; ``wrong`` are the places that are."""

    tokens: list[str]
    tags: list[str] = []
    wrong: list[int] = []


class Values(msgspec.Struct, frozen=True, tag="values"):
    """Some numbers as text, with the names they have in a table; ``more`` counts those left out."""

    values: list[str]
    names: list[str] = []
    more: int = 0


View = Union[Picture, Wave, Words, Values]


class Sample(msgspec.Struct, frozen=True):
    """A sample to be looked at: the part it is in, its place there, a caption, and each field that can be shown."""

    part: str
    index: int
    caption: str
    views: dict[str, View]


class Fit(msgspec.Struct, frozen=True):
    """The ``field`` that an Input or Target takes, what the node ``declares``, and what is said of both.

    ``wrong`` tells that ``said`` is why training would refuse it.
    """

    node: str
    is_input: bool
    declares: str
    field: str = ""
    said: list[str] = []
    wrong: bool = False


class DataDescribed(msgspec.Struct, frozen=True, tag="data_described"):
    """What data holds: ``figures`` is the object that ``layerloom data --json`` prints.

    Where samples were asked for, ``fits`` has the Inputs and Targets, and ``verdict`` is what training would say of the
    data as a whole; "" where it would take it.
    """

    figures: dict[str, Any]
    samples: list[Sample] = []
    fits: list[Fit] = []
    verdict: str = ""


class ShownField(msgspec.Struct, frozen=True):
    """What one node takes of the samples that are shown.

    ``kind`` is "image", "mask", "sound", "spectrogram", "series", "numbers", "label", "objects", "boxes", "classes" (a
    grid of objects) or "values". ``before`` and ``after`` are the numbers of all samples, one sample of ``shape`` or
    ``after_shape`` after the other, in ``dtype``: "uint8" of images, (channels, height, width) and 0 to 255 for ``low``
    to ``high``; "int32" of masks and labels; "float32" of all else. ``after`` has all samples as often as draws were
    asked for, and is empty where nothing was augmented; a label that was mixed is there the shares of the classes.
    ``names`` are those of the classes of a label, as far as they have such.
    """

    node: str
    field: str
    kind: str
    dtype: str
    shape: list[int]
    low: float
    high: float
    before: bytes
    after_shape: list[int] = []
    after: bytes = b""
    names: list[str] = []


class SamplesShown(msgspec.Struct, frozen=True, tag="samples_shown"):
    """Training samples, field by field: those at ``indices`` of the data, of ``total`` to train on.

    ``told`` says what augmentation does to them, "" where there is none, ``notices`` what was done in reading. Where
    nothing can be shown, or nothing augmented, ``refused`` says why, and ``node`` where.
    """

    request: int
    epoch: int = 0
    indices: list[int] = []
    total: int = 0
    fields: list[ShownField] = []
    told: str = ""
    notices: list[str] = []
    refused: str = ""
    parts: list[str] = []
    figures: dict[str, Number] = {}
    node: str = ""


class Plane(msgspec.Struct, frozen=True):
    """What a model says all over a plane: ``classes`` of ``size`` x ``size`` points, row by row from the lowest y up,
    between ``low`` and ``high``, and samples at ``points`` with their own class in ``true``, -1 for none.

    ``shares`` has how probable the class is at each point, from 0 to 255; nothing where that is not known. Of numbers
    it has where the predicted one lies in the ``span`` of the true ``values``, and there are no classes. ``axes`` says
    what runs to the right and upwards, ``names`` what the classes are called.
    """

    size: int
    low: list[float]
    high: list[float]
    classes: bytes
    points: list[list[float]]
    true: list[int]
    shares: bytes = b""
    values: list[float] = []
    span: list[float] = []
    axes: list[str] = []
    names: list[str] = []


class RegionsSeen(msgspec.Struct, frozen=True, tag="regions"):
    """What the weights say of a plane after ``step`` steps, in ``epoch``; it is told for the eye and not kept."""

    epoch: int
    step: int
    plane: Plane


class ClassFigures(msgspec.Struct, frozen=True):
    """How well a class is told from the others; ``None`` where nothing was taken for it, or it has no samples."""

    name: str
    precision: Union[float, None]
    recall: Union[float, None]
    samples: int


class Latent(msgspec.Struct, frozen=True):
    """What a decoder makes of points that no sample led to.

    ``grid`` has ``side`` x ``side`` pictures, row by row from the top, of a plane of ``size`` axes: the axes numbered
    ``across`` and ``up`` run from -``reach`` to ``reach``, the others are zero. ``prior`` has as many of points drawn
    from a standard normal distribution.
    """

    side: int
    reach: float
    size: int
    across: int
    up: int
    grid: list[Picture]
    prior: list[Picture]


class Writing(msgspec.Struct, frozen=True):
    """What a model that writes texts by itself can be asked for; it writes what the Input ``node`` reads.

    With ``marked``, its texts begin with a mark and are at most ``context`` tokens long; else they begin with what is
    typed and go on and on, the last ``context`` tokens being read. ``likely`` tells that it gives probabilities.
    ``sampled`` are the Inputs that a sample gives, ``beside`` those of them whose text can be typed.
    """

    context: int
    node: str
    marked: bool
    likely: bool
    sampled: list[str] = []
    beside: list[str] = []


class Written(msgspec.Struct, frozen=True):
    """What a model wrote: ``text`` behind its ``start``; it ``ended`` by itself or was as long as asked or possible.

    ``views`` are what else went in, of the sample ``index``, whose own text is ``right``, "" where another was typed.
    """

    start: str
    text: str
    ended: bool
    index: int = -1
    right: str = ""
    views: dict[str, View] = {}


class ResultsShown(msgspec.Struct, frozen=True, tag="results_shown"):
    """What a run's weights make of the samples of one part of its data, judged by one of its objectives.

    ``parts`` has those there are, ``figures`` what ``layerloom evaluate`` would measure on the ``part`` that is shown.
    ``kind`` is that of its answers: "classes", "yes_no", "tokens", "pixels", "masks" or "values". ``table`` counts for
    each true class, row by row, what was predicted; ``pairs`` are true and predicted numbers, some of many. ``samples``
    are a page of the ``found`` ones that were asked for, of ``total`` judged, each with its caption; ``worst`` says
    what orders them, "" where no objective judges them one by one. Where there is nothing to show, ``refused`` says
    why. ``writing`` tells that it writes texts; an answer that ``writes`` has nothing else but the one ``written``.
    """

    request: int = 0
    run: str = ""
    weights: str = ""
    epoch: int = 0
    part: str = ""
    total: int = 0
    objectives: list[str] = []
    objective: str = ""
    kind: str = ""
    classes: list[str] = []
    table: list[list[int]] = []
    pairs: list[list[float]] = []
    plane: Union[Plane, None] = None
    latent: Union[Latent, None] = None
    per_class: list[ClassFigures] = []
    worst: str = ""
    found: int = 0
    first: int = 0
    samples: list[Sample] = []
    notices: list[str] = []
    refused: str = ""
    parts: list[str] = []
    figures: dict[str, Number] = {}
    writing: Union[Writing, None] = None
    writes: bool = False
    written: Union[Written, None] = None
