"""The running processings of the account that is signed in: what is watched, and what has ended meanwhile."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Optional

from .processings import Processing, Status
from .watched import MAX_WATCHED, store_watched, stored_watched


class WatchList:
    """The ids of an account's running processings, each with its project's id; what changes is stored at once."""

    def __init__(self) -> None:
        self._account_key = ""
        self._projects: dict[str, str] = {}
        self._names: dict[str, str] = {}  # of those that were seen since QGIS was started
        self._stored: dict[str, str] = {}  # as this QGIS last read or wrote it

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of them all."""
        return tuple(self._projects)

    def open(self, account_key: str) -> None:
        """Take up what was stored for that account."""
        self._account_key = account_key
        self._projects = stored_watched(account_key)
        self._stored = dict(self._projects)

    def close(self) -> None:
        """Know of none any more; what is stored stays."""
        self._projects = {}
        self._names = {}
        self._stored = {}

    def take_turns(self, seen: Container[str], most: int) -> list[str]:
        """At most so many ids that are not among `seen`; the next time others have their turn."""
        turn = [processing_id for processing_id in self._projects if processing_id not in seen][:most]
        for processing_id in turn:
            self._projects[processing_id] = self._projects.pop(processing_id)
        return turn

    def add(self, processing: Processing, project_id: str) -> None:
        """Watch one that was just started; it is in `project_id` if it does not say itself where it is."""
        self._projects[processing.id] = processing.project_id or project_id
        self._names[processing.id] = processing.name
        self._save()

    def drop(self, processing_id: str) -> Optional[str]:
        """Watch one no more; returns its name, "" where that is not known, and None where it was not watched."""
        if self._projects.pop(processing_id, None) is None:
            return None
        self._save()
        return self._names.pop(processing_id, "")

    def note(self, seen: Iterable[Processing], project_id: str) -> list[Processing]:
        """Remember which of those seen in `project_id` run; return those that have ended."""
        projects = self._projects
        before = dict(projects)
        ended = []
        # there may be a hundred thousand, of which a few run or are watched
        for processing in [each for each in seen if each.id in projects or each.status.is_running]:
            is_watched = processing.id in projects
            if processing.status.is_running:
                if is_watched or len(projects) < MAX_WATCHED:
                    projects[processing.id] = processing.project_id or project_id
                    self._names[processing.id] = processing.name
            elif is_watched and processing.status is not Status.UNKNOWN:
                del projects[processing.id]
                self._names.pop(processing.id, None)
                ended.append(processing)
        if self._projects != before:
            self._save()
        return ended

    def _save(self) -> None:
        """Store what was added and dropped here: another QGIS may watch other processings of the account."""
        dropped = self._stored.keys() - self._projects.keys()
        stored = stored_watched(self._account_key)
        others = {key: project for key, project in stored.items() if key not in dropped}
        added = {key: project for key, project in self._projects.items() if key not in self._stored}
        store_watched(self._account_key, {**others, **added})
        self._stored = dict(self._projects)
