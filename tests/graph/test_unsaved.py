"""Journals in their folder: locked while their process lives, found when it is gone, whole at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graph.document import Document
from graph.errors import FileError
from graph.storage.journal import entry, head
from graph.storage.lock import Lock
from graph.storage.loom import dumps
from graph.storage.unsaved import JournalFile, fingerprint, left_behind
from tests.support.typed import there

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST = head(dumps(Document()))
OWNER = """
import sys
from pathlib import Path
from graph.document import Document
from graph.storage.journal import entry, head
from graph.storage.loom import dumps
from graph.storage.unsaved import JournalFile

document = Document()
journal = JournalFile(Path(sys.argv[1]), head(dumps(document)))
document.subscribe(lambda changes: journal.append(entry(document, changes)))
for number in range(10**6):
    with document.edit("Add"):
        document.model.add("ReLU", name=f"n{number}")
    if number % 40 == 39:
        journal.begin_again(head(dumps(document), steps=number + 1))
    print(number, flush=True)
"""


def test_a_journal_that_is_open_here_is_not_left_behind(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path, FIRST)
    assert left_behind(tmp_path) == []
    journal.remove()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind_where_there_is_no_folder(tmp_path: Path) -> None:
    assert left_behind(tmp_path / "missing") == []


@pytest.mark.parametrize("after", [1, 39, 40, 95])
def test_a_killed_process_leaves_every_finished_edit(tmp_path: Path, after: int) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    last = -1
    while last < after:
        last = int(owner.stdout.readline())
    assert left_behind(tmp_path) == []
    owner.send_signal(signal.SIGKILL)
    rest = owner.communicate()[0].split()
    last = int(rest[-1]) if rest else last
    (found,) = left_behind(tmp_path)
    journal = found.read()
    # One more edit may have been finished and not been told yet.
    assert len(journal.document().model.nodes) in (last + 1, last + 2)
    assert journal.steps == len(journal.document().model.nodes)
    assert left_behind(tmp_path) == []
    found.release()
    (again,) = left_behind(tmp_path)
    again.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_without_a_journal_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "old.lock").touch()
    (tmp_path / "old.new").write_text("cut off")
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_held_once_and_let_go_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    lock = Lock.acquire(path)
    assert lock is not None
    assert Lock.acquire(path) is None
    lock.release(remove=True)
    lock.release()
    assert not path.exists()
    other = Lock.acquire(path)
    assert other is not None
    other.release()
    assert path.exists()


def test_children_do_not_hold_the_lock(tmp_path: Path) -> None:
    lock = Lock.acquire(tmp_path / "a.lock")
    assert lock is not None
    program = "print(flush=True); input()"
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], close_fds=False, **pipes) as child:
        assert child.stdout is not None
        child.stdout.readline()
        lock.release()
        again = Lock.acquire(tmp_path / "a.lock")
        child.communicate(b"\n")
    assert again is not None
    again.release()


def test_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError):
        Lock.acquire(tmp_path / "a.lock")
    assert not (tmp_path / "elsewhere").exists()
    assert left_behind(tmp_path) == []


def test_a_journal_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="Unsaved work is not kept for the case of a crash: "):
        JournalFile(tmp_path / "file" / "unsaved", FIRST)


def test_others_cannot_read_a_journal(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "unsaved", FIRST)
    assert journal.path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "unsaved").stat().st_mode & 0o077 == 0
    journal.remove()


def test_a_journal_begun_again_goes_on(tmp_path: Path) -> None:
    document = Document()
    journal = JournalFile(tmp_path, FIRST)
    document.subscribe(lambda changes: journal.append(entry(document, changes)))
    with document.edit("Add"):
        document.model.add("ReLU", name="one")
    journal.begin_again(head(dumps(document), steps=1))
    with document.edit("Add"):
        document.model.add("ReLU", name="two")
    os.close(there(journal._file))
    journal._file = None
    there(journal._lock).release()
    (found,) = left_behind(tmp_path)
    assert sorted(found.read().document().model.nodes) == ["one", "two"]
    assert found.read().steps == 2
    found.remove()


def test_fingerprints_tell_contents_apart() -> None:
    assert fingerprint(b"a") != fingerprint(b"b")
    assert fingerprint(None) == ""
