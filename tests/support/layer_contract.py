"""Random drawings of one layer, made from what its class declares."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import assume, note, strategies as st

from graph.catalog import make_layer
from graph.document import Document
from graph.errors import ParameterError
from graph.fields import INITIAL, Field, fields_of
from graph.layer import Layer

SIZES = {"N": 3, "T": 5, "S": 4}
# Of indices that come twice, which no MaxPool gives, PyTorch takes any: they are tested behind one.
UNDECIDED = {"MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"}
# Of layers that refuse most parameters drawn each by itself: some that go together.
TOGETHER: dict[str, dict[str, tuple[Any, ...]]] = {
    "MelSpectrogram": {
        "sample_rate": (8000, 11025, 16001),
        "n_fft": (255, 256, 400),
        "win_length": (1, 100, 255),
        "hop_length": (1, 100, 401),
        "n_mels": (1, 5, 23),
        "f_min": (0.0, 133.3),
        "f_max": (2500.0, 4000.0),
    }
}


@cache  # it would be made anew for every drawing
def parameters(cls: type[Layer]) -> st.SearchStrategy[dict[str, Any]]:
    """Some parameters off their defaults; the class may still refuse the combination."""
    choices = {name: _values(field, getattr(cls, "rank", 1)) for name, field in fields_of(cls).items()}
    # Large random weights make deep recurrent layers chaotic: no two ways to add agree.
    given = {name: st.floats(0.01, 0.1) for name in choices if name in INITIAL and name.endswith("_scale")}
    given |= {name: st.sampled_from(values) for name, values in TOGETHER.get(cls.__name__, {}).items()}
    return st.fixed_dictionaries(given, optional={name: made for name, made in choices.items() if name not in given})


def _values(field: Field, rank: int) -> st.SearchStrategy[Any]:
    low = int(field.minimum or 0)
    made: st.SearchStrategy[Any]
    match field.kind:
        case "bool":
            made = st.booleans()
        case "int":
            made = st.integers(low, low + 8) if low >= 0 else st.integers(-3, 3)
        case "float":
            high = 1.0 if field.maximum is None else min(1.0, field.maximum)
            made = st.floats(max(0.01, field.minimum or 0.0), high, allow_nan=False)
        case "choice":
            made = st.sampled_from(field.choices)
        case "size":
            one = st.sampled_from((0.5, 1.5, 2, 3, 2.75)) if field.fraction else st.integers(low, low + 3)
            made = one | st.lists(one, min_size=rank, max_size=rank)
            made = made | st.sampled_from(field.choices) if field.choices else made
        case "sizes" if low < 0:
            made = st.lists(st.integers(max(low, -3), 3), min_size=1, max_size=3) | st.permutations(range(3))
        case "shape" | "sizes":
            made = st.lists(st.integers(low, 4), min_size=1, max_size=4)
        case _:
            made = st.just(field.default)
    return made | st.none() if field.optional else made


@st.composite
def drawings(draw: st.DrawFn, cls: type[Layer], perturb: bool = True) -> Document:
    """A document in which inputs feed one node ``layer`` of the class, and outputs take its results."""
    try:
        layer = make_layer(cls.__name__, draw(parameters(cls)))
    except ParameterError:
        assume(False)
    types = draw(_types(cls, perturb))[: draw(st.integers(_required(layer), len(cls.typical)))]
    note(f"{layer!r} on {types}")
    document = Document("Contract")
    graph = document.model
    with document.edit("Draw"):
        graph.add(layer, name="layer")
        for place, (shape, dtype) in enumerate(types):
            ports = layer.ports()
            variadic = ports[-1].variadic and place >= len(ports) - 1
            port = f"{ports[-1].name}{place - len(ports) + 1}" if variadic else ports[place].name
            role = "Target" if layer.role == "objective" and place == 1 and dtype == "int64" else "Input"
            graph.add(role, {"shape": shape, "dtype": dtype}, name=f"in{place}")
            graph.connect(f"in{place}", "layer", port)
        for place, port in enumerate(layer.output_names()):
            graph.add("Output", name=f"out{place}")
            graph.connect("layer", f"out{place}", source_port=port)
    return document


def _required(layer: Layer) -> int:
    """How many inputs there must be at least; those behind may stay unconnected."""
    ports = layer.ports()
    if any(port.variadic for port in ports):
        return len(type(layer).typical)
    return sum(not port.optional for port in ports)


@st.composite
def _types(draw: st.DrawFn, cls: type[Layer], perturb: bool) -> list[tuple[list[Any], str]]:
    fresh: dict[str, int] = {}
    types = []
    for text in cls.typical:
        dims, _, dtype = text.partition(" ")
        shape: list[Any] = []
        for dim in dims.split(",")[1:]:
            if dim.isdigit() and draw(st.booleans()):
                fresh.setdefault(dim, draw(st.integers(max(1, int(dim) - 4), int(dim) + 4)))
            shape.append(fresh.get(dim, int(dim)) if dim.isdigit() else dim)
        types.append((shape, dtype or "float32"))
    if perturb and draw(st.integers(0, 4)) == 0:
        shape, _ = draw(st.sampled_from(types))
        if len(shape) > 0 and draw(st.booleans()):
            shape[draw(st.integers(0, len(shape) - 1))] = draw(st.integers(1, 9))
        elif len(shape) > 0 and draw(st.booleans()):
            shape.pop()
        else:
            shape.append(draw(st.integers(1, 4)))
    return types
