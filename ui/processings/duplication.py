"""Asks for all that a processing was run with, so that it can be run once more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import processings
from ...api.http.errors import ApiError, Fault
from ...api.http.replies import LatestReply
from ...layers.results.areas_layer import ground_of
from ...text.names import next_name
from ..run.duplicate.wanted import Duplicated
from ..widgets.notice import from_error

if TYPE_CHECKING:
    from collections.abc import Collection

    from ...api.processings import AreaState, Processing
    from ...api.session import Session

_NO_AREAS = {Fault.NOT_FOUND, Fault.REJECTED}  # a service that does not know the question
_LONGEST_NAME = 200  # characters, as where a name is typed in the list


class ProcessingDuplication(QObject):
    """The latest that was asked for counts."""

    notice = pyqtSignal(object)  # Notice
    wanted = pyqtSignal(object)  # Duplicated

    def __init__(self, session: Session, names: Callable[[], Collection[str]], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._names = names  # of the processings that are listed
        self._answer = LatestReply()

    def ask(self, processing: Processing) -> None:
        """Ask for the whole of `processing`, since a list may tell less of it, and then for its area."""
        question = processings.fetch(self._session.client, processing.id)
        self._answer.follow(question, self._ask_area, self._on_error)

    def close(self) -> None:
        """Want none any more."""
        self._answer.abort()

    def _ask_area(self, processing: Processing) -> None:
        question = processings.aois(self._session.client, processing.id)
        self._answer.follow(question, partial(self._tell, processing), partial(self._on_no_area, processing))

    def _tell(self, processing: Processing, areas: tuple[AreaState, ...]) -> None:
        name = next_name(processing.name, set(self._names()), _LONGEST_NAME)
        self.wanted.emit(Duplicated(processing, ground_of(areas), name))

    def _on_no_area(self, processing: Processing, error: ApiError) -> None:
        if error.fault in _NO_AREAS:
            self._tell(processing, ())
        else:
            self._on_error(error)

    def _on_error(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))
