"""Pictures of one or two shapes and the sentence that describes them, word by word."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.colours import COLOURS, shades
from training.data.made.halves import halves
from training.data.made.shapes import SHAPES, Floats, Integers, Placed, add_noise, background, cover, paint

_SIZES, _RELATIONS = ("small", "large"), ("above", "beside")
VOCABULARY = ("<pad>", "<start>", "<end>", *_SIZES, *COLOURS, *SHAPES[:3], *_RELATIONS)
LENGTH = 8
IGNORED = -100
_PAD, _START, _END = 0, 1, 2
_SIZE, _COLOUR, _SHAPE, _RELATION = (VOCABULARY.index(words[0]) for words in (_SIZES, COLOURS, SHAPES, _RELATIONS))


def captions() -> Dataset:
    """image (3, 64, 64); caption_in (8,), <start> and the words, and caption_out (8,), the words and <end>.

    Such as "large red circle above small blue square", or the first three words alone; of two shapes the upper or
    the left one comes first. Behind the end caption_in has 0 and caption_out -100, which CrossEntropy ignores.
    """
    return halves("captions", _captions, names={"caption_in": VOCABULARY, "caption_out": VOCABULARY})


def _captions(generator: Generator, count: int) -> Fields:
    layout = generator.integers(0, 3, count)  # one shape alone, two above each other, two beside each other
    image = background(generator, count, 3)
    words = np.full((count, LENGTH), _END)
    words[:, 3] = np.where(layout == 0, _END, _RELATION + layout - 1)
    for place in range(2):
        size, colour, shape = (generator.integers(0, kinds, count) for kinds in (2, len(COLOURS), 3))
        half = (generator.uniform(5, 7, count) + size * 6).astype(np.float32)
        x, y = _centres(generator, layout, place)
        coverage = cover(Placed(shape, x, y, half, half))
        drawn = (layout > 0) | (place == 0)
        paint(image, coverage * drawn[:, None, None], shades(generator, colour))
        described = np.stack([_SIZE + size, _COLOUR + colour, _SHAPE + shape], axis=1)
        words[drawn, 4 * place : 4 * place + 3] = described[drawn]
    add_noise(generator, image, 0.05)
    return {"image": image, **_shifted(words)}


def _centres(generator: Generator, layout: Integers, place: int) -> Floats:
    """x and y: anywhere, but in their half of the image where two shapes share it."""
    centres = generator.uniform(14, 50, (2, len(layout)))
    ordered = generator.uniform(14, 18, len(layout)) + 32 * place
    centres[0] = np.where(layout == 2, ordered, centres[0])
    centres[1] = np.where(layout == 1, ordered, centres[1])
    return centres.astype(np.float32)


def _shifted(words: Integers) -> Fields:
    """Sentences filled up with <end> as what the decoder reads and what it is to say."""
    behind = np.cumsum(words == _END, axis=1) > 1
    start = np.full((len(words), 1), _START)
    read = np.concatenate([start, np.where(words == _END, _PAD, words)[:, :-1]], axis=1)
    return {"caption_in": read, "caption_out": np.where(behind, IGNORED, words)}
