"""Where samples come from: one class for each kind of data, read by the file of its name in training/data/formats."""

from __future__ import annotations

from graph.recipe.data.arrays import Digits, FashionMnist, IdxFolder, Made, NpzFile
from graph.recipe.data.folders import AudioFolder, ImageFolder, MaskFolder, TextFolder
from graph.recipe.data.source import Source, read_text, usages
from graph.recipe.data.tables import SeriesFile, TableFile, TextTable

__all__ = [
    "AudioFolder",
    "Digits",
    "FashionMnist",
    "IdxFolder",
    "ImageFolder",
    "Made",
    "MaskFolder",
    "NpzFile",
    "SeriesFile",
    "Source",
    "TableFile",
    "TextFolder",
    "TextTable",
    "read_text",
    "usages",
]
