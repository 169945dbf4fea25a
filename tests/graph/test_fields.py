"""Parameters as data: what forms show of them, and the sentence a wrong one gets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from graph.catalog import catalog, layer_class, make_layer
from graph.errors import DocumentError, ParameterError
from graph.fields import convert, fields_of, parameters_of

CLASSES = list(catalog().values())


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_defaults_are_what_an_empty_row_of_a_file_gives(cls: type) -> None:
    layer: Any = convert(cls, {}, cls.__name__)
    assert parameters_of(layer) == {}
    assert cls() == layer


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_form_can_show_every_parameter(cls: type) -> None:
    for field in fields_of(cls).values():
        assert field.expected()
        assert field.hidden or field.description
        if field.kind == "choice":
            assert field.default in field.choices
        if field.kind == "int" and not field.optional:
            assert field.minimum is not None
            assert field.maximum is not None


def test_a_size_has_the_length_of_its_layer() -> None:
    fields = fields_of(layer_class("Conv2d"))
    assert (fields["kernel_size"].kind, fields["kernel_size"].length) == ("size", 2)
    assert fields["padding"].choices == ("same", "valid")
    assert fields_of(layer_class("MaxPool2d"))["stride"].optional


@pytest.mark.parametrize(
    ("kind", "parameters", "sentence"),
    [
        ("Linear", {"out_features": 0}, "Linear 'fc': out_features must be an integer >= 1, got 0."),
        ("Linear", {"out_features": "ten"}, "Linear 'fc': out_features must be an integer >= 1, got 'ten'."),
        ("Linear", {"out_features": 1.5}, "Linear 'fc': out_features must be an integer >= 1, got 1.5."),
        ("Linear", {"out_features": True}, "Linear 'fc': out_features must be an integer >= 1, got True."),
        ("Linear", {"out_features": None}, "Linear 'fc': out_features must be an integer >= 1, got None."),
        (
            "Linear",
            {"out_features": 2**31},
            "Linear 'fc': out_features must be an integer from 1 to 2,147,483,647, got 2147483648.",
        ),
        (
            "Conv2d",
            {"kernel_size": [3, 2**31]},
            "Conv2d 'fc': kernel_size must be an integer from 1 to 2,147,483,647 or 2 of them, got [3, 2147483648].",
        ),
        (
            "Input",
            {"shape": [1] * 9},
            "Input 'fc': shape must be a list of integers >= 1 or named sizes such as T or 16*h, at most 8 of them, "
            "got [1, 1, 1, 1, 1, 1, 1, 1, 1].",
        ),
        (
            "Permute",
            {"dims": []},
            "Permute 'fc': dims must be a list of integers from -8 to 7, at least 1 of them, got [].",
        ),
        ("Linear", {"bias": 1}, "Linear 'fc': bias must be true or false, got 1."),
        ("Flatten", {"units": 5}, "Flatten 'fc' has no parameter 'units'; it has start_dim, end_dim."),
        ("ReLU", {"units": 5}, "ReLU 'fc' has no parameter 'units'; it has none."),
        ("Dropout", {"p": 1.5}, "Dropout 'fc': p must be a number from 0 to 1, got 1.5."),
        ("Dropout", {"p": float("nan")}, "Dropout 'fc': p must be a number from 0 to 1, got nan."),
        ("Conv2d", {"kernel_size": [3]}, "Conv2d 'fc': kernel_size must be an integer >= 1 or 2 of them, got (3,)."),
        (
            "Conv2d",
            {"kernel_size": [3, 3, 3]},
            "Conv2d 'fc': kernel_size must be an integer >= 1 or 2 of them, got (3, 3, 3).",
        ),
        (
            "Conv2d",
            {"kernel_size": [3, 0]},
            "Conv2d 'fc': kernel_size must be an integer >= 1 or 2 of them, got [3, 0].",
        ),
        (
            "Conv2d",
            {"padding": 1, "padding_mode": "mirror"},
            "Conv2d 'fc': padding_mode must be one of circular, reflect, replicate, zeros, got 'mirror'.",
        ),
        (
            "Conv2d",
            {"out_channels": 6, "groups": 4},
            "Conv2d 'fc': out_channels=6 must be a multiple of groups=4.",
        ),
        ("MaxPool2d", {"padding": 2}, "MaxPool2d 'fc': padding=2 must be at most half of kernel_size=2."),
    ],
)
def test_a_wrong_parameter_gets_one_sentence(kind: str, parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        make_layer(kind, parameters, "fc")
    assert str(caught.value) == sentence


def test_the_parameter_at_fault_is_named_and_not_one_that_begins_like_it() -> None:
    with pytest.raises(ParameterError, match="padding_mode must be"):
        make_layer("Conv2d", {"padding": 2, "padding_mode": 7})


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)


@pytest.mark.slow
@given(cls=st.sampled_from(CLASSES), data=st.data())
def test_whatever_a_file_holds_is_a_layer_or_one_sentence(cls: type, data: st.DataObject) -> None:
    names = st.sampled_from([*fields_of(cls), "nonsense"])
    parameters = data.draw(st.dictionaries(names, JSON, max_size=3))
    try:
        layer = make_layer(cls.__name__, parameters, "node")
    except ParameterError as error:
        assert str(error).startswith(cls.__name__)
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        again = make_layer(cls.__name__, parameters_of(layer))
        assert again == layer


def test_deep_values_are_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ParameterError):
        make_layer("Conv2d", {"kernel_size": deep})


@pytest.mark.parametrize(
    ("kind", "hint"), [("conv2d", "did you mean Conv2d"), ("Conv", "palette"), ("os.system", "palette")]
)
def test_an_unknown_layer_gets_a_hint(kind: str, hint: str) -> None:
    with pytest.raises(DocumentError, match=hint):
        layer_class(kind)
