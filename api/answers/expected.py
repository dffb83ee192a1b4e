"""What a file has to be that is downloaded, so that nothing else is taken for it."""

from __future__ import annotations

import codecs
import enum
import re
from dataclasses import dataclass
from typing import Optional

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# the mark of UTF-32, little end first, begins with that of UTF-16
_OTHER_ALPHABETS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


class FileKind(enum.Enum):
    """What a file has to be that is downloaded."""

    ANY = "any"
    GEOJSON = "GeoJSON"
    PICTURE = "picture"

    def accepts(self, head: bytes) -> bool:
        """Whether a file that begins with `head` may be of this kind: a server's message in place of it is not.

        What a server says of the kind is not looked at, since it can be wrong.
        """
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:1]
        if self is FileKind.PICTURE:
            return start not in {b"{", b"[", b"<"} and not _is_text(head)
        return self is FileKind.ANY or start == b"{"


@dataclass(frozen=True)
class Expected:
    """What is known of a file before it is downloaded.

    Its kind; its SHA-1 in lower-case hex, "" if that is not known; its size in bytes, which counts without a SHA-1.
    """

    kind: FileKind = FileKind.ANY
    checksum: str = ""
    size: Optional[int] = None


ANY_FILE = Expected()


def _is_text(head: bytes) -> bool:
    """Whether a file that begins with `head` is text in whatever words: every picture has bytes that no text has."""
    if head.startswith(_OTHER_ALPHABETS):
        return True
    if _CONTROL.search(head):
        return False
    try:
        # a letter that is cut at the end is none to fail for
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
