"""The history as a CSV file: as the service writes it, or the rows that are shown."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Optional

from ...api.history import MOST_PER_PAGE, history_csv
from ...text.disk import write_fault
from ...text.spreadsheets import guarded
from ..job import Job, JobError

if TYPE_CHECKING:
    from datetime import datetime

    from ...api.history import HistoryEntry, HistoryQuery
    from ...api.http.client import Client

MOST_PAGES = 1_000
_COLUMNS = (
    "created", "completed", "name", "project", "model", "status", "area_m2", "credits", "imagery", "email", "archived",
)  # fmt: skip


class HistoryFile(Job):
    """Writes what `query` finds to `path`, as the service's own CSV; succeeds with the number of rows.

    The file is there once all of it is.
    """

    def __init__(self, client: Client, query: HistoryQuery, path: Path) -> None:
        super().__init__()
        self._client = client
        self._query = query
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._file: Optional[IO[str]] = None
        self._page = 0
        self._rows = 0

    def _begin(self) -> None:
        self._ask()

    def _ask(self) -> None:
        self._page += 1
        self._follow(history_csv(self._client, self._query, self._page), self._on_page)

    def _on_page(self, text: str) -> None:
        count = sum(1 for _row in csv.reader(io.StringIO(text))) - 1  # the first names the columns
        try:
            if self._file is None:
                self._file = _begun(self._part)
                self._file.write(text)
            elif count > 0:
                self._file.write(text.partition("\n")[2])
            self._rows += max(0, count)
            if count >= MOST_PER_PAGE and self._page < MOST_PAGES:
                self._ask()
                return
            self._file.close()
            os.replace(self._part, self._path)
        except OSError as error:
            self._fail(JobError(write_fault(error, self._path.parent), repr(error)))
            return
        self._succeed(self._rows)

    def _fail(self, error: JobError) -> None:
        self._stop()
        super()._fail(error)

    def _stop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._part.unlink(missing_ok=True)


def write_entries(entries: Sequence[HistoryEntry], path: Path) -> None:
    """Write `entries` to `path`, areas in m² and times in UTC, whatever the locale. Raises OSError.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    part = path.with_name(path.name + ".part")
    try:
        with _begun(part) as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS)
            table.writerows(_cells(entry) for entry in entries)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _begun(path: Path) -> IO[str]:
    """A new file that spreadsheets take for UTF-8."""
    return path.open("w", encoding="utf-8-sig", newline="")


def _cells(entry: HistoryEntry) -> tuple[object, ...]:
    return (
        _time(entry.created),
        _time(entry.completed),
        guarded(entry.name),
        guarded(entry.project_name),
        guarded(entry.model_name),
        entry.status.value,
        _number(entry.area_m2),
        _number(entry.cost),
        guarded(entry.provider_name),
        guarded(entry.email),
        "yes" if entry.is_archived else "no",
    )


def _time(moment: Optional[datetime]) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")


def _number(value: Optional[float]) -> object:
    if value is None:
        return ""
    return int(value) if value == int(value) else value
