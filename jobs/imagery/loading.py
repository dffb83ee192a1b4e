"""Asks the service for one's imagery: mosaics at once, images when asked for, what storage is used."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.http.errors import ApiError, Fault
from ...api.http.replies import LatestReply
from ..job import JobError, ReplyJob
from ..queue import JobQueue
from .listings import ImageListings

if TYPE_CHECKING:
    from ...api.imagery_records import Mosaic, MosaicListing, Storage
    from ...api.session import Session
    from .known import KnownImagery

_MOSAICS_AT_ONCE = 3  # single ones


class ImageryRequests(QObject):
    """Asks, and tells what came. It reads from `known` what there is; whoever holds that puts in what is told."""

    listed = pyqtSignal(object)  # MosaicListing: these are all mosaics
    mosaic_came = pyqtSignal(object)  # Mosaic
    mosaic_gone = pyqtSignal(str)  # id of a mosaic somebody else has deleted
    forgotten = pyqtSignal()  # nothing is known any more: somebody signed in or out
    changed = pyqtSignal()  # what the properties say is another thing now

    def __init__(self, session: Session, known: KnownImagery, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self.images = ImageListings(session, known, self)
        self.images.changed.connect(self.changed)
        self.images.gone.connect(self.mosaic_gone)
        self.images.became_ready.connect(self._fetch_again)
        self.is_loaded = False
        self.error: Optional[ApiError] = None  # why the mosaics could not be had, the last time
        self.listed_when: Optional[datetime] = None
        self.skipped = 0
        self.storage: Optional[Storage] = None
        self._listing = LatestReply()
        self._storage = LatestReply()
        self._fetching = JobQueue(_MOSAICS_AT_ONCE, parent=self)
        session.signed_in.connect(self._forget)
        session.signed_out.connect(self._forget)
        session.reachable_changed.connect(self._on_reachable)

    @property
    def is_asking(self) -> bool:
        """Whether the list of mosaics is on its way."""
        return self._listing.are_waited_for

    def load(self) -> None:
        """Ask for the mosaics unless they are known or on their way."""
        if not self.is_loaded and not self.is_asking:
            self.refresh()

    def refresh(self) -> None:
        """Ask for everything anew: mosaics, the images of those that were opened, storage."""
        if self._session.is_signed_in:
            self._listing.follow(
                imagery.list_mosaics(self._session.client), self._on_mosaics, self._on_no_mosaics
            )
            self.refresh_storage()
            self.changed.emit()

    def refresh_known(self) -> None:
        """Refresh, unless nobody has asked for anything yet."""
        if self.is_loaded or self.error is not None:
            self.refresh()

    def refresh_storage(self) -> None:
        """Ask what storage is used; where that cannot be had, what was known stays."""
        if self._session.is_signed_in:
            self._storage.follow(imagery.storage(self._session.client), self._on_storage)

    def mosaic_changed(self, mosaic_id: str) -> None:
        """Ask for one mosaic and its images, since something in it is new; also for one that is not listed yet."""
        if self._session.is_signed_in:
            self.images.pauses.shorten()
            self._fetch_again(mosaic_id)
            self.refresh_storage()

    def close(self) -> None:
        """Stop asking, for good."""
        self._stop()
        self.images.close()
        for signal, slot in (
            (self._session.signed_in, self._forget),
            (self._session.signed_out, self._forget),
            (self._session.reachable_changed, self._on_reachable),
        ):
            signal.disconnect(slot)

    # what comes

    def _on_mosaics(self, listing: MosaicListing) -> None:
        self.is_loaded = True
        self.error = None
        self.skipped = listing.skipped
        self.listed_when = datetime.now(timezone.utc)
        self.listed.emit(listing)
        self.images.ask_opened()
        self.changed.emit()

    def _on_no_mosaics(self, error: ApiError) -> None:
        self.error = error
        self.changed.emit()

    def _fetch_again(self, mosaic_id: str) -> None:
        self._fetching.cancel([mosaic_id])
        self._fetching.add(mosaic_id, partial(self._fetch_job, mosaic_id))

    def _fetch_job(self, mosaic_id: str) -> ReplyJob:
        job = ReplyJob(partial(imagery.fetch_mosaic, self._session.client, mosaic_id))
        job.succeeded.connect(partial(self._on_mosaic, mosaic_id))
        job.failed.connect(partial(self._on_no_mosaic, mosaic_id))
        return job

    def _on_mosaic(self, mosaic_id: str, mosaic: Mosaic) -> None:
        if mosaic.counts is None:
            self.images.unready.doubt(mosaic_id)
        self.mosaic_came.emit(mosaic)
        self.images.ask(mosaic_id)
        self.changed.emit()

    def _on_no_mosaic(self, mosaic_id: str, error: JobError) -> None:
        if error.cause is not None and error.cause.fault is Fault.NOT_FOUND:
            self.mosaic_gone.emit(mosaic_id)
            self.changed.emit()
        else:
            self.images.unready.doubt(mosaic_id)
            self.images.ask(mosaic_id)

    def _on_storage(self, storage: Storage) -> None:
        self.storage = storage
        self.changed.emit()

    # the session

    def _forget(self, _news: object = None) -> None:
        self.forgotten.emit()  # first: what is stopped must not look for more among what was known
        self._stop()
        self.images.clear()
        self.is_loaded = False
        self.error = self.listed_when = self.storage = None
        self.skipped = 0
        self.changed.emit()

    def _on_reachable(self, is_reachable: bool) -> None:
        if is_reachable and self.error is not None:
            self.refresh()

    def _stop(self) -> None:
        self._listing.abort()
        self._storage.abort()
        self._fetching.close()
