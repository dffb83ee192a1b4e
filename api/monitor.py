"""The one poller: asks for the project's processings while something runs, and says when something ends."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from . import processings
from .http.errors import ApiError, Fault
from .http.reply import ApiReply
from .listing.pages import newest
from .lost_answers.poll_until_known import Look
from .lost_answers.start import find_unsettled
from .processings import Processing, ProcessingListing
from .session import Session
from .watch_list import WatchList

_MAX_STRAYS = 20  # asked for one by one in a poll, since they are not in the current project
_SLOWEST = 4  # after failures the pause doubles up to 2 to this power


class ProcessingMonitor(QObject):
    """Polls while anything is running, at once after a start, slower after failures, not at all when nothing runs.

    What runs is stored for each account, so that what ends while QGIS is closed is told at the next start.
    """

    # ProcessingListing of the current project, its newest at least, after each poll
    listed = pyqtSignal(object)
    told = pyqtSignal(object)  # Processing that runs, or has ended, and is not among those
    ended = pyqtSignal(object)  # Processing that was running and is not any more, also over a QGIS restart
    # the names of processings that ran and are not there any more, by their ids; "" where a name is not known
    lost = pyqtSignal(object)
    failed = pyqtSignal(object)  # ApiError of a poll
    # id of a processing whose end needs no telling any more: it was added, deleted or looked at; "" for all of them
    settled = pyqtSignal(str)

    def __init__(self, session: Session, parent: Optional[QObject] = None, interval_ms: int = 30_000) -> None:
        super().__init__(parent)
        self.session = session
        self._interval_ms = interval_ms
        self._watched = WatchList()
        self._former: tuple[Processing, ...] = ()  # what was listed last in the project
        self._project_id = ""
        self._failures = 0
        self._lost: dict[str, str] = {}  # in this poll
        self._running: list[ApiReply] = []
        self._is_wanted_again = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        session.signed_in.connect(self._signed_in)
        session.signed_out.connect(self._signed_out)
        session.project_changed.connect(self._project_changed)
        session.reachable_changed.connect(self._reachable)
        if session.is_signed_in:
            self._signed_in(session.account)
            self._project_changed(session.project)

    @property
    def watched(self) -> tuple[str, ...]:
        """The ids of the processings known to be running."""
        return self._watched.ids

    @property
    def is_polling(self) -> bool:
        """Whether a poll is on its way or will come by itself."""
        return bool(self._running) or self._timer.isActive()

    def watch(self, processing: Processing) -> None:
        """Tell when `processing`, which was just started, ends; polls at once."""
        if processing.status.is_running:
            self._watched.add(processing, self._project_id)
        self.refresh()

    def note(self, seen: Iterable[Processing], deleted: Iterable[str] = ()) -> None:
        """These were seen in a list: tell when those of them end that run; those `deleted` here need no telling."""
        for processing_id in deleted:
            self._watched.drop(processing_id)
        before = self._watched.ids
        self._watched.note([each for each in seen if each.status.is_running], self._project_id)
        if self._watched.ids != before and not self.is_polling:
            self._timer.start(self._interval_ms)

    def refresh(self) -> None:
        """Poll at once. If a poll is on its way, poll again when it ends: its answer may be older than this call."""
        if self._running:
            self._is_wanted_again = True
            return
        self._timer.stop()
        if not self.session.is_signed_in:
            return
        if self._project_id:
            reply = newest(self.session.client, self._project_id, self._former)
            reply.succeeded.connect(self._listing_came)
            reply.failed.connect(self._poll_failed)
            self._follow(reply)
        else:
            self._ask_strays(frozenset())

    def close(self) -> None:
        """Stop polling; what is watched stays stored."""
        running, self._running = self._running, []
        self._is_wanted_again = False
        for reply in running:
            reply.abort()
        self._timer.stop()  # last: a reply's end sets it

    # one poll

    def _listing_came(self, listing: ProcessingListing) -> None:
        self._failures = 0
        self._former = listing.processings
        ended = self._watched.note(listing.processings, self._project_id)
        self.listed.emit(listing)
        self._tell(ended)
        if self._watched.ids:
            self._ask_strays(frozenset(processing.id for processing in listing.processings))

    def _ask_strays(self, seen: frozenset[str]) -> None:
        """Ask for the watched processings that are not in the listing: older ones, in another project, or deleted."""
        for processing_id in self._watched.take_turns(seen, _MAX_STRAYS):
            reply = processings.fetch(self.session.client, processing_id)
            reply.succeeded.connect(self._stray_came)
            reply.failed.connect(lambda error, gone=processing_id: self._stray_failed(error, gone))
            self._follow(reply)

    def _stray_came(self, processing: Processing) -> None:
        self._failures = 0
        ended = self._watched.note((processing,), self._project_id)
        self.told.emit(processing)
        self._tell(ended)

    def _stray_failed(self, error: ApiError, processing_id: str) -> None:
        if error.fault in {Fault.NOT_FOUND, Fault.FORBIDDEN}:
            name = self._watched.drop(processing_id)  # deleted, or not ours any more
            if name is not None:
                self._lost[processing_id] = name
        else:
            self._poll_failed(error)

    def _poll_failed(self, error: ApiError) -> None:
        self._failures += 1
        self.failed.emit(error)

    def _tell(self, ended: list[Processing]) -> None:
        for processing in ended:
            self.ended.emit(processing)
        if ended:
            self.session.refresh_account()  # what failed may have been refunded

    # when the next one is due

    def _follow(self, reply: ApiReply) -> None:
        self._running.append(reply)
        reply.finished.connect(self._one_finished)

    def _one_finished(self) -> None:
        self._running = [reply for reply in self._running if reply.is_running]
        if self._lost and not self._running:
            lost, self._lost = self._lost, {}
            self.lost.emit(lost)
        if self._running or not self.session.is_signed_in or self._timer.isActive():
            return
        if self._is_wanted_again:
            self._is_wanted_again = False
            self._timer.start(0)
        elif self._watched.ids or self._failures:
            self._timer.start(self._interval_ms * 2 ** min(self._failures, _SLOWEST))

    # the session

    def _signed_in(self, _account: object) -> None:
        self._watched.open(self.session.account_key)
        self._failures = 0
        self.close()
        watched = self._watched.ids
        if watched:
            self.refresh()
        for reply in find_unsettled(self.session.client):
            told = partial(_tell_of_unsettled, self.watch, self._tell, watched)
            reply.succeeded.connect(told)

    def _signed_out(self, _why: str) -> None:
        self.close()
        self._watched.close()
        self._project_id = ""
        self._former = ()
        self._lost = {}

    def _project_changed(self, project: object) -> None:
        project_id = getattr(project, "id", "")
        if project_id != self._project_id:
            self._project_id = project_id
            self._former = ()
            self.close()
            if project_id:
                self.refresh()

    def _reachable(self, is_reachable: bool) -> None:
        if is_reachable and self._failures:
            self._failures = 0
            self._timer.start(0)


def _tell_of_unsettled(
    watch: Callable[[Processing], None],
    tell: Callable[[list[Processing]], None],
    watched: tuple[str, ...],
    look: Look,
) -> None:
    """Watch what was started and never told of, and tell of its end, unless it is `watched` and so told of anyhow."""
    found: Optional[Processing] = look.found
    if found is not None:
        watch(found)
        if found.status.is_final and found.id not in watched:
            tell([found])
