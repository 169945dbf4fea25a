"""Run every benchmark: a table of each as it ends, the same rows dated in ``build/benchmarks.json``.

``python -m benchmarks shapes canvas`` runs only those. A missed limit is marked, not an error.
"""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).parent
RESULT = FOLDER.parent / "build" / "benchmarks.json"


def modules() -> list[str]:
    """The benchmarks there are: the modules of this folder that have ``rows``."""
    names = [module.name for module in iter_modules([str(FOLDER)]) if module.name != "__main__"]
    return [name for name in names if hasattr(import_module(f"benchmarks.{name}"), "rows")]


def table(rows: list[dict[str, Any]], title: str) -> Table:
    """The rows as people read them."""
    made = Table("what", "unit", title=title)
    made.add_column("value", justify="right")
    made.add_column("limit", justify="right")
    made.add_column("")
    for row in rows:
        verdict = "[green]ok[/]" if row["ok"] else "[bold red]missed[/]"
        made.add_row(row["what"], row["unit"], f"{row['value']:.4g}", f"{row['limit']:g}", verdict)
    return made


def main(wanted: list[str]) -> None:
    """Measure, print, write."""
    console, shown = Console(stderr=True), Console(width=None if sys.stdout.isatty() else 110)
    rows: list[dict[str, Any]] = []
    for name in wanted or modules():
        with console.status(f"measuring {name}"):
            measured = import_module(f"benchmarks.{name}").rows()
        shown.print(table(measured, name))
        sys.stdout.flush()  # into a pipe too, for the next takes minutes
        rows += measured
    date = datetime.now(UTC).isoformat(timespec="seconds")
    RESULT.parent.mkdir(exist_ok=True)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    RESULT.write_text(json.dumps({"date": date, "machine": machine, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
