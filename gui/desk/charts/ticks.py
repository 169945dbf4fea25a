"""Where the ticks of an axis are and what they say; never so many that their words touch."""

from __future__ import annotations

from math import ceil, floor, log10

Tick = tuple[float, str]

_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY = 86400
_PARTS = ((1, 2, 5), (1, 3), (1,))


def linear_ticks(low: float, high: float, most: int, least: float = 0.0) -> list[Tick]:
    """At most ``most`` ticks at round numbers, ``least`` or more apart."""
    if not high > low:
        return []
    step = max(_round_step((high - low) / max(1, most)), least)
    digits = max(0, -floor(log10(step)))
    places = _places(low, high, step)
    if digits > 4 or step >= 1e6:
        exact = max(1, ceil(log10(max(abs(low), abs(high)) / step)) + 1)
        return [(place, f"{place:.{exact}g}" if abs(place) > step / 2 else "0") for place in places]
    return [(place, f"{place + 0.0:,.{digits}f}") for place in places]


def time_ticks(low: float, high: float, most: int) -> list[Tick]:
    """At most ``most`` ticks at round times; ``low`` and ``high`` in seconds."""
    if not high > low:
        return []
    wanted = (high - low) / max(1, most)
    if wanted <= 0.5:
        return [(place, f"{text} s") for place, text in linear_ticks(low, high, most)]
    step = next((step for step in _CLOCK if step >= wanted), _DAY * ceil(wanted / _DAY))
    return [(place, clock(place)) for place in _places(low, high, step)]


def log_ticks(low: float, high: float, most: int) -> list[Tick]:
    """At most ``most`` ticks at 1, 2 and 5 times powers of ten, or at fewer of these; all positive."""
    if not high > low > 0:
        return []
    first, last = floor(log10(low)), ceil(log10(high))
    for parts in _PARTS:
        found = [part * 10.0**power for power in range(first, last + 1) for part in parts]
        found = [place for place in found if low <= place <= high]
        if 2 <= len(found) <= most:
            return [(place, _power(place)) for place in found]
    stride = max(1, ceil((last - first + 1) / max(1, most)))
    found = [10.0**power for power in range(ceil(first / stride) * stride, last + 1, stride)]
    found = [place for place in found if low <= place <= high]
    return [(place, _power(place)) for place in found] if len(found) > 1 else linear_ticks(low, high, most)


def clock(seconds: float) -> str:
    """A time on an axis: ``40 s``, ``3:20``, ``2:05:00``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _round_step(wanted: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below what is wanted."""
    power = 10.0 ** floor(log10(wanted))
    return next((part * power for part in (1, 2, 5) if part * power >= wanted * (1 - 1e-9)), 10 * power)


def _places(low: float, high: float, step: float) -> list[float]:
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [step * number for number in range(first, last + 1)]


def _power(value: float) -> str:
    return f"{value:g}" if 1e-3 <= value < 1e5 else f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
