"""Saving is whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph.document import Document
from graph.errors import FileError
from graph.storage.atomic import write_atomically
from graph.storage.loom import load, save

ROOT = Path(__file__).parent.parent.parent


def document(count: int = 3) -> Document:
    made = Document("Saved")
    with made.edit("Draw"):
        for index in range(count):
            made.model.add("ReLU", at=(index, 0))
    return made


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="pipe cannot be saved: it is not a file; choose another name"):
        write_atomically(tmp_path / "pipe", b"x")
    assert (tmp_path / "pipe").is_fifo()


def test_saving_replaces_the_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    save(document(1), path)
    save(document(2), path)
    assert len(load(path).model.nodes) == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.loom"]


def test_the_rights_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    save(document(), path)
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()
    path.chmod(0o600)
    save(document(), path)
    assert path.stat().st_mode & 0o777 == 0o600


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "net.loom"
    link.symlink_to(tmp_path / "real" / "net.loom")
    save(document(), link)
    assert link.is_symlink()
    assert len(load(tmp_path / "real" / "net.loom").model.nodes) == 3


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    path = tmp_path / "net.loom"
    save(document(1), path)
    old = path.read_bytes()

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(code, os.strerror(code))

    changed = document(5)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(FileError) as caught:
            save(changed, path)
    reason = os.strerror(code).lower()
    assert str(caught.value) == f"{path} cannot be saved: {reason}. What was there before is unchanged."
    assert path.read_bytes() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.loom"]
    assert changed.modified
    save(changed, path)
    assert not changed.modified


FULL_DISK = """
import resource, signal, sys
from graph.errors import FileError
from graph.storage.atomic import write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_atomically(sys.argv[1], b"x" * 100_000)
except FileError as error:
    print(error)
"""


def test_a_disk_that_really_fills_in_the_middle_of_the_write(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    save(document(1), path)
    old = path.read_bytes()
    command = [sys.executable, "-c", FULL_DISK, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{path} cannot be saved: file too large. What was there before is unchanged.")
    assert path.read_bytes() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.loom"]


def test_a_folder_that_is_missing_or_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be saved: no such file or directory"):
        save(document(), tmp_path / "missing" / "net.loom")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be saved: not a directory"):
        save(document(), tmp_path / "file" / "net.loom")
    with pytest.raises(FileError, match="cannot be saved"):
        save(document(), tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file"]


def test_a_folder_without_the_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The administrator may write everywhere, so the refusal is the system's own, given by hand."""
    save(document(1), tmp_path / "net.loom")

    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(FileError, match="cannot be saved: permission denied"):
        save(document(2), tmp_path / "net.loom")
    assert len(load(tmp_path / "net.loom").model.nodes) == 1


def test_a_name_too_long_and_one_that_just_fits(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 250 + ".loom"), b"fits")
    with pytest.raises(FileError, match="file name too long"):
        write_atomically(tmp_path / ("n" * 256), b"does not")
