"""Finds out whether anything of a failed processing is ready: what is was paid for, and can be had."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....api import processings
from ....api.http.errors import ApiError, Fault
from ....api.http.replies import Replies
from ....api.processings import AreaState, Processing, Status
from ....text.server_text import bounded
from ....text.translation import translate
from ...widgets.notice import Notice, from_error

if TYPE_CHECKING:
    from ....api.session import Session

_UNKNOWN_QUESTION = {Fault.NOT_FOUND, Fault.REJECTED}

Use = Callable[[Processing], None]


class ReadyParts(QObject):
    """Asks about the parts of failed processings, of each once at a time."""

    notice = pyqtSignal(object)  # Notice
    emptiness_known = pyqtSignal()  # of another processing it is known that nothing is ready

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: set[str] = set()  # ids of processings
        self._empty: dict[str, Processing] = {}  # those of which nothing was ready, as they were then
        self._replies = Replies()

    def ask(self, processing: Processing, use: Use) -> None:
        """Call `use` if a part of `processing` has a result, and say so if none has."""
        if processing.id in self._asked:
            return
        self._asked.add(processing.id)
        reply = self._replies.follow(
            processings.aois(self._session.client, processing.id),
            partial(self._on_areas, processing, use),
            partial(self._on_no_areas, processing, use),
        )
        reply.finished.connect(partial(self._asked.discard, processing.id))

    def has_none(self, processing: Processing) -> bool:
        """Whether the service has said that nothing of `processing` is ready, and it has not run since."""
        return self._empty.get(processing.id) == processing

    def close(self) -> None:
        """Drop what was asked."""
        self._replies.abort()

    def _on_areas(self, processing: Processing, use: Use, areas: tuple[AreaState, ...]) -> None:
        if any(area.status is Status.OK for area in areas):
            use(processing)
            return
        self._empty[processing.id] = processing
        self.emptiness_known.emit()
        text = translate(
            "Results", "“{name}” failed, and no part of it is ready. See its details for the reason."
        )
        self.notice.emit(Notice(text.format(name=bounded(processing.name, 80)), Qgis.MessageLevel.Warning))

    def _on_no_areas(self, processing: Processing, use: Use, error: ApiError) -> None:
        if error.fault in _UNKNOWN_QUESTION:
            use(processing)  # a service that knows of no parts may still have a result, or says why not
        else:
            self.notice.emit(from_error(error))
