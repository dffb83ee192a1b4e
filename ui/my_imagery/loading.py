"""Fills the imagery tree from the service: mosaics at once, images when asked for, unfinished ones again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal

from ...api import imagery
from ...api.http.errors import ApiError, Fault
from ...text.translation import translate
from .search import ImagerySearch
from .thumbnails import Thumbnails
from .tree.branch import Listing
from .tree.model import ImageryTree

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.imagery_records import ImageListing, Mosaic, MosaicListing, Storage
    from ...api.session import Session

AT_ONCE = 3  # listings of images asked for at the same time
FIRST_PAUSE_MS = 4_000  # between looks at what is being prepared
_LONGEST_PAUSE_MS = 60_000


class ImageryLoading(QObject):
    """Keeps `tree` in line with the account's imagery. One of it serves every place that shows imagery."""

    changed = pyqtSignal()  # what the properties say is another thing now

    def __init__(self, session: Session, tree: ImageryTree, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self.tree = tree
        self.thumbnails = Thumbnails(session, self)
        self.is_loaded = False
        self.error: Optional[ApiError] = None  # why the mosaics could not be had, the last time
        self.listed_when: Optional[datetime] = None
        self.skipped = 0
        self.storage: Optional[Storage] = None
        self.first_pause_ms = FIRST_PAUSE_MS
        self._is_watched = False
        self._pause_ms = FIRST_PAUSE_MS
        self._listing: Optional[ApiReply] = None
        self._storage_reply: Optional[ApiReply] = None
        self._waiting: list[str] = []  # ids of mosaics whose images are to be asked for
        self._search = ImagerySearch(tree)
        self._asking: dict[str, ApiReply] = {}
        self._fetching: dict[str, ApiReply] = {}
        self._next_look = QTimer(self)
        self._next_look.setSingleShot(True)
        self._next_look.timeout.connect(self._look_again)
        tree.images_wanted.connect(self.ask_images, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        session.signed_in.connect(self._forget)
        session.signed_out.connect(self._forget)
        session.reachable_changed.connect(self._on_reachable)

    @property
    def is_asking(self) -> bool:
        """Whether the list of mosaics is on its way."""
        return self._listing is not None

    @property
    def is_searching(self) -> bool:
        """Whether there are mosaics left that have to be looked into for what is searched for."""
        return self._search.is_on and (bool(self._asking) or self._search.is_open)

    @property
    def failed_count(self) -> int:
        """How many mosaics there are whose images could not be had."""
        return sum(self.tree.listing(mosaic.id) is Listing.FAILED for mosaic in self.tree.mosaics())

    def load(self) -> None:
        """Ask for the mosaics unless they are known or on their way."""
        if not self.is_loaded and not self.is_asking:
            self.refresh()

    def refresh(self) -> None:
        """Ask for everything anew: mosaics, the images of those that were opened, storage."""
        if not self._session.is_signed_in:
            return
        self.thumbnails.forget_missing()
        self._abort(self._listing)
        listing = imagery.list_mosaics(self._session.client)
        self._listing = listing
        listing.succeeded.connect(self._on_mosaics)
        listing.failed.connect(self._on_failed)
        self.refresh_storage()
        self.changed.emit()

    def refresh_known(self) -> None:
        """Refresh, unless nobody has asked for anything yet."""
        if self.is_loaded or self.error is not None:
            self.refresh()

    def refresh_storage(self) -> None:
        """Ask what storage is used; where that cannot be had, what was known stays."""
        if not self._session.is_signed_in:
            return
        self._abort(self._storage_reply)
        self._storage_reply = imagery.storage(self._session.client)
        self._storage_reply.succeeded.connect(self._on_storage)

    def ask_images(self, mosaic_id: str) -> None:
        """Ask for the images of a mosaic, be they known or not."""
        if not self._session.is_signed_in or self.tree.mosaic(mosaic_id) is None:
            return
        self._search.hand_over(mosaic_id)
        self.tree.set_asked(mosaic_id)
        self._abort(self._asking.pop(mosaic_id, None))
        if mosaic_id not in self._waiting:
            self._waiting.append(mosaic_id)
        self._ask_waiting()

    def look_into(self, mosaic_id: str) -> None:
        """Somebody looks into a mosaic whose images are known: they are kept up to date from now on."""
        if self._search.hand_over(mosaic_id):
            self.ask_images(mosaic_id)

    def search(self, is_on: bool) -> None:
        """Whether images are searched for: then those of every mosaic are asked for, as long as anybody looks."""
        self._search.is_on = is_on
        self._ask_waiting()

    def mosaic_changed(self, mosaic_id: str) -> None:
        """Ask for one mosaic and its images, since something in it is new; also for one that is not listed yet."""
        if not self._session.is_signed_in:
            return
        self._pause_ms = self.first_pause_ms
        self._abort(self._fetching.pop(mosaic_id, None))
        reply = imagery.fetch_mosaic(self._session.client, mosaic_id)
        self._fetching[mosaic_id] = reply
        reply.succeeded.connect(partial(self._on_mosaic, mosaic_id))
        reply.failed.connect(partial(self._on_no_mosaic, mosaic_id))
        self.refresh_storage()

    def watch(self, is_watched: bool) -> None:
        """Whether anybody sees the tree: only then what is being prepared is asked for again and again."""
        self._is_watched = is_watched
        self._plan_look()
        self._ask_waiting()

    def close(self) -> None:
        """Stop asking, for good."""
        self._stop()
        self.thumbnails.close()
        for signal, slot in (
            (self._session.signed_in, self._forget),
            (self._session.signed_out, self._forget),
            (self._session.reachable_changed, self._on_reachable),
        ):
            signal.disconnect(slot)

    # mosaics

    def _on_mosaics(self, listing: MosaicListing) -> None:
        self._listing = None
        self.is_loaded = True
        self.error = None
        self.skipped = listing.skipped
        self.listed_when = datetime.now(timezone.utc)
        self.tree.set_mosaics(listing.mosaics)
        for mosaic_id in self._search.without_found(self._opened()):
            self.ask_images(mosaic_id)
        self._ask_waiting()
        self.changed.emit()

    def _on_failed(self, error: ApiError) -> None:
        self._listing = None
        self.error = error
        self.changed.emit()

    def _on_mosaic(self, mosaic_id: str, mosaic: Mosaic) -> None:
        self._fetching.pop(mosaic_id, None)
        if self.tree.deleted.has(mosaic_id):
            return
        self.tree.put_mosaic(mosaic)
        self.ask_images(mosaic_id)
        self.changed.emit()

    def _on_no_mosaic(self, mosaic_id: str, error: ApiError) -> None:
        self._fetching.pop(mosaic_id, None)
        if error.fault is Fault.NOT_FOUND:
            self.tree.remove_mosaic(mosaic_id)
            self.changed.emit()
        else:
            self.ask_images(mosaic_id)

    def _on_storage(self, storage: Storage) -> None:
        self._storage_reply = None
        self.storage = storage
        self.changed.emit()

    def _opened(self) -> Iterator[str]:
        """The ids of the mosaics whose images have been asked for."""
        ids = [mosaic.id for mosaic in self.tree.mosaics()]
        return (mosaic_id for mosaic_id in ids if self.tree.listing(mosaic_id) is not Listing.NOT_ASKED)

    # images

    def _ask_waiting(self) -> None:
        while len(self._asking) < AT_ONCE:
            mosaic_id = self._waiting.pop(0) if self._waiting else self._next_of_search()
            if mosaic_id is None:
                break
            reply = imagery.list_images(self._session.client, mosaic_id)
            self._asking[mosaic_id] = reply
            reply.succeeded.connect(partial(self._on_images, mosaic_id))
            reply.failed.connect(partial(self._on_no_images, mosaic_id))

    def _next_of_search(self) -> Optional[str]:
        mosaic_id = self._search.next() if self._is_watched and self._session.is_signed_in else None
        if mosaic_id is not None:
            self.tree.set_asked(mosaic_id)
        return mosaic_id

    def _on_images(self, mosaic_id: str, listing: ImageListing) -> None:
        self._asking.pop(mosaic_id, None)
        self.tree.set_images(mosaic_id, listing.images, listing.skipped)
        self._ask_waiting()
        self._plan_look()
        self.changed.emit()

    def _on_no_images(self, mosaic_id: str, error: ApiError) -> None:
        self._asking.pop(mosaic_id, None)
        if error.fault is Fault.NOT_FOUND:  # someone else deleted it
            self.tree.remove_mosaic(mosaic_id)
        else:
            sentence = translate("MyImagery", "{reason} Press F5 to ask again.").format(reason=error.sentence)
            self.tree.set_failed(mosaic_id, sentence)
        self._ask_waiting()
        self._plan_look()
        self.changed.emit()

    # what the service is still preparing

    def _awaited(self) -> list[str]:
        return [
            mosaic_id
            for mosaic_id in self._opened()
            if any(image.is_awaited for image in self.tree.images(mosaic_id))
        ]

    def _plan_look(self) -> None:
        if not self._is_watched or not self._awaited():
            self._next_look.stop()
        elif not self._next_look.isActive() and not self._asking:
            self._next_look.start(self._pause_ms)

    def _look_again(self) -> None:
        self._pause_ms = min(_LONGEST_PAUSE_MS, self._pause_ms * 2)
        for mosaic_id in self._awaited():
            self.ask_images(mosaic_id)

    # the session

    def _forget(self, _news: object = None) -> None:
        self._stop()
        self.tree.set_mosaics(())
        self._search.clear()
        self.is_loaded = False
        self.error = self.listed_when = self.storage = None
        self.skipped = 0
        self._pause_ms = self.first_pause_ms
        self.changed.emit()

    def _on_reachable(self, is_reachable: bool) -> None:
        if is_reachable and self.error is not None:
            self.refresh()

    def _stop(self) -> None:
        self._next_look.stop()
        self._waiting.clear()
        running = [self._listing, self._storage_reply, *self._asking.values(), *self._fetching.values()]
        self._listing = self._storage_reply = None
        self._asking, self._fetching = {}, {}
        for reply in running:
            self._abort(reply)

    @staticmethod
    def _abort(reply: Optional[ApiReply]) -> None:
        if reply is not None:
            reply.abort()
