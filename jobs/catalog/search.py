"""A search of the imagery catalog: its pages as they are wanted, the latest question winning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.catalog.narrowing import fits, is_narrower
from ...api.catalog.search import search
from ...api.http.replies import Replies
from ...layers.footprints.placing import placed

if TYPE_CHECKING:
    from ...api.catalog.records import CatalogImage
    from ...api.catalog.search import CatalogPage, CatalogQuery
    from ...api.http.errors import ApiError
    from ...api.session import Session

Key = tuple[str, str]  # the provider and the id of an image

PAGE = 100  # images asked for at a time
MOST_FOUND = 20_000  # images kept of one search


@dataclass(frozen=True)
class FoundImage:
    """An image of the catalog and the ground it covers, a multi-polygon in EPSG:4326; empty where that is not known."""

    image: CatalogImage
    ground: QgsGeometry

    @property
    def key(self) -> Key:
        """By which one is told from all others: its provider and its id."""
        return self.image.provider, self.image.id


class CatalogSearch(QObject):
    """Keeps what the last question found.

    A question with tighter bounds than the one that was asked narrows what is there at once; any other one is put to
    the service, and what was on its way is dropped. `more` asks for the next page; of what was narrowed, the service is
    asked for the tighter question then, and so it is where nothing of what came fits.
    """

    began = pyqtSignal()  # what was found before is of no use any more
    came = pyqtSignal(object)  # tuple of FoundImage: a page, of which those are left that fit
    narrowed = pyqtSignal()  # `found` is another choice of what came
    changed = pyqtSignal()  # is_asking, error, total or is_more may be another one

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.error: Optional[ApiError] = None  # why the last page did not come
        self.total: Optional[int] = None  # how many the service finds in all, where it says so
        self.skipped = 0  # records that could not be read
        self.is_more = False  # whether there are further pages
        self._session = session
        self._replies = Replies()
        self._asked: Optional[CatalogQuery] = None
        self._wanted: Optional[CatalogQuery] = None
        self._all: dict[Key, FoundImage] = {}
        self._next = 0
        self._has_answer = False
        session.signed_out.connect(self._on_signed_out)

    @property
    def is_asking(self) -> bool:
        """Whether a page is on its way."""
        return self._replies.are_waited_for

    @property
    def has_answer(self) -> bool:
        """Whether the service has answered the question."""
        return self._has_answer

    @property
    def query(self) -> Optional[CatalogQuery]:
        """What is shown; None before the first question."""
        return self._wanted

    @property
    def is_narrowed(self) -> bool:
        """Whether less is shown than was asked for, so that `total` counts more than there is."""
        return self._wanted != self._asked

    @property
    def is_full(self) -> bool:
        """Whether there are further pages, and no room for them."""
        return self.is_more and len(self._all) >= MOST_FOUND

    @property
    def came_count(self) -> int:
        """How many came by now, whether they fit or not."""
        return len(self._all)

    @property
    def found(self) -> tuple[FoundImage, ...]:
        """What came and fits, in the order of the service."""
        wanted = self._wanted
        if wanted is None or not self.is_narrowed:
            return tuple(self._all.values())
        return tuple(each for each in self._all.values() if fits(each.image, wanted))

    def search(self, query: CatalogQuery, is_new: bool = False) -> None:
        """Show what `query` finds. With `is_new` the service is asked even where it need not be."""
        asked = self._asked
        may_narrow = asked is not None and self.error is None and is_narrower(query, asked)
        if may_narrow and not is_new:
            self._wanted = query
            self.narrowed.emit()
            if not any(fits(each.image, query) for each in self._all.values()):
                self.more()  # only what came was looked at
            self.changed.emit()
            return
        self._forget()
        self._asked = self._wanted = query
        self.began.emit()
        self._ask()

    def show(self, found: Iterable[FoundImage]) -> None:
        """Show these, which no search found; nothing is narrowed or asked for until the next one."""
        self._forget()
        self.began.emit()
        self._all = {each.key: each for each in found}
        self._has_answer = True
        self.came.emit(tuple(self._all.values()))
        self.changed.emit()

    def more(self) -> None:
        """Ask for the next page, unless there is none or it is on its way."""
        if self.is_more and not self.is_asking and not self.is_full:
            self._ask_for_more()

    def ask_again(self) -> None:
        """Ask once more for the page that did not come."""
        if self.error is not None and not self.is_asking:
            self._ask()

    def cancel(self) -> None:
        """Wait no more for what is on its way; what came stays."""
        self._replies.abort()

    def close(self) -> None:
        """Drop everything, for good."""
        self._forget()
        self._session.signed_out.disconnect(self._on_signed_out)

    def _ask_for_more(self) -> None:
        if self.is_narrowed:  # what came and fits stays, and is passed over where it comes again
            self._all = {each.key: each for each in self.found}
            self._asked = self._wanted
            self._next = self.skipped = 0
            self.total = None
            self._has_answer = False
        self._ask()

    def _ask(self) -> None:
        if self._asked is None or not self._session.is_signed_in:
            return
        self.error = None
        reply = search(self._session.client, self._asked, PAGE, self._next)
        self._replies.follow(reply, self._on_page, self._on_failed)
        reply.finished.connect(self.changed)
        self.changed.emit()

    def _on_page(self, page: CatalogPage) -> None:
        placed_images = (FoundImage(image, placed(image.footprint)) for image in page.images)
        # a page may repeat what another one had, where something was added meanwhile
        fresh = {each.key: each for each in placed_images if each.key not in self._all}
        self._all.update(fresh)
        self._next = page.next_offset
        self._has_answer = True
        self.total = page.total
        self.skipped += page.skipped
        self.is_more = page.has_more
        wanted = self._wanted
        shown = tuple(each for each in fresh.values() if wanted is None or fits(each.image, wanted))
        self.came.emit(shown)
        if self.is_more and not shown and not self.is_full:
            self._ask_for_more()  # a list that does not grow would never ask again

    def _on_failed(self, error: ApiError) -> None:
        self.error = error

    def _forget(self) -> None:
        self._replies.abort()
        self._asked = self._wanted = None
        self._all = {}
        self._next = self.skipped = 0
        self._has_answer = False
        self.total = None
        self.error = None
        self.is_more = False

    def _on_signed_out(self, _why: str) -> None:
        self._forget()
        self.began.emit()
        self.changed.emit()
