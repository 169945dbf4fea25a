"""The comparisons of a course: each file says what is varied, and every variant of it can be trained."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from compiler.to_python.source import compile_source
from examples.build.__main__ import FOLDER
from examples.build.course import EXAMPLES
from graph.analysis.summary import summarize
from graph.document import Document
from graph.edits.setting.sweeping import check_sweep, trial_of
from graph.problems.checks import check
from graph.storage.loom import dumps, load
from tests.support.training_drawings import train
from training.protocol import EpochEnded


def variants(document: Document) -> Iterator[tuple[dict[str, Any], Document]]:
    """Every combination of what is varied, but for the seed."""
    axes = [axis for axis in document.sweep.over if axis.name != "seed"]
    for values in product(*(axis.values for axis in axes)):
        chosen = dict(zip((axis.name for axis in axes), values, strict=True))
        yield chosen, trial_of(document, chosen)


def test_every_comparison_has_its_file() -> None:
    assert {f"course/{path.stem}" for path in (FOLDER / "course").glob("*.loom")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_comparison_is_what_its_program_draws_and_all_of_it_is_sound(name: str) -> None:
    document = load(FOLDER / f"{name}.loom")
    assert dumps(document) == dumps(EXAMPLES[name]())
    check_sweep(document)
    found = list(variants(document))
    assert len(found) > 1
    for chosen, variant in found:
        for key in variant.graphs:  # a block by itself too, as the editor looks at it
            assert not [problem for problem in check(variant, key) if problem.severity == "error"], chosen
        assert compile_source(variant).objectives


def test_depth_and_width_cost_the_same() -> None:
    document = load(FOLDER / "course" / "depth_and_width.loom")
    counts = [summarize(variant).parameters for _, variant in variants(document)]
    assert max(counts) / min(counts) < 1.05


@pytest.mark.slow
def test_rectifiers_with_skips_learn_where_sigmoids_do_not(tmp_path: Path) -> None:
    accuracies = {}
    for number, (chosen, variant) in enumerate(variants(load(FOLDER / "course" / "vanishing_gradients.loom"))):
        with variant.edit("Shorter"):
            variant.set_training(epochs=4, metrics="few", health=False)
        events = train(variant, tmp_path / str(number))
        last = [event for event in events if isinstance(event, EpochEnded)][-1]
        accuracies[tuple(chosen.values())] = last.validation["accuracy"]
    plain, best = accuracies["sigmoid", 0], accuracies["relu", 1]
    assert plain is not None
    assert best is not None
    assert plain < 0.3
    assert best > 0.9
