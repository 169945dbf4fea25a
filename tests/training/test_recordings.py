"""Folders of recordings: one channel, one rate, one length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from graph.recipe.sources import AudioFolder
from training.data.dataset import Dataset, Reading
from training.data.sources import load_data
from training.errors import DataError


def tone(path: Path, pitch: float = 440.0, rate: int = 16_000, seconds: float = 1.0, channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = 0.5 * np.sin(2 * np.pi * pitch * np.arange(round(rate * seconds)) / rate)
    soundfile.write(path, np.stack([wave, *[np.zeros_like(wave)] * (channels - 1)], axis=1), rate)
    return path


def read(folder: Path, notices: list[str] | None = None, validation: float = 0.0, **options: Any) -> Dataset:
    reading = Reading(validation, 0, None, (notices if notices is not None else []).append)
    return load_data(AudioFolder(path=str(folder), **options), reading=reading)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
def test_a_recording_is_numbers_from_minus_one_to_one(tmp_path: Path, suffix: str) -> None:
    tone(tmp_path / "a" / f"x.{suffix}")
    tone(tmp_path / "b" / f"x.{suffix}", 880)
    data = read(tmp_path)
    assert data.training["audio"].shape == (2, 1, 16_000)
    assert data.training["audio"].dtype == np.float32
    assert data.training["label"].tolist() == [0, 1]
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    tolerance = 0.05 if suffix == "ogg" else 1e-4
    assert np.abs(data.training["audio"][0, 0] - expected)[100:-100].max() < tolerance


def test_other_rates_are_resampled_and_channels_averaged_and_both_said(tmp_path: Path) -> None:
    notices: list[str] = []
    tone(tmp_path / "a" / "x.wav", 440, rate=44_100, channels=2)
    data = read(tmp_path, notices, rate=8000)
    expected = 0.25 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    assert np.abs(data.training["audio"][0, 0] - expected)[50:-50].max() < 2e-3
    assert notices[-1] == "Of 1 recording, 1 resampled to 8,000 values a second, 1 averaged over their channels."


def test_recordings_that_leave_the_usual_range_stay_as_they_are_and_are_counted(tmp_path: Path) -> None:
    notices: list[str] = []
    tone(tmp_path / "a" / "x.wav")
    soundfile.write(tmp_path / "a" / "loud.wav", np.linspace(-3.5, 2, 16_000), 16_000, subtype="FLOAT")
    data = read(tmp_path, notices)
    assert data.training["audio"][0, 0].tolist() == np.linspace(-3.5, 2, 16_000).astype(np.float32).tolist()
    assert notices[-1] == "1 of 2 recordings leaves the range from -1 to 1, up to 3.5: nothing is clipped or scaled."


def test_what_is_too_high_for_the_new_rate_is_not_folded_down(tmp_path: Path) -> None:
    tone(tmp_path / "a" / "x.wav", 6000, rate=16_000)
    assert np.abs(read(tmp_path, rate=8000).training["audio"][0, 0, 50:-50]).max() < 0.01


def test_recordings_are_cut_or_filled_up_and_that_is_said(tmp_path: Path) -> None:
    notices: list[str] = []
    tone(tmp_path / "a" / "long.wav", seconds=2.0)
    tone(tmp_path / "a" / "short.wav", seconds=0.25)
    audio = read(tmp_path, notices, seconds=0.5).training["audio"]
    assert audio.shape == (2, 1, 8000)
    assert np.abs(audio[0, 0, -100:]).max() > 0.1
    assert not audio[1, 0, 4000:].any()
    assert notices[-1] == "Of 2 recordings, 1 cut off after 0.5 seconds, 1 filled with silence up to 0.5 seconds."


def test_bad_recordings_are_named_or_left_out(tmp_path: Path) -> None:
    tone(tmp_path / "a" / "good.wav")
    (tmp_path / "a" / "bad.wav").write_bytes(b"no sound at all")
    (tmp_path / "a" / "empty.wav").write_bytes(b"")
    soundfile.write(tmp_path / "a" / "silent.wav", np.zeros(0), 8000)
    with pytest.raises(DataError, match=r"bad\.wav is not a recording that can be read; 2 other items cannot be used"):
        read(tmp_path)
    data = read(tmp_path, bad_items="skip")
    assert len(data.training["audio"]) == 1
    assert [text.rpartition("/")[2] for text in data.refused] == [
        "bad.wav is not a recording that can be read",
        "empty.wav is empty",
        "silent.wav holds no sound",
    ]


def test_the_split_is_stratified_and_labels_may_stand_in_a_table(tmp_path: Path) -> None:
    for number in range(20):
        tone(tmp_path / "all" / f"{number}.wav", seconds=0.01)
    lines = "".join(f"all/{number}.wav,{'ab'[number % 2]}\n" for number in range(20))
    (tmp_path / "labels.csv").write_text("file,label\n" + lines)
    data = read(tmp_path, labels="labels.csv", validation=0.2, seconds=0.01)
    assert np.bincount(data.validation["label"]).tolist() == [2, 2]
