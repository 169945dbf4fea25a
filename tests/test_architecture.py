"""The rules of the house as tests: who may import whom, how long a file may be, what no text may mention."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TypeGuard

import pytest

from graph.catalog import CATEGORIES, catalog

ROOT = Path(__file__).parent.parent
PACKAGES = ("graph", "compiler", "training", "gui")
OURS = (*PACKAGES, "layerloom")
TEXT = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".loom", ".json", ".cfg", ""}
MAX_LINES = 500
MAX_FILES = {"graph/layers": 60, "training/data/made": 25}  # one file per family, one per made data set

MAY_IMPORT = {
    "graph": {"graph"},
    "compiler": {"compiler", "graph"},
    "training": {"training", "compiler", "graph"},
    "gui": {"gui", "graph", "training"},
    "layerloom": {"graph", "compiler", "training", "gui"},
}
HEAVY = {"torch", "onnx", "onnx_ir", "onnxruntime", "sklearn"}
REASONS = {
    "Qt": "Qt belongs to gui/ alone, so that documents, code and training need no screen",
    "networkx": "networkx is a detail of graph/",
    "heavy": "the editor must start fast and survive a crash of torch",
}


def sources(*parts: str) -> list[Path]:
    found = [path for part in parts for path in (ROOT / part).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


@cache
def modules(path: Path) -> tuple[str, ...]:
    """The full names of the modules a file imports, wherever in it the import stands."""
    return tuple(_modules(path))


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import; imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in modules(path)}


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """The files of the repository; all files beside the ignored ones where there is no git."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listing.stdout.split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()] or sources(".")


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_run_one_way(package: str) -> None:
    for path in sources(package):
        wrong = (tops(path) & set(OURS)) - MAY_IMPORT[package]
        assert not wrong, f"{shown(path)} imports {wrong}; {package} may import {MAY_IMPORT[package]}"


def test_nothing_imports_the_front_door() -> None:
    for path in sources(*PACKAGES, "benchmarks"):
        assert "layerloom" not in tops(path), f"{shown(path)} imports layerloom.py, which stands above everything"


def test_of_training_the_editor_knows_the_protocol_and_the_runs_only() -> None:
    for path in sources("gui"):
        used = {module for module in modules(path) if module.split(".")[0] == "training"} - {"training"}
        wrong = {module for module in used if not f"{module}.".startswith(("training.protocol.", "training.runs."))}
        assert not wrong, f"{shown(path)} imports {wrong}: {REASONS['heavy']}"


def test_qt_is_only_in_the_editor() -> None:
    for path in sources("graph", "compiler", "training"):
        wrong = {top for top in tops(path) if top in {"PySide6", "shiboken6", "pyqtgraph"}}
        assert not wrong, f"{shown(path)} imports {wrong}: {REASONS['Qt']}"


def test_networkx_is_only_in_the_graph() -> None:
    for path in sources("compiler", "training", "gui"):
        assert "networkx" not in tops(path), f"{shown(path)}: {REASONS['networkx']}"


def test_torch_and_onnx_are_only_in_the_compiler_and_in_training() -> None:
    torchless = [ROOT / "training" / "protocol.py", ROOT / "training" / "errors.py", ROOT / "training" / "__init__.py"]
    for path in [*sources("graph", "gui", "training/runs"), *torchless]:
        wrong = tops(path) & HEAVY
        assert not wrong, f"{shown(path)} imports {wrong}: {REASONS['heavy']}"


@pytest.mark.parametrize("module", ["gui.app", "gui.export.dialog", "training.protocol", "graph.storage.loom"])
def test_importing_the_editor_loads_no_torch(module: str) -> None:
    program = f"import {module}, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & HEAVY, f"importing {module} loads {loaded & HEAVY}: {REASONS['heavy']}"


@pytest.mark.parametrize("module", ["graph.storage.loom", "training.protocol", "compiler.to_python.source"])
def test_what_needs_no_screen_loads_no_qt(module: str) -> None:
    program = f"import {module}, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "PySide6" not in done.stdout.split(), REASONS["Qt"]


@cache
def imported(path: Path) -> set[Path]:
    """The files of ours that a file imports, ``TYPE_CHECKING`` imports included."""
    found = set()
    for module in modules(path):
        place = ROOT / Path(*module.split("."))
        found |= {file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()}
    return found - {path}


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Names that lead back to the first of them, if there are such."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_files_import_each_other_in_a_circle(package: str) -> None:
    arrows = {shown(path): {shown(other) for other in imported(path)} for path in sources(package)}
    assert not circle(arrows)


def folders() -> list[Path]:
    return sorted({path.parent for path in sources(*PACKAGES)})


@pytest.mark.parametrize("folder", folders(), ids=shown)
def test_the_rooms_of_a_folder_import_one_another_one_way(folder: Path) -> None:
    """Files and folders beside each other: what one folder's files import of another's is one arrow."""
    arrows: dict[str, set[str]] = {}
    for path in sources(folder.relative_to(ROOT).as_posix()):
        room = path.relative_to(folder).parts[0]
        inside = {other.relative_to(folder).parts[0] for other in imported(path) if other.is_relative_to(folder)}
        arrows.setdefault(room, set()).update(inside - {room, "__init__.py"})
    arrows.pop("__init__.py", None)
    assert not circle(arrows), f"the rooms of {shown(folder)} form a circle"


def test_a_folder_holds_about_fifteen_files() -> None:
    counts = {shown(folder): len(list(folder.glob("*.py"))) - 1 for folder in folders()}
    crowded = {name: count for name, count in counts.items() if count > MAX_FILES.get(name, 16)}
    assert not crowded, f"these folders want rooms: {crowded}"


@pytest.mark.parametrize("folder", folders(), ids=shown)
def test_a_folder_says_what_it_is(folder: Path) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))


def test_no_file_is_long() -> None:
    long = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(".") if ours(path)}
    assert not {name: count for name, count in long.items() if count > MAX_LINES}


def ours(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] in {*PACKAGES, "layerloom.py", "tests", "benchmarks", "examples"}


def test_no_text_mentions_the_machine_it_was_written_on() -> None:
    here = re.compile(
        "|".join(["/" + "work/", "/" + "tmp/", "/" + "root/", r"/" + r"home/\w+", r"[A-Z]:\\\\" + "Users"])
    )
    for path in tracked():
        if path.suffix not in TEXT or path.name == "constraints.txt":
            continue
        hit = here.search(path.read_text(encoding="utf-8", errors="replace"))
        assert hit is None, f"{shown(path)} mentions {hit and hit[0]}"


def test_every_package_module_says_what_it_is() -> None:
    for path in [*sources(*PACKAGES), ROOT / "layerloom.py"]:
        text = path.read_text(encoding="utf-8")
        assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{shown(path)} has no docstring"


def test_layers_are_asked_for_their_traits_not_for_their_names() -> None:
    """A rule that lists names forgets the next layer; ``ReLU.__name__`` is fine where a fix makes one."""
    words = {"Output", "Identity", "Flip"}  # the heading of a form, an operator of ONNX, an augmentation
    kinds = set(catalog()) - set(CATEGORIES) - words
    for path in sources("graph", "compiler", "training", "gui"):
        if path.is_relative_to(ROOT / "graph" / "layers"):
            continue
        texts = (node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if is_text(node))
        assert not (named := kinds.intersection(texts)), f"{shown(path)} names {sorted(named)} in strings"


def is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_sentences_say_what_something_is_not() -> None:
    """``it is no file`` reads as translated; ``there is no file`` and ``is no longer`` do not."""
    pattern = re.compile(
        r"(?<!here )\b(?:is|was) no (?!longer|narrower|other|faster|more|less|whole|part|kind|doubt)[a-z]"
    )
    for path in [*sources(*PACKAGES), ROOT / "layerloom.py"]:
        found = pattern.search(path.read_text(encoding="utf-8"))
        assert not found, f"{shown(path)} says {found and found[0]!r}; write 'is not a'"
