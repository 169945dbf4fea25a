"""Checkpoints that are not what training wrote: one sentence, whatever is wrong, and no tensor reaches a kernel."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from graph.recipe.optimizers import SGD, Optimizer, RMSprop
from graph.recipe.part import choices_of
from tests.support.training_drawings import classifier, train
from tests.support.typed import known
from training.protocol import Failed, Finished


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """A run of an epoch with each optimizer, as bytes by name."""
    folder = tmp_path_factory.mktemp("sound")
    for optimizer in ("Adam", "SGD"):
        train(classifier(epochs=1, optimizer=optimizer), folder / optimizer)
    return {path.name: {file.name: file.read_bytes() for file in path.iterdir()} for path in folder.iterdir()}


def copy(files: dict[str, bytes], run: Path) -> Path:
    run.mkdir(exist_ok=True)
    for name, content in files.items():
        (run / name).write_bytes(content)
    return run


def resume(run: Path, optimizer: str = "Adam") -> str:
    event = train(classifier(epochs=2, optimizer=optimizer), run, resume=True)[-1]
    return event.message if isinstance(event, Failed) else known(event).reason


def with_state(run: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    path = next(run.glob("*.pt"))
    state = torch.load(path, weights_only=True)
    change(state)
    torch.save(state, path)


def replace(key: str, make: Callable[[torch.Tensor], Any], place: int = 0) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        entry = state["optimizer"]["state"][place]
        entry[key] = make(entry[key])

    return change


def sparse(value: torch.Tensor) -> torch.Tensor:
    """A sparse tensor as PyTorch makes it without a warning."""
    places = torch.zeros((2, 1), dtype=torch.int64)
    return torch.sparse_coo_tensor(places, torch.ones(1), value.shape, check_invariants=True)


@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda value: value[:, :3], "has the shape"),
        (lambda value: value.flatten()[:3].clone(), "has the shape (3,), expected"),
        (lambda value: value.reshape(-1), "has the shape"),
        (lambda value: torch.zeros(()), "has the shape ()"),
        (lambda value: value.t().contiguous().t(), "has the strides"),
        (lambda value: torch.zeros(1).expand(value.shape), "has the strides"),
        (lambda value: value.double(), "is float64, expected float32"),
        (lambda value: value.half(), "is float16, expected float32"),
        (lambda value: value.to(torch.complex64), "is complex64, expected float32"),
        (lambda value: value.long(), "is int64, expected float32"),
        (sparse, "is not a plain tensor"),
        (lambda value: value.to("meta"), "is not a plain tensor"),
        (lambda value: value.tolist(), "is not a tensor"),
        (lambda value: "0", "is not a tensor"),
    ],
)
def test_an_optimizer_state_that_does_not_belong_to_its_parameter(
    sound: dict[str, dict[str, bytes]], tmp_path: Path, optimizer: str, make: Callable[..., Any], said: str
) -> None:
    run = copy(sound[optimizer], tmp_path / "run")
    with_state(run, replace("exp_avg" if optimizer == "Adam" else "momentum_buffer", make))
    message = resume(run, optimizer)
    assert message.startswith(f"The checkpoint of {run} is damaged (")
    assert said in message
    assert message.endswith("; start a new run.")


def in_position(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda state: state["position"].update({name: value})


def without(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        for key in path[:-1]:
            state = state[key]
        del state[path[-1]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        replace("step", lambda step: step + 0.5),
        replace("step", lambda step: -step),
        replace("step", lambda step: step * float("nan")),
        replace("step", lambda step: step + 1e9),
        replace("step", lambda step: step.long()),
        replace("step", lambda step: step.reshape(1)),
        replace("step", lambda step: step.item()),
        without("optimizer", "state", 0, "step"),
        without("optimizer", "state", 0, "exp_avg_sq"),
        without("optimizer", "param_groups"),
        without("optimizer", "state"),
        lambda state: state["optimizer"].update(state={}),
        lambda state: state["optimizer"]["state"].update({9: state["optimizer"]["state"][0]}),
        lambda state: state["optimizer"]["state"].update({"0": state["optimizer"]["state"][0]}),
        lambda state: state["optimizer"]["state"].update({0: [1, 2]}),
        lambda state: state["optimizer"]["param_groups"].append({"params": [0]}),
        lambda state: state["optimizer"]["param_groups"][0].update(params=[0]),
        lambda state: state["random"].update(cpu=state["random"]["cpu"][:100]),
        lambda state: state["random"].update(cpu=state["random"]["cpu"].float()),
        lambda state: state["random"].update(cpu=torch.full_like(state["random"]["cpu"], 255)),
        without("random", "cpu"),
        in_position("epoch", -1),
        in_position("epoch", 10**30),
        in_position("epoch", 1.5),
        in_position("epoch", 10**6),
        in_position("batch", 10**6),
        in_position("step", "many"),
        in_position("step", 2**60),
        in_position("best", float("nan")),
        in_position("sums", [0.0] * 9),
        in_position("samples", -3),
        in_position("results", [1]),
        in_position("luck", 7),
    ],
)
def test_a_state_no_training_comes_to(
    sound: dict[str, dict[str, bytes]], tmp_path: Path, change: Callable[..., Any]
) -> None:
    run = copy(sound["Adam"], tmp_path / "run")
    with_state(run, change)
    message = resume(run)
    assert message.startswith(f"The checkpoint of {run} is damaged (")
    assert message.endswith("; start a new run.")
    assert "\n" not in message


def with_equal_averages(state: dict[str, Any]) -> None:
    entry = state["optimizer"]["state"][0]
    entry["exp_avg"].abs_()
    entry["exp_avg_sq"] = entry["exp_avg"].clone()


def with_one_average_twice(state: dict[str, Any]) -> None:
    entry = state["optimizer"]["state"][0]
    entry["exp_avg_sq"] = entry["exp_avg"].abs_()


def test_two_states_in_one_memory_do_not_train_into_each_other(
    sound: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    """A file can name the same storage twice; each state is copied into memory of its own."""
    runs = [copy(sound["Adam"], tmp_path / name) for name in ("apart", "shared")]
    for run, change in zip(runs, (with_equal_averages, with_one_average_twice), strict=True):
        with_state(run, change)
        assert resume(run) == "completed"
    apart, shared = (load_file(run / "last.safetensors") for run in runs)
    assert all(torch.equal(value, shared[key]) for key, value in apart.items())


def test_options_come_from_the_settings_and_not_from_the_file(
    sound: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    plain, turned = (copy(sound["Adam"], tmp_path / name) for name in ("plain", "turned"))
    strange = {"maximize": True, "betas": (0.1, 0.1), "capturable": True, "fused": False, "eps": 1.0, "amsgrad": True}
    with_state(turned, lambda state: state["optimizer"]["param_groups"][0].update(strange))
    for run in (plain, turned):
        assert resume(run) == "completed"
    one, other = (load_file(run / "last.safetensors") for run in (plain, turned))
    assert all(torch.equal(value, other[key]) for key, value in one.items())


def test_a_flipped_bit_of_the_state_is_found(sound: dict[str, dict[str, bytes]], tmp_path: Path) -> None:
    run = copy(sound["Adam"], tmp_path / "run")
    path = next(run.glob("*.pt"))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda record: record.file_size)
    content[largest.header_offset + largest.file_size // 2] ^= 1
    path.write_bytes(content)
    assert "is damaged (its checksum is wrong)" in resume(run)


def test_a_state_that_unpacks_to_more_than_its_file_is_not_unpacked(
    sound: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    run = copy(sound["Adam"], tmp_path / "run")
    with zipfile.ZipFile(next(run.glob("*.pt")), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(10**7))
    assert "is damaged (it is compressed)" in resume(run)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (torch.Tensor.double, "'hidden.weight' is float64, expected float32"),
        (torch.Tensor.long, "'hidden.weight' is int64, expected float32"),
        (lambda weight: weight[:5].clone(), "size mismatch for hidden.weight"),
    ],
)
def test_weights_of_another_type_are_not_converted(
    sound: dict[str, dict[str, bytes]], tmp_path: Path, make: Callable[..., Any], said: str
) -> None:
    run = copy(sound["Adam"], tmp_path / "run")
    path = run / "last.safetensors"
    weights = load_file(path)
    save_file(weights | {"hidden.weight": make(weights["hidden.weight"])}, path, {"state": next(run.glob("*.pt")).name})
    message = resume(run)
    assert message.startswith(f"The weights {path} are of another drawing: ")
    assert said in message


@pytest.mark.parametrize("optimizer", [SGD, RMSprop])
def test_momentum_may_be_switched_on_and_off_between_parts_of_a_run(tmp_path: Path, optimizer: type[Any]) -> None:
    for momentum, epochs in ((0.0, 1), (0.9, 2), (0.0, 3)):
        document = classifier(epochs=epochs, optimizer=optimizer(learning_rate=0.001, momentum=momentum))
        assert isinstance(train(document, tmp_path / "run", resume=epochs > 1)[-1], Finished)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", choices_of(Optimizer).values(), ids=str)
def test_the_checkpoints_of_every_optimizer_are_sound(tmp_path: Path, optimizer: type[Any]) -> None:
    for epochs in (1, 2):
        last = train(classifier(epochs=epochs, optimizer=optimizer()), tmp_path / "run", resume=epochs > 1)[-1]
        assert isinstance(last, Finished), last
