"""What a sweep over a field begins with, and how many trials there will be."""

from __future__ import annotations

import pytest

from graph.document import Document
from graph.edits.setting.proposing import begin_varying, can_vary, names_to_vary, proposed, trials_wanted
from graph.edits.setting.sweeping import check_axis, vary
from graph.errors import ParameterError
from graph.recipe.sweep.sweep import override_sweep
from tests.support.training_drawings import classifier


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("hidden.out_features", "8,16,32"),
        ("hidden.bias", "false,true"),
        ("dropout.p", "0.1..0.3:linear"),
        ("learning_rate", "0.001..0.1"),
        ("weight_decay", "1e-05..0.001"),
        ("beta1", "0.8..0.99:linear"),
        ("batch_size", "32,64,128"),
        ("image.shape", "[[1, 8, 8]]"),
    ],
)
def test_a_field_is_tried_around_what_it_is(name: str, span: str) -> None:
    assert proposed(classifier(), name).span() == span


def test_everything_that_can_be_varied_has_a_proposal_that_it_takes() -> None:
    document = classifier()
    for name in names_to_vary(document):
        check_axis(document, proposed(document, name))


def test_a_small_kernel_stays_odd() -> None:
    document = Document()
    with document.edit("Draw"):
        document.model.add("Conv2d", {"kernel_size": (3, 5)}, name="conv")
        document.model.add("Conv2d", {"kernel_size": 3}, name="plain")
    assert proposed(document, "plain.kernel_size").span() == "1,3,5"
    assert proposed(document, "conv.kernel_size").span() == "[[1, 3], [3, 5], [5, 7]]"


def test_what_says_which_trial_is_best_is_the_same_for_all() -> None:
    document = classifier()
    assert not can_vary(document, "monitor")
    with pytest.raises(ParameterError, match="monitor cannot be varied"):
        vary(document, "monitor", "loss,accuracy")


def test_a_field_that_is_varied_already_keeps_its_values() -> None:
    document = classifier()
    vary(document, "hidden.out_features", "4,8")
    assert begin_varying(document, "hidden.out_features").span() == "4,8"


def test_how_many_trials_there_will_be() -> None:
    document = classifier()
    assert trials_wanted(document) == 0
    vary(document, "hidden.out_features", "4,8")
    assert trials_wanted(document) == 2  # at random, and none twice
    vary(document, "learning_rate", "1e-4..1e-1")
    assert trials_wanted(document) == 20
    with document.edit("Grid"):
        document.set_setting("sweep", override_sweep(document.sweep, {"search": "Grid", "points": 3}))
    assert trials_wanted(document) == 6
