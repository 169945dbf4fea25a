"""The training settings: choices with fields of their own, in files, in one flat list, and as they were of old."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from graph.document import Document
from graph.errors import ParameterError
from graph.fields import fields_of
from graph.recipe import flat
from graph.recipe.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from graph.recipe.part import choices_of, read_part, written_part
from graph.recipe.settings import TrainingSettings
from graph.storage.loom import dumps, loads

OPTIMIZERS = "SGD, Adam, AdamW, NAdam, RMSprop, Adagrad, Muon, LBFGS"


def loaded(training: str) -> TrainingSettings:
    return loads(f'{{"layerloom": 1, "training": {training}}}').training


@pytest.mark.parametrize("cls", choices_of(Optimizer).values(), ids=str)
def test_a_choice_comes_back_from_its_file(cls: type[Optimizer]) -> None:
    made = cls(learning_rate=0.25)
    assert read_part(Optimizer, written_part(cls())) == cls()
    assert written_part(cls()) == cls.__name__
    assert written_part(made) == {"type": cls.__name__, "learning_rate": 0.25}
    document = Document()
    with document.edit("Set"):
        document.set_training(optimizer=made, epochs=3)
    assert loads(dumps(document)).training == document.training


@pytest.mark.parametrize("cls", choices_of(Optimizer).values(), ids=str)
def test_every_field_says_what_it_is(cls: type[Optimizer]) -> None:
    assert cls.__doc__
    assert all(field.description for field in fields_of(cls).values())


def test_no_two_roles_share_the_name_of_a_field() -> None:
    names = [{name for cls in choices_of(role).values() for name in fields_of(cls)} for role in flat.ROLES.values()] + [
        set(flat.general_fields())
    ]
    assert not [one & other for one, other in combinations(names, 2) if one & other]


def test_settings_of_the_first_version_are_read() -> None:
    assert loaded("{}") == TrainingSettings()
    assert loaded('{"optimizer": "SGD", "learning_rate": 0.5, "momentum": 0.3}').optimizer == SGD(
        learning_rate=0.5, momentum=0.3
    )
    assert loaded('{"learning_rate": 0.5, "weight_decay": 0.1, "epochs": 2}') == TrainingSettings(
        epochs=2, optimizer=Adam(learning_rate=0.5, weight_decay=0.1)
    )
    assert loaded('{"momentum": 0.3}') == TrainingSettings(), "Adam never used a momentum"


def test_another_choice_keeps_what_was_set_and_leaves_what_was_not() -> None:
    settings = flat.override(TrainingSettings(), {"learning_rate": 0.25})
    assert flat.override(settings, {"optimizer": "AdamW"}).optimizer == AdamW(learning_rate=0.25)
    assert flat.override(TrainingSettings(), {"optimizer": "RMSprop"}).optimizer == RMSprop()
    both = flat.override(TrainingSettings(), {"momentum": 0.5, "optimizer": "SGD", "epochs": 7})
    assert both == TrainingSettings(epochs=7, optimizer=SGD(momentum=0.5))


def test_the_values_that_act_are_listed() -> None:
    values = flat.all_values(TrainingSettings(optimizer=SGD()))
    assert (values["optimizer"], values["momentum"], values["epochs"]) == ("SGD", 0.9, 10)
    assert "momentum" not in flat.all_values(TrainingSettings())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"epochs": 0}, "Training: epochs must be an integer from 1 to 1,000,000, got 0."),
        ({"learning_rate": 0}, "Training: learning_rate must be a number > 0 and <= 1,000, got 0."),
        ({"optimizer": "SGD", "momentum": 2}, "Training: momentum must be a number >= 0 and < 1, got 2."),
        ({"momentum": 0.5}, "Training: Adam has no momentum; it has learning_rate, beta1, beta2, weight_decay."),
        (
            {"optimizer": "Guess"},
            f"Training: optimizer must be one of {OPTIMIZERS}, got 'Guess'.",
        ),
        (
            {"optimizer": 5},
            f"Training: optimizer must be one of {OPTIMIZERS}, got 5.",
        ),
        (
            {"optimizer": "SGD", "momentum": 0.0, "nesterov": True},
            "Training: nesterov needs a momentum above 0.",
        ),
        ({"device": "a" * 50}, f"Training: device must be text of at most 40 characters, got '{'a' * 50}'."),
        ({"device": 5}, "Training: device must be text, got 5."),
    ],
)
def test_what_is_wrong_gets_one_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        flat.override(TrainingSettings(), values)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("written", ["{}", "[]", "5", "null", '{"type": 5}', '{"type": "SGD", "speed": 1}', '"SGD "'])
def test_a_wrong_choice_in_a_file_is_refused(written: str) -> None:
    with pytest.raises(ParameterError, match=r"^Training"):
        flat.read({"optimizer": json.loads(written)})
