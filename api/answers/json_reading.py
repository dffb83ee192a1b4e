"""Reads JSON documents so that other threads can work meanwhile, however large one is.

Python's own reader lets no other thread work until a whole document is read, and neither does Python while it looks for
garbage among all objects; both take long for a list of a hundred thousand records.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

_LARGE = 128 * 1024  # characters; a smaller document is read at once
SPACE = re.compile(r"[ \t\r\n]*")
_NO_FULL_COLLECTION = 2**30
_LONGEST_NUMBER = 40  # characters


def read_json(text: str) -> object:
    """The document in `text`; raises ValueError. A whole number of endless digits is infinite."""
    if len(text) < _LARGE:
        return json.loads(text, parse_constant=_no_constant, parse_int=parsed_whole)
    return _InParts(text).document()


def parsed_whole(text: str) -> float:
    """How a whole number in a JSON document is read: one of endless digits takes no time, and is infinite."""
    return int(text) if len(text) <= _LONGEST_NUMBER else float(text)


def new_decoder() -> json.JSONDecoder:
    """A reader of single values, as `read_json` reads them."""
    return json.JSONDecoder(parse_constant=_no_constant, parse_int=parsed_whole)


@contextmanager
def no_full_collection() -> Iterator[None]:
    """Let Python look for garbage among new objects only: there are a great many, and they are no garbage."""
    before = gc.get_threshold()
    gc.set_threshold(before[0], before[1], _NO_FULL_COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _InParts:
    """Reads the outermost lists of a document one record after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read = new_decoder().raw_decode

    def document(self) -> object:
        value, end = self._value(self._skipped(0), 2)
        if self._skipped(end) != len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, end)
        return value

    def _value(self, start: int, depth: int) -> tuple[object, int]:
        opening = self._text[start : start + 1]
        if depth and opening == "[":
            return self._list(start)
        if depth and opening == "{":
            return self._object(start, depth)
        value, end = self._read(self._text, start)
        return value, end

    def _list(self, start: int) -> tuple[list[object], int]:
        values: list[object] = []
        position = self._skipped(start + 1)
        while values or self._text[position : position + 1] != "]":
            value, end = self._read(self._text, position)
            values.append(value)
            position, is_last = self._after(end, "]")
            if is_last:
                return values, position
        return values, position + 1

    def _object(self, start: int, depth: int) -> tuple[dict[str, object], int]:
        values: dict[str, object] = {}
        position = self._skipped(start + 1)
        while values or self._text[position : position + 1] != "}":
            if self._text[position : position + 1] != '"':
                raise json.JSONDecodeError("A name was expected", self._text, position)
            key, end = self._read(self._text, position)
            end = self._skipped(end)
            if self._text[end : end + 1] != ":":
                raise json.JSONDecodeError("“:” was expected", self._text, end)
            values[str(key)], end = self._value(self._skipped(end + 1), depth - 1)
            position, is_last = self._after(end, "}")
            if is_last:
                return values, position
        return values, position + 1

    def _after(self, end: int, closing: str) -> tuple[int, bool]:
        """The place after a value, and whether it was the last one of its list or object."""
        end = self._skipped(end)
        mark = self._text[end : end + 1]
        if mark not in {",", closing} or not mark:
            raise json.JSONDecodeError(f"“,” or “{closing}” was expected", self._text, end)
        return (end + 1, True) if mark == closing else (self._skipped(end + 1), False)

    def _skipped(self, position: int) -> int:
        found = SPACE.match(self._text, position)
        return found.end() if found is not None else position


def _no_constant(name: str) -> object:
    raise json.JSONDecodeError("not JSON", name, 0)
