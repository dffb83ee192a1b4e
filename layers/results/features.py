"""Reads the objects of a GeoJSON file one by one, whatever its size, and nothing but what is written in it.

GDAL guesses types from values and drops what it cannot hold. Whoever needs a result as it came reads it here.
"""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

CHUNK = 1 << 18  # bytes
_OF_A_NUMBER = 2  # characters that a number may go on with and be none yet
_TURN = 50  # objects read in one go, some millisecond
# what has none of these is no feature, but for instance a message
_MARKS = frozenset({"geometry", "properties"})
_SPACE = " \t\r\n"


class NotGeoJsonError(Exception):
    """The file is not whole, or holds no features."""


class NotFinite(str):
    """NaN or an infinity, as text: no file format but Python's own JSON has such numbers."""

    __slots__ = ()


class Text:
    """A file's text that grows at its end while what was read goes at its beginning."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._size = CHUNK
        self.text = ""
        self.place = 0
        self.read = 0  # bytes
        self.is_at_end = False
        self.has_escapes = False  # of characters, as \\u0000
        self.has_pairs = False  # of escapes that are one letter, as \\ud83c\\udfe0
        self._before = b""  # an escape may be cut by the reading in pieces
        self.is_damaged = False

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def grow(self) -> bool:
        """Read on; False at the end of the file."""
        if self.is_at_end:
            return False
        kept = self.text[self.place :]
        if len(kept) >= self._size:  # an object longer than that is not read again and again in small steps
            self._size *= 2
        chunk = self._file.read(self._size)
        self.is_at_end = not chunk
        self.read += len(chunk)
        seen, self._before = self._before + chunk, chunk[-2:]
        if b"\\u" in seen:
            self.has_escapes = True
            self.has_pairs = self.has_pairs or b"\\ud" in seen or b"\\uD" in seen
        self.text, self.place = kept + self._decoded(chunk), 0
        return True

    def is_rest_empty(self) -> bool:
        """Whether nothing but white space follows; reads to the end."""
        while not self.text[self.place :].strip(_SPACE):
            self.place = len(self.text)
            if not self.grow():
                return True
        return False

    def _decoded(self, chunk: bytes) -> str:
        try:
            return self._decoder.decode(chunk, self.is_at_end)
        except UnicodeDecodeError:  # the decoder still has what it had before
            self.is_damaged = True
            self._decoder.errors = "replace"
            return self._decoder.decode(chunk, self.is_at_end)


class FeatureReader:
    """The features of one file, each a dictionary; `members` are the other ones of the collection.

    Iterating raises NotGeoJsonError for what is no GeoJSON, maybe after some features. `broken` counts what stands
    among the features and is none. `is_damaged` says that bytes which are no text in UTF-8 were replaced.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # a line break or tab within a text is not as the standard says, and does no harm
        self._decoder = json.JSONDecoder(parse_constant=NotFinite, strict=False)
        self.members: dict[str, Any] = {}
        self.broken = 0
        self.bytes_read = 0
        self.has_escapes = False
        self.is_damaged = False
        self.has_pairs = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        text = Text(self._path)
        try:
            yield from self._features(text)
        except RecursionError as error:
            raise NotGeoJsonError("nested too deeply") from error
        finally:
            self.is_damaged, self.has_pairs = text.is_damaged, text.has_pairs
            text.close()

    def _features(self, text: Text) -> Iterator[dict[str, Any]]:
        self._expect(text, "{")
        has_features = False
        while True:
            sign = self._sign(text)
            if sign == "}":
                text.place += 1
                break
            if sign == ",":
                text.place += 1
                continue
            name = self._value(text)
            self._expect(text, ":")
            if name == "features" and self._sign(text) == "[":
                has_features = True
                yield from self._listed(text)
            elif isinstance(name, str):
                self.members[name] = self._value(text)
            else:
                raise NotGeoJsonError(f"a member's name is {name!r}")
        if not text.is_rest_empty():
            raise NotGeoJsonError("something follows after its end")
        if not has_features:
            yield from self._single()

    def _single(self) -> Iterator[dict[str, Any]]:
        """A feature or a geometry by itself is a collection of one."""
        members = dict(self.members)
        self.members.clear()  # whoever asked for them has this very dictionary
        if members.get("type") == "Feature":
            yield members
        elif "coordinates" in members or "geometries" in members:
            yield {"type": "Feature", "properties": {}, "geometry": members}
        else:
            raise NotGeoJsonError("it has no features")

    def _listed(self, text: Text) -> Iterator[dict[str, Any]]:
        self._expect(text, "[")
        read = 0
        while True:
            sign = self._sign(text)
            if sign == "]":
                text.place += 1
                return
            if sign == ",":
                text.place += 1
                continue
            value = self._value(text)
            self.bytes_read, self.has_escapes = text.read, text.has_escapes
            read += 1
            if read % _TURN == 0:
                time.sleep(0)  # lets QGIS's own thread have Python's lock
            if isinstance(value, dict) and not _MARKS.isdisjoint(value):
                yield value
            else:
                self.broken += 1

    def _value(self, text: Text) -> Any:
        self._sign(text)
        while True:
            try:
                value, end = self._decoder.raw_decode(text.text, text.place)
            except ValueError as error:
                if not text.grow():
                    raise NotGeoJsonError(str(error)) from error
                continue
            # more digits may follow, also of what ends as “1.” or “1e+” where the text is cut
            is_cut = end + _OF_A_NUMBER >= len(text.text) and isinstance(value, (int, float))
            if is_cut and text.grow():
                continue
            text.place = end
            return value

    @staticmethod
    def _sign(text: Text) -> str:
        """Return the next character that is no space, and go there."""
        while True:
            while text.place < len(text.text) and text.text[text.place] in _SPACE:
                text.place += 1
            if text.place < len(text.text):
                return text.text[text.place]
            if not text.grow():
                raise NotGeoJsonError("it ends too early")

    def _expect(self, text: Text, sign: str) -> None:
        found = self._sign(text)
        if found != sign:
            raise NotGeoJsonError(f"{found!r} stands where {sign!r} belongs")
        text.place += 1


def type_name(value: object) -> str:
    """Return what a property's value is: null, bool, int, float, text or json."""
    return _TYPES.get(type(value), "json")


_TYPES: dict[Optional[type], str] = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "float",
    str: "text",
    NotFinite: "text",
}
