"""Asks for the images of mosaics: of those somebody looks into or that are not ready, and of all during a search."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.http.errors import Fault
from ..job import Job, JobError, ReplyJob
from ..queue import JobQueue
from .known import Listing
from .pauses import LengtheningPauses
from .search import ImagerySearch
from .unready import UnreadyImages

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.imagery_records import ImageListing
    from ...api.session import Session
    from .known import KnownImagery

AT_ONCE = 3  # listings of images asked for at the same time


class ImageListings(QObject):
    """Asks for a few listings at a time; images that are still being prepared are asked for again and again.

    The images that are not ready are asked for where a mosaic says that it has some, or where an upload may be one.
    It reads from `known` what was asked for already; whoever holds that puts in what the signals tell.
    """

    asked = pyqtSignal(str)  # id of a mosaic whose images are going to be asked for
    came = pyqtSignal(str, object)  # id of a mosaic, its ImageListing
    failed = pyqtSignal(str, object)  # id of a mosaic, JobError
    gone = pyqtSignal(str)  # id of a mosaic somebody else has deleted
    became_ready = pyqtSignal(str)  # id of a mosaic of which more is ready than before
    changed = pyqtSignal()  # a listing came or failed, and is no longer under way

    def __init__(self, session: Session, known: KnownImagery, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known = known
        self._search = ImagerySearch(known)
        self._is_watched = False
        self._has_news = False
        self.unready = UnreadyImages(known)
        self.pauses = LengtheningPauses(self)
        self.pauses.over.connect(self._look_again)
        self._queue = JobQueue(AT_ONCE, parent=self)
        self._queue.changed.connect(self._go_on)

    @property
    def is_asking(self) -> bool:
        """Whether a listing is on its way."""
        return len(self._queue) > 0

    @property
    def is_searching(self) -> bool:
        """Whether there are mosaics left that have to be looked into for what is searched for."""
        return self._search.is_on and (self.is_asking or self._search.is_open)

    @property
    def failed_count(self) -> int:
        """How many mosaics there are whose images could not be had."""
        return sum(self._known.listing(mosaic.id) is Listing.FAILED for mosaic in self._known.mosaics())

    def ask(self, mosaic_id: str) -> None:
        """Ask for the images of a mosaic, be they known or not."""
        if self._session.is_signed_in and self._known.mosaic(mosaic_id) is not None:
            self._search.hand_over(mosaic_id)
            self.asked.emit(mosaic_id)
            self._queue.cancel([mosaic_id])
            self._queue.add(mosaic_id, partial(self._job, mosaic_id))

    def ask_opened(self) -> None:
        """Ask anew for the images of the mosaics somebody has looked into."""
        for mosaic_id in self._search.without_found(self._opened()):
            self.ask(mosaic_id)
        self._go_on()

    def look_into(self, mosaic_id: str) -> None:
        """Somebody looks into a mosaic whose images are known: they are kept up to date from now on."""
        if self._search.hand_over(mosaic_id):
            self.ask(mosaic_id)

    def search(self, is_on: bool) -> None:
        """Whether images are searched for: then those of every mosaic are asked for, as long as anybody looks."""
        self._search.is_on = is_on
        self._go_on()

    def watch(self, is_watched: bool) -> None:
        """Whether anybody sees the images: only then what is being prepared is asked for again and again."""
        self._is_watched = is_watched
        self._go_on()

    def clear(self) -> None:
        """Stop asking, since other mosaics come."""
        self._search.clear()
        self.unready.clear()
        self.pauses.stop()
        self.pauses.shorten()
        self._queue.close()

    def close(self) -> None:
        """Stop asking, for good."""
        self._is_watched = False
        self.clear()

    def _job(self, mosaic_id: str) -> Job:
        job = ReplyJob(partial(self._list_images, mosaic_id))
        job.succeeded.connect(partial(self._on_images, mosaic_id))
        job.failed.connect(partial(self._on_no_images, mosaic_id))
        return job

    def _list_images(self, mosaic_id: str) -> ApiReply:
        ask = imagery.list_all_images if self.unready.may_be_in(mosaic_id) else imagery.list_images
        return ask(self._session.client, mosaic_id)

    def _on_images(self, mosaic_id: str, listing: ImageListing) -> None:
        self._has_news = True
        awaited = {image.id for image in self._known.images(mosaic_id) if image.is_awaited}
        self.came.emit(mosaic_id, self.unready.take(mosaic_id, listing))
        if any(image.id in awaited and image.is_usable for image in listing.images):
            self.became_ready.emit(mosaic_id)

    def _on_no_images(self, mosaic_id: str, error: JobError) -> None:
        self._has_news = True
        if error.cause is not None and error.cause.fault is Fault.NOT_FOUND:
            self.gone.emit(mosaic_id)
        else:
            self.failed.emit(mosaic_id, error)

    def _go_on(self) -> None:
        """Look further where there is room for it, plan the next look at what is being prepared, tell what is new."""
        while self._is_watched and self._session.is_signed_in and len(self._queue) < AT_ONCE:
            mosaic_id = self._search.next() or self.unready.next()
            if mosaic_id is None:
                break
            self.asked.emit(mosaic_id)
            self._queue.add(mosaic_id, partial(self._job, mosaic_id))
        if not self._is_watched:
            self.pauses.stop()
        elif not self.is_asking:
            self._plan_look()
        has_news, self._has_news = self._has_news, False
        if has_news:
            self.changed.emit()

    def _plan_look(self) -> None:
        if self.unready.awaited():
            self.pauses.begin()
        else:
            self.pauses.stop()

    def _look_again(self) -> None:
        for mosaic_id in self.unready.awaited():
            self.ask(mosaic_id)

    def _opened(self) -> Iterator[str]:
        """The ids of the mosaics whose images have been asked for."""
        ids = [mosaic.id for mosaic in self._known.mosaics()]
        return (each for each in ids if self._known.listing(each) is not Listing.NOT_ASKED)
