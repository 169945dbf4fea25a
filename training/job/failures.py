"""What went wrong, as one sentence and the node it came from. Imports no torch, so it can tell that torch failed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from compiler.to_python.source import Source
from graph.errors import LayerloomError, UntrustedError
from training.errors import DataChangedError, TrainingError
from training.job.control import Emit
from training.protocol import Failed

# What torch says of data that does not fit, and what it means in a drawing.
_SENTENCES = {
    "index out of range in self": "it looks up an index it has no row for; raise num_embeddings, or correct the data",
    "is out of bounds.": "a class index is beyond the scores it is compared with; give them more classes, or correct "
    "the data",
    "Expected more than 1 value per channel": "it compares the samples of a batch with each other, and one by itself "
    "has nothing to be compared with; give it more samples at a time",
    "Expected more than 1 spatial element": "it compares the places of each sample with each other, and there is one; "
    "use larger data",
    "all elements of input should be between 0 and 1": "it takes probabilities; put a Sigmoid in front, or take "
    "BCEWithLogits",
}
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


def guarded(work: Callable[[], None], emit: Emit) -> None:
    """Do ``work``; an error becomes a ``Failed`` event."""
    try:
        work()
    except Exception as error:
        emit(failure_of(error))


@contextmanager
def blaming(source: Source, remedy: str) -> Iterator[None]:
    """Name the node of the drawing an error inside came from; ``remedy`` is what helps when memory runs out.

    Raises:
        TrainingError: in place of any error that is not a sentence already.
    """
    try:
        yield
    except LayerloomError:
        raise
    except Exception as error:
        from compiler.to_python.module import node_of

        node = node_of(error, source)
        place = f" at '{node}'" if node else ""
        if _is_out_of_memory(error):
            raise TrainingError(f"Memory ran out{place}; {remedy}.", node) from error
        reason = next((ours for theirs, ours in _SENTENCES.items() if theirs in str(error)), _first_line(error))
        raise TrainingError(f"Training failed{place}: {reason}.", node) from error


def failure_of(error: Exception) -> Failed:
    """The event that tells of an error."""
    expected = isinstance(error, LayerloomError)
    if _is_out_of_memory(error):
        return Failed("Memory ran out; make the data or the drawing smaller.", "", _traceback(error))
    message = str(error) if expected else f"Layerloom failed: {_first_line(error)}; please report this."
    trace = "" if expected and error.__cause__ is None else _traceback(error)
    code = error.code if isinstance(error, DataChangedError | UntrustedError) else ""
    return Failed(message, str(getattr(error, "node", "")), trace, code)


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _is_out_of_memory(error: Exception) -> bool:
    text = str(error).lower() if isinstance(error, RuntimeError) else ""
    return isinstance(error, MemoryError) or any(words in text for words in _OUT_OF_MEMORY)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].rstrip('.')}" if lines else type(error).__name__
