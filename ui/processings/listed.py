"""The processings of the session's project as the service last told of them, and what was done here since."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.pending_changes import PendingChanges
from ...jobs.processings_listing import ProcessingsListing

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.monitor import ProcessingMonitor
    from ...api.processings import Processing, ProcessingListing
    from ...api.projects import Project
    from ...api.session import Session
    from .list.model import ProcessingsModel

_OLD_S = 30.0  # a list older than this is asked for again when it comes into view


class ListedProcessings(QObject):
    """Keeps the rows of `model` to what the monitor hears."""

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
        self.error: Optional[ApiError] = None  # why the service was last not heard
        self.is_loaded = False
        self.skipped = 0  # processings of the last answer that could not be read
        self.beyond = 0  # older ones that are not listed, since there are too many
        self._model = model
        self._monitor = monitor
        self._listing = ProcessingsListing()
        self.pending = PendingChanges()
        self._listed_at = 0.0
        self._listed_when: Optional[datetime] = None
        self._followed: tuple[tuple[Any, Any], ...] = (
            (monitor.listed, self._on_listed),
            (monitor.failed, self._on_failed),
            (monitor.ended, self.update),
            (session.project_changed, self._on_project),
            (session.signed_out, self._on_signed_out),
        )
        for signal, slot in self._followed:
            signal.connect(slot)
        self._on_project(session.project)

    @property
    def stale_since(self) -> Optional[datetime]:
        """When the service was last heard; None where it was heard when last asked."""
        return self._listed_when if self.error is not None and self._model.rowCount() > 0 else None

    def note_started(self, processing: Processing) -> bool:
        """List a processing that was just started, and watch for its end; False where another project has it."""
        self._monitor.watch(processing)
        if self.project is not None and processing.project_id not in ("", self.project.id):
            return False
        self._listing.note_started(processing)
        self._model.put(processing)
        self.is_loaded = True
        self.changed.emit()
        return True

    def note_deleted(self, processing_id: str) -> None:
        """Take one out that was deleted."""
        self._listing.note_deleted(processing_id)
        self.settle(processing_id)
        self._model.remove(processing_id)
        self.changed.emit()

    def note_moved(self, processing_id: str) -> None:
        """Take one out that is in another project now; its end is still of interest."""
        self._listing.note_deleted(processing_id)
        self._model.remove(processing_id)
        self.changed.emit()

    def update(self, processing: Processing) -> None:
        """Show news of a processing, if it is listed."""
        if self._model.processing(processing.id) is not None:
            self.show_row(processing)

    def show_row(self, processing: Processing) -> None:
        """Show one of the project's processings, with what is being changed of it, or none while it is leaving."""
        if self.project is None:
            return
        is_elsewhere = processing.project_id not in ("", self.project.id)
        shown = None if is_elsewhere else self.pending.shown(processing)
        if shown is None:
            self._model.remove(processing.id)
        else:
            self._model.put(shown)
        self.changed.emit()

    def watch(self, processing: Processing) -> None:
        """Watch for the end of a processing that runs again."""
        self._monitor.watch(processing)

    def settle(self, processing_id: str = "") -> None:
        """Nobody needs to be told of the end of that processing any more; of none, where all are looked at."""
        self._monitor.settled.emit(processing_id)

    def ask_again(self) -> None:
        """Ask the service now; a reason why nothing is listed is forgotten meanwhile."""
        if self.error is not None and not self.is_loaded:
            self.error = None
            self.changed.emit()
        self._monitor.refresh()

    def ask_if_old(self) -> None:
        """Ask the service now unless it was heard within the last half minute."""
        if self.project is not None and time.monotonic() - self._listed_at > _OLD_S:
            self._monitor.refresh()

    def close(self) -> None:
        """Follow nothing any more."""
        followed, self._followed = self._followed, ()
        for signal, slot in followed:
            signal.disconnect(slot)

    def _on_project(self, project: Optional[Project]) -> None:
        is_same = project is not None and self.project is not None and project.id == self.project.id
        self.project = project
        self._model.may_rename = project is not None and project.may_change_processings
        if not is_same:
            self._listing.clear()
            self.pending.clear()
            self._model.set_processings(())
            self.is_loaded = False
            self.error = None
            self.skipped = self.beyond = 0
        self.changed.emit()

    def _on_signed_out(self, _why: str) -> None:
        self._on_project(None)

    def _on_listed(self, listing: ProcessingListing) -> None:
        if self.project is None:
            return
        self.is_loaded = True
        self.error = None
        self.skipped, self.beyond = listing.skipped, listing.beyond
        self._listed_at = time.monotonic()
        self._listed_when = datetime.now(timezone.utc)
        self._model.set_processings(self.pending.applied(self._listing.merged(listing, self.project.id)))
        self.changed.emit()

    def _on_failed(self, error: ApiError) -> None:
        self.error = error
        self.changed.emit()
