"""A layer in the user's own Python: read without running it, run only where it is trusted, held to its signature."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import layerloom
from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.customcode import code_in, untrusted
from graph.document import Document
from graph.errors import DocumentError, ParameterError, UntrustedError
from graph.storage.loom import dumps, loads, save
from graph.storage.trust import file, trust
from tests.support.one_layer import one_layer, problem_of

GATE = "def gate(x, y):\n    # a gate\n    return x * torch.sigmoid(y)"
HALVES = "def halves(x):\n    a, b = x.chunk(2, dim=1)\n    return a, F.relu(b)"
PEAK = "def peak(x):\n    return x.argmax(1)"


def gated(*, code: str = GATE, signature: str = "") -> Document:
    return one_layer("Custom", "x=N,6", "y=N,6", code=code, signature=signature)


def test_its_inputs_are_the_arguments_and_its_code_stands_in_the_source() -> None:
    document = gated()
    text = compile_source(document).text
    assert "def _my_gate(x, y):\n    # a gate\n    return x * torch.sigmoid(y)" in text
    assert "_my_gate(in0, in1)" in text
    trust([GATE])
    x, y = torch.rand(3, 6), torch.rand(3, 6)
    assert torch.equal(build(compile_source(document))(x, y), x * torch.sigmoid(y))


def test_two_texts_of_one_name_stay_apart_and_one_text_is_written_once() -> None:
    document = Document("Two")
    codes = ["def f(x):\n    return x + 1", "def f(x):\n    return x * 2", "def f(x):\n    return x + 1"]
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [4]}, name="in0")
        for place, code in enumerate(codes):
            document.model.add("Custom", {"code": code}, name=f"c{place}")
            document.model.connect("in0" if place == 0 else f"c{place - 1}", f"c{place}")
        document.model.add("Output", name="out")
        document.model.connect("c2", "out")
    source = compile_source(document)
    assert source.text.count("def _my_f(") == 1
    assert source.text.count("def _my_f_2(") == 1
    x = torch.rand(2, 4)
    assert torch.equal(build(source, trusted=True)(x), (x + 1) * 2 + 1)


@pytest.mark.slow
def test_several_results_other_shapes_and_other_dtypes_come_from_the_signature(tmp_path: Path) -> None:
    document = one_layer("Custom", "N,6,T", code=HALVES, signature="N,2,t -> N,1,t; N,1,t")
    assert "expects (N, 2, t) at x with 2, got (N, 6, T)" in document.problems()["layer"].message
    document = one_layer("Custom", "N,6,T", code=HALVES, signature="N,c,t -> N,c//2,t; N,c//2,t")
    assert [str(kind) for kind in document.types()["layer"]] == ["(N, 3, T)", "(N, 3, T)"]
    document = one_layer("Custom", "N,6", code=PEAK, signature="N,c -> N int64")
    assert str(document.types()["layer"][0]) == "(N,) int64"
    trust([HALVES, PEAK])
    assert export(document, None, tmp_path / "peak.onnx").max_abs_diff == 0


@pytest.mark.parametrize(
    ("code", "signature", "words"),
    [
        ("def f(x:\n    return x", "", "code has a mistake in line 1"),
        ("import os\ndef f(x):\n    return x", "", "must be one function of tensors"),
        ("x = 3", "", "must be one function"),
        ("def f():\n    return 1", "", "it has no argument"),
        ("def f(x, *more):\n    return x", "", "its arguments are plain names"),
        ("def f(x=print('run')):\n    return x", "", "its arguments are plain names"),
        ("@print\ndef f(x):\n    return x", "", "without a decorator"),
        ("def f(x):\n    pass", "", "it returns nothing"),
        ("(" * 5000, "", "code has a mistake"),
        ("def f(x):\n    return x\0", "", "cannot be read as Python|has a mistake"),
        (GATE, "N,c -> N,c", "has 1 inputs, but the function takes 2: x, y"),
        ("def f(x):\n    return x", "N,c", "must read like"),
        ("def f(x):\n    return x", "N,2*c -> N,c", "it must be a name or a number"),
        ("def f(x):\n    return x", "N,c -> N,d", "has d in its result alone"),
        ("def f(x):\n    return x", "N,,c -> N,c", "has a size that is empty"),
        ("def f(x):\n    return x", "N,c -> N,open('x')", "cannot be computed"),
    ],
)  # fmt: skip
def test_what_is_not_a_function_or_does_not_fit_it_is_refused_and_not_run(
    code: str, signature: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ParameterError, match=words):
        one_layer("Custom", "N,6", code=code, signature=signature)
    assert capsys.readouterr().out == ""


def test_sizes_that_differ_where_one_name_stands_are_told_at_the_port() -> None:
    problem = problem_of("Custom", "x=N,6", "y=N,5", code=GATE, signature="N,c; N,c -> N,c")
    assert problem.port == "y"
    assert "Custom gate expects (N, c) at y with c = 6, got (N, 5)" in problem.message


def test_nothing_runs_until_it_is_trusted_and_another_letter_is_another_text(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    code = f"def f(x):\n    open({str(trace)!r}, 'w').close()\n    return x"
    document = loads(dumps(one_layer("Custom", "N,6", code=code)))
    with pytest.raises(UntrustedError, match="'layer' is written in Python that is not trusted here yet"):
        build(compile_source(document))
    with pytest.raises(UntrustedError):
        export(document, None, tmp_path / "x.onnx")
    assert not trace.exists()
    assert untrusted(document) == {"layer": code}
    trust([code + " "])
    with pytest.raises(UntrustedError):
        build(compile_source(document))
    trust([code])
    assert untrusted(document) == {}
    build(compile_source(document))
    assert trace.exists()


def test_a_damaged_list_of_what_is_trusted_trusts_nothing() -> None:
    trust([GATE])
    file().write_bytes(b"\xff\xfe" + file().read_bytes()[:40])
    assert untrusted(gated()) == {"layer": GATE}
    trust([GATE])
    assert untrusted(gated()) == {}


def test_what_comes_with_the_layer_needs_no_trust() -> None:
    document = one_layer("Custom", "N,6")
    assert code_in(document) == {}
    x = torch.rand(2, 6)
    assert torch.equal(build(compile_source(document))(x), x * torch.sigmoid(x))


@pytest.mark.parametrize(
    ("code", "signature", "words"),
    [
        ("def f(x):\n    return x[:, 1:]", "", r"makes \(2, 5\) of \(2, 6\), where its signature says \(2, 6\)"),
        ("def f(x):\n    return x.reshape(2, 6)", "", r"fails on \(3, 6\): RuntimeError"),
        ("def f(x):\n    return x > 0", "", r"makes \(2, 6\) bool of \(2, 6\)"),
        ("def f(x):\n    return 3", "", "makes int of"),
        ("def f(x):\n    return gone(x)", "", "NameError: name 'gone' is not defined"),
        ("def f(x):\n    return x, x", "", r"makes \(2, 6\) and \(2, 6\) of"),
    ],
)
def test_code_that_does_not_make_what_it_says_is_told_before_anything_is_computed_with_it(
    code: str, signature: str, words: str
) -> None:
    trust([code])
    with pytest.raises(DocumentError, match=f"'layer' {words}|'layer' fails.*{words}"):
        build(compile_source(one_layer("Custom", "N,6", code=code, signature=signature)))


def test_trying_it_out_leaves_the_random_numbers_alone() -> None:
    code = "def f(x):\n    return x + torch.rand_like(x)"
    trust([code])
    torch.manual_seed(1)
    build(compile_source(one_layer("Custom", "N,6", code=code)))
    after = torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(after, torch.rand(3))


@pytest.mark.slow
def test_onnx_is_what_pytorch_makes_of_it_at_every_size(tmp_path: Path) -> None:
    code = (
        "def f(x, y):\n    m = x.mean(dim=2, keepdim=True)\n    return torch.cat([x - m, y.flip(2)], dim=1).softmax(1)"
    )
    trust([code])
    document = one_layer(
        "Custom", "x=N,3,T", "y=N,2,T", code=code, signature="N,a,t; N,b,t -> N,a+b,t"
    )  # fmt: skip
    report = export(document, None, tmp_path / "x.onnx")
    assert report.max_abs_diff < 1e-6
    assert len(report.checked) > 2


@pytest.mark.slow
def test_onnx_that_depends_on_values_is_refused(tmp_path: Path) -> None:
    code = "def f(x):\n    return x if x.sum() > 0 else -x"
    trust([code])
    with pytest.raises(DocumentError, match="'layer' cannot be written as ONNX by PyTorch"):
        export(one_layer("Custom", "N,6", code=code), None, tmp_path / "x.onnx")


def test_it_serves_in_a_block_with_sizes_that_each_use_decides() -> None:
    d = layerloom.Drawing("Gates")
    code = "def squeeze(x):\n    return x.reshape(x.shape[0], x.shape[1] // 2, 2).amax(2)"
    with d.block("Unit", units=8) as b:
        x = b.linear(b.input("c"), "units")
        b.output(b.custom(x, code=code, signature="N,c -> N,c//2"))
    x = d.use("Unit", d.use("Unit", d.input(4)), units=6)
    d.output(x)
    assert d.source().count("def _my_squeeze") == 1
    module = d.module()
    assert module(torch.rand(5, 4)).shape == (5, 3)


def test_wires_follow_an_argument_that_gets_another_name() -> None:
    document = gated()
    with document.edit("Edit"):
        document.model.set("layer", code=GATE.replace("y", "open"))
    assert {port: wire.source for port, wire in document.model.inputs("layer").items()} == {"x": "in0", "open": "in1"}
    document.undo()
    assert {port: wire.source for port, wire in document.model.inputs("layer").items()} == {"x": "in0", "y": "in1"}
    with document.edit("Edit"):
        document.model.set("layer", code="def gate(y, x):\n    return x")
    assert {port: wire.source for port, wire in document.model.inputs("layer").items()} == {"x": "in0", "y": "in1"}


@pytest.mark.slow
def test_the_command_shows_the_code_and_trusts_it_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "gate.loom"
    save(gated(code=GATE + "  # \x1b[2J"), path)
    arguments = [sys.executable, "-m", "layerloom", "trust", str(path)]
    first = subprocess.run(arguments, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert first.returncode == 1
    assert "# layer\ndef gate(x, y):" in first.stdout
    assert "\x1b" not in first.stdout
    assert "Nothing was trusted" in first.stderr
    again = subprocess.run([*arguments, "--yes"], capture_output=True, text=True, check=True)
    assert "Trusted the Python of 1 node." in again.stdout
    last = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert last.stdout == "It holds no Python that is not trusted here.\n"
