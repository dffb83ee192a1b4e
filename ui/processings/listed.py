"""The processings that are listed, as the service last told of them, and what was done here since."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.processings.pages import ProcessingsPages
from ...jobs.processings.pending_changes import PendingChanges
from ...jobs.processings.recent_changes import RecentChanges
from .list.scope import ListScope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...api.http.errors import ApiError
    from ...api.monitor import ProcessingMonitor
    from ...api.processings import Processing, ProcessingListing
    from ...api.projects import Project
    from ...api.session import Session
    from .list.model import ProcessingsModel

_OLD_S = 30.0  # a list older than this is asked for again when it comes into view
_MOST_READ_ANEW = 1_000  # rows of several projects: a longer list is read anew when somebody asks for that


class ListedProcessings(QObject):
    """Keeps the rows of `model` to what the monitor hears and the pages tell."""

    changed = pyqtSignal()  # the rows, the project, or whether the service can be reached

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        model: ProcessingsModel,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self.project: Optional[Project] = None
        self.is_loaded = False
        self.skipped = 0  # processings of the last answer that could not be read
        self.beyond = 0  # older ones that are not listed, since there are too many
        self.scope = ListScope(session, self)
        self.pages = ProcessingsPages(session, self)
        self._model = model
        self.monitor = monitor
        self.pending = PendingChanges()
        self._recent = RecentChanges()
        self._is_long = False  # a poll tells of the newest ones alone
        self._poll_error: Optional[ApiError] = None
        self._listed_at = 0.0
        self._listed_when: Optional[datetime] = None
        self._followed: tuple[tuple[Any, Any], ...] = (
            (monitor.listed, self._on_listed),
            (monitor.failed, self._on_failed),
            (monitor.ended, self.update),
            (monitor.told, self.update),
            (monitor.lost, self._leave),
            (session.project_changed, self._on_project),
            (session.signed_out, lambda _why: self._on_project(None)),
        )
        for signal, slot in self._followed:
            signal.connect(slot)
        self.scope.changed.connect(self._on_scope)
        self.pages.changed.connect(self._on_pages)
        model.more_wanted.connect(self.pages.read_on)
        self._on_project(session.project)

    @property
    def error(self) -> Optional[ApiError]:
        """Why the service was last not heard."""
        return self._poll_error or self.pages.error or self.scope.error

    @property
    def stale_since(self) -> Optional[datetime]:
        """When the service was last heard; None where it was heard when last asked."""
        return self._listed_when if self.error is not None and self._model.rowCount() > 0 else None

    def note_started(self, processing: Processing) -> bool:
        """List a processing that was just started, and watch for its end; False where another project has it."""
        self.monitor.watch(processing)
        is_here = self.project is None or self.scope.has(processing)
        if is_here:
            self.keep(processing)
        return is_here

    def keep(self, processing: Processing) -> None:
        """List one that the rows read so far may not have."""
        self._recent.note_started(processing)
        self._model.put(processing)
        self.is_loaded = True
        self.changed.emit()

    def note_deleted(self, processing_id: str) -> None:
        """Take one out that was deleted."""
        self.monitor.note((), [processing_id])
        self.settle(processing_id)
        self.pages.drop(processing_id)
        self._leave((processing_id,))

    def note_moved(self, processing_id: str) -> None:
        """One is in another project now; its end is still of interest."""
        moved = self._model.processing(processing_id)
        if self.scope.is_all and moved is not None:
            self.pages.drop(processing_id, may_return=True)
            self._recent.note_started(moved)  # its row stays until its new project tells of it
            self.pages.read_anew()
        else:
            self._leave((processing_id,))

    def update(self, processing: Processing) -> None:
        """Show news of a processing, if it is listed."""
        if self._model.processing(processing.id) is not None:
            self.show_row(processing)

    def show_row(self, processing: Processing) -> None:
        """Show one that is listed as it is now, with what is being changed of it, or none while it is leaving."""
        if self.project is None:
            return
        processing = self.pages.put(processing)
        shown = self.pending.shown(processing)
        if shown is None or not self.scope.has(shown):
            self._model.remove(processing.id)
        else:
            self._model.put(shown)
        self.changed.emit()

    def settle(self, processing_id: str = "") -> None:
        """Nobody needs to be told of the end of that processing any more; of none, where all are looked at."""
        self.monitor.settled.emit(processing_id)

    def ask_again(self) -> None:
        """Ask the service now; a reason why nothing is listed is forgotten meanwhile."""
        if self._poll_error is not None and not self.is_loaded:
            self._poll_error = None
            self.changed.emit()
        self.scope.read()
        if self.scope.is_all or self._is_long:
            self.pages.read_anew()
        self.monitor.refresh()

    def ask_if_old(self) -> None:
        """Ask the service now unless it was heard within the last half minute."""
        if self.project is None or time.monotonic() - self._listed_at <= _OLD_S:
            return
        if self.scope.is_all and len(self.pages.rows()) <= _MOST_READ_ANEW:
            self.ask_again()  # a poll tells of the one project alone
        else:
            self.monitor.refresh()

    def close(self) -> None:
        """Follow nothing any more."""
        followed, self._followed = self._followed, ()
        for signal, slot in followed:
            signal.disconnect(slot)
        self.scope.forget()
        self.pages.close()

    def _leave(self, processing_ids: Iterable[str]) -> None:
        """Take those out; they may return."""
        for processing_id in processing_ids:
            self._recent.note_deleted(processing_id)
            self.pages.drop(processing_id, may_return=True)
            self._model.remove(processing_id)
        self.changed.emit()

    def _on_project(self, project: Optional[Project]) -> None:
        is_same = project is not None and self.project is not None and project.id == self.project.id
        self.project = project
        self.scope.set_project(project)
        self._poll_error = self._poll_error if is_same else None
        if not is_same and (project is None or not self.scope.is_all):
            self._recent.clear()
            self.pending.clear()
            self._model.set_processings(())
            self.pages.close()
            self.pages.show((), at_once=False)
            self.is_loaded = False
        self._on_scope()

    def _on_scope(self) -> None:
        """Other projects are listed, or one may do other things in them."""
        scope, model = self.scope, self._model
        model.project_titles = scope.titles
        model.renamable = scope.renamable if scope.is_all else None
        model.may_rename = self.project is not None and self.project.may_change_processings
        before = self.pages.project_ids
        self.pages.show(scope.project_ids, at_once=scope.is_all)
        if not scope.is_all and self.project is not None and before and before != scope.project_ids:
            self.monitor.refresh()  # the list of all projects may never have asked for this one

    def _on_listed(self, listing: ProcessingListing) -> None:
        if self.project is None:
            return
        self._poll_error = None
        self._is_long = not listing.is_whole
        self._listed_at = time.monotonic()
        self._listed_when = datetime.now(timezone.utc)
        self.pages.take_newest(self.project.id, listing)

    def _on_pages(self) -> None:
        pages, scope = self.pages, self.scope
        self.skipped, self.beyond = pages.skipped, pages.beyond
        own = "" if scope.is_all or self.project is None else self.project.id
        heard = self._recent.merged(pages.rows(), own, pages.is_complete)
        rows = self.pending.applied(heard)
        if not scope.is_all:
            rows = tuple(each for each in rows if scope.has(each))
        self.is_loaded = pages.is_loaded or bool(rows)
        self._model.set_processings(rows)
        self._model.is_more = pages.has_more
        if scope.is_all or not pages.is_whole:
            self.monitor.note(rows)
        self.changed.emit()

    def _on_failed(self, error: ApiError) -> None:
        self._poll_error = error
        self.changed.emit()
