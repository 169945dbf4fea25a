"""Handwritten digits under noise, and digits among which strangers are to be found."""

from __future__ import annotations

import numpy as np

from training.data.dataset import Dataset, Fields
from training.data.digits import digits

_NOISE = 0.3
_KNOWN = 8


def noisy_digits() -> Dataset:
    """noisy and clean (1, 8, 8) from 0 to 1 and label: a denoising autoencoder turns one into the other.

    Raises:
        DataError: scikit-learn is not installed.
    """
    real = digits()
    return Dataset("made:noisy-digits", _noisy(real.training, 0), _noisy(real.test, 1))


def anomalies() -> Dataset:
    """image (1, 8, 8) and anomaly (1,): 0 to 7 are to be trained on, and tested with 8 and 9, whose anomaly is 1.

    Raises:
        DataError: scikit-learn is not installed.
    """
    real = digits()
    known = real.training["label"] < _KNOWN
    training = {key: array[known] for key, array in real.training.items()}
    return Dataset("made:anomalies", _strange(training), _strange(real.test))


def _noisy(real: Fields, seed: int) -> Fields:
    clean = real["image"]
    noise = np.random.default_rng(seed).normal(0, _NOISE, clean.shape)
    return {"noisy": np.clip(clean + noise, 0, 1).astype(np.float32), "clean": clean, "label": real["label"]}


def _strange(real: Fields) -> Fields:
    return {"image": real["image"], "anomaly": (real["label"][:, None] >= _KNOWN).astype(np.float32)}
