"""Reads a JSON list from its bytes a record at a time.

Neither its whole text nor all its records are ever in memory, so that a list of a hundred thousand takes little of it,
and no single step takes long enough for other threads to notice.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Union

from .json_reading import SPACE, new_decoder

_PART = 256 * 1024  # bytes that are made text at once
_START = 64  # bytes
_AHEAD = 3  # characters: a number at the end of the text, as 1 in “1e+”, may go on in the next part


def is_list(body: Union[bytes, bytearray]) -> bool:
    """Whether the document in `body` is a list, if it is any."""
    return body[:_START].removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").startswith(b"[")


def each_record(body: Union[bytes, bytearray]) -> Iterator[object]:
    """The records of the list in `body`, in their order; raises ValueError where it turns out not to be JSON."""
    reading = _Reading(body)
    reading.pass_over("[")
    is_first = True
    while not (is_first and reading.is_at("]")):
        yield reading.value()
        is_first = False
        if reading.is_at("]"):
            break
        reading.pass_over(",")
    reading.pass_over("]")
    if not reading.is_at_end():
        raise reading.problem("Extra data")


class _Reading:
    """Keeps the text from where the reader is to the end of what was made text; more is added when it is needed."""

    def __init__(self, body: Union[bytes, bytearray]) -> None:
        self._body = memoryview(body)
        self._taken = 0  # bytes
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._read = new_decoder().raw_decode
        self._text = ""
        self._place = 0

    def value(self) -> object:
        """The value that begins here; the reader is behind it then."""
        self._skip()
        part = _PART
        while True:
            try:
                value, end = self._read(self._text, self._place)
            except ValueError:
                if not self._more(part):
                    raise
            else:
                if end + _AHEAD < len(self._text) or not self._more(part):
                    self._place = end
                    return value
            part *= 2  # a long record is not begun once for each of its parts

    def is_at(self, mark: str) -> bool:
        """Whether `mark`, one character, comes next."""
        self._skip()
        return self._text[self._place : self._place + 1] == mark

    def is_at_end(self) -> bool:
        """Whether nothing comes any more."""
        self._skip()
        return self._place == len(self._text)

    def pass_over(self, mark: str) -> None:
        """Go behind `mark`; raises ValueError where something else is."""
        if not self.is_at(mark):
            raise self.problem(f"“{mark}” was expected")
        self._place += 1

    def problem(self, what: str) -> ValueError:
        """What is wrong here."""
        return json.JSONDecodeError(what, self._text, self._place)

    def _skip(self) -> None:
        while True:
            found = SPACE.match(self._text, self._place)
            self._place = self._place if found is None else found.end()
            if self._place < len(self._text) or not self._more(_PART):
                return

    def _more(self, size: int) -> bool:
        """Make the next `size` bytes text; False when there are none."""
        if self._taken >= len(self._body):
            return False
        part = self._body[self._taken : self._taken + size]
        self._taken += len(part)
        text = self._decoder.decode(bytes(part), self._taken >= len(self._body))
        self._text, self._place = self._text[self._place :] + text, 0
        return True
