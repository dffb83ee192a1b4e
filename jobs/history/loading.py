"""The history of the account, page after page until all of it is there; the latest question wins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.history import HistoryQuery, history
from ...api.http.replies import LatestReply

if TYPE_CHECKING:
    from ...api.history import HistoryEntry, HistoryPage
    from ...api.http.errors import ApiError
    from ...api.session import Session

PAGE = 500  # entries asked for at a time
MOST_LOADED = 20_000  # entries kept

_Key = tuple[Optional[datetime], str, str, str]


class HistoryLoading(QObject):
    """Keeps the entries of the last question, in the order of the service."""

    began = pyqtSignal()  # what was there before is of no use any more
    came = pyqtSignal(object)  # tuple of HistoryEntry: those of one more page
    changed = pyqtSignal()  # is_asking, error or the sums may be other ones

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.entries: list[HistoryEntry] = []
        self.error: Optional[ApiError] = None  # why the last page did not come
        self.skipped = 0  # records that could not be read
        self.query = HistoryQuery()
        self._session = session
        self._reply = LatestReply()
        self._last: Optional[HistoryPage] = None
        self._page = 0  # the last one that came
        self._known: set[_Key] = set()
        session.signed_out.connect(self._on_signed_out)

    @property
    def is_asking(self) -> bool:
        """Whether a page is on its way."""
        return self._reply.are_waited_for

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for is there."""
        return self._last is not None and not self._last.has_more and self.error is None

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is ever loaded."""
        return self._last is not None and self._last.has_more and len(self.entries) >= MOST_LOADED

    @property
    def count(self) -> int:
        """How many entries match; while they are loaded, as the service counts them, where it does."""
        told = None if self._last is None else self._last.total
        return len(self.entries) if self.is_complete or told is None else told

    @property
    def cost(self) -> Optional[float]:
        """What they cost in credits; None while that is not known."""
        if self.is_complete:
            return sum(entry.cost or 0.0 for entry in self.entries)
        return None if self._last is None else self._last.total_cost

    @property
    def area_m2(self) -> Optional[float]:
        """Their area in m²; None while that is not known."""
        if self.is_complete:
            return sum(entry.area_m2 or 0.0 for entry in self.entries)
        return None if self._last is None else self._last.total_area_m2

    def load(self, query: HistoryQuery) -> None:
        """Load what `query` asks for, in place of what is there."""
        self._forget()
        self.query = query
        self.began.emit()
        self._ask()

    def ask_again(self) -> None:
        """Ask once more for the page that did not come."""
        if self.error is not None and not self.is_asking:
            self._ask()

    def close(self) -> None:
        """Drop everything, for good."""
        self._forget()
        self._session.signed_out.disconnect(self._on_signed_out)

    def _ask(self) -> None:
        if not self._session.is_signed_in:
            return
        self.error = None
        reply = history(self._session.client, self.query, self._page + 1, PAGE)
        self._reply.follow(reply, self._on_page, self._on_failed)
        reply.finished.connect(self.changed)
        self.changed.emit()

    def _on_page(self, page: HistoryPage) -> None:
        self._page += 1
        self._last = page
        self.skipped += page.skipped
        fresh = []
        for entry in page.entries:  # what was started meanwhile moves others to the next page
            key = (entry.created, entry.name, entry.project_name, entry.email)
            if entry.created is None or key not in self._known:
                self._known.add(key)
                fresh.append(entry)
        self.entries += fresh
        self.came.emit(tuple(fresh))
        if page.has_more and len(self.entries) < MOST_LOADED:
            self._ask()

    def _on_failed(self, error: ApiError) -> None:
        self.error = error

    def _forget(self) -> None:
        self._reply.abort()
        self.entries = []
        self._known = set()
        self._last = None
        self._page = self.skipped = 0
        self.error = None

    def _on_signed_out(self, _why: str) -> None:
        self._forget()
        self.began.emit()
        self.changed.emit()
