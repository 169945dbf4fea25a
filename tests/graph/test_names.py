"""Node names are safe as attributes of the generated module."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given, strategies as st
from torch import nn

from graph.document import Document
from graph.errors import DocumentError
from graph.names import check_name, free_name, identifier, stem_of, stem_of_name


@pytest.mark.parametrize("name", ["conv1", "c", "Conv", "a_b_2", "x" * 60])
def test_good_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1conv",
        "_hidden",
        "__init__",
        "a b",
        "a.b",
        "a-b",
        "x; import os",
        "x\n",
        "a'b",
        'a"b',
        "größe",
        "ｘ１",
        "\u200bconv",
        "x" * 61,
        "x" * 1_000_000,
        None,
        5,
        ["conv1"],
    ],
)
def test_bad_names_give_one_short_sentence(name: object) -> None:
    with pytest.raises(DocumentError, match="cannot name a node") as caught:
        check_name(name)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("name", [*keyword.kwlist, *keyword.softkwlist])
def test_words_of_python_are_refused(name: str) -> None:
    with pytest.raises(DocumentError, match="cannot name a node"):
        check_name(name)


@pytest.mark.parametrize("name", [name for name in dir(nn.Module()) if not name.startswith("_")])
def test_attributes_of_modules_are_refused(name: str) -> None:
    with pytest.raises(DocumentError, match="PyTorch modules use that name"):
        check_name(name)


@given(name=st.text(max_size=20))
def test_what_is_accepted_is_an_attribute_a_module_does_not_have(name: str) -> None:
    try:
        check_name(name)
    except DocumentError:
        return
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not hasattr(nn.Module(), name)


def test_free_names() -> None:
    assert free_name("conv", {"conv1", "conv2", "conv4"}) == "conv3"
    assert [stem_of(kind) for kind in ("Conv2d", "ReLU", "MaxPool2d", "MSE")] == ["conv", "relu", "maxpool", "mse"]
    assert stem_of_name("conv12") == "conv"


@given(text=st.text(max_size=80))
def test_any_text_gives_a_class_name(text: str) -> None:
    name = identifier(text)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert name.isascii()


def test_class_names() -> None:
    assert identifier("LeNet-5") == "LeNet5"
    assert identifier("my first net") == "MyFirstNet"
    assert identifier("1x1") == "X1"
    assert identifier("???") == identifier("none") == "Model"


def test_a_number_is_free_again_when_its_node_is_gone() -> None:
    document = Document()
    model = document.model
    with document.edit("Draw"):
        assert [model.add("ReLU") for _ in range(12)][-1] == "relu12"
    with document.edit("Delete"):
        model.remove(["relu11", "relu3"])
    with document.edit("Rename"):
        model.rename("relu7", "other")
    with document.edit("Draw"):
        assert [model.add("ReLU") for _ in range(4)] == ["relu3", "relu7", "relu11", "relu13"]
    for _ in range(4):
        document.undo()
    with document.edit("Draw"):
        assert model.add("ReLU") == "relu1"


def test_a_name_with_number_0_is_not_offered() -> None:
    document = Document()
    with document.edit("Draw"):
        document.model.add("ReLU", name="relu0")
        document.model.add("ReLU")
        document.model.remove(["relu0", "relu1"])
        assert document.model.add("ReLU") == "relu1"
