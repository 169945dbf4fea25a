"""Parameter values as the text in a form's fields, and back."""

from __future__ import annotations

import math
import re
from typing import Any

from graph.fields import Field

_BETWEEN = re.compile(r"\s*,\s*|\s+x\s+|\s*\u00d7\s*")
# As a node shows sizes; an x in a name is none of these.
_TIMES = re.compile(r"\d+(\s*x\s*\d+)+")


def written(value: Any) -> str:
    """A value as a field shows it: ``3``, ``3, 5``, ``0.001``, ``a=1, b=2``, nothing for ``None``."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(written(item) for item in value)
    return str(value)


def parsed(field: Field, text: str) -> Any:
    """The value a text stands for; a text that is none comes back as it is, for the document to refuse."""
    if field.kind in ("text", "choice"):
        return None if field.optional and not text else text
    text = text.strip()
    if not text and field.optional:
        return None
    try:
        return _convert(field, text)
    except ValueError:
        return text


def _convert(field: Field, text: str) -> Any:
    match field.kind:
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "size":
            if text in field.choices:
                return text
            kind = float if field.fraction else int
            items = tuple(_number(kind, item) for item in _items(text))
            return items[0] if len(items) == 1 else items
        case "sizes":
            return tuple(_number(int, item) for item in _items(text))
        case "floats":
            return tuple(_number(float, item) for item in _items(text))
        case "value":
            return _plain(text)
        case "shape":
            return tuple(int(item) if item.lstrip("-").isdigit() else item for item in _items(text))
        case "names":
            return tuple(_items(text))
        case "mapping":
            return dict(_pair(item) for item in _items(text))
    return text


def _number(kind: type[int] | type[float], text: str) -> int | float | str:
    """An item of a list: a number, a whole one where it is one, or an expression."""
    try:
        return int(text) if text.strip().lstrip("-").isdigit() else kind(text)
    except ValueError:
        return text


def _plain(text: str) -> bool | int | float | str:
    """What a text is by itself: a number, yes or no, or a word."""
    for kind in (int, float):
        number = _number(kind, text)
        if not isinstance(number, str) and math.isfinite(number):
            return number
    return {"true": True, "false": False}.get(text.lower(), text)


def _pair(text: str) -> tuple[str, bool | int | float | str]:
    """A name and its value; no equals sign is a ``ValueError``."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise ValueError(text)
    return name, _plain(value)


def _items(text: str) -> list[str]:
    """The parts of a list, with or without brackets around it: ``1, 28, 28``, ``(1, 28, 28)``, ``1x28x28``."""
    bracketed = text[:1] + text[-1:] in ("()", "[]") and ("," in text or text[1:-1].isdigit() or len(text) == 2)
    text = (text[1:-1] if bracketed else text).strip().removesuffix(",")
    if _TIMES.fullmatch(text):
        return [item.strip() for item in text.split("x")]
    return _BETWEEN.split(text) if text else []


def stepped(field: Field, value: Any, steps: int, fine: bool = False) -> Any:
    """The value ``steps`` arrow presses from ``value``, within the field's range, each number of several by itself.

    A float moves by its last decade, a tenth of that if it is to be ``fine``.
    """
    if isinstance(value, tuple):
        return tuple(stepped(field, item, steps, fine) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return value
    if field.kind == "float" or isinstance(value, float):
        result: float = value
        for _ in range(abs(steps)):
            result = _float_step(field, result, 1 if steps > 0 else -1, 0.1 if fine else 1.0)
        result = _within(field, result)
        excluded = (field.above and result == field.minimum) or (field.below and result == field.maximum)
        return value if excluded else result
    if field.fraction and isinstance(value, float):
        return value + steps if value + steps > 0 else value
    return int(_within(field, value + steps))


def _float_step(field: Field, value: float, direction: int, share: float) -> float:
    if field.minimum == 0.0 and field.maximum == 1.0 and value >= 0.05:
        return round(value + direction * 0.05 * share, 10)
    if value == 0.0:
        return direction * 0.01 * share
    decade = math.floor(math.log10(abs(value)) + 1e-9)
    if direction * value < 0 and math.isclose(abs(value), 10.0**decade):
        decade -= 1
    return round(value + direction * share * 10.0**decade, 3 - decade if decade < 3 else 0)


def _within(field: Field, value: float) -> float:
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    return min(max(value, low), high)
