"""What a file has to be that is downloaded, so that nothing else is taken for it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class FileKind(enum.Enum):
    """What a file has to be that is downloaded."""

    ANY = "any"
    GEOJSON = "GeoJSON"
    PICTURE = "picture"

    def accepts(self, head: bytes) -> bool:
        """Whether a file that begins with `head` may be of this kind: a server's message in place of it is not.

        What a server says of the kind is not looked at, since it can be wrong.
        """
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if self is FileKind.PICTURE:
            return start not in {b"{", b"[", b"<"}
        return self is FileKind.ANY or start == b"{"


@dataclass(frozen=True)
class Expected:
    """What is known of a file before it is downloaded: its kind, and its SHA-1 in lower-case hex, "" if that is not."""

    kind: FileKind = FileKind.ANY
    checksum: str = ""


ANY_FILE = Expected()
