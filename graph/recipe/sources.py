"""Where samples come from: one class for each kind of data, read by the file of its name in training/data/formats."""

from __future__ import annotations

from graph.recipe.data.arrays import Digits, FashionMnist, IdxFolder, Made, NpyFiles, NpzFile
from graph.recipe.data.folders import AudioFolder, ImageFolder, MaskFolder, TextFolder
from graph.recipe.data.sequences import TaggedText, TextPairs
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
    "NpyFiles",
    "NpzFile",
    "SeriesFile",
    "Source",
    "TableFile",
    "TaggedText",
    "TextFolder",
    "TextPairs",
    "TextTable",
    "read_text",
    "usages",
]
