"""Ways to damage what is sound: bytes, texts, JSON, and the header of a format."""

from __future__ import annotations

import copy
import json
import struct
from random import Random
from typing import Any

Files = dict[str, bytes]

DEEP = "@deep@"
TEXTS = (
    "",
    "\0",
    "\n",
    "\r\n",
    "\ud800",
    "\udcff",
    "\u202e",
    "\ufeff",
    "e\u0301" * 50,
    "😀" * 100,
    "x" * 70_000,
    "../../../x",
    "/dev/zero",
    "CON",
    "%s%n{0}{x}",
    "[red]x[/foo]",
    "<img src=x>",
    "'; import os",
    "__class__",
    "None",
    "True",
    "1e999",
    "N",
    "N*N*N",
    "9" * 400,
    "a.b.c",
    DEEP,
)
NUMBERS = (
    0,
    -1,
    1,
    2,
    3,
    7,
    255,
    2**15,
    2**31 - 1,
    2**31,
    2**32,
    2**53,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**30,
    10**400,
)
INSERTED = (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"[" * 5000, b"\r", b"\n")
FLOATS = (0.5, -0.0, 1e-320, 1e308, -1e308, float("nan"), float("inf"), float("-inf"), 1.0, 2.5)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"": None}, [None] * 50)


def strange(random: Random) -> Any:
    """A value nobody expects."""
    return copy.deepcopy(random.choice(random.choice((TEXTS, NUMBERS, FLOATS, OTHERS))))


def damaged_bytes(random: Random, content: bytes) -> bytes:
    """Bytes with a few places changed, cut, doubled or filled."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 1, 2, 4, 16))):
        place = random.randrange(len(data) + 1)
        length = min(random.choice((1, 1, 2, 4, 8, 64, 1000)), len(data) - place)
        match random.randrange(8):
            case 0 if data:
                data[min(place, len(data) - 1)] ^= 1 << random.randrange(8)
            case 1:
                data[place : place + length] = random.randbytes(length)
            case 2:
                del data[place : place + length]
            case 3:
                del data[place:]
            case 4:
                data[place:place] = data[place : place + length] * random.choice((1, 2, 50))
            case 5:
                data[place : place + length] = random.choice((b"\0", b"\xff")) * length
            case 6:
                data[place : place + 4] = struct.pack("<i", random.choice((-1, 0, 1, 2**31 - 1, 10**6)))
            case 7:
                data[place:place] = random.choice(
                    (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"[" * 5000, b"\r", b"\n")
                )
    return bytes(data)


def damaged_json(random: Random, value: Any) -> Any:
    """A value with a few of its parts changed; the value itself is left as it is."""
    value = json.loads(json.dumps(value))
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        holder, key = random.choice(_places({"": value}))
        _change(random, value, holder, key)
        if key == "" and "" in holder:
            value = holder[""]
    return value


def changed_json(random: Random, value: Any) -> Any:
    """A value with a few of its numbers and texts exchanged for others of their kind: often it still makes sense."""
    value = json.loads(json.dumps(value))
    for _ in range(random.choice((1, 1, 2, 3))):
        places = [(holder, key) for holder, key in _places(value) if not isinstance(holder[key], dict | list)]
        holder, key = random.choice(places)
        alike = [other[name] for other, name in places if type(other[name]) is type(holder[key])]
        whole = [*range(-1, 13), 16, 64, 1000]
        holder[key] = random.choice(whole) if type(holder[key]) is int else random.choice(alike)
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every part of a value, as what holds it and its key there."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    found = []
    for key in list(keys):
        found.append((value, key))
        found += _places(value[key])
    return found


def _change(random: Random, whole: Any, holder: Any, key: Any) -> None:
    old = holder[key]
    match random.randrange(9):
        case 0 if len(holder) > 1:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder[key:key] = [old] * random.choice((1, 2, 40))
        case 2 if isinstance(holder, dict):
            holder[random.choice(TEXTS)] = holder.pop(key)
        case 3 if isinstance(holder, dict):
            holder[random.choice(TEXTS)] = strange(random)
        case 4:
            holder[key] = [old]
        case 5 if isinstance(old, str):
            place = random.randrange(len(old) + 1)
            holder[key] = old[:place] + random.choice(TEXTS) + old[place:]
        case 6 if isinstance(old, int | float):
            holder[key] = random.choice((-old, old + 1, old * 1000, old // 3, repr(old), old * 10**9))
        case 7:
            other, name = random.choice(_places({"": whole}))
            holder[key] = json.loads(json.dumps(other[name]))
        case _:
            holder[key] = strange(random)


def as_text(random: Random, value: Any) -> bytes:
    """JSON in one of the ways that programs write it, or hardly would."""
    text = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice((None, None, 1)))
    depth = random.choice((10, 500, 5000, 200_000))
    return text.replace(f'"{DEEP}"', "[" * depth + "]" * depth).encode(errors="surrogatepass")
