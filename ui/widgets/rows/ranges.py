"""Row numbers as ranges, the way Qt is told of rows that come and go."""

from __future__ import annotations

from collections.abc import Sequence


def row_ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending row numbers as unbroken runs (first, last)."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
