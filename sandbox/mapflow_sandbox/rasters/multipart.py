"""A multipart/form-data body read as it streams in: the content of its one file, and the name the client gave it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError

MAX_NAME = 255
FILE_FIELD = "file"

_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_WINDOWS_PATH = re.compile(r"^(?:[A-Za-z]:\\|\\\\)")
# what browsers and curl put in the place of the characters that would end a quoted string
_ESCAPES = {"%22": '"', "%0D": "", "%0A": "", "%0d": "", "%0a": ""}

_NO_TEXT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, ends of lines


class MultipartError(ValueError):
    """The body is not multipart/form-data as it should be."""


def boundary_of(content_type: str) -> str | None:
    """The boundary a Content-Type header names; None when it is not of multipart/form-data."""
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "multipart/form-data":
        return None
    return _parameters(f";{rest}").get("boundary") or None


class FileForm:
    """Takes a body piece by piece and yields what belongs to the field `file`; other fields are left out."""

    def __init__(self, boundary: str) -> None:
        self.filename: str | None = None
        self.is_complete = False
        self._files = 0
        self._taking = False
        self._content = bytearray()
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        try:
            self._parser = MultipartParser(
                boundary.encode("latin-1"),
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open,
                    "on_part_data": self._take,
                    "on_end": self._end,
                },
            )
        except (FormParserError, UnicodeEncodeError) as error:
            raise MultipartError("The boundary cannot be used") from error

    def feed(self, piece: bytes) -> bytes:
        """The file's content in this piece of the body. Raises MultipartError."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise MultipartError("There was an error parsing the body") from error
        content, self._content = bytes(self._content), bytearray()
        return content

    @property
    def has_file(self) -> bool:
        """Whether the field was there."""
        return self._files > 0

    def _begin(self) -> None:
        self._disposition = b""

    def _end_header(self) -> None:
        field, value = self._header
        if field.strip().lower() == b"content-disposition":
            self._disposition = bytes(value)
        self._header = (bytearray(), bytearray())

    def _open(self) -> None:
        parameters = _parameters(_text(self._disposition))
        self._taking = parameters.get("name") == FILE_FIELD
        if self._taking:
            self._files += 1
            if self._files > 1:
                raise MultipartError("One file at a time can be uploaded")
            self.filename = display_name(parameters)

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._taking:
            self._content += memoryview(data)[start:end]

    def _end(self) -> None:
        self.is_complete = True


def display_name(parameters: dict[str, str]) -> str:
    """The name a file is shown by, from the parameters of its Content-Disposition.

    `filename*` of RFC 5987 wins over `filename` (RFC 7578: raw UTF-8, quotes escaped one way or the other). The name
    is text for people: no folders, no control characters, and never a path on this computer.
    """
    name = ""
    charset, _, encoded = parameters.get("filename*", "").partition("'")
    if charset.lower() in {"utf-8", "iso-8859-1"} and "'" in encoded:
        name = unquote(encoded.split("'", 1)[1], encoding=charset, errors="replace")
    if not name:
        name = parameters.get("filename", "")
        for escape, meant in _ESCAPES.items():
            name = name.replace(escape, meant)
    if _WINDOWS_PATH.match(name):
        name = name.rsplit("\\", 1)[-1]
    name = name.rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _NO_TEXT).strip()
    return name[:MAX_NAME] or "image.tif"


def _parameters(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(header):
        text = value.strip()
        if text.startswith('"'):
            text = re.sub(r'\\(["\\])', r"\1", text[1:-1])
        found.setdefault(name.lower(), text)
    return found


def _text(header: bytes) -> str:
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError:
        return header.decode("latin-1")
