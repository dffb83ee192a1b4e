"""Text from the server, made fit to show: bounded, without what cannot be seen, never taken for markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

MAX_LENGTH = 600
MAX_LINES_LENGTH = 60_000  # what a dialog shows and stays quick
# What is no character to read: controls but for white space, marks that turn the direction of what follows, what has
# no width and makes two names look the same, halves of characters. Joiners stay: letters and emoji need them.
_UNREADABLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_LOOK_ALIKES = str.maketrans({"<": "‹", ">": "›"})
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # the other two are within a number, or before its unit
_ENTITY = re.compile(r"&(?=[^\s;]{1,12};)")  # other ampersands are nothing but ampersands


def readable(text: str) -> str:
    """`text` without what cannot be seen and changes how the rest is shown."""
    return _UNREADABLE.sub("", text)


def one_line(text: str) -> str:
    """`text` on one line, with single blanks between its words."""
    return _BLANKS.sub(" ", text).strip()


def bounded(text: str, limit: int = MAX_LENGTH) -> str:
    """`text` on one line, cut with an ellipsis at `limit` characters."""
    return _cut(one_line(readable(text)), limit)


def bounded_lines(text: str, limit: int = MAX_LINES_LENGTH) -> str:
    """`text` with its lines, cut with an ellipsis at `limit` characters."""
    return _cut("\n".join(readable(text).splitlines()), limit)


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is and wraps; "" for nothing."""
    shown = bounded(text)
    return f"<p>{html.escape(shown)}</p>" if shown else ""


def tip_of_lines(lines: Iterable[str]) -> str:
    """A tool tip of lines, each shown as it is; empty ones are left out.

    Qt guesses whether a text is HTML. Escaped text in <qt> ends the guessing.
    """
    return "<qt>" + "<br/>".join(html.escape(bounded(line)) for line in lines if line) + "</qt>"


def unmarked(text: str, limit: int = MAX_LENGTH) -> str:
    """`text` on one line with look-alikes for the signs of markup and of expressions.

    QGIS shows the names of layers, classes and tasks as they are in one place, as HTML in another, and in legends it
    puts what an expression in them results in.
    """
    return _ENTITY.sub("＆", bounded(text, limit).translate(_LOOK_ALIKES)).replace("[%", "[％")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
