"""Small typed readers of JSON objects. An optional key may be missing or null; a required one may not."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Callable, Generic, Optional, TypeVar

from .errors import MalformedReply

MAX_TEXT = 20_000  # characters kept of any one text the server sends
MAX_ZOOM = 30  # no imagery is tiled any finer
MAX_RECORDS = 100_000  # records kept of any one list the server sends
_VERY_MANY = 10_000  # records
_MOST = 1e15  # of a number in any unit; a float holds every whole number up to there
_LONGEST_NUMBER = 40  # characters of a number written as text
_MAX_PARAMETERS = 40
_MAX_PARAMETER = 2_000  # characters
_MAX_DEPTH = 3
_NO_IDS = frozenset({".", ".."})

T = TypeVar("T")
_LOG = logging.getLogger("mapflow_dock")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d\d:?\d\d)?\s*$"
)


class Fields:
    """One JSON object, read key by key; `what` is its name in an error.

    The readers named `required_…` raise `MalformedReply` with the name of the key. The others return a default when
    the key is missing, null or has a value of a wrong type.
    """

    def __init__(self, data: Mapping[str, object], what: str) -> None:
        self.data = data
        self.what = what

    @classmethod
    def of(cls, value: object, what: str) -> Fields:
        """`value` as an object; raises MalformedReply where it is none."""
        if not isinstance(value, Mapping):
            raise MalformedReply(f"{what}: an object was expected, not {_kind(value)}")
        return cls(value, what)

    def has(self, key: str) -> bool:
        """Whether `key` is there with a value other than null."""
        return self.data.get(key) is not None

    def required_text(self, *keys: str) -> str:
        """The text under the first of `keys` that has one; numbers are taken as text."""
        for key in keys:
            value = as_text(self.data.get(key))
            if value:
                return value
        raise MalformedReply(f"{self.what}: “{keys[0]}” is missing")

    def id(self, *keys: str) -> str:
        """The id under the first of `keys` that has one, or an empty one.

        A text of dots is none: as a part of an address it would lead to another place.
        """
        value = self.text(*keys)
        return "" if value in _NO_IDS else value

    def required_id(self, *keys: str) -> str:
        """The id under the first of `keys` that has one."""
        value = self.required_text(*keys)
        if value in _NO_IDS:
            raise MalformedReply(f"{self.what}: “{keys[0]}” is no id")
        return value

    def required_number(self, *keys: str) -> float:
        """The finite number under the first of `keys` that has one."""
        for key in keys:
            value = as_number(self.data.get(key))
            if value is not None:
                return value
        raise MalformedReply(f"{self.what}: “{keys[0]}” is missing or is not a number")

    def text(self, *keys: str) -> str:
        """The text under the first of `keys` that has one, or an empty one."""
        for key in keys:
            value = as_text(self.data.get(key))
            if value:
                return value
        return ""

    def number(self, *keys: str) -> Optional[float]:
        """The finite number under the first of `keys` that has one; numbers written as text count."""
        for key in keys:
            value = as_number(self.data.get(key))
            if value is not None:
                return value
        return None

    def whole(self, *keys: str) -> Optional[int]:
        """The number under the first of `keys` that has one, rounded to a whole one; None where it is beyond reason."""
        return as_whole(self.number(*keys))

    def zoom(self, key: str) -> Optional[int]:
        """The zoom level under `key`, brought into the range that exists."""
        value = self.number(key)
        return None if value is None else round(min(MAX_ZOOM, max(0, value)))

    def parameters(self, *keys: str) -> Mapping[str, object]:
        """The object under the first of `keys` that has one, to fill into a sentence: bounded in every way."""
        found = next((self.data[key] for key in keys if isinstance(self.data.get(key), Mapping)), {})
        return bounded_parameters(found)

    def flag(self, key: str, fallback: bool = False) -> bool:
        """A boolean, also when it is written as 0, 1, "true" or "false"."""
        value = self.data.get(key)
        if isinstance(value, (bool, int, float)):
            return bool(value)
        if isinstance(value, str) and value.strip().lower() in {"true", "1", "yes", "false", "0", "no"}:
            return value.strip().lower() in {"true", "1", "yes"}
        return fallback

    def time(self, *keys: str) -> Optional[datetime]:
        """The moment under the first of `keys` that has one, in UTC; a time without a zone is UTC already."""
        for key in keys:
            value = as_time(self.data.get(key))
            if value is not None:
                return value
        return None

    def mapping(self, key: str) -> Mapping[str, object]:
        """The object under `key`, or an empty one."""
        value = self.data.get(key)
        return value if isinstance(value, Mapping) else {}

    def fields(self, key: str) -> Optional[Fields]:
        """The object under `key` to read on, or None."""
        value = self.data.get(key)
        return Fields(value, f"{self.what}, {key}") if isinstance(value, Mapping) else None

    def records(self, key: str, read: Callable[[object], T]) -> tuple[T, ...]:
        """What `read` makes of each record of the list under `key`; a bad record costs that record."""
        value = self.data.get(key)
        return readable(value, read)[0] if isinstance(value, list) else ()


class Readable(Generic[T]):
    """What `read` makes of each of `values`, one after the other; `skipped` of them could not be read.

    Whatever is odd about a record costs that record alone, and the log gets one line for all of these. `found` counts
    the others. Both count up while it is iterated, which can be done once.
    """

    def __init__(self, values: Iterable[object], read: Callable[[object], T]) -> None:
        self.found = 0
        self.skipped = 0
        self._values = values
        self._read = read
        self._why = "there are too many"

    def __iter__(self) -> Iterator[T]:
        for value in self._values:
            if self.found + self.skipped >= MAX_RECORDS:
                self.skipped += 1
                continue
            try:
                made = self._read(value)
            except Exception as problem:  # noqa: BLE001 - one odd record must not cost the others
                self._note(problem)
            else:
                self.found += 1
                yield made
        if self.skipped:
            _LOG.warning("%s records of the server's answer were left out: %s", self.skipped, self._why)

    def _note(self, problem: Exception) -> None:
        if not self.skipped:
            self._why = str(problem) if isinstance(problem, MalformedReply) else type(problem).__name__
        self.skipped += 1


def readable(values: list[object], read: Callable[[object], T]) -> tuple[tuple[T, ...], int]:
    """What `read` makes of each of `values`, and how many it could not read.

    Of very many, each is taken out of `values` when it is read: to free a hundred thousand at once would hold up every
    thread.
    """
    records = Readable((_taken(values, place) for place in range(len(values))), read)
    return tuple(records), records.skipped


def _taken(values: list[object], place: int) -> object:
    value = values[place]
    if len(values) > _VERY_MANY:
        values[place] = None
    return value


def listed(value: object, what: str) -> list[object]:
    """The list in an answer: bare, or inside an envelope as `results`; raises MalformedReply where there is none."""
    if isinstance(value, Mapping):
        value = value.get("results")
    if not isinstance(value, list):
        raise MalformedReply(f"{what}: a list was expected, not {_kind(value)}")
    return value


def as_text(value: object) -> str:
    """A JSON scalar as text, bounded; anything else is an empty text."""
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def as_number(value: object) -> Optional[float]:
    """A JSON number, also one written in a string; None for anything else, and for what is beyond reason."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
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


def bounded_parameters(value: object) -> Mapping[str, object]:
    """An object that the server sent to be filled into a sentence, without what no sentence has room for."""
    found = _bounded(value, 0)
    return found if isinstance(found, Mapping) else {}


def _bounded(value: object, depth: int) -> object:
    if isinstance(value, str):
        return value[:_MAX_PARAMETER]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return value if as_number(value) is not None else None
    if depth >= _MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        kept = list(value.items())[:_MAX_PARAMETERS]
        return {str(key)[:_MAX_PARAMETER]: _bounded(part, depth + 1) for key, part in kept}
    if isinstance(value, list):
        return [_bounded(part, depth + 1) for part in value[:_MAX_PARAMETERS]]
    return None


def as_time(value: object) -> Optional[datetime]:
    """An ISO 8601 moment as an aware datetime in UTC; None where it is none."""
    found = _TIME.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        local = timezone(_offset(zone))
        date = int(year), int(month), int(day)
        moment = datetime(*date, int(hour), int(minute), int(second or 0), micro, tzinfo=local)
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _offset(zone: Optional[str]) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta(0)
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "a yes or no",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "something else")
