"""A search of the imagery catalog: its pages as they are wanted, the latest question winning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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


@dataclass
class _Answers:
    """What came of a question: `asked` was put to the service, `wanted` is what is shown of it."""

    asked: Optional[CatalogQuery] = None
    wanted: Optional[CatalogQuery] = None
    came: dict[Key, FoundImage] = field(default_factory=dict)
    next_offset: int = 0
    has_answer: bool = False
    total: Optional[int] = None
    skipped: int = 0  # records that could not be read
    is_more: bool = False

    @property
    def found(self) -> tuple[FoundImage, ...]:
        """What came and fits, in the order of the service."""
        wanted = self.wanted
        if wanted is None or wanted == self.asked:
            return tuple(self.came.values())
        return tuple(each for each in self.came.values() if fits(each.image, wanted))


class CatalogSearch(QObject):
    """Keeps what the last question found.

    A question with tighter bounds than the one that was asked narrows what is there at once; any other one is put to
    the service, and what was on its way is dropped. Until its first page is there what was found before is kept: it is
    what there is again where no page comes, or none is waited for any more. `more` asks for the next page; of what was
    narrowed, the service is asked for the tighter question then, and so it is where nothing of what came fits.
    """

    began = pyqtSignal()  # another question is put; what was found before is not its answer
    restored = pyqtSignal()  # it was not answered: `found` is what was found before it
    came = pyqtSignal(object)  # tuple of FoundImage: a page, of which those are left that fit
    narrowed = pyqtSignal()  # `found` is another choice of what came
    changed = pyqtSignal()  # is_asking, error, total or is_more may be another one

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.error: Optional[ApiError] = None  # why the last page did not come
        self._session = session
        self._replies = Replies()
        self._now = _Answers()
        self._former: Optional[_Answers] = None  # until the first page is there
        session.signed_out.connect(self._on_signed_out)

    @property
    def is_asking(self) -> bool:
        """Whether a page is on its way."""
        return self._replies.are_waited_for

    @property
    def has_answer(self) -> bool:
        """Whether the service has answered the question."""
        return self._now.has_answer

    @property
    def total(self) -> Optional[int]:
        """How many the service finds in all, where it says so."""
        return self._now.total

    @property
    def skipped(self) -> int:
        """How many records could not be read."""
        return self._now.skipped

    @property
    def is_more(self) -> bool:
        """Whether there are further pages."""
        return self._now.is_more

    @property
    def query(self) -> Optional[CatalogQuery]:
        """What is shown; None before the first question."""
        return self._now.wanted

    @property
    def is_narrowed(self) -> bool:
        """Whether less is shown than was asked for, so that `total` counts more than there is."""
        return self._now.wanted != self._now.asked

    @property
    def is_full(self) -> bool:
        """Whether there are further pages, and no room for them."""
        return self.is_more and len(self._now.came) >= MOST_FOUND

    @property
    def came_count(self) -> int:
        """How many came by now, whether they fit or not."""
        return len(self._now.came)

    @property
    def found(self) -> tuple[FoundImage, ...]:
        """What came and fits, in the order of the service."""
        return self._now.found

    def may_narrow(self, query: CatalogQuery) -> bool:
        """Whether what `query` finds is among what came, so that the service need not be asked."""
        asked, is_whole = self._now.asked, self.error is None or not self._session.is_reachable
        return asked is not None and is_whole and is_narrower(query, asked)

    def search(self, query: CatalogQuery, is_new: bool = False) -> None:
        """Show what `query` finds. With `is_new` the service is asked even where it need not be."""
        if self.may_narrow(query) and not is_new:
            self._now.wanted = query
            self.narrowed.emit()
            if not any(fits(each.image, query) for each in self._now.came.values()):
                self.more()  # only what came was looked at
            self.changed.emit()
            return
        former = self._now if self.found else self._former
        self._forget()
        self._former = former
        self._now = _Answers(query, query)
        self.began.emit()
        self._ask()

    def show(self, found: Iterable[FoundImage]) -> None:
        """Show these, which no search found; nothing is narrowed or asked for until the next one."""
        self._forget()
        self.began.emit()
        self._now = _Answers(came={each.key: each for each in found}, has_answer=True)
        self.came.emit(self.found)
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
        self._restore()

    def close(self) -> None:
        """Drop everything, for good."""
        self._forget()
        self._session.signed_out.disconnect(self._on_signed_out)

    def _ask_for_more(self) -> None:
        now = self._now
        if self.is_narrowed:  # what came and fits stays, and is passed over where it comes again
            if not now.found:
                self._former = replace(now, wanted=now.asked)
            self._now = _Answers(now.wanted, now.wanted, {each.key: each for each in now.found})
            self._now.is_more = now.is_more
        self._ask()

    def _ask(self) -> None:
        asked = self._now.asked
        if asked is None or not self._session.is_signed_in:
            return
        self.error = None
        reply = search(self._session.client, asked, PAGE, self._now.next_offset)
        self._replies.follow(reply, self._on_page, self._on_failed)
        reply.finished.connect(self.changed)
        self.changed.emit()

    def _on_page(self, page: CatalogPage) -> None:
        self._former = None
        now = self._now
        placed_images = (FoundImage(image, placed(image.footprint)) for image in page.images)
        # a page may repeat what another one had, where something was added meanwhile
        fresh = {each.key: each for each in placed_images if each.key not in now.came}
        now.came.update(fresh)
        now.next_offset = page.next_offset
        now.has_answer = True
        now.total = page.total
        now.skipped += page.skipped
        now.is_more = page.has_more
        wanted = now.wanted
        shown = tuple(each for each in fresh.values() if wanted is None or fits(each.image, wanted))
        self.came.emit(shown)
        if self.is_more and not shown and not self.is_full:
            self._ask_for_more()  # a list that does not grow would never ask again

    def _on_failed(self, error: ApiError) -> None:
        self.error = error
        self._restore()

    def _restore(self) -> None:
        former, self._former = self._former, None
        if former is not None:
            self._now = former
            self.restored.emit()
            self.changed.emit()

    def _forget(self) -> None:
        self._replies.abort()
        self._now = _Answers()
        self._former = None
        self.error = None

    def _on_signed_out(self, _why: str) -> None:
        self._forget()
        self.began.emit()
        self.changed.emit()
