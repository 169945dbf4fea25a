"""The desktop finds Layerloom in its menu and opens drawings with it."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from gui.shell import desktop
from layerloom import main


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def test_what_is_written_is_read_and_removed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["desktop"]) == 0
    assert capsys.readouterr().out.count("Wrote ") == 3
    entry = tmp_path / "applications" / "layerloom.desktop"
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read(entry)
    found = parsed["Desktop Entry"]
    assert found["Exec"].endswith("layerloom %F")
    assert found["MimeType"] == "application/x-layerloom;"
    types = ET.parse(tmp_path / "mime" / "packages" / "layerloom.xml").getroot()
    assert [each.get("pattern") for each in types.iter() if each.tag.endswith("glob")] == ["*.loom"]
    if checker := shutil.which("desktop-file-validate"):
        subprocess.run([checker, str(entry)], check=True)
    assert main(["desktop", "--remove"]) == 0
    assert not list(tmp_path.rglob("layerloom.*"))
    assert main(["desktop", "--remove"]) == 0


def test_a_path_with_blanks_and_signs_is_quoted() -> None:
    assert desktop._quoted("/opt/layerloom") == "/opt/layerloom"
    assert desktop._quoted("/my own/100%/$x") == '"/my own/100%%/\\\\$x"'


def test_an_option_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desktop", "--now"]) == 2
    assert "takes --remove or nothing, got --now" in capsys.readouterr().err


def test_elsewhere_it_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["desktop"]) == 2
    assert "are for Linux desktops" in capsys.readouterr().err
    assert not list(tmp_path.rglob("layerloom.*"))
