"""Numbers as the server sends them: finite, and no larger than anything that is built of them can bear."""

from __future__ import annotations

import math
from typing import Optional

_MOST = 1e15  # in any unit the service uses; a float holds every whole number up to there
_LONGEST = 40  # characters of a number written as text


def as_number(value: object) -> Optional[float]:
    """A JSON number, also one written in a string; None for anything else, and for what is beyond reason."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and len(value) > _LONGEST:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) <= _MOST else None


def as_whole(value: object) -> Optional[int]:
    """As `as_number`, rounded to a whole one."""
    number = as_number(value)
    return None if number is None else round(number)


def parsed_whole(text: str) -> float:
    """How a whole number in a JSON document is read: one of endless digits takes no time, and is infinite."""
    return int(text) if len(text) <= _LONGEST else float(text)
