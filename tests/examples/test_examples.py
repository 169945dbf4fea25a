"""Every example opens, keeps its published figures, computes what a hand-written module computes, and exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from benchmarks import handwritten
from benchmarks.architectures import lstm_reader
from benchmarks.memory import peak_bytes
from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from examples.build.__main__ import EXAMPLES as PROGRAMS
from graph.analysis.summary import summarize
from graph.document import Document
from graph.problems.checks import check
from graph.storage.loom import dumps, load
from tests.support import handwritten_mobile, handwritten_models
from tests.support.handwritten_inception import InceptionV3
from tests.support.typed import as_a, known
from training.data.samples import load_samples

FOLDER = Path(__file__).parent.parent.parent / "examples"
EXAMPLES = sorted(FOLDER.glob("*.loom"))
FIGURES = {
    "mlp": (669_706, 668_672),
    "lenet5": (61_706, 416_520),
    "alexnet": (60_965_224, None),
    "vgg16": (138_357_544, 15_470_264_320),
    "googlenet": (13_378_280, None),
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet50": (25_557_032, 4_089_184_256),
    "resnet20_cifar": (269_722, None),
    "unet": (31_030_658, None),
    "vae": (652_824, None),
    "squeezenet": (1_235_496, 349_151_936),
    "mobilenet_v2": (3_504_872, 300_774_272),
    "mobilenet_v3_small": (2_542_856, 56_510_400),
    "shufflenet_v2": (2_278_604, 144_907_992),
    "efficientnet_b0": (5_288_548, 385_814_752),
    "resnext50": (25_028_904, 4_230_479_872),
    "densenet121": (7_978_856, 2_834_161_664),
    "convnext_tiny": (28_589_128, 4_457_676_288),
    "vit_b16": (86_567_656, 17_563_828_224),
    "gpt_small": (156_224, None),  # its embedding counted once
    "dcgan": (298_112, None),
    "pointnet": (3_470_797, None),  # with the authors' 40 classes 3,480,049
    "inception_v3": (27_161_264, 5_718_899_296),  # with the auxiliary classifier
}
HANDWRITTEN: dict[str, Callable[[], nn.Module]] = {
    "mlp": handwritten.MLP,
    "lenet5": handwritten.LeNet5,
    "resnet18": handwritten.ResNet18,
    "resnet50": handwritten.ResNet50,
    "resnet20_cifar": handwritten.ResNet20,
    "unet": handwritten.UNet,
    "googlenet": handwritten.GoogLeNet,
    "squeezenet": handwritten_models.squeezenet,
    "mobilenet_v2": handwritten_models.mobilenet_v2,
    "mobilenet_v3_small": handwritten_mobile.mobilenet_v3_small,
    "shufflenet_v2": handwritten_mobile.shufflenet_v2,
    "efficientnet_b0": handwritten_models.efficientnet_b0,
    "resnext50": handwritten_models.resnext50,
    "densenet121": handwritten_models.densenet121,
    "convnext_tiny": handwritten_models.convnext_tiny,
    "vit_b16": handwritten_models.ViT,
    "gpt_small": handwritten_models.GPT,
    "seq2seq_attention": handwritten_models.AttentiveTranslator,
    "wavenet": handwritten_models.WaveNet,
    "pointnet": handwritten_models.PointNet,
    "dcgan": handwritten_models.DCGAN,
    "inception_v3": InceptionV3,
}
SMALL = ("mlp", "lenet5", "resnet20_cifar", "gpt_small", "seq2seq_attention", "wavenet", "pointnet", "dcgan")
LARGE = (
    "alexnet", "googlenet", "resnet18", "resnet50", "unet", "vgg16", "squeezenet", "mobilenet_v2", "efficientnet_b0",
    "mobilenet_v3_small", "shufflenet_v2", "resnext50", "densenet121", "convnext_tiny", "vit_b16", "inception_v3",
)  # fmt: skip
# Images of 572 x 572 and 150 G multiply-adds would say no more than small ones, nor would 15 G of them and 100 million
# weights of one layer; they take a tenth of all tests' time.
SMALLER: dict[str, dict[str, tuple[int, ...]]] = {
    "unet": {"image": (1, 252, 252), "mask": (68, 68)},
    "vgg16": {"image": (3, 64, 64)},
}


def to_compute(name: str) -> Document:
    """An example, on images that are no larger than they must be."""
    document = load(FOLDER / f"{name}.loom")
    with document.edit("Shrink"):
        for node, shape in SMALLER.get(name, {}).items():
            document.model.set(node, shape=shape)
    return document


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def named(names: Iterable[str]) -> list[Any]:
    """Parameters of a test that computes with a model: large ones take seconds."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in names]


def copy_weights(ours: nn.Module, theirs: nn.Module) -> None:
    """By name where all names are the same, else by order."""
    names, weights = theirs.state_dict().keys(), ours.state_dict()
    same = names == weights.keys()
    theirs.load_state_dict(weights if same else dict(zip(names, weights.values(), strict=True)))


def made_inputs(document: Document, batch: int) -> list[Tensor]:
    """Something for every argument of ``forward``."""
    made = []
    for name in compile_source(document).forward_inputs:
        (kind,) = document.types()[name]
        shape = kind.sized({"N": batch, "T": 24, "S": 7, "P": 40})
        made.append(torch.randn(shape) if kind.dtype == "float32" else torch.randint(0, 10, shape))
    return made


@each(EXAMPLES)
def test_an_example_opens_without_errors(path: Path) -> None:
    document = load(path)
    assert [problem.message for problem in check(document) if problem.severity == "error"] == []
    assert dumps(document) == path.read_text(encoding="utf-8")
    assert document.notes


@pytest.mark.parametrize("name", FIGURES)
def test_an_example_keeps_its_figures(name: str) -> None:
    figures = summarize(load(FOLDER / f"{name}.loom"))
    parameters, macs = FIGURES[name]
    assert figures.parameters == parameters
    assert macs is None or figures.macs == macs


@pytest.mark.parametrize("name", named(HANDWRITTEN))
def test_an_example_equals_the_module_written_by_hand(name: str) -> None:
    """Outputs and, for the small ones, gradients of their sum of squares, bit for bit."""
    document = to_compute(name)
    torch.manual_seed(0)
    ours = build(compile_source(document))
    theirs = HANDWRITTEN[name]()
    copy_weights(ours, theirs)
    inputs = made_inputs(document, 1 if name == "unet" else 2)
    with torch.set_grad_enabled(name in SMALL):
        torch.manual_seed(1)
        mine = ours(*inputs)
        torch.manual_seed(1)
        other = theirs(*inputs)
    assert torch.equal(mine, other)
    if name not in SMALL:
        return
    mine.square().sum().backward()
    other.square().sum().backward()
    for (key, left), (_, right) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert (left.grad is None) == (right.grad is None), key
        if left.grad is not None and right.grad is not None:  # the last layer of a WaveNet hands on what no one takes
            assert torch.equal(left.grad, right.grad), key


@pytest.mark.parametrize("name", named(["mlp", "lenet5", "resnet18"]))
def test_a_step_takes_no_more_memory_than_one_written_by_hand(name: str) -> None:
    document = load(FOLDER / f"{name}.loom")
    image = torch.randn(document.types()["image"][0].sized({"N": 2}))
    peaks = []
    for module in (build(compile_source(document)), HANDWRITTEN[name]()):
        module(image).square().sum().backward()
        module.zero_grad()
        peaks.append(peak_bytes(lambda module=module: module(image).square().sum().backward()))  # type: ignore[misc]
    assert peaks[0] == peaks[1]


@pytest.mark.parametrize("name", named(path.stem for path in EXAMPLES))
def test_a_training_step_lowers_the_loss(name: str) -> None:
    """One small step down the gradient, on samples of the example's own data."""
    document = load(FOLDER / f"{name}.loom")
    source = compile_source(document)
    large = summarize(document).parameters > 10_000_000
    torch.manual_seed(0)
    batch = load_samples(document, source, document.training.data, lambda _: None, 1 if large else 8).training
    if name == "unet":
        # What a corner of a mask says is what the network sees in that corner of the image.
        batch = [as_a(Tensor, field)[..., :side, :side] for field, side in zip(batch, (252, 68), strict=True)]
    module = build(compile_source(to_compute(name)) if name == "unet" else source)
    module.eval()  # no dropout or noise, so that the two losses can be compared
    before, _ = known(module.loss)(*batch)
    before.backward()
    learned = [parameter for parameter in module.parameters() if parameter.grad is not None]
    assert learned
    slope = sum(float(parameter.grad.square().sum()) for parameter in learned if parameter.grad is not None)
    with torch.no_grad():
        for parameter in learned:
            assert parameter.grad is not None
            parameter.sub_(parameter.grad * (0.01 * before.detach() / slope))
        after, _ = known(module.loss)(*batch)
    assert after < before


@pytest.mark.parametrize("name", named(path.stem for path in EXAMPLES))
def test_an_example_exports_verified_onnx(name: str, tmp_path: Path) -> None:
    report = export(to_compute(name), None, tmp_path / "model.onnx")
    assert {entry["sizes"]["N"] for entry in report.checked} == {1, 3}
    assert (tmp_path / "model.onnx").stat().st_size > 0


def test_a_drawn_lstm_layer_equals_the_module_written_by_hand() -> None:
    ours = build(compile_source(lstm_reader()))
    theirs = handwritten.LSTMReader()
    theirs.load_state_dict(ours.state_dict())
    image = torch.randn(3, 28, 28)
    assert torch.equal(ours(image), theirs(image))


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_an_example_is_what_its_program_draws(name: str) -> None:
    assert dumps(PROGRAMS[name]()) == (FOLDER / f"{name}.loom").read_text(encoding="utf-8")


def test_every_example_has_a_program() -> None:
    assert {path.stem for path in EXAMPLES} == set(PROGRAMS)
