"""The processings of one project or of several, page by page, in one order across them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...api.http.errors import Fault
from ...api.processings import MOST_LISTED
from .project_pages import ProjectPages
from .question import ListQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.http.errors import ApiError
    from ...api.processings import Processing, ProcessingListing
    from ...api.session import Session

_AT_ONCE = 4  # projects that are asked at the same time
_NOT_OURS = (Fault.NOT_FOUND, Fault.FORBIDDEN)


class ProcessingsPages(QObject):
    """Holds the question, and reads on as far as somebody wants to see.

    Of several projects a row is told of once no other project can have one that stands before it.
    """

    changed = pyqtSignal()  # the rows, or what is told of them

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.question = ListQuestion()
        self._session = session
        self._pages: dict[str, ProjectPages] = {}
        self._rows: list[Processing] = []
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._take_turn)
        self._is_wanted = False  # more rows than there are

    # what is shown

    def rows(self) -> list[Processing]:
        """What was read, in no order: the first ones of all that were asked for."""
        return self._rows

    @property
    def project_ids(self) -> list[str]:
        """The projects that are read."""
        return list(self._pages)

    @property
    def is_whole(self) -> bool:
        """Whether every processing is there, whatever is asked."""
        return all(each.is_whole for each in self._pages.values())

    @property
    def total(self) -> Optional[int]:
        """How many there are, of what the service was asked; None while that is not known."""
        totals = [each.total for each in self._pages.values() if each.error is None]
        return None if None in totals else sum(total or 0 for total in totals)

    @property
    def skipped(self) -> int:
        """Records that could not be read."""
        return sum(each.read.skipped for each in self._pages.values())

    @property
    def beyond(self) -> int:
        """Processings that are too many to be listed."""
        return sum(each.beyond for each in self._pages.values())

    @property
    def error(self) -> Optional[ApiError]:
        """Why a page did not come; that one of several projects is gone, or not ours any more, is no reason."""
        errors = [each.error for each in self._pages.values() if each.error is not None]
        told = [each for each in errors if each.fault not in _NOT_OURS or len(self._pages) == 1]
        return told[0] if told else None

    @property
    def is_loaded(self) -> bool:
        """Whether the first rows are there, or it is known that there are none."""
        each_is = [each.is_current or each.error is not None for each in self._pages.values()]
        return bool(each_is) and all(each_is)

    @property
    def is_complete(self) -> bool:
        """Whether all that were asked for are there."""
        each_is = [each.is_complete and each.is_current for each in self._pages.values()]
        return bool(each_is) and all(each_is)

    @property
    def is_reading(self) -> bool:
        """Whether an answer is on its way or will be asked for at once."""
        return any(each.is_reading for each in self._pages.values())

    @property
    def has_more(self) -> bool:
        """Whether more can be read."""
        held = sum(len(each.rows) for each in self._pages.values())
        return held < MOST_LISTED and any(
            each.has_more and each.error is None for each in self._pages.values()
        )

    @property
    def read_projects(self) -> tuple[int, int]:
        """Of how many projects the first rows are there, and of how many in all."""
        return sum(each.is_current for each in self._pages.values()), len(self._pages)

    # what is wanted

    def show(self, project_ids: Sequence[str], at_once: bool) -> None:
        """Read these projects; what is there of them already stays.

        `at_once` asks for the others; else the monitor will tell of their newest ones.
        """
        for key in self._pages.keys() - set(project_ids):
            self._pages[key].stop()
        kept, client = self._pages, self._session.client
        self._pages = {
            key: kept.get(key) or ProjectPages(client, key, self.question, self._on_changed)
            for key in project_ids
        }
        for pages in self._pages.values():
            if at_once and pages.total is None:
                pages.read_on()
        self._on_changed()

    def ask(self, question: ListQuestion) -> None:
        """Read what `question` asks for; its rows take the place of the others when they come."""
        if question == self.question:
            return
        self.question = question
        for pages in self._pages.values():
            pages.ask(question)
        self._on_changed()

    def read_on(self) -> None:
        """Read more, where nothing is on its way."""
        self._is_wanted = True
        self._turn.start(0)

    def read_anew(self) -> None:
        """Read again as far as was read."""
        for pages in self._pages.values():
            pages.read_anew(len(pages.rows))
        self._turn.start(0)

    def take_newest(self, project_id: str, listing: ProcessingListing) -> None:
        """These are the newest processings of a project."""
        if project_id in self._pages:
            self._pages[project_id].take_newest(listing)

    def put(self, processing: Processing) -> Processing:
        """There is news of one; returns the newest that is known of it."""
        for pages in self._pages.values():
            processing = pages.read.put(processing)
        self._collect()
        return processing

    def drop(self, processing_id: str, may_return: bool = False) -> None:
        """One is not there any more, or is not where it was, and may return."""
        all_pages = list(self._pages.values())
        holders = [each for each in all_pages if each.read.holds(processing_id)]
        for pages in holders if holders or may_return else all_pages:
            pages.drop(processing_id, may_return)
        self._collect()

    def close(self) -> None:
        """Wait for nothing any more."""
        self._turn.stop()
        for pages in self._pages.values():
            pages.stop()

    # inside

    def _on_changed(self) -> None:
        self._collect()
        if self.is_reading or self.question.needs_all:
            self._turn.start(0)
        self.changed.emit()

    def _take_turn(self) -> None:
        """Ask the projects whose turn it is."""
        free = _AT_ONCE - sum(each.is_asking for each in self._pages.values())
        due = [each for each in self._pages.values() if each.is_due]
        if not due and free == _AT_ONCE and (self._is_wanted or self.question.needs_all):
            due = self._next()
            for pages in due:
                pages.read_on()
        self._is_wanted = False
        for pages in due[: max(0, free)]:
            pages.go_on()

    def _next(self) -> list[ProjectPages]:
        """The projects of which more has to be known: all, or the one whose last row stands before the others' last."""
        waiting = [each for each in self._pages.values() if each.has_more and each.error is None]
        if not self.has_more or self.question.needs_all:
            return waiting if self.has_more else []
        first = _earliest(waiting, self.question)
        return [first] if first is not None else waiting

    def _collect(self) -> None:
        if len(self._pages) <= 1:
            self._rows = [row for pages in self._pages.values() for row in pages.rows]
            return
        if not self.is_loaded:
            return  # what was there is seen until all have answered
        rows = [row for pages in self._pages.values() for row in pages.rows]
        first = _earliest([each for each in self._pages.values() if each.has_more], self.question)
        if first is None or self.question.needs_all:
            self._rows = rows
            return
        last, own, is_reached = first.rows[-1], first.project_id, self.question.is_reached
        self._rows = [row for row in rows if row.project_id == own or is_reached(row, last)]


def _earliest(candidates: list[ProjectPages], question: ListQuestion) -> Optional[ProjectPages]:
    """The one whose last row stands before the last rows of all others; None where none has rows."""
    first: Optional[ProjectPages] = None
    for each in candidates:
        if each.rows and (first is None or question.is_reached(each.rows[-1], first.rows[-1])):
            first = each
    return first
