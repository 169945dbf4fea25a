"""Layerloom's front door: the command line, and the few names a script imports.

>>> import layerloom
>>> model = layerloom.load("examples/lenet5.loom")   # an nn.Module
>>> print(layerloom.source("examples/lenet5.loom"))  # its text
>>> d = layerloom.Drawing("Tiny")                    # drawn by calls, see docs/manual/drawing.md
>>> d.output(d.input(64).linear(10))
>>> d.save("tiny.loom")
>>> run = layerloom.fit("examples/lenet5.loom", {"image": images, "label": labels}, epochs=5)  # a run, and its figures
"""

from __future__ import annotations

import io
import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.builder.sheet import Drawing as _Drawing
from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.atomic import reason
from graph.storage.loom import load as _load_document

if TYPE_CHECKING:
    from torch import nn

    from training.python.fit import Trained

__version__ = "0.1.0"
__all__ = ["Drawing", "fit", "load", "main", "source"]

# What the packed program runs in processes of its own, as Python would by -m.
MODULES = ("training.worker", "training.data.tables.copying")
COMMANDS = (
    *("check", "summary", "code", "train", "sweep", "data", "evaluate", "runs", "compare", "curves"),
    *("export", "trust", "render"),
)


class Drawing(_Drawing):
    """A document drawn by calls, which can be compiled from where it is drawn."""

    def source(self) -> str:
        """The Python source of the drawing.

        Raises:
            LayerloomError: the drawing has a problem.
        """
        from compiler.to_python.source import compile_source

        return compile_source(self.finish()).text

    def module(self) -> nn.Module:
        """The module, with fresh weights; Python in its Custom nodes is the program's own, and run.

        Raises:
            LayerloomError: the drawing has a problem.
        """
        from compiler.to_python.module import build
        from compiler.to_python.source import compile_source

        return build(compile_source(self.finish()), trusted=True)

    def fit(self, data: Any = None, **options: Any) -> Trained:
        """Train the drawing; see ``layerloom.fit``. Python in its Custom nodes is the program's own, and trusted.

        Raises:
            LayerloomError: a setting, the data or the drawing cannot be used, or training failed.
        """
        from graph.analysis.customcode import untrusted
        from graph.storage.trust import trust

        document = self.finish()
        if codes := untrusted(document):
            trust(codes.values())
        return fit(document, data, **options)


def fit(
    drawing: Document | str | Path,
    data: Any = None,
    *,
    validation: Any = None,
    test: Any = None,
    run_dir: str | Path | None = None,
    quiet: bool = False,
    **settings: Any,
) -> Trained:
    """Train a document, or the drawing in a file, as ``layerloom train`` does, with data from Python.

    ``data`` is a mapping of fields to arrays, a tuple of arrays (those of the Inputs, then of the Targets, as they are
    drawn), a map-style dataset, the text of the setting ``data``, or nothing for what the drawing says. ``validation``
    is a share of it to hold back, or samples of their own, as are those of ``test``. Other names are training settings,
    such as ``epochs=20, optimizer="AdamW", learning_rate=1e-3``.

    Raises:
        LayerloomError: a setting, the data or the drawing cannot be used, or training failed.
    """
    from training.python.fit import fit as train

    path = None if isinstance(drawing, Document) else Path(drawing).resolve()
    document = drawing if isinstance(drawing, Document) else _load_document(drawing)
    return train(
        document,
        data,
        validation=validation,
        test=test,
        folder=str(path.parent) if path else "",
        drawing=path,
        run_dir=run_dir,
        quiet=quiet,
        **settings,
    )


def load(path: str | Path) -> nn.Module:
    """The module of a drawing, with fresh weights, or of a run, with its best ones.

    A drawing's module is always fresh, whatever runs lie beside it: a program names the run it wants. Only the
    command ``export`` looks for the drawing's latest run, and says so. Python in its Custom nodes has to be trusted
    before, by the command ``trust`` or in the editor.

    Raises:
        LayerloomError: the file or run cannot be read, or the drawing has a problem.
    """
    if Path(path).is_dir():
        from training.checkpoints.checkpoint import load_run_module

        return load_run_module(Path(path))
    from compiler.to_python.module import build
    from compiler.to_python.source import compile_source

    return build(compile_source(_load_document(path)))


def source(path: str | Path) -> str:
    """The Python source of a drawing or of a run's drawing.

    Raises:
        LayerloomError: the file cannot be read, or the drawing has a problem.
    """
    from compiler.to_python.source import compile_source

    path = Path(path)
    return compile_source(_load_document(path / "document.loom" if path.is_dir() else path)).text


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status. With no command, open the editor on the file given, if any."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if getattr(sys, "frozen", False):
        _leave_libraries()
        if arguments[:1] == ["-m"] and arguments[1:2] and arguments[1] in MODULES:
            return _run_module(arguments[1:])
        if arguments[:2] == ["-m", "layerloom"]:  # itself, once more
            arguments = arguments[2:]
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    _replace_letters()
    try:
        status = _dispatch(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except LayerloomError as error:
        if debug:
            traceback.print_exc()
        print(f"layerloom: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except OSError as error:
        if debug:
            traceback.print_exc()
        sys.stdout = None  # what could not be written is not tried again at exit
        what = "the output cannot be written" if error.filename is None else f"{error.filename} cannot be used"
        print(f"layerloom: {what}: {reason(error)}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("layerloom: interrupted", file=sys.stderr)
        return 130


def _leave_libraries() -> None:
    """Have programs of the system find its own libraries again, in place of those that were packed with this one."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before


def _run_module(arguments: list[str]) -> int:
    """Be another process of this program: there is no Python beside the packed one."""
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _replace_letters() -> None:
    """Write letters that the terminal or pipe does not know as "?": nothing fails when the work is done already."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _render(document: Document, path: Path, block: str, style: str) -> None:
    from gui.export.figure import render

    render(document, path, block, look=style)


def _dispatch(arguments: list[str]) -> int:
    if arguments and arguments[0] == "desktop":
        return _desktop(arguments[1:])
    if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
        from training.cli.app import run

        return run(arguments, __version__, _render)
    missing = [each for each in arguments if not Path(each).exists()]
    if len(arguments) > 1 and missing:
        raise LayerloomError(f"The editor opens files, got '{missing[0]}'; commands are {', '.join(COMMANDS)}.")
    from gui.app import run as open_editor

    return open_editor(arguments)


def _desktop(options: list[str]) -> int:
    """Put Layerloom into the desktop's menu, or with ``--remove`` take it out again."""
    from gui.shell.desktop import install, remove

    if options not in ([], ["--remove"]):
        raise LayerloomError(f"layerloom desktop takes --remove or nothing, got {' '.join(options)}.")
    for path in remove() if options else install():
        print(f"{'Removed' if options else 'Wrote'} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
