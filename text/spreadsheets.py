"""Rows as spreadsheets take them, from a file or from the clipboard, and nothing in them that would be worked out."""

from __future__ import annotations

from collections.abc import Iterable

from .server_text import readable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def tabbed(rows: Iterable[Iterable[object]]) -> str:
    """Rows of cells as text for the clipboard: a line a row, tabs between cells, which hold none of either."""
    return "\n".join("\t".join(cell_text(str("" if cell is None else cell)) for cell in row) for row in rows)


def cell_text(text: str) -> str:
    """`text` on one line, without what cannot be seen; all its blanks are ordinary ones."""
    return " ".join(readable(text).split())
