"""The way from a layer on the map to its processing, whichever of the account's projects has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import processings, projects
from ...api.http.errors import ApiError, Fault
from ...api.http.replies import LatestReply
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice, details_of, from_error

if TYPE_CHECKING:
    from ...api.monitor import ProcessingMonitor
    from ...api.processings import Processing
    from ...api.projects import Project
    from ...api.session import Session
    from .list.model import ProcessingsModel
    from .listed import ListedProcessings

_NOT_THERE = {Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED}


class WantedProcessing(QObject):
    """Finds one processing and chooses its project; the latest that was asked for counts."""

    notice = pyqtSignal(object)  # Notice
    found = pyqtSignal(str)  # id of a processing that is listed now

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        listed: ListedProcessings,
        model: ProcessingsModel,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._monitor = monitor
        self._listed = listed
        self._model = model
        self._wanted = ""
        self._told: Optional[Processing] = None  # what the service says of it, until it is listed
        self._has_missed = False  # a list came without it
        self._answer = LatestReply()
        self._is_open = True
        monitor.listed.connect(self._look)
        monitor.failed.connect(self.give_up)
        session.signed_out.connect(self.give_up)

    def ask(self, processing_id: str) -> None:
        """Find it; `found` or `notice` follows."""
        self.give_up()
        if self._model.processing(processing_id) is not None:
            self.found.emit(processing_id)
            return
        self._wanted = processing_id
        self._answer.follow(
            processings.fetch(self._session.client, processing_id), self._on_processing, self._on_error
        )

    def give_up(self, _why: object = None) -> None:
        """Want nothing any more."""
        self._wanted = ""
        self._told = None
        self._has_missed = False
        self._answer.abort()

    def close(self) -> None:
        """Follow nothing any more."""
        self.give_up()
        if self._is_open:
            self._monitor.listed.disconnect(self._look)
            self._monitor.failed.disconnect(self.give_up)
            self._session.signed_out.disconnect(self.give_up)
        self._is_open = False

    def _on_processing(self, processing: Processing) -> None:
        project = self._session.project
        if self._listed.scope.is_all:
            self.give_up()
            self._listed.keep(processing)
            self.found.emit(processing.id)
        elif project is None or processing.project_id not in ("", project.id):
            self._answer.follow(
                projects.fetch(self._session.client, processing.project_id),
                lambda found: self._choose(found, processing),
                self._on_error,
            )
        else:
            self._told = processing
            self._monitor.refresh()

    def _choose(self, project: Project, processing: Processing) -> None:
        self._told = processing
        self._session.choose_project(project)

    def _look(self, _listing: object) -> None:
        if not self._wanted:
            return
        if self._model.processing(self._wanted) is not None:
            wanted = self._wanted
            self.give_up()
            self.found.emit(wanted)
        elif self._told is not None and not self._listed.pages.is_whole:
            told = self._told
            self.give_up()
            self._listed.keep(told)  # further down in the list than was read
            self.found.emit(told.id)
        elif self._told is not None and not self._has_missed:
            self._has_missed = True  # this list may have been asked for before the processing was there
            self._monitor.refresh()
        elif self._told is not None:
            name = bounded(self._told.name, 80)
            self.give_up()
            text = translate(
                "Processings",
                "“{name}” is one of the project's older processings, which are too many to list.",
            )
            self.notice.emit(Notice(text.format(name=name), Qgis.MessageLevel.Warning))

    def _on_error(self, error: ApiError) -> None:
        self.give_up()
        if error.fault in _NOT_THERE:
            text = translate(
                "Processings",
                "The processing of this layer is not in your account: it was deleted, or another account has it. "
                "The layer itself stays as it is.",
            )
            self.notice.emit(Notice(text, Qgis.MessageLevel.Warning, details_of(error)))
        else:
            self.notice.emit(from_error(error))
