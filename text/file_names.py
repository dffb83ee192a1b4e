"""File names made of other people's texts: good on every system, and never a path."""

from __future__ import annotations

import re

from .server_text import readable

_NOT_IN_NAMES = re.compile(r'[\s\x00-\x1f\x7f-\x9f<>:"/\\|?*]+')
_NOT_PLAIN = re.compile(r"[^\w-]+")
_RESERVED_ON_WINDOWS = re.compile(
    r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]) *(\..*)?", re.IGNORECASE | re.DOTALL
)
_MOST_BYTES = 200  # of the 255 that file systems take; the rest is for a suffix and a number


def file_stem(text: str, instead: str, longest: int = 80) -> str:
    """A file name without suffix that reads as `text` does; `instead` where nothing of it is left."""
    return _named(readable(_NOT_IN_NAMES.sub(" ", text)), " .", " ", instead, longest)


def plain_stem(text: str, instead: str, longest: int = 60) -> str:
    """A file name of letters, digits, "-" and "_"; `instead` where nothing of `text` is left."""
    return _named(_NOT_PLAIN.sub("_", readable(text)), "_", "_", instead, longest)


def _named(text: str, edges: str, joint: str, instead: str, longest: int) -> str:
    text = text.strip(edges)[:longest]
    text = text.encode()[:_MOST_BYTES].decode(errors="ignore").strip(edges)
    if _RESERVED_ON_WINDOWS.fullmatch(text):
        return f"{instead}{joint}{text}"
    return text or instead
